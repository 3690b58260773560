"""Tabs of ours as native Google tabs, told from what the emulator then holds."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from msgspec import structs

from automations.model.tabdoc import Chart, Column, Grid, Heading, Link, TabCell, TabDoc, Text
from automations.workbooks.google.canvas import Formats, number_format
from automations.workbooks.google.changes import cell_requests
from tests.support.google_sheets import Clock, SheetDesk, new_sheet, open_sheet
from tests.support.workbook_contract import LEDGER, Announced, base_of, case_rows, named


@pytest.fixture
def sheet(google):
    return new_sheet(google, {"Fälle": case_rows()})


@pytest.fixture
def book(google, sheet):
    return open_sheet(google, sheet, Clock())


def a_tab(rows=3, kind="column", charts=("months",), title="Zahlen"):
    cells = tuple(
        (TabCell(f"KIM-{n + 1}", link=Link("team", "cases", f"KIM-{n + 1}", "phase")), TabCell(n * 2, "bad"))
        for n in range(rows)
    )
    columns = (Column("Fall", note="Die Nummer."), Column("Zahl", style="number", bar=True))
    grid = Grid("numbers", columns, cells, title="Fälle im Monat", filter=True, freeze=True, empty="nichts")
    drawn = tuple(Chart(name, kind, "Zahlen", "numbers", 0, (1,)) for name in charts)
    return TabDoc("numbers", title, "team", (Heading("Zahlen", 1), Text("Bitte ansehen.", "warn"), grid, *drawn))


def write(book, doc):
    return book.write([], [doc], base_of(book.read()), "t", LEDGER, Announced())


def tab_of(google, sheet, title="Zahlen"):
    return next(tab for tab in google.spreadsheet(sheet).sheets if tab.title == title)


def test_content_and_look_arrive(google, sheet, book):
    assert write(book, a_tab()).status == "written"
    tab = tab_of(google, sheet)
    rows = [list(row) for row in named(book.read(), "Zahlen").rows]
    header = rows.index(["Fall", "Zahl"])
    assert rows[0] == ["Zahlen"]
    assert rows[header + 1 : header + 4] == [["KIM-1", 0], ["KIM-2", 2], ["KIM-4", 4]] or rows[header + 3][1] == 4
    assert tab.properties["gridProperties"]["frozenRowCount"] == header + 1
    assert tab.properties["gridProperties"]["hideGridlines"] is True
    look = tab.cell(header, 0)["userEnteredFormat"]
    assert look["textFormat"]["bold"] is True
    assert tab.cell(header, 0)["note"] == "Die Nummer."
    assert tab.cell(header + 1, 1)["userEnteredFormat"]["numberFormat"] == {"type": "NUMBER", "pattern": "#,##0"}
    assert tab.basic_filter["range"]["startRowIndex"] == header
    assert len(tab.conditional) == 1
    assert [chart["spec"]["basicChart"]["chartType"] for chart in tab.charts] == ["COLUMN"]
    source = tab.charts[0]["spec"]["basicChart"]["series"][0]["series"]["sourceRange"]["sources"][0]
    assert (source["startRowIndex"], source["endRowIndex"], source["startColumnIndex"]) == (header, header + 4, 1)


def test_a_tab_that_stands_still_is_coloured_by_itself(google, sheet, book):
    stand = datetime(2024, 10, 31, 7, tzinfo=ZoneInfo("Europe/Berlin"))
    late = {"stale_after": date(2024, 11, 1), "stale_label": "Steht still!", "stand_label": "Stand 31.10.2024"}
    assert write(book, structs.replace(a_tab(), stand=stand, **late)).status == "written"
    rule = tab_of(google, sheet).conditional[-1]
    row = rule["ranges"][0]["startRowIndex"]
    assert named(book.read(), "Zahlen").rows[row][0] == "Stand 31.10.2024"
    assert rule["booleanRule"]["condition"]["values"] == [{"userEnteredValue": "=TODAY()>45597"}]
    assert rule["booleanRule"]["format"]["textFormat"]["bold"] is True


def test_a_link_follows_its_row_by_number_in_any_locale(google, sheet, book):
    write(book, a_tab())
    tab = tab_of(google, sheet)
    formulas = [
        value["formulaValue"]
        for row in tab.rows
        for cell in row.values()
        if "formulaValue" in (value := cell.get("userEnteredValue", {}))
    ]
    assert formulas[0] == '=HYPERLINK("#gid=0&range=C"&IFERROR(MATCH("KIM-1";\'Fälle\'!$A:$A;0);1);"KIM-1")'


def test_a_rewritten_tab_keeps_nothing_of_its_former_self(google, sheet, book):
    write(book, a_tab(rows=40, charts=("months", "years")))
    former = {chart["chartId"] for chart in tab_of(google, sheet).charts}
    write(book, a_tab(rows=2, kind="line"))
    tab = tab_of(google, sheet)
    assert len(tab.charts) == 1
    assert tab.charts[0]["chartId"] in former
    assert tab.charts[0]["spec"]["basicChart"]["chartType"] == "LINE"
    assert len(tab.conditional) == 1
    assert len(tab.merges) == 1
    assert not any("KIM-30" in row for row in named(book.read(), "Zahlen").rows)
    assert write(book, a_tab(rows=2, kind="line")).status == "unchanged"


def test_what_people_drew_on_our_tab_stays(google, sheet, book):
    write(book, a_tab())
    tab = tab_of(google, sheet)
    theirs = {**tab.charts[0], "chartId": 4711}
    google.person("team", sheet).does({"addChart": {"chart": theirs}})
    write(book, a_tab(rows=1, charts=()))
    assert [chart["chartId"] for chart in tab_of(google, sheet).charts] == [4711]


def test_a_deleted_tab_is_made_anew(google, sheet, book):
    write(book, a_tab())
    google.person("team", sheet).does({"deleteSheet": {"sheetId": tab_of(google, sheet).id}})
    assert write(book, a_tab()).status == "written"
    assert [tab.name for tab in book.read().tabs] == ["Fälle", "Zahlen"]


def test_a_copy_of_our_tab_belongs_to_people(google, sheet, book):
    write(book, a_tab())
    copied = {"sourceSheetId": tab_of(google, sheet).id, "newSheetName": "Stand Oktober"}
    google.person("team", sheet).does({"duplicateSheet": copied})
    before = SheetDesk(google.person("team", sheet)).rows("Stand Oktober")
    write(book, a_tab(rows=1))
    assert SheetDesk(google.person("team", sheet)).rows("Stand Oktober") == before


def test_a_tab_without_rows_says_so(google, sheet, book):
    write(book, a_tab(rows=0))
    assert any("nichts" in row for row in named(book.read(), "Zahlen").rows)
    assert tab_of(google, sheet).charts == []


@pytest.mark.parametrize(
    ("pattern", "kind", "plain"),
    [
        ("#,##0", "NUMBER", "#,##0"), ("0.0 %", "PERCENT", "0.0 %"), ("dd.mm.yyyy", "DATE", "dd.mm.yyyy"),
        ("dd.mm.yyyy hh:mm", "DATE_TIME", "dd.mm.yyyy hh:mm"), ("hh:mm", "TIME", "hh:mm"),
        ("[$-407]mmm yyyy", "DATE", "mmm yyyy"), ("+0.0 %;-0.0 %;0.0 %", "PERCENT", "+0.0 %;-0.0 %;0.0 %"),
    ],
)  # fmt: skip
def test_number_formats_of_excel_are_known_to_google(pattern, kind, plain):
    assert number_format(pattern) == {"type": kind, "pattern": plain}


def test_a_look_in_googles_words():
    common = {"font_name": "Calibri", "font_size": 11, "font_color": "#222222", "valign": "vcenter"}
    made = Formats().add_format({**common, "bold": True, "bg_color": "#FF0000", "align": "right", "indent": 1,
                                 "bottom": 1, "bottom_color": "#0000FF", "num_format": "General"})  # fmt: skip
    assert made["textFormat"]["bold"] is True
    assert made["backgroundColorStyle"] == {"rgbColor": {"red": 1.0, "green": 0.0, "blue": 0.0}}
    assert (made["horizontalAlignment"], made["verticalAlignment"]) == ("RIGHT", "MIDDLE")
    assert made["padding"]["right"] > made["padding"]["left"]
    assert made["borders"]["bottom"]["style"] == "SOLID"
    assert "numberFormat" not in made


def test_neighbouring_cells_go_in_one_request_and_others_apart():
    cells = {(3, 1): "a", (3, 2): "b", (3, 4): "c", (4, 4): date(2025, 2, 3), (4, 5): "d"}
    requests = [request["updateCells"] for request in cell_requests(0, cells, {})]
    places = [(r["start"]["rowIndex"], r["start"]["columnIndex"], len(r["rows"][0]["values"])) for r in requests]
    assert places == [(2, 0, 2), (2, 3, 1), (3, 3, 1), (3, 4, 1)]
    assert [r["fields"] for r in requests].count("userEnteredValue") == 3
