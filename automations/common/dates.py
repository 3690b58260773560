"""Days and moments of the calendar: months have no fixed length, and clocks are changed twice a year."""

from __future__ import annotations

from calendar import monthrange
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo


def months_later(day: date, months: int) -> date:
    """The same day so many months later (earlier, where negative). Where that month has no such day it is the
    month's last one, as § 188 (3) BGB counts: a month after 31 January is 28 or 29 February. Raises ValueError
    beyond the calendar."""
    # Months counted from year 0, so that adding them carries into the years by itself.
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def age(day: date, born: date) -> int:
    """Years that somebody has lived on a day."""
    # Born on 29 February: a year older on 1 March of other years, as § 187 (2) and § 188 (2) BGB count.
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def moment(day: date, clock: time, zone: ZoneInfo) -> datetime:
    """A local wall-clock time as a moment in UTC: moments of one zone would be compared by the clock on the wall. In
    the hour that autumn repeats, the first one; a time that spring leaves out is the moment an hour after the one
    before the gap."""
    return datetime.combine(day, clock, tzinfo=zone).astimezone(UTC)
