"""The three simple ways that the assignment is measured against. All keep the hard rules."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from automations.jobs.assigning.batch import Batch, Offer


def round_robin(batch: Batch) -> dict[int, int]:
    """Each unit to the next colleague in turn who can take it."""
    turn, people = 0, len(batch.workers)

    def pick(able: list[Offer], _loads: list[int], _unit: int) -> Offer:
        nonlocal turn
        chosen = min(able, key=lambda offer: (offer.worker - turn) % people)
        turn = (chosen.worker + 1) % people
        return chosen

    return _one_by_one(batch, pick)


def least_loaded(batch: Batch) -> dict[int, int]:
    """Each unit to whoever has the least relative load."""
    return _one_by_one(batch, lambda able, loads, unit: min(able, key=lambda o: _after(batch, o, loads, unit)))


def language_filtered(batch: Batch) -> dict[int, int]:
    """Each unit to the least loaded of those who share most of its languages."""

    def pick(able: list[Offer], loads: list[int], unit: int) -> Offer:
        best = max(offer.served for offer in able)
        return min((o for o in able if o.served == best), key=lambda o: _after(batch, o, loads, unit))

    return _one_by_one(batch, pick)


def _after(batch: Batch, offer: Offer, loads: list[int], unit: int) -> tuple[float, int]:
    return (loads[offer.worker] + batch.units[unit].load) / batch.workers[offer.worker].capacity, offer.worker


def _one_by_one(batch: Batch, pick: Callable[[list[Offer], list[int], int], Offer]) -> dict[int, int]:
    loads = [worker.load for worker in batch.workers]
    room, choice = list(batch.room), {}
    for index, unit in enumerate(batch.units):
        able = [offer for offer in batch.offers[index] if unit.load <= room[offer.worker]]
        if able:
            worker = pick(able, loads, index).worker
            choice[index] = worker
            loads[worker] += unit.load
            room[worker] -= unit.load
    return choice


WAYS: Mapping[str, Callable[[Batch], dict[int, int]]] = {
    "round-robin": round_robin, "least-loaded": least_loaded, "language-filtered": language_filtered,
}  # fmt: skip
