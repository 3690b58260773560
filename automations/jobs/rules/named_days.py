"""The days that a rule's message names to a client: whoever was told of one that moves since is told anew, and where
the rule does not do that, people are asked to."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from datetime import date, datetime

from msgspec.structs import replace

from automations.jobs.rules.desk import Desk, Ready, heading
from automations.jobs.rules.due import steps_from
from automations.jobs.rules.wording import path_of, places, texts_for, value_at
from automations.model.fact_kinds.team_rules import RuleNamed
from automations.model.plan import Fact
from automations.model.problems import Problem
from automations.model.records import Appointment, Record
from automations.model.values import RowKey


def named_days(key: str, ready: Ready, record: Record, desk: Desk) -> tuple[str, Fact | None]:
    """The key that a message has now: another one where a day that it named has moved since it left. With it what is to
    be remembered, where days are named at all."""
    name = _name(ready, record, desk)
    before = desk.history.fact(RuleNamed, name) or RuleNamed()
    known = before if before.of == key else RuleNamed(of=key, number=desk.key(record))
    if desk.left(known.message):
        moved = [_now(path, record, desk)[0] for path, day in _days(known, desk) if _untrue(path, day, record, desk)]
        # A blank is no news that a message could tell: people are asked about it.
        if not moved or None in moved:
            return known.message, None
        known = replace(known, n=known.n + 1)
    known = replace(known, days=" ".join(f"{path}={day}" for path, day in _named(ready, record, desk).items()))
    return known.message, known.under(name) if known.days or before.of else None


def outdated(ready: Ready, spoken: Collection[RowKey], desk: Desk) -> Iterator[Problem]:
    """A problem for each client who still waits for a day that a message of the rule named; it ends on that day.
    `spoken` are the rows that the rule speaks of now."""
    ours = f"{ready.rule.name}/"
    told = {name: one for name, one in desk.history.facts_of(RuleNamed).items() if name.startswith(ours)}
    rows = {_name(ready, one, desk): one for one in desk.snapshot.table(ready.rule.table)} if told else {}
    for name, known in told.items():
        record = rows.get(name)
        if not desk.left(known.message) or (record is not None and record.row in spoken):
            continue
        for path, day in _days(known, desk):
            if record is None or (_untrue(path, day, record, desk) and not _tells(ready, path, day, record, desk)):
                yield _problem(ready, path, day, known, record, desk)
                break


def _name(ready: Ready, record: Record, desk: Desk) -> str:
    return f"{ready.rule.name}/{desk.mark(record)}"


def _named(ready: Ready, record: Record, desk: Desk) -> Mapping[str, date]:
    """The days to come in what a rule says of a row: the one that it counts from, and those that its text names."""
    rule = ready.rule
    own = texts_for(rule.template, desk) if rule.template else None
    said = [rule.text, *(part for one in (own or {}).values() for part in (one.subject, one.text))]
    paths = [path_of(place, rule.table, desk) for text in said for place in places(text)]
    # A day that comes back each year, a birthday, is nothing that a client waits for.
    counted = [] if rule.due.every else [rule.due.field]
    found = {path: _now(path, record, desk)[0] for path in dict.fromkeys([*counted, *paths]) if path}
    return {path: day for path, day in found.items() if day is not None and day > desk.today}


def _now(path: str, record: Record, desk: Desk) -> tuple[date | None, bool]:
    """The day that stands there now, and whether nobody can read it."""
    value, _, holder = value_at(path, record, desk)
    unread = holder is not None and path.rpartition(".")[2] in holder.bad
    return (value if isinstance(value, date) and not isinstance(value, datetime) else None), unread


def _days(known: RuleNamed, desk: Desk) -> Iterator[tuple[str, date]]:
    """Which of the days are still to come."""
    for part in known.days.split():
        path, _, day = part.partition("=")
        if date.fromisoformat(day) > desk.today:
            yield path, date.fromisoformat(day)


def _untrue(path: str, day: date, record: Record, desk: Desk) -> bool:
    now, unread = _now(path, record, desk)
    # A day that cannot be read is being typed, or has a problem of its own; that an appointment moved is told by the
    # reminders.
    return not unread and now != day and (now is None or not isinstance(record, Appointment))


def _tells(ready: Ready, path: str, day: date, record: Record, desk: Desk) -> bool:
    """Whether the rule itself tells of the day that stands there now, before the client goes there in vain."""
    due, now = ready.rule.due, _now(path, record, desk)[0]
    if path != due.field or now is None or due.every:
        return False
    steps = steps_from(due, now, desk.days, desk.zone, desk.today)
    return any(step.until > desk.now and step.due.astimezone(desk.zone).date() < day for step in steps)


def _problem(ready: Ready, path: str, day: date, known: RuleNamed, record: Record | None, desk: Desk) -> Problem:
    rule, say, number = ready.rule, desk.words.say, desk.history.mails[known.message].case
    layout = desk.snapshot.layouts.get(rule.table)
    case = desk.snapshot.case_by_number.get(number)
    return Problem(
        "told_day_gone",
        say("The client ({case}) was told of {day} (“{heading}”), and that day stands there no more.", case=number,
            day=f"{day:%d.%m.%Y}", heading=heading(path, rule.table, desk)),
        say("Please tell the client what holds now, or enter the day again."), "warning",
        workbook=layout.workbook if layout else "", table=rule.table, tab=layout.tab if layout else "",
        row=record.line or None if record else None, field="" if "." in path else path,
        key=desk.key(record) if record else "", keys=(number,), who=(case.manager if case else None) or "lead",
    )  # fmt: skip
