"""The part of a spreadsheet that the answer to a lock or a write shows, laid over what was read before.

A table is not sent again for ten cells. Under the lock the columns are looked at that tell the rows and say whether
a change still holds; after the write, the rows that were written. Where such an excerpt contradicts what was read
(rows moved, a tab came), the whole is read anew."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from msgspec import Struct, structs

from automations.model.layout import Base
from automations.model.plan import EditGroup
from automations.model.tabdoc import TabDoc
from automations.model.values import Value, is_draft
from automations.workbooks.cellrefs import Box, quoted
from automations.workbooks.google.reading import State, answered
from automations.workbooks.positions import Table, find_parts
from automations.workbooks.protocol import RawTab, RawWorkbook
from automations.workbooks.wanted_changes import linked

Place = tuple[str, Box]  # cells of a tab, by its name


class Excerpt(Struct, frozen=True):
    """What is asked for: `places`, and among them those that must be `as_before` for the rest to be, too."""

    former: State
    places: tuple[Place, ...]
    as_before: tuple[Place, ...] = ()

    def ranges(self) -> list[str]:
        """The places in A1 notation."""
        return [f"{quoted(tab)}!{box}" for tab, box in self.places]

    def laid_over(self, answer: Mapping[str, Any]) -> State | None:
        """The spreadsheet as it stands now; None where only a whole reading can tell."""
        sheets = {str(sheet["properties"].get("sheetId", 0)): sheet for sheet in answer.get("sheets", ())}
        tabs = [tab for tab in self.former.raw.tabs if self._is_shown(tab.name)]
        # A tab came or went, was moved or renamed.
        if [tab.id for tab in tabs] != _in_order(sheets) or not all(
            sheets[tab.id]["properties"]["title"] == tab.name for tab in tabs
        ):
            return None
        shown = {tab.id: [box for name, box in self.places if name == tab.name] for tab in tabs}
        # Grids are told apart by their order alone: one too few would lay cells over the wrong places.
        if any(not _fits(sheets[number].get("data", ()), boxes) for number, boxes in shown.items()):
            return None
        state = answered(self.former.raw.name, answer, self.former, shown)
        return state if all(_same(state, self.former, place) for place in self.as_before) else None

    def _is_shown(self, tab: str) -> bool:
        return any(name == tab for name, _ in self.places)


def _in_order(sheets: Mapping[str, Mapping[str, Any]]) -> list[str]:
    return sorted(sheets, key=lambda number: sheets[number]["properties"].get("index", 0))


def _fits(data: Sequence[Mapping[str, Any]], boxes: Sequence[Box]) -> bool:
    """Whether the answer has a grid for each range, in their order."""
    starts = [(grid.get("startRow", 0) + 1, grid.get("startColumn", 0) + 1) for grid in data]
    return starts == [(box.top, box.left) for box in boxes]


def _same(one: State, other: State, place: Place) -> bool:
    name, box = place
    # Rows that came or went move others, even where the cells looked at are alike.
    if one.grids[name].rows != other.grids[name].rows or one.grids[name].columns != other.grids[name].columns:
        return False
    return _values(one.raw, name, box) == _values(other.raw, name, box)


def _values(raw: RawWorkbook, name: str, box: Box) -> list[list[Value]]:
    rows = next(tab.rows for tab in raw.tabs if tab.name == name)
    found = [list(row[box.left - 1 : box.right]) for row in rows[box.top - 1 : box.bottom]]
    for row in found:
        while row and row[-1] is None:
            row.pop()
    while found and not found[-1]:
        found.pop()
    return found


def under_lock(state: State, groups: Sequence[EditGroup], docs: Iterable[TabDoc], base: Base) -> Excerpt:
    """What a write looks at when it holds its lock: of each table that it changes or links to, the headings and the
    keys, which must be as before; the guards and the cells that it sets; what stands at the end of a table that
    gets rows. Rows without number are known by all that was typed into them."""
    linking = {table for doc in docs for table in linked(doc)}
    asked: list[Place] = []
    fixed: list[Place] = []
    for name in dict.fromkeys((*(group.row.table for group in groups), *sorted(linking))):
        layout = base.layouts.get(name)
        mine = [group for group in groups if group.row.table == name]
        for part in find_parts(state.raw, layout) if layout else ():
            tab, grid = part.tab.name, state.grids[part.tab.name]
            key = part.columns[part.layout.key_field]
            known = [Box(part.header_row, 1, part.header_row, grid.columns), Box(1, key, grid.rows, key)]
            fixed += [(tab, box) for box in known]
            columns = _runs(_columns(mine, part) - {key})
            asked += [(tab, Box(1, left, grid.rows, right)) for left, right in columns]
            # A row without number is known by all its cells, so all of them are looked at.
            if any(is_draft(group.row.key) for group in mine):
                drafts = _runs({row for name, rows in part.rows.items() if is_draft(name) for row in rows})
                asked += [(tab, Box(first, 1, last, grid.columns)) for first, last in drafts]
            if any(group.op == "append" for group in mine):
                last = min(part.last_row(), grid.rows)
                asked.append((tab, Box(last, 1, grid.rows, grid.columns)))
    return Excerpt(state, (*_corners(state), *fixed, *asked), tuple(fixed))


def _columns(groups: Iterable[EditGroup], part: Table) -> set[int]:
    names = {name for group in groups for name in (*(edit.field for edit in group.edits), *group.guards)}
    return {part.columns[name] for name in names if name in part.columns}


def after_write(expected: State, rows: Mapping[str, Iterable[int]]) -> Excerpt:
    """What is looked at after a write: the rows that it wrote, by tab. `expected` is the spreadsheet as it should
    stand now."""
    places = [
        (tab, Box(first, 1, last, expected.grids[tab].columns))
        for tab, numbers in rows.items()
        for first, last in _runs(set(numbers))
    ]
    return Excerpt(expected, (*_corners(expected), *places))


def _corners(state: State) -> Iterator[Place]:
    """A cell of each tab: a tab of which no cell is asked for is not in the answer."""
    return ((name, Box(1, 1, 1, 1)) for name, grid in state.grids.items() if grid.rows and grid.columns)


def _runs(numbers: Iterable[int]) -> Iterator[tuple[int, int]]:
    """Neighbouring numbers as first and last."""
    first = last = 0
    for number in sorted(numbers):
        if first and number > last + 1:
            yield first, last
        first, last = (number if not first or number > last + 1 else first), number
    if first:
        yield first, last


def expected(state: State, tabs: Sequence[RawTab], ledger: str, revision: str) -> State:
    """The spreadsheet as it will stand when `tabs` are written."""
    known = {str(grid.id): grid for grid in state.grids.values()}
    # A tab that this write makes has no grid yet; one cell of it will tell that it came.
    empty = next(iter(known.values()))
    grids = {
        tab.name: known.get(tab.id) or structs.replace(empty, id=int(tab.id), rows=1, columns=1, types={})
        for tab in tabs
    }
    raw = structs.replace(state.raw, tabs=tuple(tabs), ledger=ledger, revision=revision)
    return structs.replace(state, raw=raw, grids=grids)
