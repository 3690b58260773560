"""Raw rows of all tables by key, made on demand: a large table costs only what it holds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from automations.model.layout import TableLayout
from automations.model.plan import RowKey
from automations.model.records import Cell, Row, RowCells
from automations.model.snapshot import Snapshot
from automations.model.values import Value


@dataclass(frozen=True, slots=True)
class TableRows:
    """One table's rows. `places` are fields -> index in a row's values (from 0); `numbers` the row
    numbers as people see them, beside `values`; `index` key -> position in both; `special` row
    number -> index -> formula or error."""

    layout: TableLayout
    places: Mapping[str, int]
    values: Sequence[Sequence[Value]]
    numbers: Sequence[int]
    index: Mapping[str, int]
    special: Mapping[int, Mapping[int, Cell]]

    def row(self, key: RowKey) -> Row:
        """The row of that key; raises KeyError where there is none."""
        position = self.index[key.key]
        number = self.numbers[position]
        return Row(key, number, RowCells(self.values[position], self.places, self.special.get(number)))

    def column(self, name: str, positions: Sequence[int]) -> list[Value]:
        """The raw values of a field at some positions, in the table's order."""
        place, values = self.places[name], self.values
        if len(positions) == len(values):
            return [row[place] if place < len(row) else None for row in values]
        return [row[place] if place < len(row := values[position]) else None for position in positions]


class Rows(Mapping[RowKey, Row]):
    """`Snapshot.rows` of a workbook that was read."""

    __slots__ = ("tables",)

    def __init__(self, tables: Mapping[str, TableRows]) -> None:
        self.tables = tables

    def __getitem__(self, key: RowKey) -> Row:
        table = self.tables.get(key.table)
        if table is None or table.layout.workbook != key.workbook:
            raise KeyError(key)
        return table.row(key)

    def __iter__(self) -> Iterator[RowKey]:
        for name, table in self.tables.items():
            for key in table.index:
                yield RowKey(table.layout.workbook, name, key)

    def __len__(self) -> int:
        return sum(len(table.index) for table in self.tables.values())


def table_rows(snapshot: Snapshot) -> Mapping[str, TableRows]:
    """The rows of each table of a workbook that was read, column by column; nothing for invented ones."""
    return snapshot.rows.tables if isinstance(snapshot.rows, Rows) else {}
