"""What a rule looks at and the workbook has not: a column, or a tab. Such a rule rests.

Blank is what nobody typed into; of a column that is not there nobody knows anything. "No first contact yet" would
hold for everybody where the team has no such column, and from the day on which somebody deletes it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from automations.common.texts import Texts
from automations.conditions.condition import Condition
from automations.model.snapshot import Snapshot


def missing(table: str, fields: Iterable[str], condition: Condition | None, snapshot: Snapshot) -> Mapping[str, bool]:
    """The columns and tabs that a rule over a table lacks, as people call them -> whether “kim rules --make-tabs” can
    make them. `fields` are those that it names beside its condition."""
    asked = [(table, path) for path in fields if path]
    if condition is not None:
        asked += [(table, path) for path in sorted(condition.names)]
        for item in condition.aggregates.values():
            inner = sorted(item.condition.names) if item.condition else ()
            asked += [(item.table, path) for path in (item.field, *inner)]
    return dict(found for of, path in asked for found in _on_the_way(of, path, snapshot))


def _on_the_way(table: str, path: str, snapshot: Snapshot) -> Iterator[tuple[str, bool]]:
    """The first thing that is missing on the way that a dotted name goes: `case.course.starts`."""
    for step in path.split("."):
        layout, spec = snapshot.layouts.get(table), snapshot.schema[table]
        if layout is None:
            yield snapshot.called.get((table, ""), table), spec.own
            return
        field = spec.fields.get(step)
        if field is None:
            return
        if not layout.tells(step) and step not in spec.spared and not _known(table, step, snapshot):
            yield snapshot.called.get((table, step), step), field.own
            return
        table = field.target or table


def _known(table: str, field: str, snapshot: Snapshot) -> bool:
    """Whether the field is told by another column: a last name by that of the whole name."""
    values = (record.get(field) for record in snapshot.tables.get(table, ()))
    return any(value is not None and value != () for value in values)


def at_rest(called: str, names: Mapping[str, bool], say: Texts) -> tuple[str, str]:
    """That a rule rests as these are missing, and what to do."""
    message = say.say("The rule “{rule}” rests: “{names}” is missing in the workbook.", rule=called,
                      names=", ".join(names))  # fmt: skip
    advice = say.say("Please add what is missing, give what was renamed its name back, or change the rule.")
    if all(names.values()):
        advice += " " + say.say("“kim rules --make-tabs” makes what is missing, after a question.")
    return message, advice
