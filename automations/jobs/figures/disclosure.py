"""Disclosure control: half-year figures that may be published.

Method: cell suppression. A count of at least one and below the threshold is hidden, and with it the fewest
other cells, so that for a reader each hidden small count may lie anywhere in an interval as wide as the
threshold (`suppression.py`). The reader knows all that is shown: rows (continuing + new = closed + open =
persons), columns (the totals), **all half-years published before** (who was open at the end of one is
continuing in the next), and what the managers' overview shows from day to day, which is rounded for that.
Categories with fewer persons than the threshold stand together without their names: a category that is named
has at least one person. A pair of columns is left out where one of its totals is small, or was in a
neighbouring half-year: its difference would give it back; nothing is published where a difference between the
persons of a half-year and the totals of its neighbours is small all the same.

A finished half-year is published once: later editions repeat it word for word. `tests/jobs/test_disclosure.py`
attacks published sets with a linear programme of its own. Not hidden: that all members of a large group share
a trait; zeros.

Sources: A. Hundepool et al., "Statistical Disclosure Control", Wiley 2012, chapter 4 (threshold rule,
primary and secondary suppression, feasibility intervals); for the method see `suppression.py`.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Sequence

from msgspec import Struct

from automations.common.alike import alike
from automations.jobs.figures.land_report import HalfYearFigures, Line
from automations.jobs.figures.published import Count, Earlier, Published, PublishedLine
from automations.jobs.figures.rounding import rounded

PAIRS = (("continuing", "new"), ("closed", "open"))
# One alone would be the total less all others.
FEWEST_HIDDEN = 2
CHANGING = frozenset({"phase", "duration", "outcome", "referred_to"})
"""Dimensions in which the same open case stands elsewhere in the next half-year: not linked."""
ROUNDED = frozenset({"phase", "language", "source"})
"""Dimensions by which the managers' overview shows open cases, rounded."""


UNPROVEN = (
    "No new half-year is published: a part of kim is missing (highspy), and without it nobody can prove that no small"
    " count can be worked out. Please have kim installed anew."
)


def provable() -> bool:
    """Whether the solver is there. Without it nothing can be proven safe, and an edition without its tables would stay
    so for ever."""
    return importlib.util.find_spec("highspy") is not None


def publish(figures: HalfYearFigures, threshold: int, earlier: Sequence[Earlier] = ()) -> Published:
    """The edition for publication. `threshold` is the smallest count that may be shown (at least 2);
    `earlier` are all editions that are out."""
    total = figures.total
    name, until = figures.half.key, figures.until.isoformat()
    nothing = Published(name, until, threshold, (), None, None, {})
    # Before all else: with so few people even the names of the categories would tell who they are.
    if total.persons < threshold:
        return nothing
    measures = _measures(figures, threshold, earlier)
    if _differs_little(figures, threshold, earlier):
        return nothing
    # A small number of households tells how many live together.
    households = figures.households if (figures.households or 0) >= threshold else None
    empty = Published(name, until, threshold, measures, _line(total, measures), households, {})
    tables = {}
    for dimension in figures.tables:
        lines = _protected(dimension, empty, figures, earlier)
        # A table for which no safe choice was found is not published at all; a risky one cannot be called back.
        if lines is not None:
            tables[dimension] = lines
    return Published(name, until, threshold, measures, empty.total, households, tables)


def _neighbours(figures: HalfYearFigures, earlier: Sequence[Earlier]) -> tuple[Earlier | None, Earlier | None]:
    """The half-year before, and the one after, where they are out with figures."""
    half = figures.half
    out = {item.edition.half: item for item in earlier if item.edition.total is not None}
    # Half-years are not always published in their order: a later one that is out binds an earlier one as well.
    after = next((item for item in out.values() if item.figures.half.before() == half), None)
    return out.get(half.before().key), after


def _measures(figures: HalfYearFigures, threshold: int, earlier: Sequence[Earlier]) -> tuple[str, ...]:
    """The pairs of columns whose totals are large enough, and are not the other half of a pair that a
    neighbouring half-year had to leave out."""
    before, after = _neighbours(figures, earlier)
    kept = [pair for pair in PAIRS if all(getattr(figures.total, part) >= threshold for part in pair)]
    # Open at the end of one half-year is continuing in the next: shown there, it would be known here as well.
    if before and "open" not in before.edition.measures:
        kept = [pair for pair in kept if "continuing" not in pair]
    if after and "continuing" not in after.edition.measures:
        kept = [pair for pair in kept if "open" not in pair]
    return tuple(name for pair in kept for name in pair)


def _differs_little(figures: HalfYearFigures, threshold: int, earlier: Sequence[Earlier]) -> bool:
    """Whether the persons alone, beside a neighbour's totals, give a small count away."""
    before, after = _neighbours(figures, earlier)
    given = [figures.total.new] if before and "open" in before.edition.measures else []
    given += [figures.total.closed] if after and "continuing" in after.edition.measures else []
    return any(0 < count < threshold for count in given)


def _line(line: Line, measures: tuple[str, ...], *, together: bool = False) -> PublishedLine:
    return PublishedLine(
        line.category, line.persons, tuple(getattr(line, name) for name in measures), together=together
    )


def _merged(lines: Sequence[Line], threshold: int) -> tuple[list[Line], list[Line]]:
    """The categories that are named, and those that stand together."""
    named = [line for line in lines if line.persons >= threshold]
    return named, [line for line in lines if line.persons < threshold]


def _sum(lines: Sequence[Line]) -> Line:
    counts = [sum(column) for column in zip(*(line.counts for line in lines), strict=True)]
    return Line(None, *counts)


def _protected(
    dimension: str, edition: Published, figures: HalfYearFigures, earlier: Sequence[Earlier]
) -> tuple[PublishedLine, ...] | None:
    """The lines of one table; None where no safe choice of cells was found."""
    named, small = _merged(figures.tables[dimension], edition.threshold)
    lines = [_line(line, edition.measures) for line in named]
    # Even a single small category gets a line: left out, it would be the total less all others.
    if small:
        lines.append(_line(_sum(small), edition.measures, together=True))
    programme = Programme(edition.threshold)
    places = programme.add(dimension, figures, edition.measures, lines, free=True)
    for item in earlier:
        if dimension in item.edition.tables and dimension in item.figures.tables:
            shown = item.edition.tables[dimension]
            programme.add(dimension, item.figures, item.edition.measures, shown, free=False)
    programme.link(dimension)
    hidden = programme.solve()
    if hidden is None:
        return None
    return tuple(
        PublishedLine(
            line.category, *_split([None if places[n, m] in hidden else count for m, count in enumerate(line.cells)]),
            together=line.together,
        )
        for n, line in enumerate(lines)
    )  # fmt: skip


def _split(cells: Sequence[Count]) -> tuple[Count, tuple[Count, ...]]:
    return cells[0], tuple(cells[1:])


def _name(line: Line | PublishedLine) -> str | None:
    """A category by which editions are linked: an earlier one may be out with a spelling that was most common then."""
    return alike(line.category) if line.category else None


class Programme:
    """The cells of one dimension in one half-year and its neighbours, with all that binds them."""

    def __init__(self, threshold: int) -> None:
        self._threshold = threshold
        self._cells: list[_Cell] = []
        self._relations: list[tuple[tuple[int, float], ...]] = []
        self._single: dict[tuple[str, str | None, str], int] = {}
        self._halves: dict[str, HalfYearFigures] = {}

    def add(
        self, dimension: str, figures: HalfYearFigures, measures: tuple[str, ...], lines: Sequence[PublishedLine],
        *, free: bool,
    ) -> dict[tuple[int, int], int]:  # fmt: skip
        """A table: each line's cells, by the number of the line and of the measure; what stands together is
        made of its categories, which nobody sees."""
        self._halves[figures.half.key] = figures
        truth = {_name(line): line for line in figures.tables[dimension]}
        names = ("persons", *measures)
        places: dict[tuple[int, int], int] = {}
        named = {_name(line) for line in lines if not line.together}
        for n, line in enumerate(lines):
            small = [one for category, one in truth.items() if category not in named]
            real = _sum(small) if line.together and small else truth.get(_name(line), Line(line.category))
            for m, name in enumerate(names):
                state = "free" if free else "hidden" if line.cells[m] is None else "shown"
                places[n, m] = self._cell(dimension, name, line, getattr(real, name), state)
                if not line.together:
                    self._single[figures.half.key, _name(line), name] = places[n, m]
            self._rows(names, [places[n, m] for m in range(len(names))])
            if line.together:
                self._parts(figures.half.key, names, small, [places[n, m] for m in range(len(names))])
        for m in range(len(names)):
            self._relations.append(tuple((places[n, m], 1.0) for n in range(len(lines))))
        return places

    def _cell(self, dimension: str, name: str, line: PublishedLine, value: int, state: str) -> int:
        low, high = 0.0, float("inf")
        if dimension in ROUNDED and name == "open" and not line.together and value >= self._threshold:
            shown, most = rounded(value, self._threshold), self._threshold / 2
            # What the managers' tab tells from day to day is known to the reader; the interval must be safe beside it.
            low, high = max(0.0, shown - most), shown + most
        self._cells.append(_Cell(float(value), state, low, high))
        return len(self._cells) - 1

    def _parts(self, half: str, names: Sequence[str], small: Sequence[Line], together: Sequence[int]) -> None:
        """The categories that stand together in a line."""
        rows = []
        for one in small:
            rows.append([self._hidden(getattr(one, name)) for name in names])
            self._rows(names, rows[-1])
            self._single.update({(half, _name(one), name): place for name, place in zip(names, rows[-1], strict=True)})
        for m, place in enumerate(together):
            self._relations.append(((place, -1.0), *((row[m], 1.0) for row in rows)))

    def _hidden(self, value: int) -> int:
        self._cells.append(_Cell(float(value), "hidden", 0.0, float("inf")))
        return len(self._cells) - 1

    def _rows(self, names: Sequence[str], places: Sequence[int]) -> None:
        """Persons are continuing and new ones, and closed and open ones."""
        for pair in PAIRS:
            if all(part in names for part in pair):
                parts = ((places[names.index(part)], -1.0) for part in pair)
                self._relations.append(((places[0], 1.0), *parts))

    def link(self, dimension: str) -> None:
        """Who is open at the end of a half-year is continuing in the next one, in the same category. Where the
        tables tell otherwise (a birthday, a correction), a reader who reckons so is wrong."""
        if dimension in CHANGING:
            return
        for (half, category, name), place in list(self._single.items()):
            after = next((key for key, item in self._halves.items() if item.half.before().key == half), None)
            other = self._single.get((after or "", category, "continuing"))
            # Only where both are equal in truth: a relation that does not hold would rule out what a reader may well
            # believe.
            if name == "open" and other is not None and self._cells[place].value == self._cells[other].value:
                self._relations.append(((place, 1.0), (other, -1.0)))

    def solve(self) -> set[int] | None:
        """The cells to hide. None where no answer was found."""
        from automations.jobs.figures.suppression import Cell, suppress

        cells = [Cell(cell.value, cell.state, cell.low, cell.high) for cell in self._cells]
        small = [n for n, cell in enumerate(cells) if 0 < cell.value < self._threshold]
        return suppress(cells, self._relations, [n for n in small if cells[n].state != "shown"], self._threshold)


class _Cell(Struct, frozen=True):
    value: float
    state: str
    low: float
    high: float


def merged_small(groups: Sequence[tuple[str | None, int]], threshold: int) -> tuple[list[tuple[str | None, int]], int]:
    """Groups for a workbook without personal rows: small ones are told together.

    Returns the groups that are large enough and the sum of the rest. The rest holds at least two
    groups and at least `threshold` persons, else nothing could be told apart from the total; where
    that cannot be, all groups are in the rest.
    """
    kept = sorted(((name, count) for name, count in groups if count >= threshold), key=lambda pair: pair[1])
    small = [count for _, count in groups if 0 < count < threshold]
    # One hidden group alone is the total less all others.
    while small and (len(small) < FEWEST_HIDDEN or sum(small) < threshold):
        if not kept:
            return [], sum(small)
        small.append(kept.pop(0)[1])
    names = {name for name, _ in kept}
    return [(name, count) for name, count in groups if count >= threshold and name in names], sum(small)
