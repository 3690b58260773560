"""A value as the content of a cell element, and dates as serial numbers.

Rules: ECMA-376 Part 1, 18.3.1.4 (c), 18.18.11 (ST_CellType), 22.9.2.19 (ST_Xstring: `_xHHHH_`),
18.17.4.1 (date systems)."""

from __future__ import annotations

import math
import re
from datetime import date, datetime, time

from msgspec import Struct

from automations.model.values import Value
from automations.workbooks.refusals import Refusal
from automations.workbooks.xlsx.xmltext import escape

_MAX_TEXT = 32_767  # UTF-16 units, Excel's limit for a cell
# A typed “_x0041_” would be read back as “A”.
_LOOKS_ESCAPED = re.compile("_(?=x[0-9A-Fa-f]{4}_)")
_NO_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\r]")
_SECONDS = 86_400
_LEAP_BUG = date(1900, 3, 1)  # before it, serials of the 1900 system are one less (they know a 29 February 1900)


class Content(Struct, frozen=True):
    """What goes into `<c>`: its type attribute (None: number) and its children."""

    type: str | None
    inner: str


def content(value: Value, prefix: str, cell: str, *, date1904: bool = False) -> Content:
    """The content for a value; `prefix` ("x:") is that of the part, `cell` is for the messages.

    Raises Refusal for what a cell cannot hold. Text always stays text."""
    if value is None or value == "":
        return Content(None, "")
    if isinstance(value, bool):
        return Content("b", _v(prefix, str(int(value))))
    if isinstance(value, int | float):
        return Content(None, _v(prefix, _number(value, cell)))
    if isinstance(value, date | time):
        # `repr` is the shortest text that is the same double again.
        return Content(None, _v(prefix, repr(serial(value, cell, date1904=date1904))))
    if isinstance(value, str):
        text = _text(value, cell)
        # Readers may drop blanks at the ends otherwise, and calamine does.
        space = ' xml:space="preserve"' if text != text.strip() or re.search(r"\s\s|[\n\t]", text) else ""
        return Content("inlineStr", f"<{prefix}is><{prefix}t{space}>{escape(text)}</{prefix}t></{prefix}is>")
    raise Refusal("value", cell=cell, type=type(value).__name__)


def _v(prefix: str, number: str) -> str:
    return f"<{prefix}v>{number}</{prefix}v>"


def _number(value: float, cell: str) -> str:
    try:
        finite = math.isfinite(float(value))
    except OverflowError:
        finite = False
    if not finite:
        raise Refusal("number", cell=cell, value=str(value)[:40])
    return repr(value)


def _text(value: str, cell: str) -> str:
    value = value.replace("\r\n", "\n")
    try:
        length = len(value.encode("utf-16-le")) // 2
    except UnicodeEncodeError as error:
        raise Refusal("text_invalid", cell=cell) from error
    if length > _MAX_TEXT:
        raise Refusal("text_long", cell=cell, length=length)
    value = _LOOKS_ESCAPED.sub("_x005F_", value)
    return _NO_XML.sub(lambda found: f"_x{ord(found[0]):04X}_", value)


def serial(value: date | time, cell: str, *, date1904: bool = False) -> int | float:
    """The number that stands for a date, a time of day, or both. Raises Refusal("date_range", "zone")."""
    if isinstance(value, datetime | time) and value.tzinfo is not None:
        raise Refusal("zone", cell=cell)
    if isinstance(value, time):
        return _fraction(value)
    day = value.date() if isinstance(value, datetime) else value
    if date1904:
        days, lowest = (day - date(1904, 1, 1)).days, 0
    else:
        days, lowest = (day - date(1899, 12, 30)).days - (day < _LEAP_BUG), 1
    if days < lowest:
        raise Refusal("date_range", cell=cell, value=value.isoformat())
    fraction = _fraction(value.time()) if isinstance(value, datetime) else 0
    return days + fraction if fraction else days


def _fraction(value: time) -> float:
    seconds = value.hour * 3600 + value.minute * 60 + value.second + value.microsecond / 1e6
    return seconds / _SECONDS
