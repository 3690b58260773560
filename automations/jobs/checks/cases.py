"""Checks of cases."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from automations.jobs.checks.context import Check, CheckContext, day, named
from automations.model.problems import Problem
from automations.model.records import Appointment, Case, ContactWay

_OLDEST = timedelta(days=110 * 366)


def unknown_manager(context: CheckContext) -> Iterator[Problem]:
    """A case manager who is not in the team's table. Who had a closed case or a past appointment does
    not matter any more."""
    known = context.snapshot.manager_by_code
    if "team" not in context.snapshot.layouts:
        return
    say = context.said.say
    current = (case for case in context.snapshot.cases if context.is_open(case))
    coming = (item for item in context.snapshot.appointments if item.date is None or item.date >= context.today)
    records: tuple[Case | Appointment, ...] = (*current, *coming)
    for record in records:
        if record.manager and record.manager not in known:
            yield context.finding(
                "unknown_manager",
                record,
                "manager",
                say("“{manager}” is not in the tab of the team.", manager=record.manager),
                say("Please use the code of a colleague: {codes}.", codes=", ".join(sorted(known)[:20])),
            )


def missing_name(context: CheckContext) -> Iterator[Problem]:
    """A case without any name."""
    say = context.said.say
    for case in context.snapshot.cases:
        if not case.last_name and not case.first_name and not context.has("cases", "full_name"):
            yield context.finding(
                "missing_name", case, "last_name", say("The name is missing."), say("Please type the last name.")
            )


def missing_received(context: CheckContext) -> Iterator[Problem]:
    """An open case without the date on which it came in."""
    if not context.has("cases", "received"):
        return
    say = context.said.say
    for case in context.snapshot.cases:
        if case.received is None and "received" not in case.bad and context.is_open(case):
            yield context.finding(
                "missing_date",
                case,
                "received",
                say("The date on which the case came in is missing."),
                say("Please type it like 24.12.2024."),
            )


def missing_languages(context: CheckContext) -> Iterator[Problem]:
    """An open case of which nobody knows the language."""
    if not context.has("cases", "languages"):
        return
    say = context.said.say
    for case in context.snapshot.cases:
        if not case.languages and "languages" not in case.bad and context.is_open(case):
            yield context.finding(
                "missing_languages",
                case,
                "languages",
                say("The language is missing; the case is assigned without it."),
                say("Please type at least one language."),
                "note",
            )


def consent_missing(context: CheckContext) -> Iterator[Problem]:
    """Mails are wanted, but nobody noted the consent, so that none is sent."""
    if not context.has("cases", "contact_way", "consent_on") or "consents" in context.snapshot.layouts:
        return
    say = context.said.say
    for case in context.snapshot.cases:
        wanted = case.contact_way == ContactWay.EMAIL and context.is_open(case)
        if wanted and case.consent_on is None and case.withdrawn_on is None and "consent_on" not in case.bad:
            yield context.finding(
                "consent_missing",
                case,
                "consent_on",
                say("Mail is wanted, but the date of the consent is missing; nothing is sent."),
                say("Please type the date of the consent, or choose another way of contact."),
            )


def address_missing(context: CheckContext) -> Iterator[Problem]:
    """Mails are wanted, but there is no address."""
    if not context.has("cases", "contact_way", "email"):
        return
    say = context.said.say
    for case in context.snapshot.cases:
        wanted = case.contact_way == ContactWay.EMAIL and context.is_open(case)
        if wanted and case.email is None and "email" not in case.bad:
            yield context.finding(
                "missing_email",
                case,
                "email",
                say("Mail is wanted, but there is no address; nothing is sent."),
                say("Please type the mail address, or choose another way of contact."),
            )


def implausible_birth_date(context: CheckContext) -> Iterator[Problem]:
    """Born in the future, or longer ago than anybody lives."""
    say = context.said.say
    for case in context.snapshot.cases:
        born = case.birth_date
        if born and (born > context.today or context.today - born > _OLDEST):
            yield context.finding(
                "implausible_birth_date",
                case,
                "birth_date",
                say("The birth date {date} cannot be right.", date=day(born)),
                say("Please check the year."),
            )


def _before(context: CheckContext, case: Case, later: str, code: str, message: str) -> Iterator[Problem]:
    value = getattr(case, later)
    if value and case.received and value < case.received:
        say = context.said.say
        text = say(message, date=day(value), received=day(case.received))
        yield context.finding(code, case, later, text, say("Please check both dates."))


def first_contact_before_received(context: CheckContext) -> Iterator[Problem]:
    """The first contact lies before the case came in."""
    message = "The first contact on {date} lies before the case came in on {received}."
    for case in context.snapshot.cases:
        yield from _before(context, case, "first_contact_on", "first_contact_before_received", message)


def closed_before_received(context: CheckContext) -> Iterator[Problem]:
    """The case was closed before it came in."""
    message = "The case was closed on {date}, before it came in on {received}."
    for case in context.snapshot.cases:
        yield from _before(context, case, "closed_on", "closed_before_received", message)


def future_dates(context: CheckContext) -> Iterator[Problem]:
    """What has happened cannot lie ahead."""
    say = context.said.say
    for case in context.snapshot.cases:
        for name in ("received", "first_contact_on", "closed_on", "consent_on"):
            value = getattr(case, name)
            if value and value > context.today:
                yield context.finding(
                    "date_in_future",
                    case,
                    name,
                    say("{date} lies in the future.", date=day(value)),
                    say("Please check the date."),
                )


def closed_without_outcome(context: CheckContext) -> Iterator[Problem]:
    """A case closed as planned says nothing of what came of it."""
    if not context.has("cases", "outcome", "phase"):
        return
    say = context.said.say
    for case in context.snapshot.cases:
        if case.phase == "closed" and not case.outcome:
            yield context.finding(
                "closed_without_outcome",
                case,
                "outcome",
                say("The case is closed without an outcome."),
                say("Please type the outcome; the reports count it."),
            )


def closed_without_date(context: CheckContext) -> Iterator[Problem]:
    """A closed case of which nobody knows when it ended: no month counts it."""
    if not context.has("cases", "closed_on"):
        return
    say = context.said.say
    for case in context.snapshot.cases:
        if case.closed_on is None and case.phase_since is None and case.bad.isdisjoint({"closed_on", "phase"}):
            if context.is_open(case):
                continue
            yield context.finding(
                "closed_without_date",
                case,
                "closed_on",
                say("The case is closed, but the date of closing is missing."),
                say("Please type it like 24.12.2024; until then no month counts the case as closed."),
            )


def closed_but_open_phase(context: CheckContext) -> Iterator[Problem]:
    """A date of closing beside a phase in which work goes on."""
    say = context.said.say
    for case in context.snapshot.cases:
        phase = context.facts.phase(case.phase)
        if case.closed_on and case.closed_on <= context.today and phase and phase.open:
            yield context.finding(
                "closed_but_open_phase",
                case,
                "phase",
                say("The case was closed on {date}, but its phase is still open.", date=day(case.closed_on)),
                say("Please set the phase to closed, or remove the date."),
            )


def permit_expired(context: CheckContext) -> Iterator[Problem]:
    """The residence permit of an open case has run out."""
    say = context.said.say
    for case in context.snapshot.cases:
        if case.permit_until and case.permit_until < context.today and context.is_open(case):
            yield context.finding(
                "permit_expired",
                case,
                "permit_until",
                say("The residence permit ended on {date}.", date=day(case.permit_until)),
                say("Please talk about it at the next meeting, and type the new date."),
                "note",
            )


def household_split(context: CheckContext) -> Iterator[Problem]:
    """A household with more than one case manager."""
    say = context.said.say
    for members in context.households.values():
        open_cases = [case for case in members if case.manager and context.is_open(case)]
        if len({case.manager for case in open_cases}) > 1:
            numbers = tuple(named(case) for case in open_cases)
            managers = ", ".join(f"{named(case)}: {case.manager}" for case in open_cases)
            yield context.finding(
                "household_split",
                open_cases[0],
                "manager",
                say(
                    "The household {name} has several case managers ({list}).", name=members[0].household, list=managers
                ),
                say("Please decide who looks after all of them."),
                "note",
                numbers,
            )


CHECKS: tuple[Check, ...] = (
    unknown_manager, missing_name, missing_received, missing_languages, consent_missing, address_missing,
    implausible_birth_date, first_contact_before_received, closed_before_received, future_dates,
    closed_without_outcome, closed_without_date, closed_but_open_phase, permit_expired, household_split,
)  # fmt: skip
