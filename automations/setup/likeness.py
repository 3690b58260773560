"""How much a heading looks like one that is known, from 0 to 100."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from msgspec import Struct
from rapidfuzz import fuzz

from automations.tables.folding import fold

LONGEST = 1000
"""Characters of a heading: what is longer is a text, and comparing it with all that is known takes minutes."""
EXACT = 100.0  # the heading is known: only case, blanks, punctuation or umlaut spelling may differ

ABBREVIATED, SHORTENED, _CONTAINED = 90.0, 84.0, 70.0
_PREFIX, _WHOLE_WORD = 3, 5  # letters from which a beginning, or a word inside, is no chance
_TWO = 2
_CUT = 6  # letters up to which a word without a point may be a shortened one ("Beratung" is no "Beratungsstelle")
_WHICH = {
    "first": ("erst", "first", "initial"), "last": ("letzt", "last", "zuletzt", "latest"),
    "next": ("nächst", "next", "folge", "wiedervorlage", "follow"),
}  # fmt: skip
_SHORTEST = 3  # times as long may be what a few letters stand for ("Bem." is no "Bedarfsgemeinschaft")
PARTED = re.compile(r"\s*[/|\n]\s*|\s+[–-]\s+")  # between two languages
_NUMBER = re.compile(r"\d+")
_WORDS = re.compile(r"[^\W_]+")
# What a folded heading shares with many others of its kind: two that have nothing else in common are not alike.
_KIND_OF_CELL = re.compile(
    r"^(?:dateof|datum|date)|(?:datum|date|dat|nummer|number|nr|name|adresse|address|sprache|language)$"
)
_BY_CHANCE, _NEARLY = 83.0, 95.0  # the most that letters alone say of a short word, and of any
_APART = 8  # by which what tells two headings of a kind apart may be less like than the whole of them


class _Heading(Struct, frozen=True):
    """A heading, taken apart once: it is compared with some hundred others."""

    text: str
    folded: str
    words: tuple[str, ...]
    numbers: tuple[str, ...]
    places: frozenset[str]
    """Which of several it speaks of: the first, the last, the next."""
    ordered: str
    """Its words by the alphabet."""
    own: str
    """What is left without the word for its kind of cells: "consent" of "Consent date"."""
    initials: str
    """The first letters of its words: where they differ, neither heading abbreviates the other."""


def likeness(text: str, aliases: Iterable[str]) -> float:
    """The likeness of a heading to the nearest of some known headings. One that says the same in two languages
    ("Sprache / Language") is as like as the less like half."""
    # A cell as full as a cell may be is no heading, and would be compared for minutes.
    if len(text) > LONGEST:
        return 0.0
    known = tuple(aliases)
    halves = PARTED.split(text.strip())
    twice = min(_nearest(half, known) for half in halves) if len(halves) == _TWO else 0.0
    return max(_nearest(text, known), twice)


@lru_cache(maxsize=20_000)
def _nearest(text: str, aliases: tuple[str, ...]) -> float:
    best, heading = 0.0, _heading(text)
    known, exact = _known(aliases)
    if heading.folded in exact:
        return EXACT
    for alias in known:
        best = max(best, _to_one(heading, alias, best))
    return best


@lru_cache(maxsize=1_000)
def _known(aliases: tuple[str, ...]) -> tuple[tuple[_Heading, ...], frozenset[str]]:
    """Known headings taken apart, and how they read folded."""
    known = tuple(_heading(alias) for alias in aliases)
    return known, frozenset(alias.folded for alias in known)


def _to_one(one: _Heading, alias: _Heading, best: float) -> float:
    """The likeness to a known heading that reads otherwise; it need not be told below `best`, which another one has
    reached."""
    short, long = one.folded, alias.folded
    if (one.numbers or one.places) and _another_one(one, alias):
        return 0.0
    if one.initials == alias.initials and _abbreviates(one, alias):
        return ABBREVIATED + len(short) / len(long)  # of two words the one of which hardly anything was left out
    near = len(short) >= _PREFIX and len(long) <= _SHORTEST * len(short)
    if "." in one.text and near and short[0] == long[0] and len(alias.words) == 1 and _letters_in_order(short, long):
        return SHORTENED
    if len(long) >= _WHOLE_WORD and long in _joined(one.words):
        return _CONTAINED
    return _by_letters(one, alias, best)


def _by_letters(one: _Heading, alias: _Heading, best: float) -> float:
    """The likeness of the letters. Of three letters one is too many: "zdA" is no "DSE"; of a short word it says little
    by itself: "Objekt" is no "Objet", but "Team 1" is "Team"."""
    letters = fuzz.ratio(one.folded, alias.folded, score_cutoff=best) if len(one.folded) > _PREFIX else 0.0
    most = _BY_CHANCE if len(alias.folded) <= _CUT and not one.folded.startswith(alias.folded) else _NEARLY
    return letters and min(letters, fuzz.ratio(one.ordered, alias.ordered) + 2, _told_apart(one, alias), most)


def _told_apart(one: _Heading, alias: _Heading) -> float:
    """How like is what tells two headings of one kind apart: "Entry date" is no "Consent date"."""
    if not one.own or not alias.own or one.own == one.folded or alias.own == alias.folded:
        return EXACT
    return fuzz.ratio(one.own, alias.own) + _APART


def _another_one(one: _Heading, alias: _Heading) -> bool:
    """Whether two headings speak of different ones: the second talk is not the first, nor is the last."""
    numbers = one.numbers and alias.numbers and one.numbers != alias.numbers
    return bool(numbers) or bool(one.places and one.places != alias.places)


@lru_cache(maxsize=20_000)
def _heading(text: str) -> _Heading:
    words = tuple(fold(word) for word in _WORDS.findall(text))
    places = frozenset(
        place
        for word in words
        for place, beginnings in _WHICH.items()
        if any(word.startswith(fold(beginning)) for beginning in beginnings)
    )
    folded, ordered = fold(text), " ".join(sorted(words))
    own = _KIND_OF_CELL.sub("", folded)
    initials = "".join(word[:1] for word in words)
    return _Heading(text, folded, words, tuple(_NUMBER.findall(text)), places, ordered, own, initials)


def _abbreviates(one: _Heading, alias: _Heading) -> bool:
    """Whether each word is the beginning of the other's word ("Staatsangeh." of "Staatsangehörigkeit")."""
    short, long = one.words, alias.words
    if len(short) != len(long):
        return False
    cut = "." in one.text or max(map(len, short), default=0) <= _CUT
    # "Zugang d.", "Betr. d."
    whole = any(b.startswith(a) and len(a) > _PREFIX for a, b in zip(short, long, strict=True))
    alike = all(
        b.startswith(a) and (len(a) >= min(_PREFIX, len(b)) or (whole and f"{a}." in one.text.lower()))
        for a, b in zip(short, long, strict=True)
    )
    return alike and (cut or short == long)


def _letters_in_order(short: str, long: str) -> bool:
    rest = iter(long)
    return all(letter in rest for letter in short)


@lru_cache(maxsize=1_000)
def _joined(words: tuple[str, ...]) -> frozenset[str]:
    """The words of a heading, and neighbours taken together ("E-Mail" is "email")."""
    return frozenset("".join(words[a:b]) for a in range(len(words)) for b in range(a + 1, len(words) + 1))
