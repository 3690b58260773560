"""The cells of a table in all its half-years, with what binds them and what every reader knows of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import inf

from msgspec import Struct
from msgspec.structs import replace

from automations.common.alike import alike
from automations.jobs.figures.land_report import HalfYearFigures, Line
from automations.jobs.figures.published import PublishedLine
from automations.jobs.figures.rounding import merged_small, rounded_together

PAIRS = (("continuing", "new"), ("closed", "open"))
CHANGING = frozenset({"phase", "duration", "outcome", "referred_to"})
"""Dimensions in which the same open case stands elsewhere in the next half-year: not linked."""


def summed(lines: Sequence[Line]) -> Line:
    """The counts of several categories as one line."""
    counts = [sum(column) for column in zip(*(line.counts for line in lines), strict=True)]
    return Line(None, *counts)


def _name(line: Line | PublishedLine) -> str | None:
    """A category by which editions are linked: an earlier one may be out with a spelling that was most common then."""
    return alike(line.category) if line.category else None


class Programme:
    """The cells of one dimension in one half-year and its neighbours, with all that binds them."""

    def __init__(self, threshold: int, *, told: bool) -> None:
        self._threshold, self._told = threshold, told
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
        shown = _told(figures.tables[dimension], self._threshold) if self._told else {}
        for n, line in enumerate(lines):
            small = [one for category, one in truth.items() if category not in named]
            real = summed(small) if line.together and small else truth.get(_name(line), Line(line.category))
            states = ["free" if free else "hidden" if count is None else "shown" for count in line.cells]
            if line.together:
                row = [self._cell(getattr(real, name), state) for name, state in zip(names, states, strict=True)]
                self._rows(names, row)
                self._parts(figures, dimension, names, small, row)
            else:
                told = shown.get(line.category)
                row = self._category(figures, dimension, real, dict(zip(names, states, strict=True)), told)
                # Categories are named from the threshold on, which every reader reads above the tables.
                self._cells[row[0]] = replace(self._cells[row[0]], low=float(self._threshold))
            places.update({(n, m): place for m, place in enumerate(row)})
        for m in range(len(names)):
            self._relations.append(tuple((places[n, m], 1.0) for n in range(len(lines))))
        return places

    def _category(
        self, figures: HalfYearFigures, dimension: str, line: Line, states: Mapping[str, str], told: int | None = None
    ) -> list[int]:
        """The cells of one category, with what every reader knows of them. `told`: what the managers' overview showed
        of its open cases on the last day."""
        never, most = figures.never(dimension, line.category), self._threshold - 1
        known = {never: (0.0, 0.0)} if never and not getattr(line, never) else {}
        if told is not None:
            # Rounded up or down by less than the threshold, and never named below it.
            known["open"] = (float(max(self._threshold, told - most)), float(told + most))
        row = [self._cell(getattr(line, name), state, *known.get(name, (0.0, inf))) for name, state in states.items()]
        names = list(states)
        self._rows(names, row)
        if figures.is_brief(dimension, line.category) and {"continuing", "closed"} <= states.keys():
            # All that are continuing are closed as well; the other closed ones are no cell of the table.
            came_and_went = self._cell(line.closed - line.continuing, "hidden")
            closed, old = row[names.index("closed")], row[names.index("continuing")]
            self._relations.append(((closed, 1.0), (old, -1.0), (came_and_went, -1.0)))
        self._single.update({(figures.half.key, _name(line), name): row[n] for n, name in enumerate(names)})
        return row

    def _cell(self, value: int, state: str, low: float = 0.0, high: float = inf) -> int:
        self._cells.append(_Cell(float(value), state, low, high))
        return len(self._cells) - 1

    def _parts(
        self, figures: HalfYearFigures, dimension: str, names: Sequence[str], small: Sequence[Line],
        together: Sequence[int],
    ) -> None:  # fmt: skip
        """The categories that stand together in a line."""
        hidden = dict.fromkeys(names, "hidden")
        rows = [self._category(figures, dimension, one, hidden) for one in small]
        for m, place in enumerate(together):
            self._relations.append(((place, -1.0), *((row[m], 1.0) for row in rows)))

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


def _told(lines: Sequence[Line], threshold: int) -> Mapping[str | None, int]:
    """What the managers' overview shows of open cases by category, where it names the category."""
    # In the order of the overview: of equals the earlier one is rounded up.
    ranked = sorted(lines, key=lambda line: (line.category is None, -line.open, line.category or ""))
    kept, rest = merged_small([(line.category, line.open) for line in ranked], threshold)
    shown = rounded_together([*(count for _, count in kept), rest], threshold)
    return dict(zip((name for name, _ in kept), shown, strict=False))
