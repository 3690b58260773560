"""Backups as files: unpacked and found right before anybody looks into one, never another file in a backup's place."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Engine

from automations.common.errors import why
from automations.common.texts import texts
from automations.ledger.audit import broken_links, damages
from automations.ledger.connections import connect
from automations.ledger.errors import LedgerError
from automations.ledger.migrations import MIGRATIONS, migrate, schema_version
from automations.ledger.packing import BROKEN, may_be_ledger, unpacked
from automations.ledger.store import reading

_ENGLISH = texts("en")


def refuse_itself(engine: Engine, path: Path) -> None:
    """Raise LedgerError for a backup under the ledger's own name."""
    database = engine.url.database or ""
    if engine.dialect.name == "sqlite" and Path(database).absolute() == path.absolute():
        raise LedgerError(
            "The backup {path} would be the ledger itself.",
            "Please name another file, best on another disk.",
            code="ledger_backup",
            path=path,
        )


def refuse_other_files(path: Path) -> None:
    """A slip in the name must not cost a workbook: only what may be an earlier backup is replaced."""
    # No pipe and no device either: a backup once took the place of one.
    filled = path.is_file() and path.stat().st_size and not may_be_ledger(path)
    if filled or (path.exists() and not path.is_file()):
        raise LedgerError(
            "{path} is there already, and is no backup.",
            "Please name another file, best on another disk.",
            code="ledger_backup",
            path=path,
        )


@contextmanager
def connected(path: Path) -> Iterator[Engine]:
    """An unpacked file as a database, in whatever shape it is."""
    engine = connect(f"sqlite:///{path}")
    try:
        yield engine
    finally:
        engine.dispose()


@contextmanager
def opened(path: Path) -> Iterator[Engine]:
    """The same, brought into today's shape."""
    with connected(path) as engine:
        migrate(engine, MIGRATIONS)
        yield engine


def verify(path: Path, name: Path) -> None:
    """Raises LedgerError, about the file `name`, where the copy at `path` is no whole ledger."""
    try:
        with connected(path) as engine, reading(engine) as connection:
            found = [*damages(connection, _ENGLISH)]
            if not found and schema_version(connection) == 0:
                found = ["it is no ledger"]
            # The chain is read by today's queries, which an older shape may not answer.
            if not found and schema_version(connection) == len(MIGRATIONS):
                found = [*broken_links(connection, _ENGLISH)]
    except LedgerError as error:
        if error.code != "ledger_damaged":
            raise
        found = ["it is damaged, or no ledger"]
    if found:
        raise unusable(name, found[0])


def unusable(path: Path, reason: str) -> LedgerError:
    """What is said of a file that cannot be taken back."""
    sentence, advice = "The backup {path} cannot be used: {reason}", "Please take an older backup."
    return LedgerError(sentence, advice, code="ledger_backup", path=path, reason=reason)


@contextmanager
def working_copy(path: Path) -> Iterator[Path]:
    """A backup, unpacked and found right, to look into or to change: it stands as it stood until a changed copy
    takes its place. Raises LedgerError."""
    with scratch() as folder, disk(path):
        copy = folder / "ledger.sqlite"
        unpacked(path, copy)
        verify(copy, path)
        yield copy


@contextmanager
def scratch() -> Iterator[Path]:
    """A folder on a local disk that nobody else can read: backups may lie on a share, SQLite may not."""
    with tempfile.TemporaryDirectory(prefix="kim-ledger-") as folder:
        yield Path(folder)


@contextmanager
def disk(path: Path) -> Iterator[None]:
    """Troubles with a disk in the words of a LedgerError."""
    try:
        yield
    except BROKEN as error:
        raise LedgerError(
            "The backup {path} cannot be read or written: {reason}.",
            "Please check the folder and the room on its disk.",
            code="ledger_backup",
            path=path,
            reason=why(error),
        ) from error
