"""One door to the assignment: the optimum where the solver can be had, else the simple way.

Why: docs/decisions/04-lexicographic-levels.md"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Literal

from msgspec import Struct
from msgspec.structs import replace

from automations.common.errors import place_of
from automations.jobs.assigning.batch import Batch, Choice, Offer, make_batch
from automations.jobs.assigning.rules import Rules
from automations.jobs.assigning.settings import AssignSettings
from automations.jobs.assigning.units import Unit, Worker, make_workers, weight
from automations.model.records import Case
from automations.model.snapshot import Snapshot

if TYPE_CHECKING:
    from automations.jobs.assigning.model import Level


_STEPS = 24  # so many times a batch is decided at most
_MANY = 96  # units, beyond which it is decided once: hundreds come together only on the first day


class Outcome(Struct, frozen=True):
    """Who takes what. `method` says how it was found: "optimum", "limit" (the best within the node
    limit, not proven best), or "simple" where the solver was missing or gave up; `trouble` says why: "off",
    "missing", or the place in the code where it gave up."""

    choice: Choice
    method: Literal["optimum", "limit", "simple"]
    levels: tuple[Level, ...] = ()
    trouble: str = ""


def decide(batch: Batch, settings: AssignSettings) -> Outcome:
    """The assignment of a batch; never an exception of the solver.

    It is decided as its cases came, by their numbers: each time the best choice for all that are there, and of
    equally good ones the nearest to the one before. So a new case moves no other without need, though nothing
    was written yet. Batches of very many are decided in larger steps, or at once."""
    # No solver is loaded on a morning without new cases.
    if not batch.units:
        return Outcome({}, "optimum")
    kept: dict[str, int] = {}
    outcome = Outcome({}, "optimum")
    for part in _growing(batch):
        # The choice so far is the start: the solver is only asked to better it, so that it moves nothing without gain.
        start = extended(part, kept)
        known = {index: kept[unit.key] for index, unit in enumerate(part.units) if unit.key in kept}
        outcome = improve(replace(part, kept=known), settings.goals, start, settings)
        if outcome.method == "simple":
            # The simple way decides the whole batch, not the rest: half solved and half not, no run could repeat it.
            return replace(outcome, choice=one_by_one(batch))
        kept = {part.units[index].key: worker for index, worker in outcome.choice.items()}
    return outcome


def decide_together(batch: Batch, settings: AssignSettings) -> Outcome:
    """The assignment of cases that change hands on one day: as good on every level, in one go. Nobody came later than
    another, and nothing of it was shown before, so that there is no earlier choice to stay near to."""
    return improve(batch, settings.goals, one_by_one(batch), settings)


def _growing(batch: Batch) -> Iterator[Batch]:
    """The first units, then more of them, the whole batch last. The sizes are multiples of one power of two,
    so that they are the same for a batch that is a little larger."""
    count, step = len(batch.units), 1
    while count > step * _STEPS:
        step *= 2
    order = sorted(range(count), key=lambda index: _arrival(batch.units[index]))
    # A prefix of the arrivals each time, so that who came later finds the decisions of those before as they were.
    for size in range(step, count, step) if count <= _MANY else ():
        there = sorted(order[:size])
        yield replace(
            batch,
            units=tuple(batch.units[index] for index in there),
            offers=tuple(batch.offers[index] for index in there),
            waited=tuple(batch.waited[index] for index in there),
        )
    yield batch


def _arrival(unit: Unit) -> list[tuple[int, int, str]]:
    """By the highest number of its cases, digits as numbers."""
    return max(_natural(case.number or case.row.key) for case in unit.cases)


def _natural(number: str) -> list[tuple[int, int, str]]:
    parts = re.findall(r"[0-9]+|[^0-9]+", number)
    # isascii: "²" is a digit for Python, and no number for int().
    return [(0, int(part), "") if part.isascii() and part.isdigit() else (1, 0, part) for part in parts]


def improve(batch: Batch, goals: Sequence[str], start: Choice, settings: AssignSettings) -> Outcome:
    """The best choice for the goals in their order; `start`, which must keep the hard rules, where
    the solver cannot be had."""
    if not batch.units:
        return Outcome({}, "optimum")
    if settings.solver == "none":
        return Outcome(start, "simple", trouble="off")
    try:
        from automations.jobs.assigning import model

        choice, levels = model.solve(batch, goals, start, settings.node_limit)
    except ImportError:
        return Outcome(start, "simple", trouble="missing")
    except Exception as error:  # noqa: BLE001 (whatever a solver does, cases must be assigned)
        # The place, not the message: a message may quote a row.
        return Outcome(start, "simple", trouble=place_of(error))
    proven = all(level.status == "proven" for level in levels)
    return Outcome(choice, "optimum" if proven else "limit", levels)


def decide_day(units: Sequence[Unit], snapshot: Snapshot, rules: Rules) -> tuple[Batch, Outcome]:
    """The units with today's team; scarce languages are held back where the settings say so."""
    workers = make_workers(snapshot, rules.settings)
    batch = make_batch(units, workers, rules, _prices(snapshot, workers, rules))
    return batch, decide(batch, rules.settings)


def _prices(snapshot: Snapshot, workers: Sequence[Worker], rules: Rules) -> Mapping[str, int]:
    if not rules.settings.hold_back:
        return {}
    try:
        from automations.jobs.assigning import prices
    except ImportError:
        # Prices need the solver's library. Without it the batch is decided the simple way, and the run says so itself.
        return {}
    new = weight(Case(), rules.settings)
    arrivals = [
        prices.Arrival(case.received, case.languages, new)
        # By number, not by row: sorting the sheet by hand must not change what is learnt.
        for case in sorted(snapshot.cases, key=lambda case: case.number or case.row.key)
        if case.received
    ]
    try:
        return prices.learn(arrivals, workers, rules.today, rules.settings.learn_days)
    except Exception:  # noqa: BLE001 (as in `improve`: whatever a solver does, cases must be assigned)
        return {}


def one_by_one(batch: Batch) -> dict[int, int]:
    """The simple way: unit by unit in their order, a shared language first, then the least relative load; what cannot
    be assigned is left out. The solver starts from it; where the solver is missing or gives up it is the answer."""
    return extended(batch, {})


def _rank(batch: Batch, offer: Offer, load: int) -> tuple[int, int, float, int, int]:
    """How well a colleague who would then carry `load` suits, the best first."""
    capacity = batch.workers[offer.worker].capacity
    # The solver's levels in short. The index stands last, so that equals are told apart the same way everywhere.
    return (offer.broken, -offer.served, load / capacity if capacity else float("inf"), -offer.wishes, offer.worker)


def extended(batch: Batch, kept: Mapping[str, int]) -> dict[int, int]:
    """The choice before, by keys of units, with the others given to whom they suit best as far as there is room."""
    choice = {index: kept[unit.key] for index, unit in enumerate(batch.units) if unit.key in kept}
    loads, room = batch.loads(choice), list(batch.room)
    for index, worker in choice.items():
        room[worker] -= batch.units[index].load
    for index, unit in enumerate(batch.units):
        able = [offer for offer in batch.offers[index] if unit.load <= room[offer.worker]]
        if index not in choice and able:
            best = min(able, key=lambda offer: _rank(batch, offer, loads[offer.worker] + unit.load))
            choice[index] = best.worker
            loads[best.worker] += unit.load
            room[best.worker] -= unit.load
    return choice
