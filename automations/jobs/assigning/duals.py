"""Linear programs that are asked for one thing: what a unit more of each of their rows would be worth."""

from __future__ import annotations

from collections.abc import Sequence

import highspy
import numpy as np


def duals(
    costs: Sequence[float],
    highest: float,
    rows: tuple[Sequence[float], Sequence[float]],
    entries: tuple[np.ndarray, np.ndarray],
    *,
    maximise: bool = False,
) -> np.ndarray | None:
    """The worth of each row in the best answer; None where there is none. Columns run from nought to `highest`; `rows`
    are their lowest and highest sums, `entries` by column the rows that it counts in (equally many) and for what."""
    places, values = entries
    lp = highspy.HighsLp()
    lp.num_col_, lp.num_row_ = len(costs), len(rows[0])
    lp.col_cost_ = np.array(costs, dtype=float)
    lp.sense_ = highspy.ObjSense.kMaximize if maximise else highspy.ObjSense.kMinimize
    lp.col_lower_, lp.col_upper_ = np.zeros(len(costs)), np.full(len(costs), highest)
    lp.row_lower_, lp.row_upper_ = np.array(rows[0], dtype=float), np.array(rows[1], dtype=float)
    lp.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    lp.a_matrix_.start_ = np.arange(0, places.size + 1, places.size // len(costs), dtype=np.int32)
    lp.a_matrix_.index_, lp.a_matrix_.value_ = places.astype(np.int32), values.astype(float)
    solver = highspy.Highs()  # type: ignore[no-untyped-call]  # the library has no types
    solver.setOptionValue("output_flag", False)  # noqa: FBT003 (the library's own signature)
    # More threads find another of several equal answers now and then, and the same batch would be decided differently.
    solver.setOptionValue("threads", 1)
    solver.passModel(lp)
    solver.run()
    if solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
        return None
    return np.array(solver.getSolution().row_dual)
