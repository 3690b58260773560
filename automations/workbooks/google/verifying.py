"""Whether a write went where it should, told from Google's own answer; and what stood where it went wrong.

A lock keeps colleagues away while kim writes, but not the sheet's owner, and kim may lack the right to lock."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import zip_longest

from msgspec import Struct

from automations.model.layout import TableLayout
from automations.model.values import Value, is_draft, same
from automations.workbooks.cellrefs import Position
from automations.workbooks.google.changes import Batch
from automations.workbooks.google.reading import State
from automations.workbooks.positions import Decision, Table, cell
from automations.workbooks.protocol import RawTab
from automations.workbooks.wanted_changes import Wanted


class Slip(Struct, frozen=True):
    """A group whose cells landed in a row that is not the one decided on. `restore` are the values that
    stood there, None where that cannot be told. `line` is the whole row as it stands now."""

    group: str
    tab: str
    layout: TableLayout
    written: Mapping[Position, Value]
    restore: Mapping[Position, Value] | None
    line: Sequence[Value]


def slips(wanted: Wanted, batch: Batch, after: State) -> Iterator[Slip]:
    """The groups that did not land where they should."""
    tabs = {tab.id: tab for tab in after.raw.tabs}
    together: dict[str, dict[Position, Value]] = {}
    for tab_id, cells in batch.placed.values():
        together.setdefault(tab_id, {}).update(cells)
    for decision in wanted.live():
        tab_id, cells = batch.placed[decision.group.id]
        table, tab = wanted.part(decision), tabs.get(tab_id)
        # The tab itself was deleted meanwhile: nothing stands wrong in it.
        if table is None or tab is None:
            continue
        row = next(iter(cells))[0]
        if _landed(decision, table, tab, row, together[tab_id]):
            continue
        line = line_of(after, tab_id, row)
        # Cells that another group wrote into the same row are no sign that it is another row.
        restore = stood(table, tab, row, cells, {column for at, column in together[tab_id] if at == row})
        yield Slip(decision.group.id, tab_id, table.layout, cells, restore, line)


def _landed(decision: Decision, table: Table, tab: RawTab, row: int, cells: Mapping[Position, Value]) -> bool:
    """Whether the row still is the one decided on: its key, its guards, and the new values (`cells`: those
    of all groups of the tab, as several may be about one row)."""
    group = decision.group
    names = {table.layout.key_field, *group.guards}
    # Without a number all that was typed tells the row.
    names |= set(table.layout.staff_fields) & set(table.columns) if is_draft(group.row.key) else set()
    columns = {table.columns[name] for name in names} | {column for at, column in cells if at == row}
    if decision.append is not None:  # a formula, or the array that a new row lies in, shows what it likes
        columns |= {column for column in table.columns.values() if (row, column) not in tab.formulas}
    return all(
        same(cell(tab, row, column), cells.get((row, column), cell(table.tab, row, column))) for column in columns
    )


def stood(
    table: Table, tab: RawTab, row: int, cells: Mapping[Position, Value], written: Collection[int]
) -> Mapping[Position, Value] | None:
    """What stood in cells before they were written by mistake: the row is found again in the former
    values by all columns but those in `written`, else by its key alone."""
    others = [column for column in sorted(table.columns.values()) if column not in written]
    # Nothing else stands in the row: it was blank, or below the table.
    if all(cell(tab, row, column) is None for column in others):
        return dict.fromkeys(cells)
    key = table.columns[table.layout.key_field]
    found = _rows_like(table, tab, row, others)
    # The row may have been changed meanwhile; by its key it is still the same one.
    if not found and key not in written and cell(tab, row, key) is not None:
        found = _rows_like(table, tab, row, [key])
    former = [{place: cell(table.tab, number, place[1]) for place in cells} for number in found]
    # Rows that look alike may differ in just these cells: then nobody can tell what stood there.
    return former[0] if former and all(one == former[0] for one in former) else None


def _rows_like(table: Table, tab: RawTab, row: int, columns: Collection[int]) -> list[int]:
    """Rows of the former values that say the same in these columns."""
    sought = [(column, cell(tab, row, column)) for column in columns]
    former = range(table.header_row + 1, len(table.tab.rows) + 1)
    return [n for n in former if all(same(cell(table.tab, n, column), value) for column, value in sought)]


def stands(slip: Slip, state: State) -> bool:
    """Whether what was written stands at its place by mistake: a write whose answer was lost may never have
    arrived, and the row that is there now may have said the same all along."""
    if slip.restore is not None and all(same(slip.restore[place], value) for place, value in slip.written.items()):
        return False
    tab = next((tab for tab in state.raw.tabs if tab.id == slip.tab), None)
    return tab is not None and all(same(cell(tab, *place), value) for place, value in slip.written.items())


def undone(slip: Slip, state: State) -> Mapping[Position, Value] | None:
    """The cells that take a slip back in the spreadsheet as it stands now; None where its row is not
    found again exactly as we left it, or what stood there is unknown."""
    tab = next((tab for tab in state.raw.tabs if tab.id == slip.tab), None)
    if tab is None or slip.restore is None:
        return None
    rows = [n for n, line in enumerate(tab.rows, start=1) if alike(line, slip.line)]
    # Of two equal rows nobody can say which one kim wrote into; people are told instead.
    if len(rows) != 1:
        return None
    return {(rows[0], column): value for (_, column), value in slip.restore.items()}


def alike(one: Sequence[Value], other: Sequence[Value]) -> bool:
    """Whether two rows say the same; blanks at their ends do not count."""
    return all(same(a, b) for a, b in zip_longest(one, other))


def line_of(state: State, tab_id: str, row: int) -> Sequence[Value]:
    """A whole row as it stands."""
    tab = next((tab for tab in state.raw.tabs if tab.id == tab_id), None)
    return tab.rows[row - 1] if tab and row <= len(tab.rows) else ()
