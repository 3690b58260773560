"""People who cannot be written to but may be telephoned: who calls whom, when, what to say."""

from __future__ import annotations

from automations.common.phones import readable
from automations.jobs.reminding.desk import Desk
from automations.jobs.reminding.people import reachable
from automations.jobs.reminding.visits import Visit
from automations.model.plan import Call
from automations.model.records import Case, CaseManager


def call_for(visit: Visit, key: str, desk: Desk) -> Call:
    """The call about a visit: by the working day before it, at the latest on its own day."""
    caller = reachable(visit.manager, desk)
    by = max(desk.days.before(visit.facts.date), desk.today)
    return Call(
        key=key,
        case=visit.case.number or "",
        caller=(caller.code if caller else None) or "",
        phone=readable(visit.case.phone or ""),
        language=call_language(visit.case, caller),
        by=by,
        sentence=_sentence(visit, desk),
        why=desk.words.say("No email can reach this person, and calling is allowed."),
    )


def call_language(case: Case, caller: CaseManager | None) -> str:
    """The first of the client's languages that the caller speaks, else the client's first one."""
    spoken = caller.languages if caller else ()
    shared = next((code for code in case.languages if code in spoken), None)
    return shared or next(iter(case.languages), "de")


def _sentence(visit: Visit, desk: Desk) -> str:
    """What the caller says. Whole sentences for each case, as other languages order them otherwise."""
    facts, say = visit.facts, desk.words
    values = {
        "date": f"{facts.date:%d.%m.%Y}",
        "time": f"{facts.time:%H:%M}",
        "place": ", ".join(part for part in (facts.place, facts.address) if part) or say.say("at the place agreed"),
    }
    if facts.cancelled:
        return say.say("Your appointment on {date} at {time} is cancelled. Would you like a new one?", **values)
    if visit.change is not None:
        return say.say("Your appointment has changed. It is now on {date} at {time}: {place}. Will you come?", **values)
    return say.say(
        "You have an appointment with us on {date} at {time}: {place}. Will you come? If not, someone else"
        " can have the hour.",
        **values,
    )
