"""A tab's charts as Google draws them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from automations.model.tabdoc import Chart, Grid
from automations.workbooks.drawing.charts import LABELLED, goes_below_zero
from automations.workbooks.drawing.formats import INK, MUTED, SERIES, Looks
from automations.workbooks.drawing.layout import Placed, chart_pixels
from automations.workbooks.google.canvas import Canvas, CellFormat, colour
from automations.workbooks.google.reading import number_for

_KINDS: Mapping[str, tuple[str, str]] = {
    "column": ("COLUMN", "NOT_STACKED"),
    "stacked": ("COLUMN", "STACKED"),
    "bar": ("BAR", "NOT_STACKED"),
    "line": ("LINE", "NOT_STACKED"),
}
_SMALL = {"fontSize": 9, "foregroundColorStyle": colour(MUTED)}

Draw = Callable[[Placed, Mapping[str, Placed], Looks[CellFormat]], None]


def drawer(canvas: Canvas, tab: str) -> Draw:
    """Draws charts onto a canvas; their ids are made of the tab's id and their own."""

    def draw(placed: Placed, grids: Mapping[str, Placed], _looks: Looks[CellFormat]) -> None:
        chart = placed.block
        source = grids.get(chart.grid) if isinstance(chart, Chart) else None
        if isinstance(chart, Chart) and source and isinstance(source.block, Grid) and source.block.rows:
            canvas.charts.append(
                {
                    "chartId": number_for("kim.chart", tab, chart.id),
                    "spec": _spec(canvas, chart, source, source.block),
                    "position": {"overlayPosition": _position(canvas, placed, chart)},
                }
            )

    return draw


def _position(canvas: Canvas, placed: Placed, chart: Chart) -> dict[str, Any]:
    """The cell that a chart hangs on, as near to its place as there is one, and the rest in pixels."""
    column, x = 0, placed.x
    while column + 1 < len(canvas.widths) and x >= canvas.widths[column]:
        x -= canvas.widths[column]
        column += 1
    width, height = chart_pixels(chart)
    return {
        "anchorCell": {"sheetId": canvas.sheet_id, "rowIndex": placed.row, "columnIndex": column},
        "offsetXPixels": x,
        "offsetYPixels": 4,
        "widthPixels": width,
        "heightPixels": height,
    }


def _spec(canvas: Canvas, chart: Chart, source: Placed, grid: Grid) -> dict[str, Any]:
    count = min(chart.rows or len(grid.rows), len(grid.rows))
    # With its heading, by which Google names the series.
    first = source.header if source.header >= 0 else source.body

    def cells(column: int) -> dict[str, Any]:
        place = source.column + column
        return {"sourceRange": {"sources": [canvas.area(first, place, source.body + count - 1, place)]}}

    kind, stacking = _KINDS[chart.kind]
    values = "BOTTOM_AXIS" if chart.kind == "bar" else "LEFT_AXIS"
    basic: dict[str, Any] = {
        "chartType": kind,
        "legendPosition": "BOTTOM_LEGEND" if len(chart.series) > 1 else "NO_LEGEND",
        "headerCount": 1 if source.header >= 0 else 0,
        "domains": [{"domain": cells(chart.categories)}],
        "series": [_series(chart, number, cells(column), values, count) for number, column in enumerate(chart.series)],
        "axis": [_value_axis(chart, grid, values)],
    }
    if stacking == "STACKED":
        basic["stackedType"] = stacking
    return {
        "title": chart.title,
        "titleTextFormat": {"fontSize": 12, "bold": True, "foregroundColorStyle": colour(INK)},
        "altText": chart.title,
        "basicChart": basic,
    }


def _series(chart: Chart, number: int, cells: dict[str, Any], axis: str, count: int) -> dict[str, Any]:
    series: dict[str, Any] = {"series": cells, "targetAxis": axis, "colorStyle": colour(SERIES[number % len(SERIES)])}
    if chart.kind == "line":
        series |= {"lineStyle": {"width": 2, "type": "SOLID"}, "pointStyle": {"size": 5, "shape": "CIRCLE"}}
    elif len(chart.series) == 1 and count <= LABELLED:
        series["dataLabel"] = {
            "type": "DATA",
            "placement": "OUTSIDE_END",
            "textFormat": {"fontSize": 9, "foregroundColorStyle": colour(INK)},
        }
    return series


def _value_axis(chart: Chart, grid: Grid, position: str) -> dict[str, Any]:
    axis: dict[str, Any] = {"position": position, "format": _SMALL}
    if chart.y_title:
        axis["title"] = chart.y_title
    if not goes_below_zero(chart, grid):
        # From 0, or small differences look like large ones.
        axis["viewWindowOptions"] = {"viewWindowMode": "EXPLICIT", "viewWindowMin": 0}
    return axis
