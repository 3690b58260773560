"""No chart is cut by the end of a printed page, and no table without need."""

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from automations.model.tabdoc import Chart, Column, Grid, Heading, TabCell, TabDoc
from automations.workbooks.drawing.layout import ROW_PIXELS, chart_pixels, column_pixels, lay_out
from automations.workbooks.drawing.pages import HEIGHT, WIDTH, breaks
from automations.workbooks.drawing.sheets import render_tab


def sections(sizes):
    """A tab with a section for each number of rows: a heading, a grid, a chart beside or below it."""
    blocks = [Heading("Titel", 1)]
    for n, (rows, beside) in enumerate(sizes):
        cells = tuple((TabCell(str(row)), TabCell(row)) for row in range(rows))
        blocks += [Heading(f"Teil {n}"), Grid(f"g{n}", (Column("a", 30), Column("b", 30)), cells, empty="nichts")]
        blocks += [Chart(f"c{n}", "line", "Bild", f"g{n}", 0, (1,), beside=f"g{n}" if beside else "")] if rows else []
    return TabDoc("x", "X", "team", tuple(blocks))


def cut(doc, rows, room=1.0):
    """The charts that a page ends in, reckoned anew, where `room` times as much fits on a page."""
    layout = lay_out(doc)
    charts = [item for item in layout.placed if isinstance(item.block, Chart)]
    wide = max([sum(map(column_pixels, layout.widths)), *(item.x + chart_pixels(item.block)[0] for item in charts)])
    page = HEIGHT * max(1, wide / WIDTH) * 0.94 * room
    heights = {item.row: 24 * 4 / 3 for item in layout.placed if isinstance(item.block, Heading)}
    heights[0] = 40
    for item in charts:
        start = sum(heights.get(row, ROW_PIXELS) for row in range(item.row))
        top = sum(
            heights.get(row, ROW_PIXELS) for row in range(max([row for row in rows if row <= item.row], default=0))
        )
        end = start + chart_pixels(item.block)[1]
        if (start - top) // page != (end - top) // page:
            yield item.block.id


@given(st.lists(st.tuples(st.integers(0, 60), st.booleans()), max_size=8), st.floats(1.0, 1.8))
@settings(max_examples=60, deadline=None)
def test_no_chart_is_cut(sizes, room):
    """However much smaller a program prints: a workbook with wide columns gets more rows on a page."""
    doc = sections(sizes)
    heights = {item.row: 24 for item in lay_out(doc).placed if isinstance(item.block, Heading)} | {0: 30}
    rows = breaks(lay_out(doc), heights)
    assert rows == sorted(set(rows))
    assert list(cut(doc, rows, room)) == []


def test_without_breaks_one_would_be_cut():
    assert list(cut(sections([(25, True), (20, True), (9, True)]), []))


@pytest.mark.filterwarnings("ignore:.*xtension is not supported:UserWarning")
def test_the_breaks_stand_in_the_sheet(tmp_path):
    render_tab(sections([(25, True), (20, True), (9, True)]), tmp_path / "x.xlsx", lambda _: None)
    sheet = openpyxl.load_workbook(tmp_path / "x.xlsx").worksheets[0]
    assert [sheet.cell(item.id + 1, 1).value for item in sheet.row_breaks.brk] == ["Teil 1", "Teil 2"]


def tables(sizes):
    """A tab with a section of tables of so many rows below each other, one section for each list of sizes."""
    blocks = [Heading("Titel", 1)]
    for n, section in enumerate(sizes):
        blocks.append(Heading(f"Teil {n}"))
        for m, rows in enumerate(section):
            cells = tuple((TabCell(str(row)), TabCell(row)) for row in range(rows))
            blocks.append(Grid(f"g{n}-{m}", (Column("a", 30), Column("b", 30)), cells, empty="nichts"))
    return TabDoc("x", "X", "team", tuple(blocks))


def starts(doc, landscape=True):
    """What each page after the first begins with: a heading's text, or a table's id."""
    layout = lay_out(doc)
    heights = {item.row: 24 for item in layout.placed if isinstance(item.block, Heading)} | {0: 30}
    rows = breaks(layout, heights, landscape=landscape)
    return [
        next(i.block.text if isinstance(i.block, Heading) else i.block.id for i in layout.placed if i.row == row)
        for row in rows
    ]


def test_a_section_that_fits_on_a_page_stands_on_one():
    assert starts(tables([[20], [15], [5]])) == ["Teil 1"]


def test_the_tables_of_a_section_longer_than_a_page_are_kept_whole():
    assert starts(tables([[8, 14, 20, 3]])) == ["g0-2"]


def test_a_table_longer_than_a_page_begins_where_it_stands_unless_little_is_left():
    assert starts(tables([[8], [90]])) == []
    assert starts(tables([[24], [90]])) == ["Teil 1"]


def test_a_title_never_stands_alone():
    assert starts(tables([[29]])) == []
    assert starts(tables([[], [29]])) == []


def test_a_look_ahead_of_26_weeks_stands_on_one_page_with_its_chart():
    blocks = [Heading("Vorschau", 1)]
    for n in range(3):
        rows = tuple((TabCell("01.01.2025"), *[TabCell(1)] * 8) for _ in range(26))
        columns = (Column("Woche ab", 26), *[Column("Last", 15)] * 8)
        chart = Chart(f"c{n}", "line", "Bild", f"g{n}", 0, (4, 5), width_cm=24, height_cm=7.5)
        blocks += [Heading(f"Teil {n}"), chart, Grid(f"g{n}", columns, rows)]
    assert starts(TabDoc("x", "X", "team", tuple(blocks)), landscape=False) == ["Teil 1", "Teil 2"]
