"""Invented teams and arrivals for the benchmarks of the assignment, the same for the same seed.

Languages, offices and household sizes follow what the product's first users describe: seven
languages of first contact and a few others, five offices for a dozen colleagues, most clients
alone, some with families. Nobody in it exists.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from random import Random

from automations.model.records import Case, CaseManager, Urgency
from automations.model.snapshot import Snapshot
from tests.support.builders import snapshot

TODAY = date(2024, 10, 31)
CLIENTS = {
    "uk": 24, "ar": 22, "ru": 10, "ro": 10, "tr": 9, "fr": 6, "en": 7, "fa": 6, "de": 4, "ps": 2,
}  # fmt: skip
"""Clients by language, of a hundred; nobody speaks the last one."""

SPOKEN = (("uk", "ru"), ("ar",), ("en",), ("ru", "en"), ("ar", "fr"), ("tr",), ("ro", "fr"), ("fa", "en"), ("en", "fr"),
          ("uk",), ("ar", "en"), ("ro",))  # fmt: skip
"""What colleagues speak besides German, in turn."""

SIZES = {1: 58, 2: 16, 3: 11, 4: 8, 5: 4, 6: 2, 8: 1}
"""Members of a household, of a hundred households."""

URGENCIES = {Urgency.NORMAL: 80, Urgency.HIGH: 15, Urgency.EMERGENCY: 5}


def draw(random: Random, shares: dict) -> object:
    """One of the keys, as often as its share says."""
    return random.choices(list(shares), weights=list(shares.values()))[0]


def offices(people: int) -> list[str]:
    """One office for each two or three colleagues."""
    return [f"Büro {number}" for number in range(1, max(2, round(people / 2.4)) + 1)]


def invent_team(people: int, capacity: float, random: Random) -> list[CaseManager]:
    """Colleagues with part-time capacities around `capacity` points."""
    places = offices(people)
    return [
        CaseManager(
            code=f"K{number:02}",
            name=f"Kollegin {number}",
            languages=("de", *SPOKEN[number % len(SPOKEN)]),
            capacity=round(capacity * random.choice((0.6, 0.8, 1.0, 1.0, 1.2))),
            office=places[number % len(places)],
            focuses=("Frauenhaus",) if number % 4 == 1 else (),
        )
        for number in range(people)
    ]


def invent_household(number: int, first: int, size: int, places: Sequence[str], random: Random) -> list[Case]:
    """One household of cases that wait."""
    language = str(draw(random, CLIENTS))
    others = ("de",) if random.random() < 0.12 and language != "de" else ()
    wish = random.choice(places) if random.random() < 0.6 else None
    return [
        Case(
            number=f"KIM-2024-{first + index:05}",
            received=TODAY - timedelta(days=random.randrange(1, 20)),
            languages=() if random.random() < 0.03 else (language, *others),
            household=f"H{number}" if size > 1 else None,
            office_wish=wish,
            urgency=draw(random, URGENCIES),
            focus="Frauenhaus" if size == 1 and random.random() < 0.02 else None,
            phase="new",
        )
        for index in range(size)
    ]


def invent(cases: int, people: int, *, crowding: float = 0.85, seed: int = 1) -> Snapshot:
    """A team with half of its capacity in use, and so many cases that wait. `crowding` is the share of
    the team's capacity that would be used if all were assigned; above 1 not all can be."""
    random = Random(seed)  # noqa: S311 (an invented team)
    capacity = cases / people / crowding * 2
    team = invent_team(people, capacity, random)
    places = offices(people)
    waiting: list[Case] = []
    number = 0
    while len(waiting) < cases:
        size = min(int(str(draw(random, SIZES))), cases - len(waiting))
        waiting += invent_household(number, len(waiting), size, places, random)
        number += 1
    free = sum(person.capacity or 0 for person in team) * crowding - cases
    carried: list[Case] = []
    while len(carried) < free:
        person = random.choices(team, weights=[one.capacity or 0 for one in team])[0]
        carried.append(Case(number=f"KIM-2023-{len(carried):05}", manager=person.code, phase="support"))
    return snapshot(cases=[*waiting, *carried], team=team)
