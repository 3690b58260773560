from __future__ import annotations

import datetime as dt
import re
import zipfile
from pathlib import Path

import pytest

from automations.workbooks.xlsx.changes import patch
from automations.workbooks.xlsx.package import open_package
from tests.support import packages as p
from tests.support.patch_checks import SHEET, patched_sheet


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return tmp_path / "target.xlsx"


def test_only_the_cell_changes_in_the_tab(tmp_path, target):
    data = '<row r="1" spans="1:2" ht="20" customHeight="1"><c r="A1" s="1"><v>1</v></c><c r="B1"><v>2</v></c></row>'
    source = p.made(tmp_path / "s.xlsx", p.sheet(data, '<dimension ref="A1:B1"/>', '<pageMargins left="1"/>'))
    text = patched_sheet(source, target, {"B1": 7})
    assert text == p.text_of(source, SHEET).replace("<v>2</v>", "<v>7</v>")


def test_new_cells_stand_in_order_and_stretch_dimension_and_spans(tmp_path, target):
    data = '<row r="2" spans="2:3"><c r="B2"><v>1</v></c><c r="C2"><v>2</v></c></row><row r="5"/>'
    source = p.made(tmp_path / "s.xlsx", p.sheet(data, '<dimension ref="B2:C5"/>'))
    text = patched_sheet(source, target, {"D2": 4, "A2": 0, "A1": 1, "B3": 3, "A5": 5, "E9": 9})
    assert re.findall(r' r="(\w+)"', text) == ["1", "A1", "2", "A2", "B2", "C2", "D2", "3", "B3", "5", "A5", "9", "E9"]
    assert '<dimension ref="A1:E9"/>' in text
    assert 'spans="1:4"' in text


def test_prefixed_xml_gets_prefixed_cells(tmp_path, target):
    text = (
        f'{p.HEAD}<x:worksheet xmlns:x="{p.MAIN}"><x:sheetData><x:row r="1"><x:c r="A1" t="s"><x:v>0</x:v></x:c>'
        "</x:row></x:sheetData></x:worksheet>"
    )
    source = p.made(tmp_path / "s.xlsx", text)
    text = patched_sheet(source, target, {"A1": "ä", "C3": True})
    assert '<x:c r="A1" t="inlineStr"><x:is><x:t>ä</x:t></x:is></x:c>' in text
    assert '<x:row r="3"><x:c r="C3" t="b"><x:v>1</x:v></x:c></x:row>' in text
    assert p.by_openpyxl(target, "Tab1") == {(1, 1): "ä", (3, 3): True}


def test_rows_and_cells_without_r(tmp_path, target):
    data = '<row><c><v>1</v></c><c><v>2</v></c></row><row/><row><c r="C3"><v>3</v></c><c><v>4</v></c></row>'
    source = p.made(tmp_path / "s.xlsx", p.sheet(data))
    patch(source, target, {"Tab1": {"B1": 20, "C1": 30, "A2": 5, "D3": 40, "B3": 2, "A4": 6}})
    expected = {(1, 1): 1, (1, 2): 20, (1, 3): 30, (2, 1): 5, (3, 2): 2, (3, 3): 3, (3, 4): 40, (4, 1): 6}
    assert p.equal(p.by_openpyxl(target, "Tab1"), expected)
    assert p.equal(p.by_calamine(target, "Tab1"), expected)


def test_comments_cdata_and_instructions_are_kept_and_never_taken_for_cells(tmp_path, target):
    data = (
        '<!-- <row r="1"><c r="A1"><v>9</v></c></row> --><row r="1"><?x <c r="A1"/> ?><c r="A1" t="str">'
        "<v><![CDATA[</c><c>]]></v></c><!--</row>--><c r='B1'><v>2</v></c></row>"
    )
    source = p.made(tmp_path / "s.xlsx", p.sheet(data))
    text = patched_sheet(source, target, {"B1": 3, "C1": 4})
    expected = data.replace("<c r='B1'><v>2</v></c>", "<c r='B1'><v>3</v></c><c r=\"C1\"><v>4</v></c>")
    assert expected in text


def test_an_empty_tab_takes_its_first_cells(tmp_path, target):
    for number, data in enumerate(("<sheetData/>", "<sheetData></sheetData>", "<sheetData />")):
        text = p.sheet("").replace("<sheetData></sheetData>", data)
        source = p.made(tmp_path / f"{number}.xlsx", text)
        patch(source, target, {"Tab1": {"B2": "x", "A1": 1}})
        assert p.equal(p.by_openpyxl(target, "Tab1"), {(2, 2): "x", (1, 1): 1})


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-be", "iso-8859-1", "windows-1252", "cp1250", "utf-8-sig"])
def test_parts_keep_their_encoding(tmp_path, target, encoding):
    declared = {"utf-16-be": "UTF-16", "utf-8-sig": "UTF-8"}.get(encoding, encoding)
    text = p.sheet('<row r="1"><c r="A1" t="inlineStr"><is><t>Füße</t></is></c></row>').replace("UTF-8", declared)
    raw = text.encode(encoding)
    source = p.made(tmp_path / "s.xlsx", b"\xfe\xff" + raw if encoding == "utf-16-be" else raw)
    patch(source, target, {"Tab1": {"B1": "Größe Ж"}})
    with zipfile.ZipFile(target) as archive:
        written = archive.read(SHEET)
    assert "Füße" in written.decode("utf-16" if encoding == "utf-16-be" else encoding)
    assert written[:4] == source_bytes(source)[:4]
    assert p.by_openpyxl(target, "Tab1") == {(1, 1): "Füße", (1, 2): "Größe Ж"}


def source_bytes(path: Path) -> bytes:
    with zipfile.ZipFile(path) as archive:
        return archive.read(SHEET)


def test_part_names_in_other_case_with_backslashes_or_a_leading_slash(tmp_path, target):
    members = p.parts(p.sheet('<row r="1"><c r="A1"><v>1</v></c></row>'))
    members["\\XL\\Worksheets\\Sheet1.xml"] = members.pop(SHEET)
    members["/xl/styles.xml"] = members.pop("xl/styles.xml")
    source = p.zipped(tmp_path / "s.xlsx", members)
    patch(source, target, {"Tab1": {"A1": dt.date(2024, 10, 31)}})
    with open_package(target) as package:
        assert b"<v>45596</v>" in package.read(SHEET)


def test_a_macro_workbook_keeps_its_macros(tmp_path, target):
    more = {"xl/vbaProject.bin": bytes(range(256)) * 9}
    members = p.parts(p.sheet(""), more=more)
    members["[Content_Types].xml"] = members["[Content_Types].xml"].replace(
        f"{p.TYPE}.sheet.main+xml".encode(), b"application/vnd.ms-excel.sheet.macroEnabled.main+xml"
    )
    source = p.zipped(tmp_path / "s.xlsm", members)
    patch(source, target.with_suffix(".xlsm"), {"Tab1": {"A1": "x"}})
    assert p.changed_members(source, target.with_suffix(".xlsm")) == {SHEET}


def test_a_strict_workbook_is_patched(tmp_path, target):
    members = {
        name: data.replace(p.MAIN.encode(), b"http://purl.oclc.org/ooxml/spreadsheetml/main").replace(
            p.RELATIONS.encode(), b"http://purl.oclc.org/ooxml/officeDocument/relationships"
        )
        for name, data in p.parts(p.sheet('<row r="1"><c r="A1" t="d"><v>2024-10-31</v></c></row>')).items()
    }
    source = p.zipped(tmp_path / "s.xlsx", members)
    assert '<c r="A1"><v>3</v></c>' in patched_sheet(source, target, {"A1": 3})
