"""When a rule acts, as people write it in the tab of rules, turned into the `due` of rules.toml."""

from __future__ import annotations

import re
from collections.abc import Sequence
from difflib import get_close_matches
from typing import Any

from automations.tables.rule_calendar import calendar_of
from automations.tables.rule_spans import IN_MONTHS
from automations.tables.rule_tokens import ConditionError, flat_brackets
from automations.tables.rule_values import Names

_MONTHS_LONG = "|".join(sorted(IN_MONTHS, key=len, reverse=True))
_UNIT = (
    r"kalendertage?n?|tage?n?|werktage?n?|arbeitstage?n?|wochen?|calendar days?|working days?|days?|weeks?"
    rf"|{_MONTHS_LONG}"
)
_CLOCK = re.compile(
    rf",?\s*\b(?:um|at|ab)\s+(\d{{1,2}})(?!\d)(?:[:.](\d{{2}}))?(?!\s*(?:{_UNIT})\b)(?:\s*(?:uhr|h\b|([ap])\.?m\b\.?))?\s*"
    r"|,?\s+(\d{1,2})(?:[:.](\d{2}))?\s*(?:uhr\b|h\b|([ap])\.?m\b\.?)"
    # With a point only where no month could be meant: “montags 8.30”.
    r"|,?\s+(\d{1,2})(?::(\d{2})(?!\d)|\.(?=00$|1[3-9]$|[2-5]\d$)(\d{2}))",
    re.IGNORECASE,
)
_OF_DAY = {"morgens": "", "in the morning": "", "mittags": "12:00", "at noon": "12:00", "nachmittags": "15:00",
           "in the afternoon": "15:00", "abends": "18:00", "in the evening": "18:00"}  # fmt: skip
_DAYTIME = re.compile(rf"(?:^|,?\s+)({'|'.join(_OF_DAY)})$", re.IGNORECASE)
_EACH = r"(?:dann\s+|danach\s+|then\s+)?(?:alle|every)\s+(\d{1,3})\s+(tage|wochen|days|weeks)\b"
_AGAIN = re.compile(rf"[,;]?\s*\b{_EACH}", re.IGNORECASE)
_MOST = re.compile(r"[,;]?\s*\b(?:höchstens|at most)\s+(\d{1,2})\s*(?:mal|times)\b", re.IGNORECASE)
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
_FROM = re.compile(r"^(?:ab|from|since)\s+(?=\[)", re.IGNORECASE)
# “spätestens 3 Tage vor”: the rule acts on that day.
_AT_THE_LATEST = re.compile(r"^(?:spätestens|frühestens|ab|jeweils|immer|genau|always)\s+(?=\d)", re.IGNORECASE)
_NEW_ROW = re.compile(
    r"(?:immer\s+)?(?:bei|wenn|sobald)\s+(?:jede[mr]|eine?[mr]?)?\s*neue[mrn]?\s+(zeile|eintrag|datensatz|fall|termin)"
    r"(?:\s+(?:kommt|dazukommt|hinzukommt|da ist|angelegt wird|eingetragen wird))?", re.IGNORECASE
)  # fmt: skip
_TABLE_OF_ROW = {"fall": "cases", "termin": "appointments"}
_SAME_DAY = re.compile(
    r"(?:(?:am|zum|on|an dem tag|am tag|on the day)\s+(?:(?:der|des|von|of)\s+)?)?\[([^\[\]]+)\]", re.IGNORECASE
)
_EVE = re.compile(r"(?:am\s+)?(?:vortag|the\s+day\s+before)\s+(?:von\s+|des\s+|der\s+)?(?=\[)", re.IGNORECASE)
_COUNTS = {"zwei": "2", "drei": "3", "vier": "4", "fünf": "5", "sechs": "6", "sieben": "7", "zehn": "10",
           "vierzehn": "14", "two": "2", "three": "3", "seven": "7", "ten": "10", "fourteen": "14"}  # fmt: skip
_COUNTED = re.compile(rf"\b({'|'.join(_COUNTS)})\s+(?={_UNIT})", re.IGNORECASE)
_SAID: tuple[tuple[tuple[str, ...], dict[str, Any]], ...] = (
    ((
        "", "sofort", "heute", "gleich", "einmal", "einmalig", "einmal, sobald es zutrifft", "sobald es zutrifft",
        "wenn es zutrifft", "once", "immediately", "at once", "today", "when it holds", "once, as soon as it holds",
        "as soon as it holds", "as soon as it is true", "when it is true",
    ), {"event": "holds"}),
    (("solange es zutrifft", "as long as it holds"), {}),
    ((
        "neue zeile", "bei neuer zeile", "bei einer neuen zeile", "bei jeder neuen zeile", "bei neuen zeilen",
        "wenn eine zeile dazukommt", "wenn eine neue zeile dazukommt", "sobald eine zeile dazukommt",
        "sobald eine neue zeile dazukommt", "sobald eine neue zeile da ist", "wenn eine neue zeile da ist",
        "new row", "for each new row", "for every new row", "when a row is added",
        "when a new row is added", "on a new row",
    ), {"event": "added"}),
    (("täglich", "jeden tag", "jeden morgen", "every day", "daily", "every morning", "each day"), {"every": "day"}),
    ((
        "jeden werktag", "jeden arbeitstag", "an jedem werktag", "an jedem arbeitstag", "an werktagen",
        "an arbeitstagen", "werktags", "werktäglich", "arbeitstäglich", "wochentags", "every working day",
        "each working day", "every weekday", "on weekdays", "on working days", "weekdays",
    ), {"every": "working_day"}),
    (("wöchentlich", "jede woche", "weekly", "every week", "each week"), {"every": "monday"}),
    ((
        "zweiwöchentlich", "14-tägig", "14-täglich", "vierzehntägig", "vierzehntäglich", "jede zweite woche",
        "fortnightly", "biweekly", "bi-weekly", "every other week",
    ), {"every": "monday", "interval": 2}),
    (("monatlich", "jeden monat", "monatsweise", "monthly", "every month", "each month"), {"every": "month", "day": 1}),
    ((
        "vierteljährlich", "quartalsweise", "jedes quartal", "jedes vierteljahr", "quarterly", "every quarter",
        "each quarter",
    ), {"every": "month", "interval": 3, "day": 1}),
    ((
        "halbjährlich", "jedes halbjahr", "every half-year", "every half year", "half-yearly", "twice yearly",
    ), {"every": "month", "interval": 6, "day": 1}),
    (("jährlich", "jedes jahr", "yearly", "annually", "every year", "each year"), {"every": "year", "day": "01-01"}),
    ((
        "am wochenende", "an wochenenden", "jedes wochenende", "at weekends", "on weekends", "every weekend",
    ), {"every": ["saturday", "sunday"]}),
    (("ultimo", "am ultimo", "zum ultimo"), {"every": "month", "day": "last"}),
)  # fmt: skip
_FIXED = {word: due for words, due in _SAID for word in words}
_NOUNS = re.compile(
    r"\b(?:zeilen?|tag|morgen|werktag(?:en)?|arbeitstag(?:en)?|woche|monat|quartal|\w*jahr|wochenenden?)\b"
)
_NEAREST = {
    **{word: _NOUNS.sub(lambda noun: noun[0].capitalize(), word) for word in _FIXED},
    **{
        f"jeden {day}".casefold(): f"jeden {day}" for day in ("Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag")
    },
    **{f"every {day}".casefold(): f"every {day}" for day in ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday")},
}
# What people type that no moment is, and the sentence that shows what to type instead.
_INSTEAD: tuple[tuple[str, str], ...] = (
    (r"\b(?:minuten?|stunden?|stündlich|minutes?|hours?|hourly)\b",
     "“{sign}” counts hours; rules go by days: write it like “every working day at 08:00” or “1 day before [Column]”."),
    (r"\S[\s,]+(?:bis|solange|until|as long as|while)\s.*\[",
     "Until when is a condition; it stands under “Further condition”, and here only “every 2 weeks”."),
    (rf"(?:,|^)\s*{_EACH}|(?:,|^)\s*(?:höchstens|at most)\b",
     "Repeating takes both, such as “every 7 days, at most 3 times”."),
    (r"^(?:bei|nach|on|after)\s+(?:jeder\s+|every\s+|any\s+)?(?:änderung|change)|\b(?:ändert|geändert|changed?s?)$",
     "“{sign}” does not say which column; write it like “when [Column] changes”."),
    (r"(?:^|\s)(?:vorher|davor|vorab|danach|später|before|beforehand|later|earlier|after)$",
     "“{sign}” does not say from which day; write it like “3 days before [Column]” or “3 days after [Column]”."),
    (r"^(?:innerhalb|binnen|within)\b",
     "“{sign}” is a stretch of time; a rule acts on a day: write it like “3 days after [Column]”."),
    (r"^(?:vor|nach|before|after)\s+\d",
     "“{sign}” does not say from which day; write it like “3 days before [Column]” or “3 days after [Column]”."),
    (r"^(?:kurz\s+|shortly\s+)?(?:vor|nach|before|after)\b",
     "“{sign}” does not say how many days; write it like “3 days before [Column]” or “3 days after [Column]”."),
    (r"^(?:wenn|falls|sobald|solange|if|when|while|as soon as|as long as)\s.*\[",
     "“{sign}” is a condition; it stands under “Further condition”, and here “once, as soon as it holds”."),
    (r"\b(?:außer|nicht|ohne|except|unless|but not)\b",
     "“{sign}” leaves days out; name those that are meant, like “Monday and Wednesday”."),
    (r"\b(?:ferien|feiertage?n?|holidays?)\b",
     "“{sign}” is known to no calendar here; name the days, like “every year on 24 December” or “every working day”."),
)  # fmt: skip


def due_of(text: str, table: str, names: Names) -> dict[str, Any]:
    """What stands in the column of moments. Raises ConditionError."""
    rest, more = _HALF.sub("6 Monate", " ".join(flat_brackets(text).split())), dict[str, Any]()
    # The clock first, or “8:30” would be looked for among the days.
    if clock := _CLOCK.search(rest):
        more["at"] = _time_of(clock)
        rest = rest.replace(clock[0], " ")
    elif daytime := _DAYTIME.search(rest):
        more |= {"at": at} if (at := _OF_DAY[daytime[1].casefold()]) else {}
        # “mittags” alone is every day at noon.
        rest = rest.replace(daytime[0], " ").strip() or "täglich"
    if (again := _AGAIN.search(rest)) and (most := _MOST.search(rest)):
        if not (int(again[1]) and int(most[1])):
            raise ConditionError("“{sign}” is too much or too little here; the limit is {n}.", sign="0", n=1)
        # “höchstens 3 Mal” counts the first time, too.
        more |= {"repeat_days": int(again[1]) * _in_days(again[2].casefold()), "repeats": int(most[1]) - 1}
        rest = _FROM.sub("am ", rest.replace(again[0], " ").replace(most[0], " ").strip(" ,;"))
        more = {name: value for name, value in more.items() if more.get("repeats") or not name.startswith("repeat")}
    return {**_moment(" ".join(rest.split()).strip(" ,;."), table, names), **more}


def _time_of(clock: re.Match[str]) -> str:
    hour, minute = int(clock[1] or clock[4] or clock[7]), int(clock[2] or clock[5] or clock[8] or clock[9] or 0)
    if half := (clock[3] or clock[6] or "").casefold():
        # 12 a.m. is midnight and 12 p.m. noon; 99 is no hour, so that “13 pm” is refused below.
        hour = hour % 12 + (12 if half == "p" else 0) if hour <= 12 else 99  # noqa: PLR2004 (a clock)
    if hour > 23 or minute > 59:  # noqa: PLR2004 (a clock)
        raise ConditionError("“{sign}” is no time of day.", sign=clock[0].strip(" ,"))
    return f"{hour:02}:{minute:02}"


def _moment(rest: str, table: str, names: Names) -> dict[str, Any]:
    plain = rest.casefold()
    if plain in _FIXED:
        return dict(_FIXED[plain])
    due = calendar_of(plain) or _of_column(rest, table, names)
    if due is None:
        raise _not_understood(rest)
    return due


def _not_understood(rest: str) -> ConditionError:
    """One sentence that shows what to type instead."""
    for shape, sentence in _INSTEAD:
        if re.search(shape, rest, re.IGNORECASE):
            return ConditionError(sentence, sign=rest)
    if near := get_close_matches(rest.casefold(), _NEAREST, 1, cutoff=0.8):
        return ConditionError("“{sign}” is no moment that kim knows; did you mean “{near}”?", sign=rest,
                              near=_NEAREST[near[0]])  # fmt: skip
    return ConditionError(
        "“{sign}” is no moment that kim knows; write it like “14 days before [Column]”, “every Monday at 08:00” "
        "or “once, as soon as it holds”.", sign=rest,
    )  # fmt: skip


def _of_column(rest: str, table: str, names: Names) -> dict[str, Any] | None:
    """Moments that a column of the row gives."""
    if (new := _NEW_ROW.fullmatch(rest)) and _TABLE_OF_ROW.get(new[1].casefold(), table) == table:
        return {"event": "added"}
    rest = _AT_THE_LATEST.sub("", rest)
    counted = _COUNTED.sub(lambda found: f"{_COUNTS[found[1].casefold()]} ", _ONE.sub("1 ", rest))
    counted = _EVE.sub("1 Tag vor ", counted)
    parts = [_AROUND.fullmatch(part) for part in _NEXT.split(counted)]
    if all(parts):
        return _around([part for part in parts if part], table, names)
    if (same := _SAME_DAY.fullmatch(rest)) or (
        # Without brackets only where the words are a heading; else “am Montag” would be one.
        (same := re.fullmatch(r"(?:am|zum|on)\s+(.+)", rest, re.IGNORECASE)) and names.knows(same[1], table)
    ):
        return _each_birthday({"field": names.path(same[1].strip(), table), "days_before": [0]}, table, names)
    if yearly := _EACH_YEAR.fullmatch(rest):
        return {"field": names.path(yearly[1].strip(), table), "every": "year"}
    if changed := _CHANGED.fullmatch(rest):
        named = [names.path(one.strip(), table) for one in re.findall(r"\[([^\[\]]+)\]", changed[0])]
        return {"event": "changed", "fields": named}
    return None


_HEADINGS = r"\[[^\[\]]+\](?:\s*(?:,|oder|or|und|and)\s*\[[^\[\]]+\])*"
_CHANGED = re.compile(
    rf"(?:(?:wenn|sobald)\s+sich\s+|(?:when|whenever|if)\s+)?{_HEADINGS}\s+"
    r"(?:(?:sich\s+)?ändert|(?:sich\s+)?(?:ge|ver)ändert(?:\s+(?:wurde|wird|hat))?|wechselt|changes|changed)"
    rf"|(?:wenn|sobald)\s+{_HEADINGS}\s+(?:sich\s+ändert|wechselt|(?:ge|ver)ändert\s+(?:wird|wurde))"
    rf"|(?:bei|nach|on|after)\s+(?:jeder\s+|every\s+)?(?:änderung|change)\s+(?:von|of|in)\s+{_HEADINGS}",
    re.IGNORECASE,
)


def _around(found: Sequence[re.Match[str]], table: str, names: Names) -> dict[str, Any]:
    """So many days before or after a date of the row; of several the sides, units and columns must agree."""
    # One `due` has one column, one side and one way of counting.
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
    return _each_birthday({**due, "days": "working"} if working else due, table, names)


def _each_birthday(due: dict[str, Any], table: str, names: Names) -> dict[str, Any]:
    """Days around a day of birth come back each year: the day itself lies far back. Whole years after it are a
    birthday of their own (“18 Jahre nach [Geburtsdatum]”)."""
    months = [*due.get("months_before", ()), *due.get("months_after", ())]
    once = any(n >= 12 for n in months)  # noqa: PLR2004 (a year)
    return due if once or not names.born(due["field"], table) else {**due, "every": "year"}


def _in_days(unit: str) -> int:
    return 7 if unit.startswith(("woche", "week")) else 1


def _side(found: re.Match[str]) -> str:
    return "before" if found[3].casefold() in {"vor", "before"} else "after"


def _working(found: re.Match[str]) -> bool:
    return found[2].casefold().startswith(("werk", "arbeits", "working"))
