"""JSON that comes back as exactly the Python values that went in.

Dates, times, tuples, sets and the frozen values of the house are tagged by an object with the one
key `$…`; everything else is plain JSON. An object whose one key begins with `$` itself gets a second."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, datetime, time
from types import MappingProxyType
from typing import Any

from msgspec import Struct

from automations.model.history import Reply
from automations.model.layout import Base, TableLayout
from automations.model.plan import CalendarEntry, CellEdit, EditGroup, Fact, Mail, Veto
from automations.model.told import Telling
from automations.model.values import RowKey, defaults_of

_VALUES = (Base, CalendarEntry, CellEdit, EditGroup, Fact, Mail, Reply, RowKey, TableLayout, Telling, Veto)
_CLASSES: Mapping[str, type[Struct]] = MappingProxyType({cls.__name__: cls for cls in _VALUES})
_FIELDS: Mapping[type[Any], tuple[str, ...]] = MappingProxyType({cls: cls.__struct_fields__ for cls in _VALUES})
# Fields that hold nothing where nobody said otherwise: they are left out, and were an eighth of a mail's text. Other
# defaults are not: who changes one changes nothing that is kept.
_EMPTY: Mapping[type[Any], Mapping[str, object]] = MappingProxyType(
    {cls: {name: empty for name, empty in defaults_of(cls).items() if not empty} for cls in _VALUES}
)

_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))
_READERS: Mapping[str, Callable[[Any], Any]] = MappingProxyType({
    "$date": date.fromisoformat,
    "$datetime": datetime.fromisoformat,
    "$time": time.fromisoformat,
    "$float": float,
    "$tuple": tuple,
    "$set": frozenset,
})  # fmt: skip


def dumps(value: object) -> str:
    """The value as JSON text. Raises TypeError for what has no form here."""
    return _ENCODER.encode(tag(value))


def loads(text: str) -> Any:
    """The value that `dumps` was given."""
    return _DECODER.decode(text)


def tag(value: object) -> object:
    """The JSON form of a value, with tags."""
    kind = type(value)
    # Nearly all values are one of these: asked first, and by identity.
    if kind is str or kind is int or kind is bool or value is None:
        return value
    if kind in _FIELDS:
        return {"$" + kind.__name__: dict(_told(value, _FIELDS[kind], _EMPTY[kind]))}
    if isinstance(value, Mapping):
        return _tag_mapping(value)
    if isinstance(value, tuple):
        return {"$tuple": [tag(item) for item in value]}
    if isinstance(value, list):
        return [tag(item) for item in value]
    return _tag_scalar(value)


def _told(value: object, names: Iterable[str], empty: Mapping[str, object]) -> Iterator[tuple[str, object]]:
    for name in names:
        held = getattr(value, name)
        # Of the same kind: a nought where the default is "" is something else, and is kept.
        if held or name not in empty or type(held) is not type(empty[name]):
            yield name, tag(held)


def _tag_mapping(value: Mapping[Any, Any]) -> object:
    plain = {str(key): tag(item) for key, item in value.items()}
    if len(plain) != 1:
        return plain
    [(key, item)] = plain.items()
    # So that somebody's own "$date" comes back as the text that it was.
    return {"$" + key: item} if key.startswith("$") else plain


def _tag_scalar(value: object) -> object:
    if isinstance(value, str | int):  # enums of text, of numbers
        return value
    if isinstance(value, float):
        return value if value - value == 0 else {"$float": str(value)}  # JSON knows no infinity
    if isinstance(value, datetime):
        return {"$datetime": value.isoformat()}
    if isinstance(value, date):
        return {"$date": value.isoformat()}
    if isinstance(value, time):
        return {"$time": value.isoformat()}
    if isinstance(value, set | frozenset):
        # In one order whatever the process: equal values have equal texts, and so equal digests.
        return {"$set": sorted((tag(item) for item in value), key=repr)}
    raise TypeError(f"{type(value).__name__} has no form in the ledger")


def _untag(value: dict[str, Any]) -> Any:
    """What a JSON object stands for; the objects within it were read before it."""
    if len(value) != 1:
        return value
    [(name, inner)] = value.items()
    if name in _READERS:
        return _READERS[name](inner)
    if name.startswith("$$"):
        return {name[1:]: inner}
    if name.startswith("$"):
        cls = _CLASSES[name[1:]]
        # A later version may have kept a field that this one does not know.
        return cls(**{key: item for key, item in inner.items() if key in _FIELDS[cls]})
    return value


# Made once: `json.loads` makes one for each text, which takes as long as reading the text of a fact.
_DECODER = json.JSONDecoder(object_hook=_untag)
