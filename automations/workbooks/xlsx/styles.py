"""Cell formats of a workbook: which ones show dates, which ones are locked, and new ones appended.

The styles part is only ever appended to; what stands in it keeps its bytes."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import date, datetime, time
from functools import cached_property

from msgspec import Struct

from automations.model.values import Value
from automations.workbooks.refusals import Refusal
from automations.workbooks.xlsx.xmltext import Element, Splice, Xml, opened, with_attributes

# ECMA-376 18.8.30: built-in number formats that show dates or times; (date?, time?) by id.
_BUILT_IN = {
    **dict.fromkeys((14, 15, 16, 17, *range(27, 32), 36, *range(50, 59)), (True, False)),
    **dict.fromkeys((18, 19, 20, 21, 32, 33, 34, 35, 45, 46, 47), (False, True)),
    22: (True, True),
}
_LAST_SERIAL = 2_958_465  # 9999-12-31
# Built-in ones, which every program shows in its reader’s way.
_DATE, _DATE_TIME, _TIME, _TIME_SECONDS = 14, 22, 20, 21
# What shows as it stands: quoted text, escapes, colours and conditions; [h], [m] and [s] are lengths of time.
_LITERAL = re.compile(r'"[^"]*"|\\.|[_*].|\[(?!h+\]|m+\]|s+\])[^\]]*\]', re.IGNORECASE)

_TAG = re.compile(rb"<(?:[\w.-]+:)?([A-Za-z]\w*)([^>]*)>")
_ATTRIBUTE = re.compile(rb"""([\w:.-]+)\s*=\s*["']([^"']*)["']""")


class _Format(Struct, frozen=True):
    number: int
    has_date: bool
    has_time: bool


class Styles:
    """The cell formats of a workbook. `load` gives its styles part (None where it has none); it is
    called when a format is first asked for."""

    def __init__(self, load: Callable[[], Xml | None]) -> None:
        self._load = load
        self._added: list[bytes] = []
        self._made: dict[tuple[int, int], int] = {}

    @cached_property
    def _xml(self) -> Xml | None:
        return self._load()

    @cached_property
    def _container(self) -> Element | None:
        return self._xml.child("cellXfs") if self._xml else None

    @cached_property
    def _tags(self) -> list[bytes]:
        return [self._slice(item) for item in self._xfs]

    @cached_property
    def _xfs(self) -> list[Element]:
        return [item for item in self._xml.inside(self._container) if item.name == "xf"] if self._xml else []

    def _slice(self, item: Element) -> bytes:
        return self._xml.text[item.start : item.end] if self._xml else b""

    @cached_property
    def _codes(self) -> dict[int, str]:
        formats = self._xml.inside(self._xml.child("numFmts")) if self._xml else []
        return {_int(item.get("numFmtId")): item.get("formatCode") for item in formats}

    def format_of(self, style: int) -> _Format:
        """What the number format of a style shows."""
        number = _int(self._xfs[style].get("numFmtId")) if style < len(self._xfs) else 0
        if number in self._codes:
            return _Format(number, *_shows(self._codes[number]))
        return _Format(number, *_BUILT_IN.get(number, (False, False)))

    def suits(self, value: Value, style: int) -> bool:
        """Whether a value would be shown and read back as what it is: only dates and times ask."""
        if isinstance(value, date):
            return self.format_of(style).has_date
        return not isinstance(value, time) or (self.format_of(style).has_time and not self.format_of(style).has_date)

    def overflows(self, value: Value, style: int) -> bool:
        """Whether a number would have to be shown as a date or time that there is not."""
        if isinstance(value, bool) or not isinstance(value, int | float) or 0 <= value < _LAST_SERIAL + 1:
            return False
        shown = self.format_of(style)
        return shown.has_date or shown.has_time

    def locked(self, style: int) -> bool:
        """Whether sheet protection locks a cell of this style; it does unless told otherwise."""
        if style >= len(self._xfs) or not self._xml:
            return True
        protection = next((x for x in self._xml.inside(self._xfs[style]) if x.name == "protection"), None)
        return protection is None or protection.get("locked", "1") in ("1", "true")

    def for_value(self, value: Value, style: int, neighbours: Iterable[int]) -> int:
        """The style for a value: the cell's own where it suits, else the own one with the number
        format of the first neighbour that suits, else with the workbook's plain date format."""
        if self.suits(value, style):
            return style
        number = next((self.format_of(other).number for other in neighbours if self.suits(value, other)), None)
        return self._with_format(style, _plain_format(value) if number is None else number)

    def _with_format(self, style: int, number: int) -> int:
        # A long column of days would otherwise add a format for each of its cells.
        if (style, number) not in self._made:
            self._made[style, number] = self._make(style, number)
        return self._made[style, number]

    def _make(self, style: int, number: int) -> int:
        if not self._tags or style >= len(self._tags):
            raise Refusal("no_styles")
        own, end = self._tags[style], self._xfs[style].opened - self._xfs[style].start
        return self._kept(with_attributes(own[:end], {"numFmtId": str(number), "applyNumberFormat": "1"}) + own[end:])

    def wrapped(self, style: int) -> int:
        """The same style, with text in lines; at the top of the cell where nothing else was chosen."""
        if not self._xml or style >= len(self._tags):
            return style
        xf = self._xfs[style]
        own, end = self._tags[style], xf.opened - xf.start
        name, tag = xf.prefix, with_attributes(own[:end], {"applyAlignment": "1"})
        alignment = next((item for item in self._xml.inside(xf) if item.name == "alignment"), None)
        if alignment is None:
            new = b"<" + name + b'alignment vertical="top" wrapText="1"/>'
            rest = own[end:] or b"</" + name + b"xf>"
            return self._kept(opened(tag) + new + rest)
        first, last = alignment.start - xf.start, alignment.opened - xf.start
        return self._kept(tag + own[end:first] + with_attributes(own[first:last], {"wrapText": "1"}) + own[last:])

    def _kept(self, new: bytes) -> int:
        meaning = _meaning(new)
        # By meaning: other programs write a format in other words, and one more stood in the file each day.
        if meaning not in self._known:
            self._known[meaning] = len(self._tags) + len(self._added)
            self._added.append(new)
        return self._known[meaning]

    @cached_property
    def _known(self) -> dict[tuple[object, ...], int]:
        found: dict[tuple[object, ...], int] = {}
        for style, tag in enumerate(self._tags):
            found.setdefault(_meaning(tag), style)
        return found

    def grown(self) -> tuple[Xml, list[Splice]] | None:
        """The styles part and what must be appended to it; None where nothing is new."""
        if not self._added or self._xml is None or self._container is None:
            return None
        place = self._container
        count = str(len(self._tags) + len(self._added))
        return self._xml, [
            Splice(place.start, place.opened, with_attributes(place.tag, {"count": count})),
            Splice(place.closed, place.closed, b"".join(self._added)),
        ]


def _meaning(xf: bytes) -> tuple[object, ...]:
    """What a format says, however a program wrote it: one that was added is to be found again after people saved the
    file, or each run would add it anew. To apply what is said is what is done where nothing says otherwise."""
    return tuple(
        (name, frozenset(pair for pair in _ATTRIBUTE.findall(rest) if not _says_nothing(*pair)))
        for name, rest in _TAG.findall(xf)
    )


def _says_nothing(name: bytes, value: bytes) -> bool:
    unset = {b"pivotButton", b"quotePrefix"}
    return value in {b"0", b"false"} if name in unset else name.startswith(b"apply") and value in {b"1", b"true"}


def _plain_format(value: Value) -> int:
    if isinstance(value, datetime):
        return _DATE if value.time() == time(0) else _DATE_TIME
    if isinstance(value, time):
        return _TIME_SECONDS if value.second else _TIME
    return _DATE


def _shows(code: str) -> tuple[bool, bool]:
    """Whether a format code shows a date, and whether a time."""
    # The first section is that of positive numbers, as days are.
    letters = set(_LITERAL.sub("", code.partition(";")[0]).lower())
    clock = bool(letters & {"h", "s"})
    return bool(letters & {"d", "y"}) or ("m" in letters and not clock), clock


def _int(text: str) -> int:
    return int(text) if text.isdecimal() else 0
