"""Tabs that no table is read from, though somebody goes on in them with what a table of kim's holds."""

from __future__ import annotations

from collections.abc import Container, Iterator
from datetime import date, datetime, timedelta
from itertools import chain

from automations.tables.columns import TableColumns
from automations.tables.locate import Search, best_header
from automations.workbooks.protocol import RawTab, RawWorkbook

_FEWEST = 3  # headings by which a tab is known to be of the same kind
_NEARLY_ALL = 0.75  # of a tab's headings: what was added to it later another one may lack
_OF_LATE = timedelta(days=60)


def going_on(
    workbook: RawWorkbook, columns: TableColumns, taken: Search, claimed: Container[tuple[str, str]], today: date
) -> Iterator[RawTab]:
    """Tabs with nearly all of the team's headings of a table, and days from `today` on, or of late where the table
    stands in several (a new colleague's tab). `claimed` are workbooks and ids of tabs that are read."""
    if taken.header is None or columns.quiet or columns.first_heading:
        return
    wanted = taken.header.columns.keys() - {*columns.kim_writes, *columns.kim_sets}
    since = today - _OF_LATE if columns.together else today
    for tab in workbook.tabs if len(wanted) >= _FEWEST else ():
        if tab.mark is None and (workbook.name, tab.id) not in claimed and tab not in taken.left_out:
            header = best_header(tab, columns)
            cells = chain.from_iterable(tab.rows[header.row :])
            alike = len(wanted & header.columns.keys()) >= _NEARLY_ALL * len(wanted)
            if alike and any(isinstance(one, date) and _day(one) >= since for one in cells):
                yield tab


def _day(value: date) -> date:
    return value.date() if isinstance(value, datetime) else value
