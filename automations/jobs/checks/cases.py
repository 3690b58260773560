"""Checks of cases."""

from __future__ import annotations

from collections.abc import Iterator

from automations.common.alike import alike
from automations.jobs.checks.context import Check, CheckContext, named
from automations.messages.consent import permission
from automations.model.cases import family_question, named_apart, parted
from automations.model.decisions import answer
from automations.model.problems import Problem
from automations.model.records import Answer, Appointment, Case, ContactWay
from automations.model.snapshot import Snapshot


def unknown_manager(context: CheckContext) -> Iterator[Problem]:
    """A case manager who is not in the team's table. Who had a closed case or a past appointment does
    not matter any more."""
    known = context.snapshot.manager_by_code
    if "team" not in context.snapshot.layouts:
        return
    say = context.said.say
    # Teams change: names of former colleagues stand in hundreds of old rows, and nobody can mend them.
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
                # Twenty: large sites have fifty colleagues, and nobody reads that in a cell.
                say("Please use the code of a colleague: {codes}.", codes=", ".join(sorted(known)[:20])),
            )


def missing_name(context: CheckContext) -> Iterator[Problem]:
    """A case without any name."""
    say = context.said.say
    for case in context.snapshot.cases:
        # A team that keeps the whole name in one column misses nothing in the others.
        if not case.last_name and not case.first_name and not context.has("cases", "full_name"):
            yield context.finding(
                "missing_name", case, "last_name", say("The name is missing."), say("Please type the last name.")
            )


def consent_missing(context: CheckContext) -> Iterator[Problem]:
    """Messages are wanted, but no consent to them holds, so that none is sent."""
    snapshot, say = context.snapshot, context.said.say
    # Where the team keeps consents as rows, the dates beside the case mean nothing any more.
    if "consents" in snapshot.layouts or snapshot.unread_consents:
        yield from _consent_without_row(context)
    elif context.has("cases", "contact_way", "consent_on"):
        for case in snapshot.cases:
            wanted = case.contact_way == ContactWay.EMAIL and context.is_open(case)
            if wanted and case.consent_on is None and case.withdrawn_on is None and "consent_on" not in case.bad:
                message = say("Mail is wanted, but the date of the consent is missing; nothing is sent.")
                advice = say("Please type the date of the consent, or choose another way of contact.")
                yield context.finding("consent_missing", case, "consent_on", message, advice)


def _consent_without_row(context: CheckContext) -> Iterator[Problem]:
    """The same where consents are rows of a table of their own."""
    say, tab = context.said.say, _consents_tab(context.snapshot)
    for case in context.snapshot.cases if context.has("cases", "contact_way") else ():
        channel = {ContactWay.EMAIL: "email", ContactWay.SMS: "sms"}.get(case.contact_way or ContactWay.NONE)
        if channel is None or not context.is_open(case):
            continue
        known = permission(context.snapshot, case, context.today, channel=channel)
        ended = known.until is not None and known.until < context.today
        if (known.given_on is None or ended) and known.withdrawn_on is None:
            message = say("Messages are wanted, but no row of the tab “{tab}” permits them; nothing is sent.", tab=tab)
            advice = say(
                "Please enter the consent to reminders on this channel there, or choose another way of contact."
            )
            yield context.finding("consent_missing", case, "contact_way", message, advice)


def _consents_tab(snapshot: Snapshot) -> str:
    layout = snapshot.layouts.get("consents")
    return layout.tab if layout else snapshot.unread_consents


def household_split(context: CheckContext) -> Iterator[Problem]:
    """A household with more than one case manager."""
    say, alone = context.said.say, parted(context.snapshot.cases)
    for household, members in context.households.items():
        # A shelter, or whatever else people said is no family: nobody has to have them all.
        if answer(family_question(household), context.snapshot, context.history) is Answer.NO:
            continue
        # Who must not meet somebody of the household is looked after apart, whoever has the others.
        family = [case for case in members if case.number not in alone]
        open_cases = [case for case in family if case.manager and context.is_open(case)]
        if len({case.manager for case in open_cases}) > 1:
            numbers = tuple(named(case) for case in open_cases)
            managers = ", ".join(f"{named(case)}: {case.manager}" for case in open_cases)
            message = say(
                "The household {name} has several case managers ({list}).", name=members[0].household, list=managers
            )
            advice = say("Please decide who looks after all of them.")
            yield context.finding("household_split", open_cases[0], "manager", message, advice, "note", numbers)


def unknown_office(context: CheckContext) -> Iterator[Problem]:
    """A wish for an office that no colleague has: it cannot count. Where no office is recorded nothing is missed."""
    say = context.said.say
    offices = {alike(one.office): one.office for one in context.snapshot.team if one.office}
    for case in context.snapshot.cases if offices else ():
        wish = case.office_wish
        if wish and alike(wish) not in offices and context.is_open(case):
            message = say("No colleague has the office “{wish}”; so the wish cannot be kept.", wish=wish)
            advice = say(
                "Please use one of: {offices}. Who is wished for belongs into “{manager}”.",
                offices=", ".join(sorted(offices.values())),
                manager=context.snapshot.heading("cases", "manager"),
            )
            yield context.finding("unknown_office", case, "office_wish", message, advice, "note")


def unknown_apart(context: CheckContext) -> Iterator[Problem]:
    """Who must not meet somebody, but the cell names no other case: nobody is kept apart."""
    say = context.said.say
    numbers = {case.number.casefold() for case in context.snapshot.cases if case.number}
    for case in context.snapshot.cases:
        words = named_apart(case)
        others = {word.casefold() for word in words} - {(case.number or "").casefold()}
        # Words without a digit may be a remark beside the number ("Ex-Mann, KIM-3"); a number must be one.
        lost = [word for word in words if word.casefold() not in others & numbers and any(map(str.isdigit, word))]
        if words and (lost or not others & numbers) and context.is_open(case):
            message = say(
                "“{words}” names no other case; nobody is kept apart from it.", words=", ".join(lost or words)
            )
            advice = say("Please type the number of the case that must not meet this one.")
            yield context.finding("unknown_apart", case, "not_with", message, advice, keys=(named(case),))


CHECKS: tuple[Check, ...] = (
    unknown_manager, missing_name, consent_missing, household_split, unknown_office, unknown_apart,
)  # fmt: skip
