"""The program of one level of the assignment, on HiGHS: its columns and rows, the search, and what it gives.

The search is bounded in nodes, not in seconds, runs on one thread and with a fixed seed."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from itertools import accumulate, pairwise
from typing import TypeAlias

import highspy
import numpy as np

from automations.jobs.assigning.batch import Batch
from automations.jobs.assigning.groups import Flows, Group
from automations.jobs.assigning.lifting import Curve, Line, even

Lines: TypeAlias = defaultdict[int, list[Line]]
"""By colleague: the inequalities that were found for the cost of their load; they hold on every level."""


class SolverError(Exception):
    """The solver gave no answer that can be used."""


class Program:
    """One level's program. Loads are counted in steps, the largest load that all units are multiples of. `lines` are
    those found by the programs of earlier levels, by colleague; this one adds its own (None: no lines)."""

    def __init__(
        self, batch: Batch, groups: Sequence[Group], goals: Sequence[str], lines: Lines | None, *, everybody: bool
    ) -> None:
        self.batch, self.groups = batch, groups
        self._lines, self._rounds = (Lines(list), 0) if lines is None else (lines, _ROUNDS)
        self.costs: dict[str, dict[int, int]] = {}
        self._upper: list[float] = []
        self._integer: list[bool] = []
        self._rows: list[tuple[float, float, Sequence[int], Sequence[float]]] = []
        self._curves: list[Curve] = []
        self._columns = [[self._column(len(group.members)) for _ in group.offers] for group in groups]
        self._count_groups(everybody=everybody)
        self._carry_loads("evenness" in goals, "rules" in goals)
        if "waiting" in goals:
            self._count_waiting()

    def keep(self, goal: str, value: int) -> None:
        """Nothing may be lost on this level."""
        costs = self._costs(goal)
        # Sums of squares of loads are hundreds of millions: undivided, the solver's tolerance would let points slip.
        unit = even(*costs.values())
        self._rows.append((value / unit, highspy.kHighsInf, list(costs), [cost / unit for cost in costs.values()]))

    def maximise(
        self, goal: str, start: Flows, node_limit: int, *, held: float = -math.inf, thorough: bool = True
    ) -> tuple[Flows, int]:
        """The counts with the highest value, and a bound that no counts exceed. `held` is the value of the `start`.

        The relaxed program gives a bound, and by its reduced costs the columns that any better
        answer could use; the search looks at these alone, which loses nothing. Unless `thorough`,
        the first answer next to the relaxed one will do."""
        costs = self._costs(goal)
        unit = math.gcd(*costs.values()) or 1
        # Divided by their common part, so that a gap below one proves the optimum.
        solver = self._solver({column: cost // unit for column, cost in costs.items()}, node_limit)
        relaxed = self._relaxed(solver, held / unit if thorough else -math.inf)
        limit = float(solver.getInfo().objective_function_value)
        # A reduced cost: how much any answer that uses the column must be worse than the relaxed one.
        dear = np.abs(np.array(solver.getSolution().col_dual))
        begun = self._used(start)
        reach, bound = _REACH, math.floor(limit + _WHOLE)
        # The start is proven best, as it mostly is on the later levels: no search.
        if thorough and held >= bound * unit:
            return start, bound * unit
        while True:
            self._narrow(solver, (relaxed < _WHOLE) & ~begun & (dear > reach + _WHOLE))
            self._hint(solver, start)
            found = self._run(solver)
            start = self._flows(found)
            info = solver.getInfo()
            value = round(info.objective_function_value)
            # Whatever is better by one uses no column that costs more than this.
            needed = limit - (value + 1)
            if value >= bound or needed <= reach or not thorough:
                bound = min(bound, max(value, math.floor(info.mip_dual_bound + _WHOLE))) if thorough else bound
                return self._flows(found), bound * unit
            reach = needed

    def _solver(self, costs: dict[int, int], node_limit: int) -> highspy.Highs:
        solver = highspy.Highs()  # type: ignore[no-untyped-call]  # the library has no types
        for name, option in _OPTIONS.items():
            solver.setOptionValue(name, option)
        solver.setOptionValue("mip_max_nodes", node_limit)
        solver.passModel(self._model(costs))
        return solver

    def _relaxed(self, solver: highspy.Highs, enough: float) -> np.ndarray:
        """The relaxed program's columns, under all lines that they would break, until no more than `enough` is left."""
        values = self._run(solver, relaxed=True)
        for _ in range(self._rounds):
            found = self._broken(values, closely=False) or self._broken(values, closely=True)
            # All values are whole: what is less than one above the start cannot be an improvement.
            if not found or solver.getInfo().objective_function_value < enough + 1 - _WHOLE:
                break
            for curve, line in found:
                self._lines[curve.worker].append(line)
                low, high, columns, counts = curve.row(line)
                solver.addRow(low, high, len(columns), np.array(columns, dtype=np.int32), np.array(counts))
            values = self._again(solver)
        return values

    def _broken(self, values: np.ndarray, *, closely: bool) -> list[tuple[Curve, Line]]:
        return [
            (curve, line)
            for curve in self._curves
            for line in dict.fromkeys(curve.broken(values, closely=closely))
            if line not in self._lines[curve.worker]
        ]

    def _again(self, solver: highspy.Highs) -> np.ndarray:
        """The relaxed program after its rows grew: from where it stood, and where that leads nowhere, anew."""
        try:
            return self._run(solver, relaxed=True)
        except SolverError:
            solver.clearSolver()
            return self._run(solver, relaxed=True)

    def _run(self, solver: highspy.Highs, *, relaxed: bool = False) -> np.ndarray:
        """The columns' values. Raises SolverError where none were found that keep all rows."""
        solver.setOptionValue("solve_relaxation", relaxed)
        solver.run()
        # Also where the limit of nodes stopped the search: what was found by then may be used, and is told as such.
        if solver.getInfo().primal_solution_status != highspy.SolutionStatus.kSolutionStatusFeasible:
            raise SolverError(solver.modelStatusToString(solver.getModelStatus()))
        return np.array(solver.getSolution().col_value)

    def _used(self, start: Flows) -> np.ndarray:
        begun = np.zeros(len(self._upper), dtype=bool)
        begun[[column for part in self._columns for column in part]] = [count > 0 for flow in start for count in flow]
        return begun

    def _narrow(self, solver: highspy.Highs, closed: np.ndarray) -> None:
        """Keep these counts at nought; all others are as they were."""
        upper = np.array(self._upper, dtype=float)
        # Only counts are closed. The columns of costs follow from them and must stay free.
        upper[closed & np.array(self._integer)] = 0
        solver.changeColsBounds(len(upper), np.arange(len(upper), dtype=np.int32), np.zeros(len(upper)), upper)

    def _flows(self, values: np.ndarray) -> Flows:
        return [[round(values[column]) for column in columns] for columns in self._columns]

    def _column(self, upper: float, *, integer: bool = True) -> int:
        self._upper.append(upper)
        self._integer.append(integer)
        return len(self._upper) - 1

    def _count_groups(self, *, everybody: bool) -> None:
        for group, columns in zip(self.groups, self._columns, strict=True):
            size = len(group.members)
            if columns:
                # Where all were served before, no later level may leave anybody out: said as a row, it costs the search
                # nothing.
                self._rows.append((size if everybody else 0, size, columns, [1] * len(columns)))

    def _carry_loads(self, evenly: bool, within_rules: bool) -> None:
        batch, step = self.batch, self.batch.step
        carried: list[tuple[list[int], list[int]]] = [([], []) for _ in batch.workers]
        able: list[Counter[int]] = [Counter() for _ in batch.workers]
        for group, columns in zip(self.groups, self._columns, strict=True):
            load = batch.units[group.members[0]].load // step
            for offer, column in zip(group.offers, columns, strict=True):
                carried[offer.worker][0].append(column)
                carried[offer.worker][1].append(load)
                able[offer.worker][load] += len(group.members)
        # Who has no offer at all needs neither a row nor a curve.
        for worker, (columns, loads) in enumerate(carried):
            if columns:
                room = batch.room[worker] // step
                self._rows.append((0, room, columns, loads))
                if evenly:
                    parts, widths = self._stairs(worker, room, able[worker])
                    self._rows.append((0, 0, [*columns, *parts], [*loads, *(-width for width in widths)]))
                    self._curve(worker, columns, loads, parts)
                if within_rules:
                    self._overrun(worker, columns, loads)

    def _stairs(self, worker: int, most: int, able: Mapping[int, int]) -> tuple[list[int], list[int]]:
        """Columns that take up a colleague's load, the cheapest stretches first, and their widths; equal ones together.
        A stretch leads from one load that whole units can come to (`able`: how many there are of each load) to the
        next: half a unit each for two colleagues then costs no less than a whole one for one of them, so that the
        relaxed answer says what whole ones can reach."""
        batch, step, base = self.batch, self.batch.step, self.batch.workers[worker].load
        stretches: dict[tuple[int, int], int] = {}
        sums = _sums(most, able)
        for low, high in pairwise(sums):
            cost = sum(batch.marginal(worker, base + count * step, step) for count in range(low, high))
            stretches[cost, high - low] = stretches.get((cost, high - low), 0) + 1
        columns = []
        for (cost, _), count in stretches.items():
            column = self._column(count, integer=False)
            self.costs.setdefault("evenness", {})[column] = -cost
            columns.append(column)
        return columns, [width for _, width in stretches]

    def _curve(self, worker: int, columns: Sequence[int], loads: Sequence[int], parts: Sequence[int]) -> None:
        batch, step, base = self.batch, self.batch.step, self.batch.workers[worker].load
        more = (batch.marginal(worker, base + count * step, step) for count in range(batch.room[worker] // step))
        counted = {part: -self.costs["evenness"][part] for part in parts}
        curve = Curve(worker, columns, loads, counted, tuple(accumulate(more, initial=0)))
        self._curves.append(curve)
        self._rows += [curve.row(line) for line in self._lines[worker]]

    def _overrun(self, worker: int, columns: Sequence[int], loads: Sequence[int]) -> None:
        colleague, step = self.batch.workers[worker], self.batch.step
        # Only with `overload` in the settings does somebody have room beyond the capacity.
        if self.batch.room[worker] > colleague.free:
            over = self._column(self.batch.room[worker], integer=False)
            self.costs.setdefault("overrun", {})[over] = -1
            row = ([*columns, over], [*(load * step for load in loads), -1])
            self._rows.append((-highspy.kHighsInf, colleague.free, *row))

    def _count_waiting(self) -> None:
        """Of a group, those who have waited longest come first: falling gains, so no integers."""
        costs = self.costs.setdefault("waiting", {})
        able = ((group, columns) for group, columns in zip(self.groups, self._columns, strict=True) if columns)
        for group, columns in able:
            gains: dict[int, int] = {}
            for index in group.members:
                # Equal gains share a column: a hundred cases of one morning are one.
                gain = self.batch.units[index].people * self.batch.waited[index]
                gains[gain] = gains.get(gain, 0) + 1
            parts = [self._column(count, integer=False) for count in gains.values()]
            costs.update(zip(parts, gains, strict=True))
            self._rows.append((0, 0, [*columns, *parts], [*([1] * len(columns)), *([-1] * len(parts))]))

    def _costs(self, goal: str) -> dict[int, int]:
        if goal in {"evenness", "waiting"}:
            return self.costs.get(goal, {})
        costs: dict[int, int] = {}
        for group, columns in zip(self.groups, self._columns, strict=True):
            for offer, column in zip(group.offers, columns, strict=True):
                gain = self.batch.gain(goal, group.members[0], offer)
                if gain:
                    costs[column] = gain
        return {**costs, **self.costs.get("overrun", {})} if goal == "rules" else costs

    def _model(self, costs: dict[int, int]) -> highspy.HighsLp:
        lp = highspy.HighsLp()
        lp.num_col_, lp.num_row_ = len(self._upper), len(self._rows)
        objective = np.zeros(lp.num_col_)
        objective[list(costs)] = list(costs.values())
        lp.col_cost_, lp.sense_ = objective, highspy.ObjSense.kMaximize
        lp.col_lower_, lp.col_upper_ = np.zeros(lp.num_col_), np.array(self._upper, dtype=float)
        lp.row_lower_ = np.array([row[0] for row in self._rows], dtype=float)
        lp.row_upper_ = np.array([row[1] for row in self._rows], dtype=float)
        kinds = (highspy.HighsVarType.kContinuous, highspy.HighsVarType.kInteger)
        lp.integrality_ = [kinds[integer] for integer in self._integer]
        lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        lp.a_matrix_.start_ = np.array([0, *accumulate(len(row[2]) for row in self._rows)], dtype=np.int32)
        lp.a_matrix_.index_ = np.array([column for row in self._rows for column in row[2]], dtype=np.int32)
        lp.a_matrix_.value_ = np.array([value for row in self._rows for value in row[3]], dtype=float)
        return lp

    def _hint(self, solver: highspy.Highs, start: Flows) -> None:
        columns = [column for part in self._columns for column in part]
        counts = [count for flow in start for count in flow]
        solver.setSolution(len(columns), np.array(columns, dtype=np.int32), np.array(counts, dtype=float))


def _sums(most: int, able: Mapping[int, int]) -> list[int]:
    """All loads up to the most that whole units can come to, nothing included."""
    found, within = 1, (1 << (most + 1)) - 1  # a bit for each load
    for load, count in able.items():
        for _ in range(min(count, most // load) if load else 0):
            found |= found << load & within
    return [load for load in range(most + 1) if found >> load & 1]


_ROUNDS = 12  # of looking for lines that the relaxed answer breaks; each makes it dearer, and few are needed
_REACH = -1.0  # the first search looks at no dearer columns: those that the relaxed answer uses will mostly do
_WHOLE = 1e-4  # what a bound may miss of a whole number by rounding
_OPTIONS: Mapping[str, bool | int | float | str] = {
    "output_flag": False,
    # One thread, one seed: the same tables must give the same answer, whatever the machine.
    "threads": 1,
    "parallel": "off",
    "random_seed": 0,
    # The solver's own gap would call an answer optimal that is a ten-thousandth worse.
    "mip_rel_gap": 0.0,
    "primal_feasibility_tolerance": 1e-9,
    "mip_feasibility_tolerance": 1e-9,
    "mip_abs_gap": 0.99,  # all values are whole: less than one apart is equal
}
