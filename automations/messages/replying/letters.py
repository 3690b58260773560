"""What clients wrote, as replies to what they were told, or, where only people can judge, as facts of the ledger until
somebody has answered."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Literal
from zoneinfo import ZoneInfo

from automations.messages.calendar_answers import CalendarAnswer
from automations.messages.incoming import Reading
from automations.messages.remarks import MOST
from automations.model.fact_kinds.messages import Letter
from automations.model.history import Reply
from automations.model.plan import Fact, Mail
from automations.model.told import Telling
from automations.model.values import digest

About = Literal["words", "contrary", "objection", "text", "mail", "maybe", "counter", "handed_on"]
"""words: written beside a button, which counts · contrary: they speak against the button · objection: nobody knows
whether it is the client's · text, mail: words without a button, in answer to a text message or a mail · maybe,
counter, handed_on: what a calendar says."""


def letter_fact(about: About, reply: Reply, reading: Reading) -> Fact:
    """What was written, under a key that names the case first: erasing the case reaches it. `reply` is what the
    message would be, had it been plain."""
    # The case goes in: one letter about two members of a household is two questions.
    mark = digest(reading.identity, about, reply.case)[:12]
    letter = Letter(
        about,
        reply.case,
        reply.appointment,
        reply.version,
        reply.action,
        status=str(reply.seen.get("status", "")),
        at=reply.at,
        words=reading.remark.text if about != "objection" else "",
        reason=_reason(reading) if about == "objection" else "",
    )
    return letter.under(f"{reply.case}/{mark}")


def _reason(reading: Reading) -> str:
    if reading.forged:
        return "forged"
    return "spam" if reading.spam else "long" if reading.long else "unknown"


def proposed(entry: CalendarAnswer, zone: ZoneInfo) -> str:
    """The time that a calendar proposes, in the site's zone, and what was typed."""
    start = entry.start if entry.open == "counter" else None
    local = start.astimezone(zone) if start and start.tzinfo else start
    return "; ".join(filter(None, (f"{local:%d.%m.%Y %H:%M}" if local else "", entry.comment[:MOST]))) or "–"


def replies_of(
    mails: Sequence[Mail], appointment: str, version: int, action: Literal["confirm", "cancel"], at: datetime
) -> Iterator[Reply]:
    """The answer to a version: of everybody whom the mail told of it, with the status that each row had then."""
    asked = next((mail for mail in reversed(mails) if asks(mail, appointment, version)), None)
    if asked is not None:
        for one in tellings(asked):
            status = one.content.get("status", asked.context.get("status"))
            seen = {"status": status} if isinstance(status, str) else {}
            yield Reply(one.subject, one.case, one.version, action, at, seen)
    elif mails:
        last = tellings(mails[-1])
        one = next((each for each in last if each.subject == appointment), last[0])
        yield Reply(one.subject, one.case, version, action, at)


def asks(mail: Mail, appointment: str, version: int) -> bool:
    """Whether a mail told of this version of an appointment."""
    return any((one.subject, one.version) == (appointment, version) for one in tellings(mail))


def tellings(mail: Mail) -> Sequence[Telling]:
    """Whom a mail told of its own matter; older versions of kim wrote to one person only."""
    return mail.tells or (Telling(mail.key, mail.case, mail.subject_key, mail.version),)
