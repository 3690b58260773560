"""Raw rows of all tables by key, made on demand: a large table costs only what it holds. And how each stands, as a
digest."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from hashlib import blake2b
from itertools import zip_longest

from msgspec import Struct
from msgspec.structs import replace

from automations.model.layout import Cell, Row, RowCells, TableLayout
from automations.model.snapshot import Snapshot
from automations.model.values import RowKey, Value, normalise


class TableRows(Struct, frozen=True):
    """One table's rows. `places` are fields -> index in a row's values (from 0); `numbers` the row numbers as people
    see them, beside `values`; `index` key -> position in both; `special` row number -> index -> formula or error."""

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
        cells = RowCells(self.values[position], self.places, self.special.get(number))
        return Row(key, number, cells, self.layout.tab)

    def without(self, keys: Collection[str]) -> TableRows:
        """The same, where no row is found by these keys."""
        left = {key: position for key, position in self.index.items() if key not in keys}
        return self if len(left) == len(self.index) else replace(self, index=left)

    def column(self, name: str, positions: Sequence[int]) -> list[Value]:
        """The raw values of a field at some positions, in the table's order."""
        place, values = self.places[name], self.values
        if len(positions) == len(values):
            return [row[place] if place < len(row) else None for row in values]
        return [row[place] if place < len(row := values[position]) else None for position in positions]

    def columns(self, names: Sequence[str], positions: Sequence[int]) -> list[Sequence[Value]]:
        """The raw values of several fields, all in one go: asking each row for each of its cells takes long."""
        values = self.values
        wanted = values if len(positions) == len(values) else [values[position] for position in positions]
        blank: Sequence[Value] = (None,) * len(wanted)
        turned = list(zip_longest(*wanted))
        return [turned[place] if (place := self.places[name]) < len(turned) else blank for name in names]


class Rows(Mapping[RowKey, Row]):
    """`Snapshot.rows` of a workbook that was read."""

    __slots__ = ("tables",)

    def __init__(self, tables: Mapping[str, Sequence[TableRows]]) -> None:
        self.tables = tables

    def __getitem__(self, key: RowKey) -> Row:
        for part in self.tables.get(key.table, ()):
            if key.key in part.index and part.layout.workbook == key.workbook:
                return part.row(key)
        raise KeyError(key)

    def __iter__(self) -> Iterator[RowKey]:
        for part in self.parts():
            for key in part.index:
                yield RowKey(part.layout.workbook, part.layout.table, key)

    def __len__(self) -> int:
        return sum(len(part.index) for part in self.parts())

    def parts(self) -> Iterator[TableRows]:
        """The rows tab by tab: a table may stand in several."""
        return (part for parts in self.tables.values() for part in parts)


def rows_without(rows: Mapping[RowKey, Row], gone: Collection[RowKey]) -> Mapping[RowKey, Row]:
    """The rows, of which some are found no more."""
    if not isinstance(rows, Rows):
        return {key: row for key, row in rows.items() if key not in gone}
    keys: dict[tuple[str, str], set[str]] = {}
    for row in gone:
        keys.setdefault((row.workbook, row.table), set()).add(row.key)
    return Rows({
        name: [part.without(keys.get((part.layout.workbook, name), ())) for part in parts]
        for name, parts in rows.tables.items()
    })  # fmt: skip


def table_rows(snapshot: Snapshot) -> Mapping[str, Sequence[TableRows]]:
    """The rows of each table of a workbook that was read, tab by tab; nothing for invented ones."""
    return snapshot.rows.tables if isinstance(snapshot.rows, Rows) else {}


# 80 bits: of a million rows two look alike by chance once in a trillion runs.
_SIZE = 10


def row_fingerprints(snapshot: Snapshot) -> Mapping[RowKey, str]:
    """Row -> digest (20 hex digits) of the raw cells that staff typed. Columns are taken by field, so
    that moving or hiding one changes nothing; a renamed heading that is still understood neither."""
    if isinstance(snapshot.rows, Rows):
        found: dict[RowKey, str] = {}
        for part in snapshot.rows.parts():
            found.update(_table(part))
        return found
    return {key: _digest(_row(key, row, snapshot)) for key, row in snapshot.rows.items()}


def fingerprints_under(snapshot: Snapshot, key: RowKey, said: Iterable[Value]) -> Iterator[str]:
    """What the fingerprint of a row would be if its own number said something else."""
    row, layout = snapshot.rows[key], snapshot.layouts[key.table]
    names = sorted(set(layout.staff_fields))
    at = names.index(layout.key_field)
    texts = [_told(name, row.value(name)) for name in names]
    before, behind = "".join(texts[:at]), "".join(texts[at + 1 :])
    return (_digest([before, _told(layout.key_field, value), behind]) for value in said)


def _row(key: RowKey, row: Row, snapshot: Snapshot) -> list[str]:
    layout = snapshot.layouts.get(key.table)
    names = sorted(layout.staff_fields if layout else row.cells)
    return [text for name in names for text in _texts(name, [row.value(name)])]


def _table(table: TableRows) -> dict[RowKey, str]:
    positions = list(table.index.values())
    names = sorted(set(table.layout.staff_fields))
    columns = [_texts(*both) for both in zip(names, table.columns(names, positions), strict=True)]
    workbook, name = table.layout.workbook, table.layout.table
    keys = [RowKey(workbook, name, key) for key in table.index]
    if not columns:
        return dict.fromkeys(keys, _digest([]))
    return {key: _digest(texts) for key, texts in zip(keys, zip(*columns, strict=True), strict=True)}


def _texts(name: str, values: Sequence[Value]) -> list[str]:
    """Each value with its field, blanks as nothing: a new blank column changes no digest."""
    distinct = set(values)
    if not distinct.isdisjoint((0, 1)) and bool in set(map(type, values)):  # Python takes True for 1
        return [_told(name, value) for value in values]
    known = {value: _told(name, value) for value in distinct}
    return list(map(known.__getitem__, values))


def _told(name: str, value: Value) -> str:
    text = _text(value)
    return f"{name}={text}\x1f" if text else ""


def _text(value: Value) -> str:
    plain = normalise(value)
    if plain is None:
        return ""
    return f"{type(plain).__name__}:{plain}"


def _digest(texts: Sequence[str]) -> str:
    return blake2b("".join(texts).encode(), digest_size=_SIZE).hexdigest()
