"""Who would be asked about a row in which order, and why each other one is not: for people who look at it. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from automations.conditions.book import compile_for
from automations.conditions.condition import Condition
from automations.jobs.rules.desk import Desk, Ready, heading
from automations.jobs.rules.people import case_of
from automations.jobs.rules.turn_candidates import ASKED, OPEN_OFFERS, book_for, in_order, turn_names
from automations.jobs.rules.turn_history import HOLDING, Past
from automations.jobs.rules.turn_row import Row
from automations.jobs.rules.turn_table import Made, Stand, Table
from automations.jobs.rules.turn_telling import take
from automations.jobs.rules.wording import said, value_at
from automations.model.records import Record


def turn_reasons(ready: Ready, record: Record, desk: Desk) -> Iterator[str]:
    """How a row stands with a rule that asks in turn, and then a sentence for each candidate."""
    turn = ready.rule.turn
    lacking = turn is None or {turn.fills, turn.state} - set(desk.snapshot.layouts[ready.rule.table].columns)
    # Then the rule rests, and its own row says so.
    if turn is None or lacking or turn.candidates not in desk.snapshot.layouts:
        return
    of = Table(ready, turn, desk, Made())
    for stand in of.stands(whole=True):  # those that begin earlier take their candidates with them
        row = Row(of, stand)
        if stand.record.row == record.row:
            break
        # Carried out on paper: whoever is asked for ten o'clock cannot be asked for half past as well.
        if stand.record.row not in desk.snapshot.unsettled:
            take(row)
    else:
        return  # the rule does not ask about this row
    row.settle()
    yield _state(row)
    if row.is_free:
        yield from _candidates(row)


def _state(row: Row) -> str:
    """What holds for the row, whoever is asked."""
    say, stand = row.desk.words.say, row.stand
    if row.typed:
        name = row.desk.key(row.holder) if row.holder is not None else str(stand.record.get(row.turn.fills))
        return say("{name} stands in the row; nobody is asked.", name=name)
    if stand.span is None:
        return say("The row has no day, so nobody is asked.")
    if not stand.live:
        return say("It has begun already, so nobody is asked.")
    latest = row.of.latest(stand.span.begins)
    hours = row.turn.notice_hours
    if row.desk.now >= latest:
        return say("Too late: with {n} hours’ notice people could be asked until {until}.", n=hours,
                   until=row.desk.in_words(latest))  # fmt: skip
    return say("People can be asked until {until} ({n} hours’ notice).", until=row.desk.in_words(latest), n=hours)


def _candidates(row: Row) -> Iterator[str]:
    """First those who fit, in their order; then the others, each with what does not fit."""
    of, desk, turn, record = row.of, row.desk, row.turn, row.stand.record
    fit = in_order(of.choice, turn, record, of.offers, desk)
    waits = row.somebody_waits()
    place = 0
    for person in fit:
        reason = _hindered(row, person)
        place += not reason
        yield f"{_called(person, desk)}: {reason or _next(place, desk, waits=waits)}"
    marked = {person.row for person in fit}
    others = [one for one in desk.book.records(turn.candidates) if one.row not in marked]
    for person, failing in zip(others, _failing(row, others), strict=True):
        facts = "; ".join(dict.fromkeys(fact for part in failing for fact in _facts(part, row, person)))
        told = desk.words.say("does not fit ({facts})", facts=facts) if facts else desk.words.say("does not fit")
        yield f"{_called(person, desk)}: {told}"


def _next(place: int, desk: Desk, *, waits: bool) -> str:
    say = desk.words.say
    if place == 1 and not waits:
        return say("is asked next")
    return say("would be number {n} to be asked", n=place)


def _called(person: Record, desk: Desk) -> str:
    """A candidate's name; where that is only a number, with the case."""
    case = case_of(person, desk)
    name = desk.key(person) or f"#{person.line}"
    return f"{name} ({case.number})" if case is not None and case.number else name


def _hindered(row: Row, person: Record) -> str:
    """Why somebody who fits is not asked (again); blank where they may be."""
    desk, say, stand = row.desk, row.desk.words.say, row.stand
    who = desk.mark(person)
    past = row.of.pasts.of(stand.mark, who)
    if past.known or past.waiting is not None:
        return _asked_before(past, desk)
    if row.of.clashes(who, stand):
        return say("has something else at that hour ({rows})", rows=_elsewhere(row.of.held[who], stand))
    if row.of.clashes(who, stand, offers=True):
        return say("is being asked about something else at that hour ({rows})",
                   rows=_elsewhere(row.of.offered[who], stand))  # fmt: skip
    return row.of.hindered(person)


def _elsewhere(spans: Mapping[str, object], stand: Stand) -> str:
    return ", ".join(sorted(mark for mark in spans if mark != stand.mark))


def _asked_before(past: Past, desk: Desk) -> str:
    say = desk.words.say
    last = past.last
    when = desk.in_words(last.at) if last is not None else ""
    if past.returned is not None and (last is None or past.returned.version > last.version):
        return say("was asked; the mail came back or was refused")
    if past.said_no:
        return say("has said no")
    if past.waiting is not None or last is None:
        return say("the message is about to leave")
    if past.kind in HOLDING:
        return say("had said yes")
    if past.kind == "offer":
        return say("was asked on {when} and may still answer", when=when)
    return say("was asked before; since {when} the offer is off", when=when)


def _failing(row: Row, people: Sequence[Record]) -> Iterator[Sequence[Condition]]:
    """For each candidate the parts of the condition that do not hold."""
    desk, turn, rule = row.desk, row.turn, row.rule
    if not turn.among.strip():
        yield from ([] for _ in people)
        return
    names = turn_names(rule, desk.snapshot.schema)
    parts = compile_for(turn.among, desk.snapshot.schema, turn.candidates, language=desk.site.language,
                        working_days=desk.days.between, also=names, anywhere=names).parts  # fmt: skip
    book = book_for(parts, turn, row.stand.record, row.of.offers, desk)
    fits = [(part, book.matching(turn.candidates, part)) for part in parts]
    places = {one.row: index for index, one in enumerate(desk.book.records(turn.candidates))}
    for person in people:
        yield [part for part, found in fits if not found[places[person.row]]]


def _facts(part: Condition, row: Row, person: Record) -> Iterator[str]:
    """What a part of the condition looks at, by heading, with what stands there. What is sensitive is named alone."""
    desk, turn = row.desk, row.turn
    for name in sorted(part.names, key=lambda one: (one.startswith(ASKED), one)):
        if name == OPEN_OFFERS:
            yield f"{desk.words.say('other offers that wait')}: {row.of.offers[desk.key(person)]}"
        elif name.startswith(ASKED):
            yield _fact(name.removeprefix(ASKED), row.stand.record, desk, tab=True)
        else:
            yield _fact(name, person, desk)
    if part.aggregates:
        tabs = [desk.snapshot.layouts[item.table].tab for item in part.aggregates.values()
                if item.table in desk.snapshot.layouts]  # fmt: skip
        yield ", ".join(sorted({*tabs, *([] if tabs else [turn.candidates])}))


def _fact(path: str, record: Record, desk: Desk, *, tab: bool = False) -> str:
    name = heading(path, record.row.table, desk)
    if tab and "→" not in name:
        name = f"{desk.snapshot.layouts[record.row.table].tab} → {name}"
    value, spec, _ = value_at(path, record, desk)
    if spec is not None and spec.access == "sensitive":
        return name
    shown = desk.words.say("no") if value is False else said(path, record, desk, desk.site.language)
    return f"{name}: {shown or '–'}"
