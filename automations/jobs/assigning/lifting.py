"""Inequalities that whole units keep and parts of units break: they tell the relaxed program what a load costs.

A colleague's cost is a convex curve of the load. Parts of one large unit with many colleagues take the cheap beginning
of each curve, which whole units cannot. A line that lies under the curve at all loads that whole units can come to,
with a slope of its own for each size of unit, forbids that and nothing else.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, slots=True)
class Line:
    """Any whole units cost at least `base` and the `slopes` of their sizes together."""

    base: int
    slopes: tuple[tuple[int, int], ...]

    def at(self, taken: Mapping[int, float]) -> float:
        """What so many units of each size cost at least."""
        return self.base + sum(slope * taken.get(size, 0.0) for size, slope in self.slopes)


@dataclass(frozen=True, slots=True)
class Curve:
    """What a colleague's load costs: the columns that bring load and their sizes, in steps; the columns that stand for
    the cost, with what each counts for; and the costs by load, convex and nought at nought."""

    worker: int
    columns: Sequence[int]
    sizes: Sequence[int]
    parts: Mapping[int, int]
    costs: Sequence[int]

    def broken(self, values: np.ndarray) -> Iterator[Line]:
        """Lines that these values break, so that they are not whole."""
        counts = values[list(self.columns)]
        if np.abs(counts - counts.round()).max() < _WHOLE:
            return
        taken = dict.fromkeys(self.sizes, 0.0)
        for size, count in zip(self.sizes, counts, strict=True):
            taken[size] += float(count)
        paid = sum(cost * float(values[part]) for part, cost in self.parts.items())
        reached = int(sum(size * count for size, count in taken.items()) + _WHOLE)
        present = [size for size, count in taken.items() if count > _WHOLE]
        for main in present:
            others = sorted(taken.keys() - {main}, key=lambda size: (-round(size * taken[size], 6), size))
            found = line(self.costs, (main, *others), reached)
            if found and found.at(taken) > paid + _TOLD:
                yield found

    def row(self, line: Line) -> tuple[float, float, list[int], list[float]]:
        """The line as a row of the program: lowest and highest sum, columns, what each counts for."""
        slopes = dict(line.slopes)
        counted = {column: slopes[size] for column, size in zip(self.columns, self.sizes, strict=True)}
        counted |= {part: -cost for part, cost in self.parts.items()}
        unit = even(line.base, *counted.values())
        return -math.inf, -line.base / unit, list(counted), [value / unit for value in counted.values()]


def even(*values: int) -> int:
    """A power of two by which whole numbers are divided before the solver sees them in one row: in doubles a row of
    hundreds of millions is not kept to the unit, and one of fractions is."""
    return 1 << max(0, max(map(abs, values), default=0).bit_length() - _BITS)


def line(costs: Sequence[int], sizes: Sequence[int], reached: int) -> Line | None:
    """The line through what is reached with units of the first size alone, rounded down, and one more of them;
    `costs` by load, convex and nought at nought. The other sizes get the steepest slopes that keep the line under
    the costs, in their order. None where there is no room for a unit of the first size."""
    main, most = sizes[0], len(costs) - 1
    if main > most:
        return None
    count = min(reached // main, most // main - 1)
    curve = np.array(costs, dtype=np.int64)
    slope = int(curve[(count + 1) * main] - curve[count * main])
    base = int(curve[count * main]) - count * slope
    # By load: how far the cheapest way to come there with the sizes so far lies above the line.
    above = np.full(most + 1, _FAR, dtype=np.int64)
    units = np.arange(0, most + 1, main)
    above[units] = curve[units] - base - slope * np.arange(len(units))
    slopes = {main: slope}
    for size in sizes[1:]:
        slopes[size] = _steepest(curve, above, size)
        above = _add(curve, above, size, slopes[size])
    return Line(base, tuple(slopes.items()))


def _steepest(curve: np.ndarray, above: np.ndarray, size: int) -> int:
    """The largest slope with which no number of units of this size comes under the line; nought where none fits."""
    slopes = (
        int((above[:-load] + curve[load:] - curve[:-load]).min()) // (load // size)
        for load in range(size, len(curve), size)
    )
    return min(slopes, default=0)


def _add(curve: np.ndarray, above: np.ndarray, size: int, slope: int) -> np.ndarray:
    """The same where units of this size count, too: each load is come to from the cheapest one that lies any number
    of such units below."""
    most = len(curve)
    gone = curve - slope * (np.arange(most) // size)
    chains = np.full(-(-most // size) * size, _FAR, dtype=np.int64)
    chains[:most] = above - gone
    least: np.ndarray = np.minimum.accumulate(chains.reshape(-1, size), axis=0).reshape(-1)[:most] + gone
    return least


_FAR = 1 << 60  # above the line: no units come to this load
_WHOLE = 1e-6  # what a count may miss of a whole number
_BITS = 10  # of the largest number in a row
_TOLD = 0.5  # all costs are whole: less is rounding
