"""Likely duplicates among many cases: only those are compared that share something (blocking)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from automations.jobs.duplicates.names import OTHER, SAME, Names, Part
from automations.jobs.duplicates.people import (
    Birth,
    Likeness,
    Person,
    agreeing,
    births,
    faintly,
    person,
    same_names,
    two_names,
)
from automations.jobs.duplicates.scripts import bones
from automations.model.records import Case

# A phone or birth date that so many share tells nothing (an office's number, 1 January).
_CROWD = 300
_NAME_CROWD = 2000
# A name of so many people meets itself on one day of birth by chance: 100 x 100 / 2 pairs, 20 000 days.
_COMMON = 100
_DOUBTFUL = str.maketrans({"h": "", "g": "", "J": "", "X": "", "s": ""})
_WITH_ARTICLE = 5
_LARGEST = 12  # people on one phone that are a family; larger groups are offices


@dataclass(frozen=True, slots=True)
class Pair:
    """Two cases that are likely one person. `first` is the earlier one in the table. `names` is 2 for
    one name in two spellings, 1 for a slip; `swapped` first and last name; `contact` are the fields
    that agree ("phone", "email"); `other_last` where only the last name differs or is missing, `other_first` where
    the first name does."""

    first: Case
    second: Case
    names: int
    swapped: bool
    birth: Birth
    contact: tuple[str, ...]
    other_last: bool = False
    other_first: bool = False

    @property
    def alone(self) -> str:
        """The name that agrees where the other one does not."""
        return "first" if self.other_last else ("last" if self.other_first else "")


@dataclass(frozen=True, slots=True)
class Household:
    """Cases that are likely one household: one last name, one phone or address."""

    cases: tuple[Case, ...]
    shared: str


def likely_duplicates(cases: Iterable[Case], names: Names) -> tuple[Pair, ...]:
    """All pairs that are likely one person, in the order of the table."""
    people = [person(case, names) for case in cases if case.last_name or case.first_name]
    pairs = {}
    for one, two in _candidates(people):
        if (one, two) not in pairs:
            pairs[one, two] = judge(people[one], people[two])
    common = _common(people)
    return tuple(
        pair for (one, two), pair in sorted(pairs.items())
        if pair is not None and (pair.contact or not {(one, pair.alone), (two, pair.alone)} & common)
    )  # fmt: skip


def _common(people: Sequence[Person]) -> set[tuple[int, str]]:
    """The people, by position, whose "first" or "last" name so many others bear that a day of birth says little."""
    found: set[tuple[int, str]] = set()
    for which in ("first", "last"):
        plain = [" ".join(part.plain for part in getattr(one, which)) for one in people]
        bearers = Counter(plain)
        found |= {(position, which) for position, name in enumerate(plain) if name and bearers[name] > _COMMON}
    return found


def judge(a: Person, b: Person) -> Pair | None:
    """The pair, if two entries are likely one person. Names come last: comparing them costs most."""
    birth = births(a.birth, b.birth)
    signs = {"phone": agreeing(a.phone, b.phone), "email": agreeing(a.email, b.email)}
    shared = tuple(name for name, sign in signs.items() if sign > 0)
    if birth == Birth.OTHER or (birth in (Birth.UNKNOWN, Birth.APART) and not shared):
        return None
    names = faintly(a, b, one_home=bool(shared) or _one_household(a, b)) if birth == Birth.SAME else same_names(a, b)
    against = sum(sign < 0 for sign in signs.values())
    if _one_name(names) and birth == Birth.SAME and not against and not _sexes_differ(a, b) and _telling(a, b, names):
        return Pair(a.case, b.case, max(names.first, names.last), False, birth, shared,  # noqa: FBT003 -- not swapped
                    names.last == OTHER, names.first == OTHER)  # fmt: skip
    if names.first == OTHER:
        return None
    if not _enough(names, birth, len(shared), against, _sexes_differ(a, b)):
        return None
    return Pair(a.case, b.case, names.whole, names.swapped, birth, shared, names.last == OTHER)


def _one_household(a: Person, b: Person) -> bool:
    return bool(a.case.household) and a.case.household == b.case.household


def _one_name(names: Likeness) -> bool:
    """Whether one name agrees and the other does not."""
    return (names.first == OTHER) != (names.last == OTHER)


def _telling(a: Person, b: Person, names: Likeness) -> bool:
    """Whether one day of birth and one name are worth a question: the other name is missing, or the last one is
    another (a marriage, a divorce). Not on 1 January, which authorities write for a year. Two first names of one
    last name are mostly twins: only where neither phone, address nor household could tell."""
    if a.birth is None or (a.birth.month, a.birth.day) == (1, 1):
        return False
    if not a.first or not b.first or names.last == OTHER:
        return True
    known = agreeing(a.phone, b.phone) or agreeing(a.email, b.email)
    return not known and not (a.case.household and b.case.household) and not two_names(a.first, b.first)


def _sexes_differ(a: Person, b: Person) -> bool:
    one, two = ((item.case.sex or "").strip().casefold()[:1] for item in (a, b))
    return one in {"m", "w", "f"} and two in {"m", "w", "f"} and (one == "m") != (two == "m")


def _enough(names: Likeness, birth: Birth, shared: int, against: int, sexes: bool) -> bool:  # noqa: PLR0911 -- one line a rule
    """Whether what agrees is enough for a question. Names alone never are: namesakes are many."""
    if sexes and (names.whole < SAME or birth not in (Birth.SAME, Birth.SWAPPED)):
        return False
    if names.last == OTHER:  # married, or divorced
        return names.first == SAME and birth == Birth.SAME and shared > 0
    if birth in (Birth.SAME, Birth.SWAPPED):
        return True
    if birth in (Birth.NEAR, Birth.YEAR):
        return shared > 0 or (names.whole == SAME and against < 2 and (birth == Birth.NEAR or not against))  # noqa: PLR2004 -- phone and email both differ
    if birth == Birth.UNKNOWN:
        return shared > 0
    if birth == Birth.APART:
        return shared > (0 if names.whole == SAME else 1)
    return False


def _candidates(people: Sequence[Person]) -> Iterator[tuple[int, int]]:
    """Pairs of positions that share a birth date (also swapped), a phone, an address or a name."""
    blocks: dict[tuple[object, ...], list[int]] = {}
    for position, one in enumerate(people):
        for key in _keys(one):
            blocks.setdefault(key, []).append(position)
    for key, members in blocks.items():
        if key[0] == "name" and len(members) <= _NAME_CROWD:
            yield from _near_pairs(members, people)
        elif key[0] != "name" and len(members) <= _CROWD:
            yield from combinations(members, 2)


def _near_pairs(members: Sequence[int], people: Sequence[Person]) -> Iterator[tuple[int, int]]:
    """Of people with one name those whose birth dates are nearly the same. Such dates share the year,
    or the day of the year, or are neighbours: only those that do are looked at."""
    shares: dict[object, list[int]] = {}
    for position in members:
        if born := people[position].birth:
            for key in (born.year, (born.month, born.day), born.toordinal() // 2, (born.toordinal() + 1) // 2 + 0.5):
                shares.setdefault(key, []).append(position)
    for near in shares.values():
        yield from combinations(near, 2)


def _keys(one: Person) -> Iterator[tuple[object, ...]]:
    if one.birth:
        yield (
            "birth",
            one.birth.year,
            *sorted((one.birth.month, one.birth.day)),
        )
    if one.phone:
        yield "phone", one.phone
    if one.email:
        yield "email", one.email
    if one.first and one.last:
        first, last = one.first[0], one.last[0]
        yield "name", *sorted((_coarse(first), _coarse(last)))
        if first.groups or last.groups:
            yield "name", *sorted((_line(first), _line(last)))


def _coarse(part: Part) -> str:
    """A name's consonants without the doubtful ones and without an article written as one word."""
    sound = part.sounds[-1]
    return bones(sound[2:] if sound.startswith("al") and len(sound) > _WITH_ARTICLE else sound).translate(_DOUBTFUL)


def _line(part: Part) -> str:
    """A name's line in names.toml, where it has one."""
    return f"#{min(part.groups)}" if part.groups else _coarse(part)


def likely_households(cases: Iterable[Case], names: Names) -> tuple[Household, ...]:
    """Cases of one last name and one phone or address, of which not all name the same household. Who shares a phone
    with one and an address with another is of one family with both."""
    found: dict[tuple[str, str], list[tuple[int, Person]]] = {}
    for position, case in enumerate(cases):
        one = person(case, names)
        for value in (one.phone, one.email):
            if value and one.last:
                found.setdefault((value, _coarse(one.last[0])), []).append((position, one))
    families: list[tuple[dict[int, Case], str]] = []
    for (value, _), members in found.items():
        different = len({one.first[:1] for _, one in members}) == len(members)
        if not different or not 1 < len(members) <= _LARGEST:
            continue
        together = {position: one.case for position, one in members}
        kin = [family for family in families if family[0].keys() & together.keys()]
        families = [family for family in families if family not in kin]
        shared = kin[0][1] if kin else value
        families.append((_joined(together, kin), shared))
    return tuple(
        Household(tuple(members[position] for position in sorted(members)), shared)
        for members, shared in families
        if len({case.household for case in members.values()}) > 1 or any(c.household is None for c in members.values())
    )


def _joined(members: Mapping[int, Case], kin: Iterable[tuple[Mapping[int, Case], str]]) -> dict[int, Case]:
    return {**members, **{position: case for others, _ in kin for position, case in others.items()}}
