"""A row of a table as it stands in the workbook: its cells, its place, and what guards an edit of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from automations.model.values import RowKey, Value


@dataclass(frozen=True, slots=True)
class Cell:
    """What stands in a cell. For a formula `value` is its cached result; for an error None.
    `shown` is the text a person sees where that differs (an error's name, a formula's text)."""

    value: Value
    kind: Literal["value", "formula", "error"] = "value"
    shown: str = ""


class RowCells(Mapping[str, Cell]):
    """Fields -> cells of one row, made on demand: a large table holds only its raw values.

    `columns` (field -> index in `values`) and `special` (column index -> Cell of formulas and
    errors of this row) may be shared between rows.
    """

    __slots__ = ("_columns", "_special", "_values")

    def __init__(
        self, values: Sequence[Value], columns: Mapping[str, int], special: Mapping[int, Cell] | None = None
    ) -> None:
        self._values, self._columns, self._special = values, columns, special

    def __getitem__(self, name: str) -> Cell:
        index = self._columns[name]
        if self._special and index in self._special:
            return self._special[index]
        return Cell(self._values[index] if index < len(self._values) else None)

    def __iter__(self) -> Iterator[str]:
        return iter(self._columns)

    def __len__(self) -> int:
        return len(self._columns)


@dataclass(frozen=True, slots=True)
class Row:
    """A row as it stands in the workbook; `number` counts from 1 as people see it. `tab` tells where, for
    a table that stands in several tabs (blank: in its one tab)."""

    key: RowKey
    number: int
    cells: Mapping[str, Cell]
    tab: str = ""

    def value(self, name: str) -> Value:
        """The raw value of a field; None where the table has no such column."""
        cell = self.cells.get(name)
        return None if cell is None else cell.value

    def guards(self, *names: str) -> dict[str, Value]:
        """Raw values of those of the fields that the table has, as guards of an edit group."""
        return {name: self.cells[name].value for name in names if name in self.cells}
