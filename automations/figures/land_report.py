"""Half-year figures for the Land: who was counselled, by one dimension after the other."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from automations.figures.counting import Caseload, end_of, first_language, is_open
from automations.figures.periods import HalfYear
from automations.records import Case
from automations.settings import SiteFacts

MEASURES = ("continuing", "new", "closed", "open")
"""Two partitions of the persons counselled: continuing + new, and closed + still open at the end."""

DIMENSIONS = (
    "sex", "age", "nationality", "language", "district", "source", "residence_status", "legal_framework",
    "german_level", "phase", "duration", "outcome", "referred_to",
)  # fmt: skip
NATURAL_ORDER = frozenset({"age", "duration"})
"""Dimensions whose categories have an order of their own; the others are ranked by size."""

_AGES = ((0, 17), (18, 26), (27, 39), (40, 59), (60, 150))
_DURATIONS = ((0, 90), (91, 180), (181, 365), (366, 36_500))


@dataclass(frozen=True, slots=True)
class Line:
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


@dataclass(frozen=True)
class HalfYearFigures:
    """One half-year up to `until` (its end, or today while it runs). `tables` maps a dimension to
    its lines; each adds up to `total`.
    """

    half: HalfYear
    until: date
    total: Line
    households: int
    tables: Mapping[str, tuple[Line, ...]]


@dataclass(frozen=True, slots=True)
class _Person:
    case: Case
    began: int
    ended: int | None


def half_year_figures(load: Caseload, half: HalfYear, dimensions: Iterable[str], site: SiteFacts) -> HalfYearFigures:
    """Who was counselled from the first to the last day of the half-year: every case open on one of
    its days, counted once. What is counted of a case is what stands in the table today.
    """
    until = min(half.last, load.today)
    people = list(_counselled(load, half.first, until, site))
    total = _tally(people, half.first, until, lambda _: None).get(None, Line(None))
    tables = {}
    for name in dimensions:
        found = _tally(people, half.first, until, _reader(name, until))
        known = sorted((line for line in found.values() if line.category), key=_order(name))
        tables[name] = (*known, *([found[None]] if None in found else []))
    households = {person.case.household or f"case {person.case.row.key} {n}" for n, person in enumerate(people)}
    return HalfYearFigures(half, until, total, len(households), tables)


def _counselled(load: Caseload, first: date, until: date, site: SiteFacts) -> Iterable[_Person]:
    open_phase = {phase.id: phase.open for phase in site.phases}
    low, high = first.toordinal(), until.toordinal()
    for case in load.cases:
        if case.received is None:
            continue
        began = case.received.toordinal()
        if began > high:
            continue
        ended = None if is_open(case, open_phase, load.today) else end_of(case, began, load.today)
        if ended is None or ended >= low:
            yield _Person(case, began, ended)


def _tally(
    people: Iterable[_Person], first: date, until: date, category: Callable[[_Person], str | None]
) -> dict[str | None, Line]:
    low, high = first.toordinal(), until.toordinal()
    counts: dict[str | None, list[int]] = {}
    for person in people:
        cell = counts.setdefault(category(person) or None, [0, 0, 0, 0])
        cell[0 if person.began < low else 1] += 1
        cell[2 if person.ended is not None and person.ended <= high else 3] += 1
    return {name: Line(name, *cell) for name, cell in counts.items()}


def _reader(name: str, until: date) -> Callable[[_Person], str | None]:
    if name == "age":
        return lambda person: _age_group(person.case.birth_date, until)
    if name == "language":
        return lambda person: first_language(person.case)
    if name == "duration":
        return lambda person: _band((person.ended or until.toordinal()) - person.began, _DURATIONS)
    return lambda person: getattr(person.case, name)


def _age_group(born: date | None, day: date) -> str | None:
    if born is None or born > day:
        return None
    return _band(day.year - born.year - ((day.month, day.day) < (born.month, born.day)), _AGES)


def _band(number: int, bands: tuple[tuple[int, int], ...]) -> str | None:
    for low, high in bands:
        if low <= number <= high:
            return f"{low}+" if (low, high) == bands[-1] else f"{low}-{high}"
    return None


def _order(name: str) -> Callable[[Line], tuple[int, str]]:
    if name in NATURAL_ORDER:
        return lambda line: (int((line.category or "0").rstrip("+").split("-")[0]), "")
    return lambda line: (-line.persons, line.category or "")
