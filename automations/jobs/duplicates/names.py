"""Parts of names, and whether two of them are one name."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

from rapidfuzz.distance import OSA

from automations.common.shipped import config_folder
from automations.jobs.duplicates.scripts import bones, is_arabic, plain, sounds

SAME, CLOSE, OTHER = 2, 1, 0
"""Levels of likeness: one name · a slip away · another name."""

# So many slips are allowed from this length of the rough sound on; shorter names are alike by chance.
_SLIPS = ((9, 2), (5, 1))
_SHORTEST = 3
_FEW_BONES = 3

_ARTICLES = frozenset({"al", "el", "ul"})
_PARTICLES = _ARTICLES | frozenset({"von", "van", "de", "der", "den", "di", "da", "zu", "bin", "ben", "ibn", "bint"})
_SERVANT = frozenset({"abd", "abdul", "abdel", "abdal", "abdol", "عبد"})
_ARTICLE = "ال"
_BREAKS = re.compile(r"[\s\-–,.;/()]+")


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a name. `groups` are its lines of names.toml."""

    plain: str
    groups: frozenset[int]
    sounds: tuple[str, ...]
    bones: frozenset[str]
    arabic: bool


class Names:
    """Names by the alias groups of names.toml; parts are worked out once."""

    def __init__(self, groups: Iterable[Sequence[str]]) -> None:
        self._plain, self._sound = _lines(tuple(map(tuple, groups)))
        self._parts: dict[str, Part] = {}

    def parts(self, text: str | None) -> tuple[Part, ...]:
        """The parts of a name that tell people apart: without particles, "Abd al-Rahman" as one."""
        words = [word for word in _BREAKS.split(text or "") if word]
        found: list[Part] = []
        before = ""
        for word in words:
            lowered = word.casefold()
            if lowered in _SERVANT or (lowered in _PARTICLES and len(words) > 1):
                before = before if before in _SERVANT else lowered
                continue
            found.append(self._with(before, word))
            before = ""
        return tuple(found) if before not in _SERVANT else (*found, self.part(before))

    def _with(self, before: str, word: str) -> Part:
        if before in _SERVANT:
            return self.part(before + word)
        part = self.part(word)
        if before not in _ARTICLES:
            return part
        return _part(part.plain, part.groups, part.sounds, arabic=part.arabic, article=True)

    def part(self, word: str) -> Part:
        """One word of a name."""
        known = self._parts.get(word)
        if known is None:
            known = self._parts[word] = self._make(word)
        return known

    def _make(self, word: str) -> Part:
        bare, arabic = plain(word), is_arabic(word)
        groups = self._plain.get(bare)
        article = arabic and groups is None and bare.startswith(_ARTICLE) and len(bare) > len(_ARTICLE) + 2
        if article:
            bare = bare.removeprefix(_ARTICLE)
            groups = self._plain.get(bare)
        heard = sounds(bare if arabic else word)
        if groups is None and not arabic:
            groups = self._sound.get(heard[0])
        return _part(bare, groups or (), heard, arabic=arabic, article=article)


@lru_cache(maxsize=2)  # every run asks anew, with the same groups
def _lines(groups: tuple[tuple[str, ...], ...]) -> tuple[Mapping[str, set[int]], Mapping[str, set[int]]]:
    """The groups in which a name stands, by how it is written and by how it sounds."""
    written: dict[str, set[int]] = {}
    heard: dict[str, set[int]] = {}
    for number, group in enumerate(groups):
        for name in group:
            written.setdefault(plain(name), set()).add(number)
            if not is_arabic(name):
                heard.setdefault(sounds(name)[0], set()).add(number)
    return written, heard


def _part(bare: str, groups: Iterable[int], heard: tuple[str, ...], *, arabic: bool, article: bool) -> Part:
    """A part; with an article it sounds like both Hassan and Alhassan."""
    if article:
        heard = (*heard, *(f"al{sound}" for sound in heard))
    skeletons = frozenset(found for sound in heard if len(found := bones(sound)) > 1)
    return Part(bare, frozenset(groups), heard, skeletons, arabic)


def likeness(a: Part, b: Part) -> int:
    """How alike two parts of names are: SAME, CLOSE or OTHER. Known names that are different stay so."""
    if a.plain == b.plain:
        return SAME
    if a.groups and b.groups:
        return SAME if a.groups & b.groups else OTHER
    if not set(a.sounds).isdisjoint(b.sounds):
        return SAME
    return _across(a, b) if a.arabic != b.arabic else _within(a, b)


def _within(a: Part, b: Part) -> int:
    """Two names in one script, or in Latin and Cyrillic."""
    if any(_other_vowel(one, two) for one in a.sounds for two in b.sounds):
        return SAME
    slip = _a_slip(a.plain, b.plain, arabic=a.arabic)
    return CLOSE if slip or any(_a_slip(one, two) for one in a.sounds for two in b.sounds) else OTHER


def _other_vowel(one: str, two: str) -> bool:
    """Wael and Wail, Raghad and Raghd: a vowel inside that one spelling has otherwise, or not at all."""
    inside = min(len(one), len(two)) > _SHORTEST and one[0] == two[0] and one[-1] == two[-1]
    return inside and bones(one) == bones(two) and OSA.distance(one, two, score_cutoff=1) <= 1


def _across(a: Part, b: Part) -> int:
    """Arabic letters against others: only consonants can be compared."""
    if not a.bones.isdisjoint(b.bones):
        return SAME
    return CLOSE if any(_bones_slip(one, two) for one in a.bones for two in b.bones) else OTHER


def _bones_slip(one: str, two: str) -> bool:
    return min(len(one), len(two)) > _FEW_BONES and OSA.distance(one, two, score_cutoff=1) <= 1


def _a_slip(one: str, two: str, *, arabic: bool = False) -> bool:
    """A letter too many, too few, wrong or swapped; not the ending that makes Amira of Amir. Arabic
    words are shorter, as they are written without vowels."""
    shorter, longer = sorted((len(one), len(two)))
    length = (longer if longer > shorter > _SHORTEST else shorter) + (2 if arabic else 0)
    allowed = next((slips for least, slips in _SLIPS if length >= least), 0)
    if not allowed or (len(one) != len(two) and one.rstrip("a") == two.rstrip("a")):
        return False
    return OSA.distance(one, two, score_cutoff=allowed) <= allowed


@cache
def shipped_names() -> tuple[tuple[str, ...], ...]:
    """The groups of the names.toml that comes with kim; cached, as it does not change while a program runs."""
    with (config_folder() / "names.toml").open("rb") as file:
        return tuple(tuple(group) for group in tomllib.load(file)["groups"])
