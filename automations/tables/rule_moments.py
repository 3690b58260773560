"""When a rule acts, as people write it in the tab of rules, turned into the `due` of rules.toml."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from automations.tables.rule_spans import IN_MONTHS
from automations.tables.rule_tokens import ConditionError
from automations.tables.rule_values import Names

_WEEKDAYS = {
    "montag": "monday", "dienstag": "tuesday", "mittwoch": "wednesday", "donnerstag": "thursday", "freitag": "friday",
    "samstag": "saturday", "sonnabend": "saturday", "sonntag": "sunday",
    **{day: day for day in ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")},
}  # fmt: skip
_DAY = "|".join(_WEEKDAYS)
_CLOCK = re.compile(
    r",?\s*\b(?:um|at)\s+(\d{1,2})(?:[:.](\d{2}))?(?:\s*(?:uhr|([ap])\.?m\b\.?))?\s*"
    r"|,?\s+(\d{1,2})(?:[:.](\d{2}))?\s*uhr\b",
    re.IGNORECASE,
)
_AGAIN = re.compile(r",?\s*\b(?:alle|every)\s+(\d{1,3})\s+(?:tage|days)\b", re.IGNORECASE)
_MOST = re.compile(r",?\s*\b(?:höchstens|at most)\s+(\d{1,2})\s*(?:mal|times)\b", re.IGNORECASE)
_MONTHS_LONG = "|".join(sorted(IN_MONTHS, key=len, reverse=True))
_UNIT = (
    r"kalendertage?n?|tage?n?|werktage?n?|arbeitstage?n?|wochen?|calendar days?|working days?|days?|weeks?"
    rf"|{_MONTHS_LONG}"
)
_SIDE = r"(?:vor|nach|before|after)"
_COLUMN = r"(?:dem\s+|der\s+|the\s+)?(?:\[([^\[\]]+)\]|([^\[\],\d][^\[\],]*))"
_AROUND = re.compile(
    rf"((?:\d{{1,4}}\s*(?:,|und|and)\s*)*\d{{1,4}})\s*({_UNIT})\s+({_SIDE})\s+{_COLUMN}", re.IGNORECASE
)
_NEXT = re.compile(rf"(?<![\d\s])\s*(?:,|und|and)\s*(?=\d{{1,4}}\s*(?:{_UNIT})\s+{_SIDE})", re.IGNORECASE)
_HALF = re.compile(r"\b(?:ein(?:em)?\s+halbe[ns]\s+jahr|half\s+a\s+year|halbes\s+jahr)\b", re.IGNORECASE)
_ONE = re.compile(rf"\b(?:am|einen|eine|einem|ein|one|the)\s+(?={_UNIT})", re.IGNORECASE)
_EACH_YEAR = re.compile(
    r"(?:(?:jedes\s+jahr|jährlich|every\s+year|yearly)\s+(?:am|zum|on)|an\s+jedem)\s+\[([^\[\]]+)\]", re.IGNORECASE
)
_EVE = re.compile(r"(?:am\s+)?(?:vortag|the\s+day\s+before)\s+(?:von\s+|des\s+|der\s+)?(?=\[)", re.IGNORECASE)
_COUNTS = {"zwei": "2", "drei": "3", "vier": "4", "fünf": "5", "sechs": "6", "sieben": "7", "zehn": "10",
           "vierzehn": "14", "two": "2", "three": "3", "seven": "7", "ten": "10", "fourteen": "14"}  # fmt: skip
_COUNTED = re.compile(rf"\b({'|'.join(_COUNTS)})\s+(?={_UNIT})", re.IGNORECASE)
_ORDINALS = {"erste": "1.", "first": "1.", "zweite": "2.", "second": "2.", "dritte": "3.", "third": "3.",
             "vierte": "4.", "fourth": "4.", "letzte": "letzten", "last": "letzten"}  # fmt: skip
_ORDINAL = re.compile(rf"\b({'|'.join(_ORDINALS)})[nrsm]?\b")
_OF_MONTH = r"\s+(?:im monat|des monats|jedes monats|jeden monat|of the month|of each month|of every month)"
_MONTHLY = re.compile(
    rf"(?:am|jeden|on the|every)\s+(\d{{1,2}})(?:\.|st|nd|rd|th)?{_OF_MONTH}"
    r"|(?:jeden monat|monatlich|every month)\s+(?:am|on the)\s+(\d{1,2})(?:\.|st|nd|rd|th)?"
)
_MOST_APART = 24  # months between two occasions
_MONTHS = ("januar", "februar", "märz", "april", "mai", "juni", "juli", "august", "september", "oktober", "november",
           "dezember")  # fmt: skip
_APART = re.compile(
    rf"(?:alle|jeden|jedes|every)\s+(\d{{1,2}})(?:\.|nd|rd|th)?\s+({_MONTHS_LONG})"
    r"(?:\s+(?:am|zum|on the|on)\s+"
    r"(?:(\d{1,2})(?:\.|st|nd|rd|th)?|(1\.|letzten)\s+(werktag|arbeitstag|working day|tag|day)))?"
)
_NAMED_MONTH = re.compile(rf"(?<=\d\.)\s+({'|'.join(_MONTHS)})\b")
_YEARLY = re.compile(
    r"(?:(?:jedes jahr|jährlich|every year|yearly)\s+(?:am|zum|on)\s+)?(?:am\s+)?(\d{1,2})\.\s?(\d{1,2})\.?"
    r"(?:\s+(?:jedes jahres|jedes jahr|every year))?"
)
_WEEKLY = re.compile(
    rf"(?:(?:jede[nrs]?|every|am|an jedem|on|on the|on every)\s+)?(?:(\d)(?:\.|nd|rd|th)?\s+|(letzten)\s+)?"
    rf"({_DAY})(s?)({_OF_MONTH})?"
)
_FORTNIGHTLY = re.compile(rf"alle\s+(\d{{1,2}})\s+wochen\s+(?:am\s+)?({_DAY})s?|every (\d{{1,2}}) weeks on ({_DAY})s?")
_EDGE = re.compile(
    rf"(?:am\s+|on the\s+|jeden\s+|every\s+)?(1\.|letzten) (werktag|arbeitstag|working day|tag|day){_OF_MONTH}"
)
_FIXED: dict[str, dict[str, Any]] = {
    "": {"event": "holds"}, "sofort": {"event": "holds"}, "einmal": {"event": "holds"},
    "einmal, sobald es zutrifft": {"event": "holds"}, "sobald es zutrifft": {"event": "holds"},
    "wenn es zutrifft": {"event": "holds"}, "einmalig": {"event": "holds"}, "once": {"event": "holds"},
    "immediately": {"event": "holds"}, "when it holds": {"event": "holds"},
    "once, as soon as it holds": {"event": "holds"}, "as soon as it holds": {"event": "holds"},
    "solange es zutrifft": {}, "as long as it holds": {},
    **{words: {"event": "added"} for words in (
        "neue zeile", "bei neuer zeile", "bei einer neuen zeile", "bei jeder neuen zeile", "bei neuen zeilen",
        "wenn eine zeile dazukommt", "wenn eine neue zeile dazukommt", "sobald eine zeile dazukommt",
        "sobald eine neue zeile dazukommt", "new row", "for each new row", "for every new row", "when a row is added",
        "when a new row is added", "on a new row",
    )},
    "täglich": {"every": "day"}, "jeden tag": {"every": "day"}, "every day": {"every": "day"},
    "jeden werktag": {"every": "working_day"}, "jeden arbeitstag": {"every": "working_day"},
    "every working day": {"every": "working_day"}, "every weekday": {"every": "working_day"},
    "on weekdays": {"every": "working_day"}, "daily": {"every": "day"}, "wochentags": {"every": "working_day"},
    "monthly": {"every": "month", "day": 1}, "quarterly": {"every": "month", "interval": 3, "day": 1},
    "zum monatsende": {"every": "month", "day": "last"}, "zum monatsanfang": {"every": "month", "day": 1},
    "jeden monat": {"every": "month", "day": 1}, "monatlich": {"every": "month", "day": 1},
    "every month": {"every": "month", "day": 1}, "werktags": {"every": "working_day"},
    "an jedem werktag": {"every": "working_day"}, "montag bis freitag": {"every": "working_day"},
    "monday to friday": {"every": "working_day"}, "mo-fr": {"every": "working_day"},
    "jedes quartal": {"every": "month", "interval": 3, "day": 1},
    "vierteljährlich": {"every": "month", "interval": 3, "day": 1},
    "every quarter": {"every": "month", "interval": 3, "day": 1},
    "halbjährlich": {"every": "month", "interval": 6, "day": 1},
    "jedes halbjahr": {"every": "month", "interval": 6, "day": 1},
    "every half-year": {"every": "month", "interval": 6, "day": 1},
    "am monatsende": {"every": "month", "day": "last"}, "am monatsanfang": {"every": "month", "day": 1},
    "at the end of the month": {"every": "month", "day": "last"},
}  # fmt: skip


def due_of(text: str, table: str, names: Names) -> dict[str, Any]:
    """What stands in the column of moments. Raises ConditionError."""
    rest, more = _HALF.sub("6 Monate", " ".join(text.split())), dict[str, Any]()
    if clock := _CLOCK.search(rest):
        hour, minute, half = int(clock[1] or clock[4]), int(clock[2] or clock[5] or 0), (clock[3] or "").casefold()
        if half:
            hour = hour % 12 + (12 if half == "p" else 0) if hour <= 12 else 99  # noqa: PLR2004 (a clock)
        if hour > 23 or minute > 59:  # noqa: PLR2004 (a clock)
            raise ConditionError("“{sign}” is no time of day.", sign=clock[0].strip())
        more["at"] = f"{hour:02}:{minute:02}"
        rest = rest.replace(clock[0], " ")
    if (again := _AGAIN.search(rest)) and (most := _MOST.search(rest)):
        more |= {"repeat_days": int(again[1]), "repeats": int(most[1]) - 1}
        rest = rest.replace(again[0], " ").replace(most[0], " ")
        more = {name: value for name, value in more.items() if more.get("repeats") or not name.startswith("repeat")}
    return {**_moment(" ".join(rest.split()).strip(" ,."), table, names), **more}


def _moment(rest: str, table: str, names: Names) -> dict[str, Any]:
    plain = rest.casefold()
    if plain in _FIXED:
        return dict(_FIXED[plain])
    dated = _NAMED_MONTH.sub(lambda found: f"{_MONTHS.index(found[1]) + 1}.", plain)
    due = _of_calendar(_ORDINAL.sub(lambda found: _ORDINALS[found[1]], _plain(dated))) or _of_column(rest, table, names)
    if due is not None:
        return due
    if _MOST.search(rest) or _AGAIN.search(rest):
        raise ConditionError("Repeating takes both, such as “alle 7 Tage, höchstens 3 Mal”.")
    raise ConditionError(
        "“{sign}” is no moment that kim knows; write it like “14 Tage vor [Spalte]”, “jeden Montag um 08:00” "
        "or “einmal, sobald es zutrifft”.", sign=rest,
    )  # fmt: skip


def _plain(words: str) -> str:
    """“every other Tuesday”, “wöchentlich am Montag”, “alle zwei Wochen montags” as the calendar's words below."""
    words = re.sub(r"\bevery other\b", "every 2", words)
    words = re.sub(r"^(?:wöchentlich|weekly)\s+(?=am|on|\w+s$)", "", words)
    return _COUNTED.sub(lambda found: f"{_COUNTS[found[1]]} ", words)


def _of_column(rest: str, table: str, names: Names) -> dict[str, Any] | None:
    """Moments that a column of the row gives."""
    counted = _COUNTED.sub(lambda found: f"{_COUNTS[found[1].casefold()]} ", _ONE.sub("1 ", rest))
    counted = _EVE.sub("1 Tag vor ", counted)
    parts = [_AROUND.fullmatch(part) for part in _NEXT.split(counted)]
    if all(parts):
        return _around([part for part in parts if part], table, names)
    if same := re.fullmatch(r"(?:am|an dem tag|am tag|on)\s+\[([^\[\]]+)\]", rest, re.IGNORECASE):
        return {"field": names.path(same[1].strip(), table), "days_before": [0]}
    if yearly := _EACH_YEAR.fullmatch(rest):
        return {"field": names.path(yearly[1].strip(), table), "every": "year"}
    if changed := _CHANGED.fullmatch(rest):
        named = [names.path(one.strip(), table) for one in re.findall(r"\[([^\[\]]+)\]", changed[0])]
        return {"event": "changed", "fields": named}
    return None


_HEADINGS = r"\[[^\[\]]+\](?:\s*(?:,|oder|or|und|and)\s*\[[^\[\]]+\])*"
_CHANGED = re.compile(
    rf"(?:(?:wenn|sobald)\s+sich\s+|(?:when|whenever|if)\s+)?{_HEADINGS}\s+"
    r"(?:(?:sich\s+)?ändert|geändert wurde|geändert|changes|changed)"
    rf"|(?:wenn|sobald)\s+{_HEADINGS}\s+sich\s+ändert"
    rf"|(?:bei|nach|on|after)\s+(?:jeder\s+|every\s+)?(?:änderung|change)\s+(?:von|of|in)\s+{_HEADINGS}",
    re.IGNORECASE,
)


def _of_calendar(plain: str) -> dict[str, Any] | None:
    """Moments that the calendar gives."""
    if edge := _EDGE.fullmatch(plain):
        return {"every": "month", "day": _edge(edge[1], edge[2])}
    if monthly := _MONTHLY.fullmatch(plain):
        return {"every": "month", "day": int(monthly[1] or monthly[2])}
    if (apart := _APART.fullmatch(plain)) and (months := int(apart[1]) * IN_MONTHS[apart[2]]) <= _MOST_APART:
        named = {"every": "month", "day": _edge(apart[4], apart[5]) if apart[4] else int(apart[3] or 1)}
        return {**named, "interval": months} if months > 1 else named
    if yearly := _YEARLY.fullmatch(plain):
        return {"every": "year", "day": f"{int(yearly[2]):02}-{int(yearly[1]):02}"}
    if apart := _FORTNIGHTLY.fullmatch(plain):
        number, day = int(apart[1] or apart[3]), _WEEKDAYS[apart[2] or apart[4]]
        return {"every": day, "interval": number} if number > 1 else {"every": day}
    weekly = _WEEKLY.fullmatch(plain)
    return _weekly(weekly) if weekly else None


def _edge(which: str, what: str) -> int | str:
    """The first or last day or working day of a month."""
    last, working = which == "letzten", what not in {"tag", "day"}
    first = "first_working_day" if working else 1
    return ("last_working_day" if working else "last") if last else first


def _around(found: Sequence[re.Match[str]], table: str, names: Names) -> dict[str, Any]:
    """So many days before or after a date of the row; of several the sides, units and columns must agree."""
    kinds = {(_side(one), _working(one), names.path((one[4] or one[5]).strip(), table)) for one in found}
    if len(kinds) > 1:
        raise ConditionError("Days before or after one column can be given together; make two rules of the others.")
    side, working, field = kinds.pop()
    due: dict[str, Any] = {"field": field}
    for one in found:
        unit = one[2].casefold()
        each, length = ("months", IN_MONTHS[unit]) if unit in IN_MONTHS else ("days", _in_days(unit))
        known = due.setdefault(f"{each}_{side}", [])
        known += [n for number in re.findall(r"\d+", one[1]) if (n := int(number) * length) not in known]
    return {**due, "days": "working"} if working else due


def _in_days(unit: str) -> int:
    return 7 if unit.startswith(("woche", "week")) else 1


def _side(found: re.Match[str]) -> str:
    return "before" if found[3].casefold() in {"vor", "before"} else "after"


def _working(found: re.Match[str]) -> bool:
    return found[2].casefold().startswith(("werk", "arbeits", "working"))


def _weekly(found: re.Match[str]) -> dict[str, Any]:
    due: dict[str, Any] = {"every": _WEEKDAYS[found[3]]}
    number = int(found[1] or 1)
    if found[2]:
        return {**due, "nth": -1}
    if found[5]:
        return {**due, "nth": number}
    return {**due, "interval": number} if number > 1 else due
