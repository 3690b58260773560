"""What of a file's parts another file does not have: rows that are the same in both are named, not kept again.

Exact: the same bytes come back. Which rows are told apart matters for the size alone.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

Steps = list[list[int]]
"""How the new bytes are put together: `[place, count]` are pieces of the old ones, `[-1, length]` are fresh bytes."""

STRINGS = "xl/sharedStrings.xml"
"""The part with the texts of all sheets, which cells name by number."""

_ENDS = (b"</row>", b"</si>")
_TEXT = re.compile(rb"<si>.*?</si>|<si ?/>", re.DOTALL)
_NUMBER = re.compile(rb'( t="s"[^>]*><v>)(\d+)(?=</v>)')


def difference(old: bytes, new: bytes) -> tuple[Steps, bytes]:
    """The steps that make `new` of `old`, and the fresh bytes they take."""
    if old == new:  # most tabs, from save to save
        return _all_of(old), b""
    before, fresh = _pieces(old), list[bytes]()
    places: dict[bytes, int] = {}
    for place, piece in enumerate(before):
        places.setdefault(piece, place)
    steps: Steps = []
    here = 0  # where the old bytes go on, as far as one piece takes the place of another
    for piece in _pieces(new):
        beside = here < len(before) and before[here] == piece
        place = here if beside else places.get(piece, -1)
        if place < 0:
            fresh.append(piece)
            _add(steps, -1, len(piece), goes_on=bool(steps) and steps[-1][0] < 0)
        else:
            _add(steps, place, 1, goes_on=bool(steps) and steps[-1][0] >= 0 and sum(steps[-1]) == place)
        here = (here if place < 0 else place) + 1
    return steps, b"".join(fresh)


def _add(steps: Steps, place: int, count: int, *, goes_on: bool) -> None:
    if goes_on:
        steps[-1][1] += count
    else:
        steps.append([place, count])


def together(old: bytes, steps: Steps, fresh: bytes) -> bytes:
    """The new bytes again. What makes no sense gives other bytes; whoever calls compares digests."""
    if steps == _all_of(old):
        return old
    before, made, at = _pieces(old), list[bytes](), 0
    for place, count in steps:
        if place >= 0:
            made += before[place : place + count]
        else:
            made.append(fresh[at : at + count])
            at += count
    return b"".join(made)


def renumbering(old: bytes, new: bytes) -> Mapping[bytes, bytes]:
    """By which number the new list of texts calls each text that the old one calls otherwise: a text that nobody uses
    any more leaves the list, and all behind it move up."""
    places = {text: place for place, text in enumerate(_TEXT.findall(new))}
    moved = ((place, places.get(text, place)) for place, text in enumerate(_TEXT.findall(old)))
    return {str(place).encode(): str(now).encode() for place, now in moved if place != now}


def renumbered(sheet: bytes, numbers: Mapping[bytes, bytes]) -> bytes:
    """A sheet that names its texts by their new numbers."""
    return _NUMBER.sub(lambda found: found[1] + numbers.get(found[2], found[2]), sheet) if numbers else sheet


def _pieces(data: bytes) -> Sequence[bytes]:
    end = _end_of(data)
    *rows, rest = data.split(end)
    return [row + end for row in rows] + ([rest] if rest else [])


def _all_of(data: bytes) -> Steps:
    """All pieces, in their order."""
    end = _end_of(data)
    count = data.count(end) + (bool(data) and not data.endswith(end))
    return [[0, count]] if count else []


def _end_of(data: bytes) -> bytes:
    """What a piece ends with."""
    end = max(_ENDS, key=data.count)
    return end if end in data else b">"  # charts, drawings, the list of tabs: a few values among many marks
