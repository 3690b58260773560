"""A TabDoc drawn as the only sheet of a scratch workbook, ready to be grafted.

XlsxWriter draws it, because links are formulas that need a cached value. Printing: A4, one page wide."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import date, datetime, time
from pathlib import Path
from typing import TYPE_CHECKING, Any, Generic, TypeAlias, TypeVar

from msgspec.structs import replace

from automations.common.texts import texts
from automations.model.tabdoc import Chart, Column, Grid, Heading, Style, TabCell, TabDoc, Text
from automations.model.values import Value
from automations.workbooks.drawing.charts import draw_chart
from automations.workbooks.drawing.formats import BAR, JUDGEMENTS, Book, Looks, is_right
from automations.workbooks.drawing.layout import Layout, Placed, lay_out, lines, title_lines
from automations.workbooks.drawing.links import MAX_LITERAL, Resolver, literal
from automations.workbooks.drawing.pages import breaks
from automations.workbooks.drawing.printable import clean, printable
from automations.workbooks.outcomes import MAX_TAB_NAME

if TYPE_CHECKING:
    from xlsxwriter.format import Format

_MAX_NOTES = 500
_HIGHEST = 400  # points; Excel allows 409
_A4, _MAX_FROZEN = 9, 14


F = TypeVar("F")
Sheet: TypeAlias = Any  # a sheet of XlsxWriter, or what takes its place (see `google.canvas`)
DrawChart: TypeAlias = Callable[[Placed, Mapping[str, Placed], Looks[F]], None]


def render_tab(doc: TabDoc, target: Path, resolve: Resolver, language: str = "de") -> None:
    """Draw the tab into a new workbook at `target`."""
    render_tabs((doc,), target, resolve, language)


def render_tabs(docs: Iterable[TabDoc], target: Path, resolve: Resolver, language: str = "de") -> None:
    """Draw tabs into a new workbook at `target`, in their order."""
    import xlsxwriter

    from automations.workbooks.drawing.plain_formulas import PlainSheet

    with xlsxwriter.Workbook(str(target), {"in_memory": True, "default_date_format": "dd.mm.yyyy"}) as book:
        for doc in docs:
            sheet = book.add_worksheet(_sheet_name(doc.title), PlainSheet)

            def chart(placed: Placed, grids: Mapping[str, Placed], looks: Looks[Format], sheet: Sheet = sheet) -> None:
                draw_chart(book, sheet, placed, grids, looks)

            Drawing(doc, book, sheet, chart, resolve, language).draw()


class Drawing(Generic[F]):
    """One tab being drawn: `book` makes its formats, `sheet` takes its cells, `chart` draws a chart."""

    def __init__(
        self, doc: TabDoc, book: Book[F], sheet: Sheet, chart: DrawChart[F], resolve: Resolver, language: str
    ) -> None:
        self._doc, self._sheet, self._chart = printable(doc), sheet, chart
        self._resolve, self._language = resolve, language
        self._looks = Looks(book, language)
        self._layout: Layout = lay_out(self._doc)
        self._charted = _charted(self._doc)
        self._notes = 0
        self._heights: dict[int, int] = {}

    def draw(self) -> None:
        """All blocks, then the settings of the sheet."""
        for column, width in enumerate(self._layout.widths):
            self._sheet.set_column(column, column, width, self._looks.of())
        grids = self._layout.grids()
        for placed in self._layout.placed:
            if isinstance(placed.block, Heading):
                self._heading(placed.row, placed.block.text, placed.block.level)
            elif isinstance(placed.block, Text):
                self._across(placed.row, placed.block.text, placed.block)
            elif isinstance(placed.block, Grid):
                self._grid(placed, placed.block)
            else:
                self._chart(placed, grids, self._looks)
        self._stand()
        self._page()

    def _heading(self, row: int, text: str, level: int) -> None:
        self._height(row, 30 if level == 1 else 24)
        self._sheet.write_string(row, 0, text, self._looks.title(level))

    def _stand(self) -> None:
        stand = self._doc.stand
        if stand is not None:
            text = self._doc.stand_label or f"{stand:%d.%m.%Y %H:%M}"
            self._sheet.write_string(self._layout.stand_row, 0, text, self._looks.of(**_ONE_LINE))
            self._standstill(self._layout.stand_row)

    def _standstill(self, row: int) -> None:
        """From the day named on, a warning stands behind the text of the stand. A conditional format
        does it, as no cell may hold a formula that makes the workbook ask to be saved."""
        doc = self._doc
        if doc.stale_after is not None and doc.stale_label:
            serial = (doc.stale_after - date(1899, 12, 30)).days
            look = self._looks.warning(doc.stale_label)
            rule = {"type": "formula", "criteria": f"=TODAY()>{serial}", "format": look}
            self._sheet.conditional_format(row, 0, row, 0, rule)

    def _across(self, row: int, text: str, block: Text) -> None:
        look, last = self._looks.paragraph(block.style), self._layout.span - 1
        if last > 0:
            self._sheet.merge_range(row, 0, row, last, "", look)
        self._sheet.write_string(row, 0, text, look)
        banner = 8 if block.style in JUDGEMENTS else 2
        # No program fits the height of merged cells by itself.
        self._height(row, min(_HIGHEST, 15 * lines(text, sum(self._layout.widths)) + banner))

    def _grid(self, placed: Placed, grid: Grid) -> None:
        if grid.title:
            self._heading(placed.row, grid.title, 2)
        first = placed.column
        if placed.header >= 0:
            self._header(placed.header, first, grid)
        charted = self._charted.get(grid.id, frozenset())
        for number, row in enumerate(grid.rows):
            self._row(placed.body + number, first, grid, _gaps(row, charted))
        if not grid.rows and grid.empty:
            self._sheet.write_string(placed.body, first, grid.empty, self._looks.of(**_ONE_LINE))
        last = placed.body + len(grid.rows) - 1
        for number, column in enumerate(grid.columns, start=first):
            if words := self._doc.choices.get(column.title):
                # A warning, not a stop: people may know better than the list.
                offered = {"validate": "list", "source": list(words), "error_type": "warning"}
                self._sheet.data_validation(placed.body, number, max(placed.body, last), number, offered)
        totals = sum(any(cell.style == "total" for cell in row) for row in grid.rows[-1:])
        for number, column in enumerate(grid.columns, start=first):
            if column.bar and len(grid.rows) > totals:
                self._sheet.conditional_format(placed.body, number, last - totals, number, _BARS)
        if grid.filter and grid.rows and placed.header >= 0 and not self._sheet.autofilter_area:
            self._sheet.autofilter(placed.header, first, last, first + len(grid.columns) - 1)

    def _height(self, row: int, points: int) -> None:
        """A row is as high as the highest of the grids beside each other needs it."""
        self._heights[row] = max(points, self._heights.get(row, 0))
        self._sheet.set_row(row, self._heights[row])

    def _header(self, row: int, first: int, grid: Grid) -> None:
        titles = enumerate(grid.columns, first)
        height = max((title_lines(column.title, self._layout.widths[n]) for n, column in titles), default=1)
        self._height(row, 15 * height + 5)
        insets = _insets(grid)
        for number, column in enumerate(grid.columns, start=first):
            look = self._looks.header(right=is_right(column.style), inset=insets[number - first])
            self._sheet.write_string(row, number, column.title, look)
            self._note(row, number, column.title, column.note)

    def _row(self, row: int, first: int, grid: Grid, cells: tuple[TabCell, ...]) -> None:
        """The height is set for wrapped text, as LibreOffice does not fit rows when it opens a file."""
        tile, height, insets = not grid.header, 1, _insets(grid)
        for number, (cell, column) in enumerate(zip(cells, grid.columns, strict=False), start=first):
            wrap = self._wraps(cell, column, self._layout.widths[number], cells[number - first + 1 :])
            self._cell(row, number, cell, column.style, wrap=wrap, tile=tile, inset=insets[number - first])
            self._note(row, number, column.title, cell.note)
            if isinstance(cell.value, str) and wrap:
                height = max(height, lines(cell.value, self._layout.widths[number]))
        if any(cell.style == "figure" for cell in cells):
            self._height(row, 32)
        elif height > 1:
            self._height(row, min(_HIGHEST, 15 * height))

    @staticmethod
    def _wraps(cell: TabCell, column: Column, width: int, after: tuple[TabCell, ...]) -> bool:
        """Numbers never wrap; nor does the text of a line between rows that has only blanks behind it: it runs on."""
        if not isinstance(cell.value, str):
            return False
        runs_on = cell.style == "total" and bool(after) and all(other.value is None for other in after)
        return (column.wrap or len(cell.value) > width - 2) and not (runs_on and "\n" not in cell.value)

    def _cell(self, row: int, column: int, cell: TabCell, usual: Style, *, wrap: bool, tile: bool, inset: bool) -> None:
        target = self._resolve(cell.link) if cell.link else None
        link = target is not None
        look = self._looks.cell(cell.value, cell.style, usual, wrap=wrap, link=link, tile=tile, inset=inset)
        if target is not None and cell.value is not None and not isinstance(cell.value, date | time):
            value = clean(cell.value, MAX_LITERAL) if isinstance(cell.value, str) else cell.value
            # With its result, as nothing computes it before somebody opens the file.
            self._sheet.write_formula(row, column, target.formula(literal(value)), look, value)
        else:
            self._value(row, column, cell.value, look)

    def _value(self, row: int, column: int, value: Value, look: F) -> None:
        sheet = self._sheet
        if value is None or value == "":
            sheet.write_blank(row, column, None, look)
        elif isinstance(value, bool):
            sheet.write_boolean(row, column, value, look)
        elif isinstance(value, str):
            sheet.write_string(row, column, value, look)
        elif isinstance(value, datetime):
            sheet.write_datetime(row, column, value.replace(tzinfo=None), look)
        elif isinstance(value, date | time):
            sheet.write_datetime(row, column, value, look)
        else:
            sheet.write_number(row, column, value, look)

    def _note(self, row: int, column: int, title: str, note: str) -> None:
        """A note as an input message: it shows when the cell is chosen, and needs no part of its own."""
        if note and self._notes < _MAX_NOTES:
            self._notes += 1
            message = {"validate": "any", "input_title": clean(title, 32), "input_message": clean(note, MAX_LITERAL)}
            self._sheet.data_validation(row, column, row, column, message)

    def _page(self) -> None:
        sheet = self._sheet
        # 2: on the screen, too.
        sheet.hide_gridlines(2)
        (sheet.set_landscape if self._doc.landscape else sheet.set_portrait)()
        sheet.set_paper(_A4)
        sheet.fit_to_pages(1, 0)
        if rows := breaks(self._layout, self._heights, landscape=self._doc.landscape):
            sheet.set_h_pagebreaks(rows)
        sheet.set_margins(left=0.5, right=0.5, top=0.6, bottom=0.6)
        page = texts(self._language).say("page")
        # “&” begins a code in a footer.
        sheet.set_footer(f"&L&8{self._doc.title.replace('&', '&&')}&R&8{page} &P / &N")
        frozen = [p for p in self._layout.placed if isinstance(p.block, Grid) and p.block.freeze and p.header >= 0]
        for placed in frozen[:1]:
            sheet.repeat_rows(placed.header)
            # Further down the frozen rows would fill the screen.
            if placed.header < _MAX_FROZEN:
                sheet.freeze_panes(placed.header + 1, 0)


def _charted(doc: TabDoc) -> dict[str, frozenset[int]]:
    """By grid: the columns that charts draw."""
    found: dict[str, frozenset[int]] = {}
    for block in doc.blocks:
        if isinstance(block, Chart):
            found[block.grid] = found.get(block.grid, frozenset()) | frozenset(block.series)
    return found


def _gaps(row: tuple[TabCell, ...], charted: Collection[int]) -> tuple[TabCell, ...]:
    """A dash where there is no figure stays blank in a column that a chart draws: programs draw any text as zero."""
    return tuple(
        replace(cell, value=None) if number in charted and cell.value in _DASHES else cell
        for number, cell in enumerate(row)
    )


_DASHES = frozenset({"–", "-", "—"})


def _insets(grid: Grid) -> list[bool]:
    """For each column, whether numbers stand right-aligned to its left."""
    return [False, *(is_right(column.style) for column in grid.columns)]


_ONE_LINE = {"font_color": "#6B7280", "font_size": 10}
_BARS = {
    "type": "data_bar", "bar_color": BAR, "bar_solid": True, "min_type": "num", "min_value": 0, "data_bar_2010": True,
}  # fmt: skip


def _sheet_name(title: str) -> str:
    return re.sub(r"[\[\]:*?/\\']", " ", title).strip()[:MAX_TAB_NAME] or "Tab"
