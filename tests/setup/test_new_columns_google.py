from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from automations.workbooks.refusals import Refusal
from tests.support import packages as p
from tests.support.patch_checks import SHEET, append, with_table


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return tmp_path / "target.xlsx"


def test_appended_rows_take_formats_and_stretch_what_ended_above(tmp_path, target):
    data = (
        '<row r="1"><c r="A1" t="str"><v>a</v></c><c r="B1" t="str"><v>b</v></c></row>'
        '<row r="2"><c r="A2" s="2"/><c r="B2" s="1"/></row>'
        '<row r="3"><c r="A3" s="2"><v>1</v></c><c r="B3" s="1"/></row>'
    )
    after = (
        '<autoFilter ref="D1:E3"/><conditionalFormatting sqref="A2:A3 C1:C9"><cfRule type="expression" priority="1">'
        '<formula>A2=1</formula></cfRule></conditionalFormatting><dataValidations count="2"><dataValidation '
        'type="whole" sqref="B2:B3"/><dataValidation type="whole" sqref="B2 B3"/></dataValidations>'
        '<tableParts count="1"><tablePart r:id="rId1"/></tableParts><extLst><ext uri="u"><x14:dataValidations '
        'xmlns:x14="urn:x14" xmlns:xm="urn:xm"><x14:dataValidation><xm:sqref>A2:A3</xm:sqref></x14:dataValidation>'
        "</x14:dataValidations></ext></extLst>"
    )
    names = (
        '<definedNames><definedName name="_xlnm._FilterDatabase" localSheetId="0" hidden="1">Tab1!$D$1:$E$3'
        "</definedName></definedNames>"
    )
    source = with_table(tmp_path / "s.xlsx", data, after=after, workbook=names)
    append(source, target, [(4, {1: "x"}), (5, {2: dt.date(2024, 10, 31)})])
    text = p.text_of(target, SHEET)
    assert '<row r="4"><c r="A4" s="2" t="inlineStr"><is><t>x</t></is></c><c r="B4" s="1"/></row>' in text
    assert '<row r="5"><c r="A5" s="2"/><c r="B5" s="1"><v>45596</v></c></row>' in text
    for expected in ('"D1:E5"', '"A2:A5 C1:C9"', '"B2:B5"', '"B2 B3:B5"', ">A2:A5<"):
        assert expected in text
    table = p.text_of(target, "xl/tables/table1.xml")
    assert table.count('ref="A1:B5"') == 2
    assert "'Tab1'!$D$1:$E$5<" in p.text_of(target, "xl/workbook.xml")
    assert p.by_calamine(target, "Tab1")[5, 2] == dt.date(2024, 10, 31)


def test_a_heading_gives_no_format_to_the_first_row(tmp_path, target):
    data = '<row r="1"><c r="A1" s="1" t="str"><v>a</v></c></row>'
    after = '<autoFilter ref="A1:B1"/><dataValidations count="1"><dataValidation sqref="A1"/></dataValidations>'
    source = p.made(tmp_path / "s.xlsx", p.sheet(data, after=after))
    append(source, target, [(2, {1: 5})])
    text = p.text_of(target, SHEET)
    assert '<c r="A2"><v>5</v></c>' in text
    assert '<autoFilter ref="A1:B2"/>' in text
    assert 'sqref="A1"' in text


def test_rows_are_not_appended_over_something(tmp_path, target):
    data = '<row r="2"><c r="A2"><v>1</v></c></row>'
    source = p.made(tmp_path / "s.xlsx", p.sheet(data))
    with pytest.raises(Refusal) as caught:
        append(source, target, [(2, {1: "x"})])
    assert caught.value.code == "occupied"


def test_totals_are_in_the_way(tmp_path, target):
    source = with_table(tmp_path / "s.xlsx", "", 'totalsRowCount="1"')
    with pytest.raises(Refusal) as caught:
        append(source, target, [(4, {1: "x"})])
    assert caught.value.code == "table_totals"
