"""Native charts over the grids of a tab."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from automations.model.tabdoc import Chart, Grid
from automations.workbooks.drawing.formats import INK, MUTED, RULE, SERIES, Looks
from automations.workbooks.drawing.layout import Placed, chart_pixels

if TYPE_CHECKING:
    import xlsxwriter
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

_KINDS: Mapping[str, dict[str, str]] = {
    "column": {"type": "column"},
    "stacked": {"type": "column", "subtype": "stacked"},
    "bar": {"type": "bar"},
    "line": {"type": "line"},
}
LABELLED = 14  # so many bars can carry their numbers without a crowd
_DAY = "dd.mm.yy"  # programs that do not take an axis's format from its cells show the number of a day instead

_ADDRESS = re.compile(r"(?<=[^!])!(?=\$?[A-Z]+\$?\d)")


def draw_chart(
    book: xlsxwriter.Workbook, sheet: Worksheet, placed: Placed, grids: Mapping[str, Placed], looks: Looks[Format]
) -> None:
    """A chart at its place; none where its grid is missing or has no rows."""
    chart = placed.block
    source = grids.get(chart.grid) if isinstance(chart, Chart) else None
    if not isinstance(chart, Chart) or source is None or not isinstance(source.block, Grid) or not source.block.rows:
        return
    drawn = book.add_chart(_KINDS[chart.kind])
    count = min(chart.rows or len(source.block.rows), len(source.block.rows))
    for number, column in enumerate(chart.series):
        drawn.add_series(_series(sheet, chart, source, source.block, column, number, count))
    _dress(drawn, chart, source.block, looks)
    width, height = chart_pixels(chart)
    drawn.set_size({"width": width, "height": height})
    sheet.insert_chart(
        # Moves with its cells and keeps its size: rows that grow must not stretch it.
        placed.row,
        0,
        drawn,
        {"x_offset": placed.x, "y_offset": 4, "object_position": 2, "description": chart.title},
    )


def _series(
    sheet: Worksheet, chart: Chart, source: Placed, grid: Grid, column: int, number: int, count: int
) -> dict[str, Any]:
    colour, first, last = SERIES[number % len(SERIES)], source.body, source.body + count - 1
    names, values = source.column + chart.categories, source.column + column
    name: Any = [sheet.name, source.header, values] if source.header >= 0 else _words(grid.columns[column].title)
    series: dict[str, Any] = {
        "name": name,
        "categories": [sheet.name, first, names, last, names],
        "values": [sheet.name, first, values, last, values],
        "gap": 60,
        # Without it stacked bars stand beside each other.
        "overlap": 100 if chart.kind == "stacked" else 0,
    }
    if chart.kind == "line":
        return series | {
            "line": {"color": colour, "width": 2.25},
            "marker": {"type": ("circle", "square", "diamond", "triangle")[number % 4], "size": 5,
                       "fill": {"color": colour}, "border": {"color": colour}},
        }  # fmt: skip
    series["fill"] = {"color": colour}
    if len(chart.series) == 1 and count <= LABELLED:
        series["data_labels"] = {"value": True, "font": {"size": 9, "color": INK}}
    return series


def _dress(drawn: Any, chart: Chart, grid: Grid, looks: Looks[Format]) -> None:
    small = {"size": 9, "color": MUTED}
    drawn.set_title(
        {"name": _words(chart.title), "name_font": {"size": 12, "bold": True, "color": INK}, "overlay": False}
    )
    drawn.set_chartarea({"border": {"color": RULE}})
    drawn.set_legend({"position": "bottom", "font": small} if len(chart.series) > 1 else {"none": True})
    percent = all(grid.columns[column].style == "percent" for column in chart.series)
    values = {
        "num_font": small,
        "num_format": "0 %" if percent else "#,##0",
        "major_gridlines": {"visible": True, "line": {"color": RULE, "width": 0.75}},
        "line": {"none": True},
        "min": 0,
    }
    if goes_below_zero(chart, grid):
        # An axis from 0 would cut off what lies below.
        del values["min"]
    if chart.y_title:
        values |= {"name": _words(chart.y_title), "name_font": {"size": 9, "bold": False, "color": MUTED}}
    # “low”: names stay at the edge where bars go below zero.
    names = {"num_font": small, "line": {"color": RULE}, "label_position": "low"}
    if grid.columns[chart.categories].style == "month":
        names |= {"num_format": looks.month(), "text_axis": True}
    elif any(isinstance(row[chart.categories].value, date) for row in grid.rows):
        names |= {"num_format": _DAY, "text_axis": True}
    if chart.kind == "bar":
        # The first row of the grid stands on top, as in the grid; the values stay below.
        names["reverse"] = True
        values["label_position"] = "high"
    drawn.set_x_axis(values if chart.kind == "bar" else names)
    drawn.set_y_axis(names if chart.kind == "bar" else values)


def goes_below_zero(chart: Chart, grid: Grid) -> bool:
    """Whether one of the chart's numbers is negative."""
    values = (row[column].value for row in grid.rows for column in chart.series)
    return any(isinstance(value, int | float) and value < 0 for value in values)


def _words(text: str) -> str:
    """A title that stays a text: XlsxWriter takes what begins like Tab!A1 for the address of a cell."""
    return _ADDRESS.sub("! ", text)
