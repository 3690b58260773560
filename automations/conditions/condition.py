"""A compiled condition: what it asks, and what it looks at. Nothing of its text is needed to evaluate it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, time
from types import MappingProxyType
from typing import Any, TypeAlias

from msgspec import Struct, field

from automations.model.values import Plain

Values: TypeAlias = Mapping[str, "Plain | date | time"]
Evaluate: TypeAlias = Callable[[Values, date], Any]


class ExpressionError(Exception):
    """A condition that cannot be used: what is wrong, what to do, and at which character (from 0)."""

    def __init__(self, message: str, advice: str, position: int) -> None:
        super().__init__(message)
        self.message, self.advice, self.position = message, advice, position


class Aggregate(Struct, frozen=True):
    """What a condition asks of the rows that point to its own: how many of them there are (`count`,
    `any`), or the `latest` or `earliest` day in a field of theirs."""

    table: str
    function: str
    field: str
    condition: Condition | None


class Compared(Struct, frozen=True):
    """A field beside a fixed value. `says` tells of what stands in a cell whether it is that value, as this comparison
    takes it, whatever its sense (`!=` too); None where it only orders. `number` where it is no field that is compared
    but a sum, a length or a count of days, which `name` then shows."""

    name: str
    value: Any
    says: Callable[[Any], bool] | None
    operation: str
    number: bool = False


class Condition(Struct, frozen=True):
    """A compiled condition. `names` are the fields that it looks at, `aggregates` what it asks of the
    rows that point to its own (see `book.Book`, which fills both in). What can never hold is found by the rest:
    `compared` fixed values, fields `beside` each other, those taken for `days`, those that must be `filled`, those of
    which things are asked that are `at_odds`."""

    names: frozenset[str]
    _eval: Evaluate
    aggregates: Mapping[str, Aggregate] = field(default_factory=lambda: MappingProxyType({}))
    compared: tuple[Compared, ...] = ()
    beside: frozenset[tuple[str, str]] = frozenset()
    days: frozenset[str] = frozenset()
    filled: frozenset[str] = frozenset()
    at_odds: frozenset[str] = frozenset()
    parts_apart: tuple[Condition, ...] = ()

    @property
    def parts(self) -> tuple[Condition, ...]:
        """What `and` joins, each on its own: which of them does not hold is a reason."""
        # One part alone is the whole.
        return self.parts_apart or (self,)

    def holds(self, values: Values, today: date) -> bool:
        """Whether the condition is true of a row. Never raises: what cannot be compared is false."""
        return bool(self._eval(values, today))

    def value(self, values: Values, today: date) -> Any:
        """What the expression comes to: a number, a text, a date, True, False or None."""
        return self._eval(values, today)


def is_blank(value: object) -> bool:
    """Whether a value is missing or empty."""
    return value is None or (isinstance(value, str | tuple | list | frozenset) and len(value) == 0)
