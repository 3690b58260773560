"""The fast form of the assignment, against the simple way that it copies and the solver that it stands for."""

from __future__ import annotations

from datetime import date
from random import Random

import numpy as np
import pytest
from msgspec import structs

from automations.jobs.assigning import solver
from automations.jobs.assigning.batch import make_batch
from automations.jobs.assigning.rules import Rules
from automations.jobs.assigning.settings import AssignSettings
from automations.jobs.assigning.solver import decide
from automations.jobs.assigning.units import Unit, Worker, build_unit, in_order
from automations.jobs.forecasting.futures import NOBODY, Course, Futures, kinds_of, run
from automations.jobs.forecasting.past import AHEAD
from automations.jobs.forecasting.staff import Costs, Staff, staff_of
from automations.model.console import Change
from automations.model.records import Case, CaseManager, Urgency

DAY = date(2024, 10, 31)
SETTINGS = AssignSettings()
LANGUAGES = ("ar", "uk", "ru", "tr", "fr")
FLAT = np.full(60, 100.0)  # every case weighs one point at every age


def team(rng: Random, size: int, points: int) -> tuple[Worker, ...]:
    people = [
        CaseManager(code=f"W{n}", languages=("de", *rng.sample(LANGUAGES, 2)), capacity=points + rng.randrange(5),
                    focuses=("women",) if n % 2 else ())
        for n in range(size)
    ]  # fmt: skip
    return tuple(Worker(one, one.code, 0, int(one.capacity * 100), (one.code,)) for one in people)


def unit(rng: Random, name: str) -> Unit:
    urgency = rng.choices((Urgency.NORMAL, Urgency.HIGH, Urgency.EMERGENCY), (8, 2, 1))[0]
    focus = "women" if rng.random() < 0.1 else None
    members = rng.choices((1, 2), (9, 1))[0]
    languages = tuple(rng.sample(LANGUAGES, rng.choice((1, 1, 2))))
    cases = [Case(number=f"{name}{n}", received=DAY, languages=languages, urgency=urgency, focus=focus)
             for n in range(members)]  # fmt: skip
    return build_unit(cases, SETTINGS, DAY)


def futures(units: list[Unit], week: list[int], ends: list[int]) -> Futures:
    kinds, _ = kinds_of(units)
    del kinds  # units differ in size: each is a kind of its own here
    n = len(units)
    return Futures(
        1, tuple(units), np.zeros(n, int), np.arange(n), np.array(week), np.array(ends), -np.array(week),
        np.ones(n), np.full(n, NOBODY),
    )  # fmt: skip


def staffed(workers: tuple[Worker, ...]) -> Staff:
    shape = (AHEAD + 1, len(workers))
    capacity = np.tile([worker.capacity for worker in workers], (AHEAD + 1, 1))
    return Staff(workers, capacity, np.ones(shape, bool), np.ones(shape, bool))


@pytest.mark.parametrize("seed", range(60))
def test_a_week_is_given_out_as_the_simple_way_gives_it(seed: int) -> None:
    rng = Random(seed)  # noqa: S311 (invented data)
    workers = team(rng, rng.randrange(1, 7), rng.randrange(2, 6))
    units = list(in_order(unit(rng, f"U{n:02}/") for n in range(rng.randrange(1, 30))))
    rules = Rules(DAY, SETTINGS)
    expected = solver.one_by_one(make_batch(units, workers, rules))
    ahead, staff = futures(units, [1] * len(units), [99] * len(units)), staffed(workers)
    found = run(ahead, staff, Costs(ahead.kinds, rules).of(staff), FLAT)
    first = {n: int(worker) for n, worker in enumerate(found.worker) if found.given[n] == 1}
    assert first == expected


def solved(units: list[Unit], week: list[int], ends: list[int], workers: tuple[Worker, ...]) -> tuple[list, list, int]:
    """The same weeks by the real solver: people who wait, loads by week, people without a shared language."""
    rules, has = Rules(DAY, SETTINGS), dict[int, int]()
    waiting, loads, without = [], [], 0
    for now in range(1, AHEAD + 1):
        has = {n: worker for n, worker in has.items() if ends[n] > now}
        load = [sum(units[n].load for n, worker in has.items() if worker == w) for w in range(len(workers))]
        there = [structs.replace(worker, load=load[w]) for w, worker in enumerate(workers)]
        left = [n for n in range(len(units)) if week[n] <= now < ends[n] and n not in has]
        by_key = {units[n].key: n for n in left}
        batch = make_batch(in_order(units[n] for n in left), there, rules)
        for index, worker in decide(batch, SETTINGS).choice.items():
            n = by_key[batch.units[index].key]
            has[n] = worker
            without += units[n].people - units[n].served(workers[worker].person.languages)
        waiting.append(sum(units[n].people for n in left if n not in has))
        loads.append([sum(units[n].load for n, worker in has.items() if worker == w) for w in range(len(workers))])
    return waiting, loads, without


def compared(seed: int, points: int) -> tuple[float, float, float, float]:
    """How far the fast form is from the solver: people waiting (mean), load of a colleague (mean, in points),
    people without a shared language (fast, solver)."""
    rng = Random(seed)  # noqa: S311 (invented data)
    workers = team(rng, 6, points)
    units = [unit(rng, f"U{n:03}/") for n in range(150)]
    week = sorted(rng.randrange(1, AHEAD + 1) for _ in units)
    ends = [start + 3 + rng.randrange(20) for start in week]
    ahead, staff = futures(units, week, ends), staffed(workers)
    fast: Course = run(ahead, staff, Costs(ahead.kinds, Rules(DAY, SETTINGS)).of(staff), FLAT)
    waiting, loads, without = solved(units, week, ends, workers)
    alone = sum(
        units[n].people - units[n].served(workers[worker].person.languages)
        for n, worker in enumerate(fast.worker) if fast.given[n] <= AHEAD and worker >= 0
    )  # fmt: skip
    off = np.abs(fast.waiting[0] - np.array(waiting)).mean()
    return float(off), float(np.abs(fast.loads[0] - np.array(loads)).mean() / 100), float(alone), float(without)


def test_scenarios_share_the_costs_and_each_gets_those_of_its_own_team() -> None:
    rng = Random(7)  # noqa: S311 (invented data)
    workers, rules = team(rng, 5, 14), Rules(DAY, SETTINGS)
    kinds = futures([unit(rng, f"U{n:02}/") for n in range(40)], [1] * 40, [99] * 40).kinds
    shared = Costs(kinds, rules)
    for some in (workers, workers[1:], (workers[4], workers[0])):
        assert np.array_equal(shared.of(staffed(some)), Costs(kinds, rules).of(staffed(some)))
    assert np.isfinite(shared.of(staffed(workers))).any()


@pytest.mark.parametrize("known", [False, True])
@pytest.mark.parametrize("seed", range(20))
def test_colleagues_who_are_alike_cost_what_each_costs_alone(seed: int, known: bool) -> None:
    rng = Random(seed)  # noqa: S311 (invented data)
    workers, rules = team(rng, 12, 14), Rules(DAY, SETTINGS)
    units = [unit(rng, f"U{n:02}/") for n in range(40)]
    if known:
        units[3] = structs.replace(units[3], known_to=(workers[2].code,))
        units[5] = structs.replace(units[5], knew=(workers[7].code,))
    roomy = tuple(structs.replace(worker, load=0, capacity=10**9) for worker in workers)
    batch = make_batch(units, roomy, rules)
    found = Costs(units, rules).of(staffed(workers))
    for kind, offers in enumerate(batch.offers):
        by_worker = {offer.worker: offer for offer in offers}
        most = max((offer.served for offer in offers), default=0)
        for worker in range(len(workers)):
            if offer := by_worker.get(worker):
                cost = 1e7 * offer.broken + 10 * (max(most, 0) - offer.served) - 1e-7 * offer.wishes + 1e-9 * worker
                assert found[kind, worker] == pytest.approx(cost, rel=1e-12)
            else:
                assert found[kind, worker] == np.inf


@pytest.mark.parametrize(("seed", "points"), [(1, 14), (2, 20)])
def test_half_a_year_comes_out_as_with_the_solver(seed: int, points: int) -> None:
    waiting, load, alone, without = compared(seed, points)
    assert waiting <= 1.5
    assert load <= 2.5
    assert abs(alone - without) <= 0.08 * 165


@pytest.mark.soak
@pytest.mark.timeout(3600)
def test_many_half_years_come_out_as_with_the_solver() -> None:
    found = np.array([compared(seed, points) for seed in range(20) for points in (12, 14, 20, 40)])
    print("off: waiting, points; without language (fast, solver):", found.mean(axis=0))  # noqa: T201 (the figures)
    assert found[:, 0].mean() <= 1.0
    assert found[:, 1].mean() <= 2.0
    assert abs(found[:, 2].mean() - found[:, 3].mean()) <= 0.05 * 165


@pytest.mark.parametrize(("named", "spoken"), [((), {"de"}), (("ar",), {"ar", "de"}), (("de",), {"de"})])
def test_whoever_joins_the_team_speaks_its_language(named: tuple[str, ...], spoken: set[str]) -> None:
    change = Change("capacity", points=20, languages=named)
    (*_, added) = staff_of(team(Random(1), 2, 4), [change], DAY, SETTINGS).workers  # noqa: S311 (invented data)
    assert set(added.person.languages) == spoken
