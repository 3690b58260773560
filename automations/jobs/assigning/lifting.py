"""Inequalities that whole units keep and parts of units break: they tell the relaxed program what a load costs.

A colleague's cost is a convex curve of the load. Parts of one large unit with many colleagues take the cheap beginning
of each curve, which whole units cannot. A line that lies under the curve at all loads that whole units can come to,
with a slope of its own for each size of unit, forbids that and nothing else."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from itertools import product
from operator import mul

import numpy as np
from msgspec import Struct

from automations.jobs.assigning.duals import duals


class Line(Struct, frozen=True):
    """Any whole units cost at least `base` and the `slopes` of their sizes together."""

    base: int
    slopes: tuple[tuple[int, int], ...]

    def at(self, taken: Mapping[int, float]) -> float:
        """What so many units of each size cost at least."""
        return self.base + sum(slope * taken.get(size, 0.0) for size, slope in self.slopes)


class Curve(Struct, frozen=True):
    """What a colleague's load costs: the columns that bring load and their sizes, in steps; the columns that stand for
    the cost, with what each counts for; and the costs by load, convex and nought at nought."""

    worker: int
    columns: Sequence[int]
    sizes: Sequence[int]
    parts: Mapping[int, int]
    costs: Sequence[int]

    def broken(self, values: np.ndarray, *, closely: bool) -> Iterator[Line]:
        """Lines that these values break, so that they are not whole: those of one size, or `closely` the one that
        they break most."""
        counts = values[list(self.columns)]
        if np.abs(counts - counts.round()).max() < _WHOLE:
            return
        taken = dict.fromkeys(self.sizes, 0.0)
        for size, count in zip(self.sizes, counts, strict=True):
            taken[size] += float(count)
        paid = sum(cost * float(values[part]) for part, cost in self.parts.items())
        # Lines of one size cost next to nothing; the mixture needs a small program of its own, so it comes second.
        for slopes in self._hull(taken) if closely else self._alone(taken):
            others = sorted(taken.keys() - slopes.keys(), key=lambda size: (-round(size * taken[size], 6), size))
            found = line(self.costs, slopes, others)
            if found.at(taken) > paid + _TOLD:
                yield found

    def _alone(self, taken: Mapping[int, float]) -> Iterator[dict[int, int]]:
        """Slopes of each size that is taken: of the next unit of it, as if there were no other sizes."""
        reached, most = int(sum(size * count for size, count in taken.items()) + _WHOLE), len(self.costs) - 1
        for size in (size for size, count in taken.items() if count > _WHOLE and size <= most):
            # Not beyond the end of the curve: there is no cost of a load that nobody may carry.
            low = min(reached // size, most // size - 1) * size
            yield {size: self.costs[low + size] - self.costs[low]}

    def _hull(self, taken: Mapping[int, float]) -> Iterator[dict[int, int]]:
        """Slopes of the sizes that are taken: those of the cheapest mixture of whole counts nearby that comes to it."""
        sizes = sorted((size for size, count in taken.items() if count > _WHOLE), key=lambda size: -size * taken[size])
        most = len(self.costs) - 1
        near = [range(min(most // size, math.floor(taken[size]) + 2) + 1) for size in sizes]
        # Sorted by the load that they bring: the last are those that move the line least.
        while math.prod(map(len, near)) > _MIXED:
            near.pop()
        sizes = sizes[: len(near)]
        whole = [(counts, sum(map(mul, counts, sizes))) for counts in product(*near)]
        whole = [(counts, load) for counts, load in whole if load < len(self.costs)]
        if slopes := _mixture(whole, [taken[size] for size in sizes], self.costs):
            yield dict(zip(sizes, slopes, strict=True))

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


def _mixture(whole: Sequence[tuple[tuple[int, ...], int]], taken: Sequence[float], costs: Sequence[int]) -> list[int]:
    """What a unit more of each size costs in the cheapest mixture of whole counts; [] where none comes to what is
    taken."""
    rows, sums = len(taken) + 1, [*taken, 1.0]
    entries = np.array([count for counts, _ in whole for count in (*counts, 1)])
    # Each mixture counts for its numbers of units, and all of them together are one.
    found = duals([costs[load] for _, load in whole], 1, (sums, sums), (np.tile(np.arange(rows), len(whole)), entries))
    return [] if found is None else [round(dual) for dual in found[: rows - 1]]


def line(costs: Sequence[int], slopes: Mapping[int, int], others: Sequence[int]) -> Line:
    """The highest line with these slopes that lies under the costs of all whole units; `costs` by load, convex and
    nought at nought. The other sizes get the steepest slopes that keep it there, in their order."""
    curve = np.array(costs, dtype=np.int64)
    # By load: how far the cheapest way to come there with the sizes so far lies above the line.
    above = np.full(len(curve), _FAR, dtype=np.int64)
    above[0] = 0
    for size, slope in slopes.items():
        above = _add(curve, above, size, slope)
    base, found = int(np.min(above)), dict(slopes)
    above = above - base
    for size in others:
        found[size] = _steepest(curve, above, size)
        above = _add(curve, above, size, found[size])
    return Line(base, tuple(found.items()))


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
_MIXED = 2000  # mixtures that are tried; of more sizes the ones that bring least load are left out
_TOLD = 0.5  # all costs are whole: less is rounding
