"""Room for new rows. They are inserted below the last one, so that a row that a colleague types there at the same
instant is pushed down instead of being overwritten.

What ends with the table, its own frame and its filter, takes them in. Where something stands beside or below the table,
its rows must stay where they are: the next blank row is taken, and Google's answer is looked at, as for every cell."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from msgspec import Struct

from automations.workbooks.cellrefs import Position
from automations.workbooks.google.canvas import Request
from automations.workbooks.google.cells import Grid
from automations.workbooks.google.reading import State
from automations.workbooks.protocol import SPILLED, RawTab
from automations.workbooks.wanted_changes import Wanted


class Room(Struct, frozen=True):
    """Rows to be inserted in a tab, counted from 1. `like_above` takes the formats of the row above them,
    unless that is a heading."""

    grid: Grid
    first: int
    count: int
    like_above: bool

    def request(self) -> Request:
        """As the API has it."""
        start = self.first - 1
        rows = {"sheetId": self.grid.id, "dimension": "ROWS", "startIndex": start, "endIndex": start + self.count}
        return {"insertDimension": {"range": rows, "inheritFromBefore": self.like_above}}

    def types(self) -> dict[Position, str]:
        """The kinds of number formats that cells will have."""
        like = self.first - 1 if self.like_above else self.first
        above = {column: kind for (row, column), kind in self.grid.types.items() if row == like}
        new = {(self.first + n, column): kind for n in range(self.count) for column, kind in above.items()}
        others = {place: kind for place, kind in self.grid.types.items() if place[0] < self.first}
        return {**others, **new}


def rooms(wanted: Wanted, state: State) -> Iterator[Room]:
    """Where rows are inserted for those that a write appends."""
    for name, new in wanted.rows().items():
        tab, grid = next(tab for tab in state.raw.tabs if tab.name == name), state.grids[name]
        numbers = sorted(row for row, _ in new)
        first = numbers[0]
        # Rows of two tables in one tab are not in turn: an insertion would move the other table.
        in_turn = numbers == list(range(first, first + len(numbers)))
        # Google refuses rows in the middle of what is protected from kim.
        free = not any(protection.area.top <= first <= protection.area.bottom for protection in grid.protections)
        if in_turn and free and 1 < first <= grid.rows and not _anything_from(tab, first):
            yield Room(grid, first, len(numbers), first - 1 not in _headings(wanted, name))


def _anything_from(tab: RawTab, row: int) -> bool:
    typed = any(cell not in {None, ""} for line in tab.rows[row - 1 :] for cell in line)
    formulas = (place for place, text in tab.formulas.items() if text != SPILLED)  # an array is laid out anew
    return typed or any(place[0] >= row for known in (formulas, tab.errors) for place in known)


def _headings(wanted: Wanted, tab: str) -> set[int]:
    tables = (wanted.part(decision) for decision in wanted.live() if decision.tab == tab)
    return {table.header_row for table in tables if table}


def longer(grid: Grid, rows: Collection[int]) -> Iterator[Request]:
    """The tables and the filter of a tab that end right above new `rows` take them in. A table with a footer is left:
    its last row would become another one."""
    first, last = min(rows), max(rows)

    def taking_in(item: Mapping[str, Any]) -> dict[str, Any] | None:
        area = item.get("range", {})
        fits = area.get("endRowIndex") == first - 1 and area.get("startRowIndex", 0) < first - 1
        return {**area, "endRowIndex": last} if fits else None

    for table in grid.tables:
        if "footerColorStyle" not in table.get("rowsProperties", {}) and (area := taking_in(table)):
            yield {"updateTable": {"table": {"tableId": table["tableId"], "range": area}, "fields": "range"}}
    if area := taking_in(grid.filter):
        yield {"setBasicFilter": {"filter": {**grid.filter, "range": area}}}


def grown(placed: Mapping[str, tuple[str, Mapping[Position, object]]], state: State) -> Iterator[Request]:
    """Rows at the end of tabs that are too short for what is `placed` (the tab's id, cells) by group."""
    for tab in state.raw.tabs:
        grid = state.grids[tab.name]
        rows = [row for tab_id, cells in placed.values() if tab_id == tab.id for row, _ in cells]
        if (length := max(rows, default=0) - grid.rows) > 0:
            yield {"appendDimension": {"sheetId": grid.id, "dimension": "ROWS", "length": length}}
