"""Cell values: what they may be, when two are the same, and their JSON form.

The one `normalise` of the house: readers, guards and patchers compare values through it, so that a
value read by one library equals the same value read by another. What crosses doors is a struct, no dataclass
(docs/decisions/16-structs.md)."""

from __future__ import annotations

import hashlib
import json
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from json.encoder import encode_basestring
from typing import Any, TypeAlias, TypeGuard

from msgspec import Struct

Value: TypeAlias = str | int | float | bool | date | time | datetime | None
"""What a cell can hold. Dates and times are wall-clock values of the workbook, without a zone."""

Plain: TypeAlias = str | int | float | bool | Sequence["Plain"] | Mapping[str, "Plain"] | None
"""What may go into a template, a fact or JSON."""

# A double holds 15 decimal digits for certain; Excel itself shows no more (ECMA-376, 18.3.1.96).
_DIGITS = 15


def is_number(value: object) -> TypeGuard[float]:
    """Whether a cell holds a number."""
    # True is an int for Python; to people a tick is no number.
    return isinstance(value, int | float) and not isinstance(value, bool)


class Probe(str):
    """Stands for whatever a cell will get, while it is tried whether the cell may be written at all."""

    __slots__ = ()


def normalise(value: Value) -> Value:
    """The comparable form of a cell's value: NFC text without outer blanks, blank as None, whole
    numbers as int, midnight datetimes as dates."""
    if isinstance(value, str):
        text = value if value.isascii() else unicodedata.normalize("NFC", value)
        return text.replace("\r\n", "\n").strip(" \t\n\r\u00a0") or None
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, float):
        # Excel writes 0.1 + 0.2 with all its digits, and shows 0.3.
        rounded = float(f"{value:.{_DIGITS}g}")
        return int(rounded) if rounded.is_integer() and abs(rounded) < 10**_DIGITS else rounded
    if isinstance(value, datetime):
        # Libraries differ in the last digits of a moment: its serial number is a fraction of a day.
        plain = value.replace(tzinfo=None, microsecond=0)
        return plain.date() if plain.time() == time(0) else plain
    if isinstance(value, time):
        return value.replace(tzinfo=None, microsecond=0)
    return value


def same(left: Value, right: Value) -> bool:
    """Whether two cell values are equal for a person: `1` equals `1.0`, but not `True` or `"1"`."""
    a, b = normalise(left), normalise(right)
    # To Python True is 1; to a person they are two values.
    if isinstance(a, bool) != isinstance(b, bool):
        return False
    return type(a) is type(b) and a == b if not _numbers(a, b) else a == b


def _numbers(a: Value, b: Value) -> bool:
    return isinstance(a, int | float) and isinstance(b, int | float)


def digest(*parts: Value) -> str:
    """A short, stable fingerprint (20 hex digits) of values in their order."""
    text = ", ".join([_written(normalise(part)) for part in parts])
    return hashlib.sha256(f"[{text}]".encode()).hexdigest()[:20]


def _written(value: Value) -> str:
    """A value as JSON; text and days, which nearly all of them are, without the machinery that JSON needs for the
    rest: a run makes tens of thousands of digests."""
    if type(value) is str:
        return encode_basestring(value)
    if isinstance(value, date | time):
        return encode_basestring(value.isoformat())
    if value is None or isinstance(value, bool):
        return "null" if value is None else "true" if value else "false"
    # Digests are stored: the same text as ever must come out, whichever way it is made.
    return json.dumps(to_plain(value), ensure_ascii=False)


def key_text(value: Value) -> str | None:
    """The text of a key cell: 143.0 is "143"; None for a blank one."""
    plain = normalise(value)
    if plain is None or isinstance(plain, str):
        return plain
    return plain.isoformat() if isinstance(plain, date | time) else str(plain)


class RowKey(Struct, frozen=True, order=True):
    """A row by what it is called, never by where it stands.

    `workbook` is the name in site.toml ("team"), `table` the canonical table ("cases"), `key` the
    row's number, or `draft:<digest>` while it has none."""

    workbook: str
    table: str
    key: str


def draft_key(cells: Mapping[str, Value]) -> str:
    """The key of a row that has no number yet: a digest of its staff-typed cells, blanks left out."""
    filled = sorted((name, normalise(value)) for name, value in cells.items() if normalise(value) is not None)
    # Names go in beside the values: the same word in another column is another row.
    return "draft:" + digest(*(part for pair in filled for part in pair))


def is_draft(key: str) -> bool:
    """Whether a row key names a row without number."""
    return key.startswith("draft:")


def defaults_of(kind: type[Struct]) -> dict[str, Any]:
    """What the fields are that may be left out, by name. Not asked of `msgspec.structs.fields`: it looks every type up,
    also those that stand there for the type checker alone."""
    said = kind.__struct_defaults__
    named = zip(kind.__struct_fields__[-len(said) :], said, strict=True) if said else ()
    return {name: one.factory() if hasattr(one, "factory") else one for name, one in named}


def to_plain(value: object) -> Plain:
    """The JSON form of anything that crosses a door: structs as objects, dates as ISO text.

    Raises TypeError for what has no such form."""
    if value is None or isinstance(value, str | int | float | bool):
        return value
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, Struct):
        return {name: to_plain(getattr(value, name)) for name in value.__struct_fields__}
    if isinstance(value, Mapping):
        return {str(key): to_plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [to_plain(item) for item in value]
    if isinstance(value, set | frozenset):
        # Sets have no order, and JSON that is compared must have one.
        return [to_plain(item) for item in sorted(value)]
    msg = f"{type(value).__name__} has no JSON form"
    raise TypeError(msg)
