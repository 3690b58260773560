"""The XML of one tab: where its rows and cells lie, and what forbids changing some of them.

Knows the pitfalls of the format: prefixes, rows and cells without `r`, rows without cells, comments."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cache, cached_property
from typing import NamedTuple

from msgspec import Struct

from automations.workbooks.cellrefs import Box, cell_name, column_letters, column_number, parse_box
from automations.workbooks.refusals import Refusal
from automations.workbooks.xlsx.xmltext import ATTRIBUTES, Element, Xml, attribute_pattern, attributes

_REFERENCE = re.compile(rb"""\sr\s*=\s*["']\s*\$?([A-Za-z]{1,3})\$?([0-9]{1,7})\s*["']""")


@cache
def _column_number(letters: bytes) -> int:
    return column_number(letters.decode())


# Characters: what Excel takes where a tab names no width.
_PLAIN_WIDTH = 8.43


class CellSpan(NamedTuple):
    """Where a cell lies: start tag `start:opened`, content `opened:closed`, all `start:end`. (A tuple, as
    there are millions.)"""

    column: int
    start: int
    opened: int
    closed: int
    end: int


class RowSpan(Struct, frozen=True):
    """Where a row lies; a row that is not there yet has `tag` None and start == end."""

    number: int
    start: int
    opened: int
    closed: int
    end: int
    tag: bytes | None

    @classmethod
    def missing(cls, number: int, place: int) -> RowSpan:
        """A row that belongs at a place, but is not there yet."""
        return cls(number, place, place, place, place, None)


class SheetXml:
    """A worksheet part, searched. Raises Refusal("layout") where rows cannot be told apart."""

    def __init__(self, xml: Xml) -> None:
        self.xml = xml
        root = xml.root()
        self.prefix = root.prefix
        found = self._pattern(rb"sheetData", rb"(/?)>").search(xml.masked, root.opened)
        if root.name != "worksheet" or not found:
            raise Refusal("layout", part=xml.part, reason="it has no table of cells")
        self.data_tag = (found.start(), found.end())
        self.empty = bool(found[1])
        # From behind, as what follows the rows is short.
        closing = xml.masked.rfind(b"</" + self.prefix + b"sheetData", found.end())
        self.data_end = found.end() if self.empty else closing
        self._tail = found.end() if self.empty else xml.masked.find(b">", closing) + 1
        self._root = root
        self._found_styles: dict[int, list[int]] = {}

    def _pattern(self, name: bytes, ending: bytes) -> re.Pattern[bytes]:
        return re.compile(rb"<" + re.escape(self.prefix) + name + rb"(?=[\s/>])" + ATTRIBUTES + ending, re.DOTALL)

    @cached_property
    def head(self) -> list[Element]:
        """The root's children before the rows (dimension, views, columns)."""
        return list(self.xml.children(self._root.opened, self.data_tag[0]))

    @cached_property
    def tail(self) -> list[Element]:
        """The root's children after the rows (protection, filters, merges, validations)."""
        return list(self.xml.children(self._tail, self._root.closed))

    def rows(self, wanted: Sequence[int]) -> Iterator[RowSpan]:
        """The wanted rows (sorted), those that are missing as the place where they belong."""
        masked, queue, number, last = self.xml.masked, iter(wanted), 0, 0
        row, closing = next(queue, None), b"</" + self.prefix + b"row"
        plain = re.compile(rb"<" + re.escape(self.prefix) + rb'row(?=[\s/>])(?:\s+r="(\d+)")?' + ATTRIBUTES + rb"(/?)>")
        for found in plain.finditer(masked, self.data_tag[1], self.data_end):
            number = int(found[1]) if found[1] else self._row_number(found[0], last)
            # A row would have two places then, and Excel offers a repair.
            if number <= last:
                raise Refusal("layout", part=self.xml.part, reason="row {row} is out of order", row=number)
            last = number
            while row is not None and row < number:
                yield RowSpan.missing(row, found.start())
                row = next(queue, None)
            if row == number:
                closed = found.end() if found[2] else masked.find(closing, found.end())
                end = found.end() if found[2] else masked.find(b">", closed) + 1
                yield RowSpan(number, found.start(), found.end(), closed, end, found[0])
                row = next(queue, None)
        while row is not None:
            yield RowSpan.missing(row, self.data_end)
            row = next(queue, None)

    def _row_number(self, tag: bytes, last: int) -> int:
        text = attributes(tag).get("r", "")
        if text and not text.isdecimal():
            raise Refusal("layout", part=self.xml.part, reason="a row is numbered “{text}”", text=text)
        return int(text) if text else last + 1

    @cached_property
    def _cell(self) -> re.Pattern[bytes]:
        name = re.escape(self.prefix)
        content = rb"(?:(/>)|>.*?(</" + name + rb"c\s*>))"
        return re.compile(rb"<" + name + rb"c(?=[\s/>])(" + ATTRIBUTES + rb")" + content, re.DOTALL)

    def cells(self, row: RowSpan) -> list[CellSpan]:
        """The cells of a row, in order."""
        spans, column, seen = [], 0, set[int]()
        for found in self._cell.finditer(self.xml.masked, row.opened, row.closed):
            column = self._column(found[1], row.number, column)
            if column in seen:
                twice = cell_name(row.number, column)
                raise Refusal("layout", part=self.xml.part, reason="{cell} stands twice", cell=twice)
            seen.add(column)
            opened = found.end(1) + (2 if found[2] else 1)
            spans.append(CellSpan(column, found.start(), opened, opened if found[2] else found.start(3), found.end()))
        return spans

    def _column(self, inside: bytes, row: int, last: int) -> int:
        """The column of a cell by its attributes, or else by the cell before it."""
        found = _REFERENCE.search(inside)
        if found and int(found[2]) == row:
            return _column_number(found[1])
        # What stands in two rows at once is read by each program in its own way.
        if found or attribute_pattern("r").search(inside):
            raise Refusal("layout", part=self.xml.part, reason="a cell in row {row} belongs to another row", row=row)
        return last + 1

    def tag(self, cell: CellSpan) -> bytes:
        """The start tag of a cell."""
        return self.xml.text[cell.start : cell.opened]

    def has_formula(self, cell: CellSpan) -> bool:
        """Whether a cell is computed."""
        # Not “<formula” or “<f1”: what follows the name ends it.
        formula = b"<" + self.prefix + b"f"
        at = self.xml.masked.find(formula, cell.opened, cell.closed)
        return at >= 0 and self.xml.masked[at + len(formula)] in b" \t\r\n/>"

    def formulas(self) -> Iterator[tuple[str, str]]:
        """All formulas, each with the range that shares it ("" for none); still escaped."""
        ending = rb">([^<]*)</" + re.escape(self.prefix) + rb"f\s*>"
        for found in self._pattern(rb"f", ending).finditer(self.xml.masked, self.data_tag[1], self.data_end):
            shared = attributes(found[0].partition(b">")[0] + b">").get("ref", "") if b"ref" in found[0] else ""
            yield found[1].decode(), shared

    def computed_ranges(self) -> list[Box]:
        """What array formulas and data tables fill, which cannot be changed in part."""
        masked = self.xml.masked
        if not any(masked.find(mark) >= 0 for mark in (b'"array"', b"'array'", b'"dataTable"', b"'dataTable'")):
            return []
        tags = self._pattern(rb"f", rb"/?>").finditer(masked, self.data_tag[1], self.data_end)
        found = (attributes(tag[0]) for tag in tags)
        return [parse_box(f["ref"]) for f in found if f.get("t") in ("array", "dataTable") and "ref" in f]

    def merged_ranges(self) -> list[Box]:
        """The merged cells."""
        merges = next((item for item in self.tail if item.name == "mergeCells"), None)
        return [parse_box(item.get("ref")) for item in self.xml.inside(merges) if item.get("ref")]

    @property
    def protected(self) -> bool:
        """Whether the sheet is protected."""
        found = next((item for item in self.tail if item.name == "sheetProtection"), None)
        return found is not None and found.get("sheet") in ("1", "true")

    def dimension(self) -> Element | None:
        """The element that says which cells are used."""
        return next((item for item in self.head if item.name == "dimension"), None)

    @cached_property
    def _column_styles(self) -> list[tuple[int, int, int]]:
        columns = next((item for item in self.head if item.name == "cols"), None)
        found = (attributes(item.tag) for item in self.xml.inside(columns))
        return [(int(c["min"]), int(c["max"]), int(c["style"])) for c in found if c.get("style", "").isdecimal()]

    def width_of(self, column: int) -> float:
        """A column's width in characters; what Excel gives a column without one where nothing is said."""
        columns = next((item for item in self.head if item.name == "cols"), None)
        for found in (attributes(item.tag) for item in self.xml.inside(columns)):
            if int(found["min"]) <= column <= int(found["max"]) and "width" in found:
                return float(found["width"])
        return _PLAIN_WIDTH

    def inherited_style(self, row: bytes | None, column: int) -> int:
        """The style that a cell gets that is not there yet: its row's, else its column's."""
        if row is not None:
            own = attributes(row)
            # Without that mark the style of a row is a remainder that Excel ignores (18.3.1.73).
            if own.get("customFormat") in ("1", "true"):
                return int(own.get("s", "0"))
        return next((style for low, high, style in self._column_styles if low <= column <= high), 0)

    def styles_in_column(self, column: int) -> list[int]:
        """The styles of a column's cells, the most frequent first; looked up once a column."""
        if column not in self._found_styles:
            self._found_styles[column] = self._search_styles(column)
        return self._found_styles[column]

    def _search_styles(self, column: int) -> list[int]:
        reference = rb'\sr\s*=\s*["\']' + column_letters(column).encode() + rb'[0-9]+["\'][^<>]*>'
        name = rb"<" + re.escape(self.prefix) + rb"c(?=\s)[^<>]*?"
        tags = re.compile(name + reference).finditer(self.xml.masked, self.data_tag[1], self.data_end)
        counted = Counter(int(attributes(tag[0]).get("s", "0")) for tag in tags)
        return [style for style, _ in counted.most_common()]

    def style_of(self, cell: CellSpan) -> int:
        """The style of a cell that is there."""
        text = attributes(self.tag(cell)).get("s", "0")
        if not text.isdecimal():
            raise Refusal(
                "layout", part=self.xml.part, reason="a cell has the format “{text}”, which is no number", text=text
            )
        return int(text)
