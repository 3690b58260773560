"""Turns what came into the mailbox into facts of the ledger: answers, objections, mails that came back.

A fact is committed before its message is put away, and a message is known by its Message-ID: a crash
in between makes no second fact."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from datetime import datetime, timedelta
from functools import cached_property
from typing import Literal
from zoneinfo import ZoneInfo

from msgspec import Struct, field, structs

from automations.common.texts import texts
from automations.ledger.book import Ledger
from automations.messages.bounces import Bounce
from automations.messages.inbox import (
    BACK,
    Inbox,
    Letter,
    MailboxProblem,
    NotPutAwayError,
    OpenInbox,
    last_read,
    oldest,
)
from automations.messages.incoming import Reading, classify
from automations.messages.message import Sender
from automations.messages.remarks import Remark
from automations.messages.reply_tokens import OF_APPROVERS, ReplyTokens
from automations.messages.replying.asked_mails import RETURNABLE, AskedMails
from automations.messages.replying.letters import About, asks, letter_fact, proposed, replies_of, tellings
from automations.model.fact_kinds.messages import InboxPlace, Unread
from automations.model.fact_kinds.team_rules import ApprovalAsked, RuleApproved, RuleRefused
from automations.model.history import Reply
from automations.model.plan import Fact, Mail
from automations.model.told import is_offer

Result = Literal["approved", "confirm", "cancel", "object", "asked", "bounced", "ignored", "known", "own", "people"]
"""What became of a message. asked: people decide what it means; known: it was dealt with before; own: a copy of our
mail, which the search for doubtful mails must find where it lies; people: left to them, unread."""

_LEFT_ALONE: frozenset[Result] = frozenset({"own", "people", "asked"})


class Inflow(Struct, frozen=True):
    """What a look into the mailbox came to: how many messages became what, how many nobody has read,
    and why it could not be read to its end ("" if it could)."""

    results: Mapping[Result, int] = field(default_factory=dict)
    unread: int = 0
    trouble: str = ""


def read_inbox(
    inbox: Inbox,
    ledger: Ledger,
    replies: ReplyTokens,
    sender: Sender,
    now: datetime,
    language: str,
    approvers: Collection[str] = (),
) -> Inflow:
    """Take in what is new in the mailbox. `now` is aware. A mailbox out of reach is told, not raised. `approvers`
    are the addresses whose answers approve what the workbook proposes."""
    desk = _Desk(ledger, replies, sender, now, language, frozenset(one.casefold() for one in approvers))
    results: Counter[Result] = Counter()
    say, left = texts(language), ""
    try:
        with inbox.opened() as box:
            left = _take_all(box, desk, results)
            unread = box.unread()
    except MailboxProblem as problem:
        trouble = say.say("The mailbox for answers cannot be read: {reason}", reason=str(problem))
        return Inflow(dict(results), trouble=trouble)
    # Only where the mailbox was read to its end: a count that a broken connection cut would look like good news.
    ledger.remember([Unread(unread).under()], now)
    trouble = say.say("Answers were read, but kim may not mark them as read or move them: {reason}", reason=left)
    return Inflow(dict(results), unread, trouble if left else "")


def _take_all(box: OpenInbox, desk: _Desk, results: Counter[Result]) -> str:
    """Why a message that was read could not be put away, where that was so."""
    last, left = last_read(box, desk.ledger), ""
    try:
        for letter in box.letters(last, oldest(desk.now)):
            result, done = desk.take(letter)
            results[result] += 1
            # Read and put away only when its fact is committed: a crash before that leaves it for the next look.
            if done:
                try:
                    box.put_away(letter.uid)
                except NotPutAwayError as refused:
                    left = str(refused)
            last = letter.uid
    finally:
        # Once at the end: what is read twice after a crash is known by its Message-ID.
        desk.ledger.remember([InboxPlace(box.validity, last).under()], desk.now)
    return left


class _Desk(Struct, frozen=True, dict=True):
    """Where one message after the other is dealt with."""

    ledger: Ledger
    replies: ReplyTokens
    sender: Sender
    now: datetime
    language: str
    approvers: frozenset[str] = frozenset()

    @cached_property
    def asked(self) -> AskedMails:
        """What clients were sent."""
        return AskedMails(self.ledger, self.sender)

    def take(self, letter: Letter) -> tuple[Result, bool]:
        """Remember what a message says; what that was, and whether people need not see the message any more."""
        result, words = self._taken(letter)
        return result, result not in _LEFT_ALONE and not words

    def _taken(self, letter: Letter) -> tuple[Result, bool]:
        """What became of it, and whether there are words in it for people."""
        # Only its head was fetched, so nothing of it can be judged.
        if not letter.whole:
            return "people", True
        try:
            reading = classify(letter.message, lambda subject: self.replies.verify(subject, self.asked.respelt))
        except Exception:  # noqa: BLE001 (a stranger's message must not stop the others: people look at it)
            return "people", True
        if reading.kind == "answer":
            of_approver = reading.token is not None and reading.token.action in OF_APPROVERS
            result = self._approval(reading) if of_approver else self._answer(reading, letter.uid)
            return result, bool(reading.remark.text)
        if reading.bounce is not None:
            return self._returned(reading.bounce), False
        if reading.kind == "automatic":
            return ("own" if reading.identity in self.asked.by_message_id else "ignored"), False
        return self._of_calendar(reading) if reading.calendar is not None else self._of_words(reading), True

    def _of_calendar(self, reading: Reading) -> Result:
        """A calendar that says neither yes nor no, such as a maybe or another time: people ask the client."""
        entry, zone = reading.calendar, ZoneInfo(self.sender.zone)
        mails = self.asked.in_calendar(entry.uid) if entry is not None and entry.open else []
        if entry is None or not entry.open or not mails:
            return "people"
        alone = mails[-1] if len({one.case for one in mails}) == 1 else None
        mail = self.asked.asked_at(entry, zone, reading.sender) or alone
        if mail is None or is_offer(mail.subject_key):
            return "people"
        one, words = tellings(mail)[0], proposed(entry, zone)
        about = Reply(one.subject, one.case, one.version, "confirm", self.now)
        said = structs.replace(reading, remark=Remark(words))
        self.ledger.remember([letter_fact(entry.open, about, said)], self.now)
        return "asked"

    def _of_words(self, reading: Reading) -> Result:
        """Words without a button, in answer to a text message or a mail of ours: "I cannot come, my child is ill" must
        not wait for somebody to look into the mailbox, and only a person can say what follows from it."""
        texted = self.sender.of_text(reading.sender)
        mails = self.asked.sent_to(texted) if texted else self.asked.quoted(reading)
        # An interpreter who said yes and falls ill writes so in words, too.
        mails = mails or [mail for mail in self._offers(reading) if is_offer(mail.subject_key)]
        if not mails or not reading.remark.text:
            return "people"
        last = tellings(mails[-1])[0]
        about = Reply(last.subject, last.case, last.version, "confirm", self.now)
        self.ledger.remember([letter_fact("text" if texted else "mail", about, reading)], self.now)
        return "asked"

    def _approval(self, reading: Reading) -> Result:
        """An approver's answer about a rule of the workbook: it counts from the own mailbox alone, and for what
        was asked. Words that speak against the button are for people."""
        token = reading.token
        asked = self.ledger.fact(ApprovalAsked, token.appointment) if token else None
        # A rule can write to everybody: here the sender counts as well as the code.
        known = reading.sender in self.approvers and not reading.forged and not reading.remark.contrary
        if token is None or asked is None or not known:
            return "people"
        kind = RuleApproved if token.action == "approve" else RuleRefused
        answer = kind(asked.pin, asked.hits, asked.domains, reading.sender, self.now)
        self.ledger.remember([answer.under(token.appointment.rpartition("/")[0])], self.now)
        return "approved"

    def _answer(self, reading: Reading, uid: int) -> Result:
        # Answers that came within one second stay in their order.
        # Not later than now: a server's clock that runs fast must not put an answer before others that come later.
        taken = min(reading.at or self.now, self.now)
        if reading.token is not None and is_offer(reading.token.appointment) and not reading.stamped:
            taken = self.now  # the first yes wins: what its sender dated decides nothing
        # A date far back would put an answer before everything that was asked.
        at = max(taken, self.now - BACK) + timedelta(microseconds=uid % 1_000_000)
        answers, open_ones = list(self._yes_or_no(reading, at)), []
        if answers and reading.remark.text:
            about: About = "contrary" if reading.remark.contrary else "words"
            open_ones.append(letter_fact(about, answers[0], reading))
        # Words that speak against the button: which of the two counts is for people to say.
        if reading.remark.contrary:
            answers = []
        if self._of_partner(reading):
            return self._of_offer(reading, answers, open_ones)
        objections = list(self._objections(reading))
        if self._doubtful(reading):
            open_ones += [letter_fact("objection", reply, reading) for reply in objections]
        else:
            # "No more mails, my husband reads them": the objection counts by itself, the rest is for people.
            if objections and not open_ones and reading.remark.text:
                open_ones.append(letter_fact("words", objections[0], reading))
            answers += objections
        self.ledger.remember(open_ones, self.now)
        if not answers:
            return "asked" if open_ones else "people"
        fresh = [self.ledger.record_reply(reply, self.now, message_id=reading.identity) for reply in answers]
        # By a button the case is certain; without one all that is known is the address that it came from.
        if objections and reading.token is None and objections[0] in answers:
            self.ledger.note_address(self.sender.of_text(reading.sender) or reading.sender, "objected", self.now)
        return answers[-1].action if any(fresh) else "known"

    def _of_partner(self, reading: Reading) -> bool:
        """Whether it answers an offer to somebody who is no client."""
        mails = self._offers(reading)
        return bool(mails) and mails[-1].audience != "client"

    def _offers(self, reading: Reading) -> list[Mail]:
        """The offers, or messages to partners, that a message answers, by its button or by what it quotes."""
        token = reading.token
        if token is not None:
            return self.asked.about(token.appointment) if is_offer(token.appointment) else []
        named = [self.asked.by_message_id[one].mail for one in reading.refers if one in self.asked.by_message_id]
        return [mail for mail in named if is_offer(mail.subject_key) or mail.audience == "partner"]

    def _of_offer(self, reading: Reading, answers: list[Reply], open_ones: list[Fact]) -> Result:
        """The answer of somebody who is no client: an objection is about the own address, not about a case."""
        if reading.objects and not reading.forged:
            for mail in self._offers(reading)[-1:]:
                self.ledger.note_address(mail.to, "objected", self.now)
        self.ledger.remember(open_ones, self.now)
        if not answers:
            return "asked" if open_ones else "object" if reading.objects and not reading.forged else "people"
        fresh = [self.ledger.record_reply(reply, self.now, message_id=reading.identity) for reply in answers]
        return answers[-1].action if any(fresh) else "known"

    def _doubtful(self, reading: Reading) -> bool:
        """Whether an objection may be somebody else's, no more than a passage of a letter, or a slip of the thumb."""
        texted = self.sender.of_text(reading.sender)  # whoever answers a text message quotes nothing of it
        known = reading.token is not None or bool(self.asked.quoted(reading) or (texted and self.asked.sent_to(texted)))
        return reading.forged or reading.long or reading.spam or not known

    def _yes_or_no(self, reading: Reading, at: datetime) -> Iterator[Reply]:
        token, calendar = reading.token, reading.calendar
        if token is not None and (token.action == "confirm" or token.action == "cancel"):  # noqa: PLR1714 (mypy)
            mails = self.asked.about(token.appointment)
            yield from replies_of(mails, token.appointment, token.version, token.action, at)
        elif calendar is not None and calendar.action is not None:
            mail = self.asked.asked_at(calendar, ZoneInfo(self.sender.zone), reading.sender)
            version = mail.version if mail else calendar.sequence
            if version is not None:
                mails = self.asked.in_calendar(calendar.uid)
                subject = mails[-1].subject_key if mails else ""
                yield from replies_of(mails, subject, version, calendar.action, at)

    def _objections(self, reading: Reading) -> Iterator[Reply]:
        """They count from the moment that kim reads them: a telephone whose clock is wrong must not date
        one before the consent that is there already, which would lift it."""
        if not reading.objects:
            return
        token = reading.token
        mails = self.asked.about(token.appointment) if token else self.asked.quoted(reading)
        # Whoever quotes nothing is known by the address alone; whether that is doubtful is asked elsewhere.
        mails = mails or self.asked.sent_to(self.sender.of_text(reading.sender) or reading.sender)
        if token:
            # The version that the button was for, where it is still known; else whatever was told of the appointment.
            mails = [mail for mail in mails if asks(mail, token.appointment, token.version)] or mails
        told = {one.case: one for mail in mails for part in mail.parts for one in tellings(part)}
        for one in told.values():
            yield Reply(one.subject, one.case, one.version, "object", self.now)

    def _returned(self, bounce: Bounce) -> Result:
        found = self.asked.returned(bounce, self.sender.archive)
        if found is None or found[0].state not in RETURNABLE:
            return "people"
        item, returned = found
        # A delay: the server goes on trying, and says so when it gives up.
        if not returned.final:
            return "ignored"
        # The code alone: what servers write beside it names the person.
        detail = texts(self.language).say("The mail came back ({status}).", status=returned.status or "?")
        self.ledger.settle_mail(item.mail.key, "bounced", self.now, detail=detail)
        # Only then the address is at fault; a full mailbox may be empty next week.
        if returned.dead:
            self.ledger.note_address(item.mail.to, "bounced", self.now)
        return "bounced"
