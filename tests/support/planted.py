"""A workbook as teams build it, and the faults that are planted in copies of it: each makes Excel offer a repair, or
is against the rules of the format that no reader of values looks at."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TypeAlias

from tests.support.packages import rich, unzipped, zipped

Parts: TypeAlias = dict[str, bytes]
Fault: TypeAlias = Callable[[Parts], None]
TYPES, MAIN, LINKS = "[Content_Types].xml", "xl/workbook.xml", "xl/_rels/workbook.xml.rels"
TAB, TAB_LINKS, STYLES = "xl/worksheets/sheet1.xml", "xl/worksheets/_rels/sheet1.xml.rels", "xl/styles.xml"
TABLE, DRAWING, NOTES, APP = "xl/tables/table1.xml", "xl/drawings/drawing1.xml", "xl/comments1.xml", "docProps/app.xml"
CHAIN = "xl/calcChain.xml"
_MAIN_SPACE = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml"


def sound(path: Path) -> Path:
    """A workbook without a fault: a table, notes, a chart, merged cells, rules, a filter, a chain of formulas."""
    rich(path)
    chain = f'<calcChain xmlns="{_MAIN_SPACE}"><c r="H1" i="1"/><c r="C2" i="1"/></calcChain>'
    return planted(path, path, _all(
        _declared(CHAIN, f"{_SHEET}.calcChain+xml"),
        _linked(LINKS, 9, "calcChain", "calcChain.xml"),
        _add(CHAIN, chain),
    ))  # fmt: skip


def planted(source: Path, target: Path, fault: Fault) -> Path:
    """A copy with a fault."""
    parts = unzipped(source)
    before = dict(parts)
    fault(parts)
    assert parts != before, "the fault was not planted"
    return zipped(target, parts)


def _swap(part: str, old: str, new: str) -> Fault:
    def change(parts: Parts) -> None:
        text = parts[part].decode()
        assert re.search(old, text, re.DOTALL), f"{old} is not in {part}"
        parts[part] = re.sub(old, new, text, count=1, flags=re.DOTALL).encode("utf-8", "surrogatepass")

    return change


def _add(part: str, text: str) -> Fault:
    return lambda parts: parts.update({part: text.encode()})


def _drop(part: str) -> Fault:
    return lambda parts: parts.pop(part) and None


def _move(part: str, name: str) -> Fault:
    return lambda parts: parts.update({name: parts.pop(part)})


def _copy(part: str, name: str) -> Fault:
    return lambda parts: parts.update({name: parts[part]})


def _all(*faults: Fault) -> Fault:
    def change(parts: Parts) -> None:
        for fault in faults:
            fault(parts)

    return change


def _cells(text: str) -> Fault:
    """Rows put before the last one of the first tab."""
    return _swap(TAB, '(<row r="9")', rf"{text}\1")


def _merged(more: str) -> Fault:
    both = f'count="2"><mergeCell ref="E1:F2"/><mergeCell ref="{more}"/>'
    return _swap(TAB, 'count="1"><mergeCell ref="E1:F2"/>', both)


def _tables(one: str, other: str) -> Fault:
    return _swap(TAB, "<tableParts.*</tableParts>", f'<tableParts count="2">{_shown(one)}{_shown(other)}</tableParts>')


def _shown(link: str) -> str:
    return f'<tablePart r:id="{link}"/>'


def _linked(part: str, number: int, kind: str, target: str) -> Fault:
    link = f'<Relationship Id="rId{number}" Type="{_RELATIONS}/{kind}" Target="{target}"/>'
    return _swap(part, "</Relationships>", f"{link}</Relationships>")


def _declared(part: str, kind: str) -> Fault:
    return _swap(TYPES, "</Types>", f"{_override(part, kind)}</Types>")


def _override(part: str, kind: str) -> str:
    return f'<Override PartName="/{part}" ContentType="{kind}"/>'


FAULTS: Mapping[str, Fault] = {
    # content types
    "a part without a content type": _swap(TYPES, '<Override PartName="/xl/styles.xml"[^>]*/>', ""),
    "links without a content type": _swap(TYPES, '<Default Extension="rels"[^>]*/>', ""),
    "drawn notes without a content type": _swap(TYPES, '<Default Extension="vml"[^>]*/>', ""),
    "a content type for a part that is gone": _declared("xl/gone.xml", "a/b"),
    "a content type twice": _declared("XL/Styles.xml", f"{_SHEET}.styles+xml"),
    "a table said to be a tab": _swap(TYPES, r"spreadsheetml\.table\+xml", "spreadsheetml.worksheet+xml"),
    # links
    "a link to nothing": _swap(LINKS, 'Target="theme/theme1.xml"', 'Target="theme/theme7.xml"'),
    "a link out of the package": _swap(TAB_LINKS, r'Target="\.\./comments1', 'Target="../../../xl/comments1'),
    "a web address that is not said to be outside": _linked(TAB_LINKS, 8, "hyperlink", "https://example.org/"),
    "an absolute path of a machine": _swap(LINKS, 'Target="styles.xml"', 'Target="file:///C:/xl/styles.xml"'),
    "a link's id twice": _swap(LINKS, 'Id="rId4"', 'Id="rId3"'),
    "a link's id that is none": _swap(TAB_LINKS, 'Id="rId4"', 'Id="4 4"'),
    "a drawing without its link": _swap(TAB, '<drawing r:id="rId1"/>', '<drawing r:id="rId71"/>'),
    "a chart without its link": _swap(DRAWING, 'r:id="rId1"', 'r:id="rId2"'),
    "a table without its link": _swap(TAB_LINKS, '<Relationship Id="rId3"[^>]*/>', ""),
    "notes whose shapes are gone": _drop("xl/drawings/vmlDrawing1.vml"),
    "notes that are gone": _drop(NOTES),
    "notes without shapes": _swap(TAB, "<legacyDrawing[^>]*/>", ""),
    "links of a part that is gone": _copy(TAB_LINKS, "xl/worksheets/_rels/sheet9.xml.rels"),
    "a link twice to a table": _tables("rId3", "rId3"),
    # names and texts of parts
    "a part that differs by its case alone": _copy(STYLES, "xl/Styles.xml"),
    "a part whose name ends with a dot": _all(
        _copy(NOTES, "xl/n./a.xml"), _declared("xl/n./a.xml", f"{_SHEET}.comments+xml")
    ),
    "an attribute twice": _swap(TAB, '<c r="A2">', '<c r="A2" r="A2">'),
    "a control character": _swap(TAB, "<f>SUM", "<f>\x02SUM"),
    "a control character by its number": _swap(MAIN, "Tab1!", "Tab1&#x1;!"),
    "a character that is none": _swap(STYLES, "Tahoma", "Taho\uffffma"),
    "half a character": _swap(TABLE, 'name="c"', 'name="\ud800"'),
    "another encoding than is said": _swap(TAB, 'encoding="UTF-8"', 'encoding="UTF-16"'),
    "a declaration at a wrong place": _swap(STYLES, "<numFmts", '<?xml version="1.0"?><numFmts'),
    "a part that is cut off": lambda parts: parts.update({TAB: parts[TAB][:-40]}),
    # the workbook
    "a sheet id twice": _swap(MAIN, 'sheetId="2"', 'sheetId="1"'),
    "a sheet id that is none": _swap(MAIN, 'sheetId="2"', 'sheetId="0"'),
    "a tab's name twice": _swap(MAIN, 'name="Tab2"', 'name="TAB1"'),
    "a tab's name that is none": _swap(MAIN, 'name="Tab2"', 'name="Tab[2]"'),
    "two tabs of one part": _swap(MAIN, 'r:id="rId2"', 'r:id="rId1"'),
    "a tab that leads to the styles": _swap(MAIN, 'r:id="rId2"', 'r:id="rId4"'),
    "no tab to be seen": _swap(MAIN, "(name=.Tab1.) (.*?)(name=.Tab2.)", r'\1 state="hidden" \2\3 state="veryHidden"'),
    "a defined name twice": _swap(MAIN, "</definedNames>", '<definedName name="foo">1</definedName></definedNames>'),
    "a name local to no tab": _swap(MAIN, 'localSheetId="0"', 'localSheetId="2"'),
    "a name that is a cell": _swap(MAIN, 'name="Foo"', 'name="AB12"'),
    "a name with a blank": _swap(MAIN, 'name="Foo"', 'name="Foo bar"'),
    "a name like a table's": _swap(MAIN, 'name="Foo"', 'name="TABLE1"'),
    "a window on a tab that is not there": _swap(MAIN, "<workbookView ", '<workbookView activeTab="2" '),
    "a view without a window": _swap(MAIN, "<bookViews>.*</bookViews>", ""),
    "a view in the second of one windows": _swap(TAB, 'workbookViewId="0"', 'workbookViewId="1"'),
    "names before the tabs": _swap(MAIN, "(<sheets>.*</sheets>)(<definedNames>.*</definedNames>)", r"\2\1"),
    "a chain with an unknown tab": _swap(CHAIN, 'i="1"/></calc', 'i="7"/></calc'),
    "a chain with a tab that has no formula": _swap(CHAIN, 'i="1"/></calc', 'i="2"/></calc'),
    "a chain with a cell that has no formula": _swap(CHAIN, 'r="C2"', 'r="A2"'),
    "more titles than are counted": _swap(APP, "size=.3.(.*)(<vt:lpstr>Foo</vt:lpstr>)", r'size="4"\1\2\2'),
    "other titles than tabs": _swap(APP, "<vt:lpstr>Tab2</vt:lpstr>", "<vt:lpstr>Tab3</vt:lpstr>"),
    "titles counted wrongly": _swap(APP, "<vt:i4>2</vt:i4>", "<vt:i4>3</vt:i4>"),
    # formats
    "a cell format that is not there": _swap(TAB, '<c r="A2">', '<c r="A2" s="4711">'),
    "a row's format that is not there": _swap(TAB, 's="1" customFormat', 's="2" customFormat'),
    "a column's format that is not there": _swap(TAB, 'style="1"', 'style="9"'),
    "a condition's format that is not there": _swap(TAB, 'dxfId="0"', 'dxfId="1"'),
    "a table's format that is not there": _swap(TABLE, 'dataDxfId="0"', 'dataDxfId="1"'),
    "a font that is not there": _swap(STYLES, 'numFmtId="164" fontId="0"', 'numFmtId="164" fontId="2"'),
    "a filling that is not there": _swap(STYLES, 'fillId="2"', 'fillId="3"'),
    "a border that is not there": _swap(STYLES, 'borderId="1"', 'borderId="2"'),
    "a style that is not there": _swap(STYLES, 'borderId="1" xfId="0"', 'borderId="1" xfId="1"'),
    "a number format that is not there": _swap(STYLES, 'xf numFmtId="164"', 'xf numFmtId="165"'),
    "a number format twice": _swap(STYLES, "</numFmts>", '<numFmt numFmtId="164" formatCode="0"/></numFmts>'),
    "fewer formats than before": _swap(STYLES, "(<cellXfs count=.)2(.><xf[^>]*/>)<xf[^>]*/>", r"\g<1>1\2"),
    # cells
    "a shared text that is not there": _swap(TAB, '(<c r="A1" t="s"><v>)0', r"\g<1>99"),
    "fewer shared texts than before": _swap("xl/sharedStrings.xml", "<sst(.*?)<si>.*?</si>", r"<sst\1"),
    "rows out of order": _cells('<row r="12"/>'),
    "a row twice": _cells('<row r="6"/>'),
    "a row below the grid": _swap(TAB, '<row r="9"', '<row r="1048577"'),
    "cells out of order": _cells('<row r="7"><c r="B7"><v>1</v></c><c r="A7"><v>1</v></c></row>'),
    "a cell twice": _cells('<row r="7"><c r="B7"><v>1</v></c><c r="B7"><v>1</v></c></row>'),
    "a cell of another row": _cells('<row r="7"><c r="B8"><v>1</v></c></row>'),
    "a cell right of the grid": _cells('<row r="7"><c r="XFE7"><v>1</v></c></row>'),
    "a number that is none": _cells('<row r="7"><c r="B7"><v>1,5</v></c></row>'),
    "a truth that is none": _cells('<row r="7"><c r="B7" t="b"><v>WAHR</v></c></row>'),
    "a cell of an unknown kind": _cells('<row r="7"><c r="B7" t="text"><v>1</v></c></row>'),
    "a text that is too long": _cells(f'<row r="7"><c r="B7" t="str"><v>{"x" * 32_768}</v></c></row>'),
    "a shared formula without its first": _cells('<row r="7"><c r="B7"><f t="shared" si="3"/><v>1</v></c></row>'),
    "a tab without rows": _swap(TAB, "<sheetData>.*</sheetData>", ""),
    "fewer cells used than there are": _swap(TAB, 'dimension ref="A1:N9"', 'dimension ref="A1:B2"'),
    "columns that overlap": _swap(TAB, "</cols>", '<col min="14" max="15" width="9"/></cols>'),
    # ranges
    "merged cells that overlap": _merged("F2:G3"),
    "merged cells in a table": _merged("A3:B3"),
    "one cell merged": _swap(TAB, 'mergeCell ref="E1:F2"', 'mergeCell ref="E1"'),
    "merged cells before the rows": _swap(TAB, "(<sheetData>.*)(<mergeCells.*</mergeCells>)", r"\2\1"),
    "a list of merged cells without any": _swap(TAB, "<mergeCells.*</mergeCells>", '<mergeCells count="0"/>'),
    "a validation of no cells": _swap(TAB, 'showErrorMessage="1" sqref="A2:A6"', 'showErrorMessage="1" sqref=""'),
    "a filter of no cells": _swap(TAB, '<autoFilter ref="K1:L5"/>', '<autoFilter ref="K"/>'),
    "a filter twice": _swap(TAB, '(<autoFilter ref="K1:L5"/>)', r"\1\1"),
    # tables
    "a table with fewer columns than cells": _swap(TABLE, "count=.3.><tableColumn id=.1.[^>]*/>", 'count="2">'),
    "a table larger than its columns": _swap(TABLE, "A1:C6(.*?)A1:C6", r"A1:D6\1A1:D6"),
    "a table that filters other cells": _swap(TABLE, '<autoFilter ref="A1:C6"/>', '<autoFilter ref="A1:C5"/>'),
    "a column's name twice": _swap(TABLE, 'id="2" name="b"', 'id="2" name="A"'),
    "a column's id twice": _swap(TABLE, 'id="2" name="b"', 'id="1" name="b"'),
    "another heading than the cell's": _swap(TABLE, 'id="2" name="b"', 'id="2" name="d"'),
    "a table's id twice": _all(
        _copy(TABLE, "xl/tables/table2.xml"),
        _swap("xl/tables/table2.xml", 'displayName="Table1"', 'displayName="Other"'),
        _declared("xl/tables/table2.xml", f"{_SHEET}.table+xml"),
    ),
    "a table that lies in a table": _all(
        _copy(TABLE, "xl/tables/table2.xml"),
        _swap("xl/tables/table2.xml", 'id="1" name="Table1" displayName="Table1"', 'id="2" name="B" displayName="B"'),
        _declared("xl/tables/table2.xml", f"{_SHEET}.table+xml"),
        _linked(TAB_LINKS, 5, "table", "../tables/table2.xml"),
        _tables("rId3", "rId5"),
    ),
    # drawings and notes
    "a shape's id twice": _swap(DRAWING, "(<xdr:twoCellAnchor>.*</xdr:twoCellAnchor>)", r"\1\1"),
    "a note by nobody": _swap(NOTES, 'authorId="0"', 'authorId="1"'),
    "two notes on one cell": _swap(NOTES, "(<comment .*</comment>)", r"\1\1"),
}  # fmt: skip
