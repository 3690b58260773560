"""Tab `Termine 14 Tage`: what comes, by day and place."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from itertools import groupby
from operator import attrgetter

from automations.common.working_days import WorkingDays
from automations.jobs.figures.collected import Figures
from automations.jobs.figures.counting import first_language
from automations.jobs.figures.load import state_of
from automations.jobs.tabs.common import Frame, cell, head, link
from automations.model.records import Appointment, AppointmentStatus
from automations.model.snapshot import Snapshot
from automations.model.tabdoc import Block, Column, Grid, Style, TabCell

_STATUS_STYLES: dict[AppointmentStatus, Style] = {
    AppointmentStatus.CONFIRMED: "good",
    AppointmentStatus.POSTPONED: "warn",
    AppointmentStatus.CANCELLED: "muted",
}


def blocks(frame: Frame, figures: Figures, snapshot: Snapshot, *, days: int) -> tuple[Block, ...]:
    """The list, without names: it may lie on a desk. The number leads to the row."""
    say = frame.say
    title = head(
        frame,
        say.say("Appointments of the next {n} days", n=days),
        say.say("By day and place, today being the first day. A number leads to its row."),
    )
    if gap := frame.gap("coming"):
        return (*title, *gap)
    shown = figures.meetings.coming
    cases = {item.case: snapshot.case_by_number.get(item.case or "") for item in shown}
    # Words once a language and status, not once a row: a large team has a thousand appointments in two weeks.
    codes = {number: first_language(case) if case else None for number, case in cases.items()}
    words = {code: frame.word("cases", "languages", code) if code else "" for code in set(codes.values())}
    statuses = {item.status: _status(frame, item.status, snapshot.types_planned) for item in shown}
    by_day = {day: tuple(group) for day, group in groupby(shown, key=attrgetter("date"))}
    calendar = frame.site.working_days
    rows: list[tuple[TabCell, ...]] = []
    for day in (frame.today + timedelta(days=n) for n in range(days)):
        meetings = by_day.get(day, ())
        # Empty working days are shown: a gap is what people look for when a client rings.
        if meetings or calendar.is_working_day(day):
            rows.append(_day_row(frame, day, meetings, _away(snapshot, calendar, day)))
            rows += [_row(item, statuses[item.status], words[codes[item.case]]) for item in meetings]
    columns = (
        Column(say.say("Day"), 9), Column(say.say("Date"), 12, "date"), Column(say.say("Where"), 26, wrap=True),
        Column(say.say("Time"), 9, "time"), Column(say.say("Case"), 17), Column(say.say("With"), 12),
        Column(say.say("Language"), 16), Column(say.say("Kind"), 18), Column(say.say("Interpreter"), 16),
        Column(say.say("Status"), 14), Column(say.say("Answer"), 20),
    )  # fmt: skip
    empty = say.say("There are no appointments in the next {n} days.", n=days)
    # Fourteen empty days look like a list that was not made: without any appointment a sentence says it.
    return (*title, Grid("coming", columns, tuple(rows) if shown else (), empty=empty, filter=True, freeze=True))


def _day_row(frame: Frame, day: date, meetings: Sequence[Appointment], away: list[str]) -> tuple[TabCell, ...]:
    """The line above a day's appointments: how many take place, and who is not there."""
    say = frame.say
    off = sum(item.status is AppointmentStatus.CANCELLED for item in meetings)
    postponed = sum(item.status is AppointmentStatus.POSTPONED for item in meetings)
    count = len(meetings) - off - postponed
    text = say.count("{n} appointment", "{n} appointments", count) if count else say.say("no appointment")
    if off:
        text += " · " + say.count("{n} cancelled", "{n} cancelled ones", off)
    if postponed:
        text += " · " + say.count("{n} postponed", "{n} postponed ones", postponed)
    if away:
        text += " · " + say.say("not there: {codes}", codes=", ".join(away))
    return TabCell(say.date(day, "weekday"), "total"), TabCell(day, "total"), TabCell(text, "total"), *[_BLANK] * 8


_BLANK = TabCell(None, "total")


def _away(snapshot: Snapshot, calendar: WorkingDays, day: date) -> list[str]:
    """Colleagues who are absent on a day, or do not work on that day of the week."""
    # On a closed day nobody is expected, so nobody is missed.
    if not calendar.is_working_day(day):
        return []
    there = [person for person in snapshot.team if person.usable and person.code and state_of(person, day) != "left"]
    return [
        person.code or ""
        for person in there
        if state_of(person, day) == "absent"
        or (person.working_days is not None and day.weekday() not in person.working_days)
    ]


def _status(frame: Frame, status: AppointmentStatus | None, typed: bool) -> TabCell:
    if not status and not typed:
        return TabCell(None)
    style = _STATUS_STYLES.get(status, "plain") if status else "warn"
    return TabCell(frame.word("appointments", "status", status), style)


def _row(item: Appointment, status: TabCell, language: str) -> tuple[TabCell, ...]:
    return (
        TabCell(None),
        cell(item.date, "date"),
        cell(item.place),
        cell(item.time, "time"),
        link(item, item.case),
        cell(item.manager),
        TabCell(language),
        TabCell(item.kind or ""),
        TabCell(item.interpreter or ""),
        status,
        TabCell(item.answer or ""),
    )
