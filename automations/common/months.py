"""Months of the calendar, which have no fixed length."""

from __future__ import annotations

from calendar import monthrange
from datetime import date


def months_later(day: date, months: int) -> date:
    """The same day so many months later (earlier, where negative). Where that month has no such day it is the
    month's last one, as § 188 (3) BGB counts: a month after 31 January is 28 or 29 February. Raises ValueError
    beyond the calendar."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
