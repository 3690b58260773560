"""Spans of time that own figures group by: `by = "quarter(received)"`."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator
from datetime import date, timedelta

from msgspec import Struct

from automations.common.dates import months_later
from automations.jobs.figures.periods import monday_of, month_of

_CALL = re.compile(r"\s*([a-z_]+)\s*\(\s*([a-z0-9_.]+)\s*\)\s*")
_MONTHS = {"month": 1, "quarter": 3, "half_year": 6, "year": 12}
SPANS = (*_MONTHS, "week")  # what a day may be counted by; weeks begin on Monday


class Grouping(Struct, frozen=True):
    """What a figure's `by` says: a field, and the span that its days are counted by."""

    field: str
    span: str = "month"

    def first(self, day: date) -> date:
        """The day on which the span of a day begins."""
        if self.span == "week":
            return monday_of(day)
        return date(day.year, (day.month - 1) // _MONTHS[self.span] * _MONTHS[self.span] + 1, 1)

    def all_from(self, first: date, last: date) -> Iterator[date]:
        """The first days of all spans from one up to another."""
        while first <= last:
            yield first
            first = first + timedelta(weeks=1) if self.span == "week" else months_later(first, _MONTHS[self.span])

    def name(self, first: date, month: Callable[[int], str], say: Callable[..., str]) -> str:
        """What people call the span that begins on this day; `month` names a month by its number."""
        if self.span == "month":
            return month(month_of(first))
        if self.span == "week":
            year, week, _ = first.isocalendar()
            return say("Week {n}, {year}", n=week, year=year)
        n = (first.month - 1) // _MONTHS[self.span] + 1
        if self.span == "quarter":
            return say("Q{n} {year}", n=n, year=first.year)
        return say("{n}. half-year {year}", n=n, year=first.year) if self.span == "half_year" else str(first.year)


def grouping(by: str, names: Collection[str]) -> Grouping | None:
    """What a `by` says of a table with these names; None where it is neither a field nor a span of one."""
    found = _CALL.fullmatch(by)
    span, field = found.groups() if found else ("month", by.strip())
    return Grouping(field, span) if span in SPANS and (field in names or not by) else None
