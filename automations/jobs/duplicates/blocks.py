"""Who is compared with whom: only people that share something, and not what a crowd shares."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from datetime import date
from itertools import chain, combinations

from automations.jobs.duplicates.compared import number
from automations.jobs.duplicates.names import Part
from automations.jobs.duplicates.people import Person
from automations.jobs.duplicates.scripts import bones

# A phone or birth date that so many share tells nothing (an office's number, 1 January).
_CROWD = 300
_NAME_CROWD = 2000
_DOUBTFUL = str.maketrans({"h": "", "g": "", "J": "", "X": "", "s": ""})
# letters: shorter sounds that begin like an article are mostly whole names (Ali, Alma)
_WITH_ARTICLE = 5
_NAME = 1  # the last bit of a key that people share by their names
_POSITION = 32  # bits


class Blocks:
    """People, by position, in blocks that share a birth date (also swapped), a phone, an address or a name. `keys` are
    the blocks that each is in, `births` their birth dates, `crowds` the blocks that say nothing."""

    def __init__(self, keys: Sequence[Sequence[int]], births: Sequence[date | None]) -> None:
        self._keys, self._births = keys, births
        sizes = Counter(chain.from_iterable(keys))
        self.crowds = frozenset(key for key, size in sizes.items() if size > (_NAME_CROWD if key & _NAME else _CROWD))

    def meet(self, one: int, two: int) -> bool:
        """Whether two people are compared."""
        shared = set(self._keys[one]).intersection(self._keys[two]) - self.crowds
        near = _near(self._births[one], self._births[two])
        return any(near or not key & _NAME for key in shared)

    def pairs(self, changed: Collection[int], crowds: frozenset[int]) -> Iterator[tuple[int, int]]:
        """Who is to be compared, once each, where those `changed` are new, and before them the blocks of `crowds` were
        too large."""
        # A crowd that shrank below the limit was never compared: all of its pairs are new, whoever changed.
        emptied = crowds - self.crowds
        wanted = emptied.union(*(self._keys[position] for position in changed)) - self.crowds
        found: set[int] = set()  # a pair as one number: a third of the memory of two
        for key, members in self._members(wanted).items():
            # Comparing only pairs with a changed side takes 90 % of the work away (measured at 20 000 cases).
            fresh = members if key in emptied else changed
            for near in self._by_birth(members) if key & _NAME else (members,):
                found.update(one << _POSITION | two for one, two in _with_one_of(fresh, near))
        return ((pair >> _POSITION, pair & (1 << _POSITION) - 1) for pair in found)

    def _members(self, wanted: Collection[int]) -> dict[int, list[int]]:
        found: dict[int, list[int]] = {}
        for position, keys in enumerate(self._keys):
            for key in keys:
                if key in wanted:
                    found.setdefault(key, []).append(position)
        return found

    def _by_birth(self, members: Sequence[int]) -> Iterator[Sequence[int]]:
        """Of people with one name those whose birth dates are nearly the same (see `_near`)."""
        shares: dict[object, list[int]] = {}
        for position in members:
            if born := self._births[position]:
                # Halves of days shifted by one: any two neighbours fall into one pair of either, and no other two do.
                day = born.toordinal()
                for key in (-born.year, (born.month, born.day), day // 2, (day + 1) // 2 + 0.5):
                    shares.setdefault(key, []).append(position)
        return (near for near in shares.values() if len(near) > 1)


def _near(a: date | None, b: date | None) -> bool:
    """Dates that are nearly the same share the year, or the day of the year, or are neighbours."""
    if a is None or b is None:
        return False
    return a.year == b.year or (a.month, a.day) == (b.month, b.day) or abs((a - b).days) <= 1


def _with_one_of(fresh: Collection[int], members: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Pairs of members, the earlier one first, of which one is fresh."""
    new = [one for one in members if one in fresh]
    if len(new) == len(members):
        yield from combinations(members, 2)
    else:
        yield from (((one, two) if one < two else (two, one)) for one in new for two in members if one != two)


def keys_of(one: Person) -> tuple[int, ...]:
    """The blocks that somebody is in."""
    # Numbers and not texts: they are kept on disk, and no name may be read out of them.
    return tuple(number(key) & ~_NAME | (key[0] == "name") for key in _keys(one))


def _keys(one: Person) -> Iterator[tuple[object, ...]]:
    if one.birth:
        # Sorted, so that a day and a month that were swapped meet.
        yield "birth", one.birth.year, *sorted((one.birth.month, one.birth.day))
    if one.phone:
        yield "phone", one.phone
    if one.email:
        yield "email", one.email
    if one.first and one.last:
        first, last = one.first[0], one.last[0]
        # Sorted, so that first and last name in the wrong columns meet.
        yield "name", *sorted((coarse(first), coarse(last)))
        if first.groups or last.groups:
            yield "name", *sorted((_line(first), _line(last)))


def coarse(part: Part) -> str:
    """A name's consonants without the doubtful ones and without an article written as one word."""
    sound = part.sounds[-1]
    return bones(sound[2:] if sound.startswith("al") and len(sound) > _WITH_ARTICLE else sound).translate(_DOUBTFUL)


def _line(part: Part) -> str:
    """A name's line in names.toml, where it has one."""
    return f"#{min(part.groups)}" if part.groups else coarse(part)


def whole_names(one: Person) -> tuple[int, int]:
    """The first and the last name of somebody as numbers; 0 for none."""
    first, last = (" ".join(part.plain for part in name) for name in (one.first, one.last))
    return number(first) if first else 0, number(last) if last else 0
