"""Weeks by their number, as offices count them: “in KW 50/2026”, “ab KW 3 2027”."""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import suppress
from datetime import date
from types import MappingProxyType

from automations.tables.rule_tokens import NO_YEAR, ConditionError

# The days of a week that a comparison is about, as ISO counts them.
_DAYS: Mapping[str, tuple[str, int]] = MappingProxyType({
    "ab": ("ab", 1), "seit": ("ab", 1), "from": ("ab", 1), "since": ("ab", 1), "vor": ("vor", 1), "before": ("vor", 1),
    "nach": ("nach", 7), "after": ("nach", 7), "bis": ("bis", 7), "until": ("bis", 7),
})  # fmt: skip
_WEEK = re.compile(
    rf"(?<!\w)(?P<how>in|{'|'.join(_DAYS)})\s+(?:der\s+)?(?P<week>(?:KW|Kalenderwoche|(?:calendar\s+)?week)\s*"
    r"(?P<number>\d{1,2}))(?:\s*[/.-]\s*|\s+)?(?P<year>20\d\d)?(?!\d)",
    re.IGNORECASE,
)


def in_weeks(text: str) -> str:
    """The same with days in place of weeks. Raises ConditionError for one without a year."""
    return _WEEK.sub(_in_days, text)


def _in_days(found: re.Match[str]) -> str:
    if not found["year"]:
        raise ConditionError(NO_YEAR, sign=found["week"], example=f"{found['week']}/2026")
    how, year, number = found["how"].casefold(), int(found["year"]), int(found["number"])
    with suppress(ValueError):  # there is no such week
        first, last = (f"{date.fromisocalendar(year, number, day):%d.%m.%Y}" for day in (1, 7))
        sign, day = _DAYS.get(how, ("", 1))
        return f"{sign} {first if day == 1 else last}" if sign else f"zwischen {first} und {last}"
    return found[0]
