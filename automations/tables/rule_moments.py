"""When a rule acts, as people write it in the tab of rules, turned into the `due` of rules.toml."""

from __future__ import annotations

import re
from typing import Any

from automations.tables.rule_conditions import ConditionError, Names

_WEEKDAYS = {
    "montag": "monday", "dienstag": "tuesday", "mittwoch": "wednesday", "donnerstag": "thursday", "freitag": "friday",
    "samstag": "saturday", "sonnabend": "saturday", "sonntag": "sunday",
    **{day: day for day in ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")},
}  # fmt: skip
_DAY = "|".join(_WEEKDAYS)
_CLOCK = re.compile(r",?\s*\b(?:um|at)\s+(\d{1,2})(?:[:.](\d{2}))?(?:\s*uhr)?\s*", re.IGNORECASE)
_AGAIN = re.compile(r",?\s*\b(?:alle|every)\s+(\d{1,3})\s+(?:tage|days)\b", re.IGNORECASE)
_MOST = re.compile(r",?\s*\b(?:höchstens|at most)\s+(\d{1,2})\s*(?:mal|times)\b", re.IGNORECASE)
_AROUND = re.compile(
    r"(\d{1,4})\s*(kalendertage?n?|tage?n?|werktage?n?|arbeitstage?n?|wochen?|calendar days?|working days?|days?"
    r"|weeks?)"
    r"\s+"
    r"(vor|nach|before|after)\s+(?:dem\s+|the\s+)?\[(.+)\]", re.IGNORECASE,
)  # fmt: skip
_MONTHLY = re.compile(r"am\s+(\d{1,2})\.?\s+jedes monats|on the (\d{1,2})(?:st|nd|rd|th)? of each month")
_WEEKLY = re.compile(
    rf"(?:jede[nrs]?|every)\s+(?:(\d)(?:\.|nd|rd|th)?\s+|(letzten|last)\s+)?({_DAY})(\s+im monat|\s+of the month)?"
)
_FIXED: dict[str, dict[str, Any]] = {
    "": {"event": "holds"}, "sofort": {"event": "holds"}, "einmal": {"event": "holds"},
    "einmal, sobald es zutrifft": {"event": "holds"}, "sobald es zutrifft": {"event": "holds"},
    "once, as soon as it holds": {"event": "holds"}, "as soon as it holds": {"event": "holds"},
    "solange es zutrifft": {}, "as long as it holds": {},
    "neue zeile": {"event": "added"}, "wenn eine zeile dazukommt": {"event": "added"}, "new row": {"event": "added"},
    "täglich": {"every": "day"}, "jeden tag": {"every": "day"}, "every day": {"every": "day"},
    "jeden werktag": {"every": "working_day"}, "jeden arbeitstag": {"every": "working_day"},
    "every working day": {"every": "working_day"},
    "letzter werktag im monat": {"every": "month", "day": "last_working_day"},
    "last working day of the month": {"every": "month", "day": "last_working_day"},
    "erster werktag im monat": {"every": "month", "day": "first_working_day"},
    "first working day of the month": {"every": "month", "day": "first_working_day"},
    "letzter tag im monat": {"every": "month", "day": "last"},
    "last day of the month": {"every": "month", "day": "last"},
}  # fmt: skip


def due_of(text: str, table: str, names: Names) -> dict[str, Any]:
    """What stands in the column of moments. Raises ConditionError."""
    rest, more = " ".join(text.split()), dict[str, Any]()
    if clock := _CLOCK.search(rest):
        hour, minute = int(clock[1]), int(clock[2] or 0)
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
    due = _of_column(rest, table, names) or _of_calendar(plain)
    if due is not None:
        return due
    raise ConditionError(
        "“{sign}” is no moment that kim knows; write it like “14 Tage vor [Spalte]”, “jeden Montag um 08:00” "
        "or “einmal, sobald es zutrifft”.", sign=rest,
    )  # fmt: skip


def _of_column(rest: str, table: str, names: Names) -> dict[str, Any] | None:
    """Moments that a column of the row gives."""
    if around := _AROUND.fullmatch(rest):
        return _around(around, table, names)
    if same := re.fullmatch(r"(?:am|an dem tag|on)\s+\[(.+)\]", rest, re.IGNORECASE):
        return {"field": names.path(same[1].strip(), table), "days_before": [0]}
    if yearly := re.fullmatch(r"(?:jedes jahr am|jährlich am|every year on)\s+\[(.+)\]", rest, re.IGNORECASE):
        return {"field": names.path(yearly[1].strip(), table), "every": "year"}
    if changed := re.fullmatch(
        r"(?:wenn sich\s+)?\[(.+)\]\s+(?:ändert|geändert wurde|changes|changed)", rest, re.IGNORECASE
    ):
        return {"event": "changed", "fields": [names.path(changed[1].strip(), table)]}
    return None


def _of_calendar(plain: str) -> dict[str, Any] | None:
    """Moments that the calendar gives."""
    if monthly := _MONTHLY.fullmatch(plain):
        return {"every": "month", "day": int(monthly[1] or monthly[2])}
    weekly = _WEEKLY.fullmatch(plain)
    return _weekly(weekly) if weekly else None


def _around(found: re.Match[str], table: str, names: Names) -> dict[str, Any]:
    number, unit = int(found[1]), found[2].casefold()
    number *= 7 if unit.startswith(("woche", "week")) else 1
    working = unit.startswith(("werk", "arbeits", "working"))
    side = "days_before" if found[3].casefold() in {"vor", "before"} else "days_after"
    due: dict[str, Any] = {"field": names.path(found[4].strip(), table), side: [number]}
    return {**due, "days": "working"} if working else due


def _weekly(found: re.Match[str]) -> dict[str, Any]:
    due: dict[str, Any] = {"every": _WEEKDAYS[found[3]]}
    number = int(found[1] or 1)
    if found[4]:
        return {**due, "nth": -1 if found[2] else number}
    if found[2]:
        return {**due, "nth": -1}
    return {**due, "interval": number} if number > 1 else due
