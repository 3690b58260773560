"""How much a heading looks like one that is known, from 0 to 100."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from rapidfuzz import fuzz

from automations.tables.folding import fold

EXACT = 100.0
"""The heading is known: only case, blanks, punctuation or umlaut spelling may differ."""

ABBREVIATED, SHORTENED, _CONTAINED = 90.0, 84.0, 70.0
_PREFIX, _WHOLE_WORD = 3, 5  # letters from which a beginning, or a word inside, is no chance
_TWO = 2
_CUT = 6  # letters up to which a word without a point may be a shortened one ("Beratung" is no "Beratungsstelle")
_WHICH = {
    "first": ("erst", "first", "initial"), "last": ("letzt", "last", "zuletzt", "latest"),
    "next": ("nächst", "next", "folge", "wiedervorlage", "follow"),
}  # fmt: skip
_SHORTEST = 3  # times as long may be what a few letters stand for ("Bem." is no "Bedarfsgemeinschaft")
_BOTH = re.compile(r"\s*[/|\n]\s*|\s+[–-]\s+")  # between two languages
_NUMBER = re.compile(r"\d+")
_WORDS = re.compile(r"[^\W_]+")


def likeness(text: str, aliases: Iterable[str]) -> float:
    """The likeness of a heading to the nearest of some known headings. One that says the same in two languages
    ("Sprache / Language") is as like as the less like half."""
    known = tuple(aliases)
    halves = _BOTH.split(text.strip())
    twice = min(_nearest(half, known) for half in halves) if len(halves) == _TWO else 0.0
    return max(_nearest(text, known), twice)


def _nearest(text: str, aliases: Iterable[str]) -> float:
    return max((_to_one(text, alias) for alias in aliases), default=0.0)


@lru_cache(maxsize=50_000)
def _to_one(text: str, alias: str) -> float:
    short, long = _folded(text), _folded(alias)
    if short == long:
        return EXACT
    if _another_one(text, alias):
        return 0.0
    if _abbreviates(text, alias):
        return ABBREVIATED
    near = len(short) >= _PREFIX and len(long) <= _SHORTEST * len(short)
    if "." in text and near and short[0] == long[0] and len(_words(alias)) == 1 and _letters_in_order(short, long):
        return SHORTENED
    if len(long) >= _WHOLE_WORD and long in _joined(text):
        return _CONTAINED
    return min(fuzz.ratio(short, long), fuzz.ratio(_sorted(text), _sorted(alias)) + 2, 95.0)


def _another_one(text: str, alias: str) -> bool:
    """Whether two headings speak of different ones: the second talk is not the first, nor is the last."""
    numbers = _numbers(text) and _numbers(alias) and _numbers(text) != _numbers(alias)
    return bool(numbers) or bool(_places(text) and _places(text) != _places(alias))


@lru_cache(maxsize=5_000)
def _folded(text: str) -> str:
    return fold(text)


@lru_cache(maxsize=5_000)
def _numbers(text: str) -> tuple[str, ...]:
    return tuple(_NUMBER.findall(text))


@lru_cache(maxsize=5_000)
def _places(text: str) -> frozenset[str]:
    """Which of several a heading speaks of: the first, the last, the next."""
    return frozenset(
        place
        for word in _words(text)
        for place, beginnings in _WHICH.items()
        if any(word.startswith(fold(beginning)) for beginning in beginnings)
    )


@lru_cache(maxsize=5_000)
def _words(text: str) -> tuple[str, ...]:
    return tuple(fold(word) for word in _WORDS.findall(text))


def _abbreviates(text: str, alias: str) -> bool:
    """Whether each word is the beginning of the other's word ("Staatsangeh." of "Staatsangehörigkeit")."""
    short, long = _words(text), _words(alias)
    pairs = list(zip(short, long, strict=False))
    cut = "." in text or max(map(len, short), default=0) <= _CUT
    alike = all(b.startswith(a) and len(a) >= min(_PREFIX, len(b)) for a, b in pairs)
    return len(short) == len(long) and alike and (cut or short == long)


def _letters_in_order(short: str, long: str) -> bool:
    rest = iter(long)
    return all(letter in rest for letter in short)


@lru_cache(maxsize=1_000)
def _joined(text: str) -> frozenset[str]:
    """The words of a heading, and neighbours taken together ("E-Mail" is "email")."""
    words = _words(text)
    return frozenset("".join(words[a:b]) for a in range(len(words)) for b in range(a + 1, len(words) + 1))


def _sorted(text: str) -> str:
    return " ".join(sorted(_words(text)))
