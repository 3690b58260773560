"""What one write is to change, worked out from the workbook as it stands: shared by the backends."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence

from msgspec import Struct, field, structs

from automations.common.texts import texts
from automations.model.layout import Base
from automations.model.tabdoc import Grid, Link, TabDoc
from automations.model.values import Value
from automations.workbooks.cellrefs import cell_name
from automations.workbooks.drawing.links import LinkTarget, Resolver
from automations.workbooks.positions import Decision, Table, find_parts, new_keys
from automations.workbooks.protocol import RawWorkbook, WorkbookError
from automations.workbooks.refusals import Refusal

_MAX_REFUSALS = 8

Wish = Callable[[str, str], bool]  # whether the cells of a tab matter, by its name and id

Cells = dict[str, dict[tuple[int, int], Value]]
Rows = dict[str, list[tuple[int, dict[int, Value]]]]


class Wanted(Struct):
    """What one write is to change, in the workbook as it stands (`before`), and what turned out not
    to be possible. `refused` are reasons by group or tab id."""

    before: RawWorkbook
    base: Base
    decisions: list[Decision]
    docs: list[TabDoc]
    ledger: str
    language: str
    refused: dict[str, WorkbookError] = field(default_factory=dict)
    _tables: dict[str, list[Table]] = field(default_factory=dict)
    _attempts: Counter[str] = field(default_factory=Counter)

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

    def rows(self) -> Rows:
        """All new rows by tab, below the last filled one of their table."""
        rows: Rows = {}
        for decision in self.live():
            if decision.append is None:
                continue
            table = self.part(decision)
            new = rows.setdefault(decision.tab, [])
            new.append(((table.last_row() if table else 0) + 1 + len(new), dict(decision.append)))
        return rows

    def parts(self, name: str) -> Sequence[Table]:
        """A table of the workbook as it stands, tab by tab; nothing where it is gone."""
        if name not in self._tables:
            layout = self.base.layouts.get(name)
            self._tables[name] = find_parts(self.before, layout) if layout else []
        return self._tables[name]

    def part(self, decision: Decision) -> Table | None:
        """The tab of a table in which a decision's row stands, or will stand."""
        return next((part for part in self.parts(decision.group.row.table) if part.tab.name == decision.tab), None)

    def wish(self) -> Wish:
        """The tabs whose cells matter: those that were looked at."""
        # Tabs that were not looked at came without rows; of them nothing can be verified.
        seen = {tab.name for tab in self.before.tabs if tab.rows}
        return lambda name, _: name in seen

    def resolver(self) -> Resolver:
        """Finds where links of tabs lead, in the workbook as it will stand."""
        numbered: dict[str, Mapping[str, str]] = {}

        def resolve(link: Link) -> LinkTarget | None:
            parts = self.parts(link.table) if link.workbook == self.before.name else ()
            if not parts:
                return None
            if link.table not in numbered:
                numbered[link.table] = _new_numbers(parts[0], self.decisions)
            targets = (_target(table, link, numbered[link.table]) for table in parts)
            return next(filter(None, targets), None)

        return resolve

    def refuse(self, errors: Sequence[Refusal]) -> bool:
        """Leave out the groups whose cells were refused in one attempt; False where the refusals name none."""
        gone: dict[str, Refusal] = {}
        rows = self.rows()
        for error in errors:
            values = error.values or {}
            tab = str(values.get("tab", ""))
            live = [decision for decision in self.live() if decision.tab == tab]
            found = [d for d in live if values.get("cell") in {cell_name(*place) for place in self.places(d, rows)}]
            # Each attempt costs a copy: a tab that goes on refusing is left alone as a whole.
            gone |= {d.group.id: error for d in (live if found and self._attempts[tab] >= _MAX_REFUSALS else found)}
        self._attempts.update({str((error.values or {}).get("tab", "")) for error in errors})
        for group, error in gone.items():
            self.leave_out(group, error)
        return bool(gone)

    def leave_out(self, group: str, error: WorkbookError) -> None:
        """Leave out a group, and remember why."""
        self.refused[group] = error
        for number, decision in enumerate(self.decisions):
            if decision.group.id == group:
                self.decisions[number] = structs.replace(decision, result="refused", cells={}, append=None)

    def told(self) -> tuple[dict[str, str], dict[str, str]]:
        """Why groups and tabs are left out, and what people can do about it, in the site's language."""
        say = texts(self.language).say
        errors = {name: error.told(self.language) for name, error in self.refused.items()}
        reasons = {d.group.id: say(d.reason, **d.values) for d in self.decisions if d.reason}
        reasons |= {name: error.message for name, error in errors.items()}
        return reasons, {name: error.advice for name, error in errors.items()}

    def places(self, decision: Decision, rows: Rows) -> Iterator[tuple[int, int]]:
        """The cells that a decision sets. `rows` are all new ones, as `rows()` gives them."""
        yield from decision.cells
        if decision.append is not None:
            number = next((row for row, new in rows.get(decision.tab, ()) if new == decision.append), None)
            yield from ((number, column) for column in decision.append if number)


def _new_numbers(table: Table, decisions: Sequence[Decision]) -> Mapping[str, str]:
    """The numbers that rows without one get in this very write, by their former key."""
    groups = (d.group for d in decisions if d.result == "applied" and d.group.row.table == table.layout.table)
    return {group.row.key: key for group in groups for key in new_keys(group, table)}


def _target(table: Table, link: Link, numbered: Mapping[str, str]) -> LinkTarget | None:
    # A field without a column of its own (a pack’s) leads to the row’s number.
    column = table.columns.get(link.field) or table.columns[table.layout.key_field]
    key_column = table.columns[table.layout.key_field]
    rows = table.rows.get(link.key, ())
    if len(rows) == 1:
        stands = table.value(rows[0], key_column)
        return LinkTarget(table.tab.name, key_column, column, rows[0], numbered.get(link.key, stands))
    # Numbered in this very write: the workbook still has the row under its former key.
    former = next((draft for draft, number in numbered.items() if number == link.key), "")
    rows = table.rows.get(former, ())
    return LinkTarget(table.tab.name, key_column, column, rows[0], link.key) if len(rows) == 1 else None


def newer(tabs: Sequence[TabDoc], before: RawWorkbook) -> list[TabDoc]:
    """The tabs that do not stand there yet as they are now."""
    standing = {(tab.mark.id, tab.mark.fingerprint, tab.mark.stand) for tab in before.tabs if tab.mark}
    return [
        doc for doc in tabs if (doc.id, doc.fingerprint(), doc.stand.isoformat() if doc.stand else "") not in standing
    ]


def linked(doc: TabDoc) -> set[str]:
    """The tables that a tab links to."""
    grids = [block for block in doc.blocks if isinstance(block, Grid)]
    return {cell.link.table for grid in grids for row in grid.rows for cell in row if cell.link is not None}
