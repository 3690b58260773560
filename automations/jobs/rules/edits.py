"""What a rule writes: blank cells filled in, rows appended, questions asked, notes shown."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, time, timedelta
from itertools import islice

from msgspec import Struct

from automations.common.dates import months_later
from automations.jobs.rules.circles import begetting
from automations.jobs.rules.desk import JOB, Desk, Look, Ready, heading
from automations.jobs.rules.limits import may_grow
from automations.jobs.rules.messages import plain_text
from automations.jobs.rules.model import Scalar
from automations.jobs.rules.people import case_of
from automations.jobs.rules.wording import filled, path_of, places, value_at, wording
from automations.model.decisions import answer, ask, holder
from automations.model.fact_kinds.team_rules import RuleFilled
from automations.model.plan import CellEdit, EditGroup, Fact
from automations.model.problems import Problem
from automations.model.records import Answer, Record
from automations.model.schema import DATES, NUMBERS
from automations.model.values import RowKey, Value, digest, is_draft, key_text, normalise, same
from automations.tables.dates import date_parser
from automations.tables.folding import fold
from automations.tables.times import parse_time
from automations.tables.words import parse_number

TODAY = re.compile(r"\s*\{?(?:today|heute)\}?\s*(?:([+-])\s*(\d{1,4})(\s+(?:months?|monate?n?))?)?\s*", re.IGNORECASE)
_DAYS = 5  # working days in which somebody should answer what a rule asks
_LOOKED_AT = 20  # rows that show how people type the keys of a table


class Change(Struct, frozen=True):
    """What a hit comes to in the workbook; without groups, `reason` says why not."""

    look: Look
    groups: tuple[EditGroup, ...] = ()
    facts: tuple[Fact, ...] = ()
    reason: str = ""


def fills(ready: Ready, hits: Sequence[Look], desk: Desk) -> Iterator[Change]:
    """Cells of the hit rows that are blank, or say what this very rule wrote there."""
    for look in hits:
        yield filling(ready, look, desk)


def filling(ready: Ready, look: Look, desk: Desk) -> Change:
    """What a rule fills into a row, or why it does not."""
    rule, record = ready.rule, look.record
    row, layout = desk.snapshot.rows.get(record.row), desk.snapshot.layouts.get(rule.table)
    if row is None or layout is None:
        return Change(look, reason="no_row")
    edits, facts, typed = [], [], False
    # One group for all cells of the row: half a decision in the sheet would mislead.
    for name, wanted in rule.set.items():
        old, new = row.value(name), _value(wanted, record, rule.table, name, desk)
        if name not in layout.columns or new is None or _same(old, new, rule.table, name, desk):
            continue
        key = f"{rule.name}/{desk.mark(record)}/{name}"
        ours = (desk.history.fact(RuleFilled, key) or RuleFilled()).value
        # Two edits of one cell in a run could only contradict each other; the earlier rule has it.
        if name in desk.snapshot.edited.get(record.row, {}):
            typed = True  # another rule or job fills the cell in this very run
            continue
        replaced = isinstance(old, str) and canonical(old, rule.table, name, desk) in rule.over
        # A blank cell, a word that the rule says may be replaced, or what the rule itself wrote; a colleague's word
        # stays.
        if not same(old, None) and not replaced and (ours is None or ours != _told(old)):
            typed = True
            continue
        edits.append(CellEdit(name, old, new))
        facts.append(RuleFilled(_told(_word(new, rule.table, name, desk)), desk.key(record)).under(key))
    if not edits:
        return Change(look, reason="typed" if typed else "filled")
    guards = _guards(ready, record, desk, [edit.field for edit in edits])
    step = look.step.name if look.step else ""
    group = EditGroup(
        f"rule/{rule.name}/{rule.table}/{desk.mark(record)}/{step}/{digest(*guards.values())[:8]}",
        record.row, tuple(edits), JOB, _why(ready, desk), guards=guards,
    )  # fmt: skip
    if group.id in desk.history.projected:
        return Change(look, reason="taken_back")  # it was done once, and people emptied the cell again
    return Change(look, (group,), tuple(facts))


def _guards(ready: Ready, record: Record, desk: Desk, filled_in: Sequence[str]) -> Mapping[str, Value]:
    """The cells that the decision rests on: those of the condition, and what names the row."""
    names = {name for name in (ready.condition.names if ready.condition else ()) if "." not in name}
    # A day that is moved before the write makes the step another one.
    names |= {ready.rule.due.field} if ready.rule.due.field else set()
    layout = desk.snapshot.layouts[record.row.table]
    # A draft has no key to guard; it is named by its typed cells.
    if not is_draft(record.row.key):
        names.add(layout.key_field)
    return desk.snapshot.rows[record.row].guards(*sorted(names - set(filled_in)))


def _why(ready: Ready, desk: Desk) -> str:
    return desk.words.say("So says the rule “{rule}”.", rule=ready.rule.called)


def _value(wanted: Scalar, record: Record, table: str, name: str, desk: Desk) -> Value:
    """What to write: a fixed value, `today`, `today + 14` or `today + 6 months`, the value of one place, or a text
    with places in it; in a column of numbers or days a number or day."""
    # Before all else: True is 1 for Python, and would be written as a number.
    if isinstance(wanted, bool):
        return desk.words.say("yes") if wanted else desk.words.say("no")
    if not isinstance(wanted, str):
        return wanted
    if near := TODAY.fullmatch(wanted):
        number = int((near[1] or "+") + (near[2] or "0"))
        return months_later(desk.today, number) if near[3] else desk.today + timedelta(days=number)
    inside = places(wanted)
    # A place alone is the value itself, so that a day stays a day for Excel.
    if len(inside) == 1 and wanted.strip() == f"{{{inside[0]}}}":
        path = path_of(inside[0], record.row.table, desk)
        value = value_at(path, record, desk)[0] if path else None
        if isinstance(value, tuple | frozenset):
            return filled(wanted, record, desk, desk.site.language)
        return value if value is None or isinstance(value, str | int | float | date | time) else str(value)
    text = filled(wanted, record, desk, desk.site.language) if inside else wanted
    return _as_kind(canonical(text, table, name, desk), table, name, desk)


def _as_kind(text: str, table: str, name: str, desk: Desk) -> Value:
    """A text as the column's cells are read, so that Excel can reckon with it; what cannot be read stays as it is."""
    spec = desk.spec(table).fields[name]
    kind = spec.kind
    # Read as the column's own cells are: a rule fills in what the column holds, not words for it.
    if kind in DATES:
        found = date_parser(desk.today)(text).value
    elif kind in NUMBERS or spec.counted or (kind == "key" and _counted(table, desk)):
        found = parse_number(text).value
    else:
        found = parse_time(text).value if kind == "time" else None
    return normalise(found) if isinstance(found, int | float | date | time) else text


def _counted(table: str, desk: Desk) -> bool:
    """Whether the keys of a table's first rows are numbers, all of them."""
    rows = [desk.snapshot.rows.get(record.row) for record in islice(desk.snapshot.table(table), _LOOKED_AT)]
    keys = [row.value(desk.spec(table).key) for row in rows if row is not None]
    return bool(keys) and all(isinstance(key, int | float) for key in keys)


def canonical(text: str, table: str, name: str, desk: Desk) -> str:
    """The canonical value of a word of the team's, where the field has such words."""
    words = {
        fold(word): value for (of, field, value), word in desk.snapshot.words.items() if (of, field) == (table, name)
    }
    return words.get(fold(text), text)


def _word(value: Value, table: str, name: str, desk: Desk) -> Value:
    return desk.snapshot.words.get((table, name, value), value) if isinstance(value, str) else value


def _same(old: Value, new: Value, table: str, name: str, desk: Desk) -> bool:
    return same(old, new) or same(old, _word(new, table, name, desk))


def _told(value: Value) -> str:
    return key_text(value) or ""


def appends(ready: Ready, hits: Sequence[Look], desk: Desk) -> Iterator[Change]:
    """Rows in another table, each once by its key. A row that this rule added, or one that its own rows feed, adds
    none: the tables would grow with each run."""
    rule = ready.rule
    ring = begetting(desk).get(rule.name, ())
    after = ring[ring.index(rule.name) :] if ring else ()  # one of any circle feeds a rule above it, or itself
    feeding = [one.name for one in desk.settings.rules if one.name in after and one.into == rule.table]
    spec, layout = desk.spec(rule.into), desk.snapshot.layouts.get(rule.into)
    # Folded: "müller" and "Müller" would be two rows of one person.
    known = {fold(str(key)) for key in desk.snapshot.by_key(rule.into)}
    for look in hits:
        if layout is None or not may_grow(spec):
            yield Change(look, reason="no_table")
            continue
        if any(_append_id(one, rule.table, desk.key(look.record)) in desk.history.projected for one in feeding):
            yield Change(look, reason="fed")
            continue
        values = {name: _value(wanted, look.record, rule.into, name, desk) for name, wanted in rule.set.items()}
        key = key_text(values.get(spec.key))
        group_id = _append_id(rule.name, rule.into, key)
        # A row that was added once and deleted by people does not come back.
        if not key or group_id in desk.history.projected or fold(key) in known:
            yield Change(look, reason="no_number" if not key else "appended")
            continue
        known.add(fold(key))
        edits = tuple(
            CellEdit(name, None, value)
            for name, value in values.items()
            if value is not None and name in layout.columns
        )
        row = RowKey(layout.workbook, rule.into, key)
        yield Change(look, (EditGroup(group_id, row, edits, JOB, _why(ready, desk), op="append"),))


def _append_id(rule: str, table: str, key: str | None) -> str:
    return f"rule/{rule}/{table}/{digest(key)[:12]}"


def questions(ready: Ready, hits: Sequence[Look], desk: Desk) -> Iterator[Change]:
    """A question for each hit; after a yes, what the rule fills in."""
    rule = ready.rule
    for look in hits:
        key = f"rule/{rule.name}/{desk.mark(look.record)}/{look.step.name if look.step else ''}"
        if answer(key, desk.snapshot, desk.history) is Answer.YES and rule.set:
            yield filling(ready, look, desk)
            continue
        question = filled(plain_text(ready, desk), look.record, desk, desk.site.language)
        proposal = desk.words.say("yes or no: it is noted here.")
        if rule.set:
            shown = [f"{heading(name, rule.table, desk)} = {shown_value(to, desk)}" for name, to in rule.set.items()]
            proposal = desk.words.say("yes: {what}.", what=", ".join(shown))
        case, say = case_of(look.record, desk), desk.words
        until = desk.days.shift(desk.today, _DAYS)
        terms = holder(case.manager if case else None, until, say.say("nothing is filled in."), say)
        cause = desk.key(look.record)
        asked = ask(key, question, proposal, cause, desk.snapshot, desk.history, JOB, desk.now, terms, say)
        yield Change(look, *asked, reason="" if asked[0] else "asked")


def shown_value(wanted: Scalar, desk: Desk) -> str:
    """A value to fill in as people read it."""
    if isinstance(wanted, bool):
        return desk.words.say("yes") if wanted else desk.words.say("no")
    return wording(desk.site.language).date(wanted) if isinstance(wanted, date) else str(wanted)


def notes(ready: Ready, hits: Sequence[Look], desk: Desk) -> Iterator[Problem]:
    """A note at each hit row, for the list of problems and the row's own column for notes."""
    rule = ready.rule
    named = [
        name for name in (rule.columns or sorted(ready.condition.names if ready.condition else ())) if "." not in name
    ]
    field = next(iter(named), "")
    for look in hits:
        record = look.record
        yield Problem(
            code=rule.name,
            message=filled(plain_text(ready, desk), record, desk, desk.site.language),
            **desk.snapshot.where(record, field),
            key=record.row.key,
        )
