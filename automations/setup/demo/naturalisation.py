"""Monthly counts of naturalisation: the invented office's figures of two years."""

from __future__ import annotations

from calendar import monthrange
from datetime import date

from automations.setup.demo.rows import Typed

# January to October: 631 applications in the first year, 1 052 in the second (+66.7 %), as Herne reported
# for 2023 and 2024 by 31 October. The rest is invented.
FIRST_YEAR = (52, 55, 68, 57, 63, 66, 61, 58, 73, 78, 84, 71)
SECOND_YEAR = (89, 92, 98, 101, 96, 111, 118, 104, 112, 131, 126, 109)
_DECIDED_FIRST = (31, 28, 37, 33, 30, 41, 36, 27, 35, 39, 42, 29)
_DECIDED_SECOND = (38, 41, 45, 39, 47, 52, 49, 44, 56, 58, 55, 47)


def monthly_counts(today: date) -> list[tuple[Typed, ...]]:
    """Rows (month, as of, applications, naturalisations) from January of last year to `today`.

    The running month counts up to `today`, in proportion to the days that have passed."""
    # Two years, since the figures are told beside those of the year before.
    rows = [
        _row(date(today.year - 1, month, 1), FIRST_YEAR[month - 1], _DECIDED_FIRST[month - 1], today)
        for month in range(1, 13)
    ]
    rows += [
        _row(date(today.year, month, 1), SECOND_YEAR[month - 1], _DECIDED_SECOND[month - 1], today)
        for month in range(1, today.month + 1)
    ]
    return rows


def _row(month: date, applications: int, naturalisations: int, today: date) -> tuple[Typed, ...]:
    days = monthrange(month.year, month.month)[1]
    end = month.replace(day=days)
    if end <= today:
        return month, end, applications, naturalisations
    passed = today.day / days
    return month, today, round(applications * passed), round(naturalisations * passed)
