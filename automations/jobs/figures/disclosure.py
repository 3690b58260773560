"""Disclosure control: half-year figures that may be published.

Method: cell suppression. A count of at least one and below the threshold is hidden, and with it the fewest other cells,
so that for a reader each hidden small count may lie anywhere in an interval as wide as the threshold
(`suppression.py`). The reader knows all that is shown: rows (continuing + new = closed + open = persons), columns (the
totals), **all half-years published before** (who was open at the end of one is continuing in the next), and what the
managers' overview shows from day to day, which is rounded for that. The reader also knows what the words mean: nobody
is new for longer than the half-year, or closed in a phase of open cases (`linked_cells.py`). Categories with fewer
persons than the threshold stand together without their names, where they would be known all the same with the next
larger ones: a category that is named has at least so many persons. A pair of columns is left out where one of its
totals is small, or was in a neighbouring half-year: its difference would give it back; nothing is published where a
difference between the persons of a half-year and the totals of its neighbours is small all the same.

A finished half-year is published once: later editions repeat it word for word. `tests/jobs/test_disclosure.py` attacks
published sets with a linear programme of its own. Not hidden: that all members of a large group share a trait; zeros.

Sources: A. Hundepool et al., "Statistical Disclosure Control", Wiley 2012, chapter 4 (threshold rule,
primary and secondary suppression, feasibility intervals); for the method see `suppression.py`."""

from __future__ import annotations

import importlib.util
from collections.abc import Collection, Sequence

from msgspec.structs import replace

from automations.jobs.figures.land_report import HalfYearFigures, Line
from automations.jobs.figures.linked_cells import PAIRS, Programme, summed
from automations.jobs.figures.published import Earlier, Published, PublishedLine

ROUNDED = frozenset({"phase", "language", "source"})
"""Dimensions by which the managers' overview always shows open cases, rounded."""

UNPROVEN = (
    "No new half-year is published: a part of kim is missing (highspy), and without it nobody can prove that no small"
    " count can be worked out. Please have kim installed anew."
)


def provable() -> bool:
    """Whether the solver is there. Without it nothing can be proven safe, and an edition without its tables would stay
    so for ever."""
    return importlib.util.find_spec("highspy") is not None


def publish(
    figures: HalfYearFigures, threshold: int, earlier: Sequence[Earlier] = (), rounded: Collection[str] = ROUNDED
) -> Published:
    """The edition for publication. `threshold` is the smallest count that may be shown (at least 2);
    `earlier` are all editions that are out, `rounded` the dimensions by which managers see open cases."""
    total = figures.total
    name, until = figures.half.key, figures.until.isoformat()
    nothing = Published(name, until, threshold, (), None, None, {})
    # Before all else: with so few people even the names of the categories would tell who they are.
    if total.persons < threshold:
        return nothing
    measures = _measures(figures, threshold, earlier)
    if _differs_little(figures, threshold, earlier):
        return nothing
    # A small number of households tells how many live together, and so does one that is nearly that of the persons.
    shared = total.persons - (figures.households or 0)
    households = figures.households if (figures.households or 0) >= threshold and not 0 < shared < threshold else None
    empty = Published(name, until, threshold, measures, _line(total, measures), households, {})
    tables = {}
    for dimension in figures.tables:
        lines = _protected(dimension, empty, figures, earlier, told=dimension in rounded)
        # A table for which no safe choice was found is not published at all; a risky one cannot be called back.
        if lines is not None:
            tables[dimension] = lines
    left = tuple(dimension for dimension in figures.tables if dimension not in tables)
    return Published(name, until, threshold, measures, empty.total, households, tables, left)


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


def _protected(
    dimension: str, edition: Published, figures: HalfYearFigures, earlier: Sequence[Earlier], *, told: bool
) -> tuple[PublishedLine, ...] | None:
    """The lines of one table; None where no safe choice of cells was found. `told`: managers see its open cases."""
    named, small = _merged(figures.tables[dimension], edition.threshold)
    while True:
        lines = [_line(line, edition.measures) for line in named]
        # Even a single small category gets a line: left out, it would be the total less all others.
        if small:
            lines.append(_line(summed(small), edition.measures, together=True))
        programme = Programme(edition.threshold, told=told)
        places = programme.add(dimension, figures, edition.measures, lines, free=True)
        for item in earlier:
            if dimension in item.edition.tables and dimension in item.figures.tables:
                shown = item.edition.tables[dimension]
                programme.add(dimension, item.figures, item.edition.measures, shown, free=False)
        programme.link(dimension)
        hidden = programme.solve()
        if hidden is not None:
            return tuple(_without(line, [m for m in range(len(line.cells)) if places[n, m] in hidden])
                         for n, line in enumerate(lines))  # fmt: skip
        if not named or not small:
            return None
        # Whoever is named has the threshold's persons at least, so that a small group beside a category that is hardly
        # larger cannot be hidden; with it, it can.
        small.append(named.pop(named.index(min(named, key=lambda line: line.persons))))


def _without(line: PublishedLine, hidden: Collection[int]) -> PublishedLine:
    persons, *counts = (None if m in hidden else count for m, count in enumerate(line.cells))
    return replace(line, persons=persons, counts=tuple(counts))
