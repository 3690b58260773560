"""Who stands in for colleagues who are away, and which of their cases cannot wait."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from automations.common.texts import Texts
from automations.jobs.assigning.moves import movable
from automations.jobs.assigning.rules import Rules, is_absent
from automations.jobs.assigning.units import is_staying
from automations.model.history import History
from automations.model.problems import Problem
from automations.model.records import Case, CaseManager, Urgency
from automations.model.snapshot import Snapshot

_BEFORE_CONTACT = frozenset({None, "new", "first_contact"})


def absent_today(snapshot: Snapshot, rules: Rules) -> tuple[CaseManager, ...]:
    """Colleagues who are away today, for however long."""
    people = snapshot.manager_by_code
    return tuple(
        person
        for _, person in sorted(people.items())
        if person.usable and person.active and is_absent(person, rules.today)
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
        if case.urgency is not Urgency.EMERGENCY and (case.first_contact_on or case.phase not in _BEFORE_CONTACT):
            return False
        limit = rules.days.shift(max(case.received or rules.today, person.absent_from or rules.today),
                                 limits[case.urgency])  # fmt: skip
        return back is None or limit < back

    return tuple(case for case in movable(snapshot, rules, {person.code or ""}) if is_due(case))


def lent_by(code: str, snapshot: Snapshot, rules: Rules, history: History) -> Iterator[tuple[str, Case]]:
    """The open cases of a colleague that were taken over in an absence and still lie with whom they went
    to, with the key of that absence ("AB/2024-10-01")."""
    free = {case.number: case for case in movable(snapshot, rules, set(snapshot.manager_by_code))}
    for (kind, key), data in sorted(history.facts.items()):
        parts = key.split("/")
        if kind != "moved" or parts[0] != "absence" or parts[1:2] != [code]:
            continue
        case, move = free.get(str(data.get("case"))), history.facts.get(("move", key), {})
        if case and case.manager == move.get("to") and move.get("from") == code:
            yield "/".join(parts[1:3]), case


class StandIns:
    """Follows the substitutes that the team named, from one to the next while they are away too."""

    def __init__(self, snapshot: Snapshot, rules: Rules, say: Texts) -> None:
        self._people, self._rules, self._say, self._snapshot = snapshot.manager_by_code, rules, say, snapshot

    def find(self, person: CaseManager) -> CaseManager | None:
        """The first substitute who is there; None where there is none."""
        return next((one for one in self._chain(person) if self._is_there(one)), None)

    def problems(self, person: CaseManager) -> Iterator[Problem]:
        """What is odd about the substitutes of somebody who is away."""
        say, name = self._say, person.name or person.code
        chain = list(self._chain(person))
        if not person.substitute:
            message = say.say("{name} is away, and no substitute is named.", name=name)
            yield self._problem("substitute_missing", person, message)
        elif not chain:
            message = say.say("The substitute of {name} is not in the team.", name=name)
            yield self._problem("substitute_unknown", person, message)
        elif self.find(person) is None and self._closes(chain, person):
            names = " → ".join(one.code or "" for one in (person, *chain, self._people[chain[-1].substitute or ""]))
            message = say.say("The substitutes go round in a circle, and all are away: {names}.", names=names)
            yield self._problem("substitute_circle", person, message)
        elif not self._is_there(chain[0]):
            message = say.say("{substitute}, the substitute of {name}, is not there either.",
                              substitute=chain[0].name or chain[0].code, name=name)  # fmt: skip
            yield self._problem("substitute_absent", person, message)

    def _chain(self, person: CaseManager) -> Iterator[CaseManager]:
        seen = {person.code}
        following = self._people.get(person.substitute or "")
        while following and following.code not in seen:
            yield following
            seen.add(following.code)
            following = self._people.get(following.substitute or "")

    def _closes(self, chain: list[CaseManager], person: CaseManager) -> bool:
        return chain[-1].substitute in {person.code, *(one.code for one in chain)}

    def _is_there(self, person: CaseManager) -> bool:
        rules = self._rules
        return is_staying(person, rules.today, rules.settings) and not rules.is_long_away(person)

    def _problem(self, code: str, person: CaseManager, message: str) -> Problem:
        layout = self._snapshot.layouts.get("team")
        return Problem(
            code=code, message=message, advice=self._say.say("Please name a colleague who is there."), severity="note",
            workbook=person.row.workbook, table="team", tab=layout.tab if layout else "", row=person.line,
            column=layout.headings.get("substitute", "") if layout else "", field="substitute", key=person.code or "",
            who="lead",
        )  # fmt: skip
