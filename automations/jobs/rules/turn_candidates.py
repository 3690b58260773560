"""Who is asked next: the rows of the candidates' table that fit, in the order that the rule wants. Pure."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from msgspec import Struct

from automations.conditions.book import Book, compile_for
from automations.conditions.condition import Condition
from automations.jobs.rules.desk import Desk
from automations.jobs.rules.model import Rule, Turn
from automations.jobs.rules.wording import value_at
from automations.model.records import Record
from automations.model.schema import Schema, names_of

ASKED = "asked."  # before the names of the row that candidates are asked about
OPEN_OFFERS = "open_offers"  # how many offers of the same rule wait for a candidate's answer


class Choice(Struct, frozen=True):
    """The compiled condition and order of a rule that asks in turn; each part of the order with its direction."""

    among: Condition | None
    order: tuple[tuple[Condition, bool], ...] = ()


def choice_of(rule: Rule, turn: Turn, desk: Desk) -> Choice:
    """Raises ExpressionError."""
    names = turn_names(rule, desk.snapshot.schema)

    def made(source: str) -> Condition:
        return compile_for(source, desk.snapshot.schema, turn.candidates, language=desk.site.language,
                           working_days=desk.days.between, also=names, anywhere=names)  # fmt: skip

    order = tuple((made(part.removeprefix("-")), part.startswith("-")) for part in turn.order)
    return Choice(made(turn.among) if turn.among.strip() else None, order)


def turn_names(rule: Rule, schema: Schema) -> frozenset[str]:
    """The names that a condition over candidates may use beside their own."""
    return frozenset({OPEN_OFFERS, *(f"{ASKED}{name}" for name in names_of(schema, rule.table))})


def in_order(
    choice: Choice, turn: Turn, record: Record, open_offers: Mapping[str, int], desk: Desk
) -> Sequence[Record]:
    """The candidates that fit a row, first those who are to be asked first. `open_offers` counts by key."""
    conditions = [*([choice.among] if choice.among else []), *(part for part, _ in choice.order)]
    book = book_for(conditions, turn, record, open_offers, desk)
    fits = book.matching(turn.candidates, choice.among)
    chosen = [index for index, fit in enumerate(fits) if fit]
    # From the last to the first: sorting is stable, so that the first part decides and the others tell equals apart.
    for part, back in reversed(choice.order):
        values = book.values(turn.candidates, part)
        chosen = _sorted(chosen, values, back=back)
    records = book.records(turn.candidates)
    return [records[index] for index in chosen]


def book_for(
    conditions: Sequence[Condition], turn: Turn, record: Record, open_offers: Mapping[str, int], desk: Desk
) -> Book:
    """The tables, in which conditions over candidates may also look at the row that they are asked about."""
    derived = dict(_derived(conditions, turn, record, open_offers, desk))
    return desk.book.over(derived)


def _sorted(chosen: Sequence[int], values: Sequence[Any], *, back: bool) -> list[int]:
    """By value, blanks last; numbers before days before words, as they cannot be compared."""
    filled = [index for index in chosen if values[index] is not None]
    blank = [index for index in chosen if values[index] is None]
    return [*sorted(filled, key=lambda index: _comparable(values[index]), reverse=back), *blank]


def _comparable(value: Any) -> tuple[int, Any]:
    if isinstance(value, bool | int | float):
        return 0, float(value)
    text = value.isoformat() if hasattr(value, "isoformat") else str(value).casefold()
    return (1 if hasattr(value, "isoformat") else 2), text


def _derived(
    conditions: Iterable[Condition], turn: Turn, record: Record, open_offers: Mapping[str, int], desk: Desk
) -> Iterator[tuple[tuple[str, str], Callable[[Record], Any]]]:
    """What the names of the asked row stand for, in every table that the conditions look at."""
    for table, names in _named(conditions, turn.candidates):
        for name in names:
            if name.startswith(ASKED):
                value = value_at(name.removeprefix(ASKED), record, desk)[0]
                # Bound at once: a plain closure would give the last value to all names.
                yield (table, name), lambda _, value=value: value  # type: ignore[misc]
            elif name == OPEN_OFFERS:
                yield (table, name), lambda one: open_offers.get(desk.key(one), 0)


def _named(conditions: Iterable[Condition], table: str) -> Iterator[tuple[str, Collection[str]]]:
    for condition in conditions:
        yield table, condition.names
        for item in condition.aggregates.values():
            if item.condition is not None:
                yield item.table, item.condition.names


class Span(Struct, frozen=True):
    """From when until when a thing lasts, both aware."""

    begins: datetime
    ends: datetime

    def meets(self, other: Span) -> bool:
        """Whether nobody can do both."""
        return self.begins < other.ends and other.begins < self.ends
