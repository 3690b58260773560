"""Summary tabs: what a TabDoc says stands in the sheet, with formats, links, charts and print settings."""

from __future__ import annotations

import subprocess
import zipfile
from datetime import UTC, date, datetime, time

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from automations.model.tabdoc import Chart, Column, Grid, Heading, Link, TabCell, TabDoc, Text
from automations.workbooks.drawing.layout import lay_out, lines, title_lines
from automations.workbooks.drawing.links import LinkTarget
from automations.workbooks.drawing.sheets import render_tab
from automations.workbooks.xlsx.reading import read_workbook

STAND = datetime(2024, 10, 31, 7, tzinfo=UTC)
LINK = Link("team", "cases", "KIM-1", "manager")


def tab(*blocks, **more) -> TabDoc:
    return TabDoc("overview", "Übersicht", "team", blocks, stand=STAND, stand_label="Stand: 31.10.2024", **more)


def grid(rows, *columns, **more) -> Grid:
    cells = tuple(tuple(c if isinstance(c, TabCell) else TabCell(c) for c in row) for row in rows)
    return Grid(more.pop("id", "g"), columns or tuple(Column(f"S{n}") for n in range(len(rows[0]))), cells, **more)


@pytest.fixture
def drawn(tmp_path):
    """Draws a tab; gives the sheet as openpyxl sees it."""

    def draw(doc: TabDoc, resolve=lambda _: None):
        path = tmp_path / "scratch.xlsx"
        render_tab(doc, path, resolve)
        return openpyxl.load_workbook(path).worksheets[0]

    return draw


# openpyxl does not know the newer form of data bars, and says so.
pytestmark = pytest.mark.filterwarnings("ignore:.*xtension is not supported:UserWarning")


def values(sheet) -> list[list]:
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    return [[value for value in row if value is not None] for row in rows if any(value is not None for value in row)]


def test_blocks_stand_below_each_other_with_the_stand_under_the_title(drawn):
    sheet = drawn(tab(Heading("Übersicht", 1), Text("Ein Satz."), grid([["a", 1], ["b", 2]], title="Zahlen")))
    assert values(sheet) == [
        ["Übersicht"], ["Stand: 31.10.2024"], ["Ein Satz."], ["Zahlen"], ["S0", "S1"], ["a", 1], ["b", 2],
    ]  # fmt: skip


def test_an_empty_grid_says_so(drawn):
    sheet = drawn(tab(Grid("g", (Column("Fall"),), (), empty="Heute ruft niemand an.")))
    assert values(sheet)[-2:] == [["Fall"], ["Heute ruft niemand an."]]


@pytest.mark.parametrize(
    ("value", "cell_style", "column_style", "expected"),
    [
        (3.1, "signed_points", "plain", '+0.0" %-Punkte";-0.0" %-Punkte";0.0" %-Punkte"'),
        (1234, "plain", "number", "#,##0"),
        (0.5, "plain", "percent", "0.0 %"),
        (0.5, "bad", "percent", "0.0 %"),
        (-3, "signed", "plain", "+#,##0;-#,##0;0"),
        (2024, "plain", "plain", "General"),
        (date(2024, 10, 1), "plain", "plain", "dd.mm.yyyy"),
        (date(2024, 10, 1), "plain", "month", "[$-407]mmm yyyy"),
        (datetime(2024, 10, 1, 9, 30, tzinfo=UTC), "plain", "plain", "dd.mm.yyyy hh:mm"),
        (time(9, 30), "plain", "time", "hh:mm"),
        (1234, "figure", "plain", "#,##0"),
    ],
)
def test_values_keep_their_type_and_get_a_format(drawn, value, cell_style, column_style, expected):
    sheet = drawn(tab(grid([[TabCell(value, cell_style)]], Column("S", style=column_style))))
    cell = next(cell for row in sheet.iter_rows() for cell in row if cell.value is not None and cell.row >= 5)
    assert cell.number_format == expected
    assert not isinstance(cell.value, str)


def test_text_is_text_whatever_it_begins_with(drawn):
    typed = ["=1+1", "+49 2323", "-", "@x", "http://a.example", "mailto:a@b.example", "internal:x", "007"]
    sheet = drawn(tab(grid([typed])))
    cells = list(sheet.iter_rows())[-1]
    assert [cell.value for cell in cells] == typed
    assert {cell.data_type for cell in cells} == {"s"}
    assert not any(cell.hyperlink for cell in cells)


@settings(max_examples=30, deadline=None)
@given(
    st.lists(
        st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff"), min_size=1).filter(
            str.strip
        ),
        min_size=1,
        max_size=4,
    )
)
def test_any_text_survives(tmp_path_factory, texts):
    path = tmp_path_factory.mktemp("t") / "scratch.xlsx"
    render_tab(tab(grid([texts])), path, lambda _: None)
    row = [cell.value for cell in list(openpyxl.load_workbook(path).worksheets[0].iter_rows())[-1]]
    assert row[: len(texts)] == texts


def test_a_link_finds_its_row_by_key_and_carries_its_value(drawn, tmp_path):
    target = LinkTarget("Fälle '24", 1, 4, 7, "KIM-1")
    sheet = drawn(tab(grid([[TabCell("KIM-1", link=LINK), TabCell(5, link=LINK)]])), lambda _: target)
    text, number = list(sheet.iter_rows())[-1][:2]
    assert text.value == ("=HYPERLINK(\"#'Fälle ''24'!D\"&IFERROR(MATCH(\"KIM-1\",'Fälle ''24'!$A:$A,0),1),\"KIM-1\")")
    assert number.value.endswith(",5)")
    path = tmp_path / "scratch.xlsx"
    assert list(read_workbook("t", path.read_bytes(), path).tabs[0].rows[-1]) == ["KIM-1", 5]


def test_a_name_like_a_function_is_no_function(drawn):
    names = TabCell("MAP(a) SORT(b) XLOOKUP(c)", link=LINK)
    sheet = drawn(tab(grid([[names]])), lambda _: LinkTarget("Fälle", 1, 4, 7, "LAMBDA(1)"))
    text = next(cell.value for row in sheet.iter_rows() for cell in row if cell.data_type == "f")
    assert '"LAMBDA(1)"' in text
    assert text.endswith(',"MAP(a) SORT(b) XLOOKUP(c)")')


def test_a_number_as_key_is_looked_up_as_a_number_and_a_draft_by_its_row():
    assert "MATCH(143," in LinkTarget("T", 2, 4, 7, 143).formula('"x"')
    assert LinkTarget("T", 2, 4, 7, None).formula('"x"') == '=HYPERLINK("#\'T\'!D"&7,"x")'


def test_patterns_in_a_key_are_taken_literally():
    assert 'MATCH("A~*1~?~~",' in LinkTarget("T", 1, 1, 2, "A*1?~").formula('"x"')


def test_a_link_to_nowhere_is_plain_text(drawn):
    sheet = drawn(tab(grid([[TabCell("KIM-1", link=LINK)]])))
    assert list(sheet.iter_rows())[-1][0].value == "KIM-1"


def test_nothing_in_it_is_volatile(drawn):
    sheet = drawn(tab(grid([[TabCell("KIM-1", link=LINK)]])), lambda _: LinkTarget("T", 1, 1, 2, "KIM-1"))
    formulas = [c.value for row in sheet.iter_rows() for c in row if c.data_type == "f"]
    assert formulas
    assert not any(name in text for text in formulas for name in ("NOW(", "TODAY(", "INDIRECT(", "OFFSET(", "CELL("))


def test_printing_fits_one_page_in_width_and_repeats_the_header(drawn):
    sheet = drawn(tab(Heading("T", 1), grid([["a"]] * 200, filter=True, freeze=True)))
    assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 9)
    assert (sheet.page_setup.fitToWidth or 1, sheet.page_setup.fitToHeight) == (1, 0)
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert sheet.print_title_rows == "$4:$4"
    assert sheet.freeze_panes == "A5"
    assert sheet.auto_filter.ref == "A4:A204"


def test_bars_leave_the_total_out(drawn):
    rows = [[1], [2], [TabCell(3, "total")]]
    sheet = drawn(tab(grid(rows, Column("S", style="number", bar=True))))
    (ranges,) = sheet.conditional_formatting
    assert str(ranges.sqref) == "A5:A6"


def test_charts_stand_over_their_grid_and_side_by_side(tmp_path):
    months = grid(
        [[date(2024, n, 1), n, n * 2] for n in range(1, 6)], Column("M", style="month"), Column("A"), Column("B")
    )
    charts = [
        Chart(f"c{n}", kind, f"T{n}", "g", 0, (1, 2)) for n, kind in enumerate(("column", "stacked", "bar", "line"))
    ]
    path = tmp_path / "scratch.xlsx"
    charts.append(Chart("lost", "line", "x", "no such grid", 0, (1,)))
    render_tab(tab(*charts, months), path, lambda _: None)
    with zipfile.ZipFile(path) as package:
        drawn = [name for name in package.namelist() if name.startswith("xl/charts/chart")]
        xml = package.read(drawn[0]).decode()
    assert len(drawn) == 4
    body = lay_out(tab(*charts, months)).grids()["g"].body
    assert f"$A${body + 1}:$A${body + 5}" in xml
    places = [p for p in lay_out(tab(*charts, months)).placed if isinstance(p.block, Chart)]
    assert places[0].row == places[1].row
    assert places[0].x < places[1].x
    assert places[2].row > places[0].row


def test_the_axis_of_a_chart_over_days_shows_days(tmp_path):
    days = grid([[date(2024, 11, n), n] for n in range(4, 9)], Column("Woche"), Column("A"))
    render_tab(tab(days, Chart("c", "line", "T", "g", 0, (1,))), tmp_path / "scratch.xlsx", lambda _: None)
    with zipfile.ZipFile(tmp_path / "scratch.xlsx") as package:
        assert "<c:catAx>" in (xml := package.read("xl/charts/chart1.xml").decode())
        assert '<c:numFmt formatCode="dd.mm.yy" sourceLinked="0"/>' in xml.partition("<c:catAx>")[2]


def test_a_month_without_a_figure_is_a_gap_in_the_chart_and_no_zero(tmp_path):
    """Office programs draw a text as zero: a dash would be a waiting time of no days."""
    times = grid([["Mai", 3, 5], ["Juni", "–", "–"], ["Juli", 4, 6]], Column("M"), Column("A"), Column("B"))
    render_tab(tab(times, Chart("c", "line", "T", "g", 0, (1,))), tmp_path / "x.xlsx", lambda _: None)
    rows = [[cell.value for cell in row] for row in openpyxl.load_workbook(tmp_path / "x.xlsx").worksheets[0]]
    assert [row[:3] for row in rows if row[0] == "Juni"] == [["Juni", None, "–"]]


def test_notes_show_when_a_cell_is_chosen_and_need_no_part_of_their_own(drawn, tmp_path):
    sheet = drawn(tab(grid([[TabCell(1, note="eins")]], Column("S", note="Was das heißt"))))
    assert {v.prompt for v in sheet.data_validations.dataValidation} == {"eins", "Was das heißt"}
    with zipfile.ZipFile(tmp_path / "scratch.xlsx") as package:
        assert not [name for name in package.namelist() if "comments" in name or "vml" in name]


def test_lines_of_wrapped_text():
    assert [lines(text, 10) for text in ("", "kurz", "x" * 11, "a\nb")] == [1, 1, 2, 2]
    assert [lines(text, 10) for text in ("sechs sechs", "hallo wort x", "a " + "x" * 21)] == [2, 2, 4]
    ours, theirs = "wenn nicht kommt ein anderer Mensch ran", "якщо ні цей час може отримати інша людина"
    assert [lines(text, 21) for text in (ours, theirs)] == [2, 3]


def test_no_word_of_a_title_is_broken():
    assert lay_out(tab(grid([["a"]], Column("Wahrgenommen", width=4)))).widths[0] >= 14


def test_a_title_is_as_high_as_its_words_need():
    assert [title_lines(text, 15) for text in ("Wer", "Offene Fälle, unten", "Kapazität erreicht (Woche ab)")] == [
        1,
        2,
        3,
    ]


def test_a_line_between_rows_runs_on_over_the_blanks_behind_it(drawn):
    text = "36 Termine · nicht da: MIO, NRA, PSC, CFO"
    rows = [
        [TabCell(text, "total"), TabCell(None, "total")],
        [TabCell(text, "total"), TabCell("x", "total")],
        [TabCell(text), TabCell(None)],
    ]
    sheet = drawn(tab(grid(rows, Column("Ort", 20, wrap=True), Column("Art", 20))))
    found = [row[0] for row in sheet.iter_rows() if row[0].value == text]
    assert [cell.alignment.wrap_text for cell in found] == [None, True, True]
    assert sheet.row_dimensions[found[0].row].height is None


def test_numbers_do_not_wrap_and_a_blank_is_no_judgement(drawn):
    sheet = drawn(tab(grid([[TabCell(None, "warn"), TabCell(5)]], Column("Nicht vollständig"), Column("n", wrap=True))))
    [(blank, number)] = [row[:2] for row in sheet.iter_rows() if row[1].value == 5]
    assert blank.fill.fgColor.rgb == "00000000"
    assert not number.alignment.wrap_text


@pytest.mark.servers
def test_libreoffice_opens_it_and_computes_the_same_links(tmp_path):
    scratch = tmp_path / "scratch.xlsx"
    render_tab(tab(grid([[TabCell("KIM-1", link=LINK)]])), scratch, lambda _: LinkTarget("Übersicht", 1, 1, 2, "KIM-1"))
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    try:
        subprocess.run(
            ["soffice", profile, "--headless", "--convert-to", "csv", "--outdir", str(tmp_path), str(scratch)],
            check=True, capture_output=True, timeout=120,
        )  # fmt: skip
    except FileNotFoundError:
        pytest.skip("LibreOffice is not installed")
    assert "KIM-1" in (tmp_path / "scratch.csv").read_text("latin-1")
