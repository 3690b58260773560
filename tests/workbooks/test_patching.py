# ruff: noqa: DTZ001 - cells hold wall-clock times
from __future__ import annotations

import datetime as dt
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from automations.model.values import Value, normalise
from automations.workbooks.cellrefs import cell_name
from automations.workbooks.refusals import Refusal
from automations.workbooks.xlsx.changes import Changes, patch
from automations.workbooks.xlsx.package import open_package
from tests.support import packages as p
from tests.support.patch_checks import SHEET, patched_sheet, reads_as, refused, with_table


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return tmp_path / "target.xlsx"


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
