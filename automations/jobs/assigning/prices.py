"""What a point of a colleague's capacity is worth to those who will come: shadow prices.

A day's batch knows nothing of tomorrow: the best answer for today may fill the only colleague who
speaks Romanian with people whom others could serve as well. The arrivals of the last months say
what will be asked for; the linear program of serving them with the capacity that is free, or will
be, says what a point of each colleague is worth, in people served in a shared language."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, timedelta

import highspy
import numpy as np
from msgspec import Struct

from automations.jobs.assigning.duals import duals
from automations.jobs.assigning.units import POINT, Worker

PERSON = 100  # prices are in hundredths of a person
_HIGHEST = 90  # somebody who is here is always worth more than somebody who may come
_WINDOWS = 6  # prices are averaged over so many parts of the history: one alone makes them jump


# Shares of the expected room: who is scarce only in a bad month has a small price, not none.
_TIGHTNESS = (0.6, 0.8, 1.0)


class Arrival(Struct, frozen=True):
    """A client who came: when, with which languages, and the load in hundredths of a point."""

    day: date
    languages: tuple[str, ...]
    load: int


def learn(arrivals: Sequence[Arrival], workers: Sequence[Worker], today: date, days: int) -> Mapping[str, int]:
    """The price of a point by colleague's code, in hundredths of a person, from the arrivals of the
    last `days`. Empty without history. Raises whatever the solver raises."""
    recent = [one for one in arrivals if today - timedelta(days=days) <= one.day < today]
    carried = sum(worker.load for worker in workers)
    if not recent or not workers:
        return {}
    total = sum(one.load for one in recent)
    width = max(1, days // _WINDOWS)
    sums = np.zeros(len(workers))
    windows = 0
    for window in range(_WINDOWS):
        first = today - timedelta(days=(window + 1) * width)
        part = [one for one in recent if first <= one.day < first + timedelta(days=width)]
        # A window without arrivals says nothing of what is asked for, and would pull every price down.
        if part:
            # As much comes in as in the whole time, but mixed as in this window.
            scale = total / sum(one.load for one in part) / 2
            # Cases end where cases lie: room comes back to colleagues in the share that they carry today.
            freed = [worker.free + (worker.load / carried if carried else 0) * total / 2 for worker in workers]
            for tightness in _TIGHTNESS:
                sums += _duals(part, scale, [tightness * room for room in freed], workers)
            windows += len(_TIGHTNESS)
    prices = sums / max(1, windows)
    return {
        # Rounded to whole hundredths: the last digits of a double differ between machines.
        worker.code: min(_HIGHEST, round(PERSON * float(price)))
        for worker, price in zip(workers, prices, strict=True)
    }


def _duals(part: Sequence[Arrival], scale: float, supply: Sequence[float], workers: Sequence[Worker]) -> np.ndarray:
    """People served more for a point more, by colleague, if the future were like this part."""
    demand: Counter[tuple[str, ...]] = Counter()
    for one in part:
        demand[one.languages] += one.load
    kinds = sorted(demand)
    pairs = [(kind, index) for kind in range(len(kinds)) for index in range(len(workers))]
    # Everybody must be taken by somebody; a shared language comes on top.
    worth = [1.0 + bool(set(kinds[kind]) & set(workers[index].person.languages)) for kind, index in pairs]
    most = [scale * demand[kind] / POINT for kind in kinds] + [room / POINT for room in supply]
    places = np.array([row for kind, index in pairs for row in (kind, len(kinds) + index)])
    # From nothing up to all of it: somebody who is left over is a loss, no fault.
    rows = [-highspy.kHighsInf] * len(most), most
    found = duals(worth, highspy.kHighsInf, rows, (places, np.ones(places.size)), maximise=True)
    worths = np.zeros(len(workers)) if found is None else np.abs(found[len(kinds) :])
    # What everybody's point is worth alike holds nobody back; only the difference does.
    return np.asarray(worths - np.min(worths), dtype=float)
