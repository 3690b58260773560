"""Tables and pivot tables on a tab: cells in them that only Excel itself can change consistently."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from automations.workbooks.cellrefs import Box, Position, cell_name, hits, parse_box
from automations.workbooks.refusals import Refusal
from automations.workbooks.xlsx.draft import Draft
from automations.workbooks.xlsx.workbook_part import Sheet
from automations.workbooks.xlsx.xmltext import Element, Xml


class Table(Struct, frozen=True):
    """A table of a tab: its part, its cells, how many rows of it are headings and totals."""

    part: str
    xml: Xml
    name: str
    box: Box
    headers: int
    totals: int

    def heading(self) -> Box:
        """The heading row (empty where it has none)."""
        return self.box._replace(bottom=self.box.top + self.headers - 1)

    def totals_row(self) -> Box:
        """The totals row (empty where it has none)."""
        return self.box._replace(top=self.box.bottom - self.totals + 1)


def tables(draft: Draft, sheet: Sheet) -> Iterator[Table]:
    """The tables of a tab."""
    for link in draft.relationships(sheet.part):
        if link.kind == "table" and draft.has(link.target):
            yield read_table(link.target, draft.part(link.target))


def read_table(part: str, xml: Xml) -> Table:
    """A table's part, read."""
    root = xml.root()
    name = root.get("displayName") or root.get("name")
    box = parse_box(root.get("ref"))
    return Table(part, xml, name, box, _count(root, "headerRowCount", 1), _count(root, "totalsRowCount", 0))


def _count(root: Element, name: str, usual: int) -> int:
    text = root.get(name)
    return int(text) if text.isdecimal() else usual


def refused_regions(draft: Draft, sheet: Sheet, positions: list[Position]) -> Iterator[tuple[Position, Refusal]]:
    """Headings and totals of tables, and all cells of pivot tables, with why they must stay. `positions` are sorted."""
    for table in tables(draft, sheet):
        for code, box in (("table_header", table.heading()), ("table_totals", table.totals_row())):
            for position, _ in hits(positions, [box]):
                yield position, Refusal(code, cell=cell_name(*position), tab=sheet.name, table=table.name)
    for link in draft.relationships(sheet.part):
        if link.kind == "pivotTable" and draft.has(link.target):
            location = draft.part(link.target).child("location")
            boxes = [parse_box(location.get("ref"))] if location and location.get("ref") else []
            for position, _ in hits(positions, boxes):
                # Excel writes the whole area anew when it refreshes.
                yield position, Refusal("pivot", cell=cell_name(*position), tab=sheet.name)
