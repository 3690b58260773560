"""The mailbox that answers go to, as those see it who read it: known without the libraries that reach one. What is
read stays unread until it was remembered.

Why: docs/decisions/05-no-web-server.md"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager
from datetime import date, datetime, timedelta
from email.message import Message
from typing import TYPE_CHECKING, Protocol

from msgspec import Struct

from automations.model.fact_kinds.messages import InboxPlace

if TYPE_CHECKING:
    from automations.ledger.glimpse import Answering

BACK = timedelta(days=60)  # clients are reminded days before: an older message answers nothing that is still to come


class MailboxProblem(Exception):  # noqa: N818 - a problem in the sense of problems.py
    """A mailbox that cannot be read; the text says why, in a sentence."""


class NotPutAwayError(MailboxProblem):
    """A message that can be read and not be marked or moved, as the account has no right to, or there is no room."""


class Letter(Struct, frozen=True):
    """A message and its number in the mailbox; of one that is too large, only the head, and nothing of one that the
    server cannot give out while it gives others."""

    uid: int
    message: Message
    whole: bool = True


class OpenInbox(Protocol):
    """A mailbox while it is open. Every method may raise MailboxProblem."""

    @property
    def validity(self) -> int:
        """Numbers mean the same messages as long as this stays the same (UIDVALIDITY, RFC 9051)."""

    def letters(self, after: int, since: date) -> Iterator[Letter]:
        """Messages with a number above `after` that arrived on `since` or later, in their order, read or not
        (people may have looked at them first)."""

    def has_letters(self, after: int, since: date) -> bool:
        """Whether `letters` would give any."""

    def put_away(self, uid: int) -> None:
        """Mark a message as read, and move it to the folder for such messages if there is one. Raises NotPutAwayError
        where the mailbox stays as it is, and can be read on."""

    def unread(self) -> int:
        """How many messages nobody has read."""


class Inbox(Protocol):
    """A mailbox that can be opened."""

    def opened(self) -> AbstractContextManager[OpenInbox]:
        """The mailbox, for the time of a `with`. Raises MailboxProblem, also for what breaks inside."""


def oldest(now: datetime) -> date:
    """The day from which on messages are read."""
    return (now - BACK).date()


def has_letters(inbox: Inbox, ledger: Answering, now: datetime, *, unreachable: bool = False) -> bool:
    """Whether something came since the mailbox was last read. `unreachable` is the answer where it cannot be reached:
    the next reading says why."""
    try:
        with inbox.opened() as box:
            return box.has_letters(last_read(box, ledger), oldest(now))
    except MailboxProblem:
        return unreachable


def last_read(box: OpenInbox, ledger: Answering) -> int:
    """The number of the message that was read last; 0 for none of those that the mailbox holds now."""
    place = ledger.fact(InboxPlace) or InboxPlace()
    return place.uid if place.validity == box.validity else 0
