"""What kim can do in a workbook and what not, and what to click: the list that `kim init` ends with, and what
`kim check` and `kim plan` say of a workbook before there is anything to write.

A probe stands for each kind of thing that runs write: a tab of ours, a cell in each column that kim may fill in, a
row at the end of the questions. They go through the same dry build as a run."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress

from msgspec import Struct

from automations.common.texts import Texts
from automations.engine.rehearsal import refused_beforehand, told
from automations.model.layout import Base
from automations.model.plan import CellEdit, EditGroup
from automations.model.problems import Problem
from automations.model.snapshot import Snapshot
from automations.model.tabdoc import Heading, TabDoc
from automations.model.values import Probe, RowKey
from automations.model.writes import Promise
from automations.workbooks.protocol import Limited, Workbook, WorkbookError

_PROBE = Probe("kim")


class Fitness(Struct, frozen=True):
    """One line of the list: whether kim can do it, the sentence, and what to click where it cannot."""

    can: bool
    message: str
    advice: str = ""


def fitness(name: str, workbook: Workbook, snapshot: Snapshot, base: Base, ledger: str, say: Texts) -> list[Fitness]:
    """The list for one workbook. Raises WorkbookError where it cannot be read."""
    groups = list(_probes(name, snapshot))
    places = {table: layout.tab for table, layout in snapshot.layouts.items()}
    broken = _refused(name, workbook, groups, snapshot, base, ledger, say)
    lines = [_line(promise, groups, snapshot, say) for promise in broken]
    stopped = {promise.id for promise in broken}
    if _PROBE not in stopped:
        lines.insert(0, Fitness(can=True, message=say.say("kim can add its own tabs and renew them.")))
    fields = _columns([group for group in groups if group.id not in stopped], snapshot)
    for table, headings in fields.items():
        message = say.say("kim can fill in {columns} in “{tab}”.", tab=places[table], columns=say.quoted(*headings))
        lines.insert(0, Fitness(can=True, message=message))
    limits = workbook.limits() if isinstance(workbook, Limited) else ()
    return [*lines, *(Fitness(can=False, message=limit.message, advice=limit.advice) for limit in limits)]


def barriers(
    workbooks: Mapping[str, Workbook], bases: Mapping[str, Base], snapshot: Snapshot, ledger: str, say: Texts
) -> tuple[Problem, ...]:
    """What workbooks do not allow, a problem for each reason, whether there is something to write today or not. One
    that cannot be read now says nothing: whoever read it before has told."""
    found: list[Promise] = []
    for name, base in bases.items():
        with suppress(WorkbookError):
            groups = list(_probes(name, snapshot))
            found += _refused(name, workbooks[name], groups, snapshot, base, ledger, say)
    return tuple(told(found, (), snapshot, say))


def _refused(
    name: str, workbook: Workbook, groups: Sequence[EditGroup], snapshot: Snapshot, base: Base, ledger: str, say: Texts
) -> tuple[Promise, ...]:
    """The probes that the workbook refuses."""
    tab = TabDoc(_PROBE, _PROBE, "team", (Heading(_PROBE, 1),), name)
    places = {table: layout.tab for table, layout in snapshot.layouts.items()}
    return refused_beforehand({name: workbook}, groups, [tab], {name: base}, ledger, places, say)


def _probes(name: str, snapshot: Snapshot) -> Iterator[EditGroup]:
    for table, layout in snapshot.layouts.items():
        if layout.workbook != name:
            continue
        first = next((row for key, row in snapshot.rows.items() if key.table == table and key.workbook == name), None)
        key = next((key for key in snapshot.rows if key.table == table and key.workbook == name), None)
        for field in sorted(layout.writable & set(layout.columns)) if first and key else ():
            if first is not None and key is not None and field in first.cells:
                old = first.value(field)
                # A change in any case: a probe that writes what stands there already would be let through unseen.
                edit = CellEdit(field, old, None if old is not None else _PROBE)
                yield EditGroup(f"{table}/{field}", key, (edit,), _PROBE, _PROBE)
        if table == "decisions":
            row = RowKey(name, table, "F-0")
            yield EditGroup(f"{table}/", row, (CellEdit("question", None, _PROBE),), _PROBE, _PROBE, op="append")


def _columns(groups: list[EditGroup], snapshot: Snapshot) -> Mapping[str, list[str]]:
    found: dict[str, list[str]] = {}
    for group in groups:
        if group.op == "edit":
            heading = snapshot.layouts[group.row.table].headings.get(group.edits[0].field, group.edits[0].field)
            found.setdefault(group.row.table, []).append(heading)
    return found


def _line(promise: Promise, groups: list[EditGroup], snapshot: Snapshot, say: Texts) -> Fitness:
    if promise.kind == "tab":
        message = say.say("kim cannot add tabs: {reason}", reason=promise.message)
        return Fitness(can=False, message=message, advice=promise.advice)
    group = next(group for group in groups if group.id == promise.id)
    layout = snapshot.layouts[group.row.table]
    if group.op == "append":
        message = say.say("kim cannot ask in “{tab}”: {reason}", tab=layout.tab, reason=promise.message)
        return Fitness(can=False, message=message, advice=promise.advice)
    heading = layout.headings.get(group.edits[0].field, "")
    message = say.say(
        "kim cannot fill in “{column}” in “{tab}”: {reason}", column=heading, tab=layout.tab, reason=promise.message
    )
    return Fitness(can=False, message=message, advice=promise.advice)
