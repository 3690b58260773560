"""Columns that a team or a pack declared for kim's tables and that the workbook lacks: what to add, and where."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from msgspec import Struct

from automations.model.layout import TableLayout
from automations.model.schema import SHIPPED
from automations.model.snapshot import Snapshot
from automations.tables.columns import Columns
from automations.tables.shared_tabs import filled
from automations.workbooks.protocol import RawTab, RawWorkbook


class Missing(Struct, frozen=True):
    """Headings for a tab, by column, in its header row. `blocked` says that something else stands to the right."""

    tab: str
    row: int
    headings: Mapping[int, str]
    blocked: bool = False


def missing_columns(snapshot: Snapshot, columns: Columns, raw: RawWorkbook) -> Iterator[Missing]:
    """By table, in the order of the tables; of a table that is not there none."""
    for table in SHIPPED:
        layout = snapshot.layouts.get(table)
        tab = next((one for one in raw.tabs if layout is not None and one.name == layout.tab), None)
        if layout is None or tab is None or layout.workbook != raw.name:
            continue
        fields = [name for name in columns.specs[table].extra if name not in layout.columns]
        if fields:
            yield _at_the_end(layout, tab, [columns.tables[table].headings[name][0] for name in fields])


def _at_the_end(layout: TableLayout, tab: RawTab, headings: list[str]) -> Missing:
    row = layout.first_row - 1
    standing = [number for number, cell in enumerate(tab.rows[row - 1], start=1) if filled(cell)]
    last = max((*standing, *layout.columns.values()))
    # A second table or a note to the right would end up below the new heading.
    beyond = any(filled(cell) for line in tab.rows for cell in line[last:])
    return Missing(layout.tab, row, {last + n: text for n, text in enumerate(headings, start=1)}, beyond)
