"""Runs: when they began and what they came to; and the occurrences of the schedule, each done by one program, once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, func, insert, select, update

from automations.ledger.audit import Entry, append
from automations.ledger.codec import dumps, loads
from automations.ledger.schema import occurrences, runs, writes
from automations.ledger.store import Store, add_new
from automations.model.runs import INTERRUPTED, Occurrence, RunRecord


class Runs(Store):
    """Keeping the list of runs."""

    def begin_run(self, run: str, at: datetime, jobs: Sequence[str], kind: str = "run") -> None:
        """Notes that a run begins; `kind` is "run", "undo", "demo", …"""
        nothing = {"edits": 0, "mails": 0, "problems": 0, "trouble": dumps(()), "seconds": dumps({})}
        # Begun as interrupted: whatever kills the run, nothing has to be written for that to be true.
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


class Occurrences(Store):
    """Keeping track of what the schedule owes."""

    def claim_occurrence(
        self, job: str, occurrence: str, now: datetime, *, stale_after: timedelta | None = None
    ) -> bool:
        """Takes an occurrence, committed before this returns; False if it was taken before.

        One that was taken longer ago than `stale_after` and never finished may be taken over."""
        row = {"job": job, "occurrence": occurrence, "at": now, "outcome": "", "ended": None}
        with self._writing() as connection:
            if add_new(connection, occurrences, row):
                return True
            if stale_after is None:
                return False
            # The program that took it died: what it owed would else be owed for ever.
            stale = (occurrences.c.ended.is_(None)) & (occurrences.c.at <= now - stale_after)
            # The condition stands in the update: of two programs that find it stale one alone takes it over.
            again = update(occurrences).where(_is(job, occurrence), stale).values(at=now)
            return connection.execute(again).rowcount == 1

    def finish_occurrence(self, job: str, occurrence: str, outcome: str, now: datetime) -> None:
        """Notes what an occurrence came to ("done", "failed", "skipped", …)."""
        with self._writing() as connection:
            connection.execute(update(occurrences).where(_is(job, occurrence)).values(outcome=outcome, ended=now))

    def occurrences(self, job: str, limit: int = 100) -> tuple[Occurrence, ...]:
        """The newest occurrences of a job first."""
        query = select(occurrences).where(occurrences.c.job == job).order_by(occurrences.c.occurrence.desc())
        with self._reading() as connection:
            return tuple(
                Occurrence(row.job, row.occurrence, row.at, row.outcome, row.ended)
                for row in connection.execute(query.limit(limit))
            )


def _is(job: str, occurrence: str) -> ColumnElement[bool]:
    return (occurrences.c.job == job) & (occurrences.c.occurrence == occurrence)
