"""Workbooks for tests, some as odd as real ones: parts given as text, zipped as one likes."""

from __future__ import annotations

import datetime as dt
import re
import warnings
import zipfile
from collections.abc import Mapping
from pathlib import Path

import openpyxl
import xlsxwriter
from lxml import etree
from python_calamine import load_workbook as calamine_workbook

from automations.model.values import Value, same

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
DATE_STYLE, UNLOCKED_STYLE = 1, 2

STYLES = (
    f'{HEAD}<styleSheet xmlns="{MAIN}"><fonts count="1"><font><sz val="11"/><name val="Arial"/></font></fonts>'
    '<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill>'
    '</fills><borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
    '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
    '<cellXfs count="3"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>'
    '<xf numFmtId="14" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>'
    '<xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0" applyProtection="1"><protection locked="0"/></xf>'
    '</cellXfs><cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
)


def sheet(data: str, before: str = "", after: str = "") -> str:
    """A worksheet part around the content of its sheetData."""
    start = f'{HEAD}<worksheet xmlns="{MAIN}" xmlns:r="{RELATIONS}">{before}'
    return f"{start}<sheetData>{data}</sheetData>{after}</worksheet>"


def parts(*sheets: str | bytes, workbook: str = "", more: Mapping[str, str | bytes] | None = None) -> dict[str, bytes]:
    """The parts of a workbook with tabs Tab1, Tab2, …; `workbook` goes behind the list of tabs."""
    numbers = range(1, len(sheets) + 1)
    tabs = "".join(f'<sheet name="Tab{n}" sheetId="{n}" r:id="rId{n}"/>' for n in numbers)
    links = "".join(
        f'<Relationship Id="rId{n}" Type="{RELATIONS}/worksheet" Target="worksheets/sheet{n}.xml"/>' for n in numbers
    )
    types = "".join(
        f'<Override PartName="/xl/worksheets/sheet{n}.xml" ContentType="{TYPE}.worksheet+xml"/>' for n in numbers
    )
    made: dict[str, str | bytes] = {
        "[Content_Types].xml": f'{HEAD}<Types xmlns="{PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{TYPE}.sheet.main+xml"/>'
        f'<Override PartName="/xl/styles.xml" ContentType="{TYPE}.styles+xml"/>{types}</Types>',
        "_rels/.rels": f'{HEAD}<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="rId1" '
        f'Type="{RELATIONS}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'{HEAD}<workbook xmlns="{MAIN}" xmlns:r="{RELATIONS}"><sheets>{tabs}</sheets>{workbook}'
        "</workbook>",
        "xl/_rels/workbook.xml.rels": f'{HEAD}<Relationships xmlns="{PACKAGE}/relationships">{links}'
        f'<Relationship Id="rId900" Type="{RELATIONS}/styles" Target="styles.xml"/></Relationships>',
        "xl/styles.xml": STYLES,
        **{f"xl/worksheets/sheet{n}.xml": text for n, text in zip(numbers, sheets, strict=True)},
        **(more or {}),
    }
    return {name: text.encode() if isinstance(text, str) else text for name, text in made.items()}


def unzipped(path: Path) -> dict[str, bytes]:
    """The parts of a package, to be changed and `zipped` again."""
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def zipped(path: Path, members: Mapping[str, bytes]) -> Path:
    """A package of these parts."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return path


def made(path: Path, *sheets: str | bytes, workbook: str = "", more: Mapping[str, str | bytes] | None = None) -> Path:
    """A workbook of tabs given as XML."""
    return zipped(path, parts(*sheets, workbook=workbook, more=more))


def links(*targets: tuple[str, str]) -> str:
    """A relationships part: (kind, target)."""
    lines = "".join(
        f'<Relationship Id="rId{n}" Type="{RELATIONS}/{kind}" Target="{target}"/>'
        for n, (kind, target) in enumerate(targets, 1)
    )
    return f'{HEAD}<Relationships xmlns="{PACKAGE}/relationships">{lines}</Relationships>'


def raw_members(path: Path) -> dict[str, bytes]:
    """Each member as it lies in the file: packed bytes."""
    found = {}
    with zipfile.ZipFile(path) as archive, path.open("rb") as file:
        for info in archive.infolist():
            file.seek(info.header_offset)
            header = file.read(30)
            lengths = int.from_bytes(header[26:28], "little") + int.from_bytes(header[28:30], "little")
            file.seek(info.header_offset + 30 + lengths)
            found[info.filename] = file.read(info.compress_size)
    return found


def changed_members(source: Path, target: Path) -> set[str]:
    """Members that differ in their packed bytes, or are in one of both only."""
    before, after = raw_members(source), raw_members(target)
    return {name for name in before.keys() | after.keys() if before.get(name) != after.get(name)}


def text_of(path: Path, part: str) -> str:
    """A part as text."""
    with zipfile.ZipFile(path) as archive:
        return archive.read(part).decode()


def by_openpyxl(path: Path, tab: str) -> dict[tuple[int, int], Value]:
    """All values of a tab as openpyxl reads them."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it says what it would lose on saving
        cells = openpyxl.load_workbook(path)[tab]._cells
    return {place: cell.value for place, cell in cells.items() if cell.value is not None}


def by_calamine(path: Path, tab: str) -> dict[tuple[int, int], Value]:
    """All values of a tab as calamine reads them."""
    with calamine_workbook(path) as book:
        rows = book.get_sheet_by_name(tab).to_python(skip_empty_area=False)
    return {
        (r, c): value for r, row in enumerate(rows, 1) for c, value in enumerate(row, 1) if value != ""
    }  # fmt: skip


def equal(left: Mapping[tuple[int, int], Value], right: Mapping[tuple[int, int], Value]) -> bool:
    """Whether two tabs say the same."""
    return all(same(left.get(place), right.get(place)) for place in left.keys() | right.keys())


def from_openpyxl(path: Path, rows: list[list[Value]]) -> Path:
    """A workbook made by openpyxl: tabs Tab1 (the rows) and Tab2."""
    book = openpyxl.Workbook()
    tab = book.active
    assert tab is not None
    tab.title = "Tab1"
    for row in rows:
        tab.append(row)
    book.create_sheet("Tab2")["A1"] = "other"
    book.save(path)
    return path


def from_xlsxwriter(path: Path, rows: list[list[Value]]) -> Path:
    """A workbook made by XlsxWriter, with shared strings, a chart and a date column."""
    book = xlsxwriter.Workbook(path)
    tab, other = book.add_worksheet("Tab1"), book.add_worksheet("Tab2")
    formats = {
        dt.datetime: book.add_format({"num_format": "dd.mm.yyyy hh:mm"}),
        dt.date: book.add_format({"num_format": "dd.mm.yyyy"}),
        dt.time: book.add_format({"num_format": "hh:mm"}),
    }
    for r, row in enumerate(rows):
        for c, value in enumerate(row):
            if isinstance(value, str):
                tab.write_string(r, c, value)
            elif value is not None:
                tab.write(r, c, value, *([formats[type(value)]] if type(value) in formats else []))
    chart = book.add_chart({"type": "line"})
    chart.add_series({"values": "=Tab1!$A$1:$A$3"})
    other.insert_chart("B2", chart)
    book.close()
    return path


def rich(path: Path) -> Path:
    """A workbook as teams build them: tables, merges, rules, filters, notes, charts, formulas, sparklines."""
    book = xlsxwriter.Workbook(path)
    tab = book.add_worksheet("Tab1")
    framed = book.add_format({"num_format": "dd.mm.yyyy", "border": 1, "bg_color": "#eeeeee"})
    columns = [{"header": "a"}, {"header": "b", "format": framed}, {"header": "c", "formula": "=[@a]*2"}]
    tab.add_table("A1:C6", {"columns": columns, "data": [[i, i + 40000, 0] for i in range(5)]})
    tab.merge_range("E1:F2", "merged")
    tab.data_validation("A2:A6", {"validate": "list", "source": ["x", "y"]})
    tab.conditional_format("B2:B6", {"type": "data_bar", "bar_solid": True})
    tab.conditional_format("A2:A6", {"type": "cell", "criteria": ">", "value": 2, "format": framed})
    tab.write_formula("H1", "=SUM(A2:A6)")
    tab.write_array_formula("H2:H4", "{=A2:A4*2}")
    tab.write_rich_string("J1", "plain ", book.add_format({"bold": True}), "bold")
    tab.write_comment("A2", "a note")
    tab.freeze_panes(1, 0)
    tab.autofilter("K1:L5")
    book.define_name("Foo", "=Tab1!$A$2")
    tab.set_column("M:N", 12, framed)
    tab.set_row(8, 20, framed)
    tab.add_sparkline("P1", {"range": "Tab1!A2:A6"})
    chart = book.add_chart({"type": "line"})
    chart.add_series({"values": "=Tab1!$A$2:$A$6"})
    tab.insert_chart("P5", chart)
    book.add_worksheet("Tab2").write("A1", "other")
    book.close()
    return path


def but_for_cells(path: Path, part: str, places: set[str]) -> bytes:
    """A tab's XML without the cells at some places, the rows only they make, and the hints about used cells."""
    with zipfile.ZipFile(path) as archive:
        root = etree.fromstring(archive.read(part))
    for cell in list(root.iter(f"{{{MAIN}}}c")):
        if cell.get("r") in places:
            cell.getparent().remove(cell)
    rows = {re.sub("[A-Z]", "", place) for place in places}
    for row in list(root.iter(f"{{{MAIN}}}row")):
        row.attrib.pop("spans", None)
        if row.get("r") in rows and not len(row) and set(row.keys()) == {"r"}:
            row.getparent().remove(row)
    for hint in list(root.iter(f"{{{MAIN}}}dimension")):
        root.remove(hint)
    return etree.tostring(root, method="c14n")
