"""People who cannot be written to but may be telephoned: who calls whom, when, what to say."""

from __future__ import annotations

from dataclasses import dataclass

from automations.common.phones import readable
from automations.common.texts import Texts, texts
from automations.jobs.reminding.desk import Desk
from automations.jobs.reminding.people import reachable
from automations.jobs.reminding.visits import Visit
from automations.messages.readers import guardian_of
from automations.model.plan import Call
from automations.model.records import Case, CaseManager
from automations.model.told import Telling

CALLS = "calls"
"""The catalogue of what is said to clients on the telephone, in every language."""


def call_for(visit: Visit, tells: Telling, why: str, desk: Desk) -> Call:
    """The call about a visit: by the working day before it, at the latest on its own day."""
    caller = reachable(visit.manager, desk)
    language = call_language(visit.case, caller)
    first = _asked_for(visit.case, desk)
    whole = desk.words.say(
        "First: “{asked}” Only if that is so: “{sentence}”",
        asked=first.question(desk.words), sentence=_sentence(visit, desk.words),
    )  # fmt: skip
    theirs = texts(language, CALLS)
    return Call(
        key=tells.key,
        case=visit.case.number or "",
        caller=(caller.code if caller else None) or "",
        phone=readable(visit.case.phone or ""),
        language=language,
        by=max(desk.days.before(visit.facts.date), desk.today),
        sentence=whole,
        why=why,
        name=first.name or first.child,
        theirs="" if language == desk.site.language else f"{first.question(theirs)}\n{_sentence(visit, theirs)}",
        tells=tells,
        start=visit.start,
    )


def call_language(case: Case, caller: CaseManager | None) -> str:
    """The first of the client's languages that the caller speaks, else the client's first one."""
    spoken = caller.languages if caller else ()
    shared = next((code for code in case.languages if code in spoken), None)
    return shared or next(iter(case.languages), "de")


@dataclass(frozen=True, slots=True)
class _Asked:
    """Whom the caller asks for first: nothing may be said before it is sure who answers. `child` is the minor whose
    parents are meant, where the tables do not say who they are."""

    name: str
    child: str = ""

    def question(self, say: Texts) -> str:
        """What is asked."""
        if self.child:
            return say.say("Am I speaking with a parent or guardian of {name}?", name=self.child)
        return (
            say.say("Am I speaking with {name}?", name=self.name) if self.name else say.say("With whom am I speaking?")
        )


def _asked_for(case: Case, desk: Desk) -> _Asked:
    guardian = guardian_of(case, desk.snapshot, desk.today)
    if guardian is None:
        return _Asked(_name(case))
    other = desk.snapshot.case_by_number.get(guardian)
    return _Asked(_name(other)) if other else _Asked("", _name(case))


def _name(case: Case) -> str:
    return " ".join(filter(None, (case.first_name, case.last_name)))


def _sentence(visit: Visit, say: Texts) -> str:
    """What the caller says then. Whole sentences for each case, as other languages order them otherwise."""
    facts = visit.facts
    values = {"date": say.date(facts.date, "said"), "time": f"{facts.time:%H:%M}", "place": _how(visit, say)}
    if facts.cancelled:
        return say.say("Your appointment on {date} at {time} is cancelled. Would you like a new one?", **values)
    if visit.change is not None and visit.change.kind == "reinstated":
        return say.say("Your appointment on {date} at {time} takes place after all: {place}. Will you come?", **values)
    if visit.change is not None:
        return say.say("Your appointment has changed. It is now on {date} at {time}: {place}. Will you come?", **values)
    return say.say(
        "You have an appointment with us on {date} at {time}: {place}. Will you come? If not, someone else"
        " can have the hour.",
        **values,
    )


def _how(visit: Visit, say: Texts) -> str:
    """How and where they meet, with whom, how long."""
    facts = visit.facts
    place = ", ".join(part for part in (facts.place, facts.address) if part)
    ways = {
        "personal": place or say.say("at the place agreed"),
        "telephone": say.say("we call you"),
        "video": say.say("by video"),
        "home_visit": say.say("we come to you"),
    }
    parts = [ways[facts.kind], say.say("with {name}", name=facts.manager) if facts.manager else ""]
    if visit.record.duration:
        parts.append(say.say("about {minutes} minutes", minutes=facts.minutes))
    return ", ".join(filter(None, parts))
