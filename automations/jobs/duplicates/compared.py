"""What an earlier search for duplicates found, so that only pairs with a changed side are compared again.

Kept are digests: of each person as far as a comparison looks at them, of what pairs share (`keys`), of whole names; and
which pairs were found alike. No name, date or number can be read out of it."""

from __future__ import annotations

import struct
from array import array
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from hashlib import blake2b
from types import MappingProxyType
from typing import NamedTuple

from msgspec import Struct, field

from automations.jobs.duplicates.people import Birth

SIZE = 16  # bytes of a digest

_HEAD = struct.Struct("<4sIII")
_MAGIC = b"kim1"
_VERDICT = struct.Struct("<IIBB")
_BIRTHS = tuple(Birth)
_SIGNS = ("phone", "email")


class Verdict(NamedTuple):
    """Why two people are likely one; the fields are those of `search.Pair`."""

    names: int
    swapped: bool
    birth: Birth
    contact: tuple[str, ...] = ()
    other_last: bool = False
    other_first: bool = False


class Found(Struct, frozen=True):
    """One search: `people` are digests of those compared, in the order of the table; `keys` of what each shares with
    others; `whole` of their "first" and "last" names (0: none); `crowds` are keys that too many shared, whose pairs
    were left out; `alike` are the pairs, by position, that are likely one person."""

    people: Sequence[bytes] = ()
    keys: Sequence[tuple[int, ...]] = ()
    whole: Sequence[tuple[int, int]] = ()
    crowds: frozenset[int] = frozenset()
    alike: Mapping[tuple[int, int], Verdict] = field(default_factory=lambda: MappingProxyType({}))


class Compared(Struct):
    """What is known from before, and what the search at hand found. `ground` stands for all that a comparison rests on
    besides two people; blank: nothing counts as known."""

    ground: bytes = b""
    known: Found = field(default_factory=Found)
    rests_on: bytes = b""

    def before(self, rests_on: bytes) -> Found:
        """What is known from a search that rested on the same."""
        return self.known if self.ground and self.rests_on == self._ground(rests_on) else Found()

    def found(self, rests_on: bytes, found: Found) -> None:
        """Remember a search."""
        self.known, self.rests_on = found, self._ground(rests_on)

    def _ground(self, rests_on: bytes) -> bytes:
        return digest(self.ground, rests_on)


def digest(*parts: object) -> bytes:
    """The same in every process."""
    # repr: ("a", None) and ("a", "None") are told apart, which joined texts would not be.
    return blake2b(repr(parts).encode("utf-8", "surrogatepass"), digest_size=SIZE).digest()


def number(value: object) -> int:
    """A value as a number of 64 bits, the same in every process."""
    return int.from_bytes(blake2b(repr(value).encode("utf-8", "surrogatepass"), digest_size=8).digest(), "little")


def positions_before(people: Sequence[bytes], before: Sequence[bytes]) -> list[int]:
    """Where each of the people stood in the search before; -1 for who is new, changed or stands in another order, as
    comparing two may depend on which comes first."""
    stood: dict[bytes, list[int]] = {}
    for position in reversed(range(len(before))):
        stood.setdefault(before[position], []).append(position)
    found = [stood[one].pop() if stood.get(one) else -1 for one in people]
    # Only those whose order among each other is as it was: of a sorted table nearly all, so that sorting costs no
    # search.
    kept = set(_in_order(found))
    return [old if position in kept else -1 for position, old in enumerate(found)]


def _in_order(before: Sequence[int]) -> Iterator[int]:
    """As many positions as possible among which nobody has overtaken another (-1: who was not there)."""
    ends: list[int] = []  # of the best run of each length, its last position before
    last: list[int] = []  # and the position of now
    came: dict[int, int] = {}
    for position, old in enumerate(before):
        if old < 0:
            continue
        length = bisect_left(ends, old)
        ends[length : length + 1] = [old]
        last[length : length + 1] = [position]
        came[position] = last[length - 1] if length else -1
    position = last[-1] if last else -1
    while position >= 0:
        yield position
        position = came[position]


def packed(compared: Compared) -> bytes:
    """As bytes to keep, with a digest of them in front."""
    found = compared.known
    body = b"".join((
        _HEAD.pack(_MAGIC, len(found.people), len(found.crowds), len(found.alike)),
        compared.rests_on.ljust(SIZE, b"\0"),
        b"".join(found.people),
        bytes(map(len, found.keys)),
        _numbers(number for pair in found.whole for number in pair),
        _numbers(sorted(found.crowds)),
        # Sorted: the same search gives the same bytes, and an unchanged file need not be written.
        b"".join(_VERDICT.pack(*pair, *_coded(verdict)) for pair, verdict in sorted(found.alike.items())),
        _numbers(key for keys in found.keys for key in keys),
    ))  # fmt: skip
    return blake2b(body, digest_size=SIZE).digest() + body


def unpacked(kept: bytes, ground: bytes) -> Compared:
    """What was kept; nothing where it is damaged."""
    body = kept[SIZE:]
    # A file that was cut off by a full disk must give a slow search, not a wrong one.
    if len(body) < _HEAD.size + SIZE or blake2b(body, digest_size=SIZE).digest() != kept[:SIZE]:
        return Compared(ground)
    magic, people, crowds, alike = _HEAD.unpack_from(body)
    # Of another version: comparing all anew takes seconds, a wrong reading would hide doubles for ever.
    if magic != _MAGIC:
        return Compared(ground)
    read = _Reader(body, _HEAD.size)
    rests_on = read.take(SIZE)
    digests = read.take(SIZE * people)
    sizes = read.take(people)
    whole = read.numbers(2 * people)
    crowded = frozenset(read.numbers(crowds))
    verdicts = dict(_decoded(*one) for one in _VERDICT.iter_unpack(read.take(_VERDICT.size * alike)))
    keys = iter(read.numbers(sum(sizes)))
    found = Found(
        [digests[at : at + SIZE] for at in range(0, len(digests), SIZE)],
        [tuple(next(keys) for _ in range(size)) for size in sizes],
        list(zip(whole[::2], whole[1::2], strict=True)),
        crowded,
        verdicts,
    )
    return Compared(ground, found, rests_on)


class _Reader:
    def __init__(self, body: bytes, at: int) -> None:
        self._body, self._at = body, at

    def take(self, size: int) -> bytes:
        self._at += size
        return self._body[self._at - size : self._at]

    def numbers(self, count: int) -> list[int]:
        found = array("Q")
        found.frombytes(self.take(found.itemsize * count))
        return found.tolist()


def _numbers(numbers: Iterator[int] | Sequence[int]) -> bytes:
    return array("Q", numbers).tobytes()


def _coded(verdict: Verdict) -> tuple[int, int]:
    signs = (verdict.swapped, *(name in verdict.contact for name in _SIGNS), verdict.other_last, verdict.other_first)
    return sum(sign << at for at, sign in enumerate(signs)) | verdict.names << len(signs), _BIRTHS.index(verdict.birth)


def _decoded(one: int, two: int, code: int, birth: int) -> tuple[tuple[int, int], Verdict]:
    swapped, phone, email, other_last, other_first = (bool(code >> at & 1) for at in range(5))
    contact = tuple(name for name, shared in zip(_SIGNS, (phone, email), strict=True) if shared)
    return (one, two), Verdict(code >> 5, swapped, _BIRTHS[birth], contact, other_last, other_first)
