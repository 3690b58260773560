"""Lines below a table that belong to something else: telephone numbers of the house, and the like."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from automations.model.values import Value
from automations.tables.faults import shown

_SPARSE = 3  # cells; a row of more is none of a tail
_GAP = 2  # rows further on, from which on a line needs none above it to stand apart


def tail(
    lines: Sequence[tuple[int, Sequence[Value]]], read: Callable[[Sequence[Value]], Sequence[bool]]
) -> frozenset[int]:
    """The rows that stand apart below a table: several with a few cells each, after a blank row and under a line of one
    cell ("Wichtige Kontakte"), or after more blank rows. `read` says of each cell that takes no words whether it is
    what belongs there: none is, or these are records somebody has begun."""
    start = len(lines)
    for place in range(len(lines) - 1, 0, -1):
        count = sum(bool(shown(cell)) for cell in lines[place][1])
        if count > _SPARSE:
            break
        gap = lines[place][0] - lines[place - 1][0]
        if gap > _GAP or (gap > 1 and count == 1):
            start = place
    told = [fits for _, cells in lines[start:] for fits in read(cells)]
    apart = len(lines) - start > 1 and bool(told) and not any(told)
    return frozenset(number for number, _ in lines[start:]) if apart else frozenset()
