"""Rows that begin and end at some hour: those of a calendar, whoever they name."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta
from itertools import combinations

from automations.model.values import Value
from automations.setup.cell_kinds import ENOUGH, MOST, are_moments
from automations.setup.table_search import Block

_LONGEST = timedelta(hours=12)


def begins_and_ends(block: Block) -> bool:
    """Whether two columns of moments lie hours apart in most rows."""
    moments = [(text, column) for column, text in block.headings.items() if are_moments(block.sample(column))]
    read = [[_moment(value) for value in block.column(text, column)] for text, column in moments]
    return any(_apart(*pair) or _apart(*reversed(pair)) for pair in combinations(read, 2))


def _apart(begun: Sequence[datetime | None], ended: Sequence[datetime | None]) -> bool:
    pairs = [(one, other) for one, other in zip(begun, ended, strict=True) if one and other]
    held = sum(timedelta(0) < other - one <= _LONGEST for one, other in pairs)
    return len(pairs) >= ENOUGH and held >= MOST * len(pairs)


def _moment(value: Value) -> datetime | None:
    """The moment in a cell, on whatever clock; None where it holds none."""
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value.strip())
        except ValueError:
            return None
    return value.replace(tzinfo=UTC) if isinstance(value, datetime) and value.time() != time(0) else None
