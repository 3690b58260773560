"""A half-year as it was published: its lines, and how they are kept for the next publication."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeAlias

from msgspec import Struct

from automations.jobs.figures.land_report import HalfYearFigures
from automations.model.values import Plain


class PublishedLine(Struct, frozen=True):
    """A category with its counts in the order of the edition's measures; None where a count is hidden.
    `together`: the small categories of the table as one line."""

    category: str | None
    persons: Count
    counts: tuple[Count, ...]
    together: bool = False

    @property
    def cells(self) -> tuple[Count, ...]:
        """All counts, the persons first."""
        return self.persons, *self.counts


class Published(Struct, frozen=True):
    """What may leave the house of one half-year. `measures` are the columns beside the persons;
    `total` is None where even the number of all persons is too small, or would give a small number away. `left` are the
    tables that would have shown small counts; None: nobody noted it."""

    half: str
    until: str
    threshold: int
    measures: tuple[str, ...]
    total: PublishedLine | None
    households: int | None
    tables: Mapping[str, tuple[PublishedLine, ...]]
    left: tuple[str, ...] | None = None


class Earlier(Struct, frozen=True):
    """An edition that is out, and its half-year as the tables tell it today."""

    edition: Published
    figures: HalfYearFigures


def to_fact(published: Published) -> dict[str, Plain]:
    """An edition as a fact for the ledger, so that it is never made anew."""
    noted: dict[str, Plain] = {} if published.left is None else {"left": list(published.left)}
    return noted | {
        "until": published.until,
        "threshold": published.threshold,
        "measures": list(published.measures),
        "households": published.households,
        "total": _plain(published.total) if published.total else None,
        "tables": {name: [_plain(line) for line in lines] for name, lines in published.tables.items()},
    }


def _plain(line: PublishedLine) -> list[Plain]:
    return [line.category, line.together, *line.cells]


def from_fact(half: str, data: Mapping[str, object]) -> Published:
    """The edition that a fact holds."""
    total, tables = data.get("total"), data.get("tables")
    households, measures, left = data.get("households"), data.get("measures"), data.get("left")
    return Published(
        half,
        str(data.get("until", "")),
        # A fact is JSON out of the ledger, maybe of an older version: what is not what it should be counts as hidden.
        int(str(data.get("threshold", 0))),
        tuple(str(name) for name in measures) if isinstance(measures, list | tuple) else (),
        _read(total) if isinstance(total, list | tuple) else None,
        households if isinstance(households, int) else None,
        {str(name): tuple(_read(line) for line in lines) for name, lines in tables.items()}
        if isinstance(tables, Mapping)
        else {},
        tuple(str(name) for name in left) if isinstance(left, list | tuple) else None,
    )


def _read(line: Sequence[Plain]) -> PublishedLine:
    category, together, *numbers = line
    persons, *counts = (number if isinstance(number, int) else None for number in numbers)
    return PublishedLine(category if isinstance(category, str) else None, persons, tuple(counts), bool(together))


Count: TypeAlias = int | None  # a count; None: hidden
