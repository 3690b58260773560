"""Naturalisation: applications and decisions by month, and against the same day of earlier years."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from itertools import pairwise

from msgspec import Struct, field

from automations.jobs.figures.periods import MONTHS, first_day, last_day, month_of, same_day
from automations.jobs.figures.sources import LeftOut, Reason, left_out
from automations.model.records import Naturalisation

_DATES = frozenset({"applied_on", "decided_on", "month", "as_of"})
_COUNTS = frozenset({"applications", "naturalisations"})
_USUAL_LAG = 2  # months: in November the count of October may still be on its way
_USUAL_QUIET = timedelta(days=31)  # so long no row may come in without anybody wondering


class Series(Struct, frozen=True):
    """One count (applications, or decisions) by month number. `single` are the days of rows of their own.

    `counted` months have a count of their own; `partial` are those of them whose count stops before their end, `blank`
    those whose count is missing: a blank is no nought. Without any count every month from the first single row of the
    table (`since`) up to the day until which rows are entered (`kept_until`) is known."""

    by_month: Counter[int] = field(default_factory=Counter)
    single: tuple[date, ...] = ()
    counted: frozenset[int] = frozenset()
    partial: frozenset[int] = frozenset()
    blank: frozenset[int] = frozenset()
    since: date | None = None
    kept_until: date = date.min
    today: date = date.min

    def value(self, month: int) -> int | None:
        """A month's count so far; None where nobody knows it."""
        if month in self.blank:
            return None
        between = self.since is not None and month_of(self.since) <= month <= month_of(self.kept_until)
        # A month without a row is nought only where each application is a row; of counts it is simply not typed yet.
        known = month in self.by_month or (between and not self.counted and not self.blank)
        return self.by_month[month] if known else None

    def complete(self, month: int) -> bool:
        """Whether a month's count is known up to its end."""
        ended = month in self.counted or last_day(month) <= self.kept_until
        return self.value(month) is not None and month not in self.partial and ended

    def up_to(self, until: date) -> tuple[int | None, tuple[int, ...]]:
        """The count from January up to a day (None where nothing of it is known), and the months that are not in it, as
        nobody knows all of them. The last month is cut at the day: single rows exactly, counts only enter when the
        month is over."""
        last = month_of(until)
        months = range(month_of(date(until.year, 1, 1)), last + 1)
        # A count of the whole month cannot be cut at the 10th; single rows can.
        cut = until < last_day(last)
        whole = months[:-1] if cut else months
        gaps = [month for month in whole if not self.complete(month)]
        # Half a count would stand there as if it were that month's.
        total = sum(self.value(month) or 0 for month in whole if month not in gaps)
        if cut:
            total += sum(first_day(last) <= day <= until for day in self.single)
            gaps += [last] if last in self.counted or self.value(last) is None else []
        known = total or len(gaps) < len(months)
        return total if known else None, tuple(gaps)


class Numbers(Struct, frozen=True):
    """The figures of all rows. `until` is the day up to which the running year can be compared with earlier
    ones: the last day of the last complete month for monthly counts. `left_out` are rows without a usable
    date or count, or after today."""

    applications: Series = field(default_factory=Series)
    decisions: Series = field(default_factory=Series)
    decided_as: Counter[str | None] = field(default_factory=Counter)
    until: date | None = None
    left_out: tuple[LeftOut, ...] = ()

    @property
    def months(self) -> list[int]:
        """All months of which anything is known or asked, oldest first."""
        both = (self.applications, self.decisions)
        return sorted({month for series in both for month in (*series.by_month, *series.blank)})

    @property
    def behind(self) -> date | None:
        """The day up to which applications are known, where more than the running month and the last one is missing
        after it, or nobody enters single rows any more; None where the table is kept."""
        series = self.applications
        if self.until is None:
            return None
        late = month_of(series.today) - month_of(self.until) > _USUAL_LAG
        stopped = self.until == series.kept_until and series.today - self.until > _USUAL_QUIET
        return self.until if late or stopped else None

    @property
    def years(self) -> range:
        """All years from the first with a figure to the last, or to the one that is compared."""
        months = [*self.applications.by_month, *self.decisions.by_month]
        # A year without an application yet is one, too: its nought is what is compared.
        last = max([*(month // MONTHS for month in months), self.until.year if self.until else 0])
        return range(min(months) // MONTHS, last + 1) if months else range(0)


class ToDate(Struct, frozen=True):
    """A year's figures from January to the same day as the running year's; `gaps` and `decision_gaps` are
    months that are not wholly in them. `change` is against the year before, as a fraction; None where one
    of the two years has a gap, or that year nothing to compare with."""

    year: int
    until: date
    applications: int | None
    decisions: int | None
    change: float | None
    gaps: tuple[int, ...] = ()
    decision_gaps: tuple[int, ...] = ()


def numbers(rows: Iterable[Naturalisation], today: date) -> Numbers:
    """The figures of all rows: monthly counts, single applications, or both. Every row counts, also those
    that say the same.

    A month that has a count takes it from there alone, so that nobody is counted twice; of two
    counts of one month, the later one stands."""
    rows = tuple(rows)
    monthly: list[Naturalisation] = []
    applied: list[date] = []
    decided: list[tuple[date, str | None]] = []
    missing: list[tuple[Reason, Naturalisation]] = []
    for row in rows:
        reason = _wrong(row, today)
        if reason:
            missing.append((reason, row))
        if not row.counted:
            continue
        # A row with a month is a count; days beside it belong to no application of their own.
        if row.month:
            monthly += [row] if row.month <= today else []
            continue
        applied += [row.applied_on] if row.applied_on and row.applied_on <= today else []
        decided += [(row.decided_on, row.decision)] if row.decided_on and row.decided_on <= today else []
    missing += [("replaced", row) for row in _replaced(monthly)]
    missing += [("backwards", row) for row in rows if _backwards(row)]
    missing += [("undated", row) for row in _undated(rows)]
    since = min([*applied, *(day for day, _ in decided)], default=None)
    applications = _series(monthly, "applications", applied, since, today)
    decisions = _series(monthly, "naturalisations", [day for day, _ in decided], since, today)
    kinds = Counter(kind for day, kind in decided if month_of(day) not in decisions.counted)
    return Numbers(applications, decisions, kinds, _comparable(applications, today), left_out(missing))


def _wrong(row: Naturalisation, today: date) -> Reason | None:
    """Why a row, or a part of it, cannot be counted."""
    if not row.counted or row.bad & _DATES:
        return "bad_day"
    if row.bad & _COUNTS:
        return "bad_count"
    days = [day for day in (row.month, row.applied_on, row.decided_on) if day]
    if not days:
        return "no_day"
    announced = row.month and row.applications is None and row.naturalisations is None  # a month typed ahead, as a form
    return "future" if any(day > today for day in days) and not announced else None


def _backwards(row: Naturalisation) -> bool:
    return bool(row.counted and row.applied_on and row.decided_on and row.decided_on < row.applied_on)


def _undated(rows: Sequence[Naturalisation]) -> Iterable[Naturalisation]:
    """Rows that say a decision as others with a day do, but no day; another word may well say that it is open."""
    known = {row.decision.casefold() for row in rows if row.decision and row.decided_on}
    return (
        row
        for row in rows
        if row.decision and row.decision.casefold() in known and not row.decided_on and "decided_on" not in row.bad
    )


def _replaced(rows: Iterable[Naturalisation]) -> Iterable[Naturalisation]:
    """Rows whose count is not used, as another one says the same month up to the same day. A count that went on to a
    later day is no fault."""
    used: dict[tuple[str, int, date], Naturalisation] = {}
    replaced: dict[int, Naturalisation] = {}
    for row in rows:
        for name in sorted(_COUNTS):
            if getattr(row, name) is not None:
                key = (name, month_of(row.month or date.min), _as_of(row))
                before = used.get(key)
                replaced |= {id(before): before} if before else {}
                used[key] = row
    return replaced.values()


def _series(rows: Sequence[Naturalisation], name: str, days: Sequence[date], since: date | None, today: date) -> Series:
    latest: dict[int, Naturalisation] = {}
    for row in rows:
        number = month_of(row.month or date.min)
        filled = getattr(row, name) is not None
        # >=: of two counts up to the same day the lower row is the later thought.
        if filled and (number not in latest or _as_of(row) >= _as_of(latest[number])):
            latest[number] = row
    blank = frozenset(month_of(row.month or date.min) for row in rows) - latest.keys() if latest else frozenset()
    # Once: where a month has a count of its own, its single rows are in it.
    single = tuple(sorted(day for day in days if month_of(day) not in latest))
    by_month = Counter(map(month_of, single))
    by_month.update({number: getattr(row, name) for number, row in latest.items()})
    partial = frozenset(number for number, row in latest.items() if min(_as_of(row), today) < last_day(number))
    blank = blank - {month_of(day) for day in single}
    return Series(by_month, single, frozenset(latest), partial, blank, since, _kept_until(single, today), today)


def _kept_until(days: Sequence[date], today: date) -> date:
    """Up to which day single rows are entered: today, or the newest row's where nobody has entered one for so long that
    the later ones are missing. That nobody applied any more would be a reason that nobody gave."""
    if not days:
        return today
    quiet = max((later - earlier for earlier, later in pairwise(days)), default=_USUAL_QUIET)
    # Twice as long as ever before: small sites have quiet months, and each would look like a standstill.
    silent = today - days[-1] > max(2 * quiet, _USUAL_QUIET)
    # Of a year that has just begun nothing is known before its first row: nought against last January is no figure.
    return days[-1] if silent or days[-1].year < today.year else today


def _as_of(row: Naturalisation) -> date:
    """Up to which day a count reaches; one that nobody can read proves nothing."""
    whole = last_day(month_of(row.month)) if row.month else date.min
    return date.min if "as_of" in row.bad else row.as_of or whole


def _comparable(series: Series, today: date) -> date | None:
    """Single applications can be compared up to today, or as long as they were entered, counts up to their last
    complete month."""
    newest = max(series.counted, default=None)
    # A team that went over from counts to single rows can be compared up to today.
    if newest is None or any(day > last_day(newest) for day in series.single):
        return series.kept_until if series.single or series.counted else None
    complete = series.counted - series.partial
    # Half a month against a whole one would look like a collapse.
    return min(today, last_day(max(complete))) if complete else None


def to_date(found: Numbers) -> tuple[ToDate, ...]:
    """Each year up to the same day, newest first. Years before the first figure are left out."""
    if found.until is None:
        return ()
    rows: list[ToDate] = []
    before: ToDate | None = None
    for year in (year for year in found.years if year <= found.until.year):
        day = same_day(found.until, year)
        (applications, gaps), (decisions, decision_gaps) = found.applications.up_to(day), found.decisions.up_to(day)
        change = None
        # A percentage needs both sides complete: with a month missing it would tell of the gap.
        if applications is not None and before and before.applications and not gaps and not before.gaps:
            change = (applications - before.applications) / before.applications
        before = ToDate(year, day, applications, decisions, change, gaps, decision_gaps)
        rows.append(before)
    return tuple(reversed(rows))
