"""How rows stood when they were last read, and since when. Fingerprints only, no content."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from types import MappingProxyType

from sqlalchemy import Connection, delete, select, tuple_, update

from automations.ledger.audit import Entry, append
from automations.ledger.facts import keep_facts
from automations.ledger.schema import from_micros, seen, sightings, to_micros
from automations.ledger.store import Store, chunks, upsert
from automations.model.fact_kinds.sightings import Renumbered
from automations.model.values import RowKey, is_draft

Stood = Mapping[tuple[str, str], tuple[str, int]]
"""How the rows of a workbook stood: by table and key the fingerprint, and since when (microseconds)."""

_NOBODY: Mapping[RowKey, str] = MappingProxyType({})


class Sightings(Store):
    """Keeping what was seen."""

    def sight(
        self,
        workbook: str,
        rows: Mapping[RowKey, str],
        now: datetime,
        stood: Stood | None = None,
        former: Mapping[RowKey, str] = _NOBODY,
    ) -> Mapping[RowKey, datetime]:
        """Since when (UTC) each row of a workbook has stood as its fingerprint says.

        Only rows that changed are written; rows that are no longer there are forgotten, so that one
        that comes back counts as new. `stood`: what the very same run has read of them, so that it is read once.
        `former`: the numbers that rows had before which have another one now; that is remembered for good."""
        with self._writing() as connection:
            known = _known(connection, workbook) if stood is None else stood
            _rename(connection, {row: old for row, old in former.items() if row.workbook == workbook}, now)
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


def _rename(connection: Connection, former: Mapping[RowKey, str], now: datetime) -> None:
    numbered = {row: old for row, old in former.items() if not is_draft(row.key)}
    facts = [Renumbered(row.key).under(f"{row.table}/{old}") for row, old in numbered.items()]
    # A number that was given back: what stood under it is its own again.
    undone = [Renumbered().under(f"{row.table}/{row.key}") for row in numbered]
    if not numbered:
        return
    entries = list(keep_facts(connection, [*undone, *facts], now))
    for row, old in numbered.items():
        here = (seen.c.workbook == row.workbook) & (seen.c.tbl == row.table)
        connection.execute(delete(seen).where(here, seen.c.key == row.key))
        connection.execute(update(seen).where(here, seen.c.key == old).values(key=row.key, gone=None))
        told = {"event": "renumbered", "table": row.table, "key": row.key, "since": now.isoformat(), "old": old}
        entries.append(Entry("noticed", told, row.key if row.table == "cases" else "", row.key))
    append(connection, now, "", entries)


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
