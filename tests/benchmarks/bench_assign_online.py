# ruff: noqa: T201 - a script that prints
"""Eighteen months of arrivals in daily batches: the daily optimum, the same with scarce languages
held back, and the simple way, against what could have been known only afterwards.

Run: python tests/benchmarks/bench_assign_online.py
"""

from __future__ import annotations

import sys
import time
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from random import Random

from msgspec.structs import replace

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from automations.jobs.assigning import solver
from automations.jobs.assigning.batch import Batch, make_batch
from automations.jobs.assigning.prices import Arrival, learn
from automations.jobs.assigning.rules import Rules
from automations.jobs.assigning.settings import AssignSettings
from automations.jobs.assigning.solver import decide
from automations.jobs.assigning.units import POINT, Unit, Worker, build_unit
from tests.benchmarks.hindsight import best_in_hindsight
from tests.benchmarks.invented import SIZES, TODAY, draw, invent_household, invent_team, offices

MONTHS, DAYS = 18, 390
PEOPLE, CLIENTS = 12, 580
STAY = 200.0
"""Working days that a case stays open on average (exponential)."""


@dataclass(frozen=True)
class World:
    """One invented history: units by day of arrival, how long they stay, and what is there before."""

    workers: tuple[Worker, ...]
    units: tuple[tuple[int, int, Unit], ...]
    """(day of arrival, last day, unit)"""
    ends: tuple[tuple[int, int, int], ...]
    """(colleague, last day, load) of cases that were there at the beginning"""
    past: tuple[Arrival, ...]


def invent_world(seed: int, crowding: float) -> World:
    """A team whose capacity is used to `crowding` on average once 580 clients come in 18 months."""
    random = Random(seed)  # noqa: S311 (an invented world)
    settings, places = AssignSettings(), offices(PEOPLE)
    team = invent_team(PEOPLE, CLIENTS / DAYS * STAY / PEOPLE / crowding, random)
    total = sum(person.capacity or 0 for person in team)
    factor = CLIENTS / DAYS * STAY / crowding / total
    workers = tuple(
        Worker(person, person.code or "", 0, round((person.capacity or 0) * factor) * POINT, (person.code or "",))
        for person in team
    )
    ends = tuple(
        (index, int(random.expovariate(1 / STAY)), POINT)
        for index, worker in enumerate(workers)
        for _ in range(int(worker.capacity / POINT * crowding))
    )
    arrivals: list[tuple[int, int, Unit]] = []
    past: list[Arrival] = []
    for first_day, last_day in ((-DAYS // 2, 0), (0, DAYS)):
        wanted, count = CLIENTS * (last_day - first_day) // DAYS, 0
        while count < wanted:
            size = min(int(str(draw(random, SIZES))), wanted - count)
            day = random.randrange(first_day, last_day)
            cases = invent_household(len(arrivals), 10 * len(arrivals), size, places, random)
            if day < 0:
                past += [Arrival(TODAY + timedelta(days=day), case.languages, POINT) for case in cases]
            else:
                cases = [replace(case, focus=None, household=f"H{len(arrivals)}") for case in cases]
                unit = build_unit(cases, settings, TODAY)
                arrivals.append((day, day + 1 + int(random.expovariate(1 / STAY)), unit))
            count += size
    return World(workers, tuple(sorted(arrivals, key=lambda item: (item[0], item[2].key))), ends, tuple(past))


@dataclass(frozen=True, slots=True)
class Result:
    """People served in a shared language, people assigned, and the highest relative load."""

    served: float
    assigned: float
    maximum: float


def live_through(world: World, pick: Callable[[Batch], Mapping[int, int]], rules: Rules, *, hold_back: bool) -> Result:
    """Day after day; a unit that nobody can take on its day is referred on."""
    by_day: defaultdict[int, list[tuple[int, Unit]]] = defaultdict(list)
    for day, last, unit in world.units:
        by_day[day].append((last, unit))
    carried = list(world.ends)
    past, served, assigned, maximum = list(world.past), 0, 0, 0.0
    for day in sorted(by_day):
        carried = [item for item in carried if item[1] >= day]
        loads = [sum(load for index, _, load in carried if index == n) for n in range(len(world.workers))]
        workers = [replace(worker, load=load) for worker, load in zip(world.workers, loads, strict=True)]
        today = TODAY + timedelta(days=day)
        prices = learn(past, workers, today, rules.settings.learn_days) if hold_back else {}
        units = [unit for _, unit in by_day[day]]
        batch = make_batch(units, workers, rules, prices)
        for index, chosen in pick(batch).items():
            unit = units[index]
            carried.append((chosen, by_day[day][index][0], unit.load))
            served += unit.served(workers[chosen].person.languages)
            assigned += unit.people
            loads[chosen] += unit.load
        maximum = max([maximum, *(load / worker.capacity for load, worker in zip(loads, workers, strict=True))])
        past += [Arrival(today, codes, POINT) for unit in units for codes in unit.languages]
    return Result(served, assigned, maximum)


def compare(seeds: Sequence[int], crowding: float) -> None:
    """One table: shares of what hindsight reaches, over several invented histories."""
    settings = AssignSettings()
    rules = Rules(TODAY, settings)
    ways: dict[str, Callable[[World], Result]] = {
        "simple way": lambda world: live_through(world, solver.one_by_one, rules, hold_back=False),
        "daily optimum": lambda w: live_through(w, lambda b: decide(b, settings).choice, rules, hold_back=False),
        "with prices": lambda w: live_through(w, lambda b: decide(b, settings).choice, rules, hold_back=True),
    }
    sums = {name: [0.0, 0.0, 0.0, 0.0] for name in (*ways, "hindsight")}
    for seed in seeds:
        world = invent_world(seed, crowding)
        started = time.perf_counter()
        best = best_in_hindsight(world.workers, world.units, world.ends)
        _add(sums["hindsight"], Result(*best), time.perf_counter() - started)
        for name, way in ways.items():
            started = time.perf_counter()
            _add(sums[name], way(world), time.perf_counter() - started)
    print(f"\n{crowding:.0%} of the capacity in use on average; {len(seeds)} histories of {MONTHS} months")
    print(f"{'':16}{'served':>9}{'share':>8}{'assigned':>10}{'maximum':>9}{'seconds':>9}")
    for name, (served, assigned, maximum, seconds) in sums.items():
        n = len(seeds)
        print(f"{name:16}{served / n:9.1f}{served / sums['hindsight'][0]:8.1%}{assigned / n:10.1f}"
              f"{maximum / n:9.1%}{seconds / n:9.1f}")  # fmt: skip


def _add(total: list[float], result: Result, seconds: float) -> None:
    for place, value in enumerate((result.served, result.assigned, result.maximum, seconds)):
        total[place] += value


def main() -> int:
    """Two tables: room enough, and hardly any."""
    for crowding in (0.75, 0.9):
        compare(range(1, 5), crowding)
    return 0


if __name__ == "__main__":
    sys.exit(main())
