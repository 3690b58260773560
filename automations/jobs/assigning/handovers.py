"""The questions of a morning: who takes the cases of those who leave or are away."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from msgspec import structs

from automations.common.texts import Texts
from automations.jobs.assigning.absences import StandIns, absent_today, cannot_wait, lent_by, long_absent
from automations.jobs.assigning.moves import Left, Move, as_if, hand_over, is_departing, movable
from automations.jobs.assigning.proposals import BACK_DAYS, JOB, absence_of, next_key, not_moved_yet, propose
from automations.jobs.assigning.rules import Rules
from automations.jobs.assigning.units import Unit, home, is_staying
from automations.model.decisions import Terms, answer, ask, is_question, lead
from automations.model.history import History
from automations.model.plan import EditGroup, Fact
from automations.model.problems import Problem
from automations.model.records import Answer, Case, CaseManager
from automations.model.snapshot import Snapshot


class Handovers:
    """Asks about departures and absences. `groups`, `facts` and `problems` are what came of it."""

    def __init__(self, snapshot: Snapshot, rules: Rules, now: datetime, history: History) -> None:
        self._snapshot, self._rules, self._now, self._history = snapshot, rules, now, history
        self._say: Texts = rules.settings.site.texts
        self.groups: list[EditGroup] = []
        self.facts: list[Fact] = []
        self.problems: list[Problem] = []

    def ask(self) -> None:
        """All questions of this morning."""
        for _, person in sorted(self._snapshot.manager_by_code.items()):
            if is_departing(person, self._rules):
                self._departure(person)
        stand_ins = StandIns(self._snapshot, self._rules, self._say)
        for person in absent_today(self._snapshot, self._rules):
            # Who leaves for good is asked about once, not as leaving and as away.
            if not is_departing(person, self._rules):
                self._absence(person, stand_ins)
        for _, person in sorted(self._snapshot.manager_by_code.items()):
            if is_staying(person, self._rules.today, self._rules.settings) and not person.is_absent(self._rules.today):
                self._return(person)

    def _return(self, person: CaseManager) -> None:
        """Who is back is offered the cases that somebody took over meanwhile."""
        say, code = self._say, person.code or ""
        lent = tuple(lent_by(code, self._snapshot, self._rules, self._history))
        # Without a working day ahead there is no day on which the cases could go back.
        if not lent or not self._rules.first_day(person):
            return
        absence = min(absence for absence, _ in lent)
        moves = [Move(case.number or "", case.manager or "", code, say.say("was with them before the absence"))
                 for _, case in lent]  # fmt: skip
        question = say.count(
            "{name} is back; {n} case was taken over meanwhile. Shall it go back?",
            "{name} is back; {n} cases were taken over meanwhile. Shall they go back?",
            len(lent), name=person.name or code,
        )  # fmt: skip
        key = f"return/{absence}"
        # One question an absence, even after a no: who said that the cases stay is not asked each morning.
        if key not in self._history.questions:
            until = self._rules.days.shift(self._rules.today, BACK_DAYS)
            terms = lead(until, say.say("the cases stay with those who took them over."), say)
            self._propose(key, question, tuple(moves), (), terms)

    def _departure(self, person: CaseManager) -> None:
        say, name = self._say, f"departure/{person.code}/{person.ends_on or 'inactive'}"
        cases = movable(self._snapshot, self._rules, {person.code or ""})
        cases = not_moved_yet(name, cases, self._history)
        key = next_key(name, self._snapshot, self._history)
        # A flood of questions is answered by nobody: what can wait is put on another day.
        if not cases or key is None or not self._is_room():
            return
        moves, left = hand_over(cases, self._snapshot, self._rules)
        called = person.name or person.code
        if person.ends_on:
            question = say.count(
                "{name} works here until {day} and has {n} open case. Shall kim hand it over as proposed?",
                "{name} works here until {day} and has {n} open cases. Shall kim hand them over as proposed?",
                len(cases), name=called, day=say.date(person.ends_on),
            )  # fmt: skip
        else:
            question = say.count(
                "{name} is no longer active and has {n} open case. Shall kim hand it over as proposed?",
                "{name} is no longer active and has {n} open cases. Shall kim hand them over as proposed?",
                len(cases), name=called,
            )  # fmt: skip
        # After the last day a date in the past would look like a question long overdue.
        last = person.ends_on if person.ends_on and person.ends_on > self._rules.today else None
        until = last or self._rules.days.shift(self._rules.today, self._rules.settings.wait.normal)
        terms = lead(until, say.say("the cases stay with {name}, and nobody looks after them.", name=called), say)
        self._propose(key, question, moves, left, terms)
        # Whoever has left is found by the checks, case by case; until then nobody would hear of it.
        if last and not moves:
            self.problems.append(self._stuck(person, last, left))

    def _stuck(self, person: CaseManager, last: date, left: tuple[Left, ...]) -> Problem:
        """That nobody can take over anything of who leaves soon."""
        say = self._say
        numbers = tuple(item.case.number or "" for item in left)
        message = say.count(
            "{name} works here until {day}; nobody can take over {n} open case: {reasons}.",
            "{name} works here until {day}; nobody can take over {n} open cases: {reasons}.",
            len(left), name=person.name or person.code, day=say.date(last),
            reasons="; ".join(dict.fromkeys(item.why for item in left)),
        )  # fmt: skip
        return Problem(
            "departure_stuck", message, say.say("Please make room in good time, or type who takes over."),
            **self._snapshot.where(person, "ends_on"), key=person.code or "", keys=numbers, who="lead",
        )  # fmt: skip

    def _is_room(self) -> bool:
        """Whether a question that can wait may be put today. One that cannot is not worked out, which costs more than
        all other questions together: it is planned anew on its day."""
        site = self._rules.settings.site
        asked = sum(day == self._rules.today for day in self._history.asked_on.values())
        return asked + sum(map(is_question, self.groups)) < site.questions_a_day

    def _absence(self, person: CaseManager, stand_ins: StandIns) -> None:
        say, name = self._say, f"absence/{absence_of(person)}"
        # Only what cannot wait moves; but a family goes whole, or it would end up with two colleagues.
        cases = self._whole(cannot_wait(person, self._snapshot, self._rules), person)
        cases = not_moved_yet(name, cases, self._history)
        if not cases:
            return
        self.problems += [problem for problem in stand_ins.problems(person) if problem not in self.problems]
        key = next_key(name, self._snapshot, self._history)
        if key is None:
            return
        moves, left = self._to(cases, stand_ins.find(person))
        question = say.count(
            "{name} is away {until}, and {n} case cannot wait that long. Shall it be taken over as proposed?",
            "{name} is away {until}, and {n} cases cannot wait that long. Shall they be taken over as proposed?",
            len(cases), name=person.name or person.code, until=self._until(person),
        )  # fmt: skip
        waits = say.say("the cases wait until {name} is back.", name=person.name or person.code)
        terms = lead(self._rules.today, waits, say, urgent=True)
        self._propose(key, question, moves, left, terms)

    def _to(
        self, cases: tuple[Case, ...], substitutes: tuple[CaseManager, ...]
    ) -> tuple[tuple[Move, ...], tuple[Left, ...]]:
        """To the substitutes as far as there is room, by language and relative load; the rest to whom it suits best."""
        if not substitutes:
            return hand_over(cases, self._snapshot, self._rules)
        named = {one.code or "" for one in substitutes}
        moves, left = hand_over(cases, self._snapshot, self._rules, named)
        if not left:
            return moves, ()
        # Those named are full: trying them again would only repeat the refusal.
        others = set(self._snapshot.manager_by_code) - named
        more, left = hand_over([item.case for item in left], self._snapshot, self._rules, others)
        return (*moves, *more), left

    def _whole(self, cases: tuple[Case, ...], person: CaseManager) -> tuple[Case, ...]:
        """With all other cases of the same households, which stay together."""
        homes = {home(case) for case in cases}
        theirs = movable(self._snapshot, self._rules, {person.code or ""})
        return tuple(case for case in theirs if home(case) in homes)

    def _until(self, person: CaseManager) -> str:
        if person.absent_until is None:
            return self._say.say("until further notice")
        return self._say.say("until {day}", day=self._say.date(person.absent_until))

    def _propose(self, key: str, question: str, moves: tuple[Move, ...], left: tuple[Left, ...], terms: Terms) -> None:
        if moves:
            groups, facts = propose(
                key, question, moves, left, self._snapshot, self._history, self._now, self._say, terms
            )
            self.groups += groups
            self.facts += facts
            self._snapshot = as_if(self._snapshot, moves)  # so that no room is promised twice

    def ask_for_families(self, units: Sequence[Unit]) -> None:
        """For new cases of families whose colleague is away: may somebody else have them?"""
        say, away = self._say, {person.code: person for person in long_absent(self._snapshot, self._rules)}
        stand_ins = StandIns(self._snapshot, self._rules, say)
        for unit in units:
            person = next((away[code] for code in unit.known_to if code in away), None)
            # While one colleague who knows the family is there, the rule of households has an answer.
            if person is None or not set(unit.known_to) <= set(away):
                continue
            substitutes = stand_ins.find(person)
            name, until = person.name or person.code, self._until(person)
            question = say.say(
                "{name} knows the family of {case} and is away {until}. Shall somebody else have the new case?",
                name=name, case=unit.key, until=until,
            )  # fmt: skip
            proposal = say.say("yes: kim gives it to whom it suits best")
            if substitutes:
                named = ", ".join(one.name or one.code or "" for one in substitutes)
                proposal = say.say("yes: {name} stands in", name=named)
            by = self._rules.deadlines[unit.urgency]
            terms = lead(by, say.say("the new case waits."), say, urgent=True)
            groups, facts = ask(_stand_in_key(unit, person), question, proposal, unit.key, self._snapshot,
                                self._history, JOB, self._now, terms, say)  # fmt: skip
            self.groups += groups
            self.facts += facts
            self.problems += [problem for problem in stand_ins.problems(person) if problem not in self.problems]


def with_stand_ins(units: Sequence[Unit], snapshot: Snapshot, rules: Rules, history: History) -> tuple[Unit, ...]:
    """Units of families whose colleague is away: after a yes they are the substitute's, or anybody's
    where there is none."""
    away = {person.code: person for person in long_absent(snapshot, rules)}
    stand_ins = StandIns(snapshot, rules, rules.settings.site.texts)
    found = []
    for unit in units:
        person = next((away[code] for code in unit.known_to if code in away), None)
        if person and answer(_stand_in_key(unit, person), snapshot, history) is Answer.YES:
            known = tuple(one.code or "" for one in stand_ins.find(person))
            found.append(structs.replace(unit, known_to=known, stand_in=True))
        else:
            found.append(unit)
    return tuple(found)


def _stand_in_key(unit: Unit, person: CaseManager) -> str:
    return f"stand_in/{unit.key}/{absence_of(person)}"
