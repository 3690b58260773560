"""Times of day and lengths of meetings as people type them."""

from __future__ import annotations

import re
from datetime import date, datetime, time

from automations.model.values import Value
from automations.tables.faults import NOTHING, Fault, Parsed

UNREADABLE_TIME = Fault("unreadable_time", "“{shown}” cannot be read as a time.", "Please type it like 09:30.")
TIME_UNDERSTOOD = Fault(
    "time_understood",
    "“{shown}” was read as {read}.",
    "Please type it like 09:30 if that is right, else correct it.",
    "note",
)
UNREADABLE_MINUTES = Fault(
    "unreadable_duration", "“{shown}” cannot be read as a length in minutes.", "Please type the minutes only, like 60."
)

_CLOCK = re.compile(r"^(?:um\s+)?(\d{1,2})\s*[:.,h]\s*(\d{2})(?::\d{2})?\s*(?:uhr|h)?$", re.IGNORECASE)
_HALF_DAY = re.compile(r"^(1[0-2]|0?[1-9])(?:[:.](\d{2}))?(?::\d{2})?\s*([ap])\.?m\.?$", re.IGNORECASE)
_HOUR = re.compile(r"^(?:um\s+)?(\d{1,2})\s*(?:uhr|h)$", re.IGNORECASE)
_RANGE = re.compile(r"^(.+?)\s*(?:-|–|bis)\s*(.+)$")
_POINTED = re.compile(r"^(\d{1,2})(?:\.(\d{1,2}))?$", re.ASCII)
_PACKED = re.compile(r"^\d{3,4}$", re.ASCII)
_MINUTES = re.compile(r"^(\d{1,3})\s*(?:min|min\.|minuten|minutes|m|['´′’])?$", re.IGNORECASE)
_HOURS = re.compile(r"^(\d)(?:[,.](\d{1,2}))?\s*(?:h|std|std\.|stunde|stunden|hours?)$", re.IGNORECASE)
_HOURS_MINUTES = re.compile(
    r"^(\d{1,2})(?::(\d{2})(?:\s*(?:h|std\.?|stunden?))?|\s*(?:h|std\.?|stunden?|hours?)\s*(?:und\s+|and\s+)?(\d{1,2})"
    r"(?:\s*(?:min\.?|minuten|minutes|m|'))?)$", re.IGNORECASE
)  # fmt: skip
_IN_WORDS = {
    minutes: frozenset(words)
    for minutes, words in {
        15: ("viertelstunde", "eine viertelstunde", "1/4 stunde", "1/4 h"),
        30: ("halbe stunde", "eine halbe stunde", "1/2 stunde", "1/2 std.", "1/2 std", "1/2 h", "half an hour"),
        45: ("dreiviertelstunde", "eine dreiviertelstunde", "dreiviertel stunde", "3/4 stunde", "3/4 h"),
        60: ("eine stunde", "an hour", "one hour"), 120: ("zwei stunden", "two hours"),
        90: ("anderthalb stunden", "eineinhalb stunden", "1 1/2 std.", "1 1/2 std", "1 1/2 stunden", "1 1/2 h"),
    }.items()
}  # fmt: skip

_BEYOND = 10_000  # 2359 is the largest number that can be meant as a time
_DAY_MINUTES = 24 * 60
_LONGEST = 12 * 60
# 9.5 could be 9:30 (decimal) or 9:50 (point for colon): only endings that can be but one are taken.
_CLEAR_MINUTES = (0, 10, 15, 20, 30, 40, 45)


def parse_time(raw: Value) -> Parsed:
    """A time of day; numbers that Excel made of "9.30" are read with a note."""
    if raw is None:
        return NOTHING
    if isinstance(raw, datetime):
        return Parsed(raw.time().replace(microsecond=0))
    if isinstance(raw, time):
        return Parsed(raw.replace(microsecond=0))
    if isinstance(raw, date):
        return Parsed(None, UNREADABLE_TIME)
    if isinstance(raw, int | float):
        return _time_number(raw)
    return _time_text(" ".join(raw.split()))


def _time_number(number: float) -> Parsed:
    if not 0 <= number < _BEYOND:  # also what is no number, or too large for one
        return Parsed(None, UNREADABLE_TIME)
    if 0 < number < 1:
        minutes = round(number * _DAY_MINUTES)
        return _noted(minutes // 60, minutes % 60)
    # Without the tail that computing leaves: 9.1 + 0.2 is 9.299999999999999.
    pointed = _POINTED.match(f"{number:.6g}")
    if pointed and (minutes := int((pointed.group(2) or "0").ljust(2, "0"))) in _CLEAR_MINUTES:
        return _noted(int(pointed.group(1)), minutes)
    if number == int(number) and _PACKED.match(str(int(number))):
        return _noted(int(number) // 100, int(number) % 100)
    return Parsed(None, UNREADABLE_TIME)


def _time_text(text: str) -> Parsed:
    if not text:
        return NOTHING
    return _one_time(text) or _range(text) or Parsed(None, UNREADABLE_TIME)


def _one_time(text: str) -> Parsed | None:
    """A single time; None where the text is none."""
    if found := _CLOCK.match(text):
        return _clock(int(found.group(1)), int(found.group(2)))
    if found := _HALF_DAY.match(text):
        afternoon = found.group(3).lower() == "p"
        return _clock(int(found.group(1)) % 12 + 12 * afternoon, int(found.group(2) or 0))
    if found := _HOUR.match(text):
        return _clock(int(found.group(1)), 0)
    if text.isascii() and text.isdigit() and len(text) <= len(str(_BEYOND)):
        return _time_number(int(text))
    return None


def _range(text: str) -> Parsed | None:
    """The beginning of "9:00 - 10:00"; None where it is no range."""
    start, _ = _ends(text)
    return _noted(start.hour, start.minute) if start else None


def _ends(text: str) -> tuple[time, time] | tuple[None, None]:
    """Where a range begins and ends; nothing where it is none."""
    found = _RANGE.match(text)
    start, end = (_one_time(part) for part in found.groups()) if found else (None, None)
    return (start.value, end.value) if start and end and start.value and end.value else (None, None)


def end_of(raw: Value) -> time | None:
    """The end of "9:00 - 10:00"; None where a cell holds no range."""
    return _ends(" ".join(raw.split()))[1] if isinstance(raw, str) else None


def minutes_between(start: object, end: object) -> int | None:
    """How long a meeting of one day is; None where it ends before it begins, or lasts longer than any."""
    if not (isinstance(start, time) and isinstance(end, time)):
        return None
    minutes = (end.hour - start.hour) * 60 + end.minute - start.minute
    return minutes if 0 < minutes <= _LONGEST else None


def _clock(hour: int, minute: int) -> Parsed:
    try:
        return Parsed(time(hour, minute))
    except ValueError:
        return Parsed(None, UNREADABLE_TIME)


def _noted(hour: int, minute: int) -> Parsed:
    parsed = _clock(hour, minute)
    if parsed.value is None:
        return parsed
    return Parsed(parsed.value, TIME_UNDERSTOOD.saying(read=f"{hour:02}:{minute:02}"))


def parse_minutes(raw: Value) -> Parsed:
    """A length in minutes: 60, "60 min", "1,5 Std.", 1:00."""
    if raw is None:
        return NOTHING
    if isinstance(raw, time | datetime):
        return _length(raw.hour * 60 + raw.minute)
    if isinstance(raw, date):
        return Parsed(None, UNREADABLE_MINUTES)
    if isinstance(raw, int | float):
        return _length(round(raw * _DAY_MINUTES) if 0 < raw < 1 else raw)
    return _minutes_text(" ".join(raw.split()))


def _minutes_text(text: str) -> Parsed:
    if not text:
        return NOTHING
    if found := _MINUTES.match(text):
        return _length(int(found.group(1)))
    if found := _HOURS_MINUTES.match(text):
        return _length(int(found[1]) * 60 + int(found[2] or found[3]))
    if found := _HOURS.match(text):
        return _length(float(f"{found.group(1)}.{found.group(2) or 0}") * 60)
    said = text.casefold().replace("¼", "1/4").replace("¾", "3/4")
    said = re.sub(r"(\d)?½", lambda half: f"{half[1]} 1/2" if half[1] else "1/2", said)
    if minutes := next((minutes for minutes, words in _IN_WORDS.items() if said in words), 0):
        return Parsed(minutes)
    return Parsed(None, UNREADABLE_MINUTES)


def _length(minutes: float) -> Parsed:
    # Compared before int(): a float beyond all numbers has none.
    if not 0 < minutes <= _LONGEST or minutes != int(minutes):
        return Parsed(None, UNREADABLE_MINUTES)
    return Parsed(int(minutes))
