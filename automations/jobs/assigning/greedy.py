"""The simple way: unit by unit, a shared language first, then the least relative load.

The solver starts from it. Where the solver is missing or gives up it is the answer, and the run
says so.
"""

from __future__ import annotations

from collections.abc import Mapping

from automations.jobs.assigning.batch import Batch, Offer


def assign(batch: Batch) -> dict[int, int]:
    """Units in their order; what cannot be assigned is left out."""
    loads = [worker.load for worker in batch.workers]
    room = list(batch.room)
    choice: dict[int, int] = {}
    for index, unit in enumerate(batch.units):
        able = [offer for offer in batch.offers[index] if unit.load <= room[offer.worker]]
        if able:
            best = min(able, key=lambda offer: rank(batch, offer, loads[offer.worker] + unit.load))
            choice[index] = best.worker
            loads[best.worker] += unit.load
            room[best.worker] -= unit.load
    return choice


def rank(batch: Batch, offer: Offer, load: int) -> tuple[int, int, float, int, int]:
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
            best = min(able, key=lambda offer: rank(batch, offer, loads[offer.worker] + unit.load))
            choice[index] = best.worker
            loads[best.worker] += unit.load
            room[best.worker] -= unit.load
    return choice
