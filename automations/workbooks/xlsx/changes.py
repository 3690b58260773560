"""All that one write does to a workbook, gathered first and written once.

with open_package(source) as package:
    changes = Changes(package)
    changes.set_cells("Fälle", {(7, 2): "confirmed"})
    changes.write(target)

Why: docs/decisions/01-patch-cells.md"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Mapping, Sequence
from pathlib import Path

from msgspec import structs

from automations.common.errors import why
from automations.model.values import Value
from automations.workbooks.cellrefs import Position, judge_places, parse_cell
from automations.workbooks.refusals import Refusal, refuses_oddities
from automations.workbooks.xlsx.draft import Draft
from automations.workbooks.xlsx.dropdowns import Offers
from automations.workbooks.xlsx.extending import Growth, grow_tables, is_heading, sheet_splices, stretch_filter_name
from automations.workbooks.xlsx.linting import judge
from automations.workbooks.xlsx.package import Package, open_package
from automations.workbooks.xlsx.recalculation import mark_stale
from automations.workbooks.xlsx.regions import refused_regions
from automations.workbooks.xlsx.sheetxml import SheetXml
from automations.workbooks.xlsx.splicing import NewCell, Splicer
from automations.workbooks.xlsx.styles import Styles
from automations.workbooks.xlsx.tabs import graft_tab
from automations.workbooks.xlsx.widening import Widening, widen_tables, widening_splices
from automations.workbooks.xlsx.workbookxml import name_set
from automations.workbooks.xlsx.xmltext import Splice


class Changes:
    """Changes to a package, kept until `write`. Every method raises Refusal, and then nothing of this object should be
    written. `offered` refuses what the drop-down of a cell does not offer; who sets a cell by hand may."""

    def __init__(self, package: Package, *, offered: bool = False) -> None:
        self.draft, self._offered = Draft(package), offered
        self._cells: dict[str, dict[Position, NewCell]] = {}
        self._growth: dict[str, Growth] = {}
        self._widening: dict[str, Widening] = {}
        self._rewritten: dict[str, None] = {}

    @refuses_oddities
    def graft(self, name: str, scratch_path: Path, replace: str | None = None) -> str:
        """The first tab of a scratch workbook put at the end as `name`, or in the place of the tab
        `replace`, which keeps its name, place, state and colour. The tab's name."""
        grafted = graft_tab(self.draft, name, scratch_path, replace)
        self._rewritten[grafted] = None
        return grafted

    @refuses_oddities
    def set_name(self, name: str, refers_to: str, *, hidden: bool = False) -> None:
        """A defined name for the whole workbook."""
        workbook = self.draft.part(self.draft.package.workbook_part)
        self.draft.splice(workbook, name_set(workbook, name, refers_to, hidden=hidden))

    def set_cells(self, tab: str, cells: Mapping[Position, Value]) -> None:
        """Values for cells; None clears a cell and keeps its format."""
        judge_places(cells)
        name = self.draft.package.sheet(tab).name
        self._cells.setdefault(name, {}).update({place: NewCell(value) for place, value in cells.items()})

    @refuses_oddities
    def append_rows(self, tab: str, rows: Sequence[tuple[int, Mapping[int, Value]]]) -> None:
        """Rows below the last filled one, by row number and column, with the formats of the row
        above them. Tables, filters, validations and conditional
        formats that ended on the row above grow with them. Once a tab in one write."""
        if not rows:
            return
        name, numbers = self.draft.package.sheet(tab).name, [number for number, _ in rows]
        last = min(numbers) - 1
        self._growth[name] = Growth(last, max(numbers), last)
        cells = {(row, column): NewCell(value, fresh=True) for row, new in rows for column, value in new.items()}
        judge_places(cells)
        self._cells.setdefault(name, {}).update(cells)

    @refuses_oddities
    def append_columns(self, tab: str, row: int, headings: Mapping[int, str]) -> None:
        """Columns right of a table's last one, by number, with the format of the heading before them.
        The table, filters and widths grow with them. Once a tab in one write."""
        name = self.draft.package.sheet(tab).name
        self._widening[name] = Widening(row, headings)
        cells = {(row, column): NewCell(text, fresh=True) for column, text in headings.items()}
        judge_places(cells)
        self._cells.setdefault(name, {}).update(cells)

    @refuses_oddities
    def write(self, target: Path) -> None:
        """Write the changed workbook. The target appears whole or, after Refusal, not at all; it is
        not fsynced (whoever replaces a file of people does that)."""
        source = self.draft.package.path
        # The source is read while the target is written.
        if target.exists() and target.samefile(source):
            raise Refusal("same_file")
        # A device in its place would be replaced by a file, and be gone.
        if target.exists() and not target.is_file():
            raise Refusal("no_file", path=target)
        self._splice_all()
        changed, removed, added = self.draft.outcome()
        # With the process in its name: `kim cell` and a run may write beside each other.
        partial = target.with_name(f".{target.name}.{os.getpid()}.part")
        try:
            self.draft.package.archive.rewrite(partial, changed, removed, added)
            parts = [*changed, *added]
            for written in (changed, added, self.draft):
                written.clear()  # large tabs, of which the judge reads two copies
            judge(self.draft.package, partial, parts)
            # Only what the judge found whole gets the name that others look for.
            partial.replace(target)
        except OSError as error:
            raise Refusal("unwritable", path=target, reason=why(error)) from error
        finally:
            with contextlib.suppress(OSError):
                partial.unlink(missing_ok=True)

    def _splice_all(self) -> None:
        styles = Styles(self.draft.styles_part)
        for tab, cells in self._cells.items():
            self._splice_cells(tab, cells, styles)
        if grown := styles.grown():
            self.draft.splice(*grown)
        touched = {tab: sorted(cells) for tab, cells in self._cells.items() if cells}
        if touched or self._rewritten:
            mark_stale(self.draft, {**touched, **self._rewritten})

    def _splice_cells(self, tab: str, cells: Mapping[Position, NewCell], styles: Styles) -> None:
        sheet = self.draft.sheet(tab)
        refused = dict(refused_regions(self.draft, sheet, sorted(cells)))
        xml = self.draft.part(sheet.part)
        sheet_xml, more = SheetXml(xml), list[Splice]()
        if growth := self._growth.get(tab):
            # The first row of a table has only the headings above it, and must not look like them.
            if is_heading(self.draft, sheet, sheet_xml, growth.like):
                growth = structs.replace(growth, like=0)
            cells = {**cells, **_formats(sheet_xml, growth, cells)}
            more = list(sheet_splices(sheet_xml, growth))
            grow_tables(self.draft, sheet, growth)
            stretch_filter_name(self.draft, sheet, growth.longer)
        if widening := self._widening.get(tab):
            cells = {**cells, **_heading_formats(sheet_xml, widening, cells)}
            more += widening_splices(sheet_xml, widening)
            widen_tables(self.draft, sheet, widening)
            stretch_filter_name(self.draft, sheet, widening.wider)
        if self._offered:
            offers = Offers(self.draft, sheet, sheet_xml, growth.stretched if growth and growth.like else str)
            refused = {**dict(offers.refused({place: cell.value for place, cell in cells.items()})), **refused}
        splicer = Splicer(sheet_xml, tab, styles, self.draft.package.date1904)
        splices = [*splicer.splices(cells, refused), *more]
        self.draft.splice(xml, splices)


def _heading_formats(xml: SheetXml, widening: Widening, cells: Mapping[Position, NewCell]) -> dict[Position, NewCell]:
    """New headings with the format of the one before them."""
    row = next(iter(xml.rows([widening.row])))
    styles = {span.column: xml.style_of(span) for span in xml.cells(row)} if row.tag else {}
    style = styles.get(min(widening.headings) - 1)
    places = [(widening.row, column) for column in widening.headings]
    return {place: structs.replace(cells[place], style=style) for place in places}


def _formats(xml: SheetXml, growth: Growth, cells: Mapping[Position, NewCell]) -> dict[Position, NewCell]:
    """Cells for the appended rows that have the formats of the row they are like."""
    if not growth.like:
        return {}
    row = next(iter(xml.rows([growth.like])))
    styles = {span.column: xml.style_of(span) for span in xml.cells(row)} if row.tag else {}
    made = {}
    for number in sorted({row for row, _ in cells if row > growth.last}):
        for column, style in styles.items():
            wanted = cells.get((number, column), NewCell(None))
            made[number, column] = structs.replace(wanted, style=style)
    return made


def patch(source: Path | str, target: Path | str, edits: Mapping[str, Mapping[str, Value]]) -> None:
    """Write `source` to `target` with cells changed: `edits = {tab: {"B7": value}}`.

    Values are text, numbers, booleans, dates, times (wall clock, no zone) or None, which clears the
    cell and keeps its format. Dates keep the date format of their cell or column. Every part but the
    edited sheets keeps its bytes; the formats grow where a date needs one. Raises `Refusal`, and
    nothing else for a file or an edit that is not safe; `target` is then as it was."""
    with open_package(source) as package:
        changes = Changes(package)
        for tab, cells in edits.items():
            changes.set_cells(tab, {parse_cell(reference): value for reference, value in cells.items()})
        changes.write(Path(target))
