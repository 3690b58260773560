"""The mail that staff get each working morning: case numbers, times, neutral places; no names, and
nothing of what a case is about, as its reader's domain may be another organisation's.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta

from automations.expressions import values_of
from automations.jobs.reminding.desk import Desk
from automations.jobs.reminding.due import moment
from automations.jobs.reminding.findings import Finding, state_name
from automations.jobs.reminding.people import reachable, recipient_of, verdict
from automations.jobs.reminding.printed import STANDS, manager_of
from automations.jobs.reminding.rules import ReadyRule
from automations.plan import Call, Mail, RowKey
from automations.records import Appointment, AppointmentStatus, CaseManager
from automations.values import Plain

LOOK_BACK = timedelta(days=60)
"""Appointments longer ago are asked about in the list of problems only."""

MOST_QUESTIONS = 15
"""More would not be read; the rest is counted."""


@dataclass
class _Day:
    """What one colleague's mail is made of."""

    today: list[Appointment] = field(default_factory=list)
    questions: list[tuple[Appointment, str]] = field(default_factory=list)


def digest_findings(rule: ReadyRule, calls: Iterable[Call], desk: Desk) -> Iterator[Finding]:
    """The morning mails of all colleagues who are at work today."""
    if not desk.days.is_working_day(desk.today):
        yield Finding(rule.rule.name, "", "not_working")
        return
    days, calling = _days(desk), _calls(calls)
    for person in desk.snapshot.team:
        day = days.get(person.code or "", _Day())
        # Whoever has an appointment today is at work, whatever the usual days are.
        if person.usable and person.code and (day.today or desk.at_work(person, desk.today)):
            yield _mail_to(person, rule, day, calling.get(person.code, 0), desk)


def _days(desk: Desk) -> Mapping[str, _Day]:
    """Today's appointments and open questions, by the colleague who is there to read them."""
    found: dict[str, _Day] = defaultdict(_Day)
    oldest = desk.today - LOOK_BACK
    for appointment in desk.snapshot.appointments:
        day = appointment.date
        if day is None or not appointment.usable or not oldest <= day:
            continue
        if day > desk.today and appointment.status is not AppointmentStatus.POSTPONED:
            continue
        reader = _reader(appointment, desk)
        if reader is None or desk.unsettled(appointment):
            continue
        question = _question(appointment, desk)
        if question:
            found[reader].questions.append((appointment, question))
        elif day == desk.today and appointment.status in STANDS:
            found[reader].today.append(appointment)
    return found


def _reader(appointment: Appointment, desk: Desk) -> str | None:
    case = desk.snapshot.case_by_number.get(appointment.case or "")
    person = reachable(manager_of(appointment, case, desk.snapshot), desk)
    return person.code if person else None


def _question(appointment: Appointment, desk: Desk) -> str:
    """What staff are asked about an appointment; "" for nothing."""
    day, case = f"{appointment.date:%d.%m.%Y}", appointment.case or appointment.number or "?"
    if appointment.status is AppointmentStatus.POSTPONED:
        return desk.words.say(
            "{case}: the appointment of {day} was postponed. Is there a new date?", case=case, day=day
        )
    if appointment.date is not None and appointment.date < desk.today and appointment.status in STANDS:
        return desk.words.say("{case}: did the appointment of {day} take place? Please enter it.", case=case, day=day)
    return ""


def _calls(calls: Iterable[Call]) -> Mapping[str, int]:
    found: dict[str, int] = defaultdict(int)
    for call in calls:
        found[call.caller] += 1
    return found


def _mail_to(person: CaseManager, ready: ReadyRule, day: _Day, calls: int, desk: Desk) -> Finding:
    rule, code = ready.rule, person.code or ""
    reason = _hindrance(person, ready, day, calls, desk)
    if reason:
        return Finding(
            rule.name,
            code,
            reason,
            values={"condition": rule.when, "due": f"{desk.today:%d.%m.%Y} {rule.due.at:%H:%M}"},
        )
    key = f"{rule.name}/{code}/0/{desk.today.isoformat()}"
    if desk.settled(key):
        record = desk.history.mails[key]
        return Finding(
            rule.name,
            code,
            "sent",
            values={"at": f"{record.at:%d.%m.%Y}", "state": state_name(record.state, desk.words)},
        )
    to = recipient_of(rule, None, person, desk)
    not_after = _end_of_day(desk)
    allowed = verdict(to, None, not_after, desk)
    if not allowed.allowed:
        return Finding(rule.name, code, "blocked", values={"sentence": allowed.sentence})
    why = desk.words.say("The mail of every working morning.")
    mail = Mail(
        key=key,
        rule=rule.name,
        case="",
        to=to.address,
        language=to.language,
        template=rule.template,
        not_after=not_after,
        why=why,
        channel=rule.channel,
        audience="staff",
        context=_context(person, day, calls, desk),
        needs=desk.needs(_rows(day)),
    )
    return Finding(rule.name, code, "due", values={"why": why}, mail=mail)


def _hindrance(person: CaseManager, ready: ReadyRule, day: _Day, calls: int, desk: Desk) -> str:
    if desk.now < moment(desk.today, ready.rule.due.at, desk.zone):
        return "early"
    condition = ready.condition
    if condition is not None and not condition.holds(values_of(person, condition.names), desk.today):
        return "condition"
    return "" if day.today or day.questions or calls else "nothing"


def _end_of_day(desk: Desk) -> datetime:
    return moment(desk.today, time(23, 59), desk.zone)


def _rows(day: _Day) -> list[RowKey]:
    return [appointment.row for appointment in day.today]


def _context(person: CaseManager, day: _Day, calls: int, desk: Desk) -> dict[str, Plain]:
    questions = [text for _, text in sorted(day.questions, key=_oldest_first)]
    return {
        "case_manager": person.name or "",
        "date": desk.today.isoformat(),
        "appointments": [_item(item, desk) for item in sorted(day.today, key=_by_time)],
        "questions": questions[:MOST_QUESTIONS],
        "counts": _counts(calls, len(questions), desk),
        "site_name": desk.site.name,
        "office_phone": desk.site.phone,
    }


def _counts(calls: int, questions: int, desk: Desk) -> list[dict[str, Plain]]:
    found: list[dict[str, Plain]] = []
    if calls:
        found.append({"label": desk.words.say("Calls to make"), "value": calls})
    if questions > MOST_QUESTIONS:
        found.append(
            {"label": desk.words.say("Further questions in the list of problems"), "value": questions - MOST_QUESTIONS}
        )
    return found


def _by_time(appointment: Appointment) -> tuple[time, str]:
    return appointment.time or time(0), appointment.number or ""


def _oldest_first(item: tuple[Appointment, str]) -> tuple[str, str]:
    return f"{item[0].date}", item[1]


def _item(appointment: Appointment, desk: Desk) -> dict[str, Plain]:
    place = desk.snapshot.location_by_name.get(appointment.place or "")
    return {
        "number": appointment.number or "",
        "case": appointment.case or "",
        "time": f"{appointment.time:%H:%M}" if appointment.time else "",
        "place": (place.neutral_name or "") if place and not place.protected else "",
    }
