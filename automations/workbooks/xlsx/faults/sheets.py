"""Faults of one tab: the order of its parts, its rows and cells, its ranges, its drawings and notes."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from automations.workbooks.cellrefs import MAX_COLUMN
from automations.workbooks.refusals import Refusal
from automations.workbooks.xlsx.faults.cells import cell_faults, row_faults
from automations.workbooks.xlsx.faults.parts import below, misplaced
from automations.workbooks.xlsx.faults.styles import Formats
from automations.workbooks.xlsx.faults.tables import box_of, filter_columns, overlaps, tables_on
from automations.workbooks.xlsx.faults.view import View
from automations.workbooks.xlsx.package import Package
from automations.workbooks.xlsx.sheetxml import SheetXml
from automations.workbooks.xlsx.workbook_part import relation_id
from automations.workbooks.xlsx.xmltext import Element, Xml, attributes

# ECMA-376 18.3.1.99: the children of <worksheet>, in order.
_ORDER = (
    "sheetPr", "dimension", "sheetViews", "sheetFormatPr", "cols", "sheetData", "sheetCalcPr", "sheetProtection",
    "protectedRanges", "scenarios", "autoFilter", "sortState", "dataConsolidate", "customSheetViews", "mergeCells",
    "phoneticPr", "conditionalFormatting", "dataValidations", "hyperlinks", "printOptions", "pageMargins",
    "pageSetup", "headerFooter", "rowBreaks", "colBreaks", "customProperties", "cellWatches", "ignoredErrors",
    "smartTags", "drawing", "legacyDrawing", "legacyDrawingHF", "drawingHF", "picture", "oleObjects", "controls",
    "webPublishItems", "tableParts", "extLst",
)  # fmt: skip
_NEEDED = ("mergeCells", "cols", "dataValidations", "hyperlinks", "conditionalFormatting")  # not without children
_VIEW = re.compile(rb"<(?:[\w.-]+:)?(?:sheetView|customSheetView)\s[^<>]*>")
_FORMAT = re.compile(rb"""\sdxfId\s*=\s*["']([^"']*)["']""")


def sheet_faults(view: View, xml: Xml, formats: Formats) -> Iterator[str]:
    """All faults of a tab with cells."""
    try:
        sheet = SheetXml(xml)
    except Refusal:
        yield f"{xml.part} has no rows of cells"
        return
    names = [*(item.name for item in sheet.head), "sheetData", *(item.name for item in sheet.tail)]
    yield from misplaced(names, _ORDER, xml.part, repeated=("conditionalFormatting",))
    yield from row_faults(view, sheet)
    yield from cell_faults(view, sheet, formats)
    yield from _head(sheet, formats)
    children = {item.name: item for item in sheet.tail}
    empty = (name for name in _NEEDED if name in children and not xml.inside(children[name]))
    yield from (f"{name} in {xml.part} is empty" for name in empty)
    yield from _ranges(sheet)
    yield from _conditions(sheet, formats)
    yield from tables_on(view, sheet, formats)
    yield from _links(view.package, xml, children)


def _head(sheet: SheetXml, formats: Formats) -> Iterator[str]:
    xml, end = sheet.xml, sheet.data_tag[0]
    for tag in _VIEW.findall(xml.masked[:end]):
        if not below(attributes(tag).get("workbookViewId", "0"), formats.windows) and b"workbookViewId" in tag:
            yield f"{xml.part} has a view in a window that is not there"
    columns, last = xml.inside(next((item for item in sheet.head if item.name == "cols"), None)), 0
    for item in columns:
        low, high, style = (item.get(key, "0") for key in ("min", "max", "style"))
        if not (low.isdecimal() and high.isdecimal() and last < int(low) <= int(high) <= MAX_COLUMN):
            yield f"the columns of {xml.part} overlap"
            return
        last = int(high)
        if not below(style, formats.cells):
            yield f"{xml.part} has a cell format that is not there"


def _ranges(sheet: SheetXml) -> Iterator[str]:
    part, xml = sheet.xml.part, sheet.xml
    for item in sheet.tail:
        references = [child.get("ref") or child.get("sqref") for child in xml.inside(item)]
        if item.name == "mergeCells":
            boxes = [box_of(reference) for reference in references]
            found = [box for box in boxes if box is not None]
            if len(found) < len(boxes) or any(box[:2] == box[2:] for box in found):
                yield f"{part} merges what are no cells"
            yield from (f"{part} has merged cells that overlap" for _ in range(overlaps(found)))
            if item.get("count", str(len(boxes))) != str(len(boxes)):
                yield f"{part} counts its merged cells wrongly"
        elif item.name in {"dataValidations", "hyperlinks", "protectedRanges", "ignoredErrors"}:
            yield from (f"{item.name} in {part} names no cells" for reference in references if not _all(reference))
        elif item.name == "conditionalFormatting" and not _all(item.get("sqref")):
            yield f"conditionalFormatting in {part} names no cells"
        elif item.name == "autoFilter":
            box = box_of(item.get("ref"))
            yield from filter_columns(xml, item, box) if box else [f"{part} filters no cells"]
        if item.name == "dataValidations" and item.get("count", str(len(references))) != str(len(references)):
            yield f"{part} counts its validations wrongly"


def _all(sqref: str) -> bool:
    return bool(sqref.split()) and all(box_of(reference) for reference in sqref.split())


def _conditions(sheet: SheetXml, formats: Formats) -> Iterator[str]:
    for number in _FORMAT.findall(sheet.xml.masked, sheet.data_end):
        if not below(number.decode(), formats.differential):
            yield f"{sheet.xml.part} has a format of a condition that is not there"


def _links(package: Package, xml: Xml, children: dict[str, Element]) -> Iterator[str]:
    """What a tab is linked to and does not show, or shows twice."""
    links = [link for link in package.relationships(xml.part) if not link.external]
    kinds = Counter(link.kind for link in links)
    if kinds["comments"] and "legacyDrawing" not in children:
        yield f"{xml.part} has notes and no shapes for them"
    tables = [relation_id(item) for item in xml.inside(children.get("tableParts"))]
    if len(set(tables)) != kinds["table"] or len(set(tables)) != len(tables):
        yield f"{xml.part} has other tables than it is linked to"
    counted = children["tableParts"].get("count", str(len(tables))) if "tableParts" in children else "0"
    if counted != str(len(tables)):
        yield f"{xml.part} counts its tables wrongly"


_SHAPE = re.compile(rb"<(?:[\w.-]+:)?cNvPr\s[^<>]*>")
_NOTE = re.compile(rb"<(?:[\w.-]+:)?comment\s[^<>]*>")
_AUTHOR = re.compile(rb"<(?:[\w.-]+:)?author[\s/>]")


def drawing_faults(xml: Xml) -> Iterator[str]:
    """A drawing's or a tab's notes' own faults."""
    shapes = Counter(attributes(tag).get("id", "") for tag in _SHAPE.findall(xml.masked))
    yield from (f"the shape {number} stands twice in {xml.part}" for number, n in shapes.items() if n > 1)
    notes = [attributes(tag) for tag in _NOTE.findall(xml.masked)]
    places, authors = Counter(note.get("ref", "") for note in notes), len(_AUTHOR.findall(xml.masked))
    yield from (f"{xml.part} has two notes on {place}" for place, n in places.items() if n > 1)
    for note in notes:
        author = note.get("authorId", "")
        if not author.isdecimal() or int(author) >= authors:
            yield f"{xml.part} has a note by nobody"
