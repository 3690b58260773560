"""Which rows a rule hits now, at which step; and why the others are not hit."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from hashlib import blake2b
from typing import TypeAlias

from msgspec import Struct
from msgspec.structs import replace

from automations.jobs.rules.desk import Desk, Look, Ready
from automations.jobs.rules.due import step_of_period, steps_after, steps_from
from automations.jobs.steps import Step, is_near
from automations.model.fact_kinds.team_rules import RuleCells, RuleEvent, RuleKnown, RuleOccasion, RuleRows
from automations.model.plan import Fact
from automations.model.records import Record
from automations.model.values import RowKey, digest

Unread: TypeAlias = frozenset[RowKey]
"""Rows of which nobody knows whether the rule is about them, as a cell cannot be read."""

_MARK = 10  # hex digits by which a row is remembered


class Looked(Struct, frozen=True):
    """All that a rule comes to: its looks (hits alone, unless all were wanted), and what to remember."""

    looks: tuple[Look, ...]
    facts: tuple[Fact, ...] = ()

    @property
    def hits(self) -> tuple[Look, ...]:
        """The rows to act on."""
        return tuple(look for look in self.looks if look.reason == "due")


def looked(ready: Ready, desk: Desk, *, whole: bool = False) -> Looked:
    """The rows of a rule's table, one by one. With `whole` the reasons of those that are not hit, too."""
    rule, facts = ready.rule, list[Fact]()
    if names := desk.missing(ready):
        # Nor is anything remembered: what holds again when the column is back has not happened anew.
        said = {"rule": rule.called, "names": ", ".join(names)}
        rows = desk.book.records(rule.table) if whole else ()
        return Looked(tuple(Look(record, "missing", values=said) for record in rows))
    since = _since(ready, desk, facts)
    fits = desk.book.matching(rule.table, ready.condition)
    unread = frozenset(record.row for record in unread_rows(ready, desk))
    # A list and a standing note show what holds now; they have no moment.
    if rule.states or rule.action == "list":
        looks = _now(ready, fits, unread, desk, whole=whole)
    elif rule.due.field:
        looks = _dated(ready, fits, unread, desk, whole=whole)
    elif rule.due.by_calendar:
        looks = _periodic(ready, fits, unread, since, desk, facts, whole=whole)
    else:
        looks = _happened(ready, fits, unread, desk, facts, whole=whole)
    return Looked(tuple(look for look in looks if whole or look.reason == "due"), tuple(facts))


def _since(ready: Ready, desk: Desk, facts: list[Fact]) -> date:
    """The day on which the rule was first seen: what came round before it is none of its business."""
    known = desk.history.fact(RuleKnown, ready.rule.name)
    if known and known.on:
        return known.on
    facts.append(RuleKnown(desk.today).under(ready.rule.name))
    return desk.today


def _reason(record: Record, fits: bool, unread: Unread, desk: Desk) -> str:
    if not fits and record.row not in unread:
        return "condition"
    reason = desk.nameless(record) or ("unread" if record.row in unread else "")
    return reason or ("unsettled" if record.row in desk.snapshot.unsettled else "")


def unread_rows(ready: Ready, desk: Desk) -> Sequence[Record]:
    """The rows of which nobody knows whether the rule is about them, as a cell cannot be read."""
    # Asking in turn judges the cells of its rows by itself.
    if ready.rule.action == "ask_in_turn":
        return ()
    records = desk.book.records(ready.rule.table)
    return [records[n] for n in desk.book.unsure(ready.rule.table, ready.condition)]


def _now(ready: Ready, fits: Sequence[bool], unread: Unread, desk: Desk, *, whole: bool) -> Iterator[Look]:
    """Rows for which the condition holds now."""
    step = Step("now", desk.now, desk.now + timedelta(days=1))
    for record, fit in zip(desk.book.records(ready.rule.table), fits, strict=True):
        if not fit and not whole:
            continue
        # A list also shows rows that nothing may be written to: that is where people mend them.
        reason = ("" if fit else "condition") if ready.rule.action == "list" else _reason(record, fit, unread, desk)
        yield Look(record, reason or "due", step)


def _dated(ready: Ready, fits: Sequence[bool], unread: Unread, desk: Desk, *, whole: bool) -> Iterator[Look]:
    due, table = ready.rule.due, ready.rule.table
    bases = desk.book.column(table, due.field)
    for record, fit, base in zip(desk.book.records(table), fits, bases, strict=True):
        if not fit and not whole:
            continue
        if not isinstance(base, date):
            yield Look(record, "no_date" if fit else "condition")
            continue
        if not due.every and not is_near(due, base, desk.today):
            yield Look(record, "far", base=base)
            continue
        reason = _reason(record, fit, unread, desk)
        if reason:
            yield Look(record, reason, base=base)
            continue
        for step in steps_from(due, base, desk.days, desk.zone, desk.today):
            yield _timed(record, step, desk, base)


def _periodic(
    ready: Ready, fits: Sequence[bool], unread: Unread, since: date, desk: Desk, facts: list[Fact], *, whole: bool
) -> Iterator[Look]:
    """Rows on the day of the rule, and later those that were hit on it, as long as that can be caught up."""
    step = step_of_period(ready.rule.due, since, desk.days, desk.zone, desk.now)
    # What comes to hold between its days waits for the next one.
    meant = _meant(ready, fits, step, desk, facts) if step is not None else frozenset()
    for record, fit in zip(desk.book.records(ready.rule.table), fits, strict=True):
        if not whole and (not fit or step is None):
            continue
        reason = _reason(record, fit, unread, desk)
        if reason or step is None or (meant is not None and _mark(record) not in meant):
            yield Look(record, reason or "not_today")
        else:
            yield _timed(record, step, desk)


def _meant(ready: Ready, fits: Sequence[bool], step: Step, desk: Desk, facts: list[Fact]) -> frozenset[str] | None:
    """Marks of the rows that an occasion of an earlier day is about; None where it is about all. What came to hold
    later waits for the next one, unless nobody looked on the day itself."""
    name = ready.rule.name
    known = desk.history.fact(RuleOccasion, name)
    then = frozenset(known.rows.split()) if known and known.occasion == step.name else None
    # Caught up on a later day: only for those whom it was about then.
    if then is not None and step.due.astimezone(desk.zone).date() < desk.today:
        return then
    records = zip(desk.book.records(ready.rule.table), fits, strict=True)
    # Whoever was meant once today stays meant, though the row may not fit any more tomorrow morning.
    rows = {_mark(record) for record, fit in records if fit} | (then or frozenset())
    if then is None or rows != then:
        facts.append(RuleOccasion(step.name, " ".join(sorted(rows))).under(name))
    return None


def _timed(record: Record, step: Step, desk: Desk, base: date | None = None) -> Look:
    values = {"due": desk.in_words(step.due)}
    reason = "early" if desk.now < step.due else "due" if step.at(desk.now) else "late"
    return Look(record, reason, step, base, values)


def _happened(
    ready: Ready, fits: Sequence[bool], unread: Unread, desk: Desk, facts: list[Fact], *, whole: bool
) -> Iterator[Look]:  # fmt: skip
    """Rows to which something happened: they were added, changed, or the condition came to hold."""
    event = ready.rule.due.event or "holds"
    fresh = _fresh(ready, fits, desk, facts)
    ours = f"{ready.rule.name}/"
    # Looked up once: of a hundred thousand rows hardly one has such a fact.
    noted = {key for kind, key in desk.history.facts if kind == RuleEvent.kind and key.startswith(ours)}
    for record, fit in zip(desk.book.records(ready.rule.table), fits, strict=True):
        if not (whole or fit or record.row.key in fresh or (noted and ours + desk.mark(record) in noted)):
            continue  # nothing ever happened to it, and nobody wants to know why it is no hit
        reason = desk.nameless(record) or ("unread" if fit and record.row in unread else "")
        if reason and (reason != "unread" or event == "holds"):
            yield Look(record, "condition" if not fit else reason)
            continue
        key = f"{ready.rule.name}/{desk.mark(record)}"
        known = desk.history.fact(RuleEvent, key) or RuleEvent()
        unsettled = record.row in desk.snapshot.unsettled
        # So that it counts anew when it comes to hold again; not from a row in which somebody is typing.
        if event == "holds" and known.on and not fit and not unsettled:
            facts.append(replace(known, on=False).under(key))
        # "holds" counts once for as long as it holds; a row may be changed any number of times.
        if record.row.key in fresh and not unsettled and not (event == "holds" and known.on):
            known = RuleEvent(known.n + 1, desk.now, on=True, number=desk.key(record))
            facts.append(known.under(key))
        if reason:
            yield Look(record, reason)  # it was added or changed: what is to be done then waits until it can be read
            continue
        yield from _of_event(record, fit, event, known, ready, desk)


def _of_event(record: Record, fit: bool, event: str, known: RuleEvent, ready: Ready, desk: Desk) -> Iterator[Look]:
    if not fit:
        yield Look(record, "condition")
    elif not known.on:
        waiting = record.row in desk.snapshot.unsettled
        yield Look(record, "unsettled" if waiting else "nothing_happened")
    else:
        for step in steps_after(ready.rule.due, f"{event}{known.n}", known.at or desk.now):
            yield _timed(record, step, desk)


def _fresh(ready: Ready, fits: Sequence[bool], desk: Desk, facts: list[Fact]) -> frozenset[str]:
    """Keys of the rows to which the event happened since the last run."""
    rule = ready.rule
    records = desk.book.records(rule.table)
    if rule.due.event == "added":
        return _added(rule.table, records, desk, facts)
    if rule.due.event == "changed":
        return _changed(ready, records, desk, facts)
    return frozenset(record.row.key for record, fit in zip(records, fits, strict=True) if fit)


def _added(table: str, records: Sequence[Record], desk: Desk, facts: list[Fact]) -> frozenset[str]:
    """Rows whose key was never seen before. Where none were ever looked at, all of them are known."""
    known = desk.history.fact(RuleRows, table)
    seen = set(known.rows.split()) if known else set[str]()
    marks = {_mark(record): record for record in records if not desk.nameless(record)}
    waiting = {mark for mark, record in marks.items() if known and record.row in desk.snapshot.unsettled}
    fresh = marks.keys() - seen - waiting
    if fresh or not known:
        facts.append(RuleRows(" ".join(sorted(seen | fresh))).under(table))
    return frozenset(marks[mark].row.key for mark in fresh) if known and not desk.history.adopting else frozenset()


def _changed(ready: Ready, records: Sequence[Record], desk: Desk, facts: list[Fact]) -> frozenset[str]:
    """Rows in which one of the rule's fields says something else than at the last run."""
    rule = ready.rule
    known = desk.history.fact(RuleCells, rule.name)
    says = list(_says(ready, records, desk))
    whole = _whole(rule.table, rule.due.fields, says)
    if known and known.whole == whole and not desk.settings.anew:  # the very same rows in the same order: nearly always
        return frozenset()
    before: Mapping[str, str] = dict(part.split(":") for part in known.cells.split()) if known else {}
    cells, fresh = dict(before), set[str]()
    digests = {fields: digest(*fields)[:_MARK] for fields in {fields for _, fields in says}}
    for record, fields in says:
        mark, now = _mark(record), digests[fields]
        # A row that was not seen before is new, and not changed.
        if mark in before and before[mark] != now:
            fresh.add(record.row.key)
        # Rows that are gone stay remembered: cut and pasted elsewhere they come back, and have not changed.
        cells[mark] = now
    if cells != before or not known or not known.whole:
        text = " ".join(f"{mark}:{now}" for mark, now in sorted(cells.items()))
        facts.append(RuleCells(text, whole).under(rule.name))
    return frozenset() if desk.history.adopting else frozenset(fresh)


def _says(ready: Ready, records: Sequence[Record], desk: Desk) -> Iterator[tuple[Record, tuple[str | None, ...]]]:
    """The rows that have settled and can be told apart, with what the rule's fields say."""
    table, unsettled = ready.rule.table, desk.snapshot.unsettled
    young = {row.key for row in unsettled if row.table == table}
    columns = [map(_plain, desk.book.column(table, name)) for name in ready.rule.due.fields]
    for record, nameless, *fields in zip(records, desk.all_nameless(table), *columns, strict=True):
        if not nameless and (record.row.key not in young or record.row not in unsettled):
            yield record, tuple(fields)


def _whole(table: str, names: Sequence[str], says: Sequence[tuple[Record, tuple[str | None, ...]]]) -> str:
    """A digest of all of it, the same in every process."""
    told = repr((table, tuple(names), [(record.row.key, fields) for record, fields in says]))
    return blake2b(told.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


def _mark(record: Record) -> str:
    return digest(record.row.table, record.row.key)[:_MARK]


def _plain(value: object) -> str | None:
    return None if value is None or value == () else str(value)
