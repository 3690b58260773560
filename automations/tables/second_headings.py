"""Rows that stand for the headings of their table once more: the same again, their numbers, hints how to fill in."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from automations.model.values import Value
from automations.tables.faults import shown
from automations.tables.folding import fold

_FEWEST = 2  # headings that say something together
_MANY = 3  # columns, more of which are not counted by chance
_NUMBERED = re.compile(r"\W*(\d{1,2})\W*$")
_FORMAT = re.compile(r"\b(TT|DD)[./-]\s?MM\b|JJJJ|YYYY|\bhh:mm\b|\bz\.\s?B\.|\be\.g\.", re.IGNORECASE)


def stands_again(headings: Mapping[int, str], cells: Sequence[Value]) -> bool:
    """Whether a row has the headings of its table once more."""
    typed = {column: cell for column, cell in enumerate(cells, start=1) if shown(cell) and column in headings}
    same = [cell for column, cell in typed.items() if isinstance(cell, str) and fold(cell) == fold(headings[column])]
    return len(same) >= _FEWEST and len(same) == len(typed)


def counts_columns(typed: Sequence[Value]) -> bool:
    """Whether the filled cells of a line number the columns, or show how to fill them in."""
    if any(isinstance(cell, str) and _FORMAT.search(cell) for cell in typed):
        return True
    return len(typed) > _MANY and [_number(cell) for cell in typed] == list(range(1, len(typed) + 1))


def _number(cell: Value) -> Value:
    """The number that a cell is, also one in brackets."""
    found = _NUMBERED.match(cell) if isinstance(cell, str) else None
    return int(found[1]) if found else cell


def explains_signs(cells: Sequence[Value]) -> bool:
    """Whether a line is a legend: "N = neu", "L = laufend"."""
    return sum(isinstance(cell, str) and " = " in cell for cell in cells) >= _FEWEST
