"""Tabs that are named after a time: a tab a year, a quarter, a month, a week. People begin the next one themselves."""

from __future__ import annotations

import re

from msgspec import Struct

from automations.tables.dates import MONTHS
from automations.tables.folding import fold

_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_NAMES = "|".join(sorted(MONTHS, key=len, reverse=True))
_MONTH = re.compile(rf"(?<![^\W\d_])(?:{_NAMES})(?![^\W\d_])\.?", re.IGNORECASE)
_QUARTER = re.compile(
    r"(?<!\w)(?:q\s?([1-4])|([1-4])\.?\s?(?:quartal|quarter)|(?:quartal|quarter)\s?([1-4]))(?!\w)", re.IGNORECASE
)
_WEEK = re.compile(r"(?<!\w)(?:kw|woche|week)\s?(\d{1,2})(?!\d)", re.IGNORECASE)
_SHORT_YEAR = re.compile(r"(?<=#)[\s_/'.-]*\d\d(?!\d)")


class Period(Struct, frozen=True):
    """What a tab's name says of a time. `series` is the rest of the name with the kind of time in it: tabs of one
    series follow one another. `year` is 0 where none is named, `part` the month, quarter or week (0: a whole year)."""

    series: str
    year: int
    part: int


def period(name: str) -> Period | None:
    """The time that a tab is named after; None for any other name."""
    years = [int(found) for found in _YEAR.findall(name)]
    bare = _YEAR.sub("", name)
    for kind, pattern in (("month", _MONTH), ("quarter", _QUARTER), ("week", _WEEK)):
        if found := pattern.search(bare):
            number = next((int(one) for one in found.groups() if one), 0) or MONTHS[found[0].casefold().rstrip(".")]
            rest = pattern.sub("#", bare, count=1)
            short = _SHORT_YEAR.search(rest)
            year = years[-1] if years else 2000 + int(short[0][-2:]) if short else 0
            return Period(f"{kind} {fold(_SHORT_YEAR.sub('', rest))}", year, number)
    return Period(f"year {fold(bare)}", years[-1], 0) if years else None
