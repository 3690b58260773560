"""Disclosure control: half-year figures that may be published.

Method: suppression of whole rows with complementary suppression. A row of a table is a *primary*
suppression where one of its counts is at least one and below the threshold. The published totals
would give a single hidden row back, so further rows are hidden with it, the smallest first, until
at least two are hidden and the hidden part of every published column adds up to the threshold or
more. What the hidden rows hold together could be computed anyway and is printed as one row without
their names: a category that is named has at least one person, and its place in a ranking tells its
size. A pair of columns (continuing and new, closed and open) of which one has a total below the
threshold is left out of every table; a half-year with fewer persons than that is not published.

Why this is safe: of a hidden row nothing is known but what all hidden rows hold together. In every
column any one of them may hold nothing or all of it, so each hidden count lies, for the reader,
anywhere in an interval from 0 to at least the threshold. `tests/jobs/test_disclosure.py` attacks
published sets with a linear programme. Tables of one edition share no cells but the published
totals, and a finished half-year is published once: later editions repeat it word for word, so that
no two editions can be compared. Not hidden: that all members of a large group share a trait.

Sources: A. Hundepool et al., "Statistical Disclosure Control", Wiley 2012, chapter 4 (threshold rule,
primary and secondary suppression, feasibility intervals); L. H. Cox, "Suppression methodology and
statistical disclosure control", JASA 75 (1980), pages 377-385.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from automations.jobs.figures.land_report import HalfYearFigures, Line
from automations.model.values import Plain

PAIRS = (("continuing", "new"), ("closed", "open"))
FEWEST_HIDDEN = 2


@dataclass(frozen=True, slots=True)
class PublishedLine:
    """A category with its counts in the order of the edition's measures. `together`: the hidden
    categories of the table as one line."""

    category: str | None
    persons: int
    counts: tuple[int, ...]
    together: bool = False


@dataclass(frozen=True)
class Published:
    """What may leave the house of one half-year. `measures` are the columns beside the persons;
    `total` is None where even the number of all persons is too small.
    """

    half: str
    until: str
    threshold: int
    measures: tuple[str, ...]
    total: PublishedLine | None
    households: int | None
    tables: Mapping[str, tuple[PublishedLine, ...]]


def publish(figures: HalfYearFigures, threshold: int) -> Published:
    """The edition for publication. `threshold` is the smallest count that may be shown (at least 2)."""
    total = figures.total
    name, until = figures.half.key, figures.until.isoformat()
    if total.persons < threshold:
        return Published(name, until, threshold, (), None, None, {})
    measures = tuple(name for pair in PAIRS if all(getattr(total, part) >= threshold for part in pair) for name in pair)
    tables = {dimension: _protected(lines, measures, threshold) for dimension, lines in figures.tables.items()}
    households = figures.households if figures.households >= threshold else None
    return Published(name, until, threshold, measures, _line(total, measures), households, tables)


def _protected(lines: Sequence[Line], measures: tuple[str, ...], threshold: int) -> tuple[PublishedLine, ...]:
    hidden = _to_hide(lines, measures, threshold)
    shown = tuple(_line(line, measures) for n, line in enumerate(lines) if n not in hidden)
    if not hidden:
        return shown
    persons, *counts = map(sum, zip(*(_counts(lines[n], measures) for n in hidden), strict=True))
    return (*shown, PublishedLine(None, persons, tuple(counts), together=True))


def _line(line: Line, measures: tuple[str, ...]) -> PublishedLine:
    return PublishedLine(line.category, line.persons, tuple(getattr(line, name) for name in measures))


def _counts(line: Line, measures: tuple[str, ...]) -> tuple[int, ...]:
    return (line.persons, *(getattr(line, name) for name in measures))


def _to_hide(lines: Sequence[Line], measures: tuple[str, ...], threshold: int) -> set[int]:
    """Which rows are hidden. All of them always suffice, as the totals reach the threshold."""
    table = [_counts(line, measures) for line in lines]
    hidden = {n for n, counts in enumerate(table) if any(0 < count < threshold for count in counts)}
    rest = sorted((n for n in range(len(table)) if n not in hidden), key=lambda n: (table[n][0], n))
    while hidden and rest and not _safe([table[n] for n in hidden], threshold):
        hidden.add(rest.pop(0))
    return hidden


def _safe(rows: Sequence[tuple[int, ...]], threshold: int) -> bool:
    return len(rows) >= FEWEST_HIDDEN and all(sum(column) >= threshold for column in zip(*rows, strict=True))


def to_fact(published: Published) -> dict[str, Plain]:
    """An edition as a fact for the ledger, so that it is never made anew."""
    return {
        "until": published.until,
        "threshold": published.threshold,
        "measures": list(published.measures),
        "households": published.households,
        "total": _plain(published.total) if published.total else None,
        "tables": {name: [_plain(line) for line in lines] for name, lines in published.tables.items()},
    }


def _plain(line: PublishedLine) -> list[Plain]:
    return [line.category, line.together, line.persons, *line.counts]


def from_fact(half: str, data: Mapping[str, object]) -> Published:
    """The edition that a fact holds."""
    total, tables = data.get("total"), data.get("tables")
    households, measures = data.get("households"), data.get("measures")
    return Published(
        half,
        str(data.get("until", "")),
        int(str(data.get("threshold", 0))),
        tuple(str(name) for name in measures) if isinstance(measures, list | tuple) else (),
        _read(total) if isinstance(total, list | tuple) else None,
        households if isinstance(households, int) else None,
        {str(name): tuple(_read(line) for line in lines) for name, lines in tables.items()}
        if isinstance(tables, Mapping)
        else {},
    )


def _read(line: Sequence[Plain]) -> PublishedLine:
    category, together, *numbers = line
    persons, *counts = (number if isinstance(number, int) else 0 for number in numbers)
    return PublishedLine(category if isinstance(category, str) else None, persons, tuple(counts), bool(together))


def merged_small(groups: Sequence[tuple[str | None, int]], threshold: int) -> tuple[list[tuple[str | None, int]], int]:
    """Groups for a workbook without personal rows: small ones are told together.

    Returns the groups that are large enough and the sum of the rest. The rest holds at least two
    groups and at least `threshold` persons, else nothing could be told apart from the total; where
    that cannot be, all groups are in the rest.
    """
    kept = sorted(((name, count) for name, count in groups if count >= threshold), key=lambda pair: pair[1])
    small = [count for _, count in groups if 0 < count < threshold]
    while small and (len(small) < FEWEST_HIDDEN or sum(small) < threshold):
        if not kept:
            return [], sum(small)
        small.append(kept.pop(0)[1])
    names = {name for name, _ in kept}
    return [(name, count) for name, count in groups if count >= threshold and name in names], sum(small)
