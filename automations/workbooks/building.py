"""A changed copy of a workbook file beside it, and the proof that it says what it should."""

from __future__ import annotations

import dataclasses
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from automations.layout import Base
from automations.plan import EditGroup
from automations.tabdoc import Link, TabDoc
from automations.values import Value, key_text, same
from automations.workbooks import marks
from automations.workbooks.changes import Changes
from automations.workbooks.locating import Decision, Table, cell, find_table
from automations.workbooks.outcomes import free_name
from automations.workbooks.package import Package
from automations.workbooks.protocol import RawTab, RawWorkbook, WorkbookError
from automations.workbooks.reading import Wish, read_workbook
from automations.workbooks.refusals import Refusal
from automations.workbooks.sheet_scan import column_letters
from automations.workbooks.tab_sheets import LinkTarget, Resolver, render_tab

_MAX_REFUSALS = 8

Cells = dict[str, dict[tuple[int, int], Value]]


@dataclass(slots=True)
class Wanted:
    """What one write is to change, in the workbook as it stands (`before`), and what turned out not
    to be possible. `refused` are reasons by group or tab id."""

    before: RawWorkbook
    base: Base
    decisions: list[Decision]
    docs: list[TabDoc]
    ledger: str
    language: str
    refused: dict[str, WorkbookError] = field(default_factory=dict)
    _tables: dict[str, Table | None] = field(default_factory=dict)

    def live(self) -> list[Decision]:
        """Decisions that change a cell."""
        return [d for d in self.decisions if d.result == "applied" and (d.cells or d.append is not None)]

    def changes_anything(self) -> bool:
        """Whether a write would differ from what stands there. The ledger's id alone is no reason."""
        return bool(self.live() or self.docs)

    def cells(self) -> Cells:
        """All edits of standing rows by tab."""
        cells: Cells = {}
        for decision in self.live():
            cells.setdefault(decision.tab, {}).update(decision.cells)
        return cells

    def rows(self) -> dict[str, list[tuple[int, dict[int, Value]]]]:
        """All new rows by tab, below the last filled one of their table."""
        rows: dict[str, list[tuple[int, dict[int, Value]]]] = {}
        for decision in self.live():
            if decision.append is None:
                continue
            table = self.table(decision.group.row.table)
            new = rows.setdefault(decision.tab, [])
            new.append(((table.last_row() if table else 0) + 1 + len(new), dict(decision.append)))
        return rows

    def table(self, name: str) -> Table | None:
        """A table of the workbook as it stands."""
        if name not in self._tables:
            layout = self.base.layouts.get(name)
            self._tables[name] = find_table(self.before, layout) if layout else None
        return self._tables[name]

    def wish(self) -> Wish:
        """The tabs whose cells matter: those that were looked at."""
        seen = {tab.name for tab in self.before.tabs if tab.rows}
        return lambda name, _: name in seen

    def refuse(self, error: Refusal) -> bool:
        """Leave out the group whose cell was refused; False where the refusal names none."""
        values = error.values or {}
        tab, rows = values.get("tab"), self.rows()
        live = [decision for decision in self.live() if decision.tab == tab]
        found = [decision for decision in live if values.get("cell") in _references(decision, rows)]
        refused_before = sum(d.tab == tab and d.group.id in self.refused for d in self.decisions)
        # Each refusal costs a new attempt: a tab that goes on refusing is left alone as a whole.
        gone = {decision.group.id for decision in (live if found and refused_before >= _MAX_REFUSALS else found)}
        for number, decision in enumerate(self.decisions):
            if decision.group.id in gone:
                self.decisions[number] = dataclasses.replace(decision, result="refused", cells={}, append=None)
                self.refused[decision.group.id] = error
        return bool(gone)


def _references(decision: Decision, rows: dict[str, list[tuple[int, dict[int, Value]]]]) -> set[str]:
    places = set(decision.cells)
    if decision.append is not None:
        places |= {(row, column) for row, new in rows.get(decision.tab, ()) for column in new if new == decision.append}
    return {f"{column_letters(column)}{row}" for row, column in places}


def build(path: Path, target: Path, wanted: Wanted) -> bool:
    """Write the changed copy of `path` to `target`; False where nothing is left to change.

    Groups and tabs that the format refuses are taken out of `wanted` and noted there. Raises
    WorkbookError where the workbook as a whole refuses.
    """
    while wanted.changes_anything():
        try:
            _write(path, target, wanted)
        except _TabRefused as refused:
            wanted.docs.remove(refused.doc)
            wanted.refused[refused.doc.id] = refused.error
        except Refusal as error:
            left_out = [wanted.refuse(one) for one in (error, *error.also)]
            if not any(left_out):
                raise
        else:
            return True
    return False


class _TabRefused(Exception):  # noqa: N818 - never leaves this module
    def __init__(self, doc: TabDoc, error: Refusal) -> None:
        super().__init__(doc.id)
        self.doc, self.error = doc, error


def _write(path: Path, target: Path, wanted: Wanted) -> None:
    with Package(path) as package, tempfile.TemporaryDirectory(prefix="kim-") as folder:
        changes = Changes(package)
        for tab, cells in wanted.cells().items():
            changes.set_cells(tab, cells)
        for tab, rows in wanted.rows().items():
            changes.append_rows(tab, rows)
        names = [tab.name for tab in wanted.before.tabs]
        for number, doc in enumerate(wanted.docs):
            scratch = Path(folder) / f"{number}.xlsx"
            render_tab(doc, scratch, _resolver(wanted), wanted.language)
            try:
                names.append(_graft(changes, doc, scratch, wanted.before, names))
            except Refusal as error:
                raise _TabRefused(doc, error) from error
        if wanted.before.ledger != wanted.ledger:
            changes.set_name(marks.LEDGER_NAME, marks.constant(wanted.ledger), hidden=True)
        changes.write(target)


def _graft(changes: Changes, doc: TabDoc, scratch: Path, before: RawWorkbook, names: list[str]) -> str:
    ours = next((tab.name for tab in before.tabs if tab.mark and tab.mark.id == doc.id), None)
    name = ours or free_name(doc.title, names)
    changes.graft(name, scratch, replace=ours)
    stand = doc.stand.isoformat() if doc.stand else ""
    changes.set_name(marks.tab_name(doc.id), marks.points_to(name), hidden=True)
    changes.set_name(marks.mark_name(doc.id), marks.mark_text(doc.id, doc.fingerprint(), stand), hidden=True)
    return name


def _resolver(wanted: Wanted) -> Resolver:
    numbered: dict[str, Mapping[str, str]] = {}

    def resolve(link: Link) -> LinkTarget | None:
        table = wanted.table(link.table) if link.workbook == wanted.before.name else None
        if table is None:
            return None
        if link.table not in numbered:
            numbered[link.table] = _new_numbers(table, wanted.decisions)
        return _target(table, link, numbered[link.table])

    return resolve


def _new_numbers(table: Table, decisions: Sequence[Decision]) -> Mapping[str, str]:
    """The numbers that rows without one get in this very write, by their former key."""
    groups = (d.group for d in decisions if d.result == "applied" and d.group.row.table == table.layout.table)
    return {group.row.key: key for group in groups for key in _numbers(group, table)}


def _target(table: Table, link: Link, numbered: Mapping[str, str]) -> LinkTarget | None:
    column = table.columns.get(link.field) or table.columns[table.layout.key_field]
    key_column = table.columns[table.layout.key_field]
    rows = table.rows.get(link.key, ())
    if len(rows) == 1:
        stands = table.value(rows[0], key_column)
        return LinkTarget(table.tab.name, key_column, column, rows[0], numbered.get(link.key, stands))
    former = next((draft for draft, number in numbered.items() if number == link.key), "")
    rows = table.rows.get(former, ())
    return LinkTarget(table.tab.name, key_column, column, rows[0], link.key) if len(rows) == 1 else None


def _numbers(group: EditGroup, table: Table) -> list[str]:
    name = table.layout.key_field
    return [key for edit in group.edits if edit.field == name and (key := key_text(edit.new))]


def verify(path: Path, data: bytes, wanted: Wanted) -> None:
    """Read the copy of `path` back: edited cells hold their new values, all others of their tabs what they
    held, no tab is missing. Raises WorkbookError (code "not_verified") where anything differs."""
    after = read_workbook(wanted.before.name, data, path, wanted.wish())
    expected = wanted.cells()
    for name, rows in wanted.rows().items():
        expected.setdefault(name, {}).update({(row, c): value for row, new in rows for c, value in new.items()})
    found = {tab.name: tab for tab in after.tabs}
    fine = set(found) >= {tab.name for tab in wanted.before.tabs} and after.ledger == wanted.ledger
    for tab in wanted.before.tabs:
        fine = fine and (tab.mark is not None or _as_expected(tab, found[tab.name], expected.get(tab.name, {})))
    if not fine or not {doc.id for doc in wanted.docs} <= {tab.mark.id for tab in after.tabs if tab.mark}:
        raise WorkbookError(
            "The changed copy of {file} did not read back as it should, so the workbook was left as it is.",
            "Please report this: it is a fault of kim.",
            code="not_verified",
            values={"file": path.name},
        )


def _as_expected(before: RawTab, after: RawTab, cells: dict[tuple[int, int], Value]) -> bool:
    rows = {row for row, _ in cells}
    if before.formulas != after.formulas or before.merged != after.merged:
        return False
    for number in range(1, max(len(before.rows), len(after.rows)) + 1):
        old = before.rows[number - 1] if number <= len(before.rows) else ()
        new = after.rows[number - 1] if number <= len(after.rows) else ()
        if number not in rows and list(old) != list(new):
            return False
        if number in rows and not _row_as_expected(before, after, number, cells):
            return False
    return True


def _row_as_expected(before: RawTab, after: RawTab, row: int, cells: dict[tuple[int, int], Value]) -> bool:
    width = max(len(tab.rows[row - 1]) if row <= len(tab.rows) else 0 for tab in (before, after))
    places = ((row, column) for column in range(1, width + 1))
    return all(same(cell(after, *place), cells.get(place, cell(before, *place))) for place in places)
