"""New columns at the right end of a table: its heading, and all ranges that ended there, made wider."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from msgspec import Struct

from automations.workbooks.cellrefs import Box, parse_box
from automations.workbooks.xlsx.draft import Draft
from automations.workbooks.xlsx.regions import Table, tables
from automations.workbooks.xlsx.sheetxml import SheetXml
from automations.workbooks.xlsx.workbook_part import Sheet
from automations.workbooks.xlsx.xmltext import Element, Splice, opened, quote, with_attributes

_NARROW, _WIDE = 12, 44  # characters: widths of new columns


class Widening(Struct, frozen=True):
    """Headings for new columns of the table whose header stands in `row`; they follow its last one."""

    row: int
    headings: Mapping[int, str]

    def wider(self, box: Box) -> Box:
        """A range of that table with the new columns."""
        fits = box.top == self.row and box.right == min(self.headings) - 1
        return box._replace(right=max(self.headings)) if fits else box


def widening_splices(xml: SheetXml, widening: Widening) -> Iterator[Splice]:
    """The tab's own filter and column widths."""
    for item in xml.tail:
        if item.name == "autoFilter":
            yield from _reference(item, widening)
    columns = next((item for item in xml.head if item.name == "cols"), None)
    last = max((int(item.get("max", "0")) for item in xml.xml.inside(columns)), default=0)
    made = b"".join(
        b"<" + xml.prefix + f'col min="{column}" max="{column}" width="{_width(text)}" customWidth="1"/>'.encode()
        for column, text in sorted(widening.headings.items())
        if column > last
    )
    if made and columns and not columns.empty:
        yield Splice(columns.closed, columns.closed, made)
    # Right before the rows, as the schema has it.
    elif made and not columns:
        name = xml.prefix + b"cols>"
        yield Splice(xml.data_tag[0], xml.data_tag[0], b"<" + name + made + b"</" + name)


def _width(text: str) -> int:
    return min(max(len(text) + 3, _NARROW), _WIDE)


def _reference(item: Element, widening: Widening) -> Iterator[Splice]:
    box = parse_box(item.get("ref"))
    if (wider := widening.wider(box)) != box:
        yield Splice(item.start, item.opened, with_attributes(item.tag, {"ref": str(wider)}))


def widen_tables(draft: Draft, sheet: Sheet, widening: Widening) -> None:
    """The table that the columns belong to, if the team made the range one."""
    for table in tables(draft, sheet):
        if table.headers and widening.wider(table.box) != table.box:
            draft.splice(table.xml, list(_table_splices(table, widening)))


def _table_splices(table: Table, widening: Widening) -> Iterator[Splice]:
    yield from _reference(table.xml.root(), widening)
    found = table.xml.child("autoFilter")
    if found:
        yield from _reference(found, widening)
    columns = table.xml.child("tableColumns")
    if columns is None:
        return
    known = table.xml.inside(columns)
    # Ids of columns are never used twice: what was hidden or filtered is remembered by them.
    first = max((int(item.get("id", "0")) for item in known), default=0) + 1
    made = b"".join(
        b"<" + columns.prefix + f'tableColumn id="{first + number}" name="{quote(text)}"/>'.encode()
        for number, (_, text) in enumerate(sorted(widening.headings.items()))
    )
    count = str(len(known) + len(widening.headings))
    yield Splice(columns.start, columns.opened, with_attributes(opened(columns.tag), {"count": count}))
    yield Splice(columns.closed, columns.closed, made)
