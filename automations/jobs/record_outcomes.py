"""Shows in the appointments what the ledger knows: when a reminder left, what the client answered."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from zoneinfo import ZoneInfo

from automations.history import History, MailRecord, Reply
from automations.plan import CellEdit, EditGroup, Plan
from automations.problems import Problem
from automations.records import Appointment, AppointmentStatus, Snapshot
from automations.settings import JobSettings
from automations.texts import Texts, texts
from automations.values import Value, same

_STATUS_OF = {"confirm": AppointmentStatus.CONFIRMED, "cancel": AppointmentStatus.CANCELLED}
_OPEN = {AppointmentStatus.PLANNED, AppointmentStatus.CONFIRMED}


class RecordOutcomesSettings(JobSettings):
    """Nothing to set beyond the site itself."""


class RecordOutcomes:
    """Job `record_outcomes`: projects mails and replies into `Erinnert am`, `Antwort` and `Status`.

    The answer is always shown; the status follows it only where the row still stands as it was when
    the client was asked (its version is the one that was answered). Otherwise staff's entry stands
    and the contradiction is a problem.
    """

    name = "record_outcomes"
    Settings = RecordOutcomesSettings

    def plan(self, snapshot: Snapshot, settings: RecordOutcomesSettings, now: datetime, history: History) -> Plan:
        """Edits of `reminded_on`, `answer` and `status`; each a group of its own."""
        del now  # what happened has its own times
        say = texts(settings.site.language)
        zone = ZoneInfo(settings.site.zone)
        reminded = _last_sent(history, zone)
        groups: list[EditGroup] = []
        problems: list[Problem] = []
        for appointment in snapshot.appointments:
            if appointment.number is None or appointment.row not in snapshot.rows:
                continue
            sent, replies = reminded.get(appointment.number), history.replies.get(appointment.number, ())
            if sent:
                groups += _show(appointment, "reminded_on", sent, say.say("A message about it left."), snapshot)
            if replies:
                groups += self._answered(appointment, replies[-1], say, zone, snapshot, history)
                problems += _contradiction(appointment, replies[-1], say, snapshot, history)
        return Plan(self.name, groups=tuple(groups), problems=tuple(problems))

    @staticmethod
    def _answered(
        appointment: Appointment, reply: Reply, say: Texts, zone: ZoneInfo, snapshot: Snapshot, history: History
    ) -> Iterator[EditGroup]:
        day = reply.at.astimezone(zone)
        word = {"confirm": say.say("confirmed"), "cancel": say.say("cancelled"), "object": say.say("no more mails")}
        shown = f"{word[reply.action]} {day:%d.%m.%Y}"
        yield from _show(appointment, "answer", shown, say.say("The client answered by mail."), snapshot)
        status = _STATUS_OF.get(reply.action)
        if status and appointment.status in _OPEN and _is_current(appointment, reply, history):
            yield from _show(appointment, "status", status, say.say("The client answered by mail."), snapshot)


def _last_sent(history: History, zone: ZoneInfo) -> Mapping[str, date]:
    newest: dict[str, MailRecord] = {}
    for mail in history.mails.values():
        if mail.state == "sent" and mail.subject_key:
            known = newest.get(mail.subject_key)
            if known is None or known.at < mail.at:
                newest[mail.subject_key] = mail
    return {number: mail.at.astimezone(zone).date() for number, mail in newest.items()}


def _is_current(appointment: Appointment, reply: Reply, history: History) -> bool:
    version = history.versions.get(appointment.number or "")
    return version is not None and version.version == reply.version


def _show(appointment: Appointment, field: str, new: Value, why: str, snapshot: Snapshot) -> Iterator[EditGroup]:
    layout = snapshot.layouts.get("appointments")
    if layout is None or field not in layout.columns:
        return
    row = snapshot.rows[appointment.row]
    old = row.value(field)
    shown = getattr(appointment, field)
    if same(old, new) or shown == new:
        return
    guards = row.guards("date", "time", "status") if field == "status" else {}
    yield EditGroup(
        id=f"{field}/{appointment.number}",
        row=appointment.row,
        edits=(CellEdit(field, old, new),),
        job=RecordOutcomes.name,
        why=why,
        guards={name: value for name, value in guards.items() if name != field},
    )


def _contradiction(
    appointment: Appointment, reply: Reply, say: Texts, snapshot: Snapshot, history: History
) -> Iterator[Problem]:
    wanted = _STATUS_OF.get(reply.action)
    if wanted is None or appointment.status == wanted or appointment.status is None:
        return
    if appointment.status in _OPEN and _is_current(appointment, reply, history):
        return
    if appointment.status not in _OPEN and wanted is AppointmentStatus.CONFIRMED:
        return
    layout = snapshot.layouts.get("appointments")
    yield Problem(
        code="reply_contradicts",
        message=say.say("The client's answer by mail does not fit the status of the appointment."),
        advice=say.say("Please compare „Antwort“ and „Status“ and set the status that is right."),
        workbook=appointment.row.workbook,
        table="appointments",
        tab=layout.tab if layout else "",
        row=appointment.line,
        field="status",
        column=layout.headings.get("status", "") if layout else "",
        key=appointment.number or "",
    )
