# ruff: noqa: DTZ001 - cells hold wall-clock times
from __future__ import annotations

import datetime as dt
import re
import shutil
import subprocess
import zipfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from automations.texts import texts
from automations.values import Value, normalise, same
from automations.workbooks.cellrefs import cell_name
from automations.workbooks.one_cell import set_cell, typed
from automations.workbooks.patching import Changes, Refusal, open_package, patch
from automations.workbooks.refusals import SENTENCES
from tests import packages as p

SHEET = "xl/worksheets/sheet1.xml"


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return tmp_path / "target.xlsx"


def patched_sheet(source: Path, target: Path, edits: dict[str, Value]) -> str:
    patch(source, target, {"Tab1": edits})
    return p.text_of(target, SHEET)


def refused(source: Path, target: Path, edits: dict[str, Value]) -> str:
    before = source.read_bytes()
    with pytest.raises(Refusal) as caught:
        patch(source, target, {"Tab1": edits})
    assert not target.exists()
    assert list(target.parent.glob(".*.part")) == []
    assert source.read_bytes() == before
    assert caught.value.message
    assert caught.value.advice
    return caught.value.code


# --- any workbook, any edits ------------------------------------------------------------------

TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r"), max_size=20)
# openpyxl does not read the escapes of control characters in inline strings; Excel and calamine do.
PLAIN_TEXTS = st.text(st.characters(min_codepoint=32, exclude_categories=["Cs", "Cc", "Cn"]), max_size=20).filter(
    lambda text: not re.search("_x[0-9A-Fa-f]{4}_", text) and text.strip() == text
)
VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**14), 10**14),
    st.floats(allow_nan=False, allow_infinity=False, min_value=-1e300, max_value=1e300).filter(
        lambda x: x == 0 or abs(x) > 1e-300
    ),
    PLAIN_TEXTS,
    st.dates(dt.date(1900, 3, 1), dt.date(9999, 12, 31)),
    st.datetimes(dt.datetime(1901, 1, 1), dt.datetime(2200, 1, 1)).map(lambda x: x.replace(microsecond=0)),
    st.times().map(lambda x: x.replace(microsecond=0)),
)
ROWS = st.lists(st.lists(VALUES, max_size=5), max_size=6)
EDITS = st.dictionaries(st.tuples(st.integers(1, 9), st.integers(1, 8)), VALUES, max_size=8)


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=ROWS, edits=EDITS, writer=st.sampled_from([p.from_openpyxl, p.from_xlsxwriter]))
def test_random_edits_are_read_back_and_nothing_else_changes(rows, edits, writer, tmp_path):
    source, target = writer(tmp_path / "source.xlsx", rows), tmp_path / "target.xlsx"
    wanted = {cell_name(*place): value for place, value in edits.items()}
    refused = refused_cells(source, target, wanted)
    edits = {place: value for place, value in edits.items() if cell_name(*place) not in refused}
    patch(source, target, {"Tab1": {cell_name(*place): value for place, value in edits.items()}})
    assert p.changed_members(source, target) <= {SHEET, "xl/styles.xml"}
    for read in (p.by_calamine, p.by_openpyxl):
        expected = {**read(source, "Tab1"), **edits}
        found = read(target, "Tab1")
        wrong = {
            place: (expected.get(place), found.get(place))
            for place in expected.keys() | found.keys()
            if not reads_as(expected.get(place), found.get(place))
        }
        assert not wrong, read.__name__
        assert p.equal(read(source, "Tab2"), read(target, "Tab2"))


def refused_cells(source: Path, target: Path, wanted: dict[str, Value]) -> set[str]:
    """Cells that show dates, and were to hold a number that is none."""
    try:
        patch(source, target, {"Tab1": wanted})
    except Refusal as error:
        return {other.values["cell"] for other in (error, *error.also) if other.code == "date_number"}
    return set()


def reads_as(written: Value, read: Value) -> bool:
    """A number written into a cell that shows dates is shown as a date there, as in Excel."""
    if isinstance(written, int | float) and not isinstance(written, bool) and isinstance(read, dt.date | dt.time):
        return True
    if isinstance(written, dt.date | dt.time) and isinstance(read, dt.timedelta):
        return True
    if isinstance(read, dt.timedelta):
        return True
    if isinstance(written, dt.datetime | dt.time) and type(read) is type(written):
        return near(written, read)
    return same(written, read)


def near(left: dt.datetime | dt.time, right: dt.datetime | dt.time) -> bool:
    day = dt.date(2000, 1, 1)
    a, b = (value if isinstance(value, dt.datetime) else dt.datetime.combine(day, value) for value in (left, right))
    return abs(a - b) < dt.timedelta(seconds=1.5)


RICH_EDITS = st.dictionaries(
    st.tuples(st.integers(1, 12), st.integers(1, 18)),
    st.one_of(st.none(), st.integers(0, 999), PLAIN_TEXTS),
    max_size=9,
)


def edits_keep_the_rest(source: Path, target: Path, edits: dict[tuple[int, int], Value]) -> None:
    """Cells that are refused are left out; all else arrives, and nothing else changes."""
    wanted = {cell_name(*place): value for place, value in edits.items()}
    try:
        patch(source, target, {"Tab1": wanted})
    except Refusal as error:
        refused = {other.values["cell"] for other in (error, *error.also)}
        wanted = {name: value for name, value in wanted.items() if name not in refused}
        patch(source, target, {"Tab1": wanted})
    assert p.changed_members(source, target) <= {SHEET}
    assert p.but_for_cells(source, SHEET, set(wanted)) == p.but_for_cells(target, SHEET, set(wanted))
    for read in (p.by_calamine, p.by_openpyxl):
        before, after = read(source, "Tab1"), read(target, "Tab1")
        for place in before.keys() | after.keys():
            if cell_name(*place) not in wanted:
                assert before.get(place) == after.get(place) or hasattr(before.get(place), "ref")
            else:
                assert reads_as(edits[place], after.get(place))


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(edits=RICH_EDITS)
def test_edits_in_a_workbook_with_everything(edits, tmp_path):
    source = tmp_path / "rich.xlsx"
    if not source.exists():
        p.rich(source)
    edits_keep_the_rest(source, tmp_path / "target.xlsx", edits)


@pytest.mark.soak
@settings(max_examples=500, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(edits=RICH_EDITS)
def test_many_edits_in_a_workbook_with_everything(edits, tmp_path):
    source = tmp_path / "rich.xlsx"
    if not source.exists():
        p.rich(source)
    edits_keep_the_rest(source, tmp_path / "target.xlsx", edits)


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=TEXTS)
def test_any_text_comes_back_through_calamine(text, tmp_path):
    source = p.made(tmp_path / "source.xlsx", p.sheet('<row r="1"><c r="A1"><v>1</v></c></row>'))
    patch(source, tmp_path / "target.xlsx", {"Tab1": {"A1": text}})
    found = p.by_calamine(tmp_path / "target.xlsx", "Tab1").get((1, 1), "")
    assert normalise(found) == normalise(text)


def test_nothing_to_do_gives_the_same_bytes(tmp_path, target):
    source = p.from_xlsxwriter(tmp_path / "source.xlsx", [[1, "a"]])
    patch(source, target, {})
    assert target.read_bytes() == source.read_bytes()


# --- odd but legal XML --------------------------------------------------------------------------


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


# --- values ---------------------------------------------------------------------------------------


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


# --- what must not be touched -----------------------------------------------------------------


def test_formulas_are_never_overwritten(tmp_path, target):
    data = (
        '<row r="1"><c r="A1"><f>1+1</f><v>2</v></c><c r="B1"><f t="shared" si="0" ref="B1:B2">A1</f><v>2</v></c></row>'
    )
    data += '<row r="2"><c r="B2"><f t="shared" si="0"/><v>2</v></c><c r="C2"><v>1</v></c></row>'
    source = p.made(tmp_path / "s.xlsx", p.sheet(data))
    for reference in ("A1", "B1", "B2"):
        assert refused(source, target, {"C2": 1, reference: 5}) == "formula"
    assert patched_sheet(source, target, {"C2": 5}).replace("<v>5</v>", "<v>1</v>") == p.text_of(source, SHEET)


@pytest.mark.parametrize("kind", ["array", "dataTable"])
def test_arrays_and_data_tables_are_refused_whole(tmp_path, target, kind):
    data = f'<row r="1"><c r="A1"><f t="{kind}" ref="A1:B2">1</f><v>1</v></c><c r="B1"><v>1</v></c></row>'
    source = p.made(tmp_path / "s.xlsx", p.sheet(data))
    assert refused(source, target, {"B2": 1}) == "array"
    patch(source, target, {"Tab1": {"C1": 1}})


def test_merged_cells_take_values_in_their_first_cell_alone(tmp_path, target):
    merges = '<mergeCells count="1"><mergeCell ref="A1:B2"/></mergeCells>'
    source = p.made(tmp_path / "s.xlsx", p.sheet('<row r="1"><c r="A1"/><c r="B1"/></row>', after=merges))
    assert refused(source, target, {"B1": 1}) == "merged"
    patch(source, target, {"Tab1": {"A1": 1}})


def with_table(path: Path, rows: str, extra: str = "", after: str = "", workbook: str = "") -> Path:
    table = (
        f'{p.HEAD}<table xmlns="{p.MAIN}" id="1" name="T" displayName="T" ref="A1:B3" {extra}>'
        '<autoFilter ref="A1:B3"/><tableColumns count="2"><tableColumn id="1" name="a"/><tableColumn id="2" name="b"/>'
        "</tableColumns></table>"
    )
    more = {
        "xl/worksheets/_rels/sheet1.xml.rels": p.links(("table", "../tables/table1.xml")),
        "xl/tables/table1.xml": table,
    }
    part = after or '<tableParts count="1"><tablePart r:id="rId1"/></tableParts>'
    return p.made(path, p.sheet(rows, after=part), more=more, workbook=workbook)


def test_table_headings_and_totals_are_refused(tmp_path, target):
    source = with_table(tmp_path / "s.xlsx", "", 'totalsRowCount="1"')
    assert refused(source, target, {"B1": "x"}) == "table_header"
    assert refused(source, target, {"A3": "x"}) == "table_totals"
    patch(source, target, {"Tab1": {"A2": "x", "C1": "y"}})


def test_cells_of_pivot_tables_are_refused(tmp_path, target):
    pivot = f'<pivotTableDefinition xmlns="{p.MAIN}" name="p"><location ref="B2:C4"/></pivotTableDefinition>'
    more = {
        "xl/worksheets/_rels/sheet1.xml.rels": p.links(("pivotTable", "../pivotTables/p1.xml")),
        "xl/pivotTables/p1.xml": pivot,
    }
    source = p.made(tmp_path / "s.xlsx", p.sheet(""), more=more)
    assert refused(source, target, {"C3": 1}) == "pivot"


def test_locked_cells_of_a_protected_sheet_are_refused(tmp_path, target):
    data = '<row r="1"><c r="A1"/><c r="B1" s="2"/></row>'
    source = p.made(tmp_path / "s.xlsx", p.sheet(data, after='<sheetProtection sheet="1"/>'))
    assert refused(source, target, {"A1": 1}) == "protected"
    assert refused(source, target, {"A9": 1}) == "protected"
    patch(source, target, {"Tab1": {"B1": 1}})


@pytest.mark.parametrize("reference", ["", "7B", "A0", "XFE1", "A1048577", "A1:B2", "Ä1"])
def test_references_that_are_none_are_refused(tmp_path, target, reference):
    source = p.made(tmp_path / "s.xlsx", p.sheet(""))
    assert refused(source, target, {reference: 1}) == "reference"


def test_places_outside_the_grid_are_refused(tmp_path):
    with open_package(p.made(tmp_path / "s.xlsx", p.sheet(""))) as package:
        for place in ((0, 1), (1, 0), (1_048_577, 1), (1, 16_385)):
            with pytest.raises(Refusal):
                Changes(package).set_cells("Tab1", {place: 1})
            with pytest.raises(Refusal):
                Changes(package).append_rows("Tab1", [(place[0], {place[1]: 1})])


def test_a_missing_tab_is_refused(tmp_path, target):
    source = p.made(tmp_path / "s.xlsx", p.sheet(""))
    with pytest.raises(Refusal) as caught:
        patch(source, target, {"Tab2": {"A1": 1}})
    assert caught.value.code == "no_tab"


def test_disordered_cells_are_kept_so_and_doubled_ones_refused(tmp_path, target):
    data = '<row r="1"><c r="B1"><v>2</v></c><c r="A1"><v>1</v></c></row><row r="2"><c r="A2"/><c r="A2"/></row>'
    source = p.made(tmp_path / "s.xlsx", p.sheet(data))
    assert refused(source, target, {"B2": 1}) == "layout"
    assert p.sheet(data.replace("<v>1<", "<v>5<")) == patched_sheet(source, target, {"A1": 5})


def test_odd_hints_and_whole_columns_are_no_hindrance(tmp_path, target):
    after = '<mergeCells><mergeCell ref="C:D"/></mergeCells>'
    source = p.made(tmp_path / "s.xlsx", p.sheet("", '<dimension ref="?"/>', after))
    assert refused(source, target, {"D7": 1}) == "merged"
    assert '<dimension ref="?"/>' in patched_sheet(source, target, {"B7": 1})


def test_oddities_nobody_foresaw_are_refused(tmp_path, target):
    source = p.made(tmp_path / "s.xlsx", p.sheet("", '<cols><col min="x" max="3" style="1"/></cols>'))
    assert refused(source, target, {"A1": 1}) == "odd"


def test_disordered_rows_are_refused(tmp_path, target):
    source = p.made(tmp_path / "s.xlsx", p.sheet('<row r="2"/><row r="1"/>'))
    assert refused(source, target, {"A2": 1}) == "layout"


# --- stale results ---------------------------------------------------------------------------------


def computing(path: Path, formula: str, engine: str = "191029", names: str = "") -> Path:
    data = '<row r="1"><c r="A1"><v>1</v></c></row><row r="2"><c r="A2"><v>1</v></c><c r="B2"><v>1</v></c></row>'
    other = f'<row r="1"><c r="A1"><f>{formula}</f><v>1</v></c></row>'
    return p.made(path, p.sheet(data), p.sheet(other), workbook=f'{names}<calcPr calcId="{engine}"/>')


@pytest.mark.parametrize(
    "formula",
    ["Tab1!A1", "SUM('Tab1'!$A:$A)", "Tab1!1:1", "tab1!A1:A9+1", 'IF(A1="x",Tab1!A1)', "SUM(Tab1:Tab2!A1)", "Total*2"],
)
def test_a_formula_that_reads_the_cell_asks_for_computation(tmp_path, target, formula):
    names = "<definedNames><definedName name='Total'>Tab1!$A$1</definedName></definedNames>"
    source = computing(tmp_path / "s.xlsx", formula, names=names)
    patch(source, target, {"Tab1": {"A1": 2}})
    assert 'fullCalcOnLoad="1"' in p.text_of(target, "xl/workbook.xml")
    assert p.changed_members(source, target) == {SHEET, "xl/workbook.xml"}


@pytest.mark.parametrize("formula", ["A1", "Tab1!A2", "Tab1!B:B", '"Tab1!A1"', "[1]Tab1!A1", "Tab1!A11", "LOG10(2)"])
def test_otherwise_the_workbook_part_keeps_its_bytes(tmp_path, target, formula):
    source = computing(tmp_path / "s.xlsx", formula)
    patch(source, target, {"Tab1": {"A1": 2}})
    assert p.changed_members(source, target) == {SHEET}


def test_an_older_engine_makes_excel_compute_by_itself(tmp_path, target):
    source = computing(tmp_path / "s.xlsx", "Tab1!A1", engine="162913")
    patch(source, target, {"Tab1": {"A1": 2}})
    assert p.changed_members(source, target) == {SHEET}


# --- appended rows ----------------------------------------------------------------------------------


def append(source: Path, target: Path, rows: list[tuple[int, dict[int, Value]]], like: int | None = None) -> None:
    with open_package(source) as package:
        changes = Changes(package)
        changes.append_rows("Tab1", rows, like)
        changes.write(target)


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
    append(source, tmp_path / "t2.xlsx", [(9, {1: 5})], like=0)
    assert p.text_of(tmp_path / "t2.xlsx", SHEET).count(" s=") == 1


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


def test_all_refused_cells_are_named_at_once(tmp_path, target):
    data = '<row r="1"><c r="A1"><f>1</f></c><c r="B1"><f>1</f></c><c r="C1"/></row>'
    source = p.made(tmp_path / "s.xlsx", p.sheet(data))
    with pytest.raises(Refusal) as caught:
        patch(source, target, {"Tab1": {"A1": 1, "B1": 1, "C1": float("nan")}})
    assert [error.values["cell"] for error in (caught.value, *caught.value.also)] == ["A1", "B1", "C1"]


def test_every_refusal_has_its_german_sentence():
    german = texts("de")
    for sentence, advice in SENTENCES.values():
        assert german.say(sentence) != sentence
        assert not advice or german.say(advice) != advice
        names = set(re.findall(r"{\w+}", sentence))
        assert set(re.findall(r"{\w+}", german.say(sentence))) == names


# --- kim cell -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("12", 12), ("-3,5", -3.5), ("2.5", 2.5), ("0", 0), ("007", "007"), ("+49 1", "+49 1"), ("1.234,5", "1.234,5"),
        ("wahr", True), ("False", False), ("2024-10-31", dt.date(2024, 10, 31)), ("31.10.2024", dt.date(2024, 10, 31)),
        ("31.10.2024 9:30", dt.datetime(2024, 10, 31, 9, 30)), ("2024-10-31T09:30", dt.datetime(2024, 10, 31, 9, 30)),
        ("09:30", dt.time(9, 30)), ("25:00", "25:00"), ("31.02.2024", "31.02.2024"), ("'12", "12"), ("", None),
        ("=1+1", "=1+1"), (" bestätigt ", "bestätigt"),
    ],
)  # fmt: skip
def test_what_people_type(text, value):
    assert typed(text) == value
    assert type(typed(text)) is type(value)


def test_kim_cell_in_place_and_elsewhere(tmp_path, target):
    source = p.made(tmp_path / "s.xlsx", p.sheet('<row r="1"><c r="A1"><v>1</v></c></row>'))
    before = source.read_bytes()
    assert set_cell(source, "'Tab1'!b2", "31.10.2024", target) == "'Tab1'!B2 = 2024-10-31"
    assert source.read_bytes() == before
    assert set_cell(source, "Tab1!A1", "2") == "'Tab1'!A1 = 2"
    assert p.by_openpyxl(source, "Tab1") == {(1, 1): 2}
    assert sorted(path.name for path in tmp_path.iterdir()) == ["s.xlsx", "target.xlsx"]


def test_kim_cell_leaves_an_open_workbook_alone(tmp_path):
    source = p.made(tmp_path / "s.xlsx", p.sheet(""))
    (tmp_path / "~$s.xlsx").write_bytes(b"\x05Meier" + b" " * 159)
    before = source.read_bytes()
    with pytest.raises(Refusal) as caught:
        set_cell(source, "Tab1!A1", "2")
    assert caught.value.code == "open"
    assert source.read_bytes() == before
    with pytest.raises(Refusal):
        set_cell(source, "A1", "2")


def test_many_dates_in_a_column_without_date_format(tmp_path, target):
    rows = "".join(f'<row r="{n}"><c r="A{n}"><v>1</v></c></row>' for n in range(1, 3001))
    source = p.made(tmp_path / "s.xlsx", p.sheet(rows))
    patch(source, target, {"Tab1": {f"A{n}": dt.date(2024, 10, 31) for n in range(1, 3001)}})
    found = p.by_calamine(target, "Tab1")
    assert set(found.values()) == {dt.date(2024, 10, 31)}
    assert p.text_of(target, "xl/styles.xml") == p.STYLES  # the workbook had that format already


# --- LibreOffice as a third reader ------------------------------------------------------------------


def all_kinds(folder: Path) -> list[Path]:
    """Workbooks of several producers, some with odd XML; each has a tab Tab1."""
    rows: list[list[Value]] = [[1, "a", dt.date(2024, 1, 1)], [2.5, "ä & <b>", None], [True, None, dt.time(9)]]
    plain = '<row><c><v>1</v></c><c t="str"><v>x</v></c></row><row r="4"><c r="C4"><v>4</v></c></row>'
    prefixed = re.sub(r"<(/?)(?=[a-z])", r"<\1q:", p.sheet(plain)).replace(" xmlns=", " xmlns:q=")
    commented = p.sheet(plain.replace("<row", "<!-- a --><row"))
    return [
        p.from_openpyxl(folder / "openpyxl.xlsx", rows),
        p.from_xlsxwriter(folder / "xlsxwriter.xlsx", rows),
        p.rich(folder / "rich.xlsx"),
        p.made(folder / "without_r.xlsx", p.sheet(plain)),
        p.made(folder / "prefixed.xlsx", prefixed),
        p.made(folder / "commented.xlsx", commented),
        p.made(folder / "utf16.xlsx", p.sheet(plain).replace("UTF-8", "UTF-16").encode("utf-16")),
    ]


@pytest.mark.servers
def test_libreoffice_reads_all_edits_and_all_the_rest(tmp_path):
    if not shutil.which("soffice"):
        pytest.skip("LibreOffice is not installed")
    # No truth values: LibreOffice itself turns them into formulas, some of them shown as numbers.
    edits = {(2, 4): "=no formula", (7, 2): 12.25, (9, 9): "Größe\nzwei", (8, 1): dt.date(2024, 10, 31)}
    before = all_kinds(tmp_path)
    after = [path.with_name("edited_" + path.name) for path in before]
    for source, target in zip(before, after, strict=True):
        patch(source, target, {"Tab1": {cell_name(*place): value for place, value in edits.items()}})
    subprocess.run(
        ["soffice", f"-env:UserInstallation=file://{tmp_path}/profile", "--headless", "--convert-to", "ods", "--outdir",
         str(tmp_path), *map(str, before + after)],
        check=True, capture_output=True, timeout=200,
    )  # fmt: skip
    for source, target in zip(before, after, strict=True):
        expected = {**p.by_calamine(source.with_suffix(".ods"), "Tab1"), **edits}
        found = p.by_calamine(target.with_suffix(".ods"), "Tab1")
        wrong = {k for k in expected.keys() | found.keys() if not reads_as(expected.get(k), found.get(k))}
        assert not wrong, source.name
