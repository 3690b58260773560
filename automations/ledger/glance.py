"""How things stand by the ledger, for those who only look: `kim status`, and what watches it.

Loading the database library and all kinds of facts takes longer than the few queries do. A ledger in a SQLite file
is therefore asked through Python's own driver, in one transaction; the same queries serve PostgreSQL through the
door of everybody else. What is unusual (no file yet, an older or newer shape, damage, somebody at work in it) is left
to that door, which mends it or says so in one sentence."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from msgspec import Struct

from automations.ledger.errors import LedgerError
from automations.ledger.shares import share_of
from automations.model.runs import Occurrence, RunRecord

SHAPE = 5
"""The version of the ledger's shape that these queries know: the newest (a test holds it beside the migrations)."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_ROOM = 2**20  # bytes that the smallest run needs
_STUCK = ("held", "retry", "failed", "unknown", "bounced")  # states of mails that somebody should know of

RUNS = "SELECT run, at, outcome, jobs, edits, mails, problems, trouble FROM runs ORDER BY at DESC, run DESC"
"""The newest first."""

Ask = Callable[[str], Sequence[Sequence[Any]]]  # carries out a query and gives its rows


class StuckMail(Struct, frozen=True):
    """A mail that needs somebody, by rule and case number; no name, no address."""

    key: str
    rule: str
    case: str
    state: str
    run: str


class Glance(Struct, frozen=True):
    """The newest runs first, the last occurrence of whole runs, mails by state and those that need somebody.

    `clock` is the clock of the last run that was not refused, `trouble_since` from when on the operator knows of a
    trouble, `backup` when the newest backup was made; None for never. All moments are in UTC."""

    runs: tuple[RunRecord, ...]
    last: Occurrence | None
    mails: Mapping[str, int]
    stuck: tuple[StuckMail, ...]
    held: bool
    clock: datetime | None
    trouble_since: datetime | None
    backup: datetime | None


def glance(ask: Ask) -> Glance:
    """How things stand. All that is asked for is named here, so that nothing typed gets into a query."""
    meta: dict[str, str] = _pairs(ask("SELECT name, value FROM meta WHERE name IN ('hold', 'backup_at')"))
    last = ask(
        "SELECT job, occurrence, at, outcome, ended FROM occurrences WHERE job = 'run' ORDER BY occurrence DESC LIMIT 1"
    )
    # Words of ours, and no parameters: both drivers write those differently.
    states = ", ".join(f"'{state}'" for state in _STUCK)
    stuck = ask(
        'SELECT o.key, o.rule, o."case", o.state, o.run FROM outbox o JOIN mail_payloads p ON o.key = p.key'  # noqa: S608 (our words)
        f" WHERE o.state IN ({states}) ORDER BY o.at, o.key"
    )
    return Glance(
        runs=tuple(map(run_of, ask(f"{RUNS} LIMIT 10"))),
        last=_occurrence(*last[0]) if last else None,
        mails=_pairs(ask("SELECT state, count(*) FROM outbox GROUP BY state")),
        stuck=tuple(StuckMail(*row) for row in stuck),
        held=meta.get("hold") == "on",
        clock=_moment(_fact(ask, "clock", "", "at")),
        trouble_since=_moment(_fact(ask, "trouble", "operator", "since")),
        backup=_moment(meta.get("backup_at", "")),
    )  # fmt: skip


def glance_at_file(path: str) -> Glance | None:
    """How things stand by a SQLite file in order, and of the newest shape; None where it is anything else."""
    try:
        with usual_file(Path(path)) as connection:
            return glance(lambda query: connection.execute(query).fetchall()) if connection else None
    # Whatever is wrong, the long way finds it again and says it.
    except (sqlite3.Error, ValueError):
        return None


@contextmanager
def usual_file(path: Path) -> Iterator[sqlite3.Connection | None]:
    """A SQLite file in order, and of the newest shape, as it stands at one moment; None where it is anything else.
    Raises sqlite3.Error where somebody is at work in it."""
    if not path.is_file() or share_of(str(path)):
        yield None
        return
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("BEGIN")  # one state of the file throughout
        # The newest shape alone: of any other these queries could tell something false.
        shape = connection.execute("SELECT value FROM meta WHERE name = 'schema'").fetchall()
        usual = shape == [(str(SHAPE),)] and connection.execute("PRAGMA quick_check(1)").fetchall() == [("ok",)]
        yield connection if usual else None


def _pairs(rows: Sequence[Sequence[Any]]) -> dict[str, Any]:
    return {row[0]: row[1] for row in rows}


def run_of(row: Sequence[Any]) -> RunRecord:
    """A run as `RUNS` names its columns."""
    run, at, outcome, jobs, edits, mails, problems, trouble = row
    return RunRecord(run, _from_micros(at), outcome, _texts(jobs), edits, mails, problems, _texts(trouble))


def _occurrence(job: str, occurrence: str, at: int, outcome: str, ended: int | None) -> Occurrence:
    return Occurrence(job, occurrence, _from_micros(at), outcome, None if ended is None else _from_micros(ended))


def _from_micros(micros: int) -> datetime:
    return _EPOCH + timedelta(microseconds=micros)


def _texts(stored: str) -> tuple[str, ...]:
    """Texts as the codec stores a tuple of them."""
    return tuple(json.loads(stored)["$tuple"])


def _fact(ask: Ask, kind: str, key: str, entry: str) -> str:
    """An entry of a fact whose key is its kind's own."""
    found = ask(f"SELECT payload FROM facts WHERE kind = '{kind}' AND key = '{key}'")  # noqa: S608 (named above)
    return str(json.loads(found[0][0]).get(entry) or "") if found else ""


def _moment(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text)
    except ValueError:  # nothing, or what makes no sense, as for everybody who reads facts
        return None


def shut_out(file: Path) -> LedgerError | None:
    """Why nothing can be written to a ledger that can be read. A run is refused then and cannot be noted, so that what
    is noted of the last one says nothing of how it stands."""
    if shutil.disk_usage(file.parent).free < _ROOM:
        return LedgerError(
            "There is no room left on the disk of the ledger {where}.",
            "Please free some space; nothing was lost, and nothing is sent until then.",
            code="ledger_full", where=file,
        )  # fmt: skip
    if os.access(file, os.W_OK) and os.access(file.parent, os.W_OK):
        return None
    return LedgerError(
        "The ledger {where} may not be written to.",
        "Please give the account that runs kim the right to write there.",
        code="ledger_readonly", where=file,
    )  # fmt: skip
