"""Faults of the cell formats, and how many there are of each kind, for those who count in them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from functools import cached_property

from msgspec import Struct

from automations.workbooks.refusals import Refusal
from automations.workbooks.xlsx.faults.parts import below, order_faults
from automations.workbooks.xlsx.package import Package
from automations.workbooks.xlsx.stylemerge import ORDER
from automations.workbooks.xlsx.xmltext import Xml, unescape

_LISTS = {"fontId": "fonts", "fillId": "fills", "borderId": "borders", "xfId": "cellStyleXfs"}
_FIRST_CUSTOM = 164  # 18.8.30: ids of number formats below are built in
_SHARED = re.compile(rb"<((?:[\w.-]+:)?)si(?:\s[^<>]*)?(?:/>|>.*?</\1si\s*>)", re.DOTALL)
_TEXT = re.compile(rb"<(?:[\w.-]+:)?t(?:\s[^<>]*)?>([^<]*)<")
_HINT = re.compile(rb"<((?:[\w.-]+:)?)rPh[\s>].*?</\1rPh\s*>", re.DOTALL)
_MOST_FORMATS = 65_490  # cell formats that Excel takes


def style_faults(xml: Xml) -> Iterator[str]:
    """Indices into lists that are shorter, ids that stand twice, counts that are wrong."""
    yield from order_faults(xml, ORDER)
    lists = {name: xml.inside(xml.child(name)) for name in ORDER}
    for name, items in lists.items():
        container = xml.child(name)
        if container and container.get("count", str(len(items))) != str(len(items)):
            yield f"{xml.part} counts {name} wrongly"
    codes = Counter(item.get("numFmtId") for item in lists["numFmts"])
    yield from (f"the number format {number} stands twice" for number, n in codes.items() if n > 1)
    if len(lists["cellXfs"]) > _MOST_FORMATS:
        yield "there are more cell formats than Excel takes"
    for name in ("cellStyleXfs", "cellXfs", "cellStyles"):
        for item in lists[name]:
            for key, wanted in _LISTS.items():
                if not below(item.get(key, "0"), len(lists[wanted])) and (item.get(key) or lists[wanted]):
                    yield f"a format in {name} names one of the {wanted} that is not there"
            number = item.get("numFmtId", "0")
            if not number.isdecimal() or (int(number) >= _FIRST_CUSTOM and number not in codes):
                yield f"a format in {name} names a number format that is not there"


class Formats(Struct, frozen=True, dict=True):
    """How many cell formats, formats of conditions and shared texts a workbook has."""

    package: Package

    @cached_property
    def cells(self) -> int:
        """Formats of cells; a workbook without any has one all the same."""
        return max(self._count("styles", "cellXfs"), 1)

    @cached_property
    def differential(self) -> int:
        """Formats of conditions and tables."""
        return self._count("styles", "dxfs")

    @property
    def texts(self) -> int:
        """How many texts cells share."""
        return len(self._shared)

    @cached_property
    def windows(self) -> int:
        """Windows that a view can belong to."""
        return len(self.package.workbook.inside(self.package.workbook.child("bookViews")))

    def text(self, number: int) -> str:
        """A text that cells share, without its formats."""
        return plain_text(self._shared[number]) if number < len(self._shared) else ""

    @cached_property
    def _shared(self) -> list[bytes]:
        """Each text as it is written; looked up once, as every heading of a table may ask for one."""
        xml = self._part("sharedStrings")
        return [found[0] for found in _SHARED.finditer(xml.text)] if xml else []

    def _count(self, kind: str, name: str) -> int:
        xml = self._part(kind)
        return len(xml.inside(xml.child(name))) if xml else 0

    def _part(self, kind: str) -> Xml | None:
        part = self.package.related(self.package.workbook_part, kind)
        if not part or not self.package.member(part):
            return None
        try:
            return self.package.xml(part)
        except Refusal:
            return None


def plain_text(markup: bytes) -> str:
    """What a text with formats says; phonetic hints are no part of it."""
    return "".join(unescape(found.decode()) for found in _TEXT.findall(_HINT.sub(b"", markup)))
