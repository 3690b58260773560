"""Reaching the database: where it may lie, how carefully it commits, what its troubles are called."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError, OperationalError
from sqlalchemy.pool import StaticPool

from automations.common.errors import why
from automations.ledger.errors import LedgerError
from automations.ledger.journal import rollback_journal
from automations.ledger.shares import share_of

WRITES = "kim_writes"  # execution option of connections that are going to write

# A run of another program holds the ledger for seconds; whoever gives up sooner would fail beside it.
_BUSY_SECONDS = 30
_CACHE_KIB = 8 * 1024  # 300 000 sightings are written as fast as with 64 MiB, and long rounds of mails need less


def connect(url: str) -> Engine:
    """An engine for the ledger at `url`; its file is made with mode 0600 where it does not exist.

    Raises LedgerError for an address that means nothing, a share, a driver that is not installed."""
    parsed = _parse(url)
    if parsed.get_backend_name() == "sqlite":
        return _sqlite(parsed)
    if parsed.get_backend_name() == "postgresql":
        return _postgresql(parsed)
    raise _unknown(parsed.render_as_string(hide_password=True))


def _parse(url: str) -> URL:
    try:
        return make_url(url)
    except ArgumentError:
        raise _unknown("") from None  # the text could hold a password


def _unknown(shown: str) -> LedgerError:
    return LedgerError(
        "{url} is no address of a ledger.",
        "Please write sqlite:///path/to/ledger.sqlite or postgresql+psycopg://user@host/database in site.toml.",
        code="ledger_url",
        url=shown or "…",
    )


def _sqlite(url: URL) -> Engine:
    if not url.database or url.database == ":memory:":
        # One connection for all threads: in memory each connection would be a database of its own.
        engine = create_engine(url, poolclass=StaticPool, connect_args={"check_same_thread": False})
    else:
        _prepare_file(url.database)
        engine = create_engine(url, connect_args={"timeout": _BUSY_SECONDS})
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_file(database: str) -> None:
    try:
        path = Path(database).absolute()
        if share := share_of(database):
            raise LedgerError(
                "The ledger {path} lies on a network share ({share}), where SQLite loses data.",
                "Please put it on a local disk, or use PostgreSQL.",
                code="ledger_share",
                path=database,
                share=share,
            )
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        # Made here and not by SQLite, which would make it readable for everybody whom the umask lets.
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
        if path.stat().st_mode & 0o077:
            path.chmod(0o600)
    except OSError as error:
        raise LedgerError(
            "The ledger {path} cannot be opened: {reason}.",
            "Please check that the folder exists and that kim may write there.",
            code="ledger_unreachable",
            path=database,
            reason=why(error),
        ) from error


def _prepare_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    """FULL: a commit is on the disk before it returns. secure_delete: erased is erased."""
    connection.isolation_level = None  # the module would begin transactions by itself
    for pragma in (
        f"busy_timeout = {_BUSY_SECONDS * 1000}",
        "auto_vacuum = INCREMENTAL",
        "synchronous = FULL",
        # SQLite looks at them only where each connection asks it to.
        "foreign_keys = ON",
        "secure_delete = ON",
        f"cache_size = -{_CACHE_KIB}",
    ):
        connection.execute("PRAGMA " + pragma)
    rollback_journal(connection)


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get(WRITES)
    # A transaction that reads first and then wants to write would fail where another one writes meanwhile.
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _postgresql(url: URL) -> Engine:
    try:
        # The service keeps its connection for days: a server that was restarted is noticed before it is used.
        engine = create_engine(url, pool_pre_ping=True, connect_args={"connect_timeout": 10})
    except (ModuleNotFoundError, NoSuchModuleError) as error:
        raise LedgerError(
            "The driver for PostgreSQL is not installed.",
            "Please install kim-automations[postgresql] and write the address as postgresql+psycopg://…",
            code="ledger_driver",
        ) from error
    event.listen(engine, "connect", _prepare_postgresql)
    return engine


def _prepare_postgresql(connection: Any, _record: object) -> None:
    connection.autocommit = True
    # As long as SQLite waits: a run of another machine holds the lock for seconds, not for minutes.
    connection.execute(f"SET lock_timeout = '{_BUSY_SECONDS}s'")
    connection.execute("SET synchronous_commit = on")
    connection.execute("SET timezone = 'UTC'")
    connection.autocommit = False


def advised(error: DBAPIError, where: str) -> LedgerError:
    """The database's trouble in one sentence. No statement, no parameter: they may be personal."""
    # The first line alone: PostgreSQL repeats the statement in the next ones, with what is in it.
    raw = str(error.orig).strip().splitlines()
    reason = raw[0] if raw else "?"
    for matches, message, advice, code in _TROUBLES:
        if matches(error, reason.lower()):
            return LedgerError(message, advice, code=code, where=where, reason=reason)
    return LedgerError(
        "The ledger {where} reports a fault.", "Please run `kim ledger check`.", code="ledger", where=where
    )


def _mentions(*words: str) -> Callable[[DBAPIError, str], bool]:
    return lambda _, reason: any(word in reason for word in words)


_TROUBLES: tuple[tuple[Callable[[DBAPIError, str], bool], str, str, str], ...] = (
    (
        _mentions("is not a database", "malformed", "corrupt"),
        "The ledger {where} is damaged.",
        "Please restore the newest backup with `kim ledger restore`.",
        "ledger_damaged",
    ),
    (
        _mentions("locked", "lock timeout"),
        "The ledger {where} is in use by another program.",
        "Please try again in a minute.",
        "ledger_busy",
    ),
    (
        _mentions("disk i/o error"),
        "The disk of the ledger {where} reports a fault; it may be full.",
        "Please free some space, or let your IT look at the disk; nothing is sent until then.",
        "ledger_disk",
    ),
    (
        _mentions("unable to open database file"),
        "The ledger {where} cannot be opened.",
        "Please see that its folder is there, and that the account that runs kim may write in it.",
        "ledger_readonly",
    ),
    (
        _mentions("disk is full", "no space"),
        "There is no room left on the disk of the ledger {where}.",
        "Please free some space; nothing was lost, and nothing is sent until then.",
        "ledger_full",
    ),
    (
        _mentions("readonly", "read-only", "permission denied"),
        "The ledger {where} may not be written to.",
        "Please give the account that runs kim the right to write there.",
        "ledger_readonly",
    ),
    (
        lambda error, _: isinstance(error, OperationalError),
        "The ledger {where} cannot be reached: {reason}.",
        "Please check that the database runs and that its address in site.toml is right.",
        "ledger_unreachable",
    ),
)
