"""What was told to whom: the record that messages are the difference to (see jobs/reminding/differences.py).

An offer, which asks somebody to take something on, has a subject of its own for each row and candidate: in the outbox,
in what was told and in the answers. It says nothing of the row, as it stands in the subject line of mails that cross
foreign domains."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Literal

from msgspec import Struct, field

from automations.model.values import Plain, digest

Fate = Literal["waiting", "left", "returned", "answered", "withdrawn"]
"""waiting: not out yet · left: it may have arrived · returned: it came back or was refused · answered: the reader
has answered it · withdrawn: people said that the reader knows it no longer holds."""

ARRIVED: frozenset[Fate] = frozenset({"left", "answered"})
"""Fates after which the reader must be taken to know the content."""


class Telling(Struct, frozen=True):
    """One thing that a message tells one person, as the message is planned.

    `key` names it for ever (rule / appointment / version / step); a message that tells a household has the
    tellings of all of its members. `content` is a `State` of the appointment as plain values; `version` is its
    counter, which no other person and no other content of this appointment ever has."""

    key: str
    case: str
    subject: str
    version: int
    content: Mapping[str, Plain] = field(default_factory=dict)


class Told(Struct, frozen=True):
    """One thing that was told: to the person of a case, at an address (as its digest), about a subject (an
    appointment's number), over a channel. `at` (aware, UTC) is when it left, or since when it waits; `mail` is
    the key of the message that carries it, `answer` the reader's last word about this version."""

    key: str
    mail: str
    case: str
    subject: str
    version: int
    at: datetime
    fate: Fate = "left"
    channel: str = "email"
    address: str = ""
    answer: Literal["", "confirm", "cancel", "object"] = ""
    content: Mapping[str, Plain] = field(default_factory=dict)

    @property
    def printed(self) -> Mapping[str, Plain]:
        """The facts that the message printed; nothing where that is not known (any more)."""
        found = self.content.get("printed")
        return found if isinstance(found, Mapping) else {}

    def covers(self, version: int) -> bool:
        """Whether an answer to this version is about the same date, time and place."""
        # A yes to 14:00 stays one when only a phone number or a colleague changed since; a new date or place needs a
        # new one.
        first = self.content.get("core_version")
        return (first if isinstance(first, int) else self.version) <= version <= self.version


def last_told(entries: Iterable[Told]) -> Mapping[str, Told]:
    """By case, what each person was told last and must be taken to know; `entries` are of one subject."""
    found: dict[str, Told] = {}
    for entry in entries:
        # A withdrawn one takes part, or what it came after would count as known again; only then is it left out.
        if entry.fate in ARRIVED or entry.fate == "withdrawn":
            known = found.get(entry.case)
            # Of two that left at one moment, the higher version is the later state.
            if known is None or (known.at, known.version) <= (entry.at, entry.version):
                found[entry.case] = entry
    return {case: entry for case, entry in found.items() if entry.fate != "withdrawn"}


def address_digest(address: str) -> str:
    """The form in which an address is remembered outside of what can be erased; "" for none."""
    # Servers take both ways of writing for one mailbox, and so do people who object.
    plain = address.strip().casefold()
    return digest(plain) if plain else ""


_PREFIX = "offer:"


def offer_subject(rule: str, row: str, candidate: str) -> str:
    """The subject of all messages to one candidate about one row; the arguments are marks, not names."""
    return _PREFIX + digest(rule, row, candidate)


def is_offer(subject: str) -> bool:
    """Whether messages and answers of that subject are about an offer, and no client's appointment."""
    return subject.startswith(_PREFIX)
