"""Parts of names, and whether two of them are one name."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache, lru_cache

from msgspec import Struct
from msgspec.structs import replace

from automations.common.shipped import config_folder
from automations.jobs.duplicates.scripts import bones, is_arabic, plain, sounds
from automations.jobs.duplicates.spelling import misses, native, spellings


def is_slip(one: str, two: str, most: int) -> bool:
    """Whether at most so many letters are missing, too many, wrong, or swapped with their neighbour."""
    return _distance()(one, two, score_cutoff=most) <= most


@cache
def _distance() -> Callable[..., int]:
    """Loaded for the first two words: most runs compare none, as the verdicts on known pairs are kept."""
    from rapidfuzz.distance import OSA

    found: Callable[..., int] = OSA.distance
    return found


_LONGEST = 120  # characters of a name that are looked at: what is longer is a text in the wrong cell
SAME, CLOSE, OTHER = 2, 1, 0  # levels of likeness: one name · a slip away · another name

# So many slips are allowed from this length of the rough sound on; shorter names are alike by chance.
_SLIPS = ((9, 2), (5, 1))
# letters, up to which one letter more makes another name (Ali, Alia)
_SHORTEST = 3
# consonants, up to which one more makes another name: Arabic leaves the vowels out, so that all names look alike
_FEW_BONES = 3

# By how much a spelling in other letters may miss: measured on public pairs of names (see the tests).
_AS_SPELLED, _PER_LETTER, _FURTHEST = 0.4, 0.2, 1.05

_ARTICLES = frozenset({"al", "el", "ul"})
_PARTICLES = _ARTICLES | frozenset({"von", "van", "de", "der", "den", "di", "da", "zu", "bin", "ben", "ibn", "bint"})
_SERVANT = frozenset({"abd", "abdul", "abdel", "abdal", "abdol", "عبد"})
_ARTICLE = "ال"
_BREAKS = re.compile(r"[\s\-–,.;/()]+")


class Part(Struct, frozen=True):
    """One part of a name. `groups` are its lines of names.toml; `native` is how it stands in Arabic or
    Cyrillic letters, `latin` how in Latin ones."""

    plain: str
    groups: frozenset[int]
    sounds: tuple[str, ...]
    bones: frozenset[str]
    arabic: bool
    native: str = ""
    latin: tuple[str, ...] = ()


class Names:
    """Names by the alias groups of names.toml; parts are worked out once."""

    def __init__(self, groups: Iterable[Sequence[str]]) -> None:
        self.groups = tuple(map(tuple, groups))
        self._plain, self._sound = _lines(self.groups)
        self._parts: dict[str, Part] = {}

    def parts(self, text: str | None) -> tuple[Part, ...]:
        """The parts of a name that tell people apart: without particles, "Abd al-Rahman" as one."""
        words = [word for word in _BREAKS.split((text or "")[:_LONGEST]) if word]
        found: list[Part] = []
        before = ""
        for word in words:
            lowered = word.casefold()
            # A particle that stands alone is the name itself: De, Van and Ben are last names.
            if lowered in _SERVANT or (lowered in _PARTICLES and len(words) > 1):
                before = before if before in _SERVANT else lowered
                continue
            found.append(self._with(before, word))
            before = ""
        return tuple(found) if before not in _SERVANT else (*found, self.part(before))

    def _with(self, before: str, word: str) -> Part:
        # "Abd" is half a name: alone it would make all servants of God one person.
        if before in _SERVANT:
            return self.part(before + word)
        part = self.part(word)
        if before not in _ARTICLES:
            return part
        # Made anew and not kept with the word: the same word without an article sounds otherwise.
        with_article = _part(part.plain, part.groups, part.sounds, arabic=part.arabic, article=True)
        return replace(with_article, native=part.native, latin=part.latin)

    def part(self, word: str) -> Part:
        """One word of a name."""
        known = self._parts.get(word)
        if known is None:
            known = self._parts[word] = self._make(word)
        return known

    def _make(self, word: str) -> Part:
        bare, arabic = plain(word), is_arabic(word)
        groups = self._plain.get(bare)
        # Not where names.toml knows the whole word: some names begin with these letters (Alam).
        article = arabic and groups is None and bare.startswith(_ARTICLE) and len(bare) > len(_ARTICLE) + 2
        if article:
            bare = bare.removeprefix(_ARTICLE)
            groups = self._plain.get(bare)
        heard = sounds(bare if arabic else word)
        # By sound only where the letters are not known, and never from Arabic ones, which leave the vowels to guess.
        if groups is None and not arabic:
            groups = self._sound.get(heard[0])
        letters = bare if arabic else native(word)
        part = _part(bare, groups or (), heard, arabic=arabic, article=article)
        return replace(part, native=letters, latin=() if letters else spellings(word))


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
    # Two known names are never a slip of each other: Maria and Marie are two women.
    if a.groups and b.groups:
        return SAME if a.groups & b.groups else OTHER
    if not set(a.sounds).isdisjoint(b.sounds):
        return SAME
    if bool(a.native) != bool(b.native):
        return max(_spelled(a, b), OTHER if a.arabic or b.arabic else _within(a, b))
    return _across(a, b) if a.arabic != b.arabic else _within(a, b)


def _spelled(a: Part, b: Part) -> int:
    """Latin letters against others: whether the one is a spelling of the other, or nearly."""
    letters, latin = (a.native, b.latin) if a.native else (b.native, a.latin)
    if not latin:
        return OTHER
    length, missed = min(len(letters) + 1, max(map(len, latin))), min(misses(letters, one) for one in latin)
    if missed <= _AS_SPELLED:
        return SAME
    return CLOSE if missed <= min(_FURTHEST, _PER_LETTER * (length - 1)) else OTHER


def _within(a: Part, b: Part) -> int:
    """Two names in one script, or in Latin and Cyrillic."""
    if any(_other_vowel(one, two) for one in a.sounds for two in b.sounds):
        return SAME
    slip = _a_slip(a.plain, b.plain, arabic=a.arabic)
    return CLOSE if slip or any(_a_slip(one, two) for one in a.sounds for two in b.sounds) else OTHER


def _other_vowel(one: str, two: str) -> bool:
    """Wael and Wail, Raghad and Raghd: a vowel inside that one spelling has otherwise, or not at all."""
    inside = min(len(one), len(two)) > _SHORTEST and one[0] == two[0] and one[-1] == two[-1]
    return inside and bones(one) == bones(two) and is_slip(one, two, 1)


def _across(a: Part, b: Part) -> int:
    """Arabic letters against others: only consonants can be compared."""
    if not a.bones.isdisjoint(b.bones):
        return SAME
    return CLOSE if any(_bones_slip(one, two) for one in a.bones for two in b.bones) else OTHER


def _bones_slip(one: str, two: str) -> bool:
    return min(len(one), len(two)) > _FEW_BONES and is_slip(one, two, 1)


def _a_slip(one: str, two: str, *, arabic: bool = False) -> bool:
    """A letter too many, too few, wrong or swapped; not the ending that makes Amira of Amir. Arabic
    words are shorter, as they are written without vowels."""
    shorter, longer = sorted((len(one), len(two)))
    length = (longer if longer > shorter > _SHORTEST else shorter) + (2 if arabic else 0)
    allowed = next((slips for least, slips in _SLIPS if length >= least), 0)
    if not allowed or (len(one) != len(two) and one.rstrip("a") == two.rstrip("a")):
        return False
    return is_slip(one, two, allowed)


def together(parts: Sequence[Part]) -> Part:
    """Several parts as one word: نور الدين and Noureddine."""
    # All parts or none: a word that is half Latin is compared by its sound.
    letters = "".join(part.native for part in parts)
    latin = "".join(part.latin[0] for part in parts if part.latin)
    heard = ("".join(part.sounds[0] for part in parts),)
    whole = _part(
        "".join(part.plain for part in parts), (), heard, arabic=any(part.arabic for part in parts), article=False
    )
    return replace(whole, native=letters, latin=(latin,) if latin and not letters else ())


@cache
def shipped_names() -> tuple[tuple[str, ...], ...]:
    """The groups of the names.toml that comes with kim; cached, as it does not change while a program runs."""
    with (config_folder() / "names.toml").open("rb") as file:
        return tuple(tuple(group) for group in tomllib.load(file)["groups"])
