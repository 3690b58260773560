"""What a message in the mailbox is: an answer, an objection, a mail that came back, a machine's
answer, or something for people.

Pure: who it concerns, and what follows, is found out in `automations.messages.replying`."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from email.message import Message
from email.utils import parseaddr, parsedate_to_datetime
from typing import Literal

from msgspec import Struct, field

from automations.messages.addresses import clean_line
from automations.messages.bodies import header, own_lines
from automations.messages.bounces import Bounce, bounce_of, complained_of, letter_of_a_server
from automations.messages.calendar_answers import CalendarAction, CalendarAnswer, calendar_answer
from automations.messages.remarks import Remark, remark, words_of
from automations.messages.reply_tokens import READY_MADE, ReplyToken, without_code
from automations.messages.stop_words import is_letter, is_objection, objects
from automations.model.values import digest

Kind = Literal["answer", "bounce", "automatic", "people"]
"""answer: of a client, also an objection · bounce · automatic: to be ignored · people: left to them."""

Verify = Callable[[str], ReplyToken | None]

_IDENTITY = re.compile(r"<[^<>\s]+>")
# What mail programs put before a subject that is answered, by language; some count them ("Re[2]:").
_PREFIX = re.compile(r"^(?:(?:re|aw|sv|antw|r|rép|отв|відп|ynt|رد)\s*(?:\[\d+\])?\s*[::]\s*)+", re.IGNORECASE)
_PASSED_ON = re.compile(r"\w{1,8}\s?(?:\[\d+\])?\s?[::]")
_MACHINES = frozenset({"mailer-daemon", "postmaster", "mailerdaemon"})
_BULK = frozenset({"bulk", "junk", "auto_reply", "list"})
_SUPPRESSING = ("X-Auto-Response-Suppress", "X-Autoreply", "X-Autorespond", "X-Auto-Reply", "List-Id")
_VERDICT = re.compile(r"\b(dmarc|spf|dkim)\s*=\s*(\w+)", re.IGNORECASE)


class Reading(Struct, frozen=True):
    """A message, understood. `identity` tells it from others; `sender` is a bare address, which proves nothing; `at`
    (aware) when our server took it, None if it does not say; unless it is `stamped` by a server, its sender chose it.
    `token` is signed by us, `calendar` names a calendar entry; `objects` is an objection, alone or beside them, and
    `long` says that it stands in a whole letter, `spam` that a provider reports a mark as spam. `forged` is what our
    mail server thinks of the sender. `remark` are the words beside a button, or all that a person wrote without one.
    `refers` are the Message-IDs that it answers. `why` is a word for logs and tests."""

    kind: Kind
    why: str
    identity: str = ""
    sender: str = ""
    at: datetime | None = None
    stamped: bool = False
    token: ReplyToken | None = None
    calendar: CalendarAnswer | None = None
    objects: bool = False
    long: bool = False
    spam: bool = False
    forged: bool = False
    remark: Remark = field(default_factory=Remark)
    refers: tuple[str, ...] = ()
    bounce: Bounce | None = None


def classify(message: Message, verify: Verify) -> Reading:
    """What a message is. `verify` finds a code signed by us in a subject line."""
    kind, why, found = _understood(message, verify)
    # Only to compare: whoever sends may write any address there, so that nothing rests on it alone.
    sender = clean_line(parseaddr(header(message, "From"))[1]).casefold()
    spam = complained_of(message)
    refers = [spam] if spam else _IDENTITY.findall(f"{header(message, 'In-Reply-To')} {header(message, 'References')}")
    return Reading(
        kind=kind, why=why, identity=_identity(message), sender=sender, at=_received(message),
        stamped=bool(header(message, "Received").rpartition(";")[2].strip()),
        token=found.token, calendar=found.calendar, objects=found.objects, long=found.long, spam=bool(spam),
        forged=_forged(message), remark=found.remark, bounce=found.bounce, refers=tuple(dict.fromkeys(refers)),
    )  # fmt: skip


class _Found(Struct, frozen=True):
    token: ReplyToken | None = None
    calendar: CalendarAnswer | None = None
    objects: bool = False
    long: bool = False
    remark: Remark = field(default_factory=Remark)
    bounce: Bounce | None = None


def _understood(message: Message, verify: Verify) -> tuple[Kind, str, _Found]:
    # First: a report quotes our own mail, whose words must not be read as a client's.
    returned = bounce_of(message)
    if returned is not None:
        return "bounce", "returned", _Found(bounce=returned)
    if complained_of(message):
        return "answer", "spam", _Found(objects=True)
    # Calendars answer by themselves when a person taps, so this comes before automatic answers.
    entry = calendar_answer(message)
    if entry is not None:
        return _by_calendar(entry)
    subject = header(message, "Subject")
    token = verify(subject)
    machine = _machine(message)
    # Mail programs that unsubscribe for a person (RFC 2369) say so; no machine knows this code otherwise.
    if machine and not (token is not None and token.action == "object"):
        return _by_machine(message, machine)
    return _by_person(message, subject, token)


def _by_calendar(entry: CalendarAnswer) -> tuple[Kind, str, _Found]:
    if entry.action is None:
        return "people", "calendar", _Found(calendar=entry)
    return "answer", "calendar", _Found(calendar=entry, remark=_said(entry.comment.splitlines(), entry.action, ""))


def _said(lines: Sequence[str], action: CalendarAction, subject: str) -> Remark:
    """What was typed beside a yes or no that stands by itself: no words need to have been kept."""
    found = remark(lines, action, subject)
    # Judged as if the ready-made sentence stood there: a calendar or button says yes or no without it.
    again = remark([READY_MADE[action], *lines], action, subject)
    return Remark(found.text, contrary=again.contrary)


def _by_machine(message: Message, machine: str) -> tuple[Kind, str, _Found]:
    daemon = parseaddr(header(message, "From"))[1].partition("@")[0].lower() in _MACHINES
    # Notes of absence and newsletters speak of mailboxes and failures, too, and are sent with these headers.
    letter = letter_of_a_server(message, daemon=daemon) if machine not in {"auto_suppress", "bulk"} else None
    if letter is not None:
        return "bounce", machine, _Found(bounce=letter)
    return ("people" if machine == "daemon" else "automatic"), machine, _Found()


def _by_person(message: Message, subject: str, token: ReplyToken | None) -> tuple[Kind, str, _Found]:
    lines = own_lines(message)
    # The subject counts only where there is no text: “Re: STOPP” above a question is a question.
    wants_none = objects(lines) if lines else is_objection(_PREFIX.sub("", subject))
    if token is not None:
        said = remark(lines, token.action, _PREFIX.sub("", without_code(subject)))
        return "answer", "token", _Found(token=token, objects=wants_none or token.action == "object", remark=said)
    # Some write their whole answer into the subject; one with "Re:" or "Fwd:" before it is ours.
    own = lines or ([] if _PASSED_ON.match(subject) else [subject])
    wants_none = wants_none or objects(own)
    said = Remark(words_of("\n".join(own)))
    if wants_none:
        return "answer", "stop", _Found(objects=True, long=is_letter(lines), remark=said)
    return "people", "free_text", _Found(remark=said)


def _forged(message: Message) -> bool:
    """Whether our mail server, whose line is the topmost (RFC 8601), found that the sender is another."""
    found: list[tuple[str, str]] = _VERDICT.findall(header(message, "Authentication-Results").lower())
    said: dict[str, str] = dict(reversed(found))
    # DMARC alone compares with the sender that people see; SPF and DKIM pass for a forger's own domain.
    if said.get("dmarc") in {"pass", "fail"}:
        return said["dmarc"] == "fail"
    others = {said.get("spf"), said.get("dkim")}
    return "fail" in others and "pass" not in others


def _machine(message: Message) -> str:
    """How a message shows that no person sent it (RFC 3834; what Exchange and others add); "" for one that does not."""
    submitted = header(message, "Auto-Submitted").lower().partition(";")[0].strip()
    if submitted not in {"", "no"}:
        return "auto_submitted"
    # A failure told in an old way must not be lost among holiday notices.
    if parseaddr(header(message, "From"))[1].partition("@")[0].lower() in _MACHINES:
        return "daemon"
    if any(message.get(name) is not None for name in _SUPPRESSING):
        return "auto_suppress"
    if header(message, "Precedence").lower() in _BULK:
        return "bulk"
    # An empty way back is what machines send with, so that nothing is answered in a circle (RFC 3834).
    if message.get("Return-Path") is not None and header(message, "Return-Path") in {"<>", ""}:
        return "null_sender"
    return "report" if message.get_content_type() == "multipart/report" else ""


def _identity(message: Message) -> str:
    found = _IDENTITY.search(header(message, "Message-ID"))
    # Without one of its own a message is still known again, so that it makes no second fact.
    return found[0] if found else digest(*(header(message, name) for name in ("From", "Date", "Subject", "Received")))


def _received(message: Message) -> datetime | None:
    """When our own server took it: the topmost `Received` is the only date that the sender cannot choose."""
    stamp = header(message, "Received").rpartition(";")[2].strip() or header(message, "Date")
    try:
        moment = parsedate_to_datetime(stamp)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    # "-0000" is how mails say that their zone is not known, and Python gives such a moment without one (RFC 5322, 3.3).
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
