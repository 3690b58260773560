"""What makes the assignment's proofs cheap changes nothing that is decided: no whole units break a line, and every
level is what it is without lines, or by trying all choices."""

from __future__ import annotations

import random
from datetime import date
from itertools import accumulate, product

import numpy as np
import pytest

from automations.jobs.assigning import model, program
from automations.jobs.assigning.batch import Batch, Offer
from automations.jobs.assigning.lifting import Curve, line
from automations.jobs.assigning.settings import GOALS
from automations.jobs.assigning.units import Unit, Worker
from automations.model.records import Case, CaseManager, Urgency

LOADS = (50, 100, 100, 100, 150, 200, 400)


def curve_of(dice: random.Random, most: int) -> list[int]:
    return list(accumulate(accumulate(dice.choice([0, 1, 3, 40]) for _ in range(most)), initial=0))


def patterns(sizes: tuple[int, ...], most: int) -> list[tuple[int, ...]]:
    counts = product(*(range(most // size + 1) for size in sizes))
    return [one for one in counts if sum(n * size for n, size in zip(one, sizes, strict=True)) <= most]


@pytest.mark.sliced(15)
@pytest.mark.parametrize("seed", range(60))
def test_a_line_lies_under_the_costs_of_all_whole_units(seed):
    dice = random.Random(seed)  # noqa: S311 (an invented curve, not a secret)
    most = dice.choice([4, 7, 12])
    costs = curve_of(dice, most)
    sizes = tuple(dice.sample(range(1, most + 1), 3))
    slopes = {size: dice.choice([costs[-1] // most * size, costs[size], costs[-1] - costs[-1 - size]])
              for size in sizes[: dice.choice([1, 2])]}  # fmt: skip
    found = line(costs, slopes, sizes[len(slopes) :])
    met = 0
    for counts in patterns(sizes, most):
        cost = costs[sum(n * size for n, size in zip(counts, sizes, strict=True))]
        said = found.at(dict(zip(sizes, counts, strict=True)))
        assert said <= cost, (counts, found)
        met += said == cost
    assert met >= 1


def test_parts_of_a_large_unit_break_a_line_and_whole_ones_break_none():
    costs = [0, 1, 4, 9, 16]
    curve = Curve(0, (0, 1), (1, 4), {2: 1, 3: 3, 4: 5, 5: 7}, costs)
    quarter, whole = np.array([0, 0.25, 1, 0, 0, 0]), np.array([0, 1.0, 1, 1, 1, 1])
    broken = list(curve.broken(quarter, closely=False))
    assert [one.at({4: 0.25}) for one in broken] == [4.0]  # and not 1, which is the beginning of the curve
    assert list(curve.broken(quarter, closely=True)) == broken
    assert [list(curve.broken(whole, closely=closely)) for closely in (False, True)] == [[], []]
    low, high, columns, counts = curve.row(broken[0])
    assert sum(count * float(quarter[column]) for column, count in zip(columns, counts, strict=True)) > high
    assert low < sum(count * float(whole[column]) for column, count in zip(columns, counts, strict=True)) <= high


def test_what_no_line_of_one_size_says_a_mixture_of_whole_counts_does():
    """A small unit and half a large one are cheapest as half of two small ones and half of the large one alone."""
    curve = Curve(0, (0, 1), (1, 4), {2: 1}, [load * load for load in range(10)])
    half = np.array([1.0, 0.5, 9.4])
    assert list(curve.broken(half, closely=False)) == []
    assert [one.at({1: 1.0, 4: 0.5}) for one in curve.broken(half, closely=True)] == [(2 * 2 + 4 * 4) / 2]


def batch_of(seed: int, units: int, workers: int, *, room: int) -> Batch:
    """Units with few kinds of offers, some of which are kept where they were."""
    dice = random.Random(seed)  # noqa: S311 (an invented batch, not a secret)
    team = tuple(
        Worker(CaseManager(code=f"K{n}"), f"K{n}", dice.randrange(0, 8) * 50, dice.choice([700, 900, 1300]))
        for n in range(workers)
    )
    kinds = [
        tuple(Offer(w, 100 * dice.choice([0, 1, 1]), dice.choice([0, 0, 2]), 0, dice.randrange(61))
              for w in range(workers) if dice.random() < 0.9)
        for _ in range(2)
    ]  # fmt: skip
    given = [(dice.choice(LOADS), dice.choice(kinds)) for _ in range(units)]
    made = tuple(
        Unit(f"F-{n}", (Case(number=f"F-{n}"),), load, ((),), dice.choice([Urgency.NORMAL, Urgency.HIGH]),
             date(2024, 10, 1), None, (), ())
        for n, (load, _) in enumerate(given)
    )  # fmt: skip
    rooms = tuple(max(0, min(room, worker.capacity - worker.load)) for worker in team)
    offers = tuple(tuple(one for one in kind if load <= rooms[one.worker]) for load, kind in given)
    kept = {n: dice.choice(able).worker for n, able in enumerate(offers) if able and dice.random() < 0.7}
    return Batch(made, team, offers, rooms, tuple(dice.randrange(1, 9) for _ in made), kept)


def reached(batch: Batch, choice: dict[int, int]) -> list[int] | None:
    after = batch.loads(choice)
    fits = all(load - worker.load <= room for load, worker, room in zip(after, batch.workers, batch.room, strict=True))
    return [batch.value(goal, choice) for goal in (*GOALS, "stay")] if fits else None


def best(batch: Batch) -> list[int]:
    options = [[None, *(offer.worker for offer in offers)] for offers in batch.offers]
    choices = ({n: w for n, w in enumerate(picked) if w is not None} for picked in product(*options))
    return max(found for choice in choices if (found := reached(batch, choice)) is not None)


@pytest.mark.sliced(10)
@pytest.mark.parametrize("seed", range(40))
def test_each_level_and_what_stays_is_the_best_of_all_choices(seed):
    batch = batch_of(seed, 5, 3, room=450)
    choice, levels = model.solve(batch, GOALS, {}, 2000)
    assert reached(batch, choice) == best(batch)
    assert {level.status for level in levels} == {"proven"}


def test_units_that_are_alike_but_lie_with_others_are_told_apart():
    """What a unit with its colleague counts for on the level "stay" is not what its like counts for there."""
    team = tuple(Worker(CaseManager(code=code), code, 0, 1000) for code in "ABC")
    offers = tuple(Offer(n, 0, 0, 0, 0) for n in range(3))
    units = tuple(
        Unit(f"F-{n}", (Case(number=f"F-{n}"),), 100, ((),), Urgency.NORMAL, date(2024, 10, 1), None, (), ())
        for n in range(3)
    )
    batch = Batch(units, team, (offers,) * 3, (1000,) * 3, (1, 1, 1), {0: 2, 1: 1, 2: 0})
    choice, _ = model.solve(batch, GOALS, {0: 0, 1: 1, 2: 2}, 2000)
    assert choice == batch.kept


@pytest.mark.parametrize("seed", range(6))
def test_lines_change_no_level(seed, monkeypatch):
    batch = batch_of(seed, 14, 12, room=600)
    choice, levels = model.solve(batch, GOALS, {}, 100_000)
    monkeypatch.setattr(program, "_ROUNDS", 0)
    plain, same = model.solve(batch, GOALS, {}, 100_000)
    assert [(one.goal, one.value, one.status) for one in levels] == [(one.goal, one.value, one.status) for one in same]
    assert batch.value("stay", choice) == batch.value("stay", plain)


def test_a_level_is_solved_without_lines_where_they_spoil_the_program(monkeypatch):
    batch = batch_of(3, 6, 3, room=450)
    whole = model.solve(batch, GOALS, {}, 2000)
    spoilt = []
    monkeypatch.setattr(Curve, "row", lambda *_: spoilt.append(1) or (1.0, 1.0, [0], [0.0]))
    choice, levels = model.solve(batch, GOALS, {}, 2000)
    assert spoilt
    assert reached(batch, choice) == reached(batch, whole[0])
    assert levels == whole[1]
