"""Days and periods in a sentence: “ab 1.3.”, “von 1.3. bis 15.5.2025”, “from 1 March”, “15.11.”."""

from __future__ import annotations

import re
from datetime import date

from msgspec import Struct

from automations.tables.dates import MONTHS
from automations.tables.rule_tokens import ConditionError

_NAMES = "|".join(sorted(MONTHS, key=len, reverse=True))
_YEAR = r"(?:\d{4}|\d{2})(?!\d|\s*(?:%|punkt|point|prozent|percent))"
_DAY = (
    rf"(?:\d{{4}}-\d{{2}}-\d{{2}}|\d{{1,2}}\.\s?\d{{1,2}}\.(?:\s?{_YEAR})?"
    rf"|(?:\d{{1,2}}(?:\.|st|nd|rd|th)?\s+)?(?:{_NAMES})\b\.?(?:\s+\d{{4}})?(?:\s+\d{{1,2}}(?!\d|\s*(?:%|p)))?)"
)
_FROM, _TO = r"(?:ab|seit|vom|von|from|as of|starting|beginning|since)", r"(?:bis|to|until|till|–|-)"
_THE = r"(?:\s+(?:dem|zum|the|einschließlich))?\s+"
_BOTH = re.compile(rf"\b{_FROM}{_THE}({_DAY})\s*{_TO}(?:\s+(?:zum|the))?\s*({_DAY})", re.IGNORECASE)
_BEGIN = re.compile(rf"\b{_FROM}{_THE}({_DAY})", re.IGNORECASE)
_END = re.compile(rf"\b(?:bis|until|till){_THE}({_DAY})", re.IGNORECASE)
_ON = re.compile(rf"(?:\b(?:am|zum|on|at){_THE})?(?<![\w.])({_DAY})", re.IGNORECASE)
_AT_ONCE = re.compile(rf"\b(?:{_FROM}\s+)?(?:sofort|heute|today|now)\b", re.IGNORECASE)
_LATELY = 31  # a day without year that lies so little back is that one, not next year's
_CENTURY = 2000


class Period(Struct, frozen=True):
    """From when and until when (None: not said)."""

    first: date | None = None
    last: date | None = None


def period_of(text: str, today: date) -> tuple[str, Period]:
    """A sentence without its days, and the period that they give. A day without year is the next one of that
    name. Raises ConditionError for a day that does not exist, and for a second one that nobody expects."""
    if hit := _AT_ONCE.search(text):
        text = f"{text[: hit.start()]} ab {today.isoformat()} {text[hit.end() :]}"
    # “von … bis …” before its halves, a day alone last.
    for pattern in (_BOTH, _BEGIN, _END, _ON):
        if hit := pattern.search(text):
            rest = f"{text[: hit.start()]} {text[hit.end() :]}"
            if _ON.search(rest):
                raise ConditionError("More than one day is named in “{sign}”.", sign=text.strip())
            if pattern is _END:
                return rest, Period(None, _day(hit[1], today))
            first = _day(hit[1], today)
            last = _day(hit[2], first) if pattern is _BOTH else None
            if last and last < first:
                raise ConditionError("“{sign}” ends before it begins.", sign=hit[0].strip())
            return rest, Period(first, last)
    return text, Period()


def _day(typed: str, today: date) -> date:
    numbers = [int(number) for number in re.findall(r"\d+", typed)]
    name = re.search(_NAMES, typed, re.IGNORECASE)
    if re.match(r"\d{4}-", typed):
        year, month, day = numbers
    elif name:
        month = MONTHS[name[0].casefold()]
        year = next((number for number in numbers if number > _CENTURY), 0)
        day = next((number for number in numbers if number < _CENTURY), 1)
    else:
        day, month, year = (*numbers, 0)[:3]
    try:
        if year:
            return date(year if year >= 100 else _CENTURY + year, month, day)  # noqa: PLR2004 (two digits)
        return _next(month, day, today)
    except ValueError:
        raise ConditionError("There is no day “{sign}”.", sign=typed.strip()) from None


def _next(month: int, day: int, today: date) -> date:
    # Within five years there is a 29 February, but around 2100.
    for year in range(today.year - 1, today.year + 5):
        try:
            found = date(year, month, day)
        except ValueError:  # 29 February
            continue
        if (today - found).days <= _LATELY:
            return found
    raise ValueError
