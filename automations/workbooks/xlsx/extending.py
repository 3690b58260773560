"""Ranges that ended on the last row, made to cover the rows appended below it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from msgspec import Struct

from automations.workbooks.cellrefs import Box, cell_name, column_letters, parse_box, parse_boxes, quoted
from automations.workbooks.refusals import Refusal
from automations.workbooks.xlsx.draft import Draft
from automations.workbooks.xlsx.regions import Table, tables
from automations.workbooks.xlsx.sheetxml import SheetXml
from automations.workbooks.xlsx.workbook_part import Sheet
from automations.workbooks.xlsx.workbookxml import name_set
from automations.workbooks.xlsx.xmltext import Element, Splice, with_attributes

_EXTENSION_RANGE = re.compile(rb"<((?:[\w.-]+:)?sqref)>([^<]*)</\1\s*>")
_FILTER = "_xlnm._FilterDatabase"


class Growth(Struct, frozen=True):
    """Rows `last + 1` to `new_last` are appended. `like` is the row whose formats they take; 0 where
    the row above them is a heading, and only tables and filters grow."""

    last: int
    new_last: int
    like: int

    def stretched(self, sqref: str) -> str:
        """Ranges that end on the last row, made longer; others as they are."""
        return " ".join(self._one(part) for part in sqref.split())

    def longer(self, box: Box) -> Box:
        """A range with the new rows, where it ends on the last one."""
        return box._replace(bottom=self.new_last) if box.bottom == self.last else box

    def _one(self, reference: str) -> str:
        boxes = parse_boxes(reference)
        # A range that ends elsewhere was made for those rows alone, or for whole columns.
        return str(self.longer(boxes[0])) if boxes and boxes[0].bottom == self.last else reference


def is_heading(draft: Draft, sheet: Sheet, xml: SheetXml, row: int) -> bool:
    """Whether a row is the heading of a table or of a filter."""
    filters = [item.get("ref") for item in xml.tail if item.name == "autoFilter"]
    headings = [table.heading() for table in tables(draft, sheet) if table.headers]
    return any(box.top == row for box in [*headings, *(parse_box(ref) for ref in filters if ref)])


def sheet_splices(xml: SheetXml, growth: Growth) -> Iterator[Splice]:
    """The tab's own ranges: its filter, validations and conditional formats."""
    for item in xml.tail:
        if item.name == "autoFilter":
            yield from _attribute(item, "ref", growth)
        # What holds for a heading is not meant for the first row of data below it.
        elif item.name == "dataValidations" and growth.like:
            for rule in xml.xml.inside(item):
                yield from _attribute(rule, "sqref", growth)
        elif item.name == "conditionalFormatting" and growth.like:
            yield from _attribute(item, "sqref", growth)
        elif item.name == "extLst" and growth.like:
            for found in _EXTENSION_RANGE.finditer(xml.xml.masked, item.opened, item.closed):
                new = growth.stretched(found[2].decode())
                if new != found[2].decode():
                    yield Splice(found.start(2), found.end(2), new.encode())


def _attribute(item: Element, name: str, growth: Growth) -> Iterator[Splice]:
    old = item.get(name)
    new = growth.stretched(old)
    if new != " ".join(old.split()):
        yield Splice(item.start, item.opened, with_attributes(item.tag, {name: new}))


def grow_tables(draft: Draft, sheet: Sheet, growth: Growth) -> None:
    """The tables of the tab. Raises Refusal where a totals row is in the way."""
    for table in tables(draft, sheet):
        if table.box.bottom == growth.last:
            # The new row would stand below the row of totals, and count in none of them.
            if table.totals:
                cell = cell_name(growth.last, table.box.left)
                raise Refusal("table_totals", cell=cell, tab=sheet.name, table=table.name)
            draft.splice(table.xml, list(_table_splices(table, growth)))


def _table_splices(table: Table, growth: Growth) -> Iterator[Splice]:
    yield from _attribute(table.xml.root(), "ref", growth)
    found = table.xml.child("autoFilter")
    if found:
        yield from _attribute(found, "ref", growth)


def stretch_filter_name(draft: Draft, sheet: Sheet, stretched: Callable[[Box], Box]) -> None:
    """The hidden name with which Excel remembers the tab's filter."""
    for name in draft.defined_names():
        if name.sheet == sheet.index and name.name == _FILTER:
            box = next(iter(parse_boxes(name.refers_to.rpartition("!")[2])), None)
            if box and (new := stretched(box)) != box:
                workbook = draft.part(draft.package.workbook_part)
                first, last = f"${column_letters(new.left)}${new.top}", f"${column_letters(new.right)}${new.bottom}"
                meaning = f"{quoted(sheet.name)}!{first}:{last}"
                draft.splice(workbook, name_set(workbook, _FILTER, meaning, sheet=sheet.index))
