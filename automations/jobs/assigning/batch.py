"""The batch as numbers: what each unit would count for with each colleague, on every level."""

from __future__ import annotations

import math
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import TypeAlias

from msgspec import Struct, field

from automations.jobs.assigning.needs import lacking
from automations.jobs.assigning.returns import returning
from automations.jobs.assigning.rules import Colleague, Rule, Rules
from automations.jobs.assigning.units import Unit, Worker
from automations.model.records import Urgency

Choice: TypeAlias = Mapping[int, int]  # index of a unit -> index of its colleague; units that nobody takes are left out
PERSON = 100  # what one person in a shared language counts for on the level "language"; prices are parts of it
_EXACT = 1_000_000  # costs of load beyond it are rounded to it: a solver in doubles counts no further


class Offer(Struct, frozen=True):
    """What a unit with a colleague counts for. `order` is only there to tell equals apart."""

    worker: int
    served: int
    wishes: int
    broken: int
    order: int


class Batch(Struct, frozen=True, dict=True):
    """Everything that the levels are computed from. `offers` holds, by unit, the colleagues whom no
    hard rule forbids; `room` what each may carry more; loads are in hundredths of a point. `kept` is the
    choice before the latest units came: of equally good ones, the nearest to it is taken. `ahead` is what counts
    beside the load of each for an even load (see `returning`)."""

    units: tuple[Unit, ...]
    workers: tuple[Worker, ...]
    offers: tuple[tuple[Offer, ...], ...]
    room: tuple[int, ...]
    waited: tuple[int, ...]
    kept: Mapping[int, int] = field(default_factory=dict)
    ahead: tuple[int, ...] = ()

    def value(self, goal: str, choice: Choice) -> int:
        """What a choice reaches on a level; more is better (costs are negative)."""
        if goal == "evenness":
            return -self.unevenness(self.loads(choice))
        # Going beyond a capacity breaks a soft rule like any other, but only the whole choice knows by how much.
        if goal == "rules":
            return sum(self.gain(goal, u, self.offer(u, w)) for u, w in choice.items()) - self.overrun(choice)
        return sum(self.gain(goal, u, self.offer(u, w)) for u, w in choice.items())

    def gain(self, goal: str, unit: int, offer: Offer) -> int:
        """What one unit with one colleague adds to a level (all but evenness and overrun)."""
        count = _GAINS.get(goal)
        return count(self, unit, offer) if count else 0

    def offer(self, unit: int, worker: int) -> Offer:
        """The offer of a colleague; KeyError where a hard rule forbids it."""
        for offer in self.offers[unit]:
            if offer.worker == worker:
                return offer
        raise KeyError(worker)

    def loads(self, choice: Choice) -> list[int]:
        """What everybody would carry."""
        loads = [worker.load for worker in self.workers]
        for unit, worker in choice.items():
            loads[worker] += self.units[unit].load
        return loads

    def running(self, choice: Choice) -> Iterator[tuple[int, int]]:
        """Each unit that is taken, with what its colleague then carries: the most urgent come first, so that
        only those that need it lie beyond a capacity."""
        loads = [worker.load for worker in self.workers]
        # Units are in the order of urgency, so that the index is the order in which they count.
        for unit, worker in sorted(choice.items()):
            loads[worker] += self.units[unit].load
            yield unit, loads[worker]

    def overrun(self, choice: Choice) -> int:
        """Hundredths of a point above the capacities that this choice adds."""
        after = self.loads(choice)
        return sum(
            # Who was over the limit before this batch is not counted against it: only what it adds.
            max(0, load - max(worker.capacity, worker.load))
            for load, worker in zip(after, self.workers, strict=True)
        )

    @property
    def step(self) -> int:
        """The largest load of which all units' loads are multiples."""
        # An empty batch has gcd 0, and a step of 0 would never end.
        return math.gcd(*(unit.load for unit in self.units)) or 1

    @cached_property
    def scale(self) -> int:
        """What costs of load are multiplied with, so that they are whole: a multiple of all capacities, where
        the costs stay small enough to be counted exactly."""
        able = [worker for worker, room in zip(self.workers, self.room, strict=True) if room and worker.capacity]
        if not able:
            return 1
        least = min(worker.capacity for worker in able)
        full = (worker.load + room for worker, room in zip(self.workers, self.room, strict=True))
        most = 2 * (max(full) + max(self.ahead, default=0)) + self.step
        common = math.gcd(self.step, *(worker.load for worker in able), *self.ahead)
        # With a common multiple all costs are whole and equal loads cost exactly alike; thirty odd capacities have one
        # far beyond a double, and there rounding decides less than noise would.
        whole = math.lcm(*(worker.capacity for worker in able))
        return whole if whole * most <= _EXACT * common * least else max(1, _EXACT * common * least // most)

    def marginal(self, worker: int, load: int, step: int) -> int:
        """The cost of one more step of load on a colleague who carries `load`: the relative load then reached. Rising
        steps make an even load the cheapest: their sum is the square of the relative load, weighted by capacity."""
        # What lies ahead of somebody who came back counts as load: else they would get most of the new cases.
        counted = load + (self.ahead[worker] if self.ahead else 0)
        return self.scale * (2 * counted + step) // max(1, self.workers[worker].capacity)

    def unevenness(self, loads: Sequence[int]) -> int:
        """The cost of the loads that the batch adds."""
        step, total = self.step, 0
        for index, (load, worker) in enumerate(zip(loads, self.workers, strict=True)):
            total += sum(self.marginal(index, at, step) for at in range(worker.load, load, step))
        return total


def make_batch(
    units: Sequence[Unit], workers: Sequence[Worker], rules: Rules, prices: Mapping[str, int] | None = None
) -> Batch:
    """The batch of units in their order and colleagues in theirs. `prices` are hundredths of a person
    for a point of a colleague's capacity, by code (none: scarce languages are not held back)."""
    prices = prices or {}
    team = [_Offering(index, one, rules, prices.get(one.code, 0)) for index, one in enumerate(workers)]
    # Most units of a batch are alike for the rules; each kind is judged once against the team.
    known: dict[tuple[object, ...], tuple[Offer, ...]] = {}
    offers = []
    for unit in units:
        like = (
            unit.languages,
            unit.urgency,
            unit.office,
            unit.focuses,
            unit.known_to,
            unit.knew,
            unit.meets,
            unit.load,
            unit.makeshift,
            unit.needs,
            unit.likes,
        )
        if like not in known:
            known[like] = tuple([offer for one in team if (offer := one.offer(unit))])
        offers.append(known[like])
    room = tuple(max(0, rules.limit(worker) - worker.load) for worker in workers)
    # One more, so that who came today counts as well: else leaving them out would cost nothing.
    waited = tuple(max(0, (rules.today - unit.since).days) + 1 for unit in units)
    return Batch(tuple(units), tuple(workers), tuple(offers), room, waited, ahead=returning(workers, rules))


class _Offering:
    """One colleague and what each unit would count for there."""

    def __init__(self, index: int, worker: Worker, rules: Rules, price: int) -> None:
        self._index, self._rules, self._price = index, rules, price
        self._colleague = Colleague(worker, rules)
        self._fits = rules.limit(worker) - worker.load
        self._common = rules.settings.common_language in worker.person.languages
        self._orders: dict[object, int] = {}

    def offer(self, unit: Unit) -> Offer | None:
        """None where a hard rule forbids it, or there is no room."""
        # Cheapest first: room alone rules most out in a full team, before languages and focuses are compared.
        if unit.load > self._fits:
            return None
        obstacles, one = self._colleague.obstacles(unit), self._colleague
        if not all(map(self._rules.is_soft, obstacles)):
            return None
        served = PERSON * one.served(unit) - self._price * unit.load // PERSON
        # Broken German beats no shared word; it counts below any real shared language.
        served += unit.makeshift if self._common else 0
        # By load: a whole family in the wrong hands weighs more than one person.
        broken = unit.load * ((Rule.HOUSEHOLD in obstacles) + (Rule.FOCUS in obstacles))
        return Offer(self._index, served, _wishes(unit, one, obstacles, self._rules), broken, self._order(unit))

    def _order(self, unit: Unit) -> int:
        """A number that is the same on every machine and, among colleagues, hardly ever equal."""
        key = unit.languages, unit.office
        if (found := self._orders.get(key)) is None:
            written = f"{unit.languages}/{unit.office}/{self._colleague.worker.code}"
            # crc32 and not hash(): Python salts hash() anew in each process, and two machines would then choose
            # differently.
            found = self._orders[key] = zlib.crc32(written.encode()) % 61
        return found


def _wishes(unit: Unit, one: Colleague, obstacles: Sequence[Rule], rules: Rules) -> int:
    weights = rules.settings.wishes
    office = weights.office * unit.people if unit.office and Rule.OFFICE not in obstacles else 0
    knows = not one.codes.isdisjoint((*unit.known_to, *unit.knew, *unit.meets))
    lacked = lacking(one.worker.person, unit.likes, rules.settings) if unit.likes else ()
    liked = weights.preferred * (len(unit.likes) - len(lacked))
    return liked + office + (weights.known * unit.people if knows else 0) + weights.first_language * one.firsts(unit)


def _of_urgency(urgency: Urgency) -> Callable[[Batch, int, Offer], int]:
    return lambda batch, unit, _: batch.units[unit].people if batch.units[unit].urgency is urgency else 0


_GAINS: Mapping[str, Callable[[Batch, int, Offer], int]] = {
    "emergency": _of_urgency(Urgency.EMERGENCY),
    "high": _of_urgency(Urgency.HIGH),
    "people": lambda batch, unit, _: batch.units[unit].people,
    "waiting": lambda batch, unit, _: batch.units[unit].people * batch.waited[unit],
    "rules": lambda _batch, _unit, offer: -offer.broken,
    "moves": lambda _batch, _unit, offer: -offer.broken,
    "language": lambda _batch, _unit, offer: offer.served,
    "wishes": lambda _batch, _unit, offer: offer.wishes,
    "stay": lambda batch, unit, offer: int(batch.kept.get(unit) == offer.worker),
    "order": lambda _batch, _unit, offer: offer.order,
}
