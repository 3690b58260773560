"""What the tables say about the past: weeks of arrivals, how long cases stay, what they weigh by age.

Weeks are counted back from the day of the forecast: the last seven days are the last week, so that no
week is half. Week 0 is the first whole one with an arrival."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from functools import cached_property

import numpy as np
from msgspec import Struct
from msgspec.structs import replace

from automations.jobs.assigning.settings import AssignSettings
from automations.jobs.assigning.units import POINT, Unit, build_unit, home, spoken_in, weight
from automations.jobs.figures.counting import Caseload
from automations.jobs.figures.waiting import Waiting
from automations.model.records import Case
from automations.model.snapshot import Snapshot

Ints = np.ndarray
Floats = np.ndarray

AHEAD = 26  # weeks that a forecast looks ahead

LEAST_WEEKS, LEAST_ARRIVALS, LEAST_ENDED = 26, 20, 5
"""Below these there is no forecast: half a year looks ahead on no less than half a year, and a stay or an
arrival seen a handful of times says nothing of how it varies."""

NEVER = 10**6  # the week in which an open case ends, as far as the tables know

_WEEK = 7
_LOOK_BACK = 104  # weeks that are drawn from: two years hold every season twice
_WAITS_OF = 364  # days whose first contacts say how long people wait


class Past(Struct, frozen=True, dict=True):
    """`arrived` and `ended` are the weeks of each known case (NEVER: open); `today` is the last week's number.
    `units` are the households that came, `weeks` the index of those of each week. `contacts` are the days
    to a first contact, and how many days ago it was. `profile` is the mean weight by age in weeks, in
    hundredths of a point; `carried` are the units that are open now, with who has them (None: nobody)."""

    day: date
    arrived: Ints
    ended: Ints
    today: int
    units: tuple[Unit, ...]
    weeks: tuple[tuple[int, ...], ...]
    contacts: tuple[tuple[int, int], ...]
    profile: Floats
    carried: tuple[tuple[Unit, str | None, int], ...]

    @property
    def first(self) -> int:
        """The first week that is drawn from."""
        return max(0, self.today + 1 - _LOOK_BACK)

    @cached_property
    def counts(self) -> Ints:
        """How many came by week."""
        return np.array([sum(self.units[unit].people for unit in week) for week in self.weeks])

    @property
    def waits(self) -> tuple[int, ...]:
        """How long people of the last year waited for their first contact."""
        return tuple(sorted(days for days, ago in self.contacts if ago < _WAITS_OF))

    @property
    def open_by_week(self) -> Ints:
        """How many cases were open at the end of each week."""
        span = self.today + 1
        came = np.bincount(np.clip(self.arrived, 0, span), minlength=span + 1)[:span]
        went = np.bincount(np.clip(self.ended, 0, span), minlength=span + 1)[:span]
        return np.asarray(np.cumsum(came - went))


class TooLittle(Struct, frozen=True):
    """What there is of weeks, arrivals and ended cases where it is not enough."""

    weeks: int
    arrivals: int
    ended: int


def past_of(load: Caseload, waits: Waiting, snapshot: Snapshot, settings: AssignSettings) -> Past | TooLittle:
    """The past as of `load.today`; TooLittle where no figure can be made of it."""
    day = load.today
    lives = [(start, end) for life in load.lives if life for start, end in [life]]
    received = [case for case in load.cases if case.received and case.received <= day]
    weeks = (day.toordinal() - min((start for start, _ in lives), default=day.toordinal())) // _WEEK
    whole = (day - min((case.received for case in received if case.received), default=day)).days // _WEEK
    ended = sum(end is not None for _, end in lives)
    if whole < LEAST_WEEKS or len(received) < LEAST_ARRIVALS or ended < LEAST_ENDED:
        return TooLittle(whole, len(received), ended)
    shift = weeks - whole + 1  # the whole weeks since the first arrival are numbered from 0

    def week_of(number: int) -> int:
        return weeks - shift - (day.toordinal() - number) // _WEEK

    units, by_week = _units(received, snapshot, settings, day, whole)
    return Past(
        day=day,
        arrived=np.array([week_of(start) for start, _ in lives]),
        ended=np.array([NEVER if end is None else week_of(end) for _, end in lives]),
        today=weeks - shift,
        units=units,
        weeks=by_week,
        contacts=tuple((wait.days, (day - wait.until).days) for wait in waits.made if wait.until),
        profile=_profile(load.open_cases, settings, day),
        carried=tuple(_carried(load.open_cases, snapshot, settings, day)),
    )


def _units(
    cases: Sequence[Case], snapshot: Snapshot, settings: AssignSettings, day: date, whole: int
) -> tuple[tuple[Unit, ...], tuple[tuple[int, ...], ...]]:
    """Households as they came: those of one home and one week are one unit; and the units of each week."""
    spoken = spoken_in(snapshot, settings, day)
    homes: defaultdict[tuple[int, tuple[str, str]], list[Case]] = defaultdict(list)
    for case in cases:
        back = (day - (case.received or day)).days // _WEEK
        if back < whole:
            homes[whole - 1 - back, home(case)].append(case)
    units: list[Unit] = []
    weeks: list[list[int]] = [[] for _ in range(whole)]
    for (week, _), members in sorted(homes.items()):
        fresh = [_as_new(case, settings) for case in members]
        weeks[week].append(len(units))
        units.append(build_unit(fresh, settings, day, spoken=spoken))
    return tuple(units), tuple(tuple(week) for week in weeks)


def _as_new(case: Case, settings: AssignSettings) -> Case:
    """The case as it came: in the first phase, with nobody in charge."""
    # The same household weighs less a year later; what is drawn again is its arrival.
    return replace(case, phase=settings.first_phase, manager=None, closed_on=None)


def _profile(cases: Sequence[Case], settings: AssignSettings, day: date) -> Floats:
    """The mean weight of open cases by age: over the neighbouring weeks, and the mean of all where few are."""
    ages = [max(0, (day - (case.received or day)).days // _WEEK) for case in cases]
    top = max([*ages, 0]) + AHEAD + 2
    sums, counts = np.zeros(top), np.zeros(top)
    for age, case in zip(ages, cases, strict=True):
        sums[age] += weight(case, settings)
        counts[age] += 1
    # Four weeks to each side: phases last for months, and single weeks hold a case or none.
    near = np.ones(9)
    mean = sums.sum() / counts.sum() if counts.sum() else POINT
    wide = 5.0  # so many cases of the mean are added to each age
    smooth = (np.convolve(sums, near)[4 : 4 + top] + wide * mean) / (np.convolve(counts, near)[4 : 4 + top] + wide)
    return np.asarray(smooth)


def _carried(
    cases: Sequence[Case], snapshot: Snapshot, settings: AssignSettings, day: date
) -> list[tuple[Unit, str | None, int]]:
    """Open cases by home and colleague, with their age in weeks."""
    spoken = spoken_in(snapshot, settings, day)
    homes: defaultdict[tuple[str, str, str], list[Case]] = defaultdict(list)
    for case in cases:
        # By colleague as well: a family that lies with two people is two units until somebody moves it.
        homes[case.manager or "", *home(case)].append(case)
    found = []
    for (code, *_), members in sorted(homes.items()):
        unit = build_unit(members, settings, day, spoken=spoken)
        age = max(0, (day - min(case.received or day for case in members)).days // _WEEK)
        found.append((unit, code or None, age))
    return found


def language_of(unit: Unit) -> str:
    """The language that a unit is counted under: the first one typed; "" where there is none."""
    return next((case.languages[0] for case in unit.cases if case.languages), "")
