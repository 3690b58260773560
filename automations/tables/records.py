"""Records out of whole columns, field by field."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from itertools import repeat
from typing import Any

from msgspec.structs import replace

from automations.model.fields import NO_CAUTION
from automations.model.layout import TableLayout
from automations.model.records import NOTHING_OWN, AnyRecord
from automations.model.schema import TableSpec
from automations.model.values import RowKey, defaults_of
from automations.tables.derived import Column

_NO_FIELDS: frozenset[str] = frozenset()


def make_records(
    layout: TableLayout,
    spec: TableSpec,
    columns: Mapping[str, Column],
    keys: Sequence[str],
    numbers: Sequence[int],
    bad: Mapping[int, set[str]],
    double: AbstractSet[str],
) -> tuple[AnyRecord, ...]:
    """The records of a table, one for each key. `bad` are positions and the fields that could not be
    read there, `double` keys that stand more than once: their rows are not usable, but counted."""
    make = spec.record
    said = defaults_of(make)
    defaults = {name: said[name] for name in spec.typed}
    known: dict[str, Iterable[Any]] = {
        name: _with_default(columns[name].parsed, default) if name in columns else repeat(default)
        for name, default in defaults.items()
    }
    known["own"] = _own(spec, columns, len(keys))
    known["row"] = map(RowKey, repeat(layout.workbook), repeat(layout.table), keys)
    known["line"] = numbers
    useful = list(_usable(spec, {name: column.parsed for name, column in columns.items()}, len(keys)))
    known["double"] = [key in double and fits for key, fits in zip(keys, useful, strict=True)]
    known["usable"] = [key not in double and fits for key, fits in zip(keys, useful, strict=True)]
    known["bad"] = _bad_fields(bad, len(keys))
    # By position and a whole column at a time: at 350 000 rows names would cost seconds.
    records: list[Any] = list(map(make, *(known[name] for name in make.__struct_fields__)))
    for position, names in bad.items():
        # A cell that nobody can read counts as the careful answer, not as the default.
        read = {name: spec.fields[name].cautious for name in names if name in defaults}
        doubtful: dict[str, Any] = {name: value for name, value in read.items() if value is not NO_CAUTION}
        if doubtful:
            records[position] = replace(records[position], **doubtful)
    return tuple(records)


def _bad_fields(bad: Mapping[int, set[str]], count: int) -> list[frozenset[str]]:
    fields = [_NO_FIELDS] * count
    for position, names in bad.items():
        fields[position] = frozenset(names)
    return fields


def _with_default(values: Sequence[Any], default: Any) -> Sequence[Any]:
    """Blank cells as the record's own default (urgency normal, active yes)."""
    if default is None or default == ():
        return values
    return [default if value is None else value for value in values]


def _own(spec: TableSpec, columns: Mapping[str, Column], count: int) -> Iterable[Mapping[str, Any]]:
    """The team's own fields of each row."""
    names = spec.extra
    if not names:
        return repeat(NOTHING_OWN)
    blank: Sequence[Any] = [None] * count
    values = [columns[name].parsed if name in columns else blank for name in names]
    return [dict(zip(names, row, strict=True)) for row in zip(*values, strict=True)]


def _usable(spec: TableSpec, parsed: Mapping[str, Sequence[Any]], count: int) -> Iterable[bool]:
    """For each row, whether it has the cells without which it is of no use."""
    if not spec.needed:
        return repeat(True, count)  # noqa: FBT003 - what is repeated
    blank: Sequence[Any] = [None] * count
    groups = [map(any, zip(*(parsed.get(name, blank) for name in names), strict=True)) for names in spec.needed]
    complete = map(all, zip(*groups, strict=True))
    field, values = spec.excused
    if field not in parsed:
        return complete
    return (fit or value in values for fit, value in zip(complete, parsed[field], strict=True))
