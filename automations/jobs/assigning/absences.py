"""Who stands in for colleagues who are away, and which of their cases cannot wait."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from automations.common.texts import Texts
from automations.jobs.assigning.moves import movable
from automations.jobs.assigning.rules import Rules
from automations.jobs.assigning.units import BEFORE_CONTACT, is_staying
from automations.model.fact_kinds.questions import Moved, ProposedMove
from automations.model.history import History
from automations.model.problems import Problem
from automations.model.records import Case, CaseManager, Urgency
from automations.model.snapshot import Snapshot


def absent_today(snapshot: Snapshot, rules: Rules) -> tuple[CaseManager, ...]:
    """Colleagues who are away today, for however long."""
    people = snapshot.manager_by_code
    return tuple(
        person
        for _, person in sorted(people.items())
        if person.usable and person.active and person.is_absent(rules.today)
        # Who has left is no longer away: their cases are a departure, which is asked about apart.
        and not (person.ends_on and person.ends_on < rules.today)
    )  # fmt: skip


def long_absent(snapshot: Snapshot, rules: Rules) -> tuple[CaseManager, ...]:
    """Colleagues who are away today, and for longer than a normal case can wait."""
    return tuple(person for person in absent_today(snapshot, rules) if rules.is_long_away(person))


def cannot_wait(person: CaseManager, snapshot: Snapshot, rules: Rules) -> tuple[Case, ...]:
    """The cases of an absent colleague whose first contact would come too late, and emergencies."""
    wait, back = rules.settings.wait, rules.first_day(person)
    limits: Mapping[Urgency, int] = {
        Urgency.EMERGENCY: wait.emergency, Urgency.HIGH: wait.high, Urgency.NORMAL: wait.normal,
    }  # fmt: skip

    def is_due(case: Case) -> bool:
        # An emergency never waits for somebody's return, not even after the first contact.
        if case.urgency is not Urgency.EMERGENCY and (case.first_contact_on or case.phase not in BEFORE_CONTACT):
            return False
        # The wait counts from the absence where it began after the referral: until then the colleague could have
        # called.
        limit = rules.days.shift(max(case.received or rules.today, person.absent_from or rules.today),
                                 limits[case.urgency])  # fmt: skip
        # Nobody knows when they are back: then no limit can be kept.
        return back is None or limit < back

    return tuple(case for case in movable(snapshot, rules, {person.code or ""}) if is_due(case))


def lent_by(code: str, snapshot: Snapshot, rules: Rules, history: History) -> Iterator[tuple[str, Case]]:
    """The open cases of a colleague that were taken over in an absence and still lie with whom they went
    to, with the key of that absence ("AB/2024-10-01")."""
    theirs = [
        (key, moved)
        for key, moved in sorted(history.facts_of(Moved).items())
        if key.split("/")[0] == "absence" and key.split("/")[1:2] == [code]
    ]
    # All movable cases are looked up only where something was lent: most mornings nothing was.
    free = {case.number: case for case in movable(snapshot, rules, set(snapshot.manager_by_code))} if theirs else {}
    for key, moved in theirs:
        case, move = free.get(moved.case), history.fact(ProposedMove, key)
        # A case that staff gave to somebody else meanwhile is theirs to decide; it is not offered back.
        if case and move and case.manager == move.taker and move.giver == code:
            yield "/".join(key.split("/")[1:3]), case


class StandIns:
    """Follows the substitutes that the team named, from one to the next while they are away too."""

    def __init__(self, snapshot: Snapshot, rules: Rules, say: Texts) -> None:
        self._people, self._rules, self._say, self._snapshot = snapshot.manager_by_code, rules, say, snapshot

    def find(self, person: CaseManager) -> tuple[CaseManager, ...]:
        """The substitutes who are there: those named by the colleague, where all of these are away those named
        by them. Several share what there is to take over."""
        there = (tuple(one for one in step if self._is_there(one)) for step in self._steps(person))
        return next(filter(None, there), ())

    def problems(self, person: CaseManager) -> Iterator[Problem]:
        """What is odd about the substitutes of somebody who is away."""
        say, name = self._say, person.name or person.code
        steps = list(self._steps(person))
        if not person.substitutes:
            message = say.say("{name} is away, and no substitute is named.", name=name)
            yield self._problem("substitute_missing", person, message)
        elif not steps:
            message = say.say("The substitute of {name} is not in the team.", name=name)
            yield self._problem("substitute_unknown", person, message)
        elif not self.find(person) and (circle := self._circle(person, steps)):
            names = " → ".join(circle)
            message = say.say("The substitutes go round in a circle, and all are away: {names}.", names=names)
            yield self._problem("substitute_circle", person, message)
        elif not any(self._is_there(one) for one in steps[0]):
            named = ", ".join(one.name or one.code or "" for one in steps[0])
            message = say.say(
                "{substitute}, the substitute of {name}, is not there either.", substitute=named, name=name
            )
            yield self._problem("substitute_absent", person, message)

    def _steps(self, person: CaseManager) -> Iterator[tuple[CaseManager, ...]]:
        """Those named by the colleague, then those named by these, and so on; each person once."""
        # Substitutes may name each other: without this the walk would go round for ever.
        seen = {person.code}
        step: tuple[CaseManager, ...] = (person,)
        while step:
            codes = dict.fromkeys(code for one in step for code in one.substitutes if code not in seen)
            step = tuple(self._people[code] for code in codes if code in self._people)
            seen |= {one.code for one in step}
            if step:
                yield step

    def _circle(self, person: CaseManager, steps: list[tuple[CaseManager, ...]]) -> list[str]:
        """The codes along the way where the last ones name somebody who was named before; else nothing."""
        way = [person.code or "", *(one.code or "" for step in steps for one in step)]
        back = next((code for one in steps[-1] for code in one.substitutes if code in way), None)
        return [*way, back] if back else []

    def _is_there(self, person: CaseManager) -> bool:
        rules = self._rules
        return is_staying(person, rules.today, rules.settings) and not rules.is_long_away(person)

    def _problem(self, code: str, person: CaseManager, message: str) -> Problem:
        return Problem(
            code, message, self._say.say("Please name a colleague who is there."), "note",
            **self._snapshot.where(person, "substitute"), key=person.code or "", who="lead",
        )  # fmt: skip
