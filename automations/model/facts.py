"""Facts of the ledger as typed values: the one door between what is stored and what the code speaks of.

A kind of fact is a frozen struct (see `fact_kinds`). What is stored is plain JSON, so that a later version reads
what an earlier one wrote: an entry that is missing or makes no sense (erasure leaves "…") reads as the field's
default, one that the kind does not have is passed over."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from functools import cache
from inspect import get_annotations
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, ClassVar, Self, TypeVar

from msgspec import Struct, field

from automations.model.values import Plain, defaults_of

if TYPE_CHECKING:
    from automations.model.plan import Fact

K = TypeVar("K", bound="Remembered")


class Remembered(Struct, frozen=True):
    """Base of all kinds. `kind` names it in the ledger; `key` is where a kind that stands there once stands.

    `bookkeeping` marks what is the program's own: no part of anybody's story, and often many at once."""

    kind: ClassVar[str]
    key: ClassVar[str] = ""
    bookkeeping: ClassVar[bool] = False

    def under(self, key: str | None = None) -> Fact:
        """The fact as a plan carries it and the ledger keeps it."""
        from automations.model.plan import Fact  # here: who only reads facts needs no plan

        return Fact(self.kind, self.key if key is None else key, self.plain())

    def plain(self) -> Mapping[str, Plain]:
        """As it is stored: moments and days in ISO form, "" for none."""
        # Every field, also a blank one: the stored text is compared to see whether anything is news.
        return {one.stored: _plain(getattr(self, one.name), one.none) for one in self._entries()}

    @classmethod
    def read(cls, data: Mapping[str, Plain]) -> Self:
        """The value that is stored."""
        return cls(**{one.name: one.reader(data.get(one.stored), one.default) for one in cls._entries()})

    @classmethod
    def _entries(cls) -> tuple[_Entry, ...]:
        return _entries_of(cls)


class Listed(Remembered, frozen=True):
    """Base of kinds that are a list of names, each with something: the names differ from fact to fact."""

    entries: Mapping[str, Plain] = field(default_factory=dict)

    def plain(self) -> Mapping[str, Plain]:
        """The entries themselves."""
        return self.entries

    @classmethod
    def read(cls, data: Mapping[str, Plain]) -> Self:
        """All entries, whatever they are."""
        return cls(data)

    def texts(self) -> dict[str, str]:
        """The entries as texts."""
        return {name: str(value) for name, value in self.entries.items()}


def called(stored: str) -> Any:
    """A text that is stored under another name than the field's: Python keeps "from" for itself."""
    return field(default="", name=stored)


def _plain(value: Any, none: Plain) -> Plain:
    if value is None:
        return none
    if isinstance(value, date):
        return value.isoformat()
    plain: Plain = list(value) if isinstance(value, tuple) else value
    return plain


def _text(value: Plain, default: Any) -> Any:
    return value if isinstance(value, str) else default


def _whole(value: Plain, default: Any) -> Any:
    return int(value) if isinstance(value, int | float) else default


def _number(value: Plain, default: Any) -> Any:
    return float(value) if isinstance(value, int | float) else default


def _yes(value: Plain, default: Any) -> Any:
    # Not by truth: the text "false" would be a yes.
    return value if isinstance(value, bool) else default


def _texts(value: Plain, default: Any) -> Any:
    return tuple(map(str, value)) if isinstance(value, list | tuple) else default


def _pairs(value: Plain, default: Any) -> Any:
    return {name: str(text) for name, text in value.items()} if isinstance(value, Mapping) else default


def _day(value: Plain, default: Any) -> Any:
    if isinstance(value, date):
        return value
    try:
        # A moment that stands in its place begins with its day.
        return date.fromisoformat(str(value)[:10])
    except ValueError:
        return default


def _moment(value: Plain, default: Any) -> Any:
    try:
        return datetime.fromisoformat(str(value))
    except ValueError:
        return default


# What is read as what, by the annotation as it is written.
_READERS: Mapping[str, Callable[[Plain, Any], Any]] = MappingProxyType({
    "str": _text,
    "str | None": _text,
    "int": _whole,
    "int | None": _whole,
    "float | None": _number,
    "bool": _yes,
    "tuple[str, ...]": _texts,
    "Mapping[str, str]": _pairs,
    "date | None": _day,
    "datetime | None": _moment,
    "Plain": lambda value, default: default if value is None else value,
})  # fmt: skip


class _Entry(Struct, frozen=True):
    """A field: its name here and in the ledger, what is stored for None, its reader and its default."""

    name: str
    stored: str
    none: Plain
    reader: Callable[[Plain, Any], Any]
    default: Any


@cache
def _entries_of(cls: type[Remembered]) -> tuple[_Entry, ...]:
    said = {name: kind for base in reversed(cls.__mro__) for name, kind in get_annotations(base).items()}
    defaults = defaults_of(cls)
    return tuple(
        _Entry(name, stored, "" if "date" in said[name] else None, _READERS[said[name]], defaults.get(name))
        for name, stored in zip(cls.__struct_fields__, cls.__struct_encode_fields__, strict=True)
    )
