"""Every open case has somebody who is there: a standing condition, shown as long as it holds."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from automations.jobs.assigning.rules import is_at_work
from automations.jobs.checks.context import Check, CheckContext
from automations.model.problems import Problem
from automations.model.records import Case, CaseManager, Urgency

LONG_AWAY = 5  # working days after which a case that lies with somebody away is told: as long as a normal case may wait

_YEAR = 366


def nobody_there(context: CheckContext) -> Iterator[Problem]:
    """An open case of somebody who has left, is not active, does not work yet or is away for long; of an
    emergency, away today (before its first contact also who does not work on this day, and until it, where it came
    when nobody works). Whatever was asked and answered, it stands."""
    if "team" not in context.snapshot.layouts:
        return
    people = context.snapshot.manager_by_code
    said = {code: _gone(person, context) for code, person in people.items()}
    for case in context.snapshot.cases:
        person = people.get(case.manager or "")
        if person is None or not context.is_open(case):
            continue
        urgent = case.urgency is Urgency.EMERGENCY
        # After the first contact a colleague's free weekday is no danger; an absence is.
        free = case.first_contact_on is not None and not person.is_absent(context.today)
        why = said[person.code or ""] or (_away(person, case, context) if urgent and not free else "")
        if why:
            yield _finding(context, case, why, urgent=urgent)


def _finding(context: CheckContext, case: Case, why: str, *, urgent: bool) -> Problem:
    say = context.said.say
    message = say("An emergency without somebody who is there: {why}.", why=why)
    if not urgent:
        message = say("The case has nobody who is there: {why}.", why=why)
    advice = say(
        "Please type the name of a colleague who is there; where the tab of decisions asks about it, answer there."
    )
    return context.for_lead(context.finding("nobody_there", case, "manager", message, advice,
                                            "error" if urgent and case.usable else "warning"))  # fmt: skip


def _gone(person: CaseManager, context: CheckContext) -> str:
    """Why somebody cannot have cases for long; blank where they can."""
    say, today, name = context.said.say, context.today, person.name or person.code
    if person.ends_on and person.ends_on < today:
        return say("{name} left on {day}", name=name, day=context.said.date(person.ends_on))
    if not person.active:
        return say("{name} is not active", name=name)
    back = _back(person, context)
    if back is None:
        return say("{name} is away until further notice", name=name)
    # Counted in working days: a week's holiday at Christmas is no long absence.
    if context.calendar.between(today, back) > LONG_AWAY:
        return say("{name} is not back before {day}", name=name, day=context.said.date(back))
    return ""


def _away(person: CaseManager, case: Case, context: CheckContext) -> str:
    """Why somebody is not there today; on days on which nobody works of new cases alone: who had it on the last
    working day could act then."""
    say, today, name = context.said.say, context.today, person.name or person.code
    # An emergency that comes in on a holiday is told the same hour, as nobody looks for it before the next day.
    if not context.calendar.is_working_day(today):
        since, back = case.manager_since or case.received or today, _back(person, context) or today
        new = case.first_contact_on is None and since > context.calendar.shift(today, -1)
        return (
            say("nobody works today, {name} is there on {day}", name=name, day=context.said.date(back)) if new else ""
        )
    if is_at_work(person, today):
        return ""
    if person.is_absent(today):
        return say("{name} is away today", name=name)
    return say("{name} does not work today", name=name)


def _back(person: CaseManager, context: CheckContext) -> date | None:
    """The first day from today on that somebody works; None within a year."""
    days = (context.today + timedelta(days=ahead) for ahead in range(_YEAR))
    return next((day for day in days if context.calendar.is_working_day(day) and is_at_work(person, day)), None)


CHECKS: tuple[Check, ...] = (nobody_there,)
