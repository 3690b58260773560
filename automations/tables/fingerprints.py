"""How each row stands, as a digest: a row that changed has another one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from hashlib import blake2b

from automations.model.rows import Row
from automations.model.snapshot import Snapshot
from automations.model.values import RowKey, Value, normalise
from automations.tables.rows import Rows, TableRows

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
