"""One dry build, shared by plan, check, init and run: what a workbook refuses is known before anything is
written, mailed or promised."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from automations.common.texts import Texts
from automations.engine.promises import Tried, compared, promised
from automations.model.layout import Base
from automations.model.plan import EditGroup
from automations.model.problems import Problem
from automations.model.snapshot import Snapshot
from automations.model.tabdoc import TabDoc
from automations.model.values import is_draft
from automations.model.writes import Promise, WriteResult
from automations.tables.faults import shown
from automations.workbooks.protocol import Workbook, WorkbookError

CANNOT_WRITE = "cannot_write"
_NAMED = 8  # tabs that one problem names, and rows that have a problem each


def refused_beforehand(
    workbooks: Mapping[str, Workbook],
    groups: Sequence[EditGroup],
    tabs: Sequence[TabDoc],
    bases: Mapping[str, Base],
    ledger: str,
    places: Mapping[str, str],
    say: Texts,
) -> tuple[Promise, ...]:
    """Edits and tabs that cannot be written as the workbooks stand. A workbook that is busy, or changed since
    it was read, says nothing here: the write itself will."""
    writes: dict[str, WriteResult] = {}
    errors: dict[str, WorkbookError] = {}
    for name, base in bases.items():
        edits = [group for group in groups if group.row.workbook == name]
        docs = [doc for doc in tabs if doc.workbook == name]
        if edits or docs:
            try:
                writes[name] = workbooks[name].rehearse(edits, docs, base, ledger)
            except WorkbookError as error:
                errors |= {} if error.busy else {name: error}
    found = compared(promised(groups, tabs, places), Tried(writes, errors), say)
    return tuple(promise for promise in found if promise.state == "refused")


def told(broken: Iterable[Promise], groups: Iterable[EditGroup], snapshot: Snapshot, say: Texts) -> Iterator[Problem]:
    """What the workbook does not allow, and what to click, for the team lead: one problem for each kind of reason;
    where it lies in the cells of a few rows, one for each of these, with what was to stand there."""
    by_id, found = {group.id: group for group in groups}, defaultdict[tuple[str, str], list[Promise]](list)
    for promise in broken:
        # By the advice: people mend a reason once, however many cells it keeps kim from.
        found[promise.workbook, promise.advice or promise.message].append(promise)
    for some in found.values():
        rows = [_of_row(promise, by_id.get(promise.id), snapshot, say) for promise in some]
        if len(rows) <= _NAMED and all(rows):
            yield from filter(None, rows)
        else:
            yield _of_all(some, say)


def _of_all(some: Sequence[Promise], say: Texts) -> Problem:
    tabs = ", ".join(list(dict.fromkeys(promise.name for promise in some))[:_NAMED])
    message = some[0].message
    others = len({promise.message for promise in some}) - 1
    if others:
        more = say.count("({n} other place is like that.)", "({n} other places are like that.)", others)
        message = f"{message} {more}"
    return Problem(CANNOT_WRITE, message, some[0].advice, "error", workbook=some[0].workbook, tab=tabs, who="lead")


def _of_row(promise: Promise, group: EditGroup | None, snapshot: Snapshot, say: Texts) -> Problem | None:
    """The problem of one row's cells; None where there is no row to name. What kim notes there itself is no loss."""
    row = snapshot.rows.get(group.row) if group else None
    layout = snapshot.layouts.get(group.row.table) if group else None
    if not promise.alone or group is None or row is None or layout is None or group.edits[0].field == "check_note":
        return None
    first = group.edits[0]
    wanted = say.say("“{text}” was to stand there.", text=shown(first.new)) if first.new is not None else ""
    return Problem(
        CANNOT_WRITE, f"{promise.message} {wanted}".strip(), promise.advice, "error", workbook=promise.workbook,
        table=group.row.table, tab=promise.name, row=row.number, field=first.field,
        column=layout.headings.get(first.field, ""), key="" if is_draft(group.row.key) else group.row.key, who="lead",
    )  # fmt: skip
