"""What a rule comes to, for people who look at it: its hits, why a row is none, what can never happen."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, time, timedelta

from msgspec import Struct
from msgspec.structs import replace

from automations.jobs.rules.desk import Desk, Look, Ready
from automations.jobs.rules.due import step_of_period
from automations.jobs.rules.edits import appends, fills, questions
from automations.jobs.rules.hits import looked
from automations.jobs.rules.messages import calls, digests, mails
from automations.jobs.rules.people import addressee, verdict
from automations.jobs.rules.turn_reasons import turn_reasons
from automations.model.fields import CLIENTS

REASONS: Mapping[str, str] = {
    "due": "The rule acts on this row.",
    "condition": "The rule's condition does not hold: {condition}",
    "no_key": "The table has no key, so that nothing is written to it or sent from it.",
    "no_number": "The row has no number yet.",
    "doubled": "Its number stands twice; nobody knows which row is meant.",
    "unusable": "The row cannot be used; see the list of problems.",
    "unread": "A cell that the condition looks at cannot be read; see the list of problems.",
    "missing": "The rule “{rule}” rests: “{names}” is missing in the workbook.",
    "unsettled": "The row was changed only just now; it is looked at again when it has stood for {minutes} minutes.",
    "no_date": "The row has no date that can be read in “{field}”.",
    "far": "Its date is far off.",
    "early": "Due on {due}.",
    "late": "It was due on {due} and is no longer of use.",
    "not_today": "It is not the rule's day.",
    "nothing_happened": "Nothing has happened to the row since the rule is known.",
    "sent": "This message was settled before.",
    "no_address": "There is no email address.",
    "no_phone": "There is no telephone number, or no case.",
    "no_calls": "This person may not be called.",
    "typed": "Somebody typed into the cell; that stays.",
    "filled": "The cell says so already.",
    "taken_back": "It was written once, and people took it back.",
    "appended": "The row is there already, or was once.",
    "fed": "A rule added this row itself; it adds no further ones, or the tab would grow with each run.",
    "asked": "The question was asked before.",
    "no_row": "The row was not found.",
    "no_table": "The table that should get the row was not found.",
}
"""Reason -> the sentence that explanations give."""

AHEAD = 14  # days that `kim rules` looks ahead


class Overview(Struct, frozen=True):
    """A rule in one line: how many rows it acts on now, and within the coming days; None where that is a figure about
    a single colleague."""

    name: str
    table: str
    action: str
    active: bool
    today: int | None
    days14: int | None
    problems: tuple[str, ...] = ()


def overview(ready: Ready, desk: Desk) -> Overview:
    """How many rows a rule acts on today and within fourteen days, by what the tables say now."""
    rule = ready.rule
    if desk.counts_one(ready):
        return Overview(rule.name, rule.table, rule.action, rule.active, None, None)
    now = {look.record.row for look in looked(ready, desk).hits}
    later = _later(ready, desk) | now
    return Overview(rule.name, rule.table, rule.action, rule.active, len(now), len(later))


def _later(ready: Ready, desk: Desk) -> set[object]:
    rule, end = ready.rule, desk.now + timedelta(days=AHEAD)
    if desk.missing(ready):
        return set()
    if rule.due.field and not rule.states and rule.action != "list":
        looks = looked(ready, desk, whole=True).looks
        return {look.record.row for look in looks if look.reason == "early" and look.step and look.step.due <= end}
    found: set[object] = set()
    # Two days stand for all: how many rows hold is asked of the tables as they are, and changes little in between.
    for ahead in (AHEAD // 2, AHEAD):
        then = replace(desk, now=desk.now + timedelta(days=ahead))
        if rule.due.by_calendar:
            days = (desk.today + timedelta(days=n) for n in range(1, AHEAD + 1))
            noons = (datetime.combine(day, time(23, 59), tzinfo=desk.zone) for day in days)
            if not any(step_of_period(rule.due, desk.today, desk.days, desk.zone, noon) for noon in noons):
                return found
            fits = then.book.matching(rule.table, ready.condition)
            found |= {row.row for row, fit in zip(then.book.records(rule.table), fits, strict=True) if fit}
        else:
            found |= {look.record.row for look in looked(ready, then).hits}
    return found


def explained(ready: Ready, key: str, desk: Desk) -> Iterator[str]:
    """Why a rule acts on a row or does not, in sentences. `key` is the row's, or that of its case."""
    rule = ready.rule
    looks = [look for look in looked(ready, desk, whole=True).looks if key in _names(look, desk)]
    hits = [look for look in looks if look.reason == "due"]
    for look in looks:
        values = {"condition": rule.when, "minutes": desk.site.settle_minutes, "field": rule.due.field, **look.values}
        name = desk.key(look.record) or f"#{look.record.line}"
        step = f" ({look.step.name})" if look.step and look.reason != "due" else ""
        if look.reason != "due":
            yield f"{name}{step}: {desk.words.say(REASONS[look.reason], **values)}"
    if rule.turn is not None:
        for look in hits:
            # Asking in turn has reasons of its own, candidate by candidate.
            yield from (f"{desk.key(look.record)}: {sentence}" for sentence in turn_reasons(ready, look.record, desk))
        return
    for name, reason in _done(ready, hits, desk):
        yield f"{name}: {reason}"


def _names(look: Look, desk: Desk) -> set[str]:
    record = look.record
    fields = desk.spec(record.row.table).fields
    pointing = {str(record.get(name)) for name, spec in fields.items() if spec.target == CLIENTS and record.get(name)}
    return {desk.key(record), record.row.key, *pointing} - {""}


def _done(ready: Ready, hits: Sequence[Look], desk: Desk) -> Iterator[tuple[str, str]]:
    say, action = desk.words.say, ready.rule.action
    if action in {"mail", "digest"}:
        for one in (mails if action == "mail" else digests)(ready, hits, desk):
            reason = one.sentence or (say(REASONS[one.reason]) if one.reason else _blocked(ready, one.look, desk))
            due = one.mail.why if one.mail else ""
            called = say("A call is due.") if one.call else ""
            yield desk.key(one.look.record), " ".join(filter(None, (reason, called))) or say("Due: {why}", why=due)
    elif action == "call":
        for one in calls(ready, hits, desk):
            yield desk.key(one.look.record), say(REASONS[one.reason]) if one.reason else say("A call is due.")
    elif action in {"set", "append", "ask"}:
        maker = {"set": fills, "append": appends, "ask": questions}[action]
        for change in maker(ready, hits, desk):
            cells = ", ".join(f"{edit.field} = {edit.new}" for group in change.groups for edit in group.edits)
            told = say(REASONS[change.reason]) if change.reason else say("It is written: {cells}.", cells=cells)
            yield desk.key(change.look.record), told
    else:
        yield from ((desk.key(look.record), say(REASONS["due"])) for look in hits)


def _blocked(ready: Ready, look: Look, desk: Desk) -> str:
    allowed = verdict(addressee(ready.rule.recipient, look.record, desk), look, desk, ready.rule.purpose)
    return "" if allowed.allowed else allowed.sentence
