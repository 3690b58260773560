# ruff: noqa: DTZ001 - cells hold wall-clock times
from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from automations.workbooks.xlsx.changes import patch
from tests.support import packages as p
from tests.support.patch_checks import SHEET, patched_sheet, refused


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return tmp_path / "target.xlsx"


def test_text_never_becomes_a_formula_and_keeps_its_blanks(tmp_path, target):
    source = p.made(tmp_path / "s.xlsx", p.sheet('<row r="1"><c r="A1" s="1" t="b" vm="1"><v>1</v></c></row>'))
    text = patched_sheet(source, target, {"A1": "=1+1", "B1": " a ", "C1": "_x0041_", "D1": "\x01<&>", "E1": "a\nb"})
    assert '<c r="A1" s="1" t="inlineStr"><is><t>=1+1</t></is></c>' in text
    assert '<t xml:space="preserve"> a </t>' in text
    assert "<t>_x005F_x0041_</t>" in text
    assert "<t>_x0001_&lt;&amp;&gt;</t>" in text
    assert '<t xml:space="preserve">a\nb</t>' in text


def test_clearing_keeps_the_format_and_makes_no_cells(tmp_path, target):
    source = p.made(tmp_path / "s.xlsx", p.sheet('<row r="1"><c r="A1" s="1" t="s"><v>0</v></c></row>'))
    text = patched_sheet(source, target, {"A1": None, "B1": None, "A2": ""})
    assert '<row r="1"><c r="A1" s="1"/></row></sheetData>' in text


def test_new_cells_take_the_format_of_their_row_or_column(tmp_path, target):
    columns = '<cols><col min="2" max="3" style="2"/></cols>'
    data = '<row r="1" s="1" customFormat="1"><c r="A1"/></row><row r="2" s="1"><c r="A2"/></row>'
    source = p.made(tmp_path / "s.xlsx", p.sheet(data, columns))
    text = patched_sheet(source, target, {"B1": 1, "B2": 1, "D2": 1, "C9": 1})
    assert '<c r="B1" s="1">' in text
    assert '<c r="B2" s="2">' in text
    assert '<c r="D2">' in text
    assert '<c r="C9" s="2">' in text


def test_a_date_takes_the_date_format_of_its_column(tmp_path, target):
    data = '<row r="1"><c r="A1" s="1"><v>40000</v></c></row><row r="2"><c r="A2" s="2"/></row>'
    source = p.made(tmp_path / "s.xlsx", p.sheet(data))
    text = patched_sheet(source, target, {"A1": dt.date(2024, 10, 31), "A2": dt.date(2024, 11, 1)})
    assert '<c r="A1" s="1"><v>45596</v></c>' in text
    assert '<c r="A2" s="3"><v>45597</v></c>' in text
    styles = p.text_of(target, "xl/styles.xml")
    assert 'count="4"' in styles
    assert styles.count("<protection") == 2
    assert styles.replace('count="4"', 'count="3"').startswith(p.STYLES.partition("</cellXfs>")[0])


def test_two_dates_share_one_new_format_and_a_second_patch_adds_none(tmp_path, target):
    source = p.made(tmp_path / "s.xlsx", p.sheet(""))
    patch(source, target, {"Tab1": {"A1": dt.time(9, 30), "A2": dt.time(10), "A3": dt.datetime(2024, 1, 1, 8)}})
    assert p.text_of(target, "xl/styles.xml").count("<xf ") == 1 + 3 + 2
    again = tmp_path / "again.xlsx"
    patch(target, again, {"Tab1": {"A1": dt.time(11), "B1": dt.time(12)}})
    assert p.changed_members(target, again) == {SHEET}


def test_the_1904_system_is_kept(tmp_path, target):
    members = p.parts(p.sheet('<row r="1"><c r="A1" s="1"/></row>'))
    members["xl/workbook.xml"] = members["xl/workbook.xml"].replace(b"<sheets>", b'<workbookPr date1904="1"/><sheets>')
    source = p.zipped(tmp_path / "s.xlsx", members)
    assert "<v>44134</v>" in patched_sheet(source, target, {"A1": dt.date(2024, 10, 31)})
    assert p.by_openpyxl(target, "Tab1") == {(1, 1): dt.datetime(2024, 10, 31)}


def test_dates_before_march_1900_follow_the_leap_year_that_never_was(tmp_path, target):
    source = p.made(tmp_path / "s.xlsx", p.sheet('<row r="1"><c r="A1" s="1"/><c r="B1" s="1"/></row>'))
    text = patched_sheet(source, target, {"A1": dt.date(1900, 1, 1), "B1": dt.date(1900, 3, 1)})
    assert "<v>1</v>" in text
    assert "<v>61</v>" in text


@pytest.mark.parametrize(
    ("value", "code"),
    [
        (float("nan"), "number"),
        (float("inf"), "number"),
        (10**400, "number"),
        ("x" * 32768, "text_long"),
        ("\ud800", "text_invalid"),
        (dt.date(1899, 12, 31), "date_range"),
        (dt.datetime(2024, 1, 1, tzinfo=dt.UTC), "zone"),
        (b"bytes", "value"),
    ],
)
def test_values_that_no_cell_holds_are_refused(tmp_path, target, value, code):
    source = p.made(tmp_path / "s.xlsx", p.sheet('<row r="1"><c r="A1"><v>1</v></c></row>'))
    assert refused(source, target, {"A1": value}) == code


def test_many_dates_in_a_column_without_date_format(tmp_path, target):
    rows = "".join(f'<row r="{n}"><c r="A{n}"><v>1</v></c></row>' for n in range(1, 3001))
    source = p.made(tmp_path / "s.xlsx", p.sheet(rows))
    patch(source, target, {"Tab1": {f"A{n}": dt.date(2024, 10, 31) for n in range(1, 3001)}})
    found = p.by_calamine(target, "Tab1")
    assert set(found.values()) == {dt.date(2024, 10, 31)}
    assert p.text_of(target, "xl/styles.xml") == p.STYLES  # the workbook had that format already
