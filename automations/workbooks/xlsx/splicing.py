"""Cells put into the XML of a tab, with nothing else in it changed.

A formula is never overwritten; merged interiors, arrays, data tables and locked cells are refused."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping

from msgspec import Struct

from automations.model.values import Value
from automations.workbooks.cellrefs import Position, cell_name, hits, parse_boxes
from automations.workbooks.refusals import Refusal, raise_all
from automations.workbooks.xlsx.cellxml import content
from automations.workbooks.xlsx.sheetxml import CellSpan, RowSpan, SheetXml
from automations.workbooks.xlsx.styles import Styles
from automations.workbooks.xlsx.xmltext import Splice, attributes, opened, with_attributes

_LONG = 60  # characters of a text that hardly fits into one line of a column


_LINE, _HIGHEST = 15.0, 409.0  # points of a line of text, and of the highest row that Excel knows


class NewCell(Struct, frozen=True):
    """What a cell shall hold. `style` is for a cell that is not there yet (None: what its row or
    column gives it); `fresh` demands that nothing stands there."""

    value: Value
    style: int | None = None
    fresh: bool = False


class Splicer(Struct, frozen=True):
    """Puts cells into one tab. `tab` is for the messages."""

    sheet: SheetXml
    tab: str
    styles: Styles
    date1904: bool

    def splices(self, cells: Mapping[Position, NewCell], refused: Mapping[Position, Refusal]) -> list[Splice]:
        """The changes to the tab's XML; new formats are left with `styles`. Raises Refusal; with those
        `refused` before, all refused cells at once."""
        positions = sorted(cells)
        problems = {**dict(self._refused_ranges(positions)), **refused}
        by_row: dict[int, dict[int, NewCell]] = {}
        for row, column in positions:
            by_row.setdefault(row, {})[column] = cells[row, column]
        body = []
        for span in self.sheet.rows(list(by_row)):
            body += self._row(span, by_row[span.number], problems)
        # All at once: begun anew for each refused cell, a tab with hundreds of them would take hours.
        raise_all([problems[position] for position in sorted(problems)])
        # A cell that was cleared does not belong to what is used.
        written = [position for position in positions if cells[position].value is not None]
        return [*(self._into_empty(body) if self.sheet.empty else body), *self._dimension(written)]

    def _refused_ranges(self, positions: list[Position]) -> Iterator[tuple[Position, Refusal]]:
        for position, box in hits(positions, self.sheet.merged_ranges()):
            # The first cell of a merged area is the area; the others are hidden, and what is put there is never seen.
            if position != (box.top, box.left):
                yield position, Refusal("merged", cell=cell_name(*position), tab=self.tab, range=box)
        for position, _ in hits(positions, self.sheet.computed_ranges()):
            yield position, Refusal("array", cell=cell_name(*position), tab=self.tab)

    def _row(self, row: RowSpan, wanted: Mapping[int, NewCell], problems: dict[Position, Refusal]) -> list[Splice]:
        existing = self.sheet.cells(row) if row.tag else []
        by_column = {span.column: span for span in existing}
        inserted: dict[int, list[bytes]] = {}
        splices = []
        for column, cell in wanted.items():
            try:
                if column in by_column:
                    splices.append(self._replaced(row, by_column[column], cell))
                elif new := self._new_cell(row, column, cell):
                    place = next((span.start for span in existing if span.column > column), row.closed)
                    inserted.setdefault(place, []).append(new)
            except Refusal as error:
                values = dict(error.values or {})
                # It is about the sheet as a whole, not about this cell: no other cell could be written either.
                if "cell" not in values:
                    raise
                problems.setdefault((row.number, column), Refusal(error.code, **{**values, "tab": self.tab}))
        return [*splices, *self._insertions(row, inserted, wanted)]

    def _insertions(
        self, row: RowSpan, inserted: Mapping[int, list[bytes]], wanted: Mapping[int, NewCell]
    ) -> list[Splice]:
        if not inserted:
            return []
        if row.tag is None:
            whole = self._whole_row(row.number, b"".join(inserted[row.start]), self._height(wanted))
            return [Splice(row.start, row.start, whole)]
        tag, end = _with_spans(row.tag, min(wanted), max(wanted)), row.opened
        splices = [Splice(place, place, b"".join(new)) for place, new in inserted.items()]
        if row.tag.endswith(b"/>"):  # a row without content needs an end tag
            return [Splice(row.start, end, opened(tag) + splices[0].new + b"</" + self.sheet.prefix + b"row>")]
        return [Splice(row.start, end, tag), *splices] if tag != row.tag else splices

    def _whole_row(self, number: int, cells: bytes, height: float | None) -> bytes:
        name = self.sheet.prefix + b"row"
        high = f' ht="{height:g}" customHeight="1"' if height else ""
        return b"<" + name + f' r="{number}"{high}>'.encode() + cells + b"</" + name + b">"

    def _height(self, wanted: Mapping[int, NewCell]) -> float | None:
        """How high a row of ours must be for its long texts, in points; None where one line is enough. LibreOffice
        makes no row higher by itself in a file that Excel saved."""
        texts = {column: cell.value for column, cell in wanted.items() if cell.fresh and isinstance(cell.value, str)}
        lines = [_lines(text, self.sheet.width_of(column)) for column, text in texts.items() if len(text) > _LONG]
        return min(_HIGHEST, _LINE * max(lines)) if lines and max(lines) > 1 else None

    def _new_cell(self, row: RowSpan, column: int, cell: NewCell) -> bytes:
        inherited = self.sheet.inherited_style(row.tag, column) if cell.style is None else cell.style
        # Nothing to write where nothing stands: an empty element would only make the file another one.
        if cell.value in (None, "") and cell.style is None:
            return b""
        # By the format that the cell would have: in a protected sheet a new cell is locked by its column.
        self._refuse_locked(row.number, column, inherited)
        style = self._wrapped(cell, self._style(cell.value, inherited, row.number, column))
        tag = b"<" + self.sheet.prefix + f'c r="{cell_name(row.number, column)}"/>'.encode()
        return self._filled(tag, cell.value, style, row.number, column, b"")

    def _replaced(self, row: RowSpan, span: CellSpan, cell: NewCell) -> Splice:
        name = cell_name(row.number, span.column)
        if self.sheet.has_formula(span):
            raise Refusal("formula", cell=name, tab=self.tab)
        own = self.sheet.style_of(span)
        inner = self.sheet.xml.masked[span.opened : span.closed]
        if cell.fresh and inner.strip():
            raise Refusal("occupied", cell=name, tab=self.tab)
        self._refuse_locked(row.number, span.column, own)
        style = self._wrapped(cell, self._style(cell.value, own, row.number, span.column))
        extension = inner.find(b"<" + self.sheet.prefix + b"extLst")
        # What other programs hung on the cell stays, though nobody here knows what it is.
        kept = self.sheet.xml.text[span.opened + extension : span.closed] if extension >= 0 else b""
        new = self._filled(self.sheet.tag(span), cell.value, style, row.number, span.column, kept)
        return Splice(span.start, span.end, new)

    def _filled(self, tag: bytes, value: Value, style: int, row: int, column: int, kept: bytes) -> bytes:
        """A cell element with a value; `cm` and `vm` described the former value."""
        made = content(value, self.sheet.prefix.decode(), cell_name(row, column), date1904=self.date1904)
        # Said again in `s` only where it changes, so that a tag keeps its bytes where it can.
        changes: dict[str, str | None] = {"t": made.type, "cm": None, "vm": None}
        if style != int(attributes(tag).get("s", "0")):
            changes = {"s": str(style), **changes}
        tag, inner = with_attributes(tag, changes), made.inner.encode() + kept
        if not inner:
            return opened(tag)[:-1] + b"/>"
        return opened(tag) + inner + b"</" + self.sheet.prefix + b"c>"

    def _style(self, value: Value, own: int, row: int, column: int) -> int:
        if self.styles.overflows(value, own):
            raise Refusal("date_number", cell=cell_name(row, column), value=value)
        # The cell's own format, as long as it can show the value: how it looks is the team's business.
        if self.styles.suits(value, own):
            return own
        # Else that of its neighbours above and below, so that a column of dates looks like one.
        return self.styles.for_value(value, own, self.sheet.styles_in_column(column))

    def _wrapped(self, cell: NewCell, style: int) -> int:
        """Long text in a row that is ours wraps: both Excel and LibreOffice then make the row as high as it needs
        to be, where nobody gave it a height."""
        long = cell.fresh and isinstance(cell.value, str) and len(cell.value) > _LONG
        return self.styles.wrapped(style) if long else style

    def _refuse_locked(self, row: int, column: int, style: int) -> None:
        if self.sheet.protected and self.styles.locked(style):
            raise Refusal("protected", cell=cell_name(row, column), tab=self.tab)

    def _into_empty(self, rows: list[Splice]) -> list[Splice]:
        """`<sheetData/>` is opened for its first rows."""
        if not rows:
            return []
        start, end = self.sheet.data_tag
        tag = opened(self.sheet.xml.text[start:end])
        return [Splice(start, end, tag + b"".join(row.new for row in rows) + b"</" + self.sheet.prefix + b"sheetData>")]

    def _dimension(self, written: list[Position]) -> list[Splice]:
        element = self.sheet.dimension()
        boxes = parse_boxes(element.get("ref")) if element else []
        if element is None or not written or not boxes:
            return []
        box = boxes[0]
        grown = box.grown((row for row, _ in written), (column for _, column in written))
        if grown == box:
            return []
        return [Splice(element.start, element.opened, with_attributes(element.tag, {"ref": str(grown)}))]


def _lines(text: str, width: float) -> int:
    """In how many lines a text stands in a column; words are not broken, so that each line holds a little less."""
    fits = max(1.0, width * 0.9 - 1)
    return sum(max(1, math.ceil(len(part) / fits)) for part in text.split("\n"))


def _with_spans(tag: bytes, low: int, high: int) -> bytes:
    """A row's tag with its hint about used columns still true."""
    spans = attributes(tag).get("spans", "")
    numbers = [int(n) for n in spans.replace(":", " ").split() if n.isdecimal()]
    if not numbers or (min(numbers) <= low and high <= max(numbers)):
        return tag
    return with_attributes(tag, {"spans": f"{min(low, *numbers)}:{max(high, *numbers)}"})
