"""Rows that may be headers, and the headings in them that belong together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from automations.tables.folding import fold
from automations.tables.shared_tabs import filled
from automations.workbooks.headers import header_texts
from automations.workbooks.protocol import RawTab

TOP = 30  # rows from the top in which any row may be a header; further down it must follow a blank row or a title
LOOKED_AT = 25  # rows under a heading that tell whether its column is used
_ONE_BETWEEN = 2  # how far columns lie apart that have one empty column between them
_SAME_ROWS = 0.8  # of the rows on both sides of an empty column that are filled on both
_SAMPLE = 500  # rows that tell whether two columns go together


def candidates(tab: RawTab) -> Iterator[int]:
    """The numbers of rows that may be headers."""
    before = 0
    for number, cells in enumerate(tab.rows, start=1):
        count = sum(map(filled, cells))
        # A title is one cell above the table, so a row with one cell counts as none.
        if count and (number <= TOP or before <= 1):
            yield number
        before = count


def runs(tab: RawTab, row: int) -> list[dict[int, str]]:
    """Headings side by side; neither a blank one with something below it parts them nor an empty column, where
    the same rows are filled on both of its sides and no heading stands twice."""
    runs: list[dict[int, str]] = []
    for run in _neighbours(tab, row):
        if runs and _go_together(tab, row, runs[-1], run):
            runs[-1] |= run
        else:
            runs.append(run)
    return runs


def _go_together(tab: RawTab, row: int, left: Mapping[int, str], right: Mapping[int, str]) -> bool:
    # The same heading on both sides: two tables that stand side by side.
    if {fold(text) for text in left.values()} & {fold(text) for text in right.values()}:
        return False
    one, other = filled_rows(tab, row, left), filled_rows(tab, row, right)
    return min(right) - max(left) == _ONE_BETWEEN and len(one & other) >= _SAME_ROWS * max(len(one | other), 1)


def filled_rows(tab: RawTab, row: int, run: Mapping[int, str]) -> set[int]:
    """The rows below a header that have something under these headings, counted from 0."""
    low, high = min(run) - 1, max(run)
    below = enumerate(tab.rows[row : row + _SAMPLE])
    return {number for number, cells in below if any(map(filled, cells[low:high]))}


def _neighbours(tab: RawTab, row: int) -> Iterator[dict[int, str]]:
    run: dict[int, str] = {}
    last = 0
    for column, text in header_texts(tab, row).items():
        # A column without a heading but with cells belongs to the table; people forget to name the last one they added.
        if run and not all(_used(tab, row, between) for between in range(last + 1, column)):
            yield run
            run = {}
        run[column] = text
        last = column
    if run:
        yield run


def _used(tab: RawTab, row: int, column: int) -> bool:
    below = tab.rows[row : row + LOOKED_AT]
    return any(column <= len(cells) and filled(cells[column - 1]) for cells in below)
