"""How far the mailbox for answers was read, and whether something came since."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from automations.messages.inbox import Inbox, OpenInbox
from automations.messages.mailbox_problem import MailboxProblem
from automations.model.fact_kinds import InboxPlace

if TYPE_CHECKING:
    from automations.ledger.glimpse import Answering

BACK = timedelta(days=60)
"""Clients are reminded days before: an older message answers nothing that is still to come."""


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
