"""People who cannot be written to but may be telephoned: who calls whom, when, what to say."""

from __future__ import annotations

from automations.jobs.reminding.desk import Desk
from automations.jobs.reminding.people import reachable
from automations.jobs.reminding.visits import Visit
from automations.plan import Call
from automations.records import Case, CaseManager


def call_for(visit: Visit, key: str, desk: Desk) -> Call:
    """The call about a visit: by the working day before it, at the latest on its own day."""
    caller = reachable(visit.manager, desk)
    by = max(desk.days.before(visit.facts.date), desk.today)
    return Call(
        key=key,
        case=visit.case.number or "",
        caller=(caller.code if caller else None) or "",
        phone=visit.case.phone or "",
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
    facts = visit.facts
    where = ", ".join(part for part in (facts.place, facts.address) if part)
    when = f"{facts.date:%d.%m.%Y}"
    if where:
        return desk.words.say(
            "You have an appointment with us on {date} at {time}: {place}. Will you come? If not, someone else"
            " can have the hour.",
            date=when, time=f"{facts.time:%H:%M}", place=where,
        )  # fmt: skip
    return desk.words.say(
        "You have an appointment with us on {date} at {time}, at the place agreed. Will you come? If not,"
        " someone else can have the hour.",
        date=when, time=f"{facts.time:%H:%M}",
    )  # fmt: skip
