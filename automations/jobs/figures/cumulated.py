"""Monthly counts that are typed as sums since January: added up they would say several times too much."""

from __future__ import annotations

from automations.jobs.figures.naturalisation import Series
from automations.jobs.figures.periods import MONTHS, month_of

_LEAST_MONTHS = 6
_LEAST_RUNNING = 3
_GROWN = 4
"""December of such a table is about twelve times January; of months of their own it is not even four times."""


def looks_cumulated(series: Series) -> bool:
    """Whether counts never fall within the running year and the one before it, grow as sums do, and start anew in
    January. Single months that happen to rise do neither for so long nor so much, and do not fall back then."""
    year = month_of(series.today) // MONTHS
    running, before = _counts(series, year), _counts(series, year - 1)
    if len(running) < _LEAST_RUNNING or len(before) < _LEAST_MONTHS:
        return False
    rising = sorted(running) == running and sorted(before) == before
    return rising and before[-1] >= _GROWN * before[0] > 0 and 2 * running[0] <= before[-1] and running[-1] > running[0]


def _counts(series: Series, year: int) -> list[int]:
    months = (month for month in range(year * MONTHS, (year + 1) * MONTHS) if month in series.counted)
    return [series.by_month[month] for month in months]
