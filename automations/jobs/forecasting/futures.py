"""The assignment run on possible futures, week by week and all paths at once: the fast form.

A unit goes to whom the simple way of the real assignment (`assigning.solver.one_by_one`) gives it: soft rules, a shared
language, the least relative load, wishes; urgent and long waiting ones first. On equal weeks it gives the same
answer as that; against the solver, week after week, people left over and loads differ by less than the
band (tests/jobs/test_forecast_running.py)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from msgspec import Struct

from automations.jobs.assigning.units import URGENCY_ORDER, Unit
from automations.jobs.forecasting.past import AHEAD, Floats, Ints
from automations.jobs.forecasting.staff import Staff

NOBODY = -1
_AT_ONCE = 10_000  # units that are looked at in one go: a table of them by colleague takes memory
_FADING = 8.0  # weeks in which half of a case's own difference from the mean weight of its age is gone


class Futures(Struct, frozen=True):
    """Units of all paths in one list: `path`, `kind` (index of `kinds`), `week` in which it comes (0: it is
    here), `ends` (week in which it is over), `age` in weeks at week 0 (negative: still to come), `own` its
    weight against the mean of its age, `worker` who has it (NOBODY: it waits)."""

    paths: int
    kinds: tuple[Unit, ...]
    path: Ints
    kind: Ints
    week: Ints
    ends: Ints
    age: Ints
    own: Floats
    worker: Ints

    @property
    def people(self) -> Ints:
        """How many clients each unit is."""
        return np.asarray(np.array([unit.people for unit in self.kinds], dtype=int)[self.kind])


class Course(Struct, frozen=True):
    """What came of it, by path and week (from 1): open cases, load in hundredths of a point, people and
    points that wait. `given` is the week in which each unit was given to somebody (0: it had somebody at the
    start, NEVER_GIVEN: not yet), `worker` who has it at the end."""

    open: Ints
    load: Floats
    waiting: Ints
    points: Floats
    given: Ints
    worker: Ints
    loads: Floats


NEVER_GIVEN = AHEAD + 1


def run(futures: Futures, staff: Staff, costs: Floats, profile: Floats) -> Course:
    """All weeks, one after the other: what ends is over, who left gives back, what waits is given out."""
    worker = futures.worker.copy()
    given = np.where(worker >= 0, 0, NEVER_GIVEN)
    first = np.array([URGENCY_ORDER[unit.urgency] for unit in futures.kinds], dtype=int)[futures.kind]
    # lexsort takes the weightiest last: by path, urgency, arrival; the index makes equal ones fall alike each time.
    order = np.lexsort((np.arange(len(worker)), futures.week, first, futures.path))
    people, shape = futures.people, (futures.paths, AHEAD)
    course = Course(
        np.zeros(shape, int), np.zeros(shape), np.zeros(shape, int), np.zeros(shape), given, worker,
        np.zeros((futures.paths, AHEAD, len(staff.workers))),
    )  # fmt: skip
    for week in range(1, AHEAD + 1):
        here = (futures.week <= week) & (futures.ends > week)
        gone = ~staff.here[week]
        # NOBODY is -1, which as an index means the last colleague: the middle test takes those out again.
        worker[here & (worker >= 0) & gone[worker]] = NOBODY
        weights = _weights(futures, profile, week) * people
        now = np.flatnonzero(here)
        load = _loads(futures, worker, now, weights, len(staff.workers))
        waits = order[(here & (worker == NOBODY))[order]]
        _give(waits, futures, worker, weights, load, staff, week, costs)
        # Only the first time: who gets another colleague later has had their first contact.
        given[(given == NEVER_GIVEN) & (worker >= 0)] = week
        at = week - 1
        left = now[worker[now] == NOBODY]
        course.open[:, at] = _sum(futures, now, people)
        course.load[:, at] = _sum(futures, now, weights)
        course.waiting[:, at] = _sum(futures, left, people)
        course.points[:, at] = _sum(futures, left, weights)
        course.loads[:, at] = load
    return course


def _weights(futures: Futures, profile: Floats, week: int) -> Floats:
    """The weight of a person of each unit in a week: the mean of its age, its own difference fading."""
    age = np.clip(futures.age + week, 0, len(profile) - 1)
    return np.asarray(profile[age] * (1 + (futures.own - 1) * 0.5 ** (week / _FADING)))


def _sum(futures: Futures, which: Ints, amounts: np.ndarray) -> Floats:
    return np.bincount(futures.path[which], weights=amounts[which], minlength=futures.paths)


def _loads(futures: Futures, worker: Ints, here: Ints, weights: Floats, team: int) -> Floats:
    carried = here[worker[here] >= 0]
    place = futures.path[carried] * team + worker[carried]
    loads = np.bincount(place, weights=weights[carried], minlength=futures.paths * team)
    return loads.astype(float).reshape(futures.paths, team)  # of nothing at all, numpy counts whole numbers


def _give(
    waits: Ints, futures: Futures, worker: Ints, weights: Floats, load: Floats, staff: Staff, week: int, costs: Floats
) -> None:
    """Those who wait (by path, the most urgent first) to whom they suit best; all paths side by side."""
    if not len(waits):
        return
    capacity = staff.capacity[week].astype(float)
    relative = np.where(capacity > 0, capacity, 1.0)
    room = np.where(staff.taking[week], capacity, 0.0)
    waits = waits[_may_fit(futures, waits, weights, load, room, costs)]
    if not len(waits):
        return
    path = futures.path[waits]
    begins = np.flatnonzero(np.r_[True, path[1:] != path[:-1]])
    turn = np.arange(len(waits)) - np.repeat(begins, np.diff(np.r_[begins, len(waits)]))
    # The first of every path, then the second …: within a path each changes the loads for the next, between paths
    # nothing.
    units = waits[np.argsort(turn, kind="stable")]
    paths, added, kinds = futures.path[units], weights[units], futures.kind[units]
    given = np.full(len(units), NOBODY)
    for end, number in zip(np.cumsum(found := np.bincount(turn)), found, strict=True):
        some = slice(end - number, end)
        rows, weight = paths[some], added[some]
        after = load[rows] + weight[:, None]
        over = after > room
        # Below the 10 that a person served is worth (see `staff`): no load outweighs a shared language.
        cost = np.minimum(after / relative, 9.9)
        cost += costs[kinds[some]]
        cost[over] = np.inf
        best = cost.argmin(axis=1)
        fits = cost[np.arange(number), best] < np.inf
        given[some][fits] = best = best[fits]
        load[rows[fits], best] += weight[fits]  # each path once
    worker[units] = given


def _may_fit(futures: Futures, waits: Ints, weights: Floats, load: Floats, room: Floats, costs: Floats) -> np.ndarray:
    """Which of those who wait somebody has room for, as long as nothing is given out: loads only grow."""
    found = np.zeros(len(waits), dtype=bool)
    for at in range(0, len(waits), _AT_ONCE):
        some = waits[at : at + _AT_ONCE]
        fits = load[futures.path[some]] + weights[some][:, None] <= room
        found[at : at + _AT_ONCE] = (fits & np.isfinite(costs[futures.kind[some]])).any(axis=1)
    return found


def kinds_of(units: Sequence[Unit]) -> tuple[tuple[Unit, ...], Ints]:
    """Units that are alike to the assignment, once each, and the kind of each unit."""
    known: dict[tuple[object, ...], int] = {}
    kinds: list[Unit] = []
    found = []
    for unit in units:
        like = (unit.languages, unit.urgency, unit.office, unit.focuses, unit.makeshift, unit.needs, unit.likes,
                tuple(case.languages[:1] for case in unit.cases))  # fmt: skip
        # Without load and faces: in a future the weight follows the age, and nobody knows anybody yet.
        if like not in known:
            known[like] = len(kinds)
            kinds.append(unit)
        found.append(known[like])
    return tuple(kinds), np.array(found, dtype=int)
