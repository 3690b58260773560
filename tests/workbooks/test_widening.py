"""New columns at the right end of a table, with all that ended there made wider and nothing else changed."""

from __future__ import annotations

from pathlib import Path

import pytest

from automations.workbooks.refusals import Refusal
from automations.workbooks.xlsx.changes import Changes
from automations.workbooks.xlsx.package import open_package
from tests.support import packages as p
from tests.support.patch_checks import SHEET, with_table

HEADER = '<row r="1"><c r="A1" s="1" t="str"><v>a</v></c><c r="B1" s="2" t="str"><v>b</v></c></row>'
FILTER = (
    '<definedNames><definedName name="_xlnm._FilterDatabase" localSheetId="0" hidden="1">Tab1!$A$1:$B$3'
    "</definedName></definedNames>"
)


def widen(source: Path, target: Path, headings: dict[int, str], row: int = 1) -> str:
    with open_package(source) as package:
        changes = Changes(package)
        changes.append_columns("Tab1", row, headings)
        changes.write(target)
    return p.text_of(target, SHEET)


def test_the_table_its_filter_and_its_columns_grow(tmp_path):
    source, target = with_table(tmp_path / "s.xlsx", HEADER), tmp_path / "t.xlsx"
    text = widen(source, target, {3: "c & d", 4: "e"})
    assert '<c r="C1" s="2" t="inlineStr"><is><t>c &amp; d</t></is></c><c r="D1" s="2"' in text
    table = p.text_of(target, "xl/tables/table1.xml")
    assert table.count('ref="A1:D3"') == 2
    assert '<tableColumns count="4">' in table
    assert '<tableColumn id="3" name="c &amp; d"/><tableColumn id="4" name="e"/></tableColumns>' in table
    assert '<col min="3" max="3" width="12" customWidth="1"/>' in text


def test_a_filter_of_the_tab_grows_with_its_hidden_name(tmp_path):
    source = p.made(tmp_path / "s.xlsx", p.sheet(HEADER, after='<autoFilter ref="A1:B3"/>'), workbook=FILTER)
    text = widen(source, tmp_path / "t.xlsx", {3: "c"})
    assert '<autoFilter ref="A1:C3"/>' in text
    assert "'Tab1'!$A$1:$C$3<" in p.text_of(tmp_path / "t.xlsx", "xl/workbook.xml")


def test_another_table_of_the_tab_stays_as_it_is(tmp_path):
    source, target = with_table(tmp_path / "s.xlsx", HEADER), tmp_path / "t.xlsx"
    widen(source, target, {5: "far"}, row=1)
    assert p.text_of(target, "xl/tables/table1.xml") == p.text_of(source, "xl/tables/table1.xml")


def test_a_heading_goes_only_where_nothing_stands(tmp_path):
    source = p.made(tmp_path / "s.xlsx", p.sheet(HEADER))
    with pytest.raises(Refusal) as caught:
        widen(source, tmp_path / "t.xlsx", {2: "c"})
    assert caught.value.code == "occupied"
    assert not (tmp_path / "t.xlsx").exists()
