"""The glossary of conditions: which fields each table has, and which functions there are.

Rules, checks and figures share it, so that people learn one language for all of them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import date, time, timedelta
from types import MappingProxyType
from typing import Any, TypeAlias

from automations.common.dates import age, months_later
from automations.conditions.condition import is_blank
from automations.model.records import Record
from automations.model.schema import SHIPPED

CountDays: TypeAlias = Callable[[date, date], int]  # counts the working days after the first date, up to the second
_FIVE = 5  # working days a week, from Monday on


def weekdays_between(first: date, last: date) -> int:
    """Days from Monday to Friday after `first`, up to `last`: working days where no calendar is given."""
    if last < first:
        return -weekdays_between(last, first)
    weeks, rest = divmod((last - first).days, 7)
    return weeks * _FIVE + sum((first + timedelta(days=n)).weekday() < _FIVE for n in range(1, rest + 1))


def fields_of(table: str, **related: str) -> frozenset[str]:
    """The glossary: the fields of a table, and of related rows under a prefix
    (`fields_of("appointments", case="cases")` knows `status` and `case.phase`)."""
    own = SHIPPED[table].fields.keys()
    return frozenset(own | {f"{prefix}.{name}" for prefix, other in related.items() for name in fields_of(other)})


def values_of(record: Record, names: Collection[str], **related: Record | None) -> dict[str, Any]:
    """What a condition's names stand for in a record and the rows related to it."""
    found: dict[str, Any] = {}
    for name in names:
        prefix, _, field = name.rpartition(".")
        source = related.get(prefix) if prefix else record
        found[name] = source.get(field) if source is not None else None
    return found


def unread(record: Record, names: Iterable[str], related: Callable[[str], Record | None]) -> bool:
    """Whether a name of a condition stands for a cell that nobody can read. It counts as blank, and is not: what is
    done where a cell is blank must not be done there. `related` gives the row that a dotted name leads to."""
    for name in names:
        prefix, _, field = name.rpartition(".")
        source = related(prefix) if prefix else record
        if source is not None and source.bad and field in source.bad and is_blank(source.get(field)):
            return True
    return False


def _on_dates(count: Callable[[date, date], int | None]) -> Callable[[date, Any], Any]:
    return lambda today, value: count(today, value) if isinstance(value, date) else None


def _day(text: Any) -> date | None:
    """A day written into a condition, as ISO text."""
    try:
        return date.fromisoformat(text)
    except (TypeError, ValueError):
        return None


def _clock(text: Any) -> time | None:
    """A time of day written into a condition, as 09:30."""
    try:
        return time.fromisoformat(text)
    except (TypeError, ValueError):
        return None


def _half_year(day: date) -> int:
    """Half-years are counted from January and July, as reports are."""
    return day.year * 2 + (day.month > 6)  # noqa: PLR2004 (June)


def functions(working_days: CountDays) -> Mapping[str, Callable[[date, Any], Any]]:
    """The glossary of functions. Each takes one value; days are whole days."""
    return {
        "is_blank": lambda _, value: is_blank(value),
        "day": lambda _, value: _day(value),
        "clock": lambda _, value: _clock(value),
        "days_until": _on_dates(lambda today, day: (day - today).days),
        "days_since": _on_dates(lambda today, day: (today - day).days),
        "working_days_until": _on_dates(working_days),
        "working_days_since": _on_dates(lambda today, day: working_days(day, today)),
        "months_since": _on_dates(lambda today, day: (today.year - day.year) * 12 + today.month - day.month),
        "half_years_since": _on_dates(lambda today, day: _half_year(today) - _half_year(day)),
        "age": _on_dates(age),
        "year": _on_dates(lambda _, day: day.year),
        "month": _on_dates(lambda _, day: day.month),
        "weekday": _on_dates(lambda _, day: day.isoweekday()),
        "length": lambda _, value: len(value) if isinstance(value, str | tuple | list) else 0,
        "lower": lambda _, value: value.casefold() if isinstance(value, str) else None,
    }


def _edge(of: Callable[[str, str], bool]) -> Callable[[Any, Any], bool]:
    # Every text begins with nothing: a blank part must not hit all rows.
    return lambda text, part: isinstance(text, str) and isinstance(part, str) and part != "" and of(text, part)


def _months_later(day: Any, months: Any) -> date | None:
    if not isinstance(day, date) or not isinstance(months, int) or isinstance(months, bool):
        return None
    try:
        return months_later(day, months)
    except (OverflowError, ValueError):  # beyond the calendar
        return None


PAIRS: Mapping[str, Callable[[Any, Any], Any]] = MappingProxyType(
    {"starts_with": _edge(str.startswith), "ends_with": _edge(str.endswith), "months_later": _months_later}
)
"""Functions of two values: a text, and what it begins or ends with; a day, and so many months of the calendar."""

OF_DAYS = frozenset({
    "days_until", "days_since", "working_days_until", "working_days_since", "months_since", "half_years_since", "age",
    "year", "month", "weekday", "months_later",
})  # fmt: skip
"""Functions of a day."""

FUNCTIONS: tuple[str, ...] = (*functions(weekdays_between), *PAIRS)  # names of the functions that conditions may call
