"""What is wrong with a rule that asks in turn: such a rule does not run."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from automations.conditions.condition import ExpressionError
from automations.jobs.rules.desk import Desk
from automations.jobs.rules.limits import TO_CLIENTS, may_fill, may_read
from automations.jobs.rules.model import TOLD_IN_TURN, Rule, Turn
from automations.jobs.rules.turn_candidates import choice_of
from automations.jobs.rules.turn_mails import BEFORE_YES, CANDIDATE, OLD, UNTIL, template_of
from automations.jobs.rules.wording import GENERAL, path_of, places, texts_for
from automations.jobs.stanzas import Fault
from automations.model.fields import CLIENTS
from automations.model.schema import field_at


def turn_fault(rule: Rule, desk: Desk) -> Fault | None:
    """The first thing that is wrong with whom it asks, what it fills in, and what it says; None for nothing."""
    turn = rule.turn
    if turn is None:
        return None
    checks = (_tables(rule, turn, desk), _columns(rule, turn, desk), _conditions(rule, turn, desk), _texts(rule, desk))
    return next((fault for check in checks for fault in check), None)


def _known(names: Iterable[str], desk: Desk) -> str:
    return desk.words.say("Known are: {names}.", names=", ".join(sorted(names)))


def _tables(rule: Rule, turn: Turn, desk: Desk) -> Iterator[Fault]:
    schema, say = desk.snapshot.schema, desk.words.say
    if turn.candidates not in schema:
        yield Fault("turn", say("There is no table “{name}”.", name=turn.candidates), _known(schema, desk))
        return
    for table in (rule.table, turn.candidates):
        if not schema[table].key:
            yield Fault("turn", say("The table “{name}” has no key.", name=table),
                        say("Declare the table with key = … in columns.toml."))  # fmt: skip


def _columns(rule: Rule, turn: Turn, desk: Desk) -> Iterator[Fault]:
    """What it fills in, and the fields that it reads."""
    schema, say = desk.snapshot.schema, desk.words.say
    spec = schema[rule.table]
    named = [turn.fills, turn.state, *turn.starts, *([turn.lasts] if turn.lasts else []), *turn.about]
    for name in named:
        if field_at(schema, rule.table, name) is None:
            yield Fault("turn", say("There is no field “{name}”.", name=name), _known(spec.fields, desk))
            return
    for name in (turn.fills, turn.state):
        # Of the shipped columns each has another writer, who would take the name out again.
        if not may_fill(spec, name) or not spec.fields[name].own:
            yield Fault("turn", say("No rule may fill in “{name}”.", name=name),
                        say("Declare columns of your own for who said yes and how things stand."))  # fmt: skip
    if spec.fields[turn.fills].target != turn.candidates:
        yield Fault("turn", say("“{name}” names no row of “{table}”.", name=turn.fills, table=turn.candidates),
                    say("Declare it with kind = “{table}” in columns.toml.", table=turn.candidates))  # fmt: skip
    fields = schema[turn.candidates].fields
    if rule.recipient != "client" and (rule.recipient not in fields or fields[rule.recipient].kind != "email"):
        emails = [name for name, one in fields.items() if one.kind == "email"]
        yield Fault("recipient", say("“{name}” holds no address.", name=rule.recipient), _known(emails, desk))


def _conditions(rule: Rule, turn: Turn, desk: Desk) -> Iterator[Fault]:
    try:
        choice_of(rule, turn, desk)
    except ExpressionError as error:
        yield Fault("turn", error.message, error.advice)


def _texts(rule: Rule, desk: Desk) -> Iterator[Fault]:
    """Every message needs its text; before the yes none says anything of a client."""
    if rule.table not in desk.snapshot.layouts:
        return
    # All of them beforehand: a missing "taken" would be found when somebody has said yes already.
    for kind in ("offer", *TOLD_IN_TURN):
        name = template_of(rule, kind)
        own = texts_for(name, desk)
        if not own:
            yield Fault("template", desk.words.say("The text “{name}” is missing.", name=name),
                        desk.words.say("Write it under [texts] in rules.toml."))  # fmt: skip
            return
        written = {place for text in own.values() for place in places(f"{text.subject} {text.text}")}
        for place in sorted(written):
            yield from _place(rule, kind, place, desk)


def _place(rule: Rule, kind: str, place: str, desk: Desk) -> Iterator[Fault]:
    say, turn = desk.words.say, rule.turn
    if place in (*GENERAL, "heute", UNTIL) or turn is None:
        return
    table, name = rule.table, place
    if place.startswith(CANDIDATE):
        table, name = turn.candidates, place.removeprefix(CANDIDATE)
    path = path_of(name.removeprefix(OLD), table, desk)
    spec = field_at(desk.snapshot.schema, table, path) if path else None
    if path is None or spec is None:
        yield Fault("template", say("Nothing is called “{name}” there.", name=place),
                    _known(desk.spec(table).fields, desk))  # fmt: skip
    elif kind in BEFORE_YES and table == rule.table and _of_a_client(path, table, desk):
        yield Fault("template", say("“{name}” tells of a client before anybody has said yes.", name=place),
                    say("Whoever is asked learns who it is about only after the yes."))  # fmt: skip
    elif not may_read(spec, "client" if rule.recipient == "client" else "partner"):
        yield Fault("template", say("“{name}” may not stand in this text.", name=place), say(TO_CLIENTS))


def _of_a_client(path: str, table: str, desk: Desk) -> bool:
    """Whether a field is a case's, or leads to one, or is the number of the row itself."""
    if table == CLIENTS:
        return True
    # Step by step: also what is reached by way of a client (case.manager.phone) tells who it is about.
    for step in path.split("."):
        spec = desk.spec(table).fields[step]
        if spec.target == CLIENTS:
            return True
        table = spec.target or table
    return False
