"""Why a case went to a colleague: sentences for people."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date

from msgspec import Struct

from automations.common.texts import Texts
from automations.jobs.assigning.needs import has_focus, known_focuses, needs_in_words
from automations.jobs.assigning.rules import Rule, Rules, same_office
from automations.jobs.assigning.units import POINT, Unit, Worker
from automations.model.records import CaseManager, Urgency


def points(hundredths: int, say: Texts) -> str:
    """Load points as people write them: 2, 1,5."""
    return say.number(hundredths / POINT, 2)


NOBODY_SPEAKS = "nobody of the team speaks {language}: an interpreter is needed"
NO_SPEAKER_CAN = "nobody who speaks {language} can take it: an interpreter is needed"
INTERPRETER = "an interpreter for {language} is needed"
_NOBODY_HAS, _FULL, _CANNOT = NO_FOCUS = (
    "nobody of the team has the focus {focus}",
    "nobody with the focus {focus} has room",
    "nobody with the focus {focus} can take it",
)


class Others(Struct, frozen=True):
    """Of whom a reason may speak: the colleagues who can have cases, what each carries after the batch, and all rows of
    the team."""

    workers: Sequence[Worker]
    loads: Sequence[int]
    team: Sequence[CaseManager]

    def with_room(self, unit: Unit, rules: Rules) -> Iterator[Worker]:
        """Those of the team who have room for a unit, whatever else is in the way."""
        for worker, load in zip(self.workers, self.loads, strict=True):
            gone = Rule.INACTIVE in rules.personal(worker.person, Urgency.NORMAL)
            if not gone and load + unit.load <= worker.capacity:
                yield worker

    def has(self, today: date, able: Callable[[CaseManager], bool]) -> bool:
        """Whether somebody of the team is so, also who has no cases: a lead speaks a language as well."""
        return any(is_of_team(one, today) and able(one) for one in self.team)


def is_of_team(person: CaseManager, today: date) -> bool:
    """Whether somebody is there at all, at work or away, with cases or without."""
    return person.usable and person.active and not (person.ends_on and person.ends_on < today)


def reason(unit: Unit, worker: Worker, load: int, others: Others, rules: Rules, say: Texts) -> str:
    """One sentence for `Begründung`. `load` is what the colleague carries with this unit; no points
    of anybody appear."""
    parts = [*_language(unit, worker, others, rules, say)]
    focus, codes = say.say(" and ").join(unit.focuses), {worker.code, *worker.codes}
    lacks_focus = Rule.FOCUS in rules.obstacles(unit, worker)
    # What a soft rule let pass is told below; here it would be a claim that `Claims` takes out again the next day.
    parts += [say.say("focus {focus}", focus=focus)] if focus and not lacks_focus else []
    if unit.needs:
        parts.append(say.say("brings what is needed ({needs})", needs=needs_in_words(unit.cases, rules.settings)))
    # Never how much room: `Begründung` is read by all colleagues, and points tell what somebody carries.
    parts.append(say.say("has room") if load <= worker.capacity else _beyond(unit, others, rules, say))
    if unit.office and same_office(unit.office, worker.person.office):
        parts.append(_office(worker.person.office or unit.office, say))
    if codes & set(unit.known_to):
        parts.append(say.say("stands in for the family" if unit.stand_in else "already knows the family"))
    elif codes & set(unit.knew):
        parts.append(say.say("has met them before"))
    elif codes & set(unit.agreed):
        parts.append(say.say("an appointment with them is agreed"))
    elif codes & set(unit.meets):
        parts.append(say.say("an appointment with them had been agreed"))
    if lacks_focus:
        parts.append(_no_focus(unit, others, rules, say))
    return ", ".join(parts)


def _beyond(unit: Unit, others: Others, rules: Rules, say: Texts) -> str:
    """Beyond the capacity, with as much of a reason as is true."""
    roomy = [*others.with_room(unit, rules)]
    if not roomy:
        return say.say("beyond the capacity, as nobody has room")
    # A language or an office that gives way keeps nobody from it; the other rules give way to people alone.
    kept = (*Rule.FOCUS, Rule.HOUSEHOLD, *(rule for rule in Rule if not rules.is_soft(rule)))
    if all(set(kept) & set(rules.obstacles(unit, one)) for one in roomy):
        return say.say("beyond the capacity, as nobody who can take it has room")
    return say.say("beyond the capacity")


def _no_focus(unit: Unit, others: Others, rules: Rules, say: Texts) -> str:
    """Why it is nobody with the focus."""
    focus = say.say(" and ").join(unit.focuses)

    def has(person: CaseManager) -> bool:
        return all(has_focus(known_focuses(person.focuses), one) for one in unit.focuses)

    if not others.has(rules.today, has):
        return say.say(_NOBODY_HAS, focus=focus)
    roomy = others.with_room(unit, rules)
    if any(has(one.person) for one in others.workers) and not any(has(one.person) for one in roomy):
        return say.say(_FULL, focus=focus)
    return say.say(_CANNOT, focus=focus)


def _language(unit: Unit, worker: Worker, others: Others, rules: Rules, say: Texts) -> Iterator[str]:
    shared = [code for code in unit.needed if code in worker.person.languages]
    if shared:
        yield say.say("speaks {language}", language=spoken(shared[:1], say))
    missing = [codes for codes in unit.languages if codes and not set(codes) & set(worker.person.languages)]
    if missing:
        # "speaks German" and "an interpreter is needed" stand together: both are true of a makeshift.
        common = rules.settings.common_language
        if unit.makeshift and common in worker.person.languages:
            yield say.say("speaks {language}", language=say.spoken(common))
        firsts = dict.fromkeys(codes[0] for codes in missing)
        language = spoken(firsts, say)
        if not others.has(rules.today, lambda one: not firsts.keys().isdisjoint(one.languages)):
            yield say.say(NOBODY_SPEAKS, language=language)
        elif all(rules.hard(unit, one) for one in others.workers if not firsts.keys().isdisjoint(one.person.languages)):
            # Whoever knows the team would ask why it was not them.
            yield say.say(NO_SPEAKER_CAN, language=language)
        else:
            yield say.say(INTERPRETER, language=language)


def _office(name: str, say: Texts) -> str:
    """The office in a sentence; a name of several words ("Beratungsstelle Ost") says itself what it is."""
    return name if " " in name else say.say("office {office}", office=name)


def spoken(codes: Sequence[str] | dict[str, None], say: Texts) -> str:
    """Languages in a sentence."""
    return ", ".join(say.spoken(code) for code in codes)


def listed(parts: Sequence[str], say: Texts) -> str:
    """Alternatives in a sentence: "a, b oder c"."""
    if len(parts) < 2:  # noqa: PLR2004 (one or none)
        return "".join(parts)
    return say.say("{most} or {last}", most=", ".join(parts[:-1]), last=parts[-1])
