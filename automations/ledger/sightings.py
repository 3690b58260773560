"""How rows stood when they were last read, and since when. Fingerprints only, no content."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime

from sqlalchemy import Connection, delete, select, tuple_

from automations.ledger.schema import from_micros, sightings, to_micros
from automations.ledger.store import Store, chunks, upsert
from automations.model.values import RowKey

Stood = Mapping[tuple[str, str], tuple[str, int]]
"""How the rows of a workbook stood: by table and key the fingerprint, and since when (microseconds)."""


class Sightings(Store):
    """Keeping what was seen."""

    def sight(
        self, workbook: str, rows: Mapping[RowKey, str], now: datetime, stood: Stood | None = None
    ) -> Mapping[RowKey, datetime]:
        """Since when (UTC) each row of a workbook has stood as its fingerprint says.

        Only rows that changed are written; rows that are no longer there are forgotten, so that one
        that comes back counts as new. `stood`: what the very same run has read of them, so that it is read once."""
        with self._writing() as connection:
            known = _known(connection, workbook) if stood is None else stood
            micros = to_micros(now)
            changed = [
                {"workbook": workbook, "tbl": row.table, "key": row.key, "fingerprint": mark, "since": micros}
                for row, mark in rows.items()
                if known.get((row.table, row.key), ("", 0))[0] != mark
            ]
            upsert(connection, sightings, changed)
            _forget(connection, workbook, known, rows)
        return dict(_since(rows, known, now))

    def stood(self, workbook: str) -> Stood:
        """The rows of a workbook as they were read last: what staff had typed in each."""
        with self._reading() as connection:
            return _known(connection, workbook)

    def sighted(
        self, workbook: str, rows: Mapping[RowKey, str], now: datetime, stood: Stood | None = None
    ) -> Mapping[RowKey, datetime]:
        """What `sight` would answer; nothing is written."""
        return dict(_since(rows, self.stood(workbook) if stood is None else stood, now))


def _known(connection: Connection, workbook: str) -> Stood:
    columns = (sightings.c.tbl, sightings.c.key, sightings.c.fingerprint, sightings.c.since)
    found = connection.execute(select(*columns).where(sightings.c.workbook == workbook))
    return {(table, key): (mark, since) for table, key, mark, since in found}


def _forget(connection: Connection, workbook: str, known: Stood, rows: Mapping[RowKey, str]) -> None:
    # Forgotten at once: a row that comes back may be another one under an old number.
    gone = list(known.keys() - {(row.table, row.key) for row in rows})
    for part in chunks(gone):
        connection.execute(
            delete(sightings)
            .where(sightings.c.workbook == workbook)
            .where(tuple_(sightings.c.tbl, sightings.c.key).in_(part))
        )


def _since(rows: Mapping[RowKey, str], known: Stood, now: datetime) -> Iterator[tuple[RowKey, datetime]]:
    moments: dict[int, datetime] = {}  # few different moments among many rows
    # To the microsecond, as what is read back later: else a row would seem to stand since a moment ago.
    now = from_micros(to_micros(now))
    for row, mark in rows.items():
        seen, micros = known.get((row.table, row.key), ("", 0))
        if seen != mark:
            yield row, now
            continue
        if micros not in moments:
            moments[micros] = from_micros(micros)
        yield row, moments[micros]
