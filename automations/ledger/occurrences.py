"""Occurrences of the schedule: each is done by one program, once."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, select, update

from automations.ledger.schema import occurrences
from automations.ledger.store import Store, add_new
from automations.model.runs import Occurrence


class Occurrences(Store):
    """Keeping track of what the schedule owes."""

    def claim_occurrence(
        self, job: str, occurrence: str, now: datetime, *, stale_after: timedelta | None = None
    ) -> bool:
        """Takes an occurrence, committed before this returns; False if it was taken before.

        One that was taken longer ago than `stale_after` and never finished may be taken over.
        """
        row = {"job": job, "occurrence": occurrence, "at": now, "outcome": "", "ended": None}
        with self._writing() as connection:
            if add_new(connection, occurrences, row):
                return True
            if stale_after is None:
                return False
            stale = (occurrences.c.ended.is_(None)) & (occurrences.c.at <= now - stale_after)
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
