"""What a message in the mailbox is: an answer, an objection, a mail that came back, a machine's
answer, or something for people.

Pure: who it concerns, and what follows, is found out in `automations.messages.replying`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import Message
from email.utils import parseaddr, parsedate_to_datetime
from typing import Literal

from automations.messages.addresses import clean_line
from automations.messages.bodies import header, own_lines
from automations.messages.bounces import Bounce, bounce_of
from automations.messages.calendar_answers import CalendarAnswer, calendar_answer
from automations.messages.reply_tokens import ReplyToken
from automations.messages.stop_words import is_objection
from automations.model.values import digest

Kind = Literal["answer", "bounce", "automatic", "people"]
"""answer: of a client, also an objection · bounce · automatic: to be ignored · people: left to them."""

Verify = Callable[[str], ReplyToken | None]

_IDENTITY = re.compile(r"<[^<>\s]+>")
_PREFIX = re.compile(r"^(?:(?:re|aw|sv|antw|r|rép|отв|відп|ynt|رد)\s*(?:\[\d+\])?\s*[::]\s*)+", re.IGNORECASE)
_MACHINES = frozenset({"mailer-daemon", "postmaster", "mailerdaemon"})
_BULK = frozenset({"bulk", "junk", "auto_reply", "list"})
_SUPPRESSING = ("X-Auto-Response-Suppress", "X-Autoreply", "X-Autorespond", "X-Auto-Reply", "List-Id")
_MOST_WORDS = 25
"""Below an objection there may be a signature or „sent from my phone“, but no letter."""


@dataclass(frozen=True, slots=True)
class Reading:
    """A message, understood. `identity` tells it from others; `sender` is a bare address, which proves
    nothing; `at` (aware) when our server took it, None if it does not say. `token` is signed by us,
    `calendar` names a calendar entry; `objects` is an objection, alone or beside them. `refers` are the Message-IDs
    that it answers. `why` is a word for logs and tests.
    """

    kind: Kind
    why: str
    identity: str = ""
    sender: str = ""
    at: datetime | None = None
    token: ReplyToken | None = None
    calendar: CalendarAnswer | None = None
    objects: bool = False
    refers: tuple[str, ...] = ()
    bounce: Bounce | None = None


def classify(message: Message, verify: Verify) -> Reading:
    """What a message is. `verify` finds a code signed by us in a subject line."""
    kind, why, found = _understood(message, verify)
    sender = clean_line(parseaddr(header(message, "From"))[1]).casefold()
    refers = _IDENTITY.findall(f"{header(message, 'In-Reply-To')} {header(message, 'References')}")
    return Reading(
        kind=kind, why=why, identity=_identity(message), sender=sender, at=_received(message),
        token=found.token, calendar=found.calendar, objects=found.objects, bounce=found.bounce,
        refers=tuple(dict.fromkeys(refers)),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Found:
    token: ReplyToken | None = None
    calendar: CalendarAnswer | None = None
    objects: bool = False
    bounce: Bounce | None = None


def _understood(message: Message, verify: Verify) -> tuple[Kind, str, _Found]:
    returned = bounce_of(message)
    if returned is not None:
        return "bounce", "returned", _Found(bounce=returned)
    # Calendars answer by themselves when a person taps, so this comes before automatic answers.
    entry = calendar_answer(message)
    if entry is not None:
        known = entry.action is not None
        return ("answer" if known else "people"), "calendar", _Found(calendar=entry if known else None)
    machine = _machine(message)
    if machine:
        return ("people" if machine == "daemon" else "automatic"), machine, _Found()
    subject = header(message, "Subject")
    token, objects = verify(subject), _objects(message, subject)
    if token is not None:
        return "answer", "token", _Found(token=token, objects=objects or token.action == "object")
    return ("answer", "stop", _Found(objects=True)) if objects else ("people", "free_text", _Found())


def _machine(message: Message) -> str:
    """How a message shows that no person sent it (RFC 3834; what Exchange and others add); "" for one
    that does not."""
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
    if message.get("Return-Path") is not None and header(message, "Return-Path") in {"<>", ""}:
        return "null_sender"
    return "report" if message.get_content_type() == "multipart/report" else ""


def _objects(message: Message, subject: str) -> bool:
    lines = own_lines(message)
    if not lines:
        return is_objection(_PREFIX.sub("", subject))
    return is_objection(lines[0]) and len(" ".join(lines).split()) <= _MOST_WORDS


def _identity(message: Message) -> str:
    found = _IDENTITY.search(header(message, "Message-ID"))
    return found[0] if found else digest(*(header(message, name) for name in ("From", "Date", "Subject", "Received")))


def _received(message: Message) -> datetime | None:
    """When our own server took it: the topmost `Received` is the only date that the sender cannot choose."""
    stamp = header(message, "Received").rpartition(";")[2].strip() or header(message, "Date")
    try:
        moment = parsedate_to_datetime(stamp)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
