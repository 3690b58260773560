"""Answers that a client's calendar sends (RFC 5546, 3.2.3), and names of entries that cannot be guessed."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from datetime import datetime
from email.message import Message
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal

from msgspec import Struct

if TYPE_CHECKING:
    from icalendar import Event

CalendarAction = Literal["confirm", "cancel"]
Open = Literal["", "maybe", "counter", "handed_on"]

_ACTIONS: Mapping[str, CalendarAction] = MappingProxyType({"ACCEPTED": "confirm", "DECLINED": "cancel"})
_TYPES = frozenset({"text/calendar", "application/ics"})
_OPEN: Mapping[str, Open] = MappingProxyType({"TENTATIVE": "maybe", "DELEGATED": "handed_on"})
_METHODS: Mapping[str, Open] = MappingProxyType({"REPLY": "", "COUNTER": "counter"})
# Characters: one entry with its zone has some thousand; a whole calendar is nobody's answer.
_LONGEST = 200_000


class CalendarAnswer(Struct, frozen=True):
    """What a calendar answered about an entry; `action` is None for anything but a plain yes or no.

    `sequence` is the version that it speaks of, None where it does not say (some telephones leave it out);
    then `start` (aware, or by the clock on the wall) tells which one was meant, or is the time proposed (`open` is
    "counter"). `open` says what there is for people where there is no plain answer: a maybe, another time, an entry
    handed on to somebody else; "" for nothing. `comment` is what the person typed, `attendee` the address that was
    invited, in small letters."""

    uid: str
    sequence: int | None
    action: CalendarAction | None
    start: datetime | None = None
    comment: str = ""
    attendee: str = ""
    open: Open = ""


def secret_uid(uid: str, key: bytes) -> str:
    """The name of an entry as it leaves the house: whoever was not sent it cannot know it, so an
    answer that quotes it is as good as one with a reply code. The same for all versions of an entry."""
    name, at, domain = uid.partition("@")
    # Of the name before the @ alone, so that a new domain of the sender does not make another entry of it.
    code = hmac.new(key, b"calendar\x1f" + name.encode(), hashlib.sha256).hexdigest()[:32]
    return f"{code}{at}{domain}"


def calendar_answer(message: Message) -> CalendarAnswer | None:
    """The answer in a message's calendar part; None for a message without one."""
    from automations.messages.bodies import text_of

    for part in message.walk():
        # Some programs answer with nothing but a file.
        if part.get_content_type() in _TYPES or (part.get_filename() or "").casefold().endswith(".ics"):
            found = _read(text_of(part))
            if found is not None:
                return found
    return None


def _read(text: str) -> CalendarAnswer | None:
    from icalendar import Calendar, Event

    try:
        calendar = Calendar.from_ical(text[:_LONGEST])
    except (ValueError, IndexError, KeyError, TypeError):  # whatever a stranger calls a calendar
        return None
    events = [item for item in calendar.walk("VEVENT") if isinstance(item, Event)]
    method = str(calendar.get("METHOD", "")).upper()
    # An invitation (REQUEST) is somebody's own appointment, and for people.
    if method not in _METHODS or len(events) != 1:
        return None
    event = events[0]
    people = event.get("ATTENDEE", [])
    people = people if isinstance(people, list) else [people]
    # Of several people with different answers nobody knows which one is the client.
    said = {str(getattr(person, "params", {}).get("PARTSTAT", "")).upper() for person in people}
    sequence, answer = str(event.get("SEQUENCE", "")), said.pop() if len(said) == 1 else ""
    # Somebody who proposes another hour (COUNTER) says neither yes nor no: people read it.
    action = _ACTIONS.get(answer) if method == "REPLY" else None
    return CalendarAnswer(
        uid=str(event.get("UID", "")).strip(),
        sequence=int(sequence) if sequence.isdecimal() else None,
        action=action,
        start=_start(event),
        comment=_comment(event),
        attendee=str(people[0]).casefold().removeprefix("mailto:").strip() if len(people) == 1 else "",
        open=_METHODS[method] or _OPEN.get(answer, ""),
    )


def _start(event: Event) -> datetime | None:
    found = getattr(event.get("DTSTART"), "dt", None)
    return found if isinstance(found, datetime) else None


def _comment(event: Event) -> str:
    found = event.get("COMMENT", [])
    return "\n".join(str(text) for text in (found if isinstance(found, list) else [found])).strip()
