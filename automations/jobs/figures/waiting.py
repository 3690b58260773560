"""How long people wait for their first contact."""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections.abc import Collection, Sequence
from datetime import date
from functools import cache
from statistics import median
from typing import Literal

from msgspec import Struct

from automations.conditions.glossary import CountDays
from automations.jobs.figures.counting import Caseload
from automations.jobs.figures.sources import LeftOut, Reason, left_out
from automations.model.records import Case
from automations.model.settings import SiteFacts

DayKind = Literal["working", "calendar"]
NINETY = 0.9
# Any day before all cases: days are counted from it once, and then subtracted.
_ORIGIN = date(2000, 1, 1)


class Wait(Struct, frozen=True):
    """A case's waiting, in days. `until` is its first contact; None while it still waits."""

    case: Case
    days: int
    until: date | None = None


class Waiting(Struct, frozen=True):
    """`made` first contacts in the order of their day (`made_on` are their day numbers), and those
    who still wait, the longest first. `left_out` are cases whose contact lies before they came in or
    after today, and those that are further on without a recorded contact."""

    made: tuple[Wait, ...]
    made_on: Sequence[int]
    still: tuple[Wait, ...]
    left_out: tuple[LeftOut, ...] = ()

    def between(self, first: date, last: date) -> tuple[Wait, ...]:
        """The first contacts made from `first` to `last`, both included."""
        low, high = bisect_left(self.made_on, first.toordinal()), bisect_right(self.made_on, last.toordinal())
        return self.made[low:high]


class Spread(Struct, frozen=True):
    """How waiting times are spread; None where there is none to speak of."""

    count: int
    median: float | None
    ninety: int | None
    longest: int | None


def spread(waits: Sequence[Wait]) -> Spread:
    """Median, 90th percentile (nearest rank: nine of ten waited no longer than that) and longest."""
    days = sorted(wait.days for wait in waits)
    if not days:
        return Spread(0, None, None, None)
    return Spread(len(days), float(median(days)), days[math.ceil(NINETY * len(days)) - 1], days[-1])


def day_counter(site: SiteFacts, kind: DayKind) -> CountDays:
    """Counts the days after the first up to and including the second: working or calendar days."""
    if kind == "calendar":
        return lambda first, last: (last - first).days
    days = site.working_days
    # Many cases share their few hundred days.
    until = cache(lambda day: days.between(_ORIGIN, day))
    return lambda first, last: until(last) - until(first)


def waiting(load: Caseload, phases: Collection[str], count: CountDays) -> Waiting:
    """One pass over the cases. Open cases in one of `phases` (or an unknown one) still wait."""
    made: list[Wait] = []
    missing: list[tuple[Reason, Case]] = []
    for case in load.cases:
        contact, received = case.first_contact_on, case.received
        if contact is None or received is None:
            continue
        # A day before the case came in, or ahead, is a mistyped one: it would spoil the median.
        if received <= contact <= load.today:
            made.append(Wait(case, count(received, contact), contact))
        else:
            missing.append(("contradictory", case))
    made.sort(key=lambda wait: wait.until or date.min)
    # Open ones alone: who left before any contact does not wait any more.
    without = [case for case in load.open_cases if case.first_contact_on is None]
    still = [
        Wait(case, count(case.received, load.today)) for case in without if case.received and not _beyond(case, phases)
    ]
    # Equal waits by their key, so that the list does not change from run to run.
    still.sort(key=lambda wait: (-wait.days, wait.case.received or date.min, wait.case.row))
    missing += [("unrecorded", case) for case in without if _beyond(case, phases)]
    on = [wait.until.toordinal() for wait in made if wait.until]
    return Waiting(tuple(made), on, tuple(still), left_out(missing))


def _beyond(case: Case, phases: Collection[str]) -> bool:
    """Whether a case without a known first contact has had one: by its phase, or by a day nobody can read."""
    return "first_contact_on" in case.bad or (case.phase is not None and case.phase not in phases)
