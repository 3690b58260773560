"""The look ahead itself: what the tables and each scenario come to within the next weeks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

import numpy as np
from msgspec import Struct

from automations.jobs.assigning.rules import Rules
from automations.jobs.assigning.units import POINT, make_workers
from automations.jobs.figures.counting import caseload
from automations.jobs.figures.sources import Missing, Sources
from automations.jobs.figures.waiting import NINETY, day_counter, waiting
from automations.jobs.forecasting.calibration import PastError, past_error
from automations.jobs.forecasting.draws import NEW, hazard, levels, stays, uniform, weeks_again
from automations.jobs.forecasting.futures import NEVER_GIVEN, NOBODY, Course, Futures, kinds_of, run
from automations.jobs.forecasting.past import AHEAD, Floats, Ints, Past, TooLittle, language_of, past_of
from automations.jobs.forecasting.settings import NEEDED, LookAheadSettings
from automations.jobs.forecasting.staff import Costs, Staff, staff_of
from automations.model.console import Change
from automations.model.snapshot import Snapshot

_MOST_UNITS = 60_000  # in all paths together: larger teams get fewer paths
_FEWEST = 24
_COPIES = 8  # a week of three times as many arrivals in a scenario of twice as many is drawn in full
_DAYS = {"working": 5, "calendar": 7}

Band = tuple[float, float, float]  # the 10, 50 and 90 % quantiles


class Week(Struct, frozen=True):
    """The end of a coming week."""

    day: date
    open: Band
    points: Band
    capacity: float
    waiting: Band


class Foreseen(Struct, frozen=True):
    """What a scenario comes to. `full` is the week in which capacity is reached, early, middle and late (None:
    not within the weeks looked at); `ninety` the days within which nine of ten have their first contact (None:
    no first contact is known); `left` people whom nobody has room for at the end, `left_by` the same by
    language; `without` people given to somebody without a shared language, by language; `points` those that are
    missing then, `points_by` by language."""

    weeks: tuple[Week, ...]
    full: tuple[int | None, int | None, int | None]
    ninety: Band | None
    left: Band
    left_by: Mapping[str, Band]
    without: Mapping[str, Band]
    points: Band
    points_by: Mapping[str, Band]


class Grounds(Struct, frozen=True):
    """What all scenarios of a day rest on. `kind` is the kind of each unit: the past ones, then those carried now."""

    past: Past
    error: PastError
    waits_off: float | None
    kind: Ints
    costs: Costs


def grounds(snapshot: Snapshot, settings: LookAheadSettings, day: date) -> Grounds | TooLittle | tuple[Missing, ...]:
    """The past, as far as it carries a forecast: else which columns are missing, or how little there is."""
    if missing := Sources(snapshot).lacking(*NEEDED):
        return missing
    load = caseload(snapshot.cases, settings.site, day)
    waits = waiting(load, (), day_counter(settings.site, settings.waiting_days))
    past = past_of(load, waits, snapshot, settings.assign)
    if isinstance(past, TooLittle):
        return past
    kinds, kind = kinds_of([*past.units, *(unit for unit, _, _ in past.carried)])
    return Grounds(past, past_error(past), _waits_off(past), kind, Costs(kinds, Rules(day, settings.assign)))


def foresee(found: Grounds, snapshot: Snapshot, changes: Sequence[Change], settings: LookAheadSettings) -> Foreseen:
    """What comes of a scenario (no changes: as it is)."""
    past, day = found.past, found.past.day
    workers = make_workers(snapshot, settings.assign)
    staff = staff_of(workers, changes, day, settings.assign)
    futures = _futures(found, changes, staff, settings)
    course = run(futures, staff, found.costs.of(staff), past.profile)
    return _foreseen(past, futures, staff, course, settings)


def _waits_off(past: Past) -> float | None:
    """By how many days the time within which nine of ten have their contact missed, half a year later."""
    found = []
    # Every four weeks over a year and a half: looks nearer to each other would count the same contacts again.
    for back in range(AHEAD * 7, AHEAD * 7 * 4, 28):
        before = [days for days, ago in past.contacts if back <= ago < back + 364]
        after = [days for days, ago in past.contacts if back - AHEAD * 7 <= ago < back]
        if min(len(before), len(after)) >= 10:  # noqa: PLR2004 (of fewer, nine of ten cannot be told)
            found.append(abs(_ninety(np.array(before)) - _ninety(np.array(after))))
    return float(np.mean(found)) if found else None


def _ninety(days: Ints) -> float:
    return float(np.sort(days)[int(np.ceil(NINETY * len(days))) - 1])


def _futures(found: Grounds, changes: Sequence[Change], staff: Staff, settings: LookAheadSettings) -> Futures:
    """Who is here now and who comes, on all paths."""
    past, kind = found.past, found.kind
    mean = float(past.counts[past.first :].mean())
    # By the units that a path will hold, so that a large team's run does not take minutes.
    paths = max(_FEWEST, min(settings.paths, int(_MOST_UNITS / (len(past.carried) + AHEAD * mean + 1))))
    level, ease = levels(paths, found.error.spread)
    cumulated = hazard(past, past.today)
    slower = _stay_factors(changes, past.day)
    here = _here(past, kind[len(past.units) :], staff, cumulated, ease, slower)
    come = _coming(past, kind[: len(past.units)], changes, level, ease, cumulated, slower)
    joined = [np.concatenate(pair) for pair in zip(here, come, strict=True)]
    return Futures(paths, found.costs.kinds, *joined)


_Parts = tuple[Ints, Ints, Ints, Ints, Ints, Floats, Ints]


def _here(past: Past, kind: Ints, staff: Staff, cumulated: Floats, ease: Floats, slower: Floats) -> _Parts:
    place = {code: index for index, worker in enumerate(staff.workers) for code in worker.codes}
    n, paths = len(past.carried), len(ease)
    age = np.array([age for _, _, age in past.carried], dtype=int)
    worker = np.array([place.get(code or "", NOBODY) for _, code, _ in past.carried], dtype=int)
    load = np.array([unit.load / unit.people for unit, _, _ in past.carried])
    path, index = np.repeat(np.arange(paths), n), np.tile(np.arange(n), paths)
    ends = stays(cumulated, age[index], uniform("here", path, index), ease[path])
    own = load / past.profile[np.minimum(age, len(past.profile) - 1)]
    zero = np.zeros_like(path)
    return path, kind[index], zero, _slower(ends, zero, slower), age[index], own[index], worker[index]


def _coming(
    past: Past, kind: Ints, changes: Sequence[Change], level: Floats, ease: Floats, cumulated: Floats, slower: Floats
) -> _Parts:
    paths: int = len(level)
    most = max(map(len, past.weeks))
    listed = np.full((len(past.weeks), most), -1)
    for index, units in enumerate(past.weeks):
        listed[index, : len(units)] = units
    drawn = weeks_again(paths, past.first, past.today)
    slots = listed[drawn]  # path, week, place
    path, ahead, place = (np.asarray(one) for one in np.nonzero(slots >= 0))
    unit: Ints = slots[path, ahead, place]
    # A past household comes floor(times + chance) times: on average exactly as often as the factor says.
    times = level[path] * _arrival_factors(past, changes)[ahead, unit]
    copies = np.minimum(np.floor(times + uniform("copy", path, ahead, place)).astype(int), _COPIES)
    path, ahead, place, unit = (np.asarray(np.repeat(one, copies)) for one in (path, ahead, place, unit))
    copy = np.arange(len(path)) - np.repeat(np.cumsum(copies) - copies, copies)
    # See `draws.NEW`.
    ends = ahead + stays(cumulated, np.array(NEW), uniform("stay", path, ahead, place, copy), ease[path])
    week = ahead + 1
    ones = np.ones(len(path))
    return path, kind[unit], week, _slower(ends, ahead, slower), -week, ones, np.full(len(path), NOBODY)


def _slower(ends: Ints, start: Ints, factors: Floats) -> Ints:
    """Ends moved by scenarios of longer or shorter stays, from the week in which these begin."""
    begun = np.clip(start, 0, AHEAD)
    return np.asarray(start + np.maximum(1, np.round((ends - start) * factors[begun])).astype(int))


def _stay_factors(changes: Sequence[Change], day: date) -> Floats:
    found = np.ones(AHEAD + 1)
    for change in changes:
        if change.kind == "stays":
            found *= [change.factor if change.holds_on(day + timedelta(days=7 * n)) else 1.0 for n in range(AHEAD + 1)]
    return found


def _arrival_factors(past: Past, changes: Sequence[Change]) -> Floats:
    """What arrivals are multiplied with, by week and past unit."""
    languages = np.array([language_of(unit) for unit in past.units])
    found = np.ones((AHEAD, len(past.units)))
    recent = past.weeks[past.first :]
    for change in changes:
        if change.kind != "arrivals":
            continue
        meant = np.isin(languages, change.languages) if change.languages else np.ones(len(languages), dtype=bool)
        a_week = sum(past.units[unit].people for week in recent for unit in week if meant[unit]) / len(recent)
        factor = change.factor + (change.a_month * 12 / 52 / a_week if a_week else 0.0)
        for ahead in range(AHEAD):
            # The middle of the week: a change that begins on a Friday is not one of that whole week.
            if change.holds_on(past.day + timedelta(days=7 * ahead + 4)):
                found[ahead, meant] *= max(0.0, factor)
    return found


def _foreseen(past: Past, futures: Futures, staff: Staff, course: Course, settings: LookAheadSettings) -> Foreseen:
    capacity = staff.total / POINT
    load, missing = course.load / POINT, course.points / POINT
    weeks = tuple(
        Week(past.day + timedelta(days=7 * (at + 1)), band(course.open[:, at]), band(load[:, at]),
             float(capacity[at + 1]), band(course.waiting[:, at]))
        for at in range(AHEAD)
    )  # fmt: skip
    languages = np.array([language_of(unit) for unit in futures.kinds])[futures.kind]
    at_end = (futures.week <= AHEAD) & (futures.ends > AHEAD)
    left = at_end & (course.worker == NOBODY)
    people = futures.people
    # At least a hundredth: of something that waits it must not be said that no points are missing.
    weight = np.maximum(1.0, past.profile[np.clip(futures.age + AHEAD, 0, len(past.profile) - 1)]) * people / POINT
    return Foreseen(
        weeks=weeks,
        full=_full(load, capacity[1:]),
        ninety=_waits(past, futures, course, settings),
        left=band(course.waiting[:, -1]),
        left_by=_by(languages, left, people, futures),
        without=_by(languages, _without(futures, staff, course), people, futures),
        points=band(missing[:, -1]),
        points_by=_by(languages, left, weight, futures),
    )


def _full(load: Floats, capacity: Floats) -> tuple[int | None, int | None, int | None]:
    """The first week in which the load reaches the capacity: on the tenth, the half, nine tenths of the paths."""
    full = load >= capacity[None, :]
    first = np.where(full.any(axis=1), full.argmax(axis=1) + 1, NEVER_GIVEN)
    # method="lower": a week between two weeks is none, and "never" must not be averaged with one.
    early, middle, late = (int(week) for week in np.quantile(first, [0.1, 0.5, 0.9], method="lower"))
    return _within(early), _within(middle), _within(late)


def _within(week: int) -> int | None:
    return week if week <= AHEAD else None


def _waits(past: Past, futures: Futures, course: Course, settings: LookAheadSettings) -> Band | None:
    """Days to the first contact of those who come: as before, and the weeks in which nobody had room on top."""
    if not past.waits:
        return None
    known = np.array(past.waits)
    came = (futures.week >= 1) | (futures.worker == NOBODY)
    which = np.flatnonzero(came)
    place = (uniform("wait", futures.path[which], which) * len(known)).astype(int)
    # Who leaves before anybody had room has waited until then.
    over = np.minimum(course.given[which], np.minimum(futures.ends[which], NEVER_GIVEN))
    queued = np.maximum(0, over - np.maximum(1, futures.week[which]))
    days = known[place] + queued * _DAYS[settings.waiting_days]
    by_path = [_ninety(days[futures.path[which] == path]) for path in range(futures.paths)
               if (futures.path[which] == path).any()]  # fmt: skip
    return band(np.array(by_path)) if by_path else None


def _without(futures: Futures, staff: Staff, course: Course) -> np.ndarray:
    """Units given out in these weeks to somebody who speaks none of their languages."""
    spoken = [frozenset(worker.person.languages) for worker in staff.workers]
    rows: dict[tuple[tuple[str, ...], ...], list[bool]] = {}
    for unit in futures.kinds:
        if unit.languages not in rows:
            shared = {languages: unit.served(languages) >= unit.asking for languages in set(spoken)}
            rows[unit.languages] = [shared[languages] for languages in spoken] or [True]
    shares = np.array([rows[unit.languages] for unit in futures.kinds])
    fresh = (course.given >= 1) & (course.given <= AHEAD) & (course.worker >= 0)
    return np.asarray(fresh & ~shares[futures.kind, np.maximum(0, course.worker)])


def _by(languages: np.ndarray, which: np.ndarray, amounts: Floats, futures: Futures) -> dict[str, Band]:
    """Amounts by language, the largest first; languages of which nine paths of ten have none are left out."""
    found = {}
    for code in dict.fromkeys(sorted(set(languages[which]))):
        here = which & (languages == code)
        sums = np.bincount(futures.path[here], weights=amounts[here], minlength=futures.paths)
        if (three := band(sums))[2] >= 0.5:  # noqa: PLR2004 (it rounds to one)
            found[str(code)] = three
    return dict(sorted(found.items(), key=lambda pair: (-pair[1][1], -pair[1][2], pair[0])))


def band(amounts: np.ndarray) -> Band:
    """The 10, 50 and 90 % quantiles of a figure over the paths."""
    low, middle, high = np.quantile(amounts, [0.1, 0.5, 0.9])
    return float(low), float(middle), float(high)
