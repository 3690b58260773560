"""No chart is cut by the end of a printed page."""

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
