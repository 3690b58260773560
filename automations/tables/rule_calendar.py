"""Moments that the calendar gives, as people type them: “Mo und Do”, “am 1. und 15.”, “Mitte des Monats”, “im
November”, “einmal im Quartal”. Turned into the `due` of rules.toml.

Where no day is named it is the first one: a week is done on its Monday, a month on its first day, a year on 1 January.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import Any

from automations.tables.dates import MONTHS, WEEKDAYS
from automations.tables.rule_spans import IN_MONTHS

_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_WEEKDAYS = {name + end: _DAYS[n] for name, n in WEEKDAYS.items() for end in ("", "s", ".")}
_MONTHS = {name + end: n for name, n in MONTHS.items() for end in ("", ".")}


def _any(words: Iterable[str]) -> str:
    return "|".join(sorted(map(re.escape, words), key=len, reverse=True))


_DAY, _MONTH, _LONG = _any(_WEEKDAYS), _any(_MONTHS), _any(IN_MONTHS)
_ORDINALS = {"ersten": "1.", "erster": "1.", "erste": "1.", "first": "1.", "zweiten": "2.", "zweiter": "2.",
             "zweite": "2.", "zweites": "2.", "second": "2.", "dritten": "3.", "dritter": "3.", "dritte": "3.",
             "third": "3.", "vierten": "4.", "vierter": "4.", "vierte": "4.", "fourth": "4.", "fünften": "5.",
             "fifth": "5.", "letzten": "letzten", "letzter": "letzten", "letztes": "letzten", "letzte": "letzten",
             "letztem": "letzten", "erstem": "1.", "last": "letzten", "other": "2."}  # fmt: skip
_NUMBERS = {"ein": "1", "eine": "1", "zwei": "2", "drei": "3", "vier": "4", "fünf": "5", "sechs": "6", "acht": "8",
            "zehn": "10", "vierzehn": "14", "two": "2", "three": "3", "four": "4", "six": "6", "ten": "10",
            "fourteen": "14"}  # fmt: skip
_AND = r"\s*(?:,\s*(?:und|and)|,|/|&|\+|\bund\b|\band\b|\bsowie\b)\s*"
_OF_MONTH = (
    r"(?:im monat|des monats|jedes monats|jeden monats|jeden monat|eines jeden monats|pro monat"
    r"|(?:of|in) (?:the|each|every|a) month|each month|every month|a month)"
)
_EVERY_YEAR = (
    r"(?:jedes jahr|alle jahre|einmal im jahr|1x im jahr|jährlich"
    r"|every year|each year|once a year|yearly|annually|immer)"
)
_EVERY_MONTH = r"(?:jeden monat|monatlich|every month|each month|monthly|immer)"
_ON = r"(?:am|zum|den|im|in|on the|on|at the|every|each|jeden|jedes)"
EDGES = {"anfang": "first", "anfangs": "first", "beginn": "first", "zu beginn": "first", "beginning of": "first",
          "start of": "first", "early": "first", "mitte": "middle", "middle of": "middle", "mid": "middle",
          "mid-": "middle", "ende": "last", "end of": "last", "late": "last"}  # fmt: skip
"""What people call a part of a month, and which one it is."""
_COMPOUND = {"anfang": "first", "beginn": "first", "erster": "first", "ersten": "first", "mitte": "middle",
             "ende": "last", "schluss": "last", "letzter": "last", "letzten": "last", "abschluss": "last"}  # fmt: skip
_PERIODS = {"monats": 1, "month": 1, "quartals": 3, "quarter": 3, "halbjahres": 6, "halbjahrs": 6, "half-year": 6,
            "jahres": 12, "year": 12, "monat": 1, "quartal": 3, "halbjahr": 6, "jahr": 12, "months": 1}  # fmt: skip
_TIMES = {"einmal": 1, "einmalig": 1, "1x": 1, "1 x": 1, "1 mal": 1, "1mal": 1, "once": 1, "ein mal": 1, "zweimal": 2,
          "2x": 2, "2 x": 2, "2 mal": 2, "2mal": 2, "twice": 2}  # fmt: skip
_WEEK = frozenset({"woche", "week"})
_MOST_APART = 24  # months, weeks or days between two occasions

_SPOT = rf"(?:(\d{{1,2}})\.\s?(\d{{1,2}})\.?|(\d{{1,2}})\.?\s(?:of\s)?({_MONTH})|({_MONTH})\s(?:the\s)?(\d{{1,2}})\.?)"
_SPOTS = re.compile(
    rf"(?:{_EVERY_YEAR}\s)?(?:{_ON}\s)?({_SPOT}(?:{_AND}(?:{_ON}\s)?{_SPOT})*)"
    r"(?:\s(?:jedes jahres|jedes jahr|every year))?"
)
_ONCE = re.compile(
    rf"(?:einmal(?:ig)?\s|nur\s|once\s)?(?:am\s|on\s)?(?:(\d{{1,2}})\.\s?(\d{{1,2}})\.\s?(\d{{4}})|(\d{{4}})-(\d{{1,2}})-(\d{{1,2}})"
    rf"|(\d{{1,2}})\.?\s({_MONTH})\s(\d{{4}})|({_MONTH})\s(\d{{1,2}}),?\s(\d{{4}}))"
)
_IN_MONTHS = re.compile(
    rf"(?:{_EVERY_YEAR}\s)?(?:{_ON}\s)?(?:({_any(EDGES)})\s?)?((?:{_MONTH})(?:{_AND}(?:{_MONTH}))*)"
    r"(?:\s(?:jedes jahres|jedes jahr|every year))?"
)
_OF_DAYS = re.compile(
    rf"(?:{_EVERY_MONTH}\s)?({_ON}\s)?((?:\d{{1,2}})\.?(?:{_AND}(?:{_ON}\s)?\d{{1,2}}\.?)*)(?:\s({_OF_MONTH}))?"
)
_FIRST = rf"(\d\.|letzten)((?:{_AND}(?:\d\.|letzten))*)\s"
_WEEKLY = re.compile(
    r"(?:(jede[nrs]?|every|each|am|an jedem|on the|on|on every|immer am|immer"
    r"|(?:wöchentlich|weekly|jede woche|every week|each week)(?: am| on)?)\s)?"
    rf"(?:{_FIRST})?((?:{_DAY})(?:{_AND}(?:am\s|on\s)?(?:{_DAY}))*)(?:\s({_OF_MONTH}))?"
)
_RANGE = re.compile(rf"(?:(?:von|from|jeweils|immer)\s)?({_DAY})\s?(?:-|bis|to|through)\s?({_DAY})")
_EDGE = re.compile(rf"(?:{_ON}\s)?(1\.|letzten) (werktag|arbeitstag|working day|weekday|tag|day)(?:\s{_OF_MONTH})?")
_COMPOUNDED = re.compile(rf"(?:am|zum|zu|zur|immer am)?\s?(monats|quartals|halbjahres|jahres)({_any(_COMPOUND)})")
_SPREAD = re.compile(
    rf"(?:am|zum|zu|zur|at the|in the|on the|at)?\s?(?:the\s)?({_any(EDGES)})\s?"
    rf"(?:des|eines jeden|jedes|jeden|vom|the|each|every|a)?\s?({_any(_PERIODS)})"
)
_OFTEN = re.compile(
    rf"({_any(_TIMES)})\s(?:im|pro|in der|in einer|je|jede|jeden|jedes|a|per|each|every|in the)\s"
    rf"(woche|week|{_any(_PERIODS)})"
)
_APART = re.compile(
    rf"(?:alle|aller|jede|jeden|jedes|every)\s(\d{{1,2}})\.?\s({_LONG}|wochen|woche|weeks|week|tage|tag|days|day)"
    rf"(?:\s(?:am|zum|on the|on|immer am)?\s?(?:({_DAY})|(\d{{1,2}})\.?"
    r"|(1\.|letzten)\s(werktag|arbeitstag|working day|tag|day)))?"
)


_FORTNIGHTLY = re.compile(
    r"^(?:14-tägig|14-täglich|vierzehntägig|zweiwöchentlich|alle 14 tage|fortnightly|biweekly|bi-weekly"
    r"|every other week)\s"
)


def calendar_of(text: str) -> dict[str, Any] | None:
    """The moment in `text`, which is in small letters; None where the calendar names none."""
    plain = _plainly(text)
    for shape, made in _SHAPES:
        if (found := shape.fullmatch(plain)) and (due := made(found)) is not None:
            return due
    return None


def _plainly(text: str) -> str:
    """One way of writing it: dashes, ordinals in figures, numbers in figures."""
    text = re.sub(r"\s*[–—]\s*|\s+-\s+", "-", " ".join(text.split()))
    text = re.sub(r"(?<=\d)(?:st|nd|rd|th)\b", ".", text)
    text = _FORTNIGHTLY.sub("alle 2 wochen ", text)
    words = [_ORDINALS.get(word.rstrip(","), word) for word in text.split(" ")]
    return " ".join(_NUMBERS.get(word, word) for word in words)


def _once(found: re.Match[str]) -> dict[str, Any] | None:
    day, month, year, year_first, its_month, its_day, *named = found.groups()
    if named[0]:
        day, month, year = named[0], str(_MONTHS[named[1]]), named[2]
    elif named[3]:
        day, month, year = named[4], str(_MONTHS[named[3]]), named[5]
    try:
        return {"on": date(int(year or year_first), int(month or its_month), int(day or its_day))}
    except ValueError:
        return None


def _spots(found: re.Match[str]) -> dict[str, Any] | None:
    days = []
    for one in re.finditer(_SPOT, found[1]):
        day, month, first, named, called, number = one.groups()
        place = (int(month or _MONTHS[named or called]), int(day or first or number))
        # 2024 is a leap year, so that 29 February can be named.
        if place[0] not in range(1, 13) or not 1 <= place[1] <= calendar.monthrange(2024, place[0])[1]:
            return None
        days.append(place)
    return _of_year(days)


def _of_year(days: Sequence[tuple[int, int]]) -> dict[str, Any]:
    return {"every": "year", "day": _one_or_all([f"{month:02}-{day:02}" for month, day in sorted(set(days))])}


def _one_or_all(values: Sequence[Any]) -> Any:
    return values[0] if len(values) == 1 else list(values)


def _in_months(found: re.Match[str]) -> dict[str, Any]:
    months = [_MONTHS[name] for name in re.split(_AND, found[2])]
    return _of_year([(month, edge_of(EDGES.get(found[1] or "", "first"), month)) for month in months])


def edge_of(edge: str, month: int, year: int = 2023) -> int:
    """Which day of a month its beginning, middle or end is."""
    # 2023 is no leap year: what no year is said of must come every year.
    return {"first": 1, "middle": 15, "last": calendar.monthrange(year, month)[1]}[edge]


def _of_days(found: re.Match[str]) -> dict[str, Any] | None:
    numbers = sorted({int(number) for number in re.findall(r"\d+", found[2])})
    named = found[1] or found[3] or re.match(_EVERY_MONTH, found[0])
    if not named or numbers[0] < 1 or numbers[-1] > 31:  # noqa: PLR2004 (days of the longest months)
        return None
    return {"every": "month", "day": _one_or_all(numbers)}


def _weekly(found: re.Match[str]) -> dict[str, Any] | None:
    days = sorted({_WEEKDAYS[name] for name in re.split(_AND + r"(?:am\s|on\s)?", found[4])}, key=_DAYS.index)
    due: dict[str, Any] = {"every": _one_or_all(days)}
    if not found[2]:
        return None if found[5] else due
    numbers = [-1 if one == "letzten" else int(one[0]) for one in re.findall(r"\d\.|letzten", f"{found[2]} {found[3]}")]
    if not all(-1 <= number <= 5 and number for number in numbers):  # noqa: PLR2004 (weeks that a month touches)
        return None
    each = found[1] in {"jede", "jeden", "jeder", "jedes", "every", "each"}
    # “jeden 2. Dienstag” is every other one, “am 2. Dienstag” the second of the month.
    if each and not found[5] and len(numbers) == 1 and numbers[0] > 1:
        return {**due, "interval": numbers[0]}
    return {**due, "nth": _one_or_all(numbers)}


def _range(found: re.Match[str]) -> dict[str, Any] | None:
    first, last = (_DAYS.index(_WEEKDAYS[name]) for name in found.groups())
    # From Monday to Friday is what people call working days, and then holidays are none.
    if (first, last) == (0, 4):
        return {"every": "working_day"}
    if (first, last) == (0, 6):
        return {"every": "day"}
    return {"every": list(_DAYS[first : last + 1])} if first < last else None


def _edge(which: str, what: str) -> int | str:
    """The first or last day or working day of a month."""
    last, working = which == "letzten", what not in {"tag", "day"}
    first = "first_working_day" if working else 1
    return ("last_working_day" if working else "last") if last else first


def _period(months: int, edge: str) -> dict[str, Any]:
    """The edge of each month, quarter, half-year or year."""
    if edge == "middle" and months > 1:
        return _of_year([(first + months // 2, 15 if months % 2 else 1) for first in range(1, 13, months)])
    if months == 1:
        return {"every": "month", "day": {"first": 1, "middle": 15, "last": "last"}[edge]}
    if edge == "first":
        return _each(months)
    return _of_year([(last, calendar.monthrange(2023, last)[1]) for last in range(months, 13, months)])


def _each(months: int) -> dict[str, Any]:
    if months == 12:  # noqa: PLR2004 (a year)
        return {"every": "year", "day": "01-01"}
    return {"every": "month", "day": 1, **({"interval": months} if months > 1 else {})}


def _often(found: re.Match[str]) -> dict[str, Any] | None:
    times, period = _TIMES[found[1]], found[2]
    if period in _WEEK:
        return {"every": "monday" if times == 1 else ["monday", "thursday"]}
    months = _PERIODS[period]
    if times == 1:
        return _each(months)
    return {"every": "month", "day": [1, 15]} if months == 1 else _each(months // 2) if months % 2 == 0 else None


def _apart(found: re.Match[str]) -> dict[str, Any] | None:
    number, unit = int(found[1]), found[2]
    if not 1 <= number <= _MOST_APART:
        return None
    if unit.startswith(("tag", "day")):
        return None if any(found.groups()[2:]) else {"every": "day", **({"interval": number} if number > 1 else {})}
    if unit.startswith(("woche", "week")):
        if found[4] or found[5]:
            return None
        # “Every two weeks” without a weekday: on the day with which a week begins.
        return {"every": _WEEKDAYS.get(found[3] or "", "monday"), **({"interval": number} if number > 1 else {})}
    months = number * IN_MONTHS[unit]
    # A weekday beside months (“every two months on Monday”) leaves open which Monday.
    if months > _MOST_APART or found[3]:
        return None
    day = _edge(found[5], found[6]) if found[5] else int(found[4] or 1)
    return {"every": "month", "day": day, **({"interval": months} if months > 1 else {})}


_SHAPES: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], dict[str, Any] | None]], ...] = (
    (_EDGE, lambda found: {"every": "month", "day": _edge(found[1], found[2])}),
    (_ONCE, _once), (_SPOTS, _spots), (_IN_MONTHS, _in_months), (_OF_DAYS, _of_days), (_RANGE, _range),
    (_WEEKLY, _weekly), (_OFTEN, _often), (_APART, _apart),
    (_COMPOUNDED, lambda found: _period(_PERIODS[found[1]], _COMPOUND[found[2]])),
    (_SPREAD, lambda found: _period(_PERIODS[found[2]], EDGES[found[1]])),
)  # fmt: skip
