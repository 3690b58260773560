"""Working days of the demo's calendar, by arithmetic on one list so that 100 000 cases stay quick."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from datetime import date, timedelta

# The holidays of North Rhine-Westphalia that keep their date, and the two days on which offices are shut.
_SHUT = frozenset({(1, 1), (5, 1), (10, 3), (11, 1), (12, 24), (12, 25), (12, 26), (12, 31)})
_FROM_EASTER = (-2, 1, 39, 50, 60)  # Good Friday, Easter Monday, Ascension, Whit Monday, Corpus Christi


class Days:
    """All working days between two dates, to step along."""

    def __init__(self, first: date, last: date) -> None:
        moving = {easter(year) + timedelta(days=n) for year in range(first.year, last.year + 1) for n in _FROM_EASTER}
        every = (first + timedelta(days=n) for n in range((last - first).days + 1))
        self.all: Sequence[date] = [
            day
            for day in every
            if day.weekday() < 5 and (day.month, day.day) not in _SHUT and day not in moving  # noqa: PLR2004 - Saturday
        ]

    def on_or_after(self, day: date, steps: int = 0) -> date:
        """The working day `steps` working days after the first one that is not before `day`."""
        index = bisect_left(self.all, day) + steps
        return self.all[max(0, min(index, len(self.all) - 1))]


def easter(year: int) -> date:
    """Easter Sunday in the Gregorian calendar (Meeus, Jones and Butcher's rule)."""
    a, b, c = year % 19, year // 100, year % 100
    d, e = divmod(b, 4)
    g = (8 * b + 13) // 25
    h = (19 * a + b - d - g + 15) % 30
    i, k = divmod(c, 4)
    length = (32 + 2 * e + 2 * i - h - k) % 7
    m = (a + 11 * h + 22 * length) // 451
    month, day = divmod(h + length - 7 * m + 114, 31)
    return date(year, month, day + 1)
