"""Turns what came into the mailbox into facts of the ledger: answers, objections, mails that came back.

A fact is committed before its message is put away, and a message is known by its Message-ID: a crash
in between makes no second fact.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from typing import Literal

from automations.common.texts import texts
from automations.ledger import Ledger
from automations.messages.addresses import AddressProblem, address
from automations.messages.bounces import Bounce
from automations.messages.inbox import Inbox, Letter, OpenInbox
from automations.messages.incoming import Reading, classify
from automations.messages.mailbox import MailboxProblem
from automations.messages.message import Sender
from automations.messages.reply_tokens import ReplyTokens
from automations.messages.replying.asked import AskedMails
from automations.model.history import Reply
from automations.model.plan import Fact, Mail

_BACK = timedelta(days=60)
"""Clients are reminded days before: an older message answers nothing that is still to come."""

_RETURNABLE = frozenset({"sent", "unknown", "bounced"})

Result = Literal["confirm", "cancel", "object", "bounced", "ignored", "known", "own", "people"]
"""What became of a message. known: it was dealt with before; own: a copy of our mail, which the search for
doubtful mails must find where it lies; people: left to them, unread."""

_LEFT_ALONE: frozenset[Result] = frozenset({"own", "people"})


@dataclass(frozen=True, slots=True)
class Inflow:
    """What a look into the mailbox came to: how many messages became what, how many nobody has read,
    and why it could not be read to its end ("" if it could)."""

    results: Mapping[Result, int] = field(default_factory=dict)
    unread: int = 0
    trouble: str = ""


def read_inbox(
    inbox: Inbox, ledger: Ledger, replies: ReplyTokens, sender: Sender, now: datetime, language: str
) -> Inflow:
    """Take in what is new in the mailbox. `now` is aware. A mailbox out of reach is told, not raised."""
    desk = _Desk(ledger, replies, sender, now, language)
    results: Counter[Result] = Counter()
    try:
        with inbox.opened() as box:
            _take_all(box, desk, results)
            unread = box.unread()
    except MailboxProblem as problem:
        say = texts(language)
        trouble = say.say("The mailbox for answers cannot be read: {reason}", reason=str(problem))
        return Inflow(dict(results), trouble=trouble)
    ledger.remember([Fact("inbox", "unread", {"count": unread})], now)
    return Inflow(dict(results), unread)


def _take_all(box: OpenInbox, desk: _Desk, results: Counter[Result]) -> None:
    place = desk.ledger.fact("inbox", "place") or {}
    known = place.get("uid") if place.get("validity") == box.validity else 0
    last = known if isinstance(known, int) else 0
    for letter in box.letters(last, (desk.now - _BACK).date()):
        result = desk.take(letter)
        results[result] += 1
        if result not in _LEFT_ALONE:
            box.put_away(letter.uid)
        last = letter.uid
    desk.ledger.remember([Fact("inbox", "place", {"validity": box.validity, "uid": last})], desk.now)


@dataclass(frozen=True)
class _Desk:
    """Where one message after the other is dealt with."""

    ledger: Ledger
    replies: ReplyTokens
    sender: Sender
    now: datetime
    language: str

    @cached_property
    def asked(self) -> AskedMails:
        """What clients were sent."""
        return AskedMails(self.ledger, self.sender)

    def take(self, letter: Letter) -> Result:
        """Remember what a message says; what that was."""
        if not letter.whole:
            return "people"
        try:
            reading = classify(letter.message, self.replies.verify)
        except Exception:  # noqa: BLE001 (a stranger's message must not stop the others: people look at it)
            return "people"
        if reading.kind == "answer":
            return self._answer(reading, letter.uid)
        if reading.bounce is not None:
            return self._returned(reading.bounce)
        if reading.kind == "automatic":
            return "own" if reading.identity in self.asked.by_message_id else "ignored"
        return "people"

    def _answer(self, reading: Reading, uid: int) -> Result:
        # Answers that came within one second stay in their order.
        taken = min(reading.at or self.now, self.now)
        at = max(taken, self.now - _BACK) + timedelta(microseconds=uid % 1_000_000)
        answers = [*self._yes_or_no(reading, at), *self._objections(reading)]
        if not answers:
            return "people"
        fresh = [self.ledger.record_reply(reply, self.now, message_id=reading.identity) for reply in answers]
        if reading.objects and reading.token is None:
            self.ledger.note_address(reading.sender, "objected", self.now)
        return answers[-1].action if any(fresh) else "known"

    def _yes_or_no(self, reading: Reading, at: datetime) -> Iterator[Reply]:
        if reading.token is not None and reading.token.action != "object":
            mails = self.asked.about(reading.token.appointment)
            yield from _reply(mails, reading.token.version, reading.token.action, at)
        elif reading.calendar is not None and reading.calendar.action is not None:
            mails = self.asked.in_calendar(reading.calendar.uid)
            yield from _reply(mails, reading.calendar.sequence, reading.calendar.action, at)

    def _objections(self, reading: Reading) -> Iterator[Reply]:
        """They count from the moment that kim reads them: a telephone whose clock is wrong must not date
        one before the consent that is there already, which would lift it."""
        if not reading.objects:
            return
        token = reading.token
        mails = self.asked.about(token.appointment) if token else self.asked.objected_to(reading)
        for mail in {mail.case: mail for mail in mails}.values():
            yield Reply(mail.subject_key, mail.case, mail.version, "object", self.now)

    def _returned(self, bounce: Bounce) -> Result:
        item = self.asked.by_message_id.get(bounce.message_id)
        returned = bounce.of(_on_the_wire(item.mail.to)) if item else None
        if item is None or returned is None or item.state not in _RETURNABLE:
            return "people"
        if not returned.final:
            return "ignored"
        # The code alone: what servers write beside it names the person.
        detail = texts(self.language).say("The mail came back ({status}).", status=returned.status or "?")
        self.ledger.settle_mail(item.mail.key, "bounced", self.now, detail=detail)
        if returned.dead:
            self.ledger.note_address(item.mail.to, "bounced", self.now)
        return "bounced"


def _on_the_wire(typed: str) -> str:
    try:
        return address(typed).addr_spec
    except AddressProblem:
        return typed


def _reply(mails: Sequence[Mail], version: int, action: Literal["confirm", "cancel"], at: datetime) -> Iterator[Reply]:
    """The answer to a version, with the status that the row had when the client was last asked about it."""
    if not mails:
        return
    asked = [mail for mail in mails if mail.version == version]
    status = asked[-1].context.get("status") if asked else None
    seen = {"status": status} if isinstance(status, str) else {}
    yield Reply(mails[-1].subject_key, mails[-1].case, version, action, at, seen)
