"""Months, weeks and half-years as plain values."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator
from datetime import date, timedelta

from msgspec import Struct

MONTHS = 12
WEEK = timedelta(days=7)
YEAR_OF_WEEKS = timedelta(days=364)  # 52 weeks: the same weekday a year ago, so that a Monday is compared with a Monday


def month_of(day: date) -> int:
    """A month as one number that can be counted with: January of year 0 is 0."""
    return day.year * MONTHS + day.month - 1


def first_day(month: int) -> date:
    """The first day of a month given as a number."""
    return date(month // MONTHS, month % MONTHS + 1, 1)


def last_day(month: int) -> date:
    """The last day of a month given as a number."""
    first = first_day(month)
    return first.replace(day=monthrange(first.year, first.month)[1])


def months_until(today: date, count: int) -> range:
    """The last `count` months, oldest first, the running one included."""
    last = month_of(today)
    return range(last - count + 1, last + 1)


def monday_of(day: date) -> date:
    """The Monday of a day's week."""
    return day - timedelta(days=day.weekday())


def same_day(day: date, year: int) -> date:
    """The same day of another year. The last day of a month stays the last one: 28 February 2025 is compared
    with 29 February 2024."""
    longest = monthrange(year, day.month)[1]
    # Month ends are month ends: else February of a leap year would always look better by a day.
    ends = day.day == monthrange(day.year, day.month)[1]
    return day.replace(year=year, day=longest if ends else min(day.day, longest))


class HalfYear(Struct, frozen=True, order=True):
    """Half a calendar year: `half` is 1 or 2."""

    year: int
    half: int

    @property
    def key(self) -> str:
        """Its name in the ledger and in files: "2024-H1"."""
        return f"{self.year}-H{self.half}"

    @property
    def first(self) -> date:
        """Its first day."""
        return date(self.year, 1 if self.half == 1 else 7, 1)

    @property
    def last(self) -> date:
        """Its last day."""
        return date(self.year, 6, 30) if self.half == 1 else date(self.year, 12, 31)

    @property
    def days(self) -> int:
        """How many days its last day lies after its first."""
        return (self.last - self.first).days

    def before(self) -> HalfYear:
        """The half-year before it."""
        return HalfYear(self.year, 1) if self.half == 2 else HalfYear(self.year - 1, 2)  # noqa: PLR2004 (the second half)


def half_year_of(day: date) -> HalfYear:
    """The half-year that a day lies in."""
    return HalfYear(day.year, 1 if day.month <= MONTHS // 2 else 2)


def half_years_back(day: date) -> Iterator[HalfYear]:
    """The running half-year and those before it, newest first, without end."""
    half = half_year_of(day)
    while True:
        yield half
        half = half.before()
