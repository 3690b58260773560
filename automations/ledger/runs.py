"""Runs: when they began, what they came to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import Connection, func, insert, select, update

from automations.ledger.audit import Entry, append
from automations.ledger.codec import dumps, loads
from automations.ledger.schema import runs, writes
from automations.ledger.store import Store
from automations.model.runs import INTERRUPTED, RunRecord


class Runs(Store):
    """Keeping the list of runs."""

    def begin_run(self, run: str, at: datetime, jobs: Sequence[str], kind: str = "run") -> None:
        """Notes that a run begins; `kind` is "run", "undo", "demo", …"""
        nothing = {"edits": 0, "mails": 0, "problems": 0, "trouble": dumps(()), "seconds": dumps({})}
        row = {"run": run, "at": at, "kind": kind, "jobs": dumps(tuple(jobs)), "outcome": INTERRUPTED, **nothing}
        with self._writing() as connection:
            connection.execute(insert(runs).values(**row))

    def end_run(self, record: RunRecord, seconds: Mapping[str, float]) -> None:
        """Notes what a run came to, and how long each of its parts took (seconds)."""
        changes = {
            "outcome": record.outcome,
            "jobs": dumps(tuple(record.jobs)),
            "edits": record.edits,
            "mails": record.mails,
            "problems": record.problems,
            "trouble": dumps(tuple(record.trouble)),
            "seconds": dumps(dict(seconds)),
        }
        done = {name: changes[name] for name in ("outcome", "edits", "mails", "problems")}
        with self._writing() as connection:
            connection.execute(update(runs).where(runs.c.run == record.run).values(**changes))
            append(connection, record.at, record.run, [Entry("run", done)])

    def runs(self, limit: int = 100) -> tuple[RunRecord, ...]:
        """The newest runs first. One that never ended has the outcome "interrupted"."""
        with self._reading() as connection:
            return read_runs(connection, limit)

    def last_through(self) -> datetime | None:
        """When the newest run began that was let through: one that was refused or could read nothing tells of no
        time at which the ledger was up to date. A run that wrote counts however it ended; `kim undo` renews no tab."""
        wrote = runs.c.run.in_(select(writes.c.run))
        through = runs.c.outcome.not_in((INTERRUPTED, "refused")) & (runs.c.jobs != dumps(()))
        query = select(func.max(runs.c.at)).where(runs.c.kind == "run", wrote | through)
        with self._reading() as connection:
            return connection.execute(query).scalar()


def read_runs(connection: Connection, limit: int) -> tuple[RunRecord, ...]:
    """The newest runs first."""
    rows = connection.execute(select(runs).order_by(runs.c.at.desc(), runs.c.run.desc()).limit(limit))
    return tuple(
        RunRecord(row.run, row.at, row.outcome, loads(row.jobs), row.edits, row.mails, row.problems, loads(row.trouble))
        for row in rows
    )
