"""Where the blocks of a TabDoc stand on a sheet, before anything is drawn. Rows and columns from 0."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from automations.tabdoc import Block, Chart, Grid, Heading, TabDoc, Text

ROW_PIXELS = 20
"""Height of a plain row at 96 dpi (15 points)."""

MIN_CHARACTERS = 80
"""Text runs at least that wide, even over narrow grids."""

_CM_PIXELS = 96 / 2.54
_CHART_GAP = 16


@dataclass(frozen=True, slots=True)
class Placed:
    """A block and its first row; `x` is a chart's distance from the left in pixels. For a grid,
    `body` is its first row of values and `header` the row of its titles (-1 for none)."""

    block: Block
    row: int
    header: int = -1
    body: int = 0
    x: int = 0


@dataclass(frozen=True, slots=True)
class Layout:
    """All blocks with their places, column widths in characters, and how many columns text spans."""

    placed: tuple[Placed, ...]
    widths: tuple[int, ...]
    span: int
    stand_row: int

    def grids(self) -> Mapping[str, Placed]:
        """Placed grids by their id."""
        return {item.block.id: item for item in self.placed if isinstance(item.block, Grid)}


def lay_out(doc: TabDoc) -> Layout:
    """Blocks below each other with a blank row between; consecutive charts side by side."""
    widths = _widths(doc)
    blocks: tuple[Block, ...] = doc.blocks
    if not (blocks and isinstance(blocks[0], Heading) and blocks[0].level == 1):
        blocks = (Heading(doc.title, 1), *blocks)
    placed = tuple(_place(blocks, sum(map(column_pixels, widths)), with_stand=doc.stand is not None))
    return Layout(placed, widths, len(widths), 1 if doc.stand else -1)


def column_pixels(characters: int) -> int:
    """A column's width on screen (Calibri 11: 7 pixels a digit and 5 of padding)."""
    return characters * 7 + 5


def lines(text: str, characters: int) -> int:
    """How many lines a text fills when wrapped at a width."""
    return sum(max(1, math.ceil(len(part) * 1.05 / max(1, characters))) for part in text.split("\n"))


def chart_pixels(chart: Chart) -> tuple[int, int]:
    """A chart's size on screen."""
    return round(chart.width_cm * _CM_PIXELS), round(chart.height_cm * _CM_PIXELS)


def _widths(doc: TabDoc) -> tuple[int, ...]:
    widths: list[int] = []
    for block in doc.blocks:
        if isinstance(block, Grid):
            widths += [0] * (len(block.columns) - len(widths))
            for number, column in enumerate(block.columns):
                widths[number] = max(widths[number], column.width, 6)
    while sum(widths) < MIN_CHARACTERS:
        widths.append(14)
    return tuple(widths)


def _place(blocks: tuple[Block, ...], page: int, *, with_stand: bool) -> Iterator[Placed]:
    row = x = below = 0
    for number, block in enumerate(blocks):
        if isinstance(block, Chart):
            width, height = chart_pixels(block)
            if x and x + width > max(page, 2 * width + _CHART_GAP):
                row, x, below = below, 0, 0
            yield Placed(block, row, x=x)
            x += width + _CHART_GAP
            below = max(below, row + math.ceil(height / ROW_PIXELS) + 1)
            continue
        row, x, below = max(row, below), 0, 0
        if isinstance(block, Grid):
            header = row + (1 if block.title else 0)
            body = header + (1 if block.header else 0)
            yield Placed(block, row, header if block.header else -1, body)
            row = body + max(len(block.rows), 1 if block.empty else 0) + 1
        else:
            yield Placed(block, row)
            row += 2 if with_stand and number == 0 else 1
            row += _gap(block, blocks[number + 1] if number + 1 < len(blocks) else None)


def _gap(block: Heading | Text, following: Block | None) -> int:
    """Blank rows below a line of text: none between a heading and what it heads."""
    return 1 if isinstance(block, Text) and not isinstance(following, Text) else 0
