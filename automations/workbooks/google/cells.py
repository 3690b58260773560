"""Cells of a sheet's answer as rows of values, and parts of a sheet laid over what was read before."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from msgspec import Struct, field, structs

from automations.model.values import Value
from automations.workbooks.cellrefs import Box, Position
from automations.workbooks.google.protections import Protection
from automations.workbooks.google.values import DATES, TIMES, format_type, is_spilled, read_error, read_value
from automations.workbooks.protocol import SPILLED, RawTab


def all_cells(sheet: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """The cells of a sheet, one after the other."""
    rows = (row for data in sheet.get("data", ()) for row in data.get("rowData", ()))
    return (cell for row in rows for cell in row.get("values", ()))


class FoundCells(Struct):
    """What is gathered of a tab's cells on the way. `telling`: the answer says of cells that something was entered."""

    telling: bool
    formulas: dict[Position, str] = field(default_factory=dict)
    errors: dict[Position, str] = field(default_factory=dict)
    types: dict[Position, str] = field(default_factory=dict)

    def row(self, row: int, cells: Sequence[Mapping[str, Any]]) -> tuple[Value, ...]:
        """The values of a row, without blanks at its end."""
        values: list[Value] = []
        for column, cell in enumerate(cells, start=1):
            values.append(read_value(cell) if cell else None)
            if cell:
                self._note((row, column), cell)
        return self.trimmed(row, values)

    def trimmed(self, row: int, values: list[Value]) -> tuple[Value, ...]:
        """The values of a row, without blanks at its end."""
        # A blank that is an error, or a formula's, is no end of the row.
        while values and values[-1] is None and not self._marked((row, len(values))):
            values.pop()
        return tuple(values)

    def block(self, box: Box, lines: Sequence[Mapping[str, Any]]) -> dict[Position, Value]:
        """The values of cells that stand together."""
        values: dict[Position, Value] = {}
        for row, line in enumerate(lines, start=box.top):
            for column, cell in enumerate(line.get("values", ()), start=box.left):
                if cell:
                    values[row, column] = read_value(cell)
                    self._note((row, column), cell)
        return values

    def _marked(self, place: Position) -> bool:
        return place in self.errors or place in self.formulas

    def _note(self, place: Position, cell: Mapping[str, Any]) -> None:
        if "formulaValue" in (cell.get("userEnteredValue") or ()):
            self.formulas[place] = str(cell["userEnteredValue"]["formulaValue"]).removeprefix("=")
        # Only where the answer tells of any cell: with another mask every value would look like part of an array.
        elif self.telling and is_spilled(cell):
            self.formulas[place] = SPILLED
        if error := read_error(cell):
            self.errors[place] = error
        # Kept for the writing: a number put into such a cell would be shown as a day.
        if (kind := format_type(cell)) in DATES | TIMES:
            self.types[place] = kind


def laid_over(
    before: tuple[RawTab, Grid],
    now: tuple[RawTab, Grid],
    sheet: Mapping[str, Any],
    boxes: Sequence[Box],
    *,
    telling: bool,
) -> tuple[RawTab, Grid]:
    """A tab as it was, with the cells that an excerpt shows, and all else as it is now."""
    (old, old_grid), (tab, grid) = before, now
    found = FoundCells(telling)
    found.formulas, found.errors = dict(old.formulas), dict(old.errors)
    found.types = dict(old_grid.types)
    rows = [list(row) for row in old.rows]
    for box, data in zip(boxes, sheet.get("data", ()), strict=True):
        for kept in (found.formulas, found.errors, found.types):
            # What stood there may be gone: a formula that was deleted does not come in the answer.
            for place in [place for place in kept if box.covers(place)]:
                del kept[place]
        _paint(rows, box, found.block(box, data.get("rowData", ())))
    whole = tuple(trimmed_rows([found.trimmed(number, row) for number, row in enumerate(rows, start=1)]))
    # An excerpt shows only merges that it touches. One that was taken apart since is refused once more: no harm done.
    merged = tuple(dict.fromkeys((*old.merged, *tab.merged)))
    laid = structs.replace(tab, rows=whole, formulas=found.formulas, errors=found.errors, merged=merged)
    return laid, structs.replace(grid, types=found.types)


def _paint(rows: list[list[Value]], box: Box, values: Mapping[Position, Value]) -> None:
    for row, column in values:
        rows.extend([] for _ in range(row - len(rows)))
        rows[row - 1].extend([None] * (column - len(rows[row - 1])))
    for number in range(box.top, min(box.bottom, len(rows)) + 1):
        line = rows[number - 1]
        for column in range(box.left, min(box.right, len(line)) + 1):
            line[column - 1] = values.get((number, column))


def trimmed_rows(rows: list[tuple[Value, ...]]) -> list[tuple[Value, ...]]:
    """Without the blank rows at the end."""
    while rows and not rows[-1]:
        rows.pop()
    return rows


class Grid(Struct, frozen=True):
    """A tab as a writer sees it: id, size, charts (and which we noted as ours), how many conditional
    formats, the kind of number format of the cells that show dates or times, what is protected from us, and the
    tables and the filter that must grow with their rows."""

    id: int
    rows: int
    columns: int
    charts: frozenset[int] = frozenset()
    rules: int = 0
    our_charts: frozenset[int] = frozenset()
    types: Mapping[Position, str] = field(default_factory=dict)
    protections: tuple[Protection, ...] = ()
    tables: tuple[Mapping[str, Any], ...] = ()
    filter: Mapping[str, Any] = field(default_factory=dict)

    def area(self, *, first_row: int = 0, first_column: int = 0) -> Mapping[str, int]:
        """The tab as a GridRange, from a cell (counted from 0) to its end."""
        return {
            "sheetId": self.id,
            "startRowIndex": first_row,
            "endRowIndex": self.rows,
            "startColumnIndex": first_column,
            "endColumnIndex": self.columns,
        }
