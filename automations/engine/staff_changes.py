"""What people changed since the last run, noted for `kim explain`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from itertools import chain

from automations.config.site import Site
from automations.ledger.book import Ledger
from automations.ledger.staff_edits import TableLook
from automations.model.records import AnyRecord
from automations.model.snapshot import Snapshot
from automations.model.values import Value, key_text
from automations.tables.rows import TableRows, table_rows

_FORMULA = "="  # its text changes when rows are sorted, its result when anything else does


def notice(site: Site, ledger: Ledger, snapshot: Snapshot, run: str, now: datetime, *, first: bool) -> None:
    """Compare the columns of `[noticed]` with the last look. With `first` they are only remembered: on first
    contact, and where the ledger does not know what was done last. `now` is aware."""
    for look in _looks(site, snapshot):
        ledger.notice(run, look, now, first=first)


def _looks(site: Site, snapshot: Snapshot) -> Iterator[TableLook]:
    wanted: Mapping[str, tuple[Sequence[str], Sequence[AnyRecord]]] = {
        "cases": (site.file.noticed.cases, snapshot.cases),
        "appointments": (site.file.noticed.appointments, snapshot.appointments),
    }
    found = table_rows(snapshot)
    for table, (names, records) in wanted.items():
        if table in found:
            yield look_at(found[table], names, records)


def look_at(parts: Sequence[TableRows], names: Sequence[str], records: Sequence[AnyRecord]) -> TableLook:
    """Some fields of all rows that can be told apart; fields that the table has not are left out. `parts` are
    the table's rows, tab by tab."""
    layout = parts[0].layout
    fields = tuple(name for name in names if all(name in rows.layout.columns for rows in parts))
    keys = [key for rows in parts for key in rows.index]
    doubled = frozenset({record.row.key for record in records}.difference(keys))
    columns = [list(chain.from_iterable(_column(rows, name) for rows in parts)) for name in fields]
    return TableLook(layout.workbook, layout.table, fields, layout.headings, keys, columns, doubled)


def _column(rows: TableRows, name: str) -> list[Value]:
    positions = list(rows.index.values())
    values = rows.column(name, positions)
    if rows.special:
        place = rows.places[name]
        for at, position in enumerate(positions):
            cell = rows.special.get(rows.numbers[position], {}).get(place)
            # Such cells have no plain value in the frame: a formula's result or an error would read as "emptied".
            if cell is not None:
                values[at] = _FORMULA if cell.kind == "formula" else cell.shown
    # 17 and "17" are one case: a cell that only changed its format is no news.
    return [key_text(value) for value in values] if name == "case" else values
