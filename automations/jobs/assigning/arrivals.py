"""A batch as it grew: its units in the order of their numbers."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace

from automations.jobs.assigning.batch import Batch
from automations.jobs.assigning.greedy import rank
from automations.jobs.assigning.units import Unit

_STEPS = 24  # so many times a batch is decided at most
_MANY = 96  # units, beyond which it is decided once: hundreds come together only on the first day


def growing(batch: Batch) -> Iterator[Batch]:
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
    return [(0, int(part), "") if part.isascii() and part.isdigit() else (1, 0, part) for part in parts]


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
