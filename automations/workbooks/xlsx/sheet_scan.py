"""What calamine does not tell of a sheet: which cells hold formulas, which hold errors.

Most sheets are scanned by searching the bytes, because a parser takes ten times as long; XML written
in an unusual way goes through a parser."""

from __future__ import annotations

import re
from xml.parsers import expat

from msgspec import Struct, field

from automations.workbooks.cellrefs import column_number

_REFERENCE = re.compile(rb'\sr="([A-Z]{1,3})([0-9]{1,7})"')
_PLAIN = re.compile(rb'<c r="([A-Z]{1,3})([0-9]{1,7})"[^>]*><f>([^<]*)</f>')
_ERROR = re.compile(rb"<v>([^<]*)</v>")
_WIDE = re.compile(rb'<c r="([A-Z]{2,3})[0-9]')
_FILLED = re.compile(rb'<c r="([A-Z]{1,3})([0-9]{1,7})"[^>]*[^/>]>(?!</c>)')
_LAST_ROW = re.compile(rb'\sr="([0-9]{1,7})"')
# Formulas: below that, looking for each of them is quicker than one pass over all cells.
_WORTH_A_SWEEP = 20_000

MAX_AREA = 60_000_000  # cells that the rectangle from A1 to the last filled cell may span: calamine lays it out whole


class Scan(Struct, frozen=True):
    """Formula text and error names by (row, column), counted from 1. The text of a shared formula
    stands at its first cell; its other cells have ""."""

    formulas: dict[tuple[int, int], str] = field(default_factory=dict)
    errors: dict[tuple[int, int], str] = field(default_factory=dict)


def scan_sheet(xml: bytes) -> Scan:
    """Formulas and errors of a sheet. Raises ValueError for XML that is broken or has a DTD."""
    # Behind the declaration, which is an instruction as well.
    declared = max(0, xml.find(b"?>", 0, 200))
    if b"<worksheet" in xml[:2000] and not any(_has_tag(xml, mark, declared + 2) for mark in (b"!", b"?")):
        found = _search(xml)
        if found is not None:
            return found
    return _parse(xml)


def area(xml: bytes) -> int:
    """Cells in the rectangle from A1 to the last filled row and column (0: surely few enough)."""
    last = xml.rfind(b"<row ")
    row = _LAST_ROW.search(xml, last, last + 400) if last >= 0 else None
    if row is None:
        return 0
    rows = int(row[1])
    # More columns there are not: most tabs are done here, without a look at their cells.
    if rows * 16384 <= MAX_AREA or rows * _width(xml) <= MAX_AREA:
        return 0
    filled = [(int(found[2]), column_number(found[1].decode())) for found in _FILLED.finditer(xml)]
    return max((row for row, _ in filled), default=0) * max((column for _, column in filled), default=0)


def _width(xml: bytes) -> int:
    """The number of the last column that a cell has, 26 where none is beyond Z."""
    return max((column_number(letters.decode()) for letters in set(_WIDE.findall(xml))), default=26)


def _search(xml: bytes) -> Scan | None:
    """Formulas and errors by searching; None where a cell does not say where it stands."""
    found = Scan()
    return found if _search_formulas(xml, found) and _search_errors(xml, found) else None


def _has_tag(xml: bytes, mark: bytes, position: int) -> bool:
    """Whether a comment, CDATA section or instruction begins somewhere. Looking for the mark alone is
    ten times as fast as for both characters, as each cell begins with the other one."""
    while (position := xml.find(mark, position)) >= 0 and xml[position - 1] != ord("<"):
        position += 1
    return position >= 0


def _search_formulas(xml: bytes, found: Scan) -> bool:
    if _next_formula(xml, 0) < 0:
        return True
    return _search_plain(xml, found) or _search_any(xml, found)


def _search_plain(xml: bytes, found: Scan) -> bool:
    """Formulas as most programs write them, in one sweep; False where some are written otherwise."""
    if xml.count(b"<f>") < _WORTH_A_SWEEP or xml.count(b"<f ") or xml.count(b"<f/"):
        return False
    columns: dict[bytes, int] = {}
    plain: dict[tuple[int, int], str] = {}
    for cell in _PLAIN.finditer(xml):
        letters, row, text = cell.groups()
        column = columns.get(letters) or columns.setdefault(letters, column_number(letters.decode()))
        plain[int(row), column] = _text(text)
    found.formulas.update(plain)
    # One that was missed is written in another way, and is found by the slow search.
    return len(plain) == xml.count(b"<f>")


def _search_any(xml: bytes, found: Scan) -> bool:
    # The sweep may have found some; all are looked for again.
    found.formulas.clear()
    position = 0
    while (position := _next_formula(xml, position)) >= 0:
        end = xml.find(b">", position)
        where = _cell_before(xml, position)
        if where is None or end < 0:
            return False
        text = b"" if xml[end - 1 : end] == b"/" else xml[end + 1 : xml.find(b"</f>", end)]
        found.formulas[where] = _text(text)
        position = end
    return True


def _next_formula(xml: bytes, position: int) -> int:
    """Where the next <f> element begins (not <filter>, <formula>, <firstHeader>); -1 for none."""
    while (position := xml.find(b"<f", position)) >= 0 and xml[position + 2 : position + 3] not in b"> /":
        position += 2
    return position


def _search_errors(xml: bytes, found: Scan) -> bool:
    position = 0
    while (position := xml.find(b' t="e"', position)) >= 0:
        if xml.startswith(b"<c ", xml.rfind(b"<", 0, position)):
            where = _cell_before(xml, position)
            if where is None:
                return False
            value = _ERROR.search(xml, position, xml.find(b"</c>", position) + 1)
            found.errors[where] = _text(value[1]) if value else "#N/A"
        position += 6
    return True


def _cell_before(xml: bytes, position: int) -> tuple[int, int] | None:
    start = xml.rfind(b"<c ", 0, position)
    if start < 0:
        return None
    reference = _REFERENCE.search(xml, start, xml.find(b">", start))
    return None if reference is None else (int(reference[2]), column_number(reference[1].decode()))


_NAMED = (("&gt;", ">"), ("&lt;", "<"), ("&quot;", '"'), ("&apos;", "'"), ("&amp;", "&"))  # the last one last


def _text(raw: bytes) -> str:
    text = raw.decode("utf-8", "replace")
    for reference, sign in _NAMED if "&" in text else ():
        text = text.replace(reference, sign)
    return text


def _parse(xml: bytes) -> Scan:
    reader = _Reader()
    try:
        reader.parser.Parse(xml, True)  # noqa: FBT003 - expat takes no keywords
    except expat.ExpatError as problem:
        raise ValueError("broken XML") from problem
    return reader.found


class _Reader:
    """Walks a sheet cell by cell, counting where cells do not say where they stand."""

    def __init__(self) -> None:
        self.found = Scan()
        self.row, self.column, self.kind, self.inside, self.text = 0, 0, "", "", ""
        self.parser = expat.ParserCreate(namespace_separator=" ")
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._characters
        self.parser.StartDoctypeDeclHandler = _refuse_dtd

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        name = tag.rpartition(" ")[2]
        if name == "row":
            self.row, self.column = int(attributes.get("r", self.row + 1)), 0
        elif name == "c":
            self._enter_cell(attributes)
        elif name in {"f", "v"}:
            self.inside, self.text = name, ""

    def _enter_cell(self, attributes: dict[str, str]) -> None:
        letters = attributes.get("r", "").rstrip("0123456789")
        self.column = column_number(letters) if letters else self.column + 1
        self.kind = attributes.get("t", "")

    def _characters(self, data: str) -> None:
        if self.inside:
            self.text += data

    def _end(self, tag: str) -> None:
        name = tag.rpartition(" ")[2]
        where = (self.row, self.column)
        if name == "f":
            self.found.formulas[where] = self.text
        elif name == "v" and self.kind == "e":
            self.found.errors[where] = self.text
        self.inside = "" if name == self.inside else self.inside


def _refuse_dtd(*_: object) -> None:
    raise ValueError("a document type declaration in a sheet")
