"""Why a case could not be given to anybody, and what would help: sentences for people."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from types import MappingProxyType
from typing import TypeAlias

from automations.common.texts import Texts
from automations.jobs.assigning.needs import needs_in_words
from automations.jobs.assigning.reasons import listed, points, spoken
from automations.jobs.assigning.rules import Rule, Rules, same_office
from automations.jobs.assigning.units import POINT, Unit, Worker, is_staying

_NEAREST = 3  # more remedies than these help nobody

GONE = frozenset({Rule.INACTIVE, Rule.LEAVING})
_NOTHING, _AWAY = frozenset[Rule](), frozenset({Rule.AWAY})

Waiting: TypeAlias = tuple[str, frozenset[Rule]]
"""A colleague, by code, and the rules that are in the way of a unit there."""


class Obstacles:
    """What stands between one unit and the team after the batch: `loads` are those with it, by
    colleague, in hundredths of a point; `ahead` are loads left over, too, that would come first (see `waiting`)."""

    def __init__(
        self, unit: Unit, team: Sequence[Worker], loads: Sequence[int], rules: Rules, say: Texts,
        ahead: Mapping[Waiting, int] = MappingProxyType({}),
    ) -> None:  # fmt: skip
        self.unit, self.rules, self.say, self._ahead = unit, rules, say, ahead
        self._hard = [frozenset(rules.hard(unit, worker)) for worker in team]
        self.team = [*map(self._in_the_way, team, self._hard, loads)]

    @property
    def waiting(self) -> Mapping[Waiting, int]:
        """The unit's load, by colleague and by what is in the way there beside the room."""
        return {(worker.code, hard): self.unit.load for (worker, *_), hard in zip(self.team, self._hard, strict=True)}

    def _in_the_way(self, worker: Worker, hard: frozenset[Rule], load: int) -> tuple[Worker, frozenset[Rule], int]:
        # Who would be given to the colleague first, with the room or on the day that would help this unit.
        away = Rule.AWAY in hard
        first = self._ahead.get((worker.code, _NOTHING), 0) + (self._ahead.get((worker.code, _AWAY), 0) if away else 0)
        over = load + self.unit.load - self.rules.limit(worker)
        # Of a row that cannot be read the room is not known either, and the row is the thing to mend.
        if Rule.UNREADABLE not in hard and over + (first if away else 0) > 0:
            hard |= {Rule.CAPACITY}
        return worker, hard, over + first

    def why(self) -> str:
        """The rule in the way: the first at which nobody of the team is left."""
        say, left = self.say, [(worker, rules) for worker, rules, _ in self.team if not rules & GONE]
        if not self.team:
            return say.say("the team is empty")
        if not left:
            return say.say("nobody of the team is active")
        left = [(worker, rules) for worker, rules in left if Rule.UNREADABLE not in rules]
        if not left:
            return say.say("nobody's row in the tab of the team can be read")
        # Before the rules: where a household is too big for anybody, no rule that gives way would help.
        largest = max(self.rules.limit(worker) for worker, _ in left)
        if self.unit.load > largest:
            return self._too_big(largest)
        # From what the team can change least to what it can change most, as a sentence names one reason only.
        for rule in (Rule.HOUSEHOLD, Rule.AWAY, Rule.FOCUS, Rule.NEED, Rule.LANGUAGE, Rule.OFFICE):
            left, before = [(worker, rules) for worker, rules in left if rule not in rules], left
            if not left:
                return self._sentence(rule, [worker for worker, _ in before])
        who = self._who()
        return say.say("nobody {who} has room", who=who) if who else say.say("nobody has room")

    def _too_big(self, largest: int) -> str:
        say, load = self.say, points(self.unit.load, self.say)
        if not largest:
            return say.say("nobody has any capacity")
        if self.unit.people == 1:
            return say.say("it weighs {n} points, more than anybody's whole capacity", n=load)
        return say.say("the household of {people} weighs {n} points, more than anybody's whole capacity",
                       people=self.unit.people, n=load)  # fmt: skip

    def _sentence(self, rule: Rule, left: Sequence[Worker]) -> str:
        say, unit = self.say, self.unit
        if rule is Rule.AWAY and unit.known_to:
            names = listed([worker.person.name or worker.code for worker in left], say)
            return say.say("{names} knows the family and is away", names=names)
        sentences: dict[Rule, Callable[[], str]] = {
            Rule.HOUSEHOLD: lambda: say.say("the colleague of the family cannot take it"),
            Rule.AWAY: lambda: say.say("nobody is at work soon enough"),
            Rule.FOCUS: lambda: (
                say.say("nobody at work has the focus {focus}", focus=unit.focuses[0])
                if len(unit.focuses) == 1
                else say.say("nobody at work has all of the focuses {list}", list=say.say(" and ").join(unit.focuses))
            ),
            Rule.NEED: lambda: say.say("nobody at work has what it needs ({needs})", needs=self._needs()),
            Rule.LANGUAGE: lambda: say.say("nobody at work speaks {language}", language=self._languages()),
            Rule.OFFICE: self._nobody_of_the_office,
        }
        return sentences[rule]()

    def _nobody_of_the_office(self) -> str:
        office = self._office()
        sentence = "nobody at “{office}” is at work" if " " in office else "nobody of the office {office} is at work"
        return self.say.say(sentence, office=office)

    def _office(self) -> str:
        """The office that is wished for, as the team spells it."""
        wish = self.unit.office or ""
        known = (worker.person.office for worker, _, _ in self.team if same_office(wish, worker.person.office))
        return next(known, None) or wish

    def _languages(self) -> str:
        return spoken([codes[0] for codes in dict.fromkeys(self.unit.languages) if codes], self.say)

    def _needs(self) -> str:
        return needs_in_words(self.unit.cases, self.rules.settings)

    def _who(self) -> str:
        """Which colleagues the unit is for, where not all: "with Romanian and …"."""
        say, unit, parts = self.say, self.unit, []
        if unit.known_to:
            return say.say("who stands in for the family" if unit.stand_in else "who knows the family")
        if unit.needed and not self.rules.is_soft(Rule.LANGUAGE):
            parts.append(say.say("with {language}", language=self._languages()))
        if unit.focuses and not self.rules.is_soft(Rule.FOCUS):
            parts.append(say.say("with the focus {focus}", focus=say.say(" and ").join(unit.focuses)))
        if unit.needs:
            parts.append(say.say("who brings what is needed ({needs})", needs=self._needs()))
        if unit.office and not self.rules.is_soft(Rule.OFFICE):
            office = self._office()
            sentence = "at “{office}”" if " " in office else "in the office {office}"
            parts.append(say.say(sentence, office=office))
        return say.say(" and ").join(parts)

    def remedies(self) -> tuple[str, ...]:
        """The nearest changes after which somebody could take it: fewest rules first, then fewest points."""
        nearest: dict[frozenset[Rule], tuple[int, Worker]] = {}
        for worker, rules, missing in self.team:
            back = self.rules.first_day(worker.person)
            # Who leaves soon after coming back gets no new cases on that day either.
            never_back = Rule.AWAY in rules and not (back and is_staying(worker.person, back, self.rules.settings))
            if not rules or rules & GONE or never_back:
                continue
            known = nearest.get(rules)
            if known is None or missing < known[0]:
                nearest[rules] = (missing, worker)
        fewest = min((len(rules) for rules in nearest), default=0)
        kept = sorted(
            (rules for rules in nearest if len(rules) == fewest),
            # An interpreter is the remedy that a team can get within a day.
            key=lambda rules: (Rule.LANGUAGE not in rules, nearest[rules][0], sorted(rules)),
        )
        return tuple(self._remedy(rules, *nearest[rules]) for rules in kept[:_NEAREST])

    def _remedy(self, rules: frozenset[Rule], missing: int, worker: Worker) -> str:
        say, unit = self.say, self.unit
        parts = []
        if Rule.LANGUAGE in rules:
            parts.append(say.say("an interpreter for {language}", language=self._languages()))
        if Rule.FOCUS in rules:
            parts.append(say.say("an assignment without the focus {focus}", focus=say.say(" and ").join(unit.focuses)))
        if Rule.NEED in rules:
            parts.append(say.say("an assignment without what it needs ({needs})", needs=self._needs()))
        if Rule.HOUSEHOLD in rules:
            parts.append(say.say("another colleague for this family"))
        if Rule.OFFICE in rules:
            parts.append(say.say("another office"))
        if Rule.UNREADABLE in rules:
            parts.append(say.say("a readable row of {name} in the tab of the team",
                                 name=worker.person.name or worker.code))  # fmt: skip
        if Rule.AWAY in rules:
            parts.append(say.say("waiting until {day}", day=say.date(self.rules.first_day(worker.person) or date.max)))
        if Rule.CAPACITY in rules:
            parts.append(self._more_room(rules, missing))
        return say.say(" and ").join(parts)

    def _more_room(self, rules: frozenset[Rule], missing: int) -> str:
        who = self._who() if not rules & {Rule.LANGUAGE, Rule.FOCUS, Rule.OFFICE, Rule.HOUSEHOLD} else ""
        if not self.rules.settings.site.staff_figures.allowed(self.rules.today):
            # How much is missing tells what the nearest colleague carries.
            if who:
                return self.say.say("more capacity for somebody {who}", who=who)
            return self.say.say("more capacity")
        values = {"points": points(missing, self.say), "who": who}
        if who:
            return self.say.count(
                "one point more capacity for somebody {who}",
                "{points} points more capacity for somebody {who}",
                _plural(missing),
                **values,
            )
        return self.say.count("one point more capacity", "{points} points more capacity", _plural(missing), **values)


def _plural(hundredths: int) -> int:
    # "0,5 points" and "1,5 points" are plurals in the languages of the catalogues.
    return 1 if hundredths == POINT else 2
