"""Labelled pairs of people, invented: entered twice (with all that happens to names and dates on the
way), and others who only look alike (siblings, twins, namesakes, parents). Half of the people are for
developing, half for reporting.
"""

from __future__ import annotations

import random
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from msgspec.structs import replace

from automations.model.records import Case
from automations.model.values import RowKey

NAMES = tomllib.loads(Path(__file__).with_name("labelled_names.toml").read_text(encoding="utf-8"))

KINDS = ("known", "unknown", "mistyped", "swapped_date", "swapped_names", "typo")
ALIKE = ("sibling", "twin", "namesake", "namesake_undated", "parent", "spouse")


@dataclass(frozen=True)
class Labelled:
    """Two cases, whether they are one person, and what kind of pair that is."""

    first: Case
    second: Case
    same: bool
    kind: str
    group: str


def labelled(half: str, seed: int = 7) -> list[Labelled]:
    """The pairs of one half ("develop" or "report"): other people, other names."""
    rng = random.Random(f"{seed}{half}")  # noqa: S311 (no secret)
    pairs: list[Labelled] = []
    for group, names in NAMES.items():
        start = 0 if half == "develop" else 1
        women, men = ([(sex, *name) for name in names[key][start::2]] for sex, key in (("w", "women"), ("m", "men")))
        firsts, lasts = [*women, *men], names["last"][start::2]
        for number in range(54):
            maker = _Maker(rng, group, firsts, lasts, f"{half[0]}{group[0]}{number}")
            pairs.append(maker.duplicate(KINDS[number % len(KINDS)]))
            if number % 3 != 2:
                maker = _Maker(rng, group, firsts, lasts, f"{half[0]}{group[0]}{number}x")
                pairs.append(maker.alike(ALIKE[number // 3 * 2 % len(ALIKE) + number % 3]))
    return pairs


class _Maker:
    def __init__(self, rng: random.Random, group: str, firsts: list, lasts: list, number: str) -> None:
        self.rng, self.group, self.firsts, self.number = rng, group, firsts, number
        self.first, self.last = rng.choice(firsts), rng.choice(lasts)
        self.born = date(1950, 1, 1) + timedelta(days=rng.randrange(20000))
        self.phone = f"+49151{rng.randrange(10**7, 10**8)}"
        self.email = f"p{number}@beispiel.test"

    def case(self, side: str, first: str, last: str, **values) -> Case:
        number = f"L-{self.number}-{side}"
        filled = {"birth_date": self.born, "phone": self.phone, "sex": self.first[0]} | values
        return Case(row=RowKey("team", "cases", number), number=number, first_name=first, last_name=last, **filled)

    def spellings(self, name: tuple[str, ...]) -> tuple[str, str]:
        one, two = (self.rng.choice(name) for _ in range(2))
        return one, two

    def duplicate(self, kind: str) -> Labelled:
        first, last = self.spellings(self.first[1:]), self.spellings(self.last)
        a, b = self.case("a", first[0], last[0]), self.case("b", first[1], last[1], phone=None)
        if kind == "unknown":
            b = replace(b, birth_date=None, phone=self.phone)
        elif kind == "mistyped":
            b = replace(b, birth_date=_mistyped(self.born, self.rng), phone=self.rng.choice([None, self.phone]))
        elif kind == "swapped_date":
            born = self.born.replace(day=self.born.day % 12 + 1)
            a, b = replace(a, birth_date=born), replace(b, birth_date=born.replace(day=born.month, month=born.day))
        elif kind == "swapped_names":
            b = replace(b, first_name=b.last_name, last_name=b.first_name)
        elif kind == "typo":
            b = replace(b, last_name=_slip(last[0], self.rng), first_name=first[0])
        return Labelled(a, b, True, kind, self.group)

    def alike(self, kind: str) -> Labelled:
        first, last = self.spellings(self.first[1:]), self.spellings(self.last)
        other = self.rng.choice([name for name in self.firsts if name != self.first])
        a = self.case("c", first[0], last[0], email=self.email)
        apart = self.born + timedelta(days=self.rng.randrange(400, 3000))
        b = self.case("d", first[1], last[1], phone=f"+49160{self.rng.randrange(10**7, 10**8)}")
        if kind == "sibling":
            b = replace(b, first_name=self.rng.choice(other[1:]), birth_date=apart, phone=self.phone)
        elif kind == "twin":
            b = replace(b, first_name=self.rng.choice(other[1:]), phone=self.phone, sex=None)
        elif kind == "namesake":
            b = replace(b, birth_date=date(1950, 1, 1) + timedelta(days=self.rng.randrange(20000)))
        elif kind == "namesake_undated":
            b = replace(b, birth_date=None)
        elif kind == "parent":
            b = replace(b, birth_date=self.born - timedelta(days=self.rng.randrange(7000, 14000)), phone=self.phone)
        elif kind == "spouse":
            b = replace(b, first_name=self.rng.choice(other[1:]), birth_date=None, phone=self.phone, sex=None)
        return Labelled(a, b, False, kind, self.group)


def _mistyped(born: date, rng: random.Random) -> date:
    choices = [born.replace(year=born.year + step) for step in (1, 10) if born.day < 29]
    choices += [
        born + timedelta(days=10) if (born + timedelta(days=10)).month == born.month else born - timedelta(days=10)
    ]
    return rng.choice(choices)


def _slip(name: str, rng: random.Random) -> str:
    at = rng.randrange(1, max(2, len(name) - 1))
    return rng.choice(
        [
            name[:at] + name[at + 1 :],
            name[:at] + name[at] + name[at:],
            name[: at - 1] + name[at] + name[at - 1] + name[at + 1 :],
        ]
    )


def cases_of(pairs: list[Labelled]) -> Iterator[Case]:
    """All cases of the pairs, as they would stand in one table."""
    for pair in pairs:
        yield pair.first
        yield pair.second
