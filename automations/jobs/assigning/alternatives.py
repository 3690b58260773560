"""Who else could have a case, and what that would cost: for `kim explain`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime

from msgspec import Struct, structs

from automations.common.texts import Texts
from automations.jobs.assigning.batch import PERSON, Batch, Choice, Offer, make_batch
from automations.jobs.assigning.families import loosened
from automations.jobs.assigning.needs import needs_in_words
from automations.jobs.assigning.reasons import listed, points
from automations.jobs.assigning.rules import Rule, Rules
from automations.jobs.assigning.settings import AssignSettings
from automations.jobs.assigning.solver import decide, decide_day
from automations.jobs.assigning.units import (
    Unit,
    Worker,
    build_unit,
    home,
    is_open,
    make_units,
    make_workers,
    spoken_in,
    waits,
)
from automations.model.history import History
from automations.model.records import Case
from automations.model.snapshot import Snapshot
from automations.model.values import Plain

_KEPT = 5  # alternatives that are remembered with an assignment


class Alternative(Struct, frozen=True):
    """One colleague for one case. `text` may be read by the team; `points` by the team lead alone."""

    code: str
    name: str
    chosen: bool
    possible: bool
    text: str
    points: str


def alternatives(
    case_number: str, snapshot: Snapshot, settings: AssignSettings, now: datetime, history: History
) -> tuple[Alternative, ...]:
    """Every colleague for a case, as of `now` (aware): the best first, then what others would cost.

    For a case that waits, the whole batch is decided anew with each colleague; for one that lies
    with somebody, the rest stays as it is. () for a closed or unknown case."""
    rules = Rules(settings.site.today(now), settings)
    snapshot = loosened(snapshot, settings, history)
    case = snapshot.case_by_number.get(case_number)
    if case is None:
        return ()
    if not is_open(case, settings):
        return ()
    if waits(case, snapshot):
        return _of_waiting(case, snapshot, rules)
    return _of_assigned(case, snapshot, rules)


def _of_waiting(case: Case, snapshot: Snapshot, rules: Rules) -> tuple[Alternative, ...]:
    units = make_units(snapshot, rules.settings, rules.today)
    index = next((n for n, unit in enumerate(units) if case in unit.cases), None)
    if index is None:
        return ()
    batch, outcome = decide_day(units, snapshot, rules)
    choice = outcome.choice
    compared = Compared(batch, index, choice, rules)
    return tuple(
        structs.replace(one, text=_cost(batch, index, one, choice, rules)) if one.possible and not one.chosen else one
        for one in compared.all()
    )


def _of_assigned(case: Case, snapshot: Snapshot, rules: Rules) -> tuple[Alternative, ...]:
    family = [one for one in snapshot.cases if home(one) == home(case) and one.manager == case.manager]
    # A household is judged as a whole, as it was given: one member alone would often suit somebody else better.
    unit = build_unit(family, rules.settings, rules.today, spoken=spoken_in(snapshot, rules.settings, rules.today))
    workers = tuple(
        # The family is taken off its colleague first, or it would count twice there and the colleague look full.
        structs.replace(worker, load=max(0, worker.load - unit.load)) if case.manager in worker.codes else worker
        for worker in make_workers(snapshot, rules.settings)
    )
    here = next((index for index, worker in enumerate(workers) if case.manager in worker.codes), None)
    if here is None:
        return ()
    return tuple(Compared(make_batch([unit], workers, rules), 0, {0: here}, rules).all())


def _cost(batch: Batch, index: int, one: Alternative, choice: Choice, rules: Rules) -> str:
    """What the whole batch would lose if this colleague had to take it."""
    say = rules.settings.site.texts
    worker = next(n for n, worker in enumerate(batch.workers) if worker.code == one.code)
    offers = list(batch.offers)
    # The price of an alternative is what the best batch with it forced loses, not how it looks for this case alone.
    offers[index] = tuple(offer for offer in offers[index] if offer.worker == worker)
    forced = decide(structs.replace(batch, offers=tuple(offers)), rules.settings).choice
    lost = {
        goal: batch.value(goal, choice) - batch.value(goal, forced)
        for goal in ("people", "language", "evenness", "wishes")
    }
    people, language = lost["people"], lost["language"] // PERSON
    parts = []
    if people > 0:
        parts.append(say.count("{n} person more would be left over", "{n} people more would be left over", people))
    if language > 0:
        parts.append(
            say.count("{n} person fewer in a shared language", "{n} people fewer in a shared language", language)
        )
    # Levels are lexicographic: where people or languages are lost, nobody asks about evenness.
    if lost["evenness"] > 0 and not parts:
        parts.append(say.say("a less even load"))
    if lost["wishes"] > 0 and not parts:
        parts.append(say.say("fewer wishes for offices and known faces"))
    return ", ".join(parts) or one.text


class Compared:
    """One unit of a decided batch with each colleague, all else as decided."""

    def __init__(
        self, batch: Batch, index: int, choice: Choice, rules: Rules, loads: Sequence[int] | None = None
    ) -> None:
        self._batch, self._rules = batch, rules
        self._unit: Unit = batch.units[index]
        self._here = choice.get(index)
        self._offers = {offer.worker: offer for offer in batch.offers[index]}
        self._loads = list(batch.loads(choice) if loads is None else loads)
        if self._here is not None:
            self._loads[self._here] -= self._unit.load
        self._say: Texts = rules.settings.site.texts

    def all(self) -> list[Alternative]:
        """The chosen one, then those who could, the nearest first, then those who could not."""
        return [self._one(index) for index in self._in_order()]

    def nearest(self) -> list[Alternative]:
        """The first of the others, to be remembered."""
        return [self._one(index) for index in self._in_order() if index != self._here][:_KEPT]

    def _in_order(self) -> list[int]:
        return sorted(range(len(self._batch.workers)), key=self._rank)

    def _rank(self, index: int) -> tuple[bool, bool, int, int, int, str]:
        # Who may not have the case has no offer, and is ranked with an empty one behind those who may.
        offer = self._offers.get(index, Offer(index, 0, 0, 0, 0))
        after, worker = self._loads[index] + self._unit.load, self._batch.workers[index]
        possible = index in self._offers and after <= self._rules.limit(worker)
        return index != self._here, not possible, -offer.served, self._share(index), -offer.wishes, worker.code

    def _share(self, index: int) -> int:
        return self._batch.marginal(index, self._loads[index], self._unit.load)

    def _one(self, index: int) -> Alternative:
        say, worker = self._say, self._batch.workers[index]
        after = self._loads[index] + self._unit.load
        blocked = list(self._in_the_way(worker, after))
        chosen = index == self._here
        text = self._chosen(worker) if chosen else ", ".join(blocked) or self._difference(index, worker)
        # Points are figures about a colleague: where the works council has not agreed to them, none are kept (§ 72
        # LPVG).
        told = self._rules.settings.site.staff_figures.allowed(self._rules.today)
        share = (
            ""
            if not told
            else say.say(
                "{load} of {capacity} points, {after} with this case",
                load=points(self._loads[index], say),
                capacity=points(worker.capacity, say),
                after=points(after, say),
            )
        )
        return Alternative(worker.code, worker.person.name or worker.code, chosen, not blocked, text, share)

    def _chosen(self, worker: Worker) -> str:
        """Nobody has a case that waits. Whoever has one and is not there is said to be so."""
        if not any(case.manager for case in self._unit.cases):
            return self._say.say("would get the case")
        words, gone = self._words(worker), self._rules.personal(worker.person, self._unit.urgency)
        return ", ".join((self._say.say("has the case"), *(words[rule]() for rule in gone)))

    def _in_the_way(self, worker: Worker, after: int) -> Iterator[str]:
        words = self._words(worker)
        found = self._rules.hard(self._unit, worker)
        yield from (words[rule]() for rule in found)
        # Where the row cannot be read the capacity is a guess, and "no room" would be one too.
        if Rule.UNREADABLE not in found and after > self._rules.limit(worker):
            yield self._say.say("has no room")

    def _words(self, worker: Worker) -> Mapping[Rule, Callable[[], str]]:
        """What is said of a rule that is in the way of a colleague."""
        say, unit, person = self._say, self._unit, worker.person
        back, last = self._rules.first_day(person), person.ends_on
        needs = needs_in_words(unit.cases, self._rules.settings)
        left = last is not None and last < self._rules.today
        return {
            Rule.INACTIVE: lambda: say.say("left on {day}", day=say.date(last)) if last and left
            else say.say("is not active"),
            Rule.LEAVING: lambda: say.say("leaves on {day}", day=say.date(person.ends_on or self._rules.today)),
            Rule.UNREADABLE: lambda: say.say("has a row in the tab of the team that cannot be read"),
            Rule.AWAY: lambda: say.say("is back on {day}", day=say.date(back)) if back else say.say("is away"),
            Rule.HOUSEHOLD: lambda: say.say("the family is known to {codes}", codes=listed(unit.known_to, say)),
            Rule.FOCUS: lambda: say.say("has not the focus {focus}", focus=say.say(" and ").join(unit.focuses)),
            Rule.NEED: lambda: say.say("has not what it needs ({needs})", needs=needs),
            Rule.LANGUAGE: self._speaks_not,
            Rule.OFFICE: lambda: say.say("is in another office"),
        }  # fmt: skip

    def _speaks_not(self) -> str:
        language = ", ".join(self._say.spoken(code) for code in self._unit.needed)
        return self._say.say("speaks no {language}", language=language)

    def _difference(self, index: int, worker: Worker) -> str:
        """What would be worse than with the chosen one, on the first levels that differ."""
        say, offer = self._say, self._offers[index]
        if self._here is None or self._here not in self._offers:
            return say.say("could take it")
        chosen, parts = self._offers[self._here], []
        if self._unit.served(worker.person.languages) < self._unit.asking and offer.served < chosen.served:
            parts.append(self._speaks_not())
        if self._share(index) > self._share(self._here):
            parts.append(say.say("a less even load"))
        if offer.wishes < chosen.wishes:
            parts.append(say.say("fewer wishes for offices and known faces"))
        # The batch is decided as a whole: the best colleague for one case may be needed more by another.
        if not parts and self._is_better(index, offer, chosen):
            # People have decided: what would have been optimal is no reason any more.
            if any(case.manager for case in self._unit.cases):
                # One who has the case for the family's sake is not contradicted: all of them would have to move.
                whole = self._unit.people > 1
                return say.say("would suit the whole family better" if whole else "would suit this case better")
            return say.say("would have suited this case alone better, but is needed for others")
        return ", ".join(parts) or say.say("would have been as good for this case alone")

    def _is_better(self, index: int, offer: Offer, chosen: Offer) -> bool:
        here = self._share(index if self._here is None else self._here)
        return (offer.served, -self._share(index), offer.wishes) > (chosen.served, -here, chosen.wishes)


def remembered(
    batch: Batch, index: int, choice: Choice, rules: Rules, loads: Sequence[int]
) -> list[Mapping[str, Plain]]:
    """The nearest alternatives of an assignment as plain data, for a fact."""
    return [
        {"code": one.code, "name": one.name, "text": one.text, "points": one.points}
        for one in Compared(batch, index, choice, rules, loads).nearest()
    ]
