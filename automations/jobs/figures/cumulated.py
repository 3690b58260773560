"""Monthly counts that are typed as sums since January: added up they would say several times too much."""

from __future__ import annotations

from collections.abc import Sequence

from automations.jobs.figures.naturalisation import Series
from automations.jobs.figures.periods import MONTHS, month_of

_LEAST_MONTHS = 6
_LEAST_RUNNING = 3
_GROWN = 4  # December of such a table is about twelve times January; of months of their own it is not even four times
_LIKE = 3  # months of two years that follow each other are rarely three times as many


def looks_cumulated(series: Series) -> bool:
    """Whether the counts of the running year, of the one before it, or of both are sums since January: they never fall
    within the year and grow as sums do, though the other year begins, or goes on, as if they had not. Single months
    that happen to rise do neither for so long nor so much, and do not fall back then."""
    year = month_of(series.today) // MONTHS
    running, before = _counts(series, year), _counts(series, year - 1)
    if _grow(before) and len(running) >= _LEAST_RUNNING:
        # A sum falls back in January to what a month is worth; counts of months that only rose go on as high as they
        # were.
        return 2 * running[0] <= before[-1] and running[0] <= _LIKE * before[0]
    if not _grow(running) or len(before) < _LEAST_MONTHS:
        return False
    usual = sum(before) / len(before)
    return usual <= _LIKE * running[0] and running[0] <= _LIKE * usual


def _grow(counts: Sequence[int]) -> bool:
    return len(counts) >= _LEAST_MONTHS and sorted(counts) == counts and counts[-1] >= _GROWN * counts[0] > 0


def _counts(series: Series, year: int) -> list[int]:
    months = (month for month in range(year * MONTHS, (year + 1) * MONTHS) if month in series.counted)
    return [series.by_month[month] for month in months]
