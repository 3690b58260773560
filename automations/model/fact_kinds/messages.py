"""Messages: what was told, called, answered, and by which way."""

from __future__ import annotations

from datetime import date, datetime

from automations.model.facts import Remembered
from automations.model.values import Plain


class CalendarDomains(Remembered, frozen=True):
    """The domains that calendar entries were named under, each with the moment from which on."""

    kind, key, bookkeeping = "calendar", "domains", True
    since: tuple[str, ...] = ()
    domain: tuple[str, ...] = ()


class Unread(Remembered, frozen=True):
    """How many messages in the mailbox for answers wait for people."""

    kind, key, bookkeeping = "inbox", "unread", True
    count: int = 0


class InboxPlace(Remembered, frozen=True):
    """How far the mailbox was read: the last message's number, and which numbering it is of (UIDVALIDITY, RFC 3501)."""

    kind, key, bookkeeping = "inbox", "place", True
    validity: Plain = None
    uid: int = 0


class SharedAddress(Remembered, frozen=True):
    """Of which households (as digests) a question about one address was, under the question's key."""

    kind = "shared"
    of: tuple[str, ...] = ()


class Letter(Remembered, frozen=True):
    """What a client wrote that only people can judge, under its case and a digest; see messages/replying/letters."""

    kind, bookkeeping = "letter", True
    about: str = ""
    case: str = ""
    appointment: str = ""
    version: int = 0
    action: str = ""
    status: str = ""
    at: datetime | None = None
    words: str = ""
    reason: str = ""


class Contradiction(Remembered, frozen=True):
    """That people are shown how an answer contradicts an appointment's row; both as digests."""

    kind, bookkeeping = "contradiction", True
    reply: str = ""
    row: str = ""


class Untrue(Remembered, frozen=True):
    """Since when what somebody was told is untrue, and how often it has been so; None once it is true again. `facts`
    is a digest of what the row said when people last had it before them."""

    kind, bookkeeping = "untrue", True
    since: datetime | None = None
    times: int = 0
    facts: str = ""
    case: str = ""
    number: str = ""


class Rebooked(Remembered, frozen=True):
    """The new date and time of an appointment whose row still says "postponed", under its number; blank once it says
    something else."""

    kind, bookkeeping = "rebooked", True
    when: str = ""
    case: str = ""
    number: str = ""


class Called(Remembered, frozen=True):
    """A call in the list of calls, under its key and number: what it tells of which appointment, since when (`since`)
    and until which day (`by`) it is to be made, what became of it (`result`, see model/console.py) and when that
    was read (`at`)."""

    kind = "called"
    call: str = ""
    row: str = ""
    case: str = ""
    number: str = ""
    version: int = 0
    phone: str = ""
    since: datetime | None = None
    by: date | None = None
    start: datetime | None = None
    result: str = ""
    at: datetime | None = None
    content: Plain = None


class Version(Remembered, frozen=True):
    """The newest version of an appointment, a digest of what its mails print, and all that is known of it (0.1 kept
    that beside the two, not under `data`); see jobs/reminding/versions."""

    kind, bookkeeping = "version", True
    version: int = 0
    facts: str = ""
    data: Plain = None


class Stopped(Remembered, frozen=True):
    """Within one run, and never stored: why the mail of that key may not leave as it reads."""

    kind = "stopped"
    reason: str = ""
