"""Likely duplicates among many cases: only those are compared that share something (blocking)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

from msgspec import Struct

from automations.jobs.duplicates.blocks import Blocks, coarse, keys_of, whole_names
from automations.jobs.duplicates.compared import Compared, Found, Verdict, digest, positions_before
from automations.jobs.duplicates.names import OTHER, SAME, Names
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
from automations.model.records import Case

# A name of so many people meets itself on one day of birth by chance: 100 x 100 / 2 pairs, 20 000 days.
_COMMON = 100
_NAMES = ("first", "last")
_LARGEST = 12  # people on one phone that are a family; larger groups are offices


class Pair(Struct, frozen=True):
    """Two cases that are likely one person. `first` is the earlier one in the table. `names` is 2 for one name in two
    spellings, 1 for a slip; `swapped` first and last name; `contact` are the fields that agree ("phone", "email");
    `other_last` where only the last name differs or is missing, `other_first` where the first name does."""

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


class Household(Struct, frozen=True):
    """Cases that are likely one household: one last name, one phone or address."""

    cases: tuple[Case, ...]
    shared: str


def likely_duplicates(cases: Iterable[Case], names: Names, compared: Compared | None = None) -> tuple[Pair, ...]:
    """All pairs that are likely one person, in the order of the table. With `compared` only pairs with a changed side
    are compared; it then knows what this search found."""
    # Who has no name at all would be like everybody born on the same day.
    people = [case for case in cases if case.last_name or case.first_name]
    compared = compared or Compared()
    rests_on = digest(names.groups)
    found = _found(people, names, compared.before(rests_on))
    compared.found(rests_on, found)
    # Judged here and not kept with the pair: how common a name is changes with rows that neither side knows of.
    bearers = [Counter(one) for one in zip(*found.whole, strict=True)]
    pairs = ((ends, Pair(people[ends[0]], people[ends[1]], *verdict)) for ends, verdict in sorted(found.alike.items()))
    return tuple(pair for ends, pair in pairs if pair.contact or not _common(ends, pair.alone, found, bearers))


def _common(ends: tuple[int, int], alone: str, found: Found, bearers: Sequence[Mapping[int, int]]) -> bool:
    """Whether the one name that agrees is borne by so many that a day of birth says little."""
    if not alone:
        return False
    which = _NAMES.index(alone)
    names = {found.whole[end][which] for end in ends}
    return any(name and bearers[which][name] > _COMMON for name in names)


def _found(people: Sequence[Case], names: Names, before: Found) -> Found:
    """All who are alike: of those who were compared before as it was found then, of others by comparing them."""
    digests = [digest(*_looked_at(case)) for case in people]
    old = positions_before(digests, before.people)
    known: dict[int, Person] = {}

    def one(position: int) -> Person:
        return known.get(position) or known.setdefault(position, person(people[position], names))

    keys = [before.keys[at] if at >= 0 else keys_of(one(now)) for now, at in enumerate(old)]
    whole = [before.whole[at] if at >= 0 else whole_names(one(now)) for now, at in enumerate(old)]
    blocks = Blocks(keys, [case.birth_date for case in people])
    now_at = {at: now for now, at in enumerate(old) if at >= 0}
    alike = {}
    for ends, verdict in before.alike.items():
        first, second = (now_at.get(end, -1) for end in ends)
        # A verdict is kept only where the two would be compared today: a block may have become a crowd.
        if min(first, second) >= 0 and blocks.meet(first, second):
            alike[first, second] = verdict
    changed = {now for now, at in enumerate(old) if at < 0}
    for first, second in blocks.pairs(changed, before.crowds):
        if made := judge(one(first), one(second)):
            alike[first, second] = made
    return Found(digests, keys, whole, blocks.crowds, alike)


def _looked_at(case: Case) -> tuple[object, ...]:
    """All of a case that comparing it with another looks at."""
    born = case.birth_date.toordinal() if case.birth_date else None
    email = case.email.casefold() if case.email else None
    return case.last_name, case.first_name, born, case.phone, email, case.sex, case.household


def judge(a: Person, b: Person) -> Verdict | None:
    """Why, if two entries are likely one person. Names come last: comparing them costs most."""
    birth = births(a.birth, b.birth)
    signs = {"phone": agreeing(a.phone, b.phone), "email": agreeing(a.email, b.email)}
    shared = tuple(name for name, sign in signs.items() if sign > 0)
    # Before the names, which cost most: two dates that differ without a shared contact end nearly all comparisons.
    if birth == Birth.OTHER or (birth in (Birth.UNKNOWN, Birth.APART) and not shared):
        return None
    names = faintly(a, b, one_home=bool(shared) or _one_household(a, b)) if birth == Birth.SAME else same_names(a, b)
    against = sum(sign < 0 for sign in signs.values())
    if _one_name(names) and birth == Birth.SAME and not against and not _sexes_differ(a, b) and _telling(a, b, names):
        return Verdict(max(names.first, names.last), False, birth, shared,  # noqa: FBT003 -- not swapped
                       names.last == OTHER, names.first == OTHER)  # fmt: skip
    if names.first == OTHER:
        return None
    if not _enough(names, birth, len(shared), against, _sexes_differ(a, b)):
        return None
    return Verdict(names.whole, names.swapped, birth, shared, names.last == OTHER)


def _one_household(a: Person, b: Person) -> bool:
    return bool(a.case.household) and a.case.household == b.case.household


def _one_name(names: Likeness) -> bool:
    """Whether one name agrees and the other does not."""
    return (names.first == OTHER) != (names.last == OTHER)


def _telling(a: Person, b: Person, names: Likeness) -> bool:
    """Whether one day of birth and one name are worth a question: the other name is missing, or the last one is
    another (a marriage, a divorce). Not on 1 January, which authorities write for a year. Two first names of one
    last name are mostly twins: only where neither phone, address nor household could tell."""
    # The day that authorities write where only the year is known: thousands share it.
    if a.birth is None or (a.birth.month, a.birth.day) == (1, 1):
        return False
    if not a.first or not b.first or names.last == OTHER:
        return True
    known = agreeing(a.phone, b.phone) or agreeing(a.email, b.email)
    return not known and not (a.case.household and b.case.household) and not two_names(a.first, b.first)


def _sexes_differ(a: Person, b: Person) -> bool:
    one, two = ((item.case.sex or "").strip().casefold()[:1] for item in (a, b))
    # Only what both cells clearly say; "d" and words of the team's own tell nothing.
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


def likely_households(cases: Iterable[Case], names: Names) -> tuple[Household, ...]:
    """Cases of one last name and one phone or address, of which not all name the same household. Who shares a phone
    with one and an address with another is of one family with both."""
    listed = list(cases)
    bearers = Counter(value for case in listed for value in _contacts(case))
    found: dict[tuple[str, str], dict[int, Case]] = {}
    for position, case in enumerate(listed):
        common = [value for value in _contacts(case) if bearers[value] > 1]
        # Names are taken apart only of those who share something, which few do.
        if common and (last := names.parts(case.last_name)):
            for value in common:
                found.setdefault((value, coarse(last[0])), {})[position] = case
    families: list[tuple[dict[int, Case], str]] = []
    for (value, _), together in found.items():
        if not 1 < len(together) <= _LARGEST:
            continue
        # Two of one first name are rather one person entered twice, of whom the search for duplicates speaks.
        if len({names.parts(case.first_name)[:1] for case in together.values()}) < len(together):
            continue
        kin = [family for family in families if family[0].keys() & together.keys()]
        families = [family for family in families if family not in kin]
        shared = kin[0][1] if kin else value
        families.append((_joined(together, kin), shared))
    return tuple(
        Household(tuple(members[position] for position in sorted(members)), shared)
        for members, shared in families
        if len({case.household for case in members.values()}) > 1 or any(c.household is None for c in members.values())
    )


def _contacts(case: Case) -> Iterator[str]:
    """What a household may share, as `Person` has it."""
    if case.phone:
        yield case.phone
    if case.email:
        yield case.email.casefold()


def _joined(members: Mapping[int, Case], kin: Iterable[tuple[Mapping[int, Case], str]]) -> dict[int, Case]:
    return {**members, **{position: case for others, _ in kin for position, case in others.items()}}
