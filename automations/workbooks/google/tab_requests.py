"""A TabDoc as the requests that make its tab, or rewrite it where it stands."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, time
from itertools import groupby
from typing import Any

from automations.model.tabdoc import Chart, Link, TabDoc
from automations.workbooks.cellrefs import column_letters
from automations.workbooks.drawing.layout import ROW_PIXELS
from automations.workbooks.drawing.links import LinkTarget, Resolver
from automations.workbooks.drawing.sheets import Drawing
from automations.workbooks.google.canvas import Canvas, Formats, Request
from automations.workbooks.google.cells import Grid
from automations.workbooks.google.reading import number_for
from automations.workbooks.google.tab_charts import drawer

_SPARE_ROWS = 5


class SheetLink(LinkTarget, frozen=True):
    """A link to a cell of the same spreadsheet, by the tab's id. Semicolons separate arguments in every locale."""

    sheet: int = 0

    def formula(self, shown: str) -> str:
        """See LinkTarget."""
        place = f'"#gid={self.sheet}&range={column_letters(self.column)}"'
        return f"=HYPERLINK({place}&{self.row_formula(';')};{shown})"


def sheet_links(resolve: Resolver, grids: Mapping[str, Grid]) -> Resolver:
    """Links as Google's, of targets by the name of their tab."""

    def resolved(link: Link) -> LinkTarget | None:
        target = resolve(link)
        if target is None:
            return None
        # Such a key cannot be looked up in every locale, so the link leads to the row as it stands now.
        key = None if isinstance(target.key, date | time) or _broken(target.key) else target.key
        sheet = grids[target.tab].id
        return SheetLink(target.tab, target.key_column, target.column, target.row, key, sheet)

    return resolved


def _broken(key: object) -> bool:
    """A number with decimals, which a formula writes differently in every locale."""
    return isinstance(key, float) and not key.is_integer()


def tab_requests(
    doc: TabDoc, sheet_id: int, title: str, former: Grid | None, resolve: Resolver, language: str
) -> list[Request]:
    """All that makes the tab. `former` is the tab as it stands, None for a new one, whose `title` is free."""
    canvas = Canvas(sheet_id)
    Drawing(doc, Formats(), canvas, drawer(canvas, doc.id), resolve, language).draw()
    columns = max([len(canvas.widths), *(column + 1 for _, column in canvas.cells)])
    rows = max([row + 1 for row, _ in canvas.cells] + [_chart_end(chart) for chart in canvas.charts]) + _SPARE_ROWS
    size = {"rowCount": rows, "columnCount": columns, "frozenRowCount": canvas.frozen, "hideGridlines": True}
    return [
        *(_cleared(sheet_id, size, former) if former else _added(sheet_id, title, size)),
        *_cells(canvas, rows, columns),
        *_sizes(canvas, rows),
        *({"mergeCells": {"range": area, "mergeType": "MERGE_ALL"}} for area in canvas.merged),
        *([{"setBasicFilter": {"filter": {"range": canvas.filter}}}] if canvas.filter else []),
        *({"addConditionalFormatRule": {"rule": rule, "index": n}} for n, rule in enumerate(canvas.rules)),
        *_charts(canvas, former),
    ]


def chart_ids(doc: TabDoc) -> list[int]:
    """The ids of the charts that a tab may have."""
    return [number_for("kim.chart", doc.id, block.id) for block in doc.blocks if isinstance(block, Chart)]


def _added(sheet_id: int, title: str, size: Mapping[str, Any]) -> list[Request]:
    return [{"addSheet": {"properties": {"sheetId": sheet_id, "title": title, "gridProperties": dict(size)}}}]


def _cleared(sheet_id: int, size: Mapping[str, Any], former: Grid) -> list[Request]:
    """The tab as empty as a new one. Its place, name, colour, and what people drew on it stay."""
    # Field by field, or the colour that people gave the tab would go.
    fields = ",".join(f"gridProperties.{name}" for name in size)
    resized = {"properties": {"sheetId": sheet_id, "gridProperties": dict(size)}, "fields": fields}
    # Always index 0: the others move up.
    first = [{"deleteConditionalFormatRule": {"sheetId": sheet_id, "index": 0}}] * former.rules
    return [
        *first,
        {"clearBasicFilter": {"sheetId": sheet_id}},
        {"unmergeCells": {"range": {"sheetId": sheet_id}}},
        {"updateSheetProperties": resized},
    ]


def _cells(canvas: Canvas, rows: int, columns: int) -> Iterator[Request]:
    lines = [{"values": [canvas.cells.get((row, column), {}) for column in range(columns)]} for row in range(rows)]
    fields = "userEnteredValue,userEnteredFormat,note,dataValidation"
    # All cells, blank ones too: so what stood there before goes.
    yield {"updateCells": {"range": canvas.area(0, 0, rows - 1, columns - 1), "rows": lines, "fields": fields}}


def _sizes(canvas: Canvas, rows: int) -> Iterator[Request]:
    yield from _runs(canvas.sheet_id, "COLUMNS", [canvas.widths[column] for column in sorted(canvas.widths)])
    yield from _runs(canvas.sheet_id, "ROWS", [canvas.heights.get(row, ROW_PIXELS) for row in range(rows)])


def _runs(sheet_id: int, dimension: str, sizes: list[int]) -> Iterator[Request]:
    """One request for neighbours of the same size."""
    start = 0
    for size, run in groupby(sizes):
        end = start + len(list(run))
        yield {
            "updateDimensionProperties": {
                "range": {"sheetId": sheet_id, "dimension": dimension, "startIndex": start, "endIndex": end},
                "properties": {"pixelSize": size},
                "fields": "pixelSize",
            }
        }
        start = end


def _charts(canvas: Canvas, former: Grid | None) -> Iterator[Request]:
    """Charts of people on our tab stay; ours that are no longer wanted go."""
    standing = former.charts if former else frozenset()
    gone = (former.our_charts & standing if former else frozenset()) - {chart["chartId"] for chart in canvas.charts}
    yield from ({"deleteEmbeddedObject": {"objectId": number}} for number in sorted(gone))
    for chart in canvas.charts:
        number = chart["chartId"]
        if number not in standing:
            yield {"addChart": {"chart": chart}}
            continue
        yield {"updateChartSpec": {"chartId": number, "spec": chart["spec"]}}
        yield {"updateEmbeddedObjectPosition": {"objectId": number, "newPosition": chart["position"], "fields": "*"}}


def _chart_end(chart: Mapping[str, Any]) -> int:
    """The row below a chart."""
    place = chart["position"]["overlayPosition"]
    return int(place["anchorCell"]["rowIndex"]) + 1 + -(-int(place["heightPixels"]) // ROW_PIXELS)
