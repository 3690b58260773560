"""What could have been reached with eighteen months of arrivals, had they been known before.

The relaxed program (units may be shared out) is solved: a bound that no way of assigning, however
clever, can exceed. Shares of it are therefore a little too modest.
"""

from __future__ import annotations

from collections.abc import Sequence

import highspy
import numpy as np

from automations.jobs.assigning.units import Unit, Worker


def best_in_hindsight(
    workers: Sequence[Worker], units: Sequence[tuple[int, int, Unit]], ends: Sequence[tuple[int, int, int]]
) -> tuple[float, float, float]:
    """(people served in a shared language, people assigned, highest relative load): most people
    assigned, then most served, then the lowest maximum; each within every capacity on every day."""
    program = _Hindsight(workers, units, ends)
    assigned = program.maximise(program.people)
    program.keep(program.people, assigned)
    served = program.maximise(program.served)
    program.keep(program.served, served)
    highest = -program.maximise(-program.peak)
    return served, assigned, highest


class _Hindsight:
    def __init__(
        self, workers: Sequence[Worker], units: Sequence[tuple[int, int, Unit]], ends: Sequence[tuple[int, int, int]]
    ) -> None:
        size = len(units) * len(workers)
        self._solver = highspy.Highs()
        for name, value in (("output_flag", False), ("threads", 1), ("random_seed", 0)):
            self._solver.setOptionValue(name, value)
        everyone = [(u, w) for u in range(len(units)) for w in range(len(workers))]
        self.served = np.array(
            [*(units[u][2].served(workers[w].person.languages) for u, w in everyone), 0], dtype=float
        )
        self.people = np.array([*(units[u][2].people for u, _ in everyone), 0], dtype=float)
        self.peak = np.array([*([0] * size), 1], dtype=float)
        self._solver.addVars(size + 1, np.zeros(size + 1), np.ones(size + 1))
        self._solver.changeObjectiveSense(highspy.ObjSense.kMaximize)
        for u in range(len(units)):
            columns = np.arange(u * len(workers), (u + 1) * len(workers), dtype=np.int32)
            self._solver.addRow(-highspy.kHighsInf, 1.0, len(columns), columns, np.ones(len(columns)))
        for w, worker in enumerate(workers):
            for day in sorted({arrival for arrival, _, _ in units}):
                there = [u for u, (first, last, _) in enumerate(units) if first <= day <= last]
                old = sum(load for index, last, load in ends if index == w and last >= day)
                columns = np.array([*(u * len(workers) + w for u in there), size], dtype=np.int32)
                loads = np.array([*(units[u][2].load for u in there), -worker.capacity], dtype=float)
                self._solver.addRow(-highspy.kHighsInf, -old, len(columns), columns, loads)

    def maximise(self, goal: np.ndarray) -> float:
        """The best value of a goal."""
        self._solver.changeColsCost(len(goal), np.arange(len(goal), dtype=np.int32), goal)
        self._solver.run()
        return float(self._solver.getInfo().objective_function_value)

    def keep(self, goal: np.ndarray, value: float) -> None:
        """Later goals may not cost this one anything."""
        used = np.flatnonzero(goal).astype(np.int32)
        self._solver.addRow(value - 1e-6, highspy.kHighsInf, len(used), used, goal[used])
