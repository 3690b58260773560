"""An appointment to come, with everything that rules look at; or why it is no matter for reminders."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from msgspec import Struct

from automations.conditions.glossary import unread, values_of
from automations.jobs.reminding.desk import Desk
from automations.jobs.reminding.differences import Difference
from automations.jobs.reminding.findings import Finding
from automations.jobs.reminding.printed import Printed, manager_of, printed
from automations.jobs.reminding.rules import ReadyRule
from automations.jobs.reminding.versions import Versions, recorded, state_told, stood_beside, versions
from automations.messages.readers import reader_of
from automations.model.history import VersionRecord
from automations.model.records import STANDS, Appointment, AppointmentStatus, Case, CaseManager, Record
from automations.model.told import Told, address_digest


class Visit(Struct, frozen=True):
    """An appointment that has not begun. `pending` is True while its row or its case's row is not
    settled: then only mails that wait in the outbox already are still wanted. `told` is what this
    client was told last, `change` in what that is not true any more; `missed` are keys of messages that went to an
    address which was corrected since."""

    record: Appointment
    number: str
    case: Case
    manager: CaseManager | None
    facts: Printed
    versions: Versions
    told: Told | None
    change: Difference | None
    start: datetime
    pending: bool
    missed: frozenset[str] = frozenset()

    @property
    def announced(self) -> Printed:
        """What a message says: of an appointment that was moved before it was cancelled, the hour that the client
        knows, as they would come then."""
        if self.change is None or not self.facts.cancelled:
            return self.facts
        return self.facts.at_the_hour_of(self.change.told.printed)

    def holds(self, rule: ReadyRule, desk: Desk) -> bool:
        """Whether the rule's condition holds for this appointment."""
        return holds(self.record, self.case, self.manager, rule, desk)


def holds(row: Record, case: Case | None, manager: CaseManager | None, ready: ReadyRule, desk: Desk) -> bool:
    """Whether a rule's condition holds for a row, by what can be read; `case` is that of whoever reads."""
    if ready.condition is None:
        return True
    related: dict[str, Record | None] = {"manager": manager}
    if isinstance(row, Appointment):
        related |= {"case": case, "place": desk.snapshot.location_by_name.get(row.place or "")}
    names = ready.condition.names
    found = ready.condition.holds(values_of(row, names, **related), desk.today)
    return found and not unread(row, names, related.get)


def visit_of(appointment: Appointment, desk: Desk) -> Visit | Finding:
    """The visit, or the one reason why no rule can speak of this appointment."""
    name = appointment.number or f"#{appointment.line}"
    case = desk.snapshot.case_by_number.get(appointment.case or "")
    reason = _hindrance(appointment, case, desk)
    if reason or case is None:
        return _no(name, reason or "no_case", appointment, desk)
    facts = printed(appointment, desk.snapshot)
    if facts is None or appointment.number is None:
        return _no(name, "no_date" if appointment.number else "no_number", appointment, desk)
    start = facts.start(desk.zone)
    if start <= desk.now:
        return _no(name, "past", appointment, desk)
    pending = desk.unsettled(appointment, case)
    record = desk.history.versions.get(appointment.number)
    # A row that is still being typed in says nothing yet, unless what changed is none of what mails print.
    if pending and (record is None or not recorded(record)[0].says(facts)):
        return _no(name, "unsettled", appointment, desk)
    since = None if desk.history.adopting else desk.now
    told = desk.told(appointment.number, case.number or "")
    # Who reads may be another than the client (of a minor, who has custody): what was missed is judged by that address.
    reader = reader_of(case, desk.snapshot, desk.today)
    mine = [entry for entry in desk.history.told.get(appointment.number, ()) if entry.case == case.number]
    # What went to an old address was not heard: it is told once more, to the corrected one.
    missed = frozenset(entry.key for entry in mine if entry.fate == "left" and _is_elsewhere(entry, reader))
    again = _again(record, mine[-1] if mine else None, reader, missed)
    change = desk.differences.get((appointment.number, case.number or ""))
    if told is not None and told.key in missed and change is None:
        told, change = desk.told_at_last(appointment.number, [entry for entry in mine if entry.key not in missed])
    # A case typed over with another person is asked about, never told in silence to a stranger.
    # What another person was told, and what another row says as well, is for people to say.
    if change is not None and (change.kind == "stranger" or (change.twin and facts.cancelled)):
        return _no(name, "twin" if change.twin else "stranger", appointment, desk)
    known = versions(facts, record, state_told(told) if told else None, since, again=again)
    # Also where the row was moved before it was cancelled: there is nothing left to come to.
    if facts.cancelled and told is not None and told.answer == "cancel":
        change = None  # the client knows, without any mail
    manager = manager_of(appointment, case, desk.snapshot)
    return Visit(appointment, appointment.number, reader, manager, facts, known, told, change, start, pending,
                 missed)  # fmt: skip


def _again(record: VersionRecord | None, newest: Told | None, case: Case, missed: Collection[str]) -> bool:
    """Whether the newest message came back, or went to an address that is not the client's any more; and the client
    has another one."""
    if record is None or newest is None or newest.version < record.version:
        return False
    # Without another address it would only come back again.
    return _is_elsewhere(newest, case) and (newest.fate == "returned" or newest.key in missed)


def _is_elsewhere(told: Told, case: Case) -> bool:
    present = address_digest({"email": case.email, "sms": case.phone}.get(told.channel) or "")
    # A blank digest is of a message by another way, or of one that was erased: then nobody knows.
    return bool(present) and told.address not in {"", present}


def replied_cancel(visit: Visit, desk: Desk) -> bool:
    """Whether the client's last word was to cancel the appointment as it now stands, or as they were told."""
    # Once it is cancelled, a "no" to what the client was told before is an answer to the appointment that was.
    states = [visit.versions.now, *([visit.versions.told] if visit.versions.told and visit.facts.cancelled else [])]
    answers = [
        reply.action
        for reply in desk.history.replies.get(visit.number, ())
        if reply.action != "object"
        and reply.case in {"", visit.case.number}
        and any(state.core_version <= reply.version <= state.version for state in states)
    ]
    return answers[-1:] == ["cancel"] or _cancelled_its_twin(visit, desk)


def took_back(told: Told, desk: Desk) -> bool:
    """Whether a client cancelled what they were told and said yes to it after that: the row still says what they
    wanted first, and the hour may be somebody else's by now."""
    said = [
        reply.action
        for reply in desk.history.replies.get(told.subject, ())
        if reply.action != "object" and reply.case in {"", told.case} and told.covers(reply.version)
        and reply.at >= told.at
    ]  # fmt: skip
    return said[-1:] == ["confirm"] and "cancel" in said


def _cancelled_its_twin(visit: Visit, desk: Desk) -> bool:
    """Whether they cancelled another row that said the same beside this one: nobody reminds them of that hour."""
    return any(
        told.subject != visit.number
        and visit.facts.is_the_same_meeting(told.printed)
        and stood_beside(desk.history.versions.get(visit.number), told)
        for told in desk.said_no.get(visit.case.number or "", ())
    )


def _hindrance(appointment: Appointment, case: Case | None, desk: Desk) -> str:
    if not appointment.usable:
        return "unusable"
    if appointment.date is None:
        return "no_date"
    if appointment.date < desk.today:
        return "past"
    if reason := _status(appointment):
        return reason
    sure = case is not None and case.usable and case.number not in desk.doubled
    return "" if sure else "no_case"


def _status(appointment: Appointment) -> str:
    # Before all words: an unreadable one is no blank one, which would stand.
    if "status" in appointment.bad:
        return "unread_status"  # it may be a slip for "abgesagt"
    if appointment.status is AppointmentStatus.POSTPONED:
        return "postponed"
    return "" if appointment.status in STANDS or appointment.status is AppointmentStatus.CANCELLED else "status"


def _no(name: str, reason: str, appointment: Appointment, desk: Desk) -> Finding:
    values = {
        "date": f"{appointment.date:%d.%m.%Y}" if appointment.date else "",
        "status": desk.status_word(appointment.status),
        "minutes": desk.site.settle_minutes,
    }
    return Finding("", name, reason, values=values)
