"""Half-year figures for the Land: who was counselled, by one dimension after the other."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from operator import attrgetter
from types import MappingProxyType
from typing import TypeAlias

from msgspec import Struct

from automations.common.alike import Spellings
from automations.common.dates import age
from automations.jobs.figures.counting import Caseload, first_language
from automations.jobs.figures.periods import HalfYear
from automations.jobs.figures.sources import Need
from automations.model.cases import household_key
from automations.model.records import Case

Words: TypeAlias = Mapping[tuple[str, str, str], str]
"""(table, field, word) -> the word of the workbook that it is counted under."""

FREE_WORDS = frozenset({"sex"})  # dimensions of free words of which some mean the same

MEASURES = ("continuing", "new", "closed", "open")
"""Two partitions of the persons counselled: continuing + new, and closed + still open at the end."""

DIMENSIONS = (
    "sex", "age", "nationality", "language", "district", "source", "residence_status", "legal_framework",
    "german_level", "phase", "duration", "outcome", "referred_to",
)  # fmt: skip
_FIELDS: Mapping[str, str] = {"age": "birth_date", "language": "languages", "duration": "received"}
NATURAL_ORDER = frozenset({"age", "duration"})
"""Dimensions whose categories have an order of their own; the others are ranked by size."""

_AGES = ((0, 17), (18, 26), (27, 39), (40, 59), (60, 150))
_DURATIONS = ((0, 90), (91, 180), (181, 365), (366, 36_500))


def need_of(dimension: str) -> Need:
    """The column that a dimension is made from."""
    return "cases", _FIELDS.get(dimension, dimension)


class Line(Struct, frozen=True):
    """One category's counts. `category` None: not recorded."""

    category: str | None
    continuing: int = 0
    new: int = 0
    closed: int = 0
    open: int = 0

    @property
    def persons(self) -> int:
        """All persons counselled in the half-year."""
        return self.continuing + self.new

    @property
    def counts(self) -> tuple[int, ...]:
        """The counts in the order of MEASURES."""
        return self.continuing, self.new, self.closed, self.open


class HalfYearFigures(Struct, frozen=True):
    """One half-year up to `until` (its end, or today while it runs). `tables` maps a dimension to its lines; each adds
    up to `total`. `households` None: the table has no column for them. `undated` persons are in none of it, as nobody
    knows when their case began or ended. `open_phases` are those whose cases are open."""

    half: HalfYear
    until: date
    total: Line
    households: int | None
    tables: Mapping[str, tuple[Line, ...]]
    undated: int = 0
    open_phases: frozenset[str] = frozenset()

    def never(self, dimension: str, category: str | None) -> str:
        """The measure that is nought for a category whoever came, as every reader knows: nobody is new for longer than
        the half-year, and nobody closed in a phase of open cases. "" where there is none."""
        if dimension == "duration" and category:
            low = next(low for low, high in _DURATIONS if _band(low, _DURATIONS) == category)
            # Of a band that begins with the whole half-year, only who came on New Year's Day could be.
            return "new" if low >= self.half.days else ""
        return "closed" if dimension == "phase" and category in self.open_phases else ""

    def is_brief(self, dimension: str, category: str | None) -> bool:
        """Whether whoever came before the half-year must have left within it, to be of that category."""
        bands = (high for _, high in _DURATIONS if high <= self.half.days)
        return dimension == "duration" and category in {_band(high, _DURATIONS) for high in bands}


class _People(Struct, frozen=True):
    """Who was counselled, as parallel lists. `kinds` says of each whether new, and whether closed."""

    cases: list[Case]
    days: list[int]
    kinds: list[tuple[bool, bool]]


def half_year_figures(
    load: Caseload, half: HalfYear, dimensions: Iterable[str], words: Words = MappingProxyType({})
) -> HalfYearFigures:
    """Who was counselled from the first to the last day of the half-year: every case open on one of
    its days, counted once. What is counted of a case is what stands in the table today."""
    until = min(half.last, load.today)
    people = _counselled(load, half.first, until)
    total = _tally([None] * len(people.cases), people).get(None, Line(None))
    tables = {}
    for name in dimensions:
        # Spelled by all cases, not by those of this half-year: the same word must name a category in every edition.
        spelled = Spellings(_categories(name, load.cases, (), until))
        kinds: Iterable[str | None] = map(spelled.of, _categories(name, people.cases, people.days, until))
        # Only these: "w" and "weiblich" are one, but districts and sources of like names are not.
        if name in FREE_WORDS:
            kinds = (words.get(("cases", name, word or ""), word) for word in kinds)
        found = _tally(kinds, people)
        known = sorted((line for line in found.values() if line.category), key=_order(name))
        tables[name] = (*known, *([found[None]] if None in found else []))
    # By position, too: two rows of one number are two people, whatever is wrong with their numbers.
    households = {household_key(case) or f"case {case.row.key} {n}" for n, case in enumerate(people.cases)}
    undated = sum(life is None or not case.received for case, life in zip(load.cases, load.lives, strict=True))
    open_phases = frozenset(case.phase for case in load.open_cases if case.phase)
    return HalfYearFigures(half, until, total, len(households), tables, undated, open_phases)


def _counselled(load: Caseload, first: date, until: date) -> _People:
    low, high = first.toordinal(), until.toordinal()
    people = _People([], [], [])
    for case, life in zip(load.cases, load.lives, strict=True):
        # Without a day of receipt nobody knows whether somebody is new or continuing; they are named apart (`undated`).
        if life is None or not case.received:
            continue
        began, ended = life
        if began <= high and (ended is None or ended >= low):
            people.cases.append(case)
            # Who is still counselled has been so until the end of the half-year, whatever came after it.
            people.days.append(min(ended or high, high) - began)
            people.kinds.append((began >= low, ended is not None and ended <= high))
    return people


def _tally(categories: Iterable[str | None], people: _People) -> dict[str | None, Line]:
    counts: dict[str | None, list[int]] = {}
    for (category, (new, closed)), count in Counter(zip(categories, people.kinds, strict=True)).items():
        cell = counts.setdefault(category or None, [0, 0, 0, 0])
        cell[1 if new else 0] += count
        cell[2 if closed else 3] += count
    return {name: Line(name, *cell) for name, cell in counts.items()}


def _categories(name: str, cases: Iterable[Case], days: Iterable[int], until: date) -> Iterable[str | None]:
    if name == "age":
        return (_age_group(case.birth_date, until) for case in cases)
    if name == "language":
        return map(first_language, cases)
    if name == "duration":
        return (_band(number, _DURATIONS) for number in days)
    return map(attrgetter(name), cases)


def _age_group(born: date | None, day: date) -> str | None:
    # A birth date in the future is a slip, and no child of minus three.
    if born is None or born > day:
        return None
    return _band(age(day, born), _AGES)


def _band(number: int, bands: tuple[tuple[int, int], ...]) -> str | None:
    for low, high in bands:
        if low <= number <= high:
            return f"{low}+" if (low, high) == bands[-1] else f"{low}-{high}"
    return None


def _order(name: str) -> Callable[[Line], tuple[int, str]]:
    if name in NATURAL_ORDER:
        return lambda line: (int((line.category or "0").rstrip("+").split("-")[0]), "")
    return lambda line: (-line.persons, line.category or "")
