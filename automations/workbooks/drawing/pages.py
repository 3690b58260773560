"""Where the printed pages of a tab end, so that no chart is cut in two."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from automations.model.tabdoc import Chart, Heading
from automations.workbooks.drawing.layout import ROW_PIXELS, Layout, Placed, chart_pixels, column_pixels

WIDTH, HEIGHT = 1026, 678
"""What fits on A4 across between the margins that `sheets` sets, in pixels at 96 dpi."""

_ROOM = 0.94
"""Programs break a page a little earlier than the arithmetic says; or far later, where the workbook's normal font
makes columns wider and so all of it smaller. Relied upon is this much of a page after a break of ours, no more."""


def breaks(layout: Layout, heights: Mapping[int, float], *, landscape: bool = True) -> list[int]:
    """The rows (from 0) before which a new page begins. `heights` are rows' heights in points where they are
    not plain. A tab is printed one page wide."""
    width, height = (WIDTH, HEIGHT) if landscape else (HEIGHT, WIDTH)
    columns = sum(map(column_pixels, layout.widths))
    charts = [item for item in layout.placed if isinstance(item.block, Chart)]
    widest = max([columns, *(item.x + _size(item)[0] for item in charts)])
    page = height * max(1.0, widest / width) * _ROOM
    return list(_breaks(layout, charts, heights, page))


def _breaks(layout: Layout, charts: list[Placed], heights: Mapping[int, float], page: float) -> Iterator[int]:
    sections = [item.row for item in layout.placed if isinstance(item.block, Heading) and item.block.level > 1]
    top = 0
    for chart in charts:
        section = max([row for row in sections if row <= chart.row], default=chart.row)
        for row in (section, chart.row):
            end = _top(chart.row, heights) - _top(top, heights) + _size(chart)[1]
            if row > top and end > page:
                top = row
                yield row


def _size(placed: Placed) -> tuple[int, int]:
    return chart_pixels(placed.block) if isinstance(placed.block, Chart) else (0, 0)


def _top(row: int, heights: Mapping[int, float]) -> float:
    """How far down a row begins, in pixels."""
    plain = 15.0
    return sum(heights.get(number, plain) for number in range(row)) * ROW_PIXELS / plain
