"""Faults among the cells of a tab. A tab may hold millions, so each question is one search of the text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import accumulate, pairwise

from automations.workbooks.cellrefs import MAX_COLUMN, MAX_ROW, Box, column_number
from automations.workbooks.xlsx.faults.styles import Formats
from automations.workbooks.xlsx.faults.tables import box_of
from automations.workbooks.xlsx.faults.view import View
from automations.workbooks.xlsx.sheetxml import SheetXml
from automations.workbooks.xlsx.xmltext import ATTRIBUTES, attributes, unescape

_NUMBER = re.compile(rb"""\sr\s*=\s*["'](\d+)["']""")
_PLACE = re.compile(rb"""<(?:[\w.-]+:)?c\s(?:[^<>]*?\s)?r=["']([A-Za-z]+)([0-9]+)["']""")
_DIMENSION = re.compile(rb"""<dimension\s[^<>]*?ref\s*=\s*["']([^"']*)["']""")
_STYLE = re.compile(rb"""\ss\s*=\s*["']([^"']*)["']""")
_SHARED = re.compile(rb"""\st\s*=\s*["']s["'][^<>]*><(?:[\w.-]+:)?v>([^<]*)<""")
_TYPE = re.compile(rb"""<(?:[\w.-]+:)?c\s[^<>]*?\st\s*=\s*["']([^"']*)["']""")
_TRUTH = re.compile(rb"""\st\s*=\s*["']b["'][^<>]*><(?:[\w.-]+:)?v>(?!\s*[01]\s*<)""")
_PLAIN = re.compile(
    rb"""<((?:[\w.-]+:)?)c(?:\s+[rs]\s*=\s*["'][^"']*["'])*\s*><\1v>(?!\s*[-+]?[0-9.]+(?:[eE][-+]?[0-9]+)?\s*<)"""
)
_FORMULA = re.compile(rb"<(?:[\w.-]+:)?f\s[^<>]*>")
_ESCAPED = re.compile(r"_x[0-9A-Fa-f]{4}_")
_LONG = re.compile(rb">[^<]{32768,}<")
_TYPES = frozenset({b"b", b"d", b"e", b"inlineStr", b"n", b"s", b"str"})  # 18.18.11
_LONGEST_TEXT, _LONGEST_NAME = 32_767, 3
_NOTHING = Box(MAX_ROW, MAX_COLUMN, 0, 0)


def cell_faults(view: View, sheet: SheetXml, formats: Formats) -> Iterator[str]:
    """Values, formats and texts of cells that are none, or are not there."""
    part, text = sheet.xml.part, sheet.xml.masked
    start, end = sheet.data_tag[1], sheet.data_end
    wrong = {style for style in set(_STYLE.findall(text, start, end)) if not _below(style, formats.cells)}
    yield from (f"{part} has a cell format that is not there" for _ in wrong)
    shared = set(_SHARED.findall(text, start, end))
    yield from (f"{part} has a shared text that is not there" for one in shared if not _below(one, formats.texts))
    kinds = set(_TYPE.findall(text, start, end)) - _TYPES
    yield from (f"{part} has a cell of an unknown kind" for _ in kinds)
    yield from (f"{part} has a truth that is none" for _ in _TRUTH.finditer(text, start, end))
    yield from (f"{part} has a number that is none" for _ in _PLAIN.finditer(text, start, end))
    if text.find(b"shared", start, end) >= 0:
        yield from _shared_formulas(view.package.read(part), part)
    for found in _LONG.finditer(text, start, end):
        if _length(found[0][1:-1]) > _LONGEST_TEXT:
            yield f"{part} has a text that is too long"


def _length(text: bytes) -> int:
    """UTF-16 units of a text as a cell holds it, where a reference or an escape (22.9.2.19) is one character."""
    held = _ESCAPED.sub("x", unescape(text.decode(errors="replace")))
    return len(held.encode("utf-16-le", "replace")) // 2


def _shared_formulas(text: bytes, part: str) -> Iterator[str]:
    tags = [attributes(tag) for tag in _FORMULA.findall(text) if b"shared" in tag]
    first = {tag.get("si") for tag in tags if "ref" in tag}
    yield from (f"{part} shares a formula that is not there" for tag in tags if tag.get("si") not in first)


def _below(text: bytes, limit: int) -> bool:
    return text.isdigit() and int(text) < limit


def row_faults(view: View, sheet: SheetXml) -> Iterator[str]:
    """The rows by their numbers, and the places of their cells; rows whose cells stand in the same columns are
    judged once."""
    part, text, used = sheet.xml.part, sheet.xml.masked, _NOTHING
    tag = re.compile(rb"<" + re.escape(sheet.prefix) + rb"row(?=[\s/>])(" + ATTRIBUTES + rb"/?)>")
    rows = list(tag.finditer(text, sheet.data_tag[1], sheet.data_end))
    ends = [*(row.start() for row in rows[1:]), *([sheet.data_end] if rows else [])]
    numbers = list(accumulate((_NUMBER.search(row[1]) for row in rows), _numbered, initial=0))[1:]
    order = [0, *(view.numbers(part) or numbers)]
    # Counted over all rows, as a new one may stand wrong among old ones.
    wrong = sum(not one < other <= MAX_ROW for one, other in pairwise(order))
    yield from (f"a row of {part} stands at a wrong place" for _ in range(wrong))
    for row, end, number in zip(rows, ends, numbers, strict=True):
        cells = _PLACE.findall(text, row.end(), end)
        if not cells:
            continue
        letters, said = zip(*cells, strict=True)
        if {int(name) for name in said} != {number}:
            yield f"a cell of {part} stands in another row than it says"
        low, high, fine = _judged(letters)
        if not fine:
            yield f"a cell of {part} stands at a wrong place"
        used = Box(min(used.top, number), min(used.left, low), max(used.bottom, number), max(used.right, high))
    yield from _dimension(view, sheet, used)


def _numbered(last: int, said: re.Match[bytes] | None) -> int:
    return int(said[1]) if said else last + 1


@lru_cache(maxsize=4096)
def _judged(letters: tuple[bytes, ...]) -> tuple[int, int, bool]:
    columns = [column_number(name.decode()) if len(name) <= _LONGEST_NAME else MAX_COLUMN + 1 for name in letters]
    rising = all(one < other for one, other in pairwise(columns))
    return min(columns), max(columns), rising and columns[-1] <= MAX_COLUMN


def _dimension(view: View, sheet: SheetXml, used: Box) -> Iterator[str]:
    """The range that a tab says it uses, against that of its cells (`used`: of those that are judged)."""
    said, former = sheet.dimension(), _DIMENSION.search(view.former_head(sheet.xml.part))
    box, old = box_of(said.get("ref")) if said else None, box_of(former[1].decode()) if former else None
    if said and box is None:
        yield f"{sheet.xml.part} says in no known way which cells it uses"
    if box is None or (_holds(box, used) and (old is None or _holds(box, old))):
        return
    # A tab that was drawn anew may use fewer cells than before: then all of them are looked at.
    if old is None or not _holds(box, _used(view.package.read(sheet.xml.part))):
        yield f"{sheet.xml.part} says that it uses fewer cells than it does"


def _holds(box: Box, other: Box) -> bool:
    return not other.bottom or box == box.grown([other.top, other.bottom], [other.left, other.right])


def _used(text: bytes) -> Box:
    """The range of all cells of a tab, by where they say that they stand."""
    places = set(_PLACE.findall(text))
    names, rows = {letters for letters, _ in places}, {int(row) for row in {row for _, row in places}}
    columns = {column_number(name.decode()) for name in names if len(name) <= _LONGEST_NAME}
    return Box(min(rows), min(columns), max(rows), max(columns)) if columns else _NOTHING
