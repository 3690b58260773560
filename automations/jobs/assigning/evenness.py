"""The smallest number of moves after which the load is as even as wished."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from msgspec import structs

from automations.common.texts import Texts
from automations.jobs.assigning.batch import Batch, Choice, Offer, make_batch
from automations.jobs.assigning.moves import Move, movable
from automations.jobs.assigning.rules import Rules
from automations.jobs.assigning.solver import improve
from automations.jobs.assigning.units import (
    BEFORE_CONTACT,
    Unit,
    Worker,
    build_unit,
    home,
    in_order,
    is_open,
    is_staying,
    make_workers,
    spoken_in,
)
from automations.model.records import Case
from automations.model.snapshot import Snapshot

_GOALS = ("evenness", "moves", "language", "wishes")
_MOVE = 100  # a move of one person; what tells moves apart stays below it
_WELL_KNOWN = 1


class _Banded(Batch, frozen=True):
    """A batch whose evenness asks only that relative loads lie within `margin` of the `middle`."""

    middle: float = 0.0
    margin: float = 0.0

    def marginal(self, worker: int, load: int, step: int) -> int:
        """A step below the band is welcome, one above it is not."""
        capacity, after = self.workers[worker].capacity, load + step
        # Flat inside the band, so that no move is made for evenness that nobody would feel.
        if after <= (self.middle - self.margin) * capacity:
            return -1
        return 1 if after > (self.middle + self.margin) * capacity else 0


def evened(snapshot: Snapshot, rules: Rules) -> tuple[Move, ...]:
    """The smallest number of moves after which nobody's relative load lies further from the team's
    than the settings wish, as far as that can be had. A household never splits, nobody loses a
    shared language, and cases that are still young move first."""
    team = [worker for worker in make_workers(snapshot, rules.settings) if _takes_part(worker, rules)]
    place = {code: index for index, worker in enumerate(team) for code in worker.codes}
    units = _carried(snapshot, rules, place)
    here = [place[unit.cases[0].manager or ""] for unit in units]
    # What cannot move stays as load of its colleague; only the rest is up for choice.
    stuck = [worker.load for worker in team]
    for unit, index in zip(units, here, strict=True):
        stuck[index] -= unit.load
    rest = [structs.replace(worker, load=load) for worker, load in zip(team, stuck, strict=True)]
    batch = _banded(units, rest, here, [worker.load for worker in team], rules)
    start = dict(enumerate(here))
    choice = improve(batch, _GOALS, start, rules.settings).choice
    say = rules.settings.site.texts
    return tuple(
        Move(case.number or "", case.manager or "", team[choice[index]].code,
             _why(batch, index, choice, say))
        for index, unit in enumerate(units) if choice[index] != start[index] for case in unit.cases
    )  # fmt: skip


def _takes_part(worker: Worker, rules: Rules) -> bool:
    person = worker.person
    return worker.capacity > 0 and is_staying(person, rules.today, rules.settings) and not rules.is_long_away(person)


def _carried(snapshot: Snapshot, rules: Rules, place: Mapping[str, int]) -> tuple[Unit, ...]:
    """Households that lie with one colleague and can move whole."""
    free = {case.row for case in movable(snapshot, rules, place)}
    homes: defaultdict[tuple[str, str], list[Case]] = defaultdict(list)
    for case in snapshot.cases:
        # Also cases without a name: a family of which one still waits is not whole, and does not move.
        if is_open(case, rules.settings) and (case.manager or case.household):
            homes[home(case)].append(case)
    whole = [
        members
        for members in homes.values()
        if all(case.row in free for case in members) and len({place[case.manager or ""] for case in members}) == 1
    ]
    spoken = spoken_in(snapshot, rules.settings, rules.today)
    return in_order(build_unit(members, rules.settings, rules.today, spoken=spoken) for members in whole)


def _banded(
    units: Sequence[Unit], team: Sequence[Worker], here: Sequence[int], loads: Sequence[int], rules: Rules
) -> _Banded:
    plain = make_batch(units, team, rules)
    offers = tuple(tuple(_kept(unit, plain, index, here[index])) for index, unit in enumerate(units))
    # Who is over the limit already keeps what they have: otherwise no choice would be allowed, not even today's.
    room = tuple(max(rules.limit(worker), load) - worker.load for worker, load in zip(team, loads, strict=True))
    middle = sum(loads) / max(1, sum(worker.capacity for worker in team))
    margin = rules.settings.moving.evenness
    return _Banded(plain.units, plain.workers, offers, room, plain.waited, middle=middle, margin=margin)


def _kept(unit: Unit, batch: Batch, index: int, here: int) -> list[Offer]:
    """Who may have the unit: who has it now, and those with whom no language is lost."""
    served = unit.served(batch.workers[here].person.languages)
    # A move costs by people; that a case is well known only tells equal moves apart.
    cost = _MOVE * unit.people + _WELL_KNOWN * sum(case.phase not in BEFORE_CONTACT for case in unit.cases)
    others = [
        structs.replace(offer, broken=cost)
        for offer in batch.offers[index]
        if offer.worker != here and unit.served(batch.workers[offer.worker].person.languages) >= served
    ]
    return [Offer(here, 100 * served, 0, 0, 0), *others]


def _why(batch: Batch, index: int, choice: Choice, say: Texts) -> str:
    """Which way the load goes; points are left out, as colleagues will read it."""
    unit, taker = batch.units[index], batch.workers[choice[index]]
    shared = [code for code in unit.needed if code in taker.person.languages]
    parts = [say.say("a more even load")]
    parts += [say.say("speaks {language}", language=say.spoken(shared[0]))] if shared else []
    # Within an overload that the team allows somebody may get more than the capacity.
    parts += [say.say("has room")] if batch.loads(choice)[choice[index]] <= taker.capacity else []
    return ", ".join(parts)
