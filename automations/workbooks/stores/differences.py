"""What of a file's parts another file does not have: rows that are the same in both are named, not kept again.

Exact: the same bytes come back. Which rows are told apart matters for the size alone."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

ROW_END = b"</row>"

_ROW = re.compile(rb'<row r="(\d+)"')
_MOVED = b'<row r="+'
_FROM_BEFORE = re.compile(re.escape(_MOVED) + rb'(\d+)"')
_CELL = re.compile(rb'<c r="([A-Z]{1,3})\d+"')
_BESIDE = b"\x01"


def number_of(row: bytes) -> int:
    """Where a row stands; 0 for what is no row."""
    found = _ROW.search(row)
    return int(found[1]) if found else 0


def without_place(row: bytes, before: int) -> bytes:
    """The row as it would stand anywhere, so that one that moved is the same bytes again: `<row r="7"` says how far it
    is from the row `before` it (`+1`), and of `<c r="B7"` the column alone stands between two bytes that no sheet can
    hold."""
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


Steps = list[list[int]]
"""How the new bytes are put together: `[place, count]` are pieces of the old ones, `[-1, length]` are fresh bytes,
`[place, count, 0]` are rows of the old ones that moved, and `[place, begins, length, ends]` is a piece that begins and
ends as an old one does, with fresh bytes between."""

STRINGS = "xl/sharedStrings.xml"  # the part with the texts of all sheets, which cells name by number

_ENDS = (ROW_END, b"</si>")
_TEXT = re.compile(rb"<si>.*?</si>|<si ?/>", re.DOTALL)
_NUMBER = re.compile(rb'( t="s"[^>]*><v>)(\d+)(?=</v>)')

_WORTH_WHILE = 32  # so many bytes of an old piece are worth a step of their own


def difference(old: bytes, new: bytes) -> tuple[Steps, bytes]:
    """The steps that make `new` of `old`, and the fresh bytes they take."""
    if old == new:  # most tabs, from save to save
        return _all_of(old), b""
    before, now = _pieces(old), _pieces(new)
    same = {*before} & {*now}
    rows = _moving(now, same)
    if _placed(rows) == new:
        return _steps(_moving(before, same), rows, same)
    # A cell names another row than its own: what is not the same is kept as a whole.
    return _steps([piece if piece in same else b"" for piece in before], now, same)


def _steps(before: Sequence[bytes], now: Sequence[bytes], same: set[bytes]) -> tuple[Steps, bytes]:
    """`same` are the pieces that stand in both where they stood; the others may have moved."""
    places: dict[bytes, int] = {}
    for place, piece in enumerate(before):
        places.setdefault(piece, place)
    steps: Steps = []
    fresh: list[bytes] = []
    here = 0  # where the old bytes go on, as far as one piece takes the place of another
    for piece in now:
        beside = before[here] if here < len(before) else b""
        place = here if beside == piece else places.get(piece, -1)
        if place < 0:
            fresh.append(_add_fresh(steps, here, b"" if beside in same else beside, piece))
        else:
            _add(steps, [place, 1] if piece in same else [place, 1, 0])
        # After a piece from elsewhere the old bytes go on behind it: rows move in blocks.
        here = (here if place < 0 else place) + 1
    return steps, b"".join(fresh)


def _moving(pieces: Sequence[bytes], same: set[bytes]) -> list[bytes]:
    """The pieces; rows that are no `same` ones as they would stand anywhere."""
    return [piece if piece in same else _anywhere(pieces, place) for place, piece in enumerate(pieces)]


def _anywhere(pieces: Sequence[bytes], place: int) -> bytes:
    return without_place(pieces[place], number_of(pieces[place - 1]) if place else 0)


def _placed(pieces: Iterable[bytes]) -> bytes:
    """Rows that would stand anywhere put where they stand."""
    made = list[bytes]()
    for piece in pieces:
        # Most rows stand where they stood: only what moved asks where the row before it stands.
        moved = _MOVED in piece
        made.append(with_place(piece, number_of(made[-1]) if made else 0) if moved else piece)
    return b"".join(made)


def _add_fresh(steps: Steps, here: int, beside: bytes, piece: bytes) -> bytes:
    """The step to a piece that the old bytes do not have, and what is fresh in it; `beside` stands in its place."""
    begins = _alike(beside, piece)
    # Behind what is alike at the beginning, or both would claim the same bytes.
    ends = _alike(beside[begins:][::-1], piece[begins:][::-1])
    if begins + ends < _WORTH_WHILE:
        _add(steps, [-1, len(piece)])
        return piece
    steps.append([here, begins, len(piece) - begins - ends, ends])
    return piece[begins : len(piece) - ends]


def _alike(one: bytes, other: bytes) -> int:
    """How many bytes two begin with that are the same."""
    low, high = 0, min(len(one), len(other))
    while low < high:
        middle = (low + high + 1) // 2
        if one[low:middle] == other[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low


def _add(steps: Steps, step: list[int]) -> None:
    """One step more, or the last one going on."""
    last = steps[-1] if steps else []
    is_next = len(last) == len(step) and (last[0] < 0) == (step[0] < 0)
    if is_next and (step[0] < 0 or last[0] + last[1] == step[0]):
        last[1] += step[1]
    else:
        steps.append(step)


def together(old: bytes, steps: Steps, fresh: bytes) -> bytes:
    """The new bytes again. What makes no sense gives other bytes; whoever calls compares digests."""
    # Most parts of a workbook are the same in two versions and need not be taken apart.
    if steps == _all_of(old):
        return old
    return _placed(_made(_pieces(old), steps, fresh))


def _made(before: Sequence[bytes], steps: Steps, fresh: bytes) -> Iterator[bytes]:
    at = 0
    for place, count, *more in steps:
        if place < 0:
            yield from _parted(fresh[at : at + count], ROW_END)
            at += count
        elif not more:
            yield from before[place : place + count]
        elif len(more) == 1:
            yield from (_anywhere(before, one) for one in range(place, place + count))
        else:
            length, ends = more
            piece = _anywhere(before, place)
            yield piece[:count] + fresh[at : at + length] + piece[len(piece) - ends :]
            at += length


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
    return _parted(data, _end_of(data))


def _parted(data: bytes, end: bytes) -> list[bytes]:
    *rows, rest = data.split(end)
    return [row + end for row in rows] + ([rest] if rest else [])


def _all_of(data: bytes) -> Steps:
    """All pieces, in their order."""
    end = _end_of(data)
    count = data.count(end) + (bool(data) and not data.endswith(end))
    return [[0, count]] if count else []


def _end_of(data: bytes) -> bytes:
    """What a piece ends with."""
    found = [end for end in _ENDS if end in data]
    # Counted only where both are there; with neither: charts, drawings, the list of tabs, a few values among many marks
    return found[0] if len(found) == 1 else max(found, key=data.count, default=b">")
