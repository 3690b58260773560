"""What is wrong between the parts of a rule that are fine one by one: such a rule does not run."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType

from automations.jobs.rules.desk import Desk, called
from automations.jobs.rules.limits import TO_CLIENTS, Reader, may_copy, may_fill, may_grow, may_read, may_replace
from automations.jobs.rules.model import Rule
from automations.jobs.rules.people import ROLES
from automations.jobs.rules.wording import bracket_alone, path_of, places, texts_for, unknown_places
from automations.jobs.stanzas import Fault
from automations.model.fields import CLIENTS, COLLEAGUES
from automations.model.schema import DATES, NUMBERS, TableSpec, field_at, holder_at

_LEAVING = frozenset({"mail", "text_message", "digest"})  # what leaves the workbook

_ROWS = ("rows", "zeilen", "Zeilen", "count", "anzahl", "Anzahl")


def fault_of(rule: Rule, seen: set[str], desk: Desk) -> Fault | None:
    """The first thing that is wrong with a rule; None where it can be used."""
    say, schema = desk.words.say, desk.snapshot.schema
    if rule.name in seen:
        return Fault("name", say("This name stands twice."), say("Give each rule a name of its own."))
    for part, table in (("table", rule.table), ("into", rule.into)):
        if table and table not in schema:
            return Fault(part, say("There is no table “{name}”.", name=table), _known(schema, desk))
    # Generators, taken in order: of a rule that is wrong in five ways the first is told, as the rest mostly follow from
    # it.
    checks = [_names(rule, desk), _dates(rule, desk), _filling(rule, desk)]
    if rule.action == "digest" and rule.colours:
        checks.append(iter([Fault("colours", say("A mail shows no colours."),
                                  say("Leave them out, or make a list of it."))]))  # fmt: skip
    if rule.turn is None:  # see turn_faults
        checks += [_recipient(rule, desk), _texts(rule, desk)]
    return next((fault for check in checks for fault in check), None)


def _known(names: Iterable[str], desk: Desk, table: str = "", rule: Rule | None = None) -> str:
    """What there is instead; for a rule of the workbook by the headings that are there."""
    layout = desk.snapshot.layouts.get(table)
    if rule is not None and rule.origin == "workbook" and layout is not None:
        there = [name for name in names if name in layout.columns]
        return desk.words.say("Known are: {names}.", names=", ".join(called(name, table, rule, desk) for name in there))
    return desk.words.say("Known are: {names}.", names=", ".join(sorted(names)))


def _names(rule: Rule, desk: Desk) -> Iterator[Fault]:
    schema = desk.snapshot.schema
    named = [("due", name) for name in (rule.due.field, *rule.due.fields) if name]
    named += [("columns", name) for name in rule.columns] + ([("group", rule.group)] if rule.group else [])
    named += [("sums", name) for name in rule.sums]
    named += [("order", name.removeprefix("-")) for name in rule.order]
    for part, name in named:
        if field_at(schema, rule.table, name) is None:
            message = desk.words.say("There is no field “{name}”.", name=name)
            yield Fault(part, message, _known(schema[rule.table].fields, desk, rule.table, rule))
    numbers = [name for name, spec in schema[rule.table].fields.items() if spec.kind in NUMBERS]
    for name in rule.sums:
        if (spec := field_at(schema, rule.table, name)) is not None and spec.kind not in NUMBERS:
            message = desk.words.say("“{field}” holds no numbers.", field=called(name, rule.table, rule, desk))
            yield Fault("sums", message, _known(numbers, desk, rule.table, rule))


def _dates(rule: Rule, desk: Desk) -> Iterator[Fault]:
    fields, spec = desk.spec(rule.table).fields, field_at(desk.snapshot.schema, rule.table, rule.due.field)
    if rule.due.field and spec is not None and spec.kind not in DATES:
        dates = [name for name, one in fields.items() if one.kind in DATES]
        shown = called(rule.due.field, rule.table, rule, desk)
        message = desk.words.say("“{field}” is no date of this table.", field=shown)
        yield Fault("due", message, _known(dates, desk, rule.table, rule))


def _filling(rule: Rule, desk: Desk) -> Iterator[Fault]:
    say, table = desk.words.say, rule.into or rule.table
    spec = desk.spec(table)
    for name in rule.set:
        if name not in spec.fields:
            yield Fault("set", say("There is no field “{name}”.", name=name), _known(spec.fields, desk, table, rule))
        elif not (may_fill(spec, name) or (rule.into and may_grow(spec) and (name == spec.key or not spec.own))):
            # In a new row of an own table, the key too may be set: it makes the row.
            yield Fault("set", say("No rule may fill in “{name}”.", name=called(name, table, rule, desk)),
                        say("Consent, ways of contact, roles, places and numbers stay people's own."))  # fmt: skip
    yield from _copied(rule, spec, desk)
    # A cell of the workbook can be typed by anybody; who writes over what people typed must be IT.
    if rule.over and (rule.origin == "workbook" or not all(may_replace(spec, name) for name in rule.set)):
        yield Fault("over", say("No rule may fill in “{name}”.", name=", ".join(rule.set)),
                    say("What people typed stays; only the status of an appointment may be replaced, by IT's"
                        " rules."))  # fmt: skip
    if rule.into and (not may_grow(spec) or not (spec.own or rule.origin == "toml") or spec.key not in rule.set):
        yield Fault("into", say("Rows can be added only to a table of your own, with its key among what is set."),
                    say("Declare the table with key = … in columns.toml, and set its key."))  # fmt: skip


def _copied(rule: Rule, spec: TableSpec, desk: Desk) -> Iterator[Fault]:
    """What is filled in from other columns, where it would be read by more people than there."""
    for name, value in rule.set.items():
        for place in places(str(value)):
            path = path_of(place, rule.table, desk)
            source = field_at(desk.snapshot.schema, rule.table, path) if path else None
            if path and source is not None and name in spec.fields and not may_copy(source, spec.fields[name]):
                shown = called(path, rule.table, rule, desk), called(name, rule.into or rule.table, rule, desk)
                yield Fault(
                    "set", desk.words.say("“{name}” may not be copied to “{into}”.", name=shown[0], into=shown[1]),
                    desk.words.say("More people may read it there. Leave it out, or let IT give the column the same"
                                   " class in columns.toml."),
                )  # fmt: skip


def _recipient(rule: Rule, desk: Desk) -> Iterator[Fault]:
    say, recipient = desk.words.say, rule.recipient
    if rule.action == "call" and not _has_case(rule.table, desk):
        yield Fault("action", say("Rows of this table have no client, so nobody can be called."),
                    say("Add a column that names a case, or choose a question or a mail."))  # fmt: skip
    if rule.action == "text_message" and not desk.site.texting:
        yield Fault("action", say("Text messages are not set up here."), say("Choose a mail or a call."))
    if not recipient or recipient in ROLES or "@" in recipient:
        if recipient == "client" and not _has_case(rule.table, desk):
            yield Fault("recipient", say("Rows of this table have no client."),
                        say("Name a field that holds an address, or add a column that names a case."))  # fmt: skip
        return
    spec = field_at(desk.snapshot.schema, rule.table, recipient)
    fields = desk.spec(spec.target).fields if spec is not None and spec.target else {}
    if spec is None or not (spec.kind == "email" or any(one.kind == "email" for one in fields.values())):
        emails = [name for name, one in desk.spec(rule.table).fields.items() if one.kind == "email" or one.target]
        shown = called(recipient, rule.table, rule, desk)
        known = _known(emails, desk, rule.table, rule) if rule.origin == "workbook" else _known((*ROLES, *emails), desk)
        yield Fault("recipient", say("“{name}” holds no address.", name=shown), known)


def _has_case(table: str, desk: Desk) -> bool:
    return table == CLIENTS or any(spec.target == CLIENTS for spec in desk.spec(table).fields.values())


def _texts(rule: Rule, desk: Desk) -> Iterator[Fault]:
    """Places in a rule's texts that mean nothing, or that its readers may not see."""
    say, read_by = desk.words.say, reader(rule, desk)
    # Without its headings every place would count as unknown, and the advice would be wrong.
    if rule.table not in desk.snapshot.layouts:
        return  # its headings are not known; the rule rests until the tab is there
    own = texts_for(rule.template, desk) or {}
    written = [text for one in own.values() for text in (one.subject, one.text)] + [rule.text]
    written += [str(value) for value in rule.set.values()]
    for text in written:
        for place, near in unknown_places(text, rule.table, desk, _ROWS):
            known = _known(desk.spec(rule.table).fields, desk, rule.table, rule)
            advice = say("Did you mean “{name}”?", name=near) if near else known
            yield Fault("template", say("Nothing is called “{name}” there.", name=place), advice)
        if alone := bracket_alone(text):
            yield Fault("template", say("A curly bracket stands alone in “{text}”.", text=alone),
                        say("Write a heading between two of them, like {example}.", example="{Vorname}"))  # fmt: skip
    # The templates alone leave the house; the notes and cells of the rule stay in the workbook.
    texts = written[: 2 * len(own)]
    paths = [path for text in texts for place in places(text) if (path := path_of(place, rule.table, desk))]
    # The columns and the group of a digest leave the house as its text does.
    paths += (*rule.columns, *filter(None, [rule.group])) if rule.action == "digest" else ()
    for path in paths:
        spec = field_at(desk.snapshot.schema, rule.table, path)
        if spec is not None and rule.action in _LEAVING and not may_read(spec, read_by):
            shown = called(path, rule.table, rule, desk)
            yield Fault("template", say("“{name}” may not stand in this text.", name=shown), say(TO_CLIENTS))


def reader(rule: Rule, desk: Desk) -> Reader:
    """Who reads a rule's text at worst: an address in a row of cases is a client's."""
    recipient, schema = rule.recipient, desk.snapshot.schema
    if recipient in {"client", "referrer"}:
        return "client"
    if recipient in ROLES or "@" in recipient or not recipient:
        return "staff"
    spec = field_at(schema, rule.table, recipient)
    # A column that names a row means the address in that row: the colleague of a case is no client.
    holder = (spec.target if spec is not None else "") or holder_at(schema, rule.table, recipient)[0]
    return _READERS.get(holder, "partner")


_READERS: Mapping[str, Reader] = MappingProxyType({CLIENTS: "client", COLLEAGUES: "staff"})
