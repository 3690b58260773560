"""Checks of consents, and the question about those that end soon."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from automations.jobs.checks.context import Check, CheckContext, day
from automations.model.decisions import ask, holder
from automations.model.history import History
from automations.model.plan import EditGroup, Fact
from automations.model.problems import Problem
from automations.model.records import Consent

AHEAD = timedelta(days=30)  # how long before its end a consent is asked about


def unknown_case(context: CheckContext) -> Iterator[Problem]:
    """A consent that names no case of the workbook."""
    say = context.said.say
    for consent in context.snapshot.consents:
        if consent.case and consent.case not in context.snapshot.case_by_number:
            message = say("There is no case {case}.", case=consent.case)
            advice = say("Please check the number in the tab of the cases.")
            yield context.finding("consent_unknown_case", consent, "case", message, advice)


def no_withdrawals(context: CheckContext) -> Iterator[Problem]:
    """A table of consents without a column for withdrawals, and with columns that nobody understands: what says that
    a client withdrew may be among them."""
    layout, say = context.snapshot.layouts.get("consents"), context.said.say
    if layout is None or "withdrawn_on" in layout.columns or not layout.unread:
        return
    unread = context.said.quoted(*layout.unread.values())
    message = say("No column says who withdrew; these are not understood: {columns}.", columns=unread)
    advice = say("If one of them says it, please call it “Withdrawn on”: otherwise kim writes to people who withdrew.")
    yield Problem("consents_without_withdrawal", message, advice, "warning", layout.workbook, "consents", layout.tab,
                  layout.header_row, who="lead")  # fmt: skip


CHECKS: tuple[Check, ...] = (unknown_case, no_withdrawals)


def ending(context: CheckContext, history: History, job: str) -> tuple[tuple[EditGroup, ...], tuple[Fact, ...]]:
    """A question for each consent that ends within a month: of an open case, not withdrawn, and not given anew."""
    groups: list[EditGroup] = []
    facts: list[Fact] = []
    for consent in context.snapshot.consents:
        if not _ends_soon(consent, context):
            continue
        case, say = context.snapshot.case_by_number.get(consent.case or ""), context.said
        without = say.say("nothing is sent any more for which it is needed.")
        terms = holder(case.manager if case else None, consent.valid_until, without, say)
        asked = ask(
            # The end is part of the key: a consent that was given anew is asked about again before its new end.
            f"consent/{consent.case}/{consent.purpose}/{consent.channel}/{consent.valid_until}",
            *_said(consent, context), consent.case or "", context.snapshot, history, job, context.now,
            terms, say,
        )  # fmt: skip
        groups += asked[0]
        facts += asked[1]
    return tuple(groups), tuple(facts)


def _ends_soon(consent: Consent, context: CheckContext) -> bool:
    case = context.snapshot.case_by_number.get(consent.case or "")
    until = consent.valid_until
    if case is None or until is None or consent.withdrawn_on or "valid_until" in consent.bad:
        return False
    if not context.is_open(case) or not context.today <= until <= context.today + AHEAD:
        return False
    return not any(_renews(other, consent) for other in context.snapshot.consents_by_case.get(consent.case or "", ()))


def _renews(other: Consent, consent: Consent) -> bool:
    same = (other.purpose, other.channel, other.recipient) == (consent.purpose, consent.channel, consent.recipient)
    # Only a later end renews: the same row stands in the list of the others, too.
    longer = other.valid_until is None or (consent.valid_until is not None and other.valid_until > consent.valid_until)
    return same and longer and other.given_on is not None and other.withdrawn_on is None


def _said(consent: Consent, context: CheckContext) -> tuple[str, str]:
    say = context.said.say
    words = context.snapshot.words
    purpose = words.get(("consents", "purpose", consent.purpose or ""), consent.purpose or "?")
    channel = words.get(("consents", "channel", str(consent.channel or "")), str(consent.channel or "?"))
    question = say(
        "The consent of {case} ({purpose}, {channel}) ends on {day}. Will it be given anew?",
        case=consent.case, purpose=purpose, channel=channel, day=day(consent.valid_until or context.today),
    )  # fmt: skip
    proposal = say(
        "If yes: please type the new consent as a row of its own. Without one nothing is sent after that day."
    )
    return question, proposal
