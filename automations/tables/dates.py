"""Dates and times as people type them. Strict: what could mean two things is not guessed.

A parser returns the value, or None with a fault; a value with a fault was understood otherwise than
it stands there, and that is a note."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import TypeGuard

from automations.model.values import Value
from automations.tables.faults import NOTHING, Fault, Parsed

Parser = Callable[[Value], Parsed]

MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "januar jänner jan january janvier", "februar feb february", "märz maerz mrz mär maer mar march",
            "april apr", "mai may", "juni jun june", "juli jul july", "august aug", "september sep sept",
            "oktober okt october oct", "november nov", "dezember dez december dec",
        ),
        start=1,
    )
    for name in names.split()
}  # fmt: skip
"""Months as people write them, German and English, in small letters and without a point."""
_WEEKDAYS = (
    "montag mo monday mon", "dienstag di tuesday tue tues", "mittwoch mi wednesday wed",
    "donnerstag do thursday thu thur thurs", "freitag fr friday fri",
    "samstag sa sonnabend saturday sat", "sonntag so sunday sun",
)  # fmt: skip
WEEKDAYS = {name: number for number, names in enumerate(_WEEKDAYS) for name in names.split()}
"""The same of weekdays; Monday is 0."""

_LEAD = re.compile(r"^(?:am\s+)?([^\W\d]+)\.?,?\s+(?:den\s+)?(?=\d)", re.IGNORECASE)
_TAIL = re.compile(
    r"[,;\s]{1,3}(?:um\s+)?(\d{1,2})[:.](\d{2})(?::\d{2})?(?:\s*uhr|\s*h|\s*([ap])\.?m\.?)?$", re.IGNORECASE
)
_ISO = re.compile(r"^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:T.*)?$", re.ASCII)
# The same sign both times: “1.2/2024” is a slip.
_GERMAN = re.compile(r"^(\d{1,2})\s*([./,\- ])\s*(\d{1,2})\s*\2\s*(\d{2}|\d{4})\.?$", re.ASCII)
_WORDS = re.compile(r"^(\d{1,2})\.?\s*([^\W\d]+)\.?\s*(\d{2}|\d{4})$")
_DIGITS = re.compile(r"^\d{8}$", re.ASCII)

# Serial numbers below are years or ages rather than days (4 000 is 1910), above are beyond 2119.
_FIRST_SERIAL, _LAST_SERIAL = 4000, 80000
_EPOCH = date(1899, 12, 30)
_EPOCH_1904 = date(1904, 1, 1)
_SERIAL_DIGITS = 5
_OLDEST_YEAR = 1900
_NEWEST_YEAR = 2150
# Before it nobody came, was met or applied: a nought that is shown as a date, or a slip (1924 for 2024).
_OLDEST_DEED = 1930
_PACKED = (7, 8)  # digits of 24122024, which Excel makes a number of (and of 01022024 one of seven)
# A two-digit year is taken for this century only so close to the present; a birth date never is.
_NEAR = 10

UNREADABLE = Fault("unreadable_date", "“{shown}” cannot be read as a date.", "Please type it like 24.12.2024.")
NO_SUCH_DAY = Fault(
    "unreadable_date", "There is no such day as “{shown}”.", "Please type the right day, like 24.12.2024."
)
NO_YEAR = Fault("unreadable_date", "“{shown}” has no year.", "Please type the date with its year, like 24.12.2024.")
TWO_DIGITS = Fault(
    "two_digit_year",
    "“{shown}” has a year of two digits and was read as {read}.",
    "Please type the year with four digits.",
    "note",
)
TWO_DIGITS_OPEN = Fault(
    "two_digit_year",
    "The year of “{shown}” has two digits and could be {one} or {other}.",
    "Please type the year with four digits.",
)
UNDERSTOOD = Fault(
    "date_understood",
    "“{shown}” was read as {read}.",
    "Please type it like 24.12.2024 if that is right, else correct it.",
    "note",
)
LONG_AGO = Fault("unreadable_date", "“{shown}” lies too long ago to be right.", "Please check the year.")
WRONG_WEEKDAY = Fault(
    "weekday_differs", "“{shown}” names another weekday than that date has.", "Please check which of both is right."
)


def date_parser(today: date, *, birth: bool = False, date1904: bool = False) -> Parser:
    """A parser of dates. `birth`: two-digit years may be of either century, so that they are never
    taken, and days may lie long ago. Datetimes give their date. `date1904`: serial numbers count from 1904."""

    def parse(raw: Value) -> Parsed:
        parsed = read(raw)
        late = birth or parsed.value is None or parsed.value.year >= _OLDEST_DEED
        return parsed if late else Parsed(None, LONG_AGO)

    def read(raw: Value) -> Parsed:
        if raw is None:
            return NOTHING
        # Before days: to Python a moment is a day, too.
        if isinstance(raw, datetime):
            return _plausible(raw.date())
        if isinstance(raw, date):
            return _plausible(raw)
        if isinstance(raw, int | float) or _is_serial(raw):
            return _serial(float(raw) if isinstance(raw, str) else raw, _EPOCH_1904 if date1904 else _EPOCH)
        if isinstance(raw, time):
            return Parsed(None, UNREADABLE)
        return _from_text(raw, today, birth=birth)

    return parse


def _plausible(day: date) -> Parsed:
    if _OLDEST_YEAR <= day.year <= _NEWEST_YEAR:
        return Parsed(day)
    return Parsed(None, UNREADABLE)


def _is_serial(raw: Value) -> TypeGuard[str]:
    """Whether the number of a day stands in a cell that is formatted as text."""
    return isinstance(raw, str) and len(raw) == _SERIAL_DIGITS and raw.isascii() and raw.isdigit()


def _serial(number: float, epoch: date) -> Parsed:
    if isinstance(number, int) and len(str(number)) in _PACKED:
        day, rest = divmod(number, 1_000_000)
        return _understood(_day(rest % 10_000, rest // 10_000, day))
    if not _FIRST_SERIAL <= number <= _LAST_SERIAL:
        return Parsed(None, UNREADABLE)
    return _understood(epoch + timedelta(days=int(number)))


def _understood(day: date | None) -> Parsed:
    if day is None or not _OLDEST_YEAR <= day.year <= _NEWEST_YEAR:
        return Parsed(None, UNREADABLE)
    return Parsed(day, UNDERSTOOD.saying(read=f"{day:%d.%m.%Y}"))


def _from_text(raw: str, today: date, *, birth: bool) -> Parsed:
    text = " ".join(raw.split())
    if not text:
        return NOTHING
    text, weekday = _without_weekday(text)
    text = _without_clock(text)
    parsed = _plain(text, today, birth=birth)
    # One of the two is wrong, and nobody but who typed it knows which.
    if parsed.value and weekday is not None and parsed.value.weekday() != weekday:
        return Parsed(None, WRONG_WEEKDAY)
    return parsed


def clock_after(raw: str) -> str:
    """The time of day that stands behind a date in one cell; "" where none does."""
    text = " ".join(raw.split())
    found = None if _GERMAN.match(text) else _TAIL.search(text)
    if found is None:
        return ""
    half = f" {found.group(3)}m" if found.group(3) else ""
    return f"{found.group(1)}:{found.group(2)}{half}"


def _without_clock(text: str) -> str:
    """The end of “1. 10.24” is a year, though it looks like a time."""
    return text if _GERMAN.match(text) else _TAIL.sub("", text)


def _without_weekday(text: str) -> tuple[str, int | None]:
    lead = _LEAD.match(text)
    if lead is None or lead.group(1).lower() not in WEEKDAYS:
        return text, None
    return text[lead.end() :], WEEKDAYS[lead.group(1).lower()]


def _plain(text: str, today: date, *, birth: bool) -> Parsed:
    if found := _ISO.match(text):
        year, month, day = (int(part) for part in found.groups())
        return _exact(_day(year, month, day))
    if found := _GERMAN.match(text):
        day, month = int(found.group(1)), int(found.group(3))
        parsed = _with_year(found.group(4), month, day, today, birth=birth)
        # Slashes and hyphens may stand for month and day the other way round: what was read is shown.
        unusual = found.group(2) != "." and parsed.value is not None and parsed.fault is None
        return _understood(parsed.value) if unusual else parsed
    if (found := _WORDS.match(text)) and found.group(2).lower() in MONTHS:
        return _with_year(found.group(3), MONTHS[found.group(2).lower()], int(found.group(1)), today, birth=birth)
    if _DIGITS.match(text):
        return _serial(int(text), _EPOCH)
    if re.match(r"^\d{1,2}\.\s?(?:\d{1,2}|[^\W\d]+)\.?$", text):
        return Parsed(None, NO_YEAR)
    return Parsed(None, UNREADABLE)


def _with_year(typed: str, month: int, day: int, today: date, *, birth: bool) -> Parsed:
    if len(typed) == 4:  # noqa: PLR2004 -- a year of four digits
        return _exact(_day(int(typed), month, day))
    this, last = 2000 + int(typed), 1900 + int(typed)
    # 29.02.00 is a day of 2000 and none of 1900.
    read = _day(this, month, day) or _day(last, month, day)
    if read is None:
        return Parsed(None, NO_SUCH_DAY)
    # Nobody is born after today, so that one century is left.
    if birth and this > today.year:
        return Parsed(_day(last, month, day), TWO_DIGITS.saying(read=f"{day:02}.{month:02}.{last}"))
    if birth or abs(this - today.year) > _NEAR:
        return Parsed(None, TWO_DIGITS_OPEN.saying(one=last, other=this))
    return Parsed(read, TWO_DIGITS.saying(read=f"{read:%d.%m.%Y}"))


def _exact(day: date | None) -> Parsed:
    return Parsed(None, NO_SUCH_DAY) if day is None else _plausible(day)


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


# A month by its name: "Oktober 2024", "Okt. 24", as Excel shows it "Okt 24", "Oct-24".
_NAMED_MONTH = r"^([^\W\d]+)\.?[\s-]*['’]?(\d{4}|\d{2})$"
_CENTURY = 2000


def month_parser(today: date) -> Parser:
    """A parser of months ("10/2024", "Oktober 2024", any date of it) to their first day."""
    parse_date = date_parser(today)

    def parse(raw: Value) -> Parsed:
        if isinstance(raw, str):
            text = " ".join(raw.split())
            found = re.match(r"^(\d{1,2})[./-](\d{4})$", text) or re.match(_NAMED_MONTH, text)
            if found:
                word, year = found.groups()
                month = int(word) if word.isdigit() else MONTHS.get(word.lower(), 0)
                return _exact(_day(int(year) + (0 if len(year) > 2 else _CENTURY), month, 1))  # noqa: PLR2004 (digits)
            if found := re.match(r"^(\d{4})-(\d{2})$", text):
                return _exact(_day(int(found.group(1)), int(found.group(2)), 1))
        parsed = parse_date(raw)
        return Parsed(parsed.value.replace(day=1) if parsed.value else None, parsed.fault)

    return parse
