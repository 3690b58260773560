"""Asks people about what clients wrote that only people can judge, and does what they answer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Literal

from msgspec import structs

from automations.common.texts import Texts
from automations.engine.parts import World
from automations.ledger.recording import PlannedMail
from automations.model.decisions import Asked, answer, ask, holder
from automations.model.fact_kinds.messages import Letter
from automations.model.fact_kinds.questions import Acted
from automations.model.history import History, Reply
from automations.model.problems import Problem
from automations.model.records import Answer
from automations.model.snapshot import Snapshot
from automations.model.told import is_offer

_OPPOSITE: Mapping[str, Literal["confirm", "cancel"]] = MappingProxyType({"confirm": "cancel", "cancel": "confirm"})


def letter_questions(snapshot: Snapshot, history: History, job: str, now: datetime, say: Texts) -> Asked:
    """A question about each letter that nobody has been asked about."""
    asked = Asked()
    for key, letter in _letters(history):
        question, proposal = _said(letter, say)
        if "decisions" not in snapshot.layouts:
            asked.problems.append(_problem(question, letter, snapshot, say))
            continue
        case = snapshot.case_by_number.get(letter.case)
        terms = holder(case.manager if case else None, now.date(), _until_then(letter, say), say, urgent=True)
        asked.take(ask(key, question, proposal, letter.case, snapshot, history, job, now, terms, say))
    return asked


def act_on_letters(
    world: World, mails: tuple[PlannedMail, ...], snapshot: Snapshot, history: History, now: datetime
) -> tuple[PlannedMail, ...]:
    """Take down as facts what people decided, each once; returns the mails that may leave all the same."""
    silenced = set()
    for key, letter in _letters(history):
        said = answer(key, snapshot, history)
        # Once: the cell goes on saying yes for ever, but the client may answer again.
        if said not in {Answer.YES, Answer.NO} or world.ledger.fact(Acted, key) is not None:
            continue
        reply = _reply(letter, yes=said is Answer.YES, now=now)
        if reply is not None:
            world.ledger.record_reply(reply, now, message_id=key)
            # The plan was made before the answer was known; what it would still send to them is stopped here.
            silenced |= {reply.case} if reply.action == "object" else set()
        world.ledger.remember([Acted(said.value, letter.case).under(key)], now)
    return tuple(
        structs.replace(item, state="suppressed", detail="objected")
        # Mails to colleagues about the case go on: they are what the objection leaves.
        if silenced & item.mail.cases and item.mail.audience == "client"
        else item
        for item in mails
    )


def _letters(history: History) -> Iterator[tuple[str, Letter]]:
    return ((f"{Letter.kind}/{key}", letter) for key, letter in history.facts_of(Letter).items())


def _reply(letter: Letter, *, yes: bool, now: datetime) -> Reply | None:
    """What a decision makes of the letter; None where nothing follows from it."""
    if letter.about == "objection":
        return Reply(letter.appointment, letter.case, letter.version, "object", now) if yes else None
    # What was only to be read has been read: whatever follows from it people enter themselves.
    if letter.about != "contrary":
        return None
    seen = {"status": letter.status} if letter.status else {}
    # Twice is the button itself, in the type that a reply wants.
    meant = _OPPOSITE[letter.action] if yes else _OPPOSITE[_OPPOSITE[letter.action]]
    return Reply(letter.appointment, letter.case, letter.version, meant, letter.at or now, seen)


def _said(letter: Letter, say: Texts) -> tuple[str, str]:
    """The question and the proposal."""
    values = {"case": letter.case, "appointment": letter.appointment, "words": letter.words}
    about = letter.about
    if about == "objection":
        question = say.say(
            "Case {case}: somebody who writes under the client's address wants no more messages. {reason} Does the "
            "client want none?",
            reason=say.say(_REASONS[letter.reason]), **values,
        )  # fmt: skip
        return question, say.say("yes: no more reminders are sent. no: they go on. Please ask the client.")
    # Before the others: whoever was asked to interpret is no client, and must not be called one.
    if is_offer(letter.appointment):
        return _said_of_an_offer(letter, say, values)
    if about == "contrary":
        return _said_against_the_button(letter, say, values)
    if about in _CALENDAR:
        question = say.say(_CALENDAR[about], **values)
    elif about in {"text", "mail"} and not letter.appointment:
        # Of a rule of the team's own, which is about no appointment.
        question = say.say("Case {case}: the client answered a message in words: “{words}”. Seen to?", **values)
    elif about == "text":
        question = say.say("Case {case} ({appointment}): the answer to a text message: “{words}”. Seen to?", **values)
    elif about == "mail":
        question = say.say(
            "Case {case} ({appointment}): the client answered a mail in words: “{words}”. Seen to?", **values
        )
    elif letter.action == "confirm":
        question = say.say(
            "Case {case} ({appointment}): the client confirmed, and writes: “{words}”. Seen to?", **values
        )
    elif letter.action == "cancel":
        question = say.say(
            "Case {case} ({appointment}): the client cancelled, and writes: “{words}”. Seen to?", **values
        )
    else:
        question = say.say("Case {case}: the client wants no more messages, and writes: “{words}”. Seen to?", **values)
    return question, say.say("yes: somebody has read it and seen to it.")


def _said_of_an_offer(letter: Letter, say: Texts, values: Mapping[str, str]) -> tuple[str, str]:
    """Of whoever was asked to take something on, and is no client."""
    contrary = letter.about == "contrary"
    if letter.about == "mail":
        question = say.say("{case}: somebody who was asked answered in words: “{words}”. Seen to?", **values)
        return question, say.say("yes: somebody has read it and seen to it.")
    tapped = say.say("Yes") if letter.action == "confirm" else say.say("No")
    asks = say.say("Is it the other way round?") if contrary else say.say("Seen to?")
    question = say.say(
        "{case}: somebody who was asked tapped “{tapped}” and writes: “{words}”. {ask}",
        tapped=tapped, ask=asks, **values,
    )  # fmt: skip
    if contrary:
        return question, say.say("yes: the opposite of the button counts. no: the button counts.")
    return question, say.say("yes: somebody has read it and seen to it.")


def _said_against_the_button(letter: Letter, say: Texts, values: Mapping[str, str]) -> tuple[str, str]:
    if letter.action == "confirm":
        question = say.say(
            "Case {case} ({appointment}): the client tapped “Yes”, but writes: “{words}”. Is it off?", **values
        )
        return question, say.say("yes: it counts as a cancellation. no: it counts as a confirmation.")
    question = say.say(
        "Case {case} ({appointment}): the client tapped “No”, but writes: “{words}”. Is it on?", **values
    )
    return question, say.say("yes: it counts as a confirmation. no: it counts as a cancellation.")


def _until_then(letter: Letter, say: Texts) -> str:
    """What holds while nobody answers."""
    if letter.about == "objection":
        return say.say("reminders go on.")
    if letter.about == "contrary":
        return say.say("the hour stays as it is, and nobody knows whether the client comes.")
    return say.say("nobody has read the client's words.")


_CALENDAR: Mapping[str, str] = MappingProxyType({
    "maybe": "Case {case} ({appointment}): in the calendar the client answers “maybe” ({words}). Seen to?",
    "counter": "Case {case} ({appointment}): in the calendar the client proposes another time ({words}). Seen to?",
    "handed_on": "Case {case} ({appointment}): in the calendar the client passes the entry on ({words}). Seen to?",
})  # fmt: skip

_REASONS: Mapping[str, str] = MappingProxyType({
    "forged": "The mail server doubts that it was the client.",
    "unknown": "Nothing in the message shows that it was the client.",
    "long": "It stands in a long letter; please read it in the mailbox.",
    "spam": "Their provider reports that our mail was marked as spam, which may be a slip.",
})  # fmt: skip


def _problem(question: str, letter: Letter, snapshot: Snapshot, say: Texts) -> Problem:
    case = snapshot.case_by_number.get(letter.case)
    return Problem(
        code="letter",
        message=question,
        advice=say.say("Please read the message in the mailbox for answers, and enter what follows from it."),
        **snapshot.where(case, table="cases"),
        key=letter.case,
        who=(case.manager if case else None) or "lead",
    )
