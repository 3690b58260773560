"""A sheet of XlsxWriter that writes formulas as they are.

XlsxWriter looks in each formula for functions that Excel wants a prefix before, or whose results fill several cells,
and finds them in texts as well: a link to a person called "MAP(…)" became another kind of cell. The links that are
drawn here use none of them."""

from __future__ import annotations

from typing import Literal

from xlsxwriter.format import Format
from xlsxwriter.worksheet import CellFormulaTuple, Worksheet


class PlainSheet(Worksheet):  # type: ignore[misc]  # XlsxWriter has no types
    """A sheet whose formulas need no prefixes."""

    def _write_formula(
        self, row: int, col: int, formula: str, cell_format: Format | None = None, value: object = 0
    ) -> Literal[0, -1]:
        if self._check_dimensions(row, col):
            return -1
        self.table[row][col] = CellFormulaTuple(formula.removeprefix("="), cell_format, value)
        return 0
