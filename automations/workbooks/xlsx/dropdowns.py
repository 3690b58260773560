"""Drop-downs: which words the list of a cell offers, so that kim writes no other one.

Lists stand in the rule itself ("a,b"), in cells (of another tab, too), under a name or in a column of a table. What
only Excel can work out (INDIRECT, OFFSET, another workbook) is taken as offering everything."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from msgspec import Struct

from automations.model.layout import Base
from automations.model.values import Probe, Value, same
from automations.workbooks.cellrefs import Box, Position, cell_name, hits, parse_box, parse_boxes, split_qualified
from automations.workbooks.protocol import Column
from automations.workbooks.refusals import Refusal
from automations.workbooks.xlsx.draft import Draft
from automations.workbooks.xlsx.package import Package
from automations.workbooks.xlsx.regions import tables
from automations.workbooks.xlsx.sheetxml import SheetXml
from automations.workbooks.xlsx.workbook_part import Sheet
from automations.workbooks.xlsx.xmltext import Element, Xml, unescape

_ADVISE_ONLY = ("warning", "information")  # lists of these kinds say themselves that other words may be typed

_TRUE = ("1", "true")

_MARK = b"dataValidation"
_COLUMN = re.compile(r"([^\[\]]+)\[([^\[\]]+)\]")
_MOST_STEPS = 5  # a name may stand for a name


class DropDown(Struct, frozen=True):
    """A list of a tab: its cells, and where its words come from (a formula)."""

    boxes: tuple[Box, ...]
    source: str


def _drop_downs(sheet: SheetXml, stretched: Callable[[str], str]) -> list[DropDown]:
    """The lists of a tab that want one of their own words."""
    # One look at the bytes behind the rows: most tabs have none.
    if sheet.xml.masked.find(_MARK, sheet.data_end) < 0:
        return []
    return [
        DropDown(tuple(parse_boxes(stretched(rule.get("sqref") or _text(sheet.xml, rule, "sqref")))), source)
        for rule in _rules(sheet.xml, sheet.tail)
        # A list that shows no error offers its words and takes any other one without a murmur.
        if rule.get("type") == "list" and rule.get("showErrorMessage") in _TRUE
        if rule.get("errorStyle") not in _ADVISE_ONLY
        if (source := _text(sheet.xml, rule, "formula1"))
    ]


def _rules(xml: Xml, items: Iterable[Element]) -> Iterator[Element]:
    """The rules of a tab; those that look into other tabs stand in an extension."""
    for item in items:
        if item.name == "dataValidation":
            yield item
        elif item.name in {"dataValidations", "extLst", "ext"}:
            yield from _rules(xml, xml.inside(item))


def _text(xml: Xml, rule: Element, name: str) -> str:
    """What a child of a rule says, itself or in a child of its own; "" without it."""
    found = next((item for item in xml.inside(rule) if item.name == name), None)
    while found and (inner := xml.inside(found)):
        found = inner[0]
    return unescape(xml.text[found.opened : found.closed].decode()).strip() if found else ""


class Offers:
    """What the drop-downs of one tab offer; each list is looked up once, when a cell in it is asked about."""

    def __init__(self, draft: Draft, sheet: Sheet, xml: SheetXml, stretched: Callable[[str], str] = str) -> None:
        """`stretched` makes the ranges of lists longer, as they will be once rows are appended."""
        self._draft, self._sheet = draft, sheet
        self._lists = _drop_downs(xml, stretched)
        self._words: dict[str, Sequence[Value] | None] = {}

    def refused(self, cells: Mapping[Position, Value]) -> Iterator[tuple[Position, Refusal]]:
        """The cells that would get what their list does not offer. Clearing a cell is always allowed."""
        positions = sorted(
            place for place, new in cells.items() if new not in (None, "") and not isinstance(new, Probe)
        )
        for one in self._lists:
            for place, _ in hits(positions, one.boxes):
                if not self._offers(one, cells[place]):
                    yield (
                        place,
                        Refusal("not_offered", cell=cell_name(*place), tab=self._sheet.name, value=cells[place]),
                    )

    def missing(self, column: int, below: int, words: Sequence[str]) -> Iterator[Refusal]:
        """The words that a list over a column's cells `below` a row does not offer, or that it cannot be read."""
        for one in self._lists:
            box = next((box for box in one.boxes if box.left <= column <= box.right and box.bottom > below), None)
            if box is None:
                continue
            place = {"cell": cell_name(max(box.top, below + 1), column), "tab": self._sheet.name}
            for word in words:
                if not self._offers(one, word):
                    yield Refusal("not_offered", **place, value=word)
            if words and self._of(one) is None:
                yield Refusal("list_unread", **place, source=one.source, words=", ".join(words))

    def _offers(self, one: DropDown, value: Value) -> bool:
        offered = self._of(one)
        return offered is None or any(_alike(value, word) for word in offered)

    def _of(self, one: DropDown) -> Sequence[Value] | None:
        if one.source not in self._words:
            self._words[one.source] = self._offered(one.source, _MOST_STEPS)
        return self._words[one.source]

    def _offered(self, source: str, steps: int) -> Sequence[Value] | None:
        """The words of a list; None where only Excel knows them."""
        source = source.removeprefix("=").strip()
        if len(source) > 1 and source[0] == source[-1] == '"':
            return [word.strip() for word in source[1:-1].replace('""', '"').split(",")]
        if named := self._named(source):
            return self._offered(named, steps - 1) if steps else None
        if column := _COLUMN.fullmatch(source):
            return self._of_table(column[1], column[2])
        try:
            tab, reference = split_qualified(source) if "!" in source else (self._sheet.name, source)
            return self._of_cells(tab, parse_box(reference))
        except Refusal:
            return None

    def _named(self, source: str) -> str:
        """What a defined name stands for; the tab's own goes before the workbook's."""
        found = [one for one in self._draft.defined_names() if one.name.casefold() == source.casefold()]
        by_sheet = {one.sheet: one.refers_to for one in found}
        return by_sheet.get(self._sheet.index) or by_sheet.get(None, "")

    def _of_table(self, name: str, column: str) -> Sequence[Value] | None:
        for sheet in self._draft.sheets():
            for table in tables(self._draft, sheet):
                columns = [item.get("name") for item in table.xml.inside(table.xml.child("tableColumns"))]
                if table.name.casefold() == name.casefold() and column in columns:
                    left = table.box.left + columns.index(column)
                    rows = table.box.top + table.headers, table.box.bottom - table.totals
                    return self._of_cells(sheet.name, Box(rows[0], left, rows[1], left))
        return None

    def _of_cells(self, tab: str, box: Box) -> Sequence[Value] | None:
        from automations.workbooks.xlsx.reading import read_workbook  # few workbooks need it, and it takes long to load

        path = self._draft.package.path
        book = read_workbook("", path.read_bytes(), path, lambda name, _: name.casefold() == tab.casefold())
        found = next((one for one in book.tabs if one.name.casefold() == tab.casefold()), None)
        rows = found.rows[box.top - 1 : box.bottom] if found else ()
        return [value for row in rows for value in row[box.left - 1 : box.right]] if found else None


def _alike(value: Value, word: Value) -> bool:
    """Whether a person, and what counts the column, would take both for the same."""
    if isinstance(value, str) and isinstance(word, str):
        return value.strip().casefold() == word.strip().casefold()
    # In the rule itself numbers stand as text.
    return same(value, word) or (isinstance(word, str) and str(value) == word)


def unoffered(path: Path, base: Base, words: Mapping[Column, Sequence[str]]) -> Iterator[tuple[Column, Refusal]]:
    """The words, by table and field, that a drop-down over their column does not offer. Raises Refusal."""
    with Package(path) as package:
        draft = Draft(package)
        for column, some in words.items():
            layout = base.layouts.get(column[0])
            for part in layout.parts if layout else ():
                sheet, number = package.sheet(part.tab), part.columns.get(column[1])
                if number and _MARK in package.read(sheet.part):
                    offers = Offers(draft, sheet, SheetXml(draft.part(sheet.part)))
                    yield from ((column, error) for error in offers.missing(number, part.header_row, some))
