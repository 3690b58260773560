"""Who comes back from an absence is not met by all the new cases at once.

While somebody is away their cases end and nothing new comes, so that an even load would send them most of what comes in
their first days (measured over simulated years: half as much again as their fair share). So they count as if they
carried nearly what the others carry, until a week after their return; the rest is caught up in the weeks after it."""

from __future__ import annotations

from collections.abc import Sequence

from automations.jobs.assigning.rules import Rules
from automations.jobs.assigning.units import Worker

_SHORT = 5  # calendar days between first and last, up to which an absence changes no load that matters
# With all of what is missing they would come last among equals: two thirds of their fair share over eight simulated
# years. With eight tenths it was 1.2 times that share, in one of the years 1.4 times.
_PART = 0.9
_FULL, _OVER = 7, 35  # calendar days after the absence: up to which that part counts, from which nothing does


def returning(workers: Sequence[Worker], rules: Rules) -> tuple[int, ...]:
    """What counts beside the load of each colleague for an even load, in hundredths of a point; nothing where
    nobody has been away."""
    weights = [_weight(worker, rules) for worker in workers]
    if not any(weights):
        return ()
    # The measure is those who were there all the time: two who come back must not be measured by each other.
    others = [worker for worker, weight in zip(workers, weights, strict=True) if not weight and worker.capacity]
    capacity = sum(worker.capacity for worker in others)
    carried = sum(worker.load for worker in others)
    missing = [max(0, carried * worker.capacity // capacity - worker.load) if capacity else 0 for worker in workers]
    # Whole points: finer ones would make the exact costs of load larger than a solver can count.
    return tuple(round(weight * lacks / 100) * 100 for weight, lacks in zip(weights, missing, strict=True))


def _weight(worker: Worker, rules: Rules) -> float:
    """How much of what is missing counts on this day, from 0 to 1."""
    first, last = worker.person.absent_from, worker.person.absent_until
    # Without an end nobody is coming back yet; the hard rules keep new cases away.
    if not first or not last or first > rules.today or (last - first).days < _SHORT:
        return 0.0
    since = (rules.today - last).days
    return _PART * min(1.0, max(0.0, (_OVER - since) / (_OVER - _FULL)))
