"""A row of a sheet without the numbers that follow from where it stands: one that moved is the same bytes again, and
a sheet packs to little more than half.

`<row r="7"` says how far it is from the row before (`+1`), and of `<c r="B7"` the column alone stands between two bytes
that no sheet can hold.
"""

from __future__ import annotations

import re

ROW_END = b"</row>"

_ROW = re.compile(rb'<row r="(\d+)"')
_FROM_BEFORE = re.compile(rb'<row r="\+(\d+)"')
_CELL = re.compile(rb'<c r="([A-Z]{1,3})\d+"')
_BESIDE = b"\x01"


def number_of(row: bytes) -> int:
    """Where a row stands; 0 for what is no row."""
    found = _ROW.search(row)
    return int(found[1]) if found else 0


def without_place(row: bytes, before: int) -> bytes:
    """The row as it would stand anywhere; `before` is the number of the one before it."""
    found = _ROW.search(row)
    if not found:
        return row
    away = b"+%d" % (int(found[1]) - before)
    return _BESIDE.join(_CELL.split(row[: found.start(1)] + away + row[found.end(1) :]))  # `sub` is six times slower


def with_place(row: bytes, before: int) -> bytes:
    """The row again, behind that of the number `before`."""
    found = _FROM_BEFORE.search(row)
    if not found:
        return row
    number = b"%d" % (before + int(found[1]))
    texts = (row[: found.start(1) - 1] + number + row[found.end(1) :]).split(_BESIDE)
    texts[1::2] = [b'<c r="' + column + number + b'"' for column in texts[1::2]]
    return b"".join(texts)
