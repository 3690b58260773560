"""Where the blocks of a TabDoc stand on a sheet, before anything is drawn. Rows and columns from 0."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping

from msgspec import Struct

from automations.model.tabdoc import Block, Chart, Grid, Heading, TabDoc, Text
from automations.workbooks.drawing.formats import JUDGEMENTS, is_right

ROW_PIXELS = 20  # height of a plain row at 96 dpi (15 points)
MIN_CHARACTERS = 80  # text runs at least that wide, even over narrow grids

_CM_PIXELS = 96 / 2.54
_CHART_GAP = 16
_NARROWEST, _GUTTER = 6, 3
_BOLD = 1.15  # how much wider than plain text bold text is
# How much wider than ours the letters of other scripts are (Greek, Cyrillic and all that follow them).
_BROAD, _OTHER_SCRIPTS = 1.1, "\u0370"


class Placed(Struct, frozen=True):
    """A block and its first row; `x` is a chart's distance from the left in pixels. For a grid, `body` is its first row
    of values, `header` the row of its titles (-1 for none), `column` its first column."""

    block: Block
    row: int
    header: int = -1
    body: int = 0
    x: int = 0
    column: int = 0


class Layout(Struct, frozen=True):
    """All blocks with their places, column widths in characters, and how many columns text spans."""

    placed: tuple[Placed, ...]
    widths: tuple[int, ...]
    span: int
    stand_row: int

    def grids(self) -> Mapping[str, Placed]:
        """Placed grids by their id."""
        return {item.block.id: item for item in self.placed if isinstance(item.block, Grid)}


def lay_out(doc: TabDoc) -> Layout:
    """Blocks below each other with a blank row between; consecutive charts side by side, as are blocks that say so."""
    columns = _first_columns(doc.blocks)
    widths = _widths(doc, columns)
    blocks: tuple[Block, ...] = doc.blocks
    if not (blocks and isinstance(blocks[0], Heading) and blocks[0].level == 1):
        blocks = (Heading(doc.title, 1), *blocks)
    placed = tuple(_Placing(widths, columns).place(blocks, with_stand=doc.stand is not None))
    return Layout(placed, widths, len(widths), 1 if doc.stand else -1)


def _first_columns(blocks: tuple[Block, ...]) -> Mapping[str, int]:
    """The first column of each grid: one column is left free between grids beside each other."""
    columns: dict[str, int] = {}
    ends: dict[str, int] = {}
    for block in blocks:
        if isinstance(block, Grid):
            columns[block.id] = ends[block.beside] + 1 if block.beside in ends else 0
            ends[block.id] = columns[block.id] + len(block.columns)
    return columns


def column_pixels(characters: int) -> int:
    """A column's width on screen (Calibri 11: 7 pixels a digit and 5 of padding)."""
    return characters * 7 + 5


def lines(text: str, characters: int) -> int:
    """How many lines a text fills when wrapped between words at a width; what is longer than a line is broken."""
    return sum(_wrapped(part, max(1, characters), 1.0, _BROAD) for part in text.split("\n"))


def chart_pixels(chart: Chart) -> tuple[int, int]:
    """A chart's size on screen."""
    return round(chart.width_cm * _CM_PIXELS), round(chart.height_cm * _CM_PIXELS)


def _widths(doc: TabDoc, columns: Mapping[str, int]) -> tuple[int, ...]:
    widths: list[int] = []
    for block in doc.blocks:
        if isinstance(block, Grid):
            first = columns[block.id]
            widths += [0] * (first + len(block.columns) - len(widths))
            for number, column in enumerate(block.columns, start=first):
                # A longer word would be broken in its middle; what stands to the right is indented by one.
                word = _longest_word(column.title) + is_right(column.style)
                widths[number] = max(widths[number], column.width, _NARROWEST, word)
    widths = [max(width, _GUTTER) for width in widths]
    # Columns that hold nothing, for text to run across.
    while sum(widths) < MIN_CHARACTERS:
        widths.append(14)
    return tuple(widths)


def title_lines(title: str, characters: int) -> int:
    """How many lines a column's title in bold fills: it is broken between words."""
    # Programs break behind a hyphen as at a blank.
    return _wrapped(title.replace("-", "- "), characters, _BOLD, _BOLD, breaks=False)


def _wrapped(text: str, characters: int, plain: float, broad: float, *, breaks: bool = True) -> int:
    """Lines that words fill, each letter `plain` wide, or `broad` in other scripts than ours."""
    count, used = 1, 0.0
    for word in text.split():
        wide = sum(broad if letter >= _OTHER_SCRIPTS else plain for letter in word)
        if used and used + 1 + wide > characters:
            count, used = count + 1, 0.0
        used += wide + (1 if used else 0)
        # A word longer than the line is broken wherever the line ends.
        if breaks and used > characters:
            count += math.ceil(used / characters) - 1
            used = used % characters or characters
    return count


def _longest_word(title: str) -> int:
    """The width that a title in bold needs so that no word of it is broken."""
    return max((math.ceil(len(word) * _BOLD) + 2 for word in title.replace("-", "- ").split()), default=0)


class _Placing:
    """Finds a place for each block, from top to bottom. `tops` and `rights` remember where grids and
    charts stand: their first row, and the pixel where something to their right may begin."""

    def __init__(self, widths: tuple[int, ...], columns: Mapping[str, int]) -> None:
        self._widths, self._columns = widths, columns
        self._tops: dict[str, int] = {}
        self._rights: dict[str, int] = {}
        self._below = 0

    def place(self, blocks: tuple[Block, ...], *, with_stand: bool) -> Iterator[Placed]:
        row = x = 0
        page = self._pixels(len(self._widths))
        for number, block in enumerate(blocks):
            if isinstance(block, Chart):
                row, x = self._chart_place(block, row, x, page)
                yield self._chart(block, row, x)
                x += chart_pixels(block)[0] + _CHART_GAP
                continue
            beside = isinstance(block, Grid) and self._columns[block.id] > 0
            row, x = self._tops[block.beside] if beside and isinstance(block, Grid) else max(row, self._below), 0
            if isinstance(block, Grid):
                placed = self._grid(block, row)
                yield placed
                row = self._below
            else:
                yield Placed(block, row)
                row += 2 if with_stand and number == 0 else 1
                row += _gap(block, blocks[number + 1] if number + 1 < len(blocks) else None)

    def _pixels(self, columns: int) -> int:
        return sum(map(column_pixels, self._widths[:columns]))

    def _chart_place(self, chart: Chart, row: int, x: int, page: int) -> tuple[int, int]:
        if chart.beside in self._tops:
            return self._tops[chart.beside], self._rights[chart.beside]
        width = chart_pixels(chart)[0]
        # Two charts stand side by side, however narrow the grids above them.
        if x == 0 or x + width > max(page, 2 * width + _CHART_GAP):
            return max(row, self._below), 0
        return row, x

    def _chart(self, chart: Chart, row: int, x: int) -> Placed:
        width, height = chart_pixels(chart)
        self._tops[chart.id], self._rights[chart.id] = row, x + width + _CHART_GAP
        # One row is left blank, as heights differ a little from program to program.
        self._below = max(self._below, row + math.ceil(height / ROW_PIXELS) + 1)
        return Placed(chart, row, x=x)

    def _grid(self, grid: Grid, row: int) -> Placed:
        column = self._columns[grid.id]
        header = row + (1 if grid.title else 0)
        body = header + (1 if grid.header else 0)
        self._tops[grid.id] = row
        self._rights[grid.id] = self._pixels(column + len(grid.columns)) + _CHART_GAP
        self._below = max(self._below, body + max(len(grid.rows), 1 if grid.empty else 0) + 1)
        return Placed(grid, row, header if grid.header else -1, body, column=column)


def _gap(block: Heading | Text, following: Block | None) -> int:
    """Blank rows below a line of text: none between a heading and what it heads, but one below the
    tab's title unless a sentence follows."""
    if isinstance(block, Heading) and block.level == 1:
        return 0 if isinstance(following, Text) and following.style not in JUDGEMENTS else 1
    return 1 if isinstance(block, Text) and not isinstance(following, Text) else 0
