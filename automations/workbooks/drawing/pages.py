"""Where the printed pages of a tab end, so that no chart is cut in two and no table without need."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import accumulate

from msgspec import Struct

from automations.model.tabdoc import Chart, Grid, Heading
from automations.workbooks.drawing.layout import ROW_PIXELS, Layout, Placed, chart_pixels, column_pixels

WIDTH, HEIGHT = 1026, 678  # what fits on A4 across between the margins that `sheets` sets, in pixels at 96 dpi

# Programs break a page a little earlier than the arithmetic says; or far later, where their fonts are smaller. Relied
# upon is this much of a page after a break of ours, no more.
_ROOM = 0.94

_LATE = 0.75  # what is longer than a page begins on a new one if so much of the present one is used
_PLAIN = 15.0  # points of a row


class _Part(Struct, frozen=True):
    """Blocks that belong together: first row, and where they begin and end in pixels; and where their charts do."""

    row: int
    top: float
    end: float
    charts: float
    blocks: tuple[Placed, ...]


def breaks(layout: Layout, heights: Mapping[int, float], *, landscape: bool = True) -> list[int]:
    """The rows (from 0) before which a new page begins. `heights` are rows' heights in points where they are
    not plain. A tab is printed one page wide."""
    width, height = (WIDTH, HEIGHT) if landscape else (HEIGHT, WIDTH)
    columns = sum(map(column_pixels, layout.widths))
    widest = max([columns, *(item.x + _size(item)[0] for item in layout.placed)])
    tops = _tops(layout, heights)
    # What is wider than the page is shrunk to it, so that more rows fit.
    page = height * max(1.0, widest / width) * _ROOM - _repeated(layout, tops)
    sections = [_part(blocks, tops) for blocks in _grouped(layout.placed, _heads)]
    return list(_breaks(sections, tops, page))


def _breaks(sections: Sequence[_Part], tops: Sequence[float], page: float) -> Iterator[int]:
    """A section stands on one page if it fits on one; else each of its tables and charts does."""
    start = 0.0
    for section in sections:
        parts = [section] if section.end - section.top <= page else _bands(section, tops)
        for part in parts:
            long = part.end - part.top > page
            over = part.charts - start > page or (part.top - start > _LATE * page if long else part.end - start > page)
            if part.row and part.top > start and over:
                start = part.top
                yield part.row


def _heads(item: Placed, before: Sequence[Placed]) -> bool:
    """A section begins with a heading; a tab's title and what has neither table nor chart stay with what follows."""
    return isinstance(item.block, Heading) and _shows(before)


def _bands(section: _Part, tops: Sequence[float]) -> list[_Part]:
    """The parts of a section that may stand on pages of their own: what stands side by side is one, and a
    heading or sentence belongs to what follows."""

    def begins(item: Placed, before: Sequence[Placed]) -> bool:
        return _shows(before) and item.row >= max(map(_last, before))

    return [_part(blocks, tops) for blocks in _grouped(section.blocks, begins)]


def _shows(blocks: Sequence[Placed]) -> bool:
    return any(isinstance(one.block, Grid | Chart) for one in blocks)


def _grouped(placed: Sequence[Placed], begins: Callable[[Placed, Sequence[Placed]], bool]) -> Iterator[list[Placed]]:
    group: list[Placed] = []
    for item in placed:
        if group and begins(item, group):
            yield group
            group = []
        group.append(item)
    if group:
        yield group


def _part(blocks: Sequence[Placed], tops: Sequence[float]) -> _Part:
    row = min(item.row for item in blocks)
    charts = max((tops[item.row] + _size(item)[1] for item in blocks if isinstance(item.block, Chart)), default=0.0)
    end = max([charts, *(tops[_last(item)] for item in blocks if not isinstance(item.block, Chart))])
    return _Part(row, tops[row], end, charts, tuple(blocks))


def _last(placed: Placed) -> int:
    """The row below a block; a chart's own rows are reckoned in pixels."""
    if isinstance(placed.block, Grid):
        return placed.body + max(len(placed.block.rows), 1 if placed.block.empty else 0)
    if isinstance(placed.block, Chart):
        return placed.row + -(-_size(placed)[1] // ROW_PIXELS)
    return placed.row + 1


def _size(placed: Placed) -> tuple[int, int]:
    return chart_pixels(placed.block) if isinstance(placed.block, Chart) else (0, 0)


def _tops(layout: Layout, heights: Mapping[int, float]) -> list[float]:
    """How far down each row begins, in pixels."""
    rows = max((_last(item) for item in layout.placed), default=0) + 1
    scale = ROW_PIXELS / _PLAIN
    return list(accumulate((heights.get(row, _PLAIN) * scale for row in range(rows)), initial=0.0))


def _repeated(layout: Layout, tops: Sequence[float]) -> float:
    """The height of the header that stands on each page."""
    frozen = [p for p in layout.placed if isinstance(p.block, Grid) and p.block.freeze and p.header >= 0]
    return tops[frozen[0].header + 1] - tops[frozen[0].header] if frozen else 0.0
