"""Appointments of which nobody can say whether their client was told: somebody has to ask."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import TypeAlias

from automations.common.texts import Texts
from automations.jobs.outcomes.edits import Shown, problem
from automations.model.history import History, last_answer
from automations.model.problems import Problem
from automations.model.records import Appointment, AppointmentStatus
from automations.model.snapshot import Snapshot
from automations.model.told import Told, last_told

Way: TypeAlias = tuple[str, str]  # what a mail is about, and the digest of the address that it went to

_STANDS = frozenset({None, AppointmentStatus.PLANNED, AppointmentStatus.CONFIRMED, AppointmentStatus.CANCELLED})


def shown(snapshot: Snapshot, history: History, now: datetime, say: Texts) -> Shown:
    """A problem at each appointment to come whose client was written to last by a mail that may not have arrived, and
    has not answered. Such a mail is never sent again by itself; the next one, a call or an answer ends it.
    `now` is in the site's zone."""
    return Shown(problems=tuple(_problems(snapshot, history, now, say)))


def _problems(snapshot: Snapshot, history: History, now: datetime, say: Texts) -> Iterator[Problem]:
    came_back = _came_back(history)
    # Most sites have no such mail, and need no look at their appointments.
    if not came_back and all(mail.state != "unknown" for mail in history.mails.values()):
        return
    for appointment in snapshot.appointments:
        coming = appointment.date is not None and appointment.date >= now.date() and appointment.status in _STANDS
        entry = last_told(history.told.get(appointment.number or "", ())).get(appointment.case or "")
        # Who answered has read it, whatever the mail server says.
        if not coming or entry is None or entry.answer or _answered(entry, history):
            continue
        message = _doubt(entry, history, came_back, now, say)
        if message:
            yield problem(appointment, "reminded_on", _said(appointment, message, say), snapshot)


def _answered(entry: Told, history: History) -> bool:
    return bool(last_answer(entry, history.replies.get(entry.subject, ())))


def _came_back(history: History) -> Mapping[Way, datetime]:
    """When the last message about a subject came back from an address."""
    bounced = sorted((mail for mail in history.mails.values() if mail.state == "bounced"), key=lambda mail: mail.at)
    return {(mail.subject_key, mail.address_digest): mail.at for mail in bounced}


def _doubt(entry: Told, history: History, came_back: Mapping[Way, datetime], now: datetime, say: Texts) -> str:
    """Why the message may not have arrived; "" where it must be taken to have."""
    mail = history.mails.get(entry.mail)
    if mail is None:
        return ""
    if mail.state == "unknown":
        day = f"{mail.at.astimezone(now.tzinfo):%d.%m.%Y}"
        return say.say("Nobody can say whether the message of {day} about it left; it is not sent again.", day=day)
    back = came_back.get((mail.subject_key, mail.address_digest))
    # Who is reached no more at all is named at the address, see `addresses`.
    if back is None or mail.state != "sent" or back <= mail.at or mail.address_digest in history.bounced:
        return ""
    day = f"{back.astimezone(now.tzinfo):%d.%m.%Y}"
    return say.say("An earlier message about it came back on {day}; the newest may not have arrived either.", day=day)


def _said(appointment: Appointment, message: str, say: Texts) -> dict[str, str]:
    advice = say.say("Please ask whether the appointment is known. Another message, a call or an answer ends this.")
    return {"code": "mail_unclear", "message": message, "advice": advice, "who": appointment.manager or ""}
