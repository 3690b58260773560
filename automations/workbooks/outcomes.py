"""What a write came to, told from the workbook alone; and the rules for tabs and ledgers that every backend shares."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from automations.model.plan import EditGroup
from automations.model.values import is_draft, key_text, same
from automations.model.writes import GroupResult, PendingWrite, WriteResult
from automations.workbooks.positions import Table, find_parts
from automations.workbooks.protocol import RawWorkbook, WorkbookError

MAX_TAB_NAME = 31  # characters that Excel allows in the name of a tab


def settled(workbook: RawWorkbook, pending: PendingWrite) -> WriteResult:
    """What became of a write after a crash.

    As it was before: "unchanged", no group applied. Else each group is looked at: "applied" (its new
    values stand), "missing" (the old ones, or no such row), "changed" (neither). As announced:
    "written"; else "unclear" unless all groups agree."""
    if workbook.revision == pending.before:
        return WriteResult("unchanged", revision=workbook.revision)
    names = {group.row.table for group in pending.groups} & set(pending.base.layouts)
    tables = {name: find_parts(workbook, pending.base.layouts[name]) for name in names}
    results = {group.id: _state(group, tables.get(group.row.table, ())) for group in pending.groups}
    found = set(results.values())
    # The revision tells for certain; without it all groups must agree.
    if found == {"applied"} or (pending.after and workbook.revision == pending.after):
        return WriteResult("written", results, workbook.revision)
    return WriteResult("unchanged" if found <= {"missing"} else "unclear", results, workbook.revision)


def _state(group: EditGroup, parts: Sequence[Table]) -> GroupResult:
    table = _standing_in(group, parts)
    if table is None or any(edit.field not in table.columns for edit in group.edits):
        return "missing"
    rows = [row for key in _names(group, table) for row in table.rows.get(key, ())]
    if len(rows) != 1:
        return "duplicate" if rows else "missing"
    values = [(table.value(rows[0], table.columns[edit.field]), edit) for edit in group.edits]
    if all(same(now, edit.new) for now, edit in values):
        return "applied"
    return "missing" if group.op == "edit" and all(same(now, edit.old) for now, edit in values) else "changed"


def _standing_in(group: EditGroup, parts: Sequence[Table]) -> Table | None:
    """The tab in which the row stands, under its old name or its new one; the first where none has it."""
    having = (table for table in parts if any(key in table.rows for key in _names(group, table)))
    return next(having, next(iter(parts), None))


def _names(group: EditGroup, table: Table) -> list[str]:
    """What the row may be called now."""
    if not is_draft(group.row.key):
        return [group.row.key]
    named = (key_text(edit.new) for edit in group.edits if edit.field == table.layout.key_field)
    return [group.row.key, *(key for key in named if key)]


def check_ledger(workbook: RawWorkbook, ledger: str) -> None:
    """Raise WorkbookError where another ledger writes to the workbook."""
    if workbook.ledger not in {"", ledger}:
        raise WorkbookError(
            "The workbook “{name}” belongs to another installation of kim.",
            "Restore that installation's ledger, or point kim at a workbook of its own.",
            code="foreign_ledger",
            values={"name": workbook.name},
        )


def free_name(title: str, taken: Iterable[str]) -> str:
    """A name for a new tab of ours: its title, or "Title (kim)" where a tab of people has that."""
    used = {name.strip().casefold() for name in taken}
    number, name = 1, title[:MAX_TAB_NAME]
    while name.strip().casefold() in used:
        ending = " (kim)" if number == 1 else f" (kim {number})"
        name = title[: MAX_TAB_NAME - len(ending)] + ending
        number += 1
    return name
