"""Where a group's cells stand, and whether it still holds: the one judge for every backend.

Columns are found by heading, rows by key, in the very values that the write starts from.

Why: docs/decisions/10-key-not-number.md"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from msgspec import Struct, field

from automations.model.layout import Base, TableLayout
from automations.model.plan import EditGroup
from automations.model.values import Value, draft_key, is_draft, key_text, normalise, same
from automations.model.writes import GroupResult
from automations.workbooks.cellrefs import Position
from automations.workbooks.headers import group_texts, header_texts
from automations.workbooks.protocol import SPILLED, RawTab, RawWorkbook

HEADER_DEPTH = 50  # how many rows from the top a header is looked for in (people insert titles above it)

NO_COLUMN = "The column “{column}” was not found."


class Decision(Struct, frozen=True):
    """What becomes of a group: its result, and the cells to set (none where they say it already).
    `append` holds a new row's values by column. `reason` is a sentence with `{names}` from `values`."""

    group: EditGroup
    result: GroupResult
    tab: str = ""
    cells: Mapping[Position, Value] = field(default_factory=dict)
    append: Mapping[int, Value] | None = None
    reason: str = ""
    values: Mapping[str, str] = field(default_factory=dict)


class Table(Struct, frozen=True):
    """A table as it stands now. `columns` are those headings that were found again."""

    layout: TableLayout
    tab: RawTab
    header_row: int
    columns: Mapping[str, int]
    rows: Mapping[str, Sequence[int]]

    def value(self, row: int, column: int) -> Value:
        """A cell's value; errors count as blank, as they do for readers."""
        return cell(self.tab, row, column)

    def last_row(self) -> int:
        """The last row with anything in one of the table's columns (the header where none has)."""
        places = sorted(self.columns.values())
        # `bottom`: below it another table stands in the same tab.
        for number in range(min(self.layout.bottom or len(self.tab.rows), len(self.tab.rows)), self.header_row, -1):
            row = self.tab.rows[number - 1]
            if any(p <= len(row) and normalise(row[p - 1]) is not None for p in places) or any(
                self.tab.formulas.get((number, p), SPILLED) != SPILLED for p in places
            ):
                return number
        return self.header_row


def cell(tab: RawTab, row: int, column: int) -> Value:
    """A cell's value; None beyond the filled area and for errors."""
    if (row, column) in tab.errors or row > len(tab.rows):
        return None
    cells = tab.rows[row - 1]
    return cells[column - 1] if column <= len(cells) else None


def find_tab(workbook: RawWorkbook, layout: TableLayout) -> RawTab | None:
    """The tab of a table: by its exact name, else (renamed meanwhile) by its id. Never a tab that is ours alone."""
    # A summary tab shows the same headings as the table it is made of: edits must never find it.
    tabs = [tab for tab in workbook.tabs if tab.mark is None or tab.mark.kept]
    by_name = [tab for tab in tabs if tab.name == layout.tab]
    by_id = [tab for tab in tabs if layout.tab_id and tab.id == layout.tab_id]
    # By the id only where the name decides nothing: of two tabs of one name neither is guessed.
    found = by_name if len(by_name) == 1 else by_id
    return found[0] if len(found) == 1 else None


def find_table(workbook: RawWorkbook, layout: TableLayout, drafts: bool = True) -> Table | None:
    """The table as it stands now; None where its tab or the heading of its key column is gone.

    `drafts` also keys the rows without number, which takes longer. A tab as read does not change, so it is searched
    once for each layout."""
    tab = find_tab(workbook, layout)
    if tab is None:
        return None
    known = (one for one in tab.found if isinstance(one, _Searched) and one.layout is layout)
    searched = next((one for one in known if one.drafts or not drafts), None)
    if searched is None:
        tab.found.append(searched := _searched(tab, layout, drafts))
    return searched.table(tab)


class _Searched(Struct, frozen=True):
    """What a tab was searched for, and what was found. It does not hold the tab, which holds it."""

    layout: TableLayout
    drafts: bool
    header: tuple[int, Mapping[str, int]] | None
    rows: Mapping[str, Sequence[int]]

    def table(self, tab: RawTab) -> Table | None:
        return Table(self.layout, tab, *self.header, self.rows) if self.header else None


def _searched(tab: RawTab, layout: TableLayout, drafts: bool) -> _Searched:
    header = _header(tab, layout)
    return _Searched(layout, drafts, header, _keys(tab, *header, layout, drafts) if header else {})


def find_parts(workbook: RawWorkbook, layout: TableLayout, drafts: bool = True) -> list[Table]:
    """The tabs of a table as they stand now: the first is the one that new rows go into. Tabs that are gone are
    left out; none where the first is. One that never had the column of numbers (a month that somebody just began)
    holds back no other."""
    found = [find_table(workbook, part, drafts) for part in layout.parts]
    return [table for table in found if table is not None] if found[0] or _is_numberless(layout) else []


def _is_numberless(layout: TableLayout) -> bool:
    return layout.key_field not in layout.columns


def holding(parts: Sequence[Table], key: str) -> Table | None:
    """The tab in which the row of a key stands; the first where it stands in none, or in several."""
    having = [table for table in parts if key in table.rows]
    return having[0] if len(having) == 1 else next(iter(parts), None)


def decide(workbook: RawWorkbook, groups: Iterable[EditGroup], base: Base) -> list[Decision]:
    """What becomes of each group in the workbook as it stands now."""
    groups = list(groups)
    tables: dict[str, list[Table]] = {}
    for name in {group.row.table for group in groups}:
        layout = base.layouts.get(name)
        drafts = any(is_draft(group.row.key) for group in groups if group.row.table == name)
        tables[name] = find_parts(workbook, layout, drafts) if layout else []
    taken: set[tuple[str, Position | str]] = set()
    # A new row belongs into the first tab, and into none of the others where that one cannot take it.
    homeless = {name for name in tables if name in base.layouts and _is_numberless(base.layouts[name])}
    return [
        _decide(group, [] if group.op == "append" and group.row.table in homeless else tables[group.row.table], taken)
        for group in groups
    ]


def _decide(group: EditGroup, parts: Sequence[Table], taken: set[tuple[str, Position | str]]) -> Decision:
    table = holding(parts, group.row.key)
    if table is None:
        return Decision(group, "missing", reason="The tab or its headings were not found.")
    if gone := [name for name in (*(edit.field for edit in group.edits), *group.guards) if name not in table.columns]:
        return Decision(
            group,
            "missing",
            table.tab.name,
            reason=NO_COLUMN,
            values={"column": table.layout.headings.get(gone[0], gone[0])},
        )
    keys = (group.row.key, *new_keys(group, table))
    # A tab a year: a number that stands in two of them is nobody's, and is left alone in both.
    if any(key in other.rows for other in parts if other is not table for key in keys):
        return Decision(group, "duplicate", table.tab.name, reason="The number stands in another tab.")
    decision = _append(group, table) if group.op == "append" else _edit(group, table)
    claims: set[tuple[str, Position | str]] = {(table.tab.name, place) for place in decision.cells}
    claims |= {(table.tab.name, key) for key in new_keys(group, table)} if decision.result == "applied" else set()
    # Two jobs that want the same cell were planned over the same old value; the first one counts.
    if claims & taken:
        return Decision(group, "duplicate", table.tab.name, reason="Another change of this run wants the same cell.")
    taken |= claims
    return decision


def new_keys(group: EditGroup, table: Table) -> list[str]:
    """The keys that an edit group gives its row."""
    name = table.layout.key_field
    return [key for edit in group.edits if edit.field == name and (key := key_text(edit.new))]


def _edit(group: EditGroup, table: Table) -> Decision:
    rows = table.rows.get(group.row.key, ())
    tab = table.tab
    if len(rows) != 1:
        return Decision(group, "duplicate" if rows else "missing", tab.name)
    row = rows[0]
    if not all(same(table.value(row, table.columns[name]), value) for name, value in group.guards.items()):
        return Decision(group, "changed", tab.name)
    cells: dict[Position, Value] = {}
    for edit in group.edits:
        place = row, table.columns[edit.field]
        now = table.value(*place)
        # It says so already: a colleague was quicker, or an earlier try of this write arrived.
        if same(now, edit.new) and place not in tab.errors:
            continue
        # An error reads as blank, but somebody's formula or paste stands there: it is no blank cell.
        if not same(now, edit.old) or place in tab.errors:
            return Decision(group, "changed", tab.name)
        if reason := _untouchable(tab, place):
            return Decision(group, "refused", tab.name, reason=reason)
        cells[place] = edit.new
    # Two rows of one number would both be left alone from then on, and nobody knows which is meant.
    if any(table.rows.get(key, [row]) != [row] for key in new_keys(group, table)):
        return Decision(group, "duplicate", tab.name, reason="The number stands in another row.")
    return Decision(group, "applied", tab.name, cells)


def _append(group: EditGroup, table: Table) -> Decision:
    values = {table.columns[edit.field]: edit.new for edit in group.edits}
    values.setdefault(table.columns[table.layout.key_field], group.row.key)
    rows = table.rows.get(group.row.key, ())
    if len(rows) > 1:
        return Decision(group, "duplicate", table.tab.name)
    if rows:
        # The row of this number is there: an earlier try of this write put it there, or it is another one.
        stands = all(same(table.value(rows[0], column), value) for column, value in values.items())
        return Decision(group, "applied" if stands else "changed", table.tab.name)
    return Decision(group, "applied", table.tab.name, append={c: v for c, v in values.items() if v is not None})


def _untouchable(tab: RawTab, place: Position) -> str:
    """Why a cell is never written, whatever the format: formulas, cells hidden by a merge."""
    if place in tab.formulas:
        return "A formula stands there."
    row, column = place
    for first_row, first_column, last_row, last_column in tab.merged:
        inside = first_row <= row <= last_row and first_column <= column <= last_column
        if inside and place != (first_row, first_column):
            return "The cell is merged with others."
    return ""


def _header(tab: RawTab, layout: TableLayout) -> tuple[int, dict[str, int]] | None:
    """The header's row and columns: where it was, else the row with the most of its headings."""
    # Looked for anew each time: people put titles above a table and sort columns about.
    rows = range(1, min(len(tab.rows), max(HEADER_DEPTH, layout.header_row)) + 1)
    found = [
        (len(columns), row == layout.header_row, -row, columns)
        for row in rows
        if (columns := _columns(tab, row, layout))
    ]
    if not found:
        return None
    _, _, row, columns = max(found, key=lambda item: item[:3])
    return -row, columns


def _columns(tab: RawTab, row: int, layout: TableLayout) -> dict[str, int] | None:
    """Fields whose heading stands in the row, once or still at its place; None without the key's."""
    places: dict[str, list[int]] = {}
    groups = group_texts(tab, row)
    for column, text in header_texts(tab, row).items():
        for form in dict.fromkeys((text, f"{groups[column]} {text}" if column in groups else text)):
            places.setdefault(_folded(form), []).append(column)
    columns = {}
    for name, heading in layout.headings.items():
        candidates = places.get(_folded(heading), [])
        # A heading that stands twice is told apart by where it stood.
        if layout.columns.get(name) in candidates:
            columns[name] = layout.columns[name]
        elif len(candidates) == 1:
            columns[name] = candidates[0]
    return columns if layout.key_field in columns else None


def _folded(heading: str) -> str:
    return " ".join(str(normalise(heading) or "").casefold().split())


def _keys(
    tab: RawTab, header_row: int, columns: Mapping[str, int], layout: TableLayout, drafts: bool
) -> dict[str, list[int]]:
    place = columns[layout.key_field]
    staff = {name: columns[name] for name in layout.staff_fields if name in columns} if drafts else {}
    rows: dict[str, list[int]] = {}
    for number, cells in enumerate(tab.rows[header_row : layout.bottom or None], start=header_row + 1):
        raw = cells[place - 1] if place <= len(cells) and (number, place) not in tab.errors else None
        key = key_text(raw)
        if key is None and drafts:
            typed = {name: cell(tab, number, column) for name, column in staff.items()}
            key = draft_key(typed) if any(normalise(value) is not None for value in typed.values()) else None
        if key is not None:
            rows.setdefault(key, []).append(number)
    return rows
