"""The ledger as a whole, and how it is opened.

Why: docs/decisions/03-ledger.md"""

from __future__ import annotations

import re
import secrets
from datetime import datetime
from itertools import product
from pathlib import Path

from sqlalchemy import Engine, inspect

from automations import __version__
from automations.ledger.audit import Audit, Entry, append
from automations.ledger.backup import Backups, keep_before_migrating
from automations.ledger.chain import ORIGIN
from automations.ledger.connections import connect
from automations.ledger.erasure import Erasing
from automations.ledger.errors import LedgerError
from automations.ledger.facts import Facts
from automations.ledger.fence import fence_of
from automations.ledger.glance import Glance, glance
from automations.ledger.history import Remembering
from automations.ledger.journal import BESIDE
from automations.ledger.migrations import MIGRATIONS, migrate
from automations.ledger.outbox import Outbox
from automations.ledger.recording import Recording
from automations.ledger.replies import Replies
from automations.ledger.retention import Keeping
from automations.ledger.runs import Occurrences, Runs
from automations.ledger.sightings import Sightings
from automations.ledger.staff_edits import Noticing
from automations.ledger.store import meta_value, place, reading, set_meta, writing
from automations.ledger.writes import Writes
from automations.model.fact_kinds.course import Adopted

_PROGRAM = "program"  # under which name a ledger on a server keeps the newest program that worked on it


class Ledger(
    Runs,
    Sightings,
    Noticing,
    Remembering,
    Recording,
    Facts,
    Outbox,
    Replies,
    Writes,
    Audit,
    Occurrences,
    Keeping,
    Erasing,
    Backups,
):
    """What kim knows, did and still has to do. All moments are aware; they come back in UTC.

    Every method is one transaction, committed when it returns. All of them raise LedgerError for a
    database that cannot be reached, is damaged, busy or full."""

    @property
    def is_fresh(self) -> bool:
        """Whether it never worked on a workbook: no run here went beyond being refused."""
        return self.fact(Adopted) is None

    def glance(self) -> Glance:
        """How things stand, for those who only look."""
        with self._reading() as connection:
            return glance(lambda query: connection.exec_driver_sql(query).all())

    def take_over(self, ledger_id: str, now: datetime) -> None:
        """A fresh ledger takes the place of one that is lost: the workbooks know it by that id."""
        with self._writing() as connection:
            set_meta(connection, "id", ledger_id)
            append(connection, now, "", [Entry("taken_over")])
        self.id = ledger_id


def open_ledger(url: str, *, now: datetime, fence: str = "") -> Ledger:
    """Opens the ledger at `url` (sqlite:///path, sqlite:// for memory, postgresql+psycopg://…).

    A missing one is made, an older one migrated; a quick integrity test comes first. Raises
    LedgerError for a damaged, unreachable or newer ledger and for SQLite on a network share. `fence` is the token of
    a run that a fleet let in (see ledger.fence)."""
    engine = connect(url)
    try:
        asked = fence_of(fence, engine.dialect.name)
        _test(engine)
        _refuse_others(engine)
        keep_before_migrating(engine, MIGRATIONS, now)
        migrate(engine, MIGRATIONS)
        # An older program on another machine would go on writing what the newer one reads otherwise.
        if engine.dialect.name == "postgresql":
            _one_program(engine, __version__)
        return Ledger(engine, _identity(engine, now), asked)
    # Also on Ctrl-C: an engine that nobody gives back keeps its file open.
    except BaseException:
        engine.dispose()
        raise


def restore_ledger(url: str, source: Path, *, now: datetime, moved: bool = False) -> tuple[Path | None, bool]:
    """Puts a backup in the place of the ledger at `url`, even of one that is damaged or missing.

    `moved`: the ledger that the backup is of has done nothing since. A damaged file is kept beside the new one; its
    path is returned, and whether the story came along. Raises LedgerError like
    `Ledger.restore`; a damaged file stands where it stood then."""
    try:
        with open_ledger(url, now=now) as ledger:
            return None, ledger.restore(source, now, moved=moved)
    except LedgerError as error:
        # Only a damaged file is put aside; whatever else is wrong, the backup would be wrong with it.
        if error.code != "ledger_damaged" or not url.startswith("sqlite:///"):
            raise
    path = Path(url.removeprefix("sqlite:///"))
    # The damaged file is evidence, and may hold what no backup has: it is kept, never overwritten.
    aside = path.with_name(f"{path.name}.damaged-{now:%Y%m%d-%H%M%S}")
    fresh = path.with_name(f"{path.name}.restored")
    fresh.unlink(missing_ok=True)
    with open_ledger(f"sqlite:///{fresh}", now=now) as ledger:
        whole = ledger.restore(source, now, moved=moved)
    path.replace(aside)
    for file, ending in product((path, fresh), BESIDE):
        file.with_name(f"{file.name}{ending}").unlink(missing_ok=True)
    fresh.replace(path)
    return aside, whole


def _test(engine: Engine) -> None:
    if engine.dialect.name != "sqlite":
        return
    with reading(engine) as connection:
        found = connection.exec_driver_sql("PRAGMA quick_check(1)").scalar()
    # Before anything is written: a damaged page would spread with the next transaction.
    if found != "ok":
        raise LedgerError(
            "The ledger {where} is damaged.",
            "Please restore the newest backup with `kim ledger restore`.",
            code="ledger_damaged",
            where=place(engine),
            reason=found,
        )


def _refuse_others(engine: Engine) -> None:
    """An address typed wrongly must not put our tables into somebody else's file. On a server they may stand beside
    others'."""
    if engine.dialect.name != "sqlite":
        return
    with reading(engine) as connection:
        tables = set(inspect(connection).get_table_names())
    # The first step makes all of its tables in one transaction.
    if tables and not tables >= {"meta", "outbox", "writes"}:
        raise LedgerError(
            "{where} is a database of another program and no ledger.",
            "Please name another file under [ledger] url in site.toml.",
            code="ledger_foreign",
            where=place(engine),
        )


def _one_program(engine: Engine, version: str) -> None:
    """A ledger on a server is shared by machines, which must be updated together: what a newer program decided, an
    older one would take for unknown, and say it again. The ledger remembers the newest that worked on it."""
    with reading(engine) as connection:
        known = meta_value(connection, _PROGRAM)
    # Older ones pass: they are what an upgrade goes on from, machine by machine.
    if _numbers(known) > _numbers(version):
        raise LedgerError(
            "The ledger {where} is in use by kim {found} on another machine; this is kim {known}.",
            "Please install the same version of kim on all machines.",
            code="ledger_newer",
            where=place(engine),
            found=known,
            known=version,
        )
    if known != version:
        with writing(engine) as connection:
            set_meta(connection, _PROGRAM, version)


def _numbers(version: str) -> tuple[int, ...]:
    """The numbers of a version, to compare: 0.10.0 is newer than 0.9.1. None for a version that nobody kept yet."""
    return tuple(int(part) for part in re.findall(r"\d+", version))


def _identity(engine: Engine, now: datetime) -> str:
    """The ledger's id; a new ledger gets one, and the beginning of its audit chain."""
    with reading(engine) as connection:
        known = meta_value(connection, "id")
    # Without a lock: nearly every opening finds one.
    if known:
        return known
    with writing(engine) as connection:
        known = meta_value(connection, "id")
        # Asked again inside the transaction: two programs may open a new ledger at the same moment.
        if not known:
            # By chance: two sites that began on one day must not take each other's workbook for their own.
            known = secrets.token_hex(16)
            set_meta(connection, "id", known)
            set_meta(connection, "head", ORIGIN)
            append(connection, now, "", [Entry("begin")])
    return known
