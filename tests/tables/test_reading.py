"""Reading .xlsx files: values, what calamine leaves out, and files that are none."""

from __future__ import annotations

import io
import zipfile
from datetime import date, datetime, time, timedelta
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from automations.workbooks.cellrefs import column_letters, column_number
from automations.workbooks.protocol import RawTab, RawWorkbook, WorkbookError
from automations.workbooks.stores.opening import read_bytes
from automations.workbooks.xlsx.backend import XlsxWorkbook
from automations.workbooks.xlsx.reading import read_workbook
from automations.workbooks.xlsx.sheet_scan import MAX_AREA, area, scan_sheet

PATH = Path("Team.xlsx")
AT = datetime(2024, 2, 29, 9, 40)  # noqa: DTZ001 - cells have no zone


def saved(book: openpyxl.Workbook) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def read(book: openpyxl.Workbook) -> RawWorkbook:
    return read_workbook("team", saved(book), PATH)


def first(book: openpyxl.Workbook) -> RawTab:
    return read(book).tabs[0]


def with_part(data: bytes, part: str, content: bytes) -> bytes:
    """The package with one part's content changed."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            target.writestr(name, content if name == part else source.read(name))
    return out.getvalue()


def part_of(data: bytes, part: str) -> bytes:
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        return package.read(part)


@pytest.mark.parametrize("epoch_1904", [False, True])
def test_values_come_as_people_typed_them(epoch_1904):
    book = openpyxl.Workbook()
    if epoch_1904:
        book.epoch = CALENDAR_MAC_1904
    typed = ["Text", 7, 2.5, True, date(2024, 2, 29), AT, time(9, 40), None, "Ende"]
    book.active.append(typed)
    assert list(first(book).rows[0]) == typed


def test_durations_are_times_of_day_up_to_a_day_and_days_beyond():
    book = openpyxl.Workbook()
    book.active.append([timedelta(hours=1, minutes=30), timedelta(hours=36)])
    assert list(first(book).rows[0]) == [time(1, 30), 1.5]


def test_a_time_that_is_a_hair_early_is_the_full_minute():
    book = openpyxl.Workbook()
    sheet = book.active
    sheet["A1"], sheet["A2"] = 9 / 24 - 1e-8, 45000 + 9 / 24 - 1e-8
    sheet["A1"].number_format, sheet["A2"].number_format = "hh:mm", "dd.mm.yyyy hh:mm"
    assert [row[0] for row in first(book).rows] == [time(9, 0), AT.replace(2023, 3, 15, 9, 0)]


def test_formulas_errors_and_merged_cells_stand_beside_the_values():
    book = openpyxl.Workbook()
    sheet = book.active
    sheet["B2"] = '=IF(1<2,"a & b","")'
    sheet["C3"] = "#N/A"
    sheet["C3"].data_type = "e"
    sheet.merge_cells("D4:E5")
    sheet["D4"] = "zusammen"
    tab = first(book)
    assert dict(tab.formulas) == {(2, 2): 'IF(1<2,"a & b","")'}
    assert dict(tab.errors) == {(3, 3): "#N/A"}
    assert tab.merged == ((4, 4, 5, 5),)
    assert tab.rows[3][3] == "zusammen"


def test_hidden_and_chart_sheets_and_two_names_that_trim_to_one():
    book = openpyxl.Workbook()
    book.active.title = "Fälle"
    book.active["A1"] = 1
    book.create_chartsheet("Diagramm")
    book.create_sheet("Fälle ")["A1"] = 2
    book.create_sheet("versteckt").sheet_state = "hidden"
    tabs = read(book).tabs
    assert [(tab.name, tab.hidden) for tab in tabs] == [
        ("Fälle", False), ("Diagramm", False), ("Fälle ", False), ("versteckt", True),
    ]  # fmt: skip
    assert [list(map(list, tab.rows)) for tab in tabs] == [[[1]], [], [[2]], []]
    assert len({tab.id for tab in tabs}) == 4


def test_a_value_far_down_in_a_narrow_sheet_is_read_and_formats_do_not_count():
    book = openpyxl.Workbook()
    sheet = book.active
    sheet["A1"], sheet["B100000"] = "oben", "unten"
    sheet["XFD5"].number_format = "0.00"
    rows = first(book).rows
    assert len(rows) == 100_000
    assert rows[-1] == [None, "unten"]


def test_cells_too_far_apart_are_refused_before_they_are_laid_out():
    book = openpyxl.Workbook()
    book.active["A1048576"], book.active["XFD1"] = "x", "y"
    with pytest.raises(WorkbookError, match="too far apart"):
        read(book)
    xml = part_of(saved(book), "xl/worksheets/sheet1.xml")
    assert area(xml) == 1_048_576 * 16_384 > MAX_AREA


SHARED = (
    b'<row r="2"><c r="B2"><f t="shared" ref="B2:B3" si="0">A2&amp;"x"</f></c></row>'
    b'<row r="3"><c r="B3"><f t="shared" si="0"/><v>1</v></c></row>'
)
SHEET = b"""<?xml version="1.0" encoding="UTF-8"?>
<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>%s</sheetData></worksheet>"""


@pytest.mark.parametrize(
    ("rows", "formulas", "errors"),
    [
        (b'<row r="2"><c r="B2"><f>1+1</f><v>2</v></c></row>', {(2, 2): "1+1"}, {}),
        (SHARED, {(2, 2): 'A2&"x"', (3, 2): ""}, {}),
        (b'<row r="1"><c r="C1" t="e"><v>#REF!</v></c></row>', {}, {(1, 3): "#REF!"}),
        (b'<row r="1"><c r="C1" t="e"><f>A1/0</f><v>#DIV/0!</v></c></row>', {(1, 3): "A1/0"}, {(1, 3): "#DIV/0!"}),
        (b'<row><c t="e"><v>#N/A</v></c><c><f>1</f></c></row>', {(1, 2): "1"}, {(1, 1): "#N/A"}),
        (b'<row r="4"><c/><c><f>2</f></c></row>', {(4, 2): "2"}, {}),
        (b'<!-- <c r="A9"><f>no</f></c> --><row r="1"><c r="A1"><f>yes</f></c></row>', {(1, 1): "yes"}, {}),
        (b'<row r="1"><c r="A1"><f><![CDATA[1<2]]></f></c></row>', {(1, 1): "1<2"}, {}),
        (b'<row r="1"><c r="A1" t="str"><v>&lt;f> t="e"</v></c></row>', {}, {}),
    ],
)  # fmt: skip
def test_formulas_and_errors_in_xml_of_all_kinds(rows, formulas, errors):
    found = scan_sheet(SHEET % rows)
    assert (found.formulas, found.errors) == (formulas, errors)


def test_prefixed_and_utf_16_sheets_are_understood():
    plain = SHEET % b'<row r="1"><c r="A1" t="e"><f>1/0</f><v>#DIV/0!</v></c></row>'
    prefixed = (
        plain.replace(b"<", b"<x:").replace(b"<x:/", b"</x:").replace(b"<x:?", b"<?").replace(b"xmlns=", b"xmlns:x=")
    )
    wide = plain.decode().replace("UTF-8", "UTF-16").encode("utf-16")
    assert scan_sheet(plain) == scan_sheet(prefixed) == scan_sheet(wide)


@settings(max_examples=50, deadline=None)
@given(
    st.dictionaries(
        st.tuples(st.integers(1, 40), st.integers(1, 60)),
        st.sampled_from(["=A1+1", '="<f>"', "#N/A", 'Text <f> & t="e"', 5, None]),
        max_size=25,
    )
)
def test_a_search_finds_what_a_parser_finds(cells):
    book = openpyxl.Workbook()
    for (row, column), value in cells.items():
        cell = book.active.cell(row, column)
        cell.value = value
        if value == "#N/A":
            cell.data_type = "e"
    xml = part_of(saved(book), "xl/worksheets/sheet1.xml")
    found = scan_sheet(xml)
    assert found == scan_sheet(xml + b"<!-- a comment sends it to the parser -->")
    assert found.formulas == {k: v[1:] for k, v in cells.items() if isinstance(v, str) and v.startswith("=")}
    assert set(found.errors) == {k for k, v in cells.items() if v == "#N/A"}


@pytest.mark.parametrize("odd", [b"<f>1+1</f>", b'<f t="shared" si="0"/>', b"<f/>"])
def test_a_sheet_full_of_formulas_is_swept_and_reads_the_same(odd):
    cells = b"".join(b'<row r="%d"><c r="B%d"><f>A%d&gt;1</f></c></row>' % (i, i, i) for i in range(1, 20_002))
    xml = SHEET % (cells + b'<row r="20002"><c r="C20002" t="e">' + odd + b"<v>#N/A</v></c></row>")
    found = scan_sheet(xml)
    assert found == scan_sheet(xml + b"<!-- to the parser -->")
    assert len(found.formulas) == 20_002
    assert found.formulas[7, 2] == "A7>1"


def test_true_and_one_stay_apart_however_often_they_stand():
    book = openpyxl.Workbook()
    for row in ([True, 1, 0, False], [1, True, False, 0], [1.0, True, "1", None]):
        book.active.append(row)
    rows = first(book).rows
    assert [[(type(cell), cell) for cell in row] for row in rows] == [
        [(bool, True), (int, 1), (int, 0), (bool, False)],
        [(int, 1), (bool, True), (bool, False), (int, 0)],
        [(int, 1), (bool, True), (str, "1")],
    ]


@given(st.integers(1, 16_384))
def test_column_letters_and_numbers(number):
    assert column_number(column_letters(number)) == number


def damaged_files() -> dict[str, tuple[bytes, str]]:
    book = openpyxl.Workbook()
    book.active["A1"] = "x"
    good = saved(book)
    sheet = part_of(good, "xl/worksheets/sheet1.xml")
    bomb = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "%s">]>' % (b"x" * 50) + sheet.partition(b"?>")[2]
    zeros = sheet.replace(b"</sheetData>", b" " * (64 * 2**20) + b"</sheetData>")
    twice = io.BytesIO(good)
    with pytest.warns(UserWarning, match="Duplicate"), zipfile.ZipFile(twice, "a") as package:
        package.writestr("xl/worksheets/sheet1.xml", sheet)
    return {
        "empty": (b"", "empty"),
        "text": (b"Nachname;Vorname\n", "csv"),
        "unicode text": ("Nachname\tVorname\n".encode("utf-16"), "csv"),
        "old": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "old_format"),
        "password": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "encrypted"),
        "torn": (good[: len(good) // 2], "damaged"),
        "other zip": (changed_zip({"hallo.txt": b"x"}), "archive"),
        "no sheets": (with_part(good, "xl/workbook.xml", b'<workbook xmlns="http://x"/>'), "damaged"),
        "torn sheet": (with_part(good, "xl/worksheets/sheet1.xml", sheet[:-30]), "damaged"),
        "entities in a sheet": (with_part(good, "xl/worksheets/sheet1.xml", bomb), "damaged"),
        "entities": (with_part(good, "xl/workbook.xml", b"<!DOCTYPE a []><workbook/>"), "damaged"),
        "zip bomb": (with_part(good, "xl/worksheets/sheet1.xml", zeros), "hostile"),
        "one name twice": (twice.getvalue(), "hostile"),
    }


def changed_zip(parts: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        for name, content in parts.items():
            package.writestr(name, content)
    return out.getvalue()


@pytest.fixture(scope="module")
def damaged():
    return damaged_files()


@pytest.mark.parametrize(
    "kind",
    ["empty", "text", "old", "password", "torn", "other zip", "no sheets", "torn sheet", "entities in a sheet",
     "entities", "zip bomb", "one name twice", "unicode text"],
)  # fmt: skip
def test_a_file_that_is_no_workbook_is_one_sentence(damaged, tmp_path, kind):
    data, code = damaged[kind]
    path = tmp_path / "Team.xlsx"
    path.write_bytes(data)
    with pytest.raises(WorkbookError) as caught:
        XlsxWorkbook("team", path, versions=tmp_path / "versions").read()
    assert caught.value.code == code
    assert "Team.xlsx" in caught.value.message
    assert caught.value.message.endswith(".")
    assert caught.value.advice.startswith(("Bitte", "Geben"))


def test_missing_files_and_folders_are_said(tmp_path):
    for path, code in ((tmp_path / "fehlt.xlsx", "missing"), (tmp_path, "folder")):
        with pytest.raises(WorkbookError) as caught:
            read_bytes(path)
        assert caught.value.code == code


def test_a_damaged_zip_member_never_raises_anything_else(tmp_path):
    book = openpyxl.Workbook()
    for row in range(200):
        book.active.append([row, f"Zeile {row}", None, "=1+1"])
    good = saved(book)
    codes = set()
    for place in range(0, len(good), max(1, len(good) // 150)):
        broken = bytearray(good)
        broken[place] ^= 0xFF
        try:
            read_workbook("team", bytes(broken), PATH)
        except WorkbookError as error:
            codes.add(error.code)
    # The place of the bytes moves with the moment of saving: one may be the size that a member claims to have.
    assert "damaged" in codes <= {"damaged", "hostile"}


def test_a_workbook_says_from_where_its_dates_count():
    book = openpyxl.Workbook()
    assert not read(book).date1904
    book.epoch = CALENDAR_MAC_1904
    assert read(book).date1904
