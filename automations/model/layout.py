"""Where a table stands in its workbook, and its rows as they stand there: found by `tables`, checked again by whoever
writes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Literal

from msgspec import Struct, field

from automations.model.values import RowKey, Value


class TableLayout(Struct, frozen=True):
    """Where the columns of one table are, by heading, so that a writer can find them again.

    Rows and columns count from 1. `columns` maps canonical fields to columns, `headings` to the text of their heading.
    `key_field` is the field that names a row; `staff_fields` are the fields whose cells make the key of a row without
    number (see `values.draft_key`). `first_row` is the first row below the header, `last_row` the last that holds
    anything (header row where none does). `bottom` is the last row that may belong to it where another table stands
    below (0: there is none). `writable` are the fields that kim may write (columns that it made or was given). `others`
    are further tabs of the same table (a tab a year, a colleague), read together with this one; new rows go into this
    one. `crosses` are columns with an x where the language of their heading is spoken. `tab_names` is the field that
    the tab's name tells (a tab a colleague, a phase). `slot` counts the appointments in the row of a case, from 1 (0:
    the table has rows of its own). `appendable` are staff's own fields that a new row may be given, and no row that
    stands there. `unread` are the headings of columns that name no field, by column: the team's own business until
    somebody says what they are."""

    table: str
    workbook: str
    tab: str
    tab_id: str
    header_row: int
    columns: Mapping[str, int]
    headings: Mapping[str, str]
    key_field: str
    staff_fields: tuple[str, ...]
    first_row: int
    last_row: int
    writable: frozenset[str] = frozenset()
    bottom: int = 0
    others: tuple[TableLayout, ...] = ()
    crosses: Mapping[int, str] = field(default_factory=dict)
    slot: int = 0
    appendable: frozenset[str] = frozenset()
    tab_names: str = ""
    unread: Mapping[int, str] = field(default_factory=dict)

    @property
    def parts(self) -> tuple[TableLayout, ...]:
        """Every tab of the table, each with a layout of its own."""
        return (self, *self.others)

    def part(self, tab: str) -> TableLayout:
        """That of one tab of the table; a blank name means its first."""
        return next((one for one in self.others if one.tab == tab), self)

    def tells(self, field: str) -> bool:
        """Whether a column says what a field is, or the tab's name does, crosses below languages, or the client's name
        in two columns."""
        others = {"languages": bool(self.crosses), "case": "client_last_name" in self.columns}
        return field in self.columns or field == self.tab_names or others.get(field, False)


class Base(Struct, frozen=True):
    """What a plan was made from: the workbook's revision, and its tables by canonical name."""

    revision: str
    layouts: Mapping[str, TableLayout] = field(default_factory=dict)


class Cell(Struct, frozen=True):
    """What stands in a cell. For a formula `value` is its cached result; for an error None.
    `shown` is the text a person sees where that differs (an error's name, a formula's text)."""

    value: Value
    kind: Literal["value", "formula", "error"] = "value"
    shown: str = ""


class RowCells(Mapping[str, Cell]):
    """Fields -> cells of one row, made on demand: a large table holds only its raw values.

    `columns` (field -> index in `values`) and `special` (column index -> Cell of formulas and
    errors of this row) may be shared between rows."""

    __slots__ = ("_columns", "_special", "_values")

    def __init__(
        self, values: Sequence[Value], columns: Mapping[str, int], special: Mapping[int, Cell] | None = None
    ) -> None:
        self._values, self._columns, self._special = values, columns, special

    def __getitem__(self, name: str) -> Cell:
        index = self._columns[name]
        if self._special and index in self._special:
            return self._special[index]
        # Readers leave the blank cells at the end of a row out.
        return Cell(self._values[index] if index < len(self._values) else None)

    def __iter__(self) -> Iterator[str]:
        return iter(self._columns)

    def __len__(self) -> int:
        return len(self._columns)


class Row(Struct, frozen=True):
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
        # A column that the team does not have cannot change under the edit.
        return {name: self.cells[name].value for name in names if name in self.cells}


AsideReason = Literal["total", "heading", "hint", "section", "note", "prepared"]


class SetAside(Struct, frozen=True):
    """A row below a table's headings that is none of its rows, and why. `shown` is how it begins."""

    workbook: str
    table: str
    tab: str
    row: int
    reason: AsideReason
    shown: str
