"""Naturalisation: applications and decisions by month, and against the same day of earlier years."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from automations.jobs.figures.periods import MONTHS, first_day, last_day, month_of, same_day
from automations.model.records import Naturalisation


@dataclass(frozen=True)
class Numbers:
    """Applications and decisions by month number. `until` is the day up to which the running year
    can be compared with earlier ones: the last day of the last complete month for monthly counts.

    `counted` are months with a count of their own, `partial` those of them whose count stops before
    their end. Rows without a usable date are
    `undated`, rows after today `future`; both are counted in nothing else.
    """

    applications: Counter[int] = field(default_factory=Counter)
    decisions: Counter[int] = field(default_factory=Counter)
    decided_as: Counter[str | None] = field(default_factory=Counter)
    single: tuple[date, ...] = ()
    single_decided: tuple[date, ...] = ()
    until: date | None = None
    partial: frozenset[int] = frozenset()
    counted: frozenset[int] = frozenset()
    undated: int = 0
    future: int = 0

    @property
    def years(self) -> range:
        """All years from the first to the last with a figure."""
        months = [*self.applications, *self.decisions]
        return range(min(months) // MONTHS, max(months) // MONTHS + 1) if months else range(0)


@dataclass(frozen=True, slots=True)
class ToDate:
    """A year's figures from January to the same day as the running year's. `change` is against the
    year before, as a fraction; None where that year has nothing, or not every month, to compare with.
    """

    year: int
    until: date
    applications: int
    decisions: int
    change: float | None


def numbers(rows: Iterable[Naturalisation], today: date) -> Numbers:
    """The figures of all rows: monthly counts, single applications, or both.

    A month that has a count takes it from there alone, so that nobody is counted twice; of two
    counts of one month, the later one stands.
    """
    counted: dict[int, Naturalisation] = {}
    applied: list[date] = []
    decided: list[date] = []
    decided_as: Counter[str | None] = Counter()
    undated = future = 0
    for row in rows:
        if not row.usable:
            undated += 1
        elif row.month:
            number = month_of(row.month)
            if row.month > today:
                future += 1
            elif number not in counted or _as_of(row) >= _as_of(counted[number]):
                counted[number] = row
        elif row.applied_on or row.decided_on:
            days = [day for day in (row.applied_on, row.decided_on) if day]
            future += any(day > today for day in days)
            applied += [row.applied_on] if row.applied_on and row.applied_on <= today else []
            if row.decided_on and row.decided_on <= today:
                decided.append(row.decided_on)
                decided_as[row.decision] += 1
        else:
            undated += 1
    applied = [day for day in applied if month_of(day) not in counted]
    decided = [day for day in decided if month_of(day) not in counted]
    partial = frozenset(number for number, row in counted.items() if min(_as_of(row), today) < last_day(number))
    return Numbers(
        Counter(map(month_of, applied)) + Counter({n: row.applications or 0 for n, row in counted.items()}),
        Counter(map(month_of, decided)) + Counter({n: row.naturalisations or 0 for n, row in counted.items()}),
        decided_as, tuple(sorted(applied)), tuple(sorted(decided)),
        _comparable(counted, partial, applied, today), partial, frozenset(counted), undated, future,
    )  # fmt: skip


def _as_of(row: Naturalisation) -> date:
    return row.as_of or (last_day(month_of(row.month)) if row.month else date.min)


def _comparable(
    counted: dict[int, Naturalisation], partial: frozenset[int], applied: list[date], today: date
) -> date | None:
    """Single applications can be compared up to today, counts up to their last complete month."""
    newest = max(counted, default=None)
    if newest is None or any(day > last_day(newest) for day in applied):
        return today if applied or counted else None
    complete = [number for number in counted if number not in partial]
    if not complete:
        return None
    return min(today, last_day(max(complete)))


def to_date(found: Numbers) -> tuple[ToDate, ...]:
    """Each year up to the same day, newest first. Years before the first figure are left out."""
    if found.until is None:
        return ()
    years = [year for year in found.years if year <= found.until.year]
    sums = {year: _sums(found, same_day(found.until, year)) for year in years}
    rows = []
    for year in reversed(years):
        before = sums.get(year - 1, (0, 0))[0] if _covered(found, year) and _covered(found, year - 1) else 0
        applications, decisions = sums[year]
        change = (applications - before) / before if before else None
        rows.append(ToDate(year, same_day(found.until, year), applications, decisions, change))
    return tuple(rows)


def _covered(found: Numbers, year: int) -> bool:
    """Whether every month of the year up to the day compared is known."""
    months = range(year * MONTHS, year * MONTHS + (found.until.month if found.until else 0))
    known = {*found.counted, *found.applications}
    if found.counted:
        return known.issuperset(months)
    return bool(known) and min(known) <= months.start


def _sums(found: Numbers, until: date) -> tuple[int, int]:
    months = range(month_of(date(until.year, 1, 1)), month_of(until))
    last = month_of(until)
    applications = sum(found.applications[number] for number in months)
    decisions = sum(found.decisions[number] for number in months)
    whole = until == last_day(last)
    return (
        applications + _in_last(found.applications[last], found.single, until, whole=whole),
        decisions + _in_last(found.decisions[last], found.single_decided, until, whole=whole),
    )


def _in_last(month_count: int, days: tuple[date, ...], until: date, *, whole: bool) -> int:
    """A month cut at a day: single rows are cut exactly, counts only enter when the month is over."""
    if whole:
        return month_count
    first = first_day(month_of(until))
    return sum(first <= day <= until for day in days)
