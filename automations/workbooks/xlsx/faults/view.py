"""A package as it is judged: of its tabs only the rows that the original has not.

What is wrong in a row that stayed as it was was wrong before. A tab may have a million cells, and ten that changed."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

from msgspec import Struct, field

from automations.workbooks.cellrefs import parse_box
from automations.workbooks.xlsx.package import Package
from automations.workbooks.xlsx.xmltext import Xml, parse

_NUMBER = re.compile(rb"""[^<>]*?\sr\s*=\s*["'](\d+)["']""")
_START, _END, _ROW = b"<sheetData>", b"</sheetData>", b"<row"


class View(Struct, frozen=True):
    """`package` is judged; rows that `original` has are passed over (None: none are). `parts` are looked into."""

    package: Package
    parts: Collection[str]
    original: Package | None = None
    _heads: dict[str, bytes] = field(default_factory=dict)
    _numbers: dict[str, list[int]] = field(default_factory=dict)

    def text(self, part: str) -> bytes:
        """A tab's text with the rows that count; whole where it is written in an unusual way."""
        head, known = self._former(part)  # before the part itself is unpacked: of a large tab one is much
        data = self.package.read(part)
        wanted, fresh, numbers = self._headings(part), list[bytes](), list[int]()
        for number, row in _numbered(data):
            numbers.append(number)
            if head and (row not in known or number in wanted):
                fresh.append(_ROW + row)
        self._numbers[part] = numbers
        # Unusual ways of writing are rare enough to be judged whole.
        if not head or not numbers:
            return data
        return data[: data.find(_START) + len(_START)] + b"".join(fresh) + data[data.rfind(_END) :]

    def former_head(self, part: str) -> bytes:
        """What stood before a tab's rows in the original; nothing where that does not count."""
        return self._heads[part] if part in self._heads else self._former(part)[0]

    def _former(self, part: str) -> tuple[bytes, frozenset[bytes]]:
        """That, and the rows themselves, which are not kept."""
        if self.original is None or not self.original.member(part):
            return b"", frozenset()
        data = self.original.read(part)
        rows = frozenset(_rows(data))
        self._heads[part] = data[: data.find(_START)] if rows else b""
        return self._heads[part], rows

    def _headings(self, part: str) -> set[int]:
        """The rows that tables which changed have their headings in."""
        links = (link.target for link in self.package.relationships(part) if link.kind == "table")
        changed = [table for table in links if table in self.parts and self.package.member(table)]
        return {parse_box(self.package.xml(table).root().get("ref")).top for table in changed}

    def xml(self, part: str) -> Xml:
        """A part, read; of a tab the rows that count. Raises Refusal."""
        return parse(self.text(part), part)

    def numbers(self, part: str) -> list[int]:
        """The numbers of all rows of a tab whose text was asked for, in the order in which they stand; [] where it is
        written unusually."""
        return self._numbers[part]


def _numbered(data: bytes) -> Iterator[tuple[int, bytes]]:
    number = 0
    for row in _rows(data):
        said = _NUMBER.match(row)
        number = int(said[1]) if said else number + 1
        yield number, row


def _rows(data: bytes) -> Iterator[bytes]:
    """The rows of a tab, without their first letters, one at a time: all of them are as much as the tab again."""
    start, end = data.find(_START), data.rfind(_END)
    if start < 0 or end < start or data.find(b"<!", start, end) >= 0 or data.find(b"<?", start, end) >= 0:
        return
    here = data.find(_ROW, start, end)
    while here >= 0:
        following = data.find(_ROW, here + len(_ROW), end)
        yield data[here + len(_ROW) : end if following < 0 else following]
        here = following
