"""What a row still says though it is about another hour, place or person by now: a yes that nobody gave to what stands
there, and a cancelled appointment that got a new day."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from automations.common.texts import Texts
from automations.jobs.outcomes.answers import mark_of
from automations.jobs.outcomes.edits import Shown, problem, show
from automations.jobs.reminding.differences import changes
from automations.jobs.reminding.printed import Printed, printed
from automations.model.history import History, Reply
from automations.model.plan import EditGroup
from automations.model.problems import Problem
from automations.model.records import Appointment, AppointmentStatus
from automations.model.snapshot import Snapshot
from automations.model.told import last_told

_SAME = ("date", "time", "place")
_LOOKED_AT = frozenset({AppointmentStatus.CONFIRMED, AppointmentStatus.CANCELLED})


def shown(snapshot: Snapshot, history: History, now: datetime, say: Texts) -> Shown:
    """A status that kim took from an answer goes back to planned, once, where the answer was to something else; a new
    day of a cancelled appointment is pointed out. Both for appointments to come; `now` is in the site's zone."""
    groups: list[EditGroup] = []
    problems: list[Problem] = []
    for appointment in snapshot.appointments if history.replies or history.told else ():
        # Most rows are of neither status, or over.
        if appointment.status not in _LOOKED_AT or appointment.date is None or appointment.date < now.date():
            continue
        facts = _usable(appointment, snapshot)
        if facts is None:
            continue
        if appointment.status is AppointmentStatus.CONFIRMED:
            groups += _taken_back(appointment, facts, snapshot, history, say)
        if appointment.status is AppointmentStatus.CANCELLED and _moved_since(appointment, facts, history):
            problems.append(problem(appointment, "status", _said(appointment, snapshot, say), snapshot))
    return Shown(tuple(groups), tuple(problems))


def _usable(appointment: Appointment, snapshot: Snapshot) -> Printed | None:
    """What is printed of an appointment, where its row is one and has stood for a while."""
    fit = bool(appointment.number) and appointment.row in snapshot.rows and appointment.row not in snapshot.unsettled
    return printed(appointment, snapshot) if fit else None


def _taken_back(
    appointment: Appointment, facts: Printed, snapshot: Snapshot, history: History, say: Texts
) -> Iterator[EditGroup]:
    number = appointment.number or ""
    plain = [reply for reply in history.replies.get(number, ()) if reply.action != "object"]
    if not plain or plain[-1].action != "confirm":
        return
    last, mark = plain[-1], f"{mark_of(plain[-1])}/outlived"
    by_kim = f"status/{number}/{mark_of(last)}" in history.projected
    # Once: a confirmation that staff type over the new hour is theirs, and stays.
    done = f"status/{number}/{mark}" in history.projected
    other = last.case not in {"", appointment.case}
    # A yes to ten o'clock is no yes to eleven, nor another person's; what people type afterwards is theirs.
    if by_kim and not done and (other or _to_another_hour(last, appointment.case, facts, history)):
        why = say.say("The client's yes was to another appointment than the one that stands there now.")
        yield from show(
            appointment, "appointments", "status", AppointmentStatus.PLANNED, why, snapshot, guards=_SAME, mark=mark
        )  # fmt: skip


def _to_another_hour(reply: Reply, person: str | None, facts: Printed, history: History) -> bool:
    """Whether all that is known of what the client answered to is another day, hour or place."""
    entries = [one for one in history.told.get(reply.appointment, ()) if one.case == person and one.printed]
    answered = [set(changes(one, facts)) for one in entries if one.covers(reply.version)]
    # All of them: a yes that fits one of the versions in question is given the benefit of the doubt.
    return bool(answered) and all(changed.intersection(_SAME) for changed in answered)


def _moved_since(appointment: Appointment, facts: Printed, history: History) -> bool:
    entry = last_told(history.told.get(appointment.number or "", ())).get(appointment.case or "")
    return entry is not None and bool(entry.printed) and not set(_SAME).isdisjoint(changes(entry, facts))


def _said(appointment: Appointment, snapshot: Snapshot, say: Texts) -> dict[str, str]:
    planned = AppointmentStatus.PLANNED
    word = snapshot.words.get(("appointments", "status", planned), planned)
    return {
        "code": "cancelled_but_moved",
        "message": say.say("The appointment is cancelled, but its day, time or place was changed since."),
        "advice": say.say(
            "If it is to take place, please set its status to “{word}”; else nobody hears of it.", word=word
        ),
        "who": appointment.manager or "",
    }
