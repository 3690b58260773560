"""Which cells of linked tables to hide, so that none of the small ones can be computed back.

The cell suppression problem, solved to optimality by the method of M. Fischetti and J. J. Salazar ("Solving the cell
suppression problem on tabular data with linear constraints", Management Science 47, 2001): a master programme chooses
the fewest cells; for each small cell two linear programmes find how far a reader who knows all shown cells can narrow
it down; where that is too narrow, the dual values say which cells would help, as a row for the master programme."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import inf

import highspy
import numpy as np
from msgspec import Struct

ROUNDS = 400  # so often the master programme is solved at most; real tables take fewer than fifty
# What a solver in doubles may miss: an interval that is too narrow by that is none that anybody could use.
_SLACK = 1e-6
_HALF = 0.5
_TIE = 1e-4  # what a cell's size adds to its cost: of two equally good choices the smaller cells are hidden


class Cell(Struct, frozen=True):
    """A count, with what a reader knows of it from elsewhere (`low`, `high`). `state`: "free" to be hidden,
    "hidden" or "shown" already."""

    value: float
    state: str = "free"
    low: float = 0.0
    high: float = inf


Relation = tuple[tuple[int, float], ...]  # cells by index with their factors; the sum is known to the reader


class Reader:
    """What a reader can find out: each hidden cell's interval, from all that is shown."""

    def __init__(self, cells: Sequence[Cell], relations: Iterable[Relation]) -> None:
        size = len(cells)
        # Stands for "no upper bound": no cell is larger than all of them, and the solver keeps to small numbers.
        most = sum(cell.value for cell in cells) + 1
        values = np.array([cell.value for cell in cells])
        self.down = np.maximum(values - np.array([cell.low for cell in cells]), 0)
        self.up = np.maximum(np.array([min(cell.high, most) for cell in cells]) - values, 0)
        kept = [relation for relation in relations if relation]
        self._matrix = np.zeros((len(kept), size))
        self._model = highspy.Highs()  # type: ignore[no-untyped-call]  # the library has no types
        self._model.setOptionValue("output_flag", False)  # noqa: FBT003 (the solver's own interface)
        # Bounds of nought: a cell that is shown cannot deviate. `look` opens those that are hidden.
        for _ in range(size):
            self._model.addVar(0, 0)
        for number, relation in enumerate(kept):
            places = np.array([place for place, _ in relation], dtype=np.int32)
            factors = np.array([factor for _, factor in relation])
            self._matrix[number, places] = factors
            # The columns are deviations from the true counts; as the reader knows the sum, those of a relation add up
            # to nought.
            self._model.addRow(0, 0, len(places), places, factors)

    def look(self, hidden: np.ndarray) -> None:
        """From now on these cells are hidden."""
        size = len(hidden)
        places = np.arange(size, dtype=np.int32)
        self._model.changeColsBounds(size, places, -self.down * hidden, self.up * hidden)

    def width(self, place: int) -> tuple[float, np.ndarray]:
        """How wide a cell's interval is, and what each cell adds to it at most where it is hidden."""
        total, helps = 0.0, np.zeros(len(self.down))
        # As far down as it goes, then as far up: the two ends are the reader's interval.
        for sign in (1.0, -1.0):
            self._model.changeColCost(place, sign)
            self._model.run()
            total -= self._model.getInfo().objective_function_value
            # By duality: the reduced cost of another cell, times the room that it has while hidden, is the most that it
            # can add.
            reduced = -self._matrix.T @ np.array(self._model.getSolution().row_dual)
            reduced[place] += sign
            helps += np.maximum(reduced, 0) * self.down + np.maximum(-reduced, 0) * self.up
            self._model.changeColCost(place, 0.0)
        return total, helps


class _Master:
    """The choice of cells: the fewest that keep to all rows found so far."""

    def __init__(self, cells: Sequence[Cell]) -> None:
        self._model = highspy.Highs()  # type: ignore[no-untyped-call]  # the library has no types
        self._model.setOptionValue("output_flag", False)  # noqa: FBT003
        # Not "nearly the fewest": what is published stays frozen, and one needless gap would stay with it.
        self._model.setOptionValue("mip_rel_gap", 0.0)
        largest = max((cell.value for cell in cells), default=1) or 1
        for number, cell in enumerate(cells):
            # Editions that are out cannot be changed: their cells are given, the one way or the other.
            low, high = {"free": (0, 1), "hidden": (1, 1)}.get(cell.state, (0, 0))
            # Hidden already costs nothing: it is used for protection before a free cell is.
            self._model.addVar(low, high)
            self._model.changeColCost(number, (1 + _TIE * cell.value / largest) if cell.state == "free" else 0)
            self._model.changeColIntegrality(number, highspy.HighsVarType.kInteger)

    def require(self, helps: np.ndarray, need: float) -> None:
        """Hidden cells must help by `need` together."""
        # Capped at the need: cells are hidden whole, so that no choice is lost and the relaxed programme becomes
        # tighter.
        places = np.flatnonzero(helps > _SLACK).astype(np.int32)
        self._model.addRow(need, highspy.kHighsInf, len(places), places, np.minimum(helps[places], need))

    def solve(self) -> np.ndarray | None:
        """Which cells to hide (1) and show (0); None where no choice keeps to the rows."""
        self._model.run()
        if self._model.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            return None
        return (np.array(self._model.getSolution().col_value) > _HALF).astype(float)


def _targets(
    cells: Sequence[Cell], relations: Sequence[Relation], small: Iterable[int], need: float, reader: Reader
) -> list[int] | None:
    """The small cells that hidden cells can protect; None where one of them becomes too narrow by whatever is
    shown beside the free cells."""
    before = Reader(cells, [one for one in relations if all(cells[place].state != "free" for place, _ in one)])
    possible = np.array([float(cell.state != "shown") for cell in cells])
    reader.look(possible)
    before.look(possible)
    targets = []
    for place in small:
        # First with all free cells hidden: what is too narrow even then cannot be helped by any choice.
        if reader.width(place)[0] >= need - _SLACK:
            targets.append(place)
        elif cells[place].state == "free" or before.width(place)[0] >= need - _SLACK:
            return None
    return targets


def suppress(
    cells: Sequence[Cell], relations: Sequence[Relation], small: Iterable[int], need: float
) -> set[int] | None:
    """The fewest free cells to hide, so that each of the `small` cells could lie anywhere in an interval of
    width `need`; the free ones of these are always hidden. None where not even hiding all free cells would be
    enough, or no answer was found in time. A small cell that was hidden before and is too narrow without any
    free cell already cannot be helped."""
    reader, master = Reader(cells, relations), _Master(cells)
    targets = _targets(cells, relations, small, need, reader)
    if targets is None:
        return None
    for place in targets:
        # First of all the small cell itself: one that is shown is not helped by any other.
        alone = np.zeros(len(cells))
        alone[place] = need
        master.require(alone, need)
    for _ in range(ROUNDS):
        hidden = master.solve()
        if hidden is None:
            return None
        reader.look(hidden)
        narrow = False
        for place in targets:
            width, helps = reader.width(place)
            if width < need - _SLACK:
                narrow = True
                master.require(helps, need)
        if not narrow:
            return {place for place, cell in enumerate(cells) if cell.state == "free" and hidden[place]}
    return None
