# ruff: noqa: T201 - a script that prints
"""The assignment against three simple ways, on the same invented batches.

Run: python tests/benchmarks/bench_assign.py
"""

from __future__ import annotations

import statistics
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from automations.jobs.assigning.batch import Batch, Choice, make_batch
from automations.jobs.assigning.rules import Rules
from automations.jobs.assigning.settings import GOALS, AssignSettings
from automations.jobs.assigning.solver import decide
from automations.jobs.assigning.units import make_units, make_workers
from tests.benchmarks.invented import TODAY, invent
from tests.benchmarks.simple_ways import WAYS

SIZES = ((40, 8), (1_000, 12), (10_000, 50))
CROWDING = (0.85, 1.15)


def figures(batch: Batch, choice: Choice) -> tuple[float, ...]:
    """People assigned, shared language, spread of load, maximum load, office match."""
    units = [batch.units[index] for index in choice]
    served = sum(batch.units[u].served(batch.workers[w].person.languages) for u, w in choice.items())
    asking = sum(unit.asking for unit in units)
    wished = sum(unit.people for unit in units if unit.office)
    office = sum(
        batch.units[u].people for u, w in choice.items()
        if batch.units[u].office and batch.units[u].office == batch.workers[w].person.office
    )  # fmt: skip
    relative = [load / worker.capacity for load, worker in zip(batch.loads(choice), batch.workers, strict=True)]
    people = sum(unit.people for unit in units)
    return (people, 100 * served / max(1, asking), 100 * statistics.pstdev(relative), 100 * max(relative),
            100 * office / max(1, wished))  # fmt: skip


def compare(cases: int, people: int, crowding: float) -> bool:
    """One table; whether the optimum is nowhere worse than the best of the others."""
    shot, settings = invent(cases, people, crowding=crowding), AssignSettings()
    started, worked = time.perf_counter(), time.process_time()
    rules = Rules(TODAY, settings)
    batch = make_batch(make_units(shot, settings, TODAY), make_workers(shot, settings), rules)
    outcome = decide(batch, settings)
    seconds, work = time.perf_counter() - started, time.process_time() - worked
    print(f"\n{cases} cases × {people} colleagues, {crowding:.0%} of the capacity wanted: "
          f"{seconds:.2f} s ({work:.2f} s of processor time), {outcome.method} {outcome.trouble}")  # fmt: skip
    print(f"{'':22}{'people':>8}{'language':>10}{'spread':>8}{'maximum':>9}{'office':>8}   levels")
    answers = {"optimum": outcome.choice, **{name: way(batch) for name, way in WAYS.items()}}
    values = {}
    for name, choice in answers.items():
        values[name] = tuple(batch.value(goal, choice) for goal in GOALS)
        row = figures(batch, choice)
        print(f"{name:22}{row[0]:8.0f}{row[1]:9.1f}%{row[2]:8.2f}{row[3]:8.1f}%{row[4]:7.1f}%   {values[name]}")
    for level in outcome.levels:
        print(f"  {level.goal:10} {level.value:>9}  bound {level.bound:>9}  gap {level.gap:.4%}  {level.status}")
    return all(values["optimum"] >= value for value in values.values())


def main() -> int:
    """All tables; 1 where a simple way was better."""
    fine = [compare(cases, people, crowding) for cases, people in SIZES for crowding in CROWDING]
    print("\nnever worse than a simple way" if all(fine) else "\nWORSE than a simple way somewhere")
    return 0 if all(fine) else 1


if __name__ == "__main__":
    sys.exit(main())
