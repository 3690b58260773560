"""Faults of tables: ids and names over the whole workbook, columns and filters of each."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator, Sequence

from automations.workbooks.cellrefs import Box, parse_box
from automations.workbooks.refusals import Refusal
from automations.workbooks.xlsx.faults.styles import Formats, plain_text
from automations.workbooks.xlsx.faults.view import View
from automations.workbooks.xlsx.linking import ContentTypes
from automations.workbooks.xlsx.package import TABLE, Package
from automations.workbooks.xlsx.sheetxml import CellSpan, SheetXml
from automations.workbooks.xlsx.xmltext import Element, Xml, attributes, unescape

_FORMAT = re.compile(rb"""\s\w*[dD]xfId\s*=\s*["']([^"']*)["']""")
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_VALUE = re.compile(rb"<(?:[\w.-]+:)?v(?:\s[^<>]*)?>([^<]*)<")
_MOST_AREAS = 3000  # ranges in a list that are compared with each other: more only says what the first ones do


def table_faults(package: Package, types: ContentTypes, parts: Collection[str], formats: Formats) -> Iterator[str]:
    """All tables are compared with each other; those in `parts` are looked into."""
    tables = [xml for part in package.parts() if types.of(part).endswith(TABLE) and (xml := _read(package, part))]
    for key in ("id", "displayName"):
        values = Counter(xml.root().get(key).casefold() for xml in tables)
        yield from (f"two tables have the {key} {value}" for value, n in values.items() if n > 1)
    names = {name.name.casefold() for name in package.defined_names()} if tables else set()
    titles = (xml.root().get("displayName") for xml in tables)
    yield from (f"a table and a name are called {title}" for title in titles if title.casefold() in names)
    for xml in tables:
        if xml.part in parts:
            yield from _table(xml)
            numbers = [number.decode() for number in _FORMAT.findall(xml.masked)]
            yield from (f"{xml.part} has a format that is not there" for number in numbers
                        if not (number.isdecimal() and int(number) < formats.differential))  # fmt: skip


def _read(package: Package, part: str) -> Xml | None:
    try:
        return package.xml(part)
    except Refusal:
        return None


def _table(xml: Xml) -> Iterator[str]:
    root, container = xml.root(), xml.child("tableColumns")
    columns = xml.inside(container)
    box = box_of(root.get("ref"))
    if box is None or (box.bottom <= box.top and root.get("headerRowCount") != "0"):
        yield f"{xml.part} covers no cells"
        return
    if not columns or len(columns) != box.right - box.left + 1:
        yield f"{xml.part} has other columns than cells"
    if container and container.get("count", str(len(columns))) != str(len(columns)):
        yield f"{xml.part} counts its columns wrongly"
    yield from _column_faults(xml.part, columns)
    found = xml.child("autoFilter")
    if found:
        yield from _filter_faults(xml, found, box, int(root.get("totalsRowCount", "0") or 0))


def _column_faults(part: str, columns: Sequence[Element]) -> Iterator[str]:
    for key in ("id", "name"):
        values = Counter(item.get(key).casefold() for item in columns)
        yield from (f"two columns of {part} have the {key} {value}" for value, n in values.items() if n > 1)
        if "" in values:
            yield f"a column of {part} has no {key}"


def _filter_faults(xml: Xml, item: Element, box: Box, totals: int) -> Iterator[str]:
    own = box_of(item.get("ref"))
    if own != box._replace(bottom=box.bottom - totals):
        yield f"{xml.part} filters other cells than its own"
    yield from filter_columns(xml, item, box)


def filter_columns(xml: Xml, item: Element, box: Box) -> Iterator[str]:
    """Columns that a filter names and does not cover."""
    for column in xml.inside(item):
        number = column.get("colId")
        if column.name == "filterColumn" and not (number.isdecimal() and int(number) <= box.right - box.left):
            yield f"{xml.part} filters by a column that is not there"


def box_of(reference: str) -> Box | None:
    """A range; None where it is none."""
    try:
        return parse_box(reference)
    except Refusal:
        return None


def tables_on(view: View, sheet: SheetXml, formats: Formats) -> Iterator[str]:
    """The tables of a tab against its cells: what lies in two of them, headings that say something else."""
    package, part, boxes = view.package, sheet.xml.part, list[Box]()
    linked = {
        link.target for link in package.relationships(part) if link.kind == "table" and package.member(link.target)
    }
    for xml in (read for name in sorted(linked) if (read := _read(package, name))):
        box = box_of(xml.root().get("ref"))
        if box is not None:
            boxes.append(box)
            if xml.root().get("headerRowCount") != "0":
                yield from _headings(sheet, xml, box, formats, judged=view.original is None)
    yield from (f"{part} has tables that overlap" for _ in range(overlaps(boxes)))
    merged = sheet.merged_ranges() if boxes else []
    yield from (f"{part} merges cells of a table" for box in boxes for other in merged if overlaps([box, other]))


def overlaps(boxes: Sequence[Box]) -> int:
    """How many of these ranges share a cell with one before them (from the top)."""
    count, open_ones = 0, list[Box]()
    for box in sorted(boxes)[:_MOST_AREAS]:
        # From the top: what ended above can no longer be met.
        open_ones = [other for other in open_ones if other.bottom >= box.top]
        count += any(other.left <= box.right and box.left <= other.right for other in open_ones)
        open_ones.append(box)
    return count


def _headings(sheet: SheetXml, xml: Xml, box: Box, formats: Formats, *, judged: bool) -> Iterator[str]:
    row = next(iter(sheet.rows([box.top])))
    if row.tag is None and not judged:
        return  # a row that is as it was
    cells = {span.column: span for span in sheet.cells(row)} if row.tag else {}
    for number, column in enumerate(xml.inside(xml.child("tableColumns"))):
        span = cells.get(box.left + number)
        told = _said(sheet, span, formats) if span else ""
        if told is not None and _plain(told) != _plain(column.get("name")):
            yield f"a heading of {xml.part} says something else in its cell"


def _said(sheet: SheetXml, span: CellSpan, formats: Formats) -> str | None:
    """A cell's text; None where it holds something else."""
    kind = attributes(sheet.tag(span)).get("t", "n")
    inner = sheet.xml.text[span.opened : span.closed]
    value = _VALUE.search(inner)
    if kind == "s" and value:
        return formats.text(int(value[1])) if value[1].isdigit() else None
    if kind == "inlineStr":
        return plain_text(inner)
    return unescape(value[1].decode()) if kind == "str" and value else None


def _plain(text: str) -> str:
    return " ".join(_ESCAPED.sub(lambda found: chr(int(found[1], 16)), text).split()).casefold()
