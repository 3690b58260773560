"""Checks of appointments."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta

from automations.jobs.checks.context import Check, CheckContext, day, named
from automations.jobs.reminding.printed import kind_of, kind_of_visit, manager_of
from automations.messages.readers import reader_of
from automations.model.fact_kinds.sightings import Renumbered
from automations.model.problems import Problem
from automations.model.records import STANDS, Appointment, AppointmentStatus, Case, ContactWay
from automations.model.values import key_text
from automations.tables.born import is_born, parted
from automations.tables.folding import fold

_HELD = STANDS | {AppointmentStatus.ATTENDED}
_USUAL_MINUTES = 60
_NAMED = 8  # places that are named where none is entered


def appointment_without_case(context: CheckContext) -> Iterator[Problem]:
    """An appointment that names no case, or one that does not exist. One that names a client whose case has no number
    yet is understood as soon as it has one."""
    told = context.has("appointments", "case") or context.has("appointments", "client_last_name")
    if not told or not context.has("cases", "number"):
        return
    say, known, unknown = context.said.say, context.snapshot.case_by_number, list[Appointment]()
    for appointment in context.snapshot.appointments:
        if not appointment.case and "case" not in appointment.bad:
            message = say("The case number is missing; nobody is reminded.")
            advice = say("Please type the number of the case.")
            yield context.finding("appointment_without_case", appointment, "case", message, advice)
        elif appointment.case and appointment.case not in known:
            unknown.append(appointment)
    if context.history.facts_of(Renumbered):
        yield from _formerly(context)
    if unknown:
        yield from _unknown(unknown, context)


def missing_status(context: CheckContext) -> Iterator[Problem]:
    """An appointment to come that says nothing, where others say that they are planned."""
    for appointment in context.to_come if context.snapshot.types_planned else ():
        if not appointment.status and "status" not in appointment.bad:
            message = context.said.say("The status is missing.")
            advice = context.said.say("Please choose one, for example planned.")
            yield context.finding("missing_status", appointment, "status", message, advice, "note")


def _unknown(appointments: Sequence[Appointment], context: CheckContext) -> Iterator[Problem]:
    say, called = context.said.say, _called(context.snapshot.cases)
    surnames = _by_surname(context.snapshot.cases)
    for appointment in appointments:
        bare, born = parted(appointment.case or "")
        bearers = [
            one for one in called.get(fold(bare), ()) if not born or not one.birth_date or is_born(born, one.birth_date)
        ]
        message = say("There is no case {number}.", number=appointment.case)
        advice = say("Please check the number in the tab of the cases.")
        if len(bearers) > 1:
            message = say("Several cases are called {name}; nobody is reminded.", name=appointment.case)
            advice = say("Please type the number of the case.")
        elif bearers and not bearers[0].number:
            # The name alone is enough for a case that is numbered in this very run.
            continue  # kim gives it one
        elif likely := surnames.get(fold(bare)):
            advice = say("Do you mean case {number}? Then please type that number.", number=likely)
        yield context.finding("unknown_case", appointment, "case", message, advice)


def _formerly(context: CheckContext) -> Iterator[Problem]:
    """A number that the case had before: whoever gets it next would get the appointment with it."""
    for appointment in context.snapshot.appointments:
        row = context.snapshot.rows.get(appointment.row)
        typed = key_text(row.value("case")) if row and "case" in row.cells else None
        if typed and typed != appointment.case and context.history.number_now("cases", typed) == appointment.case:
            message = context.said.say("Case {old} is called {number} now.", old=typed, number=appointment.case)
            advice = context.said.say("Please type the present number.")
            yield context.finding("former_number", appointment, "case", message, advice, "note")


def _called(cases: Sequence[Case]) -> Mapping[str, Sequence[Case]]:
    """Cases by their client's name, in both orders, folded."""
    found: defaultdict[str, list[Case]] = defaultdict(list)
    for case in cases:
        parts = (case.last_name or "", case.first_name or "")
        if all(parts):
            # A set: who is called Ali Ali would stand twice under one name, as two bearers of it.
            for name in {fold("".join(parts)), fold("".join(reversed(parts)))}:
                found[name].append(case)
    return found


def _by_surname(cases: Sequence[Case]) -> Mapping[str, str]:
    """The numbers of cases by a last name, folded, that nobody else has. A surname is too little to act on, as siblings
    come and go, and enough to ask."""
    seen = Counter(fold(case.last_name or "") for case in cases)
    return {
        name: case.number for case in cases if case.number and (name := fold(case.last_name or "")) and seen[name] == 1
    }


def unreachable(context: CheckContext) -> Iterator[Problem]:
    """Clients with an appointment to come who are to be called or texted, and whose number is not there: nobody tells
    them. That an address is missing is told of each case that wants mail."""
    if not context.has("cases", "contact_way"):
        return
    # Without such a column the number is missing all the same, and is told at the way of contact that asks for it.
    field = "phone" if context.has("cases", "phone") else "contact_way"
    say, told = context.said.say, set[str]()
    for appointment in context.to_come:
        case = context.snapshot.case_by_number.get(appointment.case or "")
        # Once a case: five appointments need one telephone number.
        if case is None or not appointment.date or case.number in told or not _lacks_number(case, context):
            continue
        if kind_of_visit(appointment, context.snapshot) == "telephone":
            continue  # see call_without_number
        told.add(case.number or "")
        message = say(
            "There is an appointment on {day}, but no telephone number; nobody tells the client.",
            day=f"{appointment.date:%d.%m.%Y}",
        )
        advice = say("Please type the telephone number, or choose another way of contact.")
        yield context.finding("missing_phone", case, field, message, advice)


def _lacks_number(case: Case, context: CheckContext) -> bool:
    if case.contact_way not in {ContactWay.SMS, ContactWay.PHONE} or "phone" in case.bad:
        return False
    return not reader_of(case, context.snapshot, context.today).phone


def unknown_place(context: CheckContext) -> Iterator[Problem]:
    """A place to come to that is not in the table of locations, so that nobody knows whether it is protected."""
    # Without the table no place can be missing in it.
    if "locations" not in context.snapshot.layouts:
        return
    say = context.said.say
    known = context.snapshot.location_by_name
    odd = [
        (appointment, appointment.place)
        for appointment in context.to_come
        if appointment.place and appointment.place not in known and kind_of(appointment.place) == "personal"
    ]
    if odd and not known:
        # Said once of the tab, and not in every row: nobody has begun it.
        yield _no_places(dict.fromkeys(place for _, place in odd), context)
        return
    for appointment, place in odd:
        message = say("The place “{place}” is not in the tab of the locations.", place=place)
        advice = say("Please choose one of the locations, or add it there.")
        yield context.finding("unknown_place", appointment, "place", message, advice)


def _no_places(places: Iterable[str], context: CheckContext) -> Problem:
    say, layout = context.said.say, context.snapshot.layouts["locations"]
    named = list(places)
    shown = ", ".join(named[:_NAMED]) + (", …" if len(named) > _NAMED else "")
    return Problem(
        "no_locations",
        say("The tab “{tab}” has no rows, so that messages name no place ({places}).", tab=layout.tab, places=shown),
        say("Please enter the places there. “no” under “protected” means that messages may name it."),
        workbook=layout.workbook, table="locations", tab=layout.tab, row=layout.header_row, who="lead",
    )  # fmt: skip


def unknown_kind(context: CheckContext) -> Iterator[Problem]:
    """A word that does not say how they meet: the client must not be invited to the office for it."""
    say = context.said.say
    for appointment in context.to_come:
        if kind_of_visit(appointment, context.snapshot) == "other":
            message = say(
                "“{word}” does not say how you meet; messages say “as agreed” and name no place.", word=appointment.kind
            )
            advice = say(
                "Please write: personal, by telephone, video or home visit. Your own word may stand beside it."
            )
            yield context.finding("unknown_kind", appointment, "kind", message, advice)


def appointment_on_closed_day(context: CheckContext) -> Iterator[Problem]:
    """An appointment to come on a holiday, at the weekend, or when the office is closed."""
    say = context.said.say
    for appointment in context.to_come:
        if appointment.date and not context.calendar.is_working_day(appointment.date):
            message = say("{date} is not a working day.", date=day(appointment.date))
            advice = say("Please check the date.")
            yield context.finding("appointment_on_closed_day", appointment, "date", message, advice)


def closed_with_appointment(context: CheckContext) -> Iterator[Problem]:
    """A closed case with an appointment to come."""
    say = context.said.say
    cases = context.snapshot.case_by_number
    for appointment in context.to_come:
        case = cases.get(appointment.case or "")
        # Without a phase nobody has said that it is closed; the closing day alone has a check of its own.
        if case and case.phase and not context.is_open(case):
            message = say("The case {number} is closed, but has an appointment.", number=named(case))
            advice = say("Please cancel the appointment, or open the case again.")
            yield context.finding("closed_with_appointment", appointment, "case", message, advice)


def call_without_number(context: CheckContext) -> Iterator[Problem]:
    """A client who is to be called at a fixed hour, without a number: the reminder promises the call."""
    if not context.has("cases", "phone"):
        return
    say = context.said.say
    cases = context.snapshot.case_by_number
    for appointment in context.to_come:
        case = cases.get(appointment.case or "")
        if case and kind_of_visit(appointment, context.snapshot) == "telephone" and not (case.phone or case.guardian):
            message = say("{number} is to be called, and nobody knows under which number.", number=named(case))
            advice = say("Please enter the phone number at the case, or agree on another way to meet.")
            yield context.finding("call_without_number", appointment, "kind", message, advice)


def colleague_away(context: CheckContext) -> Iterator[Problem]:
    """An appointment to come on a day on which the colleague who holds it is away, or does not work here: the client
    would come in vain. Free days of the week do not count, as people arrange that among themselves."""
    say = context.said.say
    for appointment in context.to_come:
        person = manager_of(
            appointment, context.snapshot.case_by_number.get(appointment.case or ""), context.snapshot
        )  # fmt: skip
        if person is not None and appointment.date and not person.is_there(appointment.date):
            yield context.for_lead(
                context.finding(
                    "colleague_away",
                    appointment,
                    "manager",
                    say(
                        "{name} is not there on {date}, and the appointment stands.",
                        name=person.name or person.code,
                        date=day(appointment.date),
                    ),
                    say("Please name a colleague who is there, move the appointment or cancel it; the client is told."),
                )
            )


def two_places(context: CheckContext) -> Iterator[Problem]:
    """One case manager with two meetings at a time that are not the same meeting."""
    say = context.said.say
    booked: dict[tuple[object, str], list[Appointment]] = {}
    for appointment in context.snapshot.appointments:
        if appointment.manager and appointment.date and appointment.time and _counts(context, appointment):
            booked.setdefault((appointment.date, appointment.manager), []).append(appointment)
    for meetings in booked.values():
        for first, second in _overlapping(meetings):
            message = say(
                "{manager} already has {other} from {time} on that day.",
                manager=second.manager,
                other=named(first),
                time=f"{first.time:%H:%M}",
            )
            advice = say("Please move one of the two appointments.")
            yield context.finding("two_places", second, "time", message, advice, keys=(named(first), named(second)))


def _counts(context: CheckContext, appointment: Appointment) -> bool:
    ahead = appointment.date is not None and appointment.date >= context.today
    return ahead and appointment.status in _HELD


def _overlapping(meetings: Sequence[Appointment]) -> Iterator[tuple[Appointment, Appointment]]:
    if len(meetings) < 2:  # noqa: PLR2004 -- it takes two
        return
    ordered = sorted(meetings, key=lambda item: (_span(item)[0], item.line))
    running = ordered[0]
    for meeting in ordered[1:]:
        if _span(meeting)[0] < _span(running)[1] and not _together(running, meeting):
            yield running, meeting
        # A long meeting runs into the one after the next, too.
        if _span(meeting)[1] > _span(running)[1]:
            running = meeting


def _together(first: Appointment, second: Appointment) -> bool:
    """Two people counselled together: the same time and place."""
    return first.time == second.time and first.place == second.place and first.case != second.case


def _span(meeting: Appointment) -> tuple[datetime, datetime]:
    start = datetime.combine(meeting.date or datetime.min, meeting.time or datetime.min.time())  # noqa: DTZ901 -- wall-clock times are compared
    return start, start + timedelta(minutes=meeting.duration or _USUAL_MINUTES)


CHECKS: tuple[Check, ...] = (
    appointment_without_case, missing_status, unreachable, unknown_place, unknown_kind, appointment_on_closed_day,
    closed_with_appointment, call_without_number, colleague_away, two_places,
)  # fmt: skip
