"""What one colleague must know this morning: case numbers, times, neutral places; no names, and
nothing of what a case is about, as the reader's mailbox may belong to another organisation."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, time, timedelta

from msgspec import Struct, field

from automations.jobs.reminding.desk import Desk
from automations.jobs.reminding.freed_hours import Answers, Freed, readable
from automations.jobs.reminding.printed import manager_of
from automations.jobs.reminding.rules import Rule
from automations.model.fact_kinds.course import Busy
from automations.model.fact_kinds.messages import Letter, Unread
from automations.model.plan import Call
from automations.model.records import STANDS, Appointment, AppointmentStatus, CaseManager
from automations.model.values import Plain

LOOK_BACK = timedelta(days=60)  # appointments longer ago are asked about in the list of problems only
MOST_QUESTIONS = 15  # more would not be read; the rest is counted


class Briefing(Struct):
    """Today's appointments, what clients cancelled since the last briefing, questions about others, how much of
    something waits (label, number), and requests that come before everything else."""

    today: list[Appointment] = field(default_factory=list)
    freed: list[Freed] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)
    questions: list[tuple[Appointment, str]] = field(default_factory=list)
    counts: list[tuple[str, int]] = field(default_factory=list)

    @property
    def empty(self) -> bool:
        """Whether there is nothing to say."""
        return not (self.today or self.freed or self.questions or self.counts or self.requests)

    def concerns(self, day: date) -> bool:
        """Whether its reader has, or had until now, an appointment that day."""
        return bool(self.today) or any(item.day == day for item in self.freed)


def briefings(calls: Iterable[Call], desk: Desk, rule: Rule) -> Mapping[str, Briefing]:
    """The briefings by code, of everybody who has one; `rule` is the one that they go out by."""
    found: dict[str, Briefing] = defaultdict(Briefing)
    for appointment in desk.snapshot.appointments:
        if not _concerns_today(appointment, desk) or desk.unsettled(appointment):
            continue
        reader = _reader(appointment, desk)
        question = _question(appointment, desk)
        if reader and question:
            found[reader].questions.append((appointment, question))
        elif reader and appointment.date == desk.today and appointment.status in STANDS:
            found[reader].today.append(appointment)
    known_calls = list(calls)
    calling = Counter(call.caller for call in known_calls)
    last_day = Counter(call.caller for call in known_calls if call.by <= desk.today)
    for person in desk.snapshot.team:
        counts = list(_counts(person, calling, last_day, found.get(person.code or "", Briefing()), desk))
        if person.code and counts:
            found[person.code].counts = counts
    # By answers and not by rows: a cancellation must reach the reader though its row is gone by now.
    for code, freed in Answers(desk, rule.name, rule.due.at).found():
        found[code].freed.append(freed)
    for code, request in (*_requests(desk), *_letters(desk), *_unattended(desk)):
        found[code].requests.append(request)
    return found


def _requests(desk: Desk) -> Iterator[tuple[str, str]]:
    """Whoever has had a workbook open since an earlier day is asked to close it: nothing can be
    written until then. Where the holder is nobody of the team, the team lead is asked."""
    for name, busy in desk.history.facts_of(Busy).items():
        # Open since this morning is how people work; open since yesterday was forgotten.
        if busy.since is None or desk.site.today(busy.since) >= desk.today:
            continue
        # Contained, not equal: a lock file holds the login and the machine beside the name.
        person = next((p for p in desk.snapshot.team if p.code and p.name and p.name in busy.holder), desk.lead)
        if person is not None and person.code:
            yield person.code, desk.words.say(
                "The workbook “{name}” has been open since {day} ({holder}), so kim cannot write. Please close it.",
                name=name, day=f"{desk.site.local(busy.since):%d.%m.%Y %H:%M}", holder=busy.holder,
            )  # fmt: skip


def _letters(desk: Desk) -> Iterator[tuple[str, str]]:
    """That a client's words wait to be read; never the words, as digests leave the house."""
    for key, letter in desk.history.facts_of(Letter).items():
        case = desk.snapshot.case_by_number.get(letter.case)
        # Answered in the tab of decisions: somebody has read it.
        if case is None or f"{Letter.kind}/{key}" in desk.history.answers:
            continue
        reader = readable(desk.snapshot.manager_by_code.get(case.manager or ""), desk)
        if reader is not None and reader.code:
            yield (
                reader.code,
                desk.words.say(
                    "Case {case}: the client has written something; it stands in the tab of decisions.",
                    case=case.number,
                ),
            )


def _unattended(desk: Desk) -> Iterator[tuple[str, str]]:
    """Appointments until the next working day whose colleague is away that day: the client would come in vain."""
    # Until the next working day: the mail of that morning would come too late for an appointment at nine.
    last = desk.days.shift(desk.today, 1)
    for appointment in desk.snapshot.appointments:
        day = appointment.date
        if day is None or not desk.today <= day <= last or appointment.status not in STANDS or not appointment.usable:
            continue
        case = desk.snapshot.case_by_number.get(appointment.case or "")
        person = manager_of(appointment, case, desk.snapshot)
        reader = desk.reachable(person)
        if person is None or reader is None or not reader.code or person.is_there(day):
            continue
        yield (
            reader.code,
            desk.words.say(
                "Case {case}: the appointment of {day} stands, and {name} is not there. Who sees the client?",
                case=appointment.case or appointment.number or "?", day=f"{day:%d.%m.%Y}",
                name=person.name or person.code,
            ),
        )  # fmt: skip


def context_of(person: CaseManager, briefing: Briefing, desk: Desk) -> dict[str, Plain]:
    """The context of the morning mail."""
    questions = [text for _, text in sorted(briefing.questions, key=_oldest_first)]
    counts: list[Plain] = [{"label": label, "value": value} for label, value in briefing.counts]
    return {
        "case_manager": person.name or "",
        "date": desk.today.isoformat(),
        "appointments": [_item(item, desk) for item in sorted(briefing.today, key=_by_time)],
        "cancelled": [
            item.plain() for item in sorted(briefing.freed, key=lambda item: (item.day, item.time, item.number))
        ],
        "questions": [*briefing.requests, *questions[:MOST_QUESTIONS]],
        "counts": counts,
        "site_name": desk.site.name,
        "office_phone": desk.site.phone,
    }


def _concerns_today(appointment: Appointment, desk: Desk) -> bool:
    day = appointment.date
    # What nobody entered for two months nobody knows any more.
    if day is None or not appointment.usable or day < desk.today - LOOK_BACK:
        return False
    # Of days to come only what no reminder speaks of: it would not come back to anybody's mind.
    return day <= desk.today or appointment.status is AppointmentStatus.POSTPONED or "status" in appointment.bad


def _reader(appointment: Appointment, desk: Desk) -> str:
    """Who is there to read about it: the colleague concerned, or who stands in."""
    case = desk.snapshot.case_by_number.get(appointment.case or "")
    person = desk.reachable(manager_of(appointment, case, desk.snapshot))
    return (person.code if person else None) or ""


def _question(appointment: Appointment, desk: Desk) -> str:
    """What staff are asked about an appointment; "" for nothing."""
    day, case = f"{appointment.date:%d.%m.%Y}", appointment.case or appointment.number or "?"
    if appointment.status is AppointmentStatus.POSTPONED:
        return desk.words.say(
            "Case {case}: the appointment of {day} was postponed. Is there a new date?", case=case, day=day
        )
    if appointment.date is not None and appointment.date >= desk.today and "status" in appointment.bad:
        return desk.words.say(
            "Case {case}: the status of the appointment of {day} cannot be read. Does it take place? Until it is corrected, kim sends no reminder.",  # noqa: E501
            case=case, day=day,
        )  # fmt: skip
    if appointment.date is not None and appointment.date < desk.today and appointment.status in STANDS:
        return desk.words.say(
            "Case {case}: did the appointment of {day} take place? Please enter it.", case=case, day=day
        )
    return ""


def _counts(
    person: CaseManager, calling: Counter[str], last_day: Counter[str], own: Briefing, desk: Desk
) -> Iterator[tuple[str, int]]:
    say = desk.words.say
    counts = [
        (say("Calls to make"), calling[person.code or ""]),
        # Negative where all are shown; counts below one are left out at the end.
        (say("Further questions in the list of problems"), len(own.questions) - MOST_QUESTIONS),
    ]
    if person == desk.lead:
        states = Counter(record.state for record in desk.history.mails.values())
        unread = desk.history.fact(Unread) or Unread()
        counts += [
            (say("Calls that nobody is named for"), calling[""]),
            (say("Calls of others on their last day"), last_day.total() - last_day[person.code or ""] - last_day[""]),
            (say("Mails that somebody must let go"), states["held"]),
            (say("Mails of which nobody knows whether they arrived"), states["unknown"]),
            (say("Answers of clients to be read"), unread.count),
        ]
    return (count for count in counts if count[1] > 0)


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
        # A place that the table does not know may be a protected one; and the mail leaves the house.
        "place": (place.neutral_name or "") if place and not place.protected else "",
    }
