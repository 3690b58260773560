"""Tab `Termine 14 Tage`: what comes, by day and place."""

from __future__ import annotations

from datetime import date

from automations.jobs.figures.collected import Figures
from automations.jobs.figures.counting import first_language
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
    weekdays = {day: say.date(day, "weekday") for day in {item.date for item in shown if item.date}}
    cases = {item.case: snapshot.case_by_number.get(item.case or "") for item in shown}
    codes = {number: first_language(case) if case else None for number, case in cases.items()}
    words = {code: frame.word("cases", "languages", code) if code else "" for code in set(codes.values())}
    statuses = {item.status: _status(frame, item.status) for item in shown}
    rows = tuple(
        _row(item, statuses[item.status], weekdays.get(item.date or date.min, ""), words[codes[item.case]])
        for item in shown
    )
    columns = (
        Column(say.say("Day"), 9), Column(say.say("Date"), 12, "date"), Column(say.say("Where"), 26),
        Column(say.say("Time"), 9, "time"), Column(say.say("Case"), 17), Column(say.say("With"), 12),
        Column(say.say("Language"), 16), Column(say.say("Kind"), 18), Column(say.say("Interpreter"), 16),
        Column(say.say("Status"), 14), Column(say.say("Answer"), 20),
    )  # fmt: skip
    empty = say.say("There are no appointments in the next {n} days.", n=days)
    return (*title, Grid("coming", columns, rows, empty=empty, filter=True, freeze=True))


def _status(frame: Frame, status: AppointmentStatus | None) -> TabCell:
    style = _STATUS_STYLES.get(status, "plain") if status else "warn"
    return TabCell(frame.word("appointments", "status", status), style)


def _row(item: Appointment, status: TabCell, weekday: str, language: str) -> tuple[TabCell, ...]:
    return (
        TabCell(weekday),
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
