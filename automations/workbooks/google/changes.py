"""What one write changes, as a single batch of requests, and the workbook as it will stand after it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Literal

from msgspec import Struct, field, structs

from automations.model.tabdoc import TabDoc, TabMark
from automations.model.values import Value
from automations.workbooks.cellrefs import Position
from automations.workbooks.google.canvas import Request
from automations.workbooks.google.reading import LEDGER_KEY, TAB_KEY, State, mark_text, number_for, revision
from automations.workbooks.google.room import Room, grown, longer, rooms
from automations.workbooks.google.tab_requests import chart_ids, sheet_links, tab_requests
from automations.workbooks.google.values import written_cell
from automations.workbooks.outcomes import free_name
from automations.workbooks.positions import Decision
from automations.workbooks.protocol import RawTab
from automations.workbooks.wanted_changes import Wanted

Owner = tuple[Literal["group", "rows", "tab", ""], str]
"""What a request belongs to: a group, the new rows of a tab, a tab of ours (ids; the tab's name for rows), or the
write as a whole."""

NOTHING: Owner = ("", "")


class Batch(Struct):
    """Requests, and for each what is given up where Google refuses it; and the `tabs` as they will stand.

    `placed` are the cells that each group sets: the tab's id, and values by row and column. `after` is the
    revision that the spreadsheet will have."""

    requests: list[Request] = field(default_factory=list)
    owners: list[Owner] = field(default_factory=list)
    placed: dict[str, tuple[str, Mapping[Position, Value]]] = field(default_factory=dict)
    after: str = ""
    tabs: list[RawTab] = field(default_factory=list)

    def add(self, request: Request, owner: Owner = NOTHING) -> None:
        """One more request."""
        self.requests.append(request)
        self.owners.append(owner)


def batch_of(wanted: Wanted, state: State) -> Batch:
    """All changes of a write, from the state that they were decided on."""
    batch = Batch()
    for decision, cells in _decided(wanted):
        tab = next(tab for tab in state.raw.tabs if tab.name == decision.tab)
        batch.placed[decision.group.id] = (tab.id, cells)
    new = {room.grid.id: room for room in rooms(wanted, state)}
    names = {str(grid.id): name for name, grid in state.grids.items()}
    # Rows first: all other requests count with them in place.
    for room in new.values():
        batch.add(room.request(), ("rows", names[str(room.grid.id)]))
    # Where rows are inserted the grid grows by itself.
    for request in grown(_not_in(new, batch), state):
        batch.add(request)
    for group, (tab_id, cells) in batch.placed.items():
        grid = next(grid for grid in state.grids.values() if str(grid.id) == tab_id)
        types = new[grid.id].types() if grid.id in new else grid.types
        for request in cell_requests(grid.id, cells, types):
            batch.add(request, ("group", group))
    for name, rows in wanted.rows().items():
        for request in longer(state.grids[name], [number for number, _ in rows]):
            batch.add(request, ("rows", name))
    # As they will stand, so that the revision afterwards can be announced before anything is sent.
    tabs = list(_typed(state, batch))
    for doc in wanted.docs:
        _tab(batch, doc, wanted, state, tabs)
    # Once, with the first write: from then on another ledger is refused.
    if state.raw.ledger != wanted.ledger:
        _note(batch, state, LEDGER_KEY, number_for(LEDGER_KEY), wanted.ledger)
    batch.tabs, batch.after = tabs, revision(tabs, wanted.ledger)
    return batch


def _not_in(rooms: Mapping[int, Room], batch: Batch) -> dict[str, tuple[str, Mapping[Position, Value]]]:
    """What goes to tabs where no row is inserted."""
    return {group: placed for group, placed in batch.placed.items() if int(placed[0]) not in rooms}


def _decided(wanted: Wanted) -> Iterator[tuple[Decision, Mapping[Position, Value]]]:
    """Decisions that change something, with the cells that they set."""
    rows = {tab: iter(new) for tab, new in wanted.rows().items()}
    for decision in wanted.live():
        if decision.append is None:
            yield decision, decision.cells
        else:
            row, values = next(rows[decision.tab])
            yield decision, {(row, column): value for column, value in values.items()}


def cell_requests(sheet: int, cells: Mapping[Position, Value], types: Mapping[Position, str]) -> Iterator[Request]:
    """Requests that set cells; neighbours that are set alike go together. Nothing else of a cell changes."""
    run: list[dict[str, Any]] = []
    start, mask = (0, 0), ""
    for place in sorted(cells):
        data, fields = written_cell(cells[place], types.get(place, ""))
        if run and (fields != mask or place != (start[0], start[1] + len(run))):
            yield _update(sheet, start, run, mask)
            run = []
        if not run:
            start, mask = place, fields
        run.append(data)
    if run:
        yield _update(sheet, start, run, mask)


def _update(sheet: int, start: Position, values: list[dict[str, Any]], fields: str) -> Request:
    place = {"sheetId": sheet, "rowIndex": start[0] - 1, "columnIndex": start[1] - 1}
    return {"updateCells": {"start": place, "rows": [{"values": values}], "fields": fields}}


def _typed(state: State, batch: Batch) -> Iterator[RawTab]:
    """The tabs with the new values in place."""
    for tab in state.raw.tabs:
        rows = [list(row) for row in tab.rows]
        for tab_id, cells in batch.placed.values():
            for (row, column), value in cells.items() if tab_id == tab.id else ():
                rows.extend([] for _ in range(row - len(rows)))
                line = rows[row - 1]
                line.extend([None] * (column - len(line)))
                line[column - 1] = value
        yield structs.replace(tab, rows=rows)


def _tab(batch: Batch, doc: TabDoc, wanted: Wanted, state: State, tabs: list[RawTab]) -> None:
    """A tab of ours, new or rewritten; `tabs` are kept as they will stand."""
    former = state.grid_of(doc.id)
    sheet = former.id if former else _free_sheet(doc.id, tabs)
    standing = next((n for n, tab in enumerate(tabs) if former and tab.id == str(former.id)), None)
    # The name that people gave a tab of ours stays.
    title = tabs[standing].name if standing is not None else free_name(doc.title, [tab.name for tab in tabs])
    links = sheet_links(wanted.resolver(), state.grids)
    for request in tab_requests(doc, sheet, title, former, links, wanted.language):
        batch.add(request, ("tab", doc.id))
    mark = TabMark(doc.id, title, doc.fingerprint(), doc.stand.isoformat() if doc.stand else "")
    _note(batch, state, TAB_KEY, number_for(TAB_KEY, doc.id), mark_text(mark, sheet, chart_ids(doc)))
    if standing is None:
        tabs.append(RawTab(title, str(sheet), (), mark=mark))
    else:
        tabs[standing] = structs.replace(tabs[standing], mark=mark)


def _free_sheet(tab_id: str, tabs: list[RawTab]) -> int:
    """The id of a new tab of ours: always the same, unless somebody's tab has it."""
    taken, number = {tab.id for tab in tabs}, 1
    while str(sheet := number_for("kim.sheet", tab_id, str(number))) in taken:
        number += 1
    return sheet


def _note(batch: Batch, state: State, key: str, number: int, text: str) -> None:
    """A note that people don't see, made or renewed."""
    if number in state.metadata:
        found = {"developerMetadataLookup": {"metadataId": number}}
        batch.add(
            {
                "updateDeveloperMetadata": {
                    "dataFilters": [found],
                    "developerMetadata": {"metadataValue": text},
                    "fields": "metadataValue",
                }
            }
        )
    else:
        noted = {"metadataId": number, "metadataKey": key, "metadataValue": text, "visibility": "DOCUMENT"}
        batch.add({"createDeveloperMetadata": {"developerMetadata": {**noted, "location": {"spreadsheet": True}}}})
