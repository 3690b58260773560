"""Two entries compared: what speaks for one person, what for two."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from enum import StrEnum

from msgspec import Struct

from automations.jobs.duplicates.names import CLOSE, OTHER, SAME, Names, Part, is_slip, likeness, together
from automations.model.records import Case


class Person(Struct, frozen=True):
    """What of a case tells who somebody is. `number` is the case number, or its key without one."""

    number: str
    case: Case
    last: tuple[Part, ...]
    first: tuple[Part, ...]
    birth: date | None
    phone: str | None
    email: str | None


def person(case: Case, names: Names) -> Person:
    """A case as a person to compare."""
    email = case.email.casefold() if case.email else None
    return Person(
        case.number or case.row.key, case, names.parts(case.last_name), names.parts(case.first_name), case.birth_date,
        case.phone, email,
    )  # fmt: skip


_FAINT, _TWO_SLIPS = 3, 5  # letters from which a name may have one slip, or two, where the birth date is the same


class Birth(StrEnum):
    """How two birth dates stand to each other."""

    SAME = "same"
    SWAPPED = "swapped"
    NEAR = "near"
    YEAR = "year"
    UNKNOWN = "unknown"
    APART = "apart"
    OTHER = "other"


# Father and son may bear one name; no parent is younger.
_GENERATION = 13 * 365


def births(a: date | None, b: date | None) -> Birth:
    """How two birth dates stand to each other: YEAR where one is the 1 January that authorities write
    when they know the year only; NEAR one slip or one part of three apart; APART less than a generation."""
    if a is None or b is None:
        return Birth.UNKNOWN
    if a == b:
        return Birth.SAME
    # American spelling, or a cell that Excel read so.
    if a.year == b.year and a.month == b.day and a.day == b.month:
        return Birth.SWAPPED
    # Digits as people type them: 12.03. and 13.03. are one slip apart, and so are 1984 and 1948.
    if _slip(a.isoformat(), b.isoformat()) or abs((a - b).days) == 1 or _two_of_three(a, b):
        return Birth.NEAR
    if a.year == b.year and (1, 1) in ((a.month, a.day), (b.month, b.day)):
        return Birth.YEAR
    return Birth.APART if abs((a - b).days) < _GENERATION else Birth.OTHER


def _two_of_three(a: date, b: date) -> bool:
    """Day, month and year: one of them is typed wrongly; a year by less than a generation, or a century."""
    agree = (a.day == b.day) + (a.month == b.month) + (a.year == b.year)
    years = abs(a.year - b.year)
    return agree == 2 and (years * 365 < _GENERATION or years == 100)  # noqa: PLR2004 -- two of three


def _slip(one: str, two: str) -> bool:
    return is_slip(one, two, 1)


class Likeness(Struct, frozen=True):
    """How two people's names agree: `first` and `last` as levels, and whether they are swapped."""

    first: int
    last: int
    swapped: bool = False

    @property
    def whole(self) -> int:
        """The weaker of both."""
        return min(self.first, self.last)


def same_names(a: Person, b: Person) -> Likeness:
    """The better of both orders; names that were shared out otherwise between the two cells count too."""
    straight = Likeness(_fields(a.first, b.first), _fields(a.last, b.last))
    if straight.whole == SAME:
        return straight
    crossed = Likeness(_fields(a.first, b.last), _fields(a.last, b.first), swapped=True)
    # Only where it fits better: for Ali Ali both orders are the same.
    if crossed.whole > straight.whole:
        return crossed
    if straight.whole == OTHER and len(a.first) + len(a.last) > 2:  # noqa: PLR2004 -- two parts cannot be shared out otherwise
        bag = _all_of((*a.first, *a.last), (*b.first, *b.last), fewest=2)
        if bag and len(a.first) + len(a.last) == len(b.first) + len(b.last):
            return Likeness(bag, bag)
    return straight


def faintly(a: Person, b: Person, *, one_home: bool) -> Likeness:
    """The likeness of people born on one day: names may be two slips away (four letters one, a blank inside a name
    is none), also where first and last name are swapped. First names of `one_home` may not: there twins live."""
    straight = same_names(a, b)
    if straight.whole != OTHER:
        return straight
    faint = Likeness(
        max(straight.first, OTHER if one_home else _faint(a.first, b.first)), max(straight.last, _faint(a.last, b.last))
    )
    if faint.whole != OTHER or one_home:
        return faint
    crossed = Likeness(_either(a.first, b.last), _either(a.last, b.first), swapped=True)
    return crossed if crossed.whole != OTHER else faint


def _either(a: Sequence[Part], b: Sequence[Part]) -> int:
    return max(_fields(a, b), _faint(a, b))


def two_names(a: Sequence[Part], b: Sequence[Part]) -> bool:
    """Whether both are known to be names, and others: by names.toml, or as Amir and Amira are."""
    if any(x.groups and y.groups and not x.groups & y.groups for x in a for y in b):
        return True
    one, two = _plain(a), _plain(b)
    return len(one) != len(two) and one.rstrip("aаяةى") == two.rstrip("aаяةى")


def _plain(name: Sequence[Part]) -> str:
    return "".join(part.plain for part in name)


def _faint(a: Sequence[Part], b: Sequence[Part]) -> int:
    if two_names(a, b):
        return OTHER
    one, two = _plain(a), _plain(b)
    shortest, longest = sorted((len(one), len(two)))
    # A first letter is seldom left out: where it differs and the lengths differ too, they are two names.
    if shortest < _FAINT or (one[:1] != two[:1] and shortest != longest):  # alike by chance
        return OTHER
    allowed = 1 if shortest < _TWO_SLIPS else 2
    return CLOSE if is_slip(one, two, allowed) else OTHER


def _fields(a: Sequence[Part], b: Sequence[Part]) -> int:
    if not a or not b:
        return OTHER
    if len(a) == 1 and len(b) == 1:
        return likeness(a[0], b[0])
    return max(_all_of(a, b, fewest=1), _joined(a, b))


def _all_of(a: Sequence[Part], b: Sequence[Part], fewest: int) -> int:
    """Each part of the shorter name is in the longer one."""
    short, long = (a, b) if len(a) <= len(b) else (b, a)
    if len(short) < fewest:
        return OTHER
    left = list(long)
    worst = SAME
    for part in short:
        best = max(left, key=lambda other: likeness(part, other))
        level = likeness(part, best)
        if level == OTHER:
            return OTHER
        # Each part stands for one part of the other name: "Ali Ali" is not in "Ali Hassan".
        left.remove(best)
        worst = min(worst, level)
    return worst


def _joined(a: Sequence[Part], b: Sequence[Part]) -> int:
    """Anna-Maria and Annamaria."""
    one, two = ("".join(part.sounds[0] for part in name) for name in (a, b))
    if len(one) > 4 and one == two:  # noqa: PLR2004 -- shorter ones are alike by chance
        return SAME
    return likeness(together(a), together(b)) if len(one) > 4 and len(a) != len(b) else OTHER  # noqa: PLR2004


def agreeing(a: str | None, b: str | None) -> int:
    """1 for equal, -1 for different, 0 where one is unknown."""
    return 0 if not a or not b else (1 if a == b else -1)
