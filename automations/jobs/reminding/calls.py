"""People who cannot be written to but may be telephoned: who calls whom, when, what to say."""

from __future__ import annotations

from datetime import date

from automations.common.phones import readable
from automations.common.texts import Texts, texts
from automations.jobs.calling import CALLS, asked_for, call_language
from automations.jobs.reminding.desk import Desk
from automations.jobs.reminding.differences import begins
from automations.jobs.reminding.visits import Visit
from automations.model.plan import Call
from automations.model.told import Telling


def call_for(visit: Visit, tells: Telling, why: str, desk: Desk) -> Call:
    """The call about a visit: by the working day before it, or before the day on which the client believes it to be,
    at the latest on the day itself."""
    caller = desk.reachable(visit.manager)
    # By who calls: a language that the caller does not speak helps nobody on the telephone.
    language = call_language(visit.case, caller, desk.site.language)
    first = asked_for(visit.case, desk.snapshot, desk.today)
    whole = first.first(_sentence(visit, desk.words), desk.words)
    theirs = texts(language, CALLS)
    return Call(
        key=tells.key,
        case=visit.case.number or "",
        caller=(caller.code if caller else None) or "",
        phone=readable(visit.case.phone or ""),
        language=language,
        # The working day before: on the day itself the client may be on the way already.
        by=max(desk.days.before(_first_day(visit, desk)), desk.today),
        sentence=whole,
        why=why,
        name=first.shown,
        # Both are shown: the caller must know what the foreign sentence says.
        theirs="" if language == desk.site.language else first.theirs(_sentence(visit, theirs), theirs),
        tells=tells,
        start=visit.start,
    )


def _first_day(visit: Visit, desk: Desk) -> date:
    """The day of the appointment, or the one that the client was told where that is sooner and still to come."""
    believed = begins(visit.told.printed, desk.zone) if visit.told and visit.change else None
    if believed is None or believed <= desk.now:
        return visit.facts.date
    return min(visit.facts.date, believed.astimezone(desk.zone).date())


def _sentence(visit: Visit, say: Texts) -> str:
    """What the caller says then. Whole sentences for each case, as other languages order them otherwise."""
    facts = visit.announced
    # Nobody comes to a call, a link, or their own home.
    asks = say.say("Will you come?") if facts.kind == "personal" else say.say("Do you have time then?")
    values = {
        "date": say.date(facts.date, "said"),
        "time": f"{facts.time:%H:%M}",
        "place": _how(visit, say),
        "asks": asks,
    }
    if facts.cancelled:
        return say.say("Your appointment on {date} at {time} is cancelled. Would you like a new one?", **values)
    if visit.change is not None and visit.change.kind == "reinstated":
        return say.say("Your appointment on {date} at {time} takes place after all: {place}. {asks}", **values)
    if visit.change is not None:
        return say.say("Your appointment has changed. It is now on {date} at {time}: {place}. {asks}", **values)
    return say.say(
        "You have an appointment with us on {date} at {time}: {place}. {asks} If not, someone else can have the hour.",
        **values,
    )


def _how(visit: Visit, say: Texts) -> str:
    """How and where they meet, with whom, how long."""
    facts = visit.facts
    place = ", ".join(part for part in (facts.place, facts.address) if part)
    elsewhere = visit.change is not None and "place" in visit.change.changed
    agreed = say.say("at another place than before") if elsewhere else say.say("at the place agreed")
    ways = {
        "personal": place or agreed,
        "telephone": say.say("we call you"),
        "video": say.say("by video"),
        "home_visit": say.say("we come to you"),
        "other": say.say("as agreed"),
    }
    parts = [ways[facts.kind], say.say("with {name}", name=facts.manager) if facts.manager else ""]
    if visit.record.duration:
        parts.append(say.count("about {n} minute", "about {n} minutes", facts.minutes))
    return ", ".join(filter(None, parts))
