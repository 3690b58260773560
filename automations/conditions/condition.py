"""A compiled condition: what it asks, and what it looks at. Nothing of its text is needed to evaluate it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, time
from types import MappingProxyType
from typing import Any, TypeAlias

from automations.model.values import Plain

Values: TypeAlias = Mapping[str, "Plain | date | time"]
Evaluate: TypeAlias = Callable[[Values, date], Any]


class ExpressionError(Exception):
    """A condition that cannot be used: what is wrong, what to do, and at which character (from 0)."""

    def __init__(self, message: str, advice: str, position: int) -> None:
        super().__init__(message)
        self.message, self.advice, self.position = message, advice, position


@dataclass(frozen=True, slots=True)
class Aggregate:
    """What a condition asks of the rows that point to its own: how many of them there are (`count`,
    `any`), or the `latest` or `earliest` day in a field of theirs."""

    table: str
    function: str
    field: str
    condition: Condition | None


@dataclass(frozen=True, slots=True)
class Condition:
    """A compiled condition. `names` are the fields that it looks at, `aggregates` what it asks of the
    rows that point to its own (see `book.Book`, which fills both in). `compared` are the fields that
    it compares with fixed values, `contained` the pairs of them in which a part of a text is looked for, `days` those
    that it takes for days, `filled` those that must not be blank: so what can never hold is found.
    """

    source: str
    names: frozenset[str]
    _eval: Evaluate
    aggregates: Mapping[str, Aggregate] = field(default_factory=lambda: MappingProxyType({}))
    compared: tuple[tuple[str, Any], ...] = ()
    contained: frozenset[tuple[str, Any]] = frozenset()
    days: frozenset[str] = frozenset()
    filled: frozenset[str] = frozenset()

    def holds(self, values: Values, today: date) -> bool:
        """Whether the condition is true of a row. Never raises: what cannot be compared is false."""
        return bool(self._eval(values, today))

    def value(self, values: Values, today: date) -> Any:
        """What the expression comes to: a number, a text, a date, True, False or None."""
        return self._eval(values, today)
