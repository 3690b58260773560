"""The days that a rule's message names to somebody outside the team: whoever was told of one that moves since is told
anew, and where the rule does not do that, people are asked to."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date, datetime

from msgspec.structs import replace

from automations.jobs.desk import Addressee
from automations.jobs.rules.desk import Desk, Ready, heading
from automations.jobs.rules.due import steps_from
from automations.jobs.rules.people import addressee, is_anothers, text_addressee
from automations.jobs.rules.wording import path_of, places, texts_for, value_at
from automations.model.fact_kinds.team_rules import RuleNamed
from automations.model.plan import Fact
from automations.model.problems import Problem
from automations.model.records import Appointment, Record
from automations.model.values import RowKey

_SPEAKING = frozenset({"mail", "text_message", "call"})


def named_days(key: str, ready: Ready, record: Record, desk: Desk, *, partner: bool = False) -> tuple[str, Fact | None]:
    """The key that a message has now: another one where a day that it named has moved since it left. With it what is to
    be remembered, where days are named at all. `partner` tells that it goes to no client."""
    name = "+".join(filter(None, (_name(ready.rule.name, record, desk), key.rpartition("/")[2].partition("+")[2])))
    before = desk.history.fact(RuleNamed, name) or RuleNamed()
    known = before if before.of == key else RuleNamed(of=key, number=desk.key(record), partner=partner)
    if desk.left(known.message):
        moved = [_now(path, record, desk)[0] for path, day in _days(known, desk) if _untrue(path, day, record, desk)]
        # A blank is no news that a message could tell: people are asked about it.
        if not moved or None in moved:
            return known.message, None
        known = replace(known, n=known.n + 1)
    known = replace(known, days=" ".join(f"{path}={day}" for path, day in _named(ready, record, desk).items()))
    return known.message, known.under(name) if known.days or before.of else None


def told_anew(key: str) -> bool:
    """Whether a message of this key tells a day that has moved since its reader was told of it."""
    return "~" in key.rpartition("/")[2]


def outdated(ready: Ready, spoken: Collection[RowKey], desk: Desk) -> Iterator[Problem]:
    """A problem for each client or partner who still waits for a day that a message of the rule named; it ends on that
    day. `spoken` are the rows that the rule speaks of now."""
    yield from _outdated(ready.rule.name, ready, spoken, (ready.rule.table,), desk)


def left_behind(acting: Collection[str], ready: Iterable[Ready], desk: Desk) -> Iterator[Problem]:
    """The same of rules that do not act any more: switched off, on trial, or gone."""
    rules = {one.rule.name: one for one in ready}
    names = {name.partition("/")[0] for name in desk.history.facts_of(RuleNamed)}
    for name in sorted(names.difference(acting)):
        rule = rules.get(name)
        # Where a rule is gone, nobody knows any more which table it was about.
        tables = (rule.rule.table,) if rule else tuple(desk.snapshot.layouts)
        yield from _outdated(name, rule, None, tables, desk)


def _outdated(
    rule: str, ready: Ready | None, spoken: Collection[RowKey] | None, tables: Iterable[str], desk: Desk
) -> Iterator[Problem]:
    """`spoken` is None for a rule that tells nobody any more."""
    told = {name: one for name, one in desk.history.facts_of(RuleNamed).items() if name.startswith(f"{rule}/")}
    told = {name: one for name, one in told.items() if _was_heard(one, desk) and any(_days(one, desk))}
    rows = {_name(rule, one, desk): one for table in tables for one in desk.snapshot.table(table)} if told else {}
    for name, known in told.items():
        record = rows.get(name) or rows.get(name.rpartition("+")[0])
        acts = ready if record is not None and ready is not None and _still_told(known, ready, record, desk) else None
        other = acts is not None and record is not None and _is_anothers(known, acts, record, desk)
        if acts is not None and record is not None and record.row in (spoken or ()) and not other:
            continue
        acts = acts if spoken is not None else None
        for path, day in _days(known, desk):
            gone = record is None or (_untrue(path, day, record, desk) and not _tells(acts, path, day, record, desk))
            if gone or other:
                table = record.row.table if record else ready.rule.table if ready else ""
                yield _problem(path, day, known, record, table, desk, other=other)
                break


def _was_heard(known: RuleNamed, desk: Desk) -> bool:
    return desk.left(known.message) and desk.history.mails[known.message].state != "bounced"


def _still_told(known: RuleNamed, ready: Ready, record: Record, desk: Desk) -> bool:
    """Whether the rule speaks to such people as were told: it may be for colleagues by now, or fill in a cell."""
    partner = known.partner or not desk.history.mails[known.message].case
    wanted = "partner" if partner else "client"
    return ready.rule.action in _SPEAKING and _to(ready, record, desk).audience == wanted


def _is_anothers(known: RuleNamed, ready: Ready, record: Record, desk: Desk) -> bool:
    """Whether who was told is not whom the row names by now."""
    return is_anothers(desk.history.mails[known.message], ready.rule, record, _to(ready, record, desk), desk)


def _to(ready: Ready, record: Record, desk: Desk) -> Addressee:
    # A call is told to a client as well.
    rule = ready.rule
    return addressee(rule.recipient, record, desk) if rule.action == "mail" else text_addressee(record, desk)


def _name(rule: str, record: Record, desk: Desk) -> str:
    return f"{rule}/{desk.mark(record)}"


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


def _tells(ready: Ready | None, path: str, day: date, record: Record, desk: Desk) -> bool:
    """Whether the rule itself tells of the day that stands there now, before its reader goes there in vain."""
    due, now = ready.rule.due if ready else None, _now(path, record, desk)[0]
    if due is None or path != due.field or now is None or due.every:
        return False
    steps = steps_from(due, now, desk.days, desk.zone, desk.today)
    return any(step.until > desk.now and step.due.astimezone(desk.zone).date() < day for step in steps)


def _problem(
    path: str, day: date, known: RuleNamed, record: Record | None, table: str, desk: Desk, *, other: bool
) -> Problem:
    say, number = desk.words.say, desk.history.mails[known.message].case
    partner = known.partner or not number
    layout, case = desk.snapshot.layouts.get(table), desk.snapshot.case_by_number.get(number)
    values = {
        "case": number, "day": f"{day:%d.%m.%Y}", "row": known.number or "?",
        "heading": heading(path, table, desk) if table else path.rpartition(".")[2],
    }  # fmt: skip
    gone, elsewhere = (
        ("Somebody outside the team was told of {day} (“{heading}”, {row}), and that day stands there no more.",
         "Somebody outside the team was told of {day} (“{heading}”); {row} does not name them any more.")
        if partner
        else ("The client ({case}) was told of {day} (“{heading}”), and that day stands there no more.",
              "The client ({case}) was told of {day} (“{heading}”); {row} does not name them any more.")
    )  # fmt: skip
    return Problem(
        "told_day_gone",
        say(elsewhere if other else gone, **values),
        say("Please tell them what holds now, or enter again what stood there.")
        if partner or other
        else say("Please tell the client what holds now, or enter the day again."),
        "warning",
        workbook=layout.workbook if layout else "", table=table, tab=layout.tab if layout else "",
        row=record.line or None if record else None, field="" if "." in path else path,
        key=desk.key(record) if record else "", keys=(number,) if number else (),
        who=(case.manager if case else None) or "lead",
    )  # fmt: skip
