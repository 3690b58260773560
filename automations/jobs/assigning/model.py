"""The assignment as an integer program, level after level, on HiGHS.

Each level is solved to proven optimality under the condition that no earlier level loses anything.
The search is bounded in nodes, not in seconds, runs on one thread and with a fixed seed: the same
batch gives the same answer on every machine."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal

from msgspec import Struct

from automations.jobs.assigning.batch import Batch, Choice
from automations.jobs.assigning.groups import choice_of, flows_of, make_groups

if TYPE_CHECKING:
    from automations.jobs.assigning.program import Lines

LevelStatus = Literal["proven", "limit"]

_MANY = 20_000  # pairs of groups and colleagues: beyond, ties are left as the solver (one thread, one seed) set them


class Level(Struct, frozen=True):
    """How a level ended: its value, the best that was not ruled out, and whether they are equal."""

    goal: str
    value: int
    bound: int
    status: LevelStatus

    @property
    def gap(self) -> float:
        """What may be missing, as a share of the bound; 0 where the level is proven optimal."""
        return abs(self.bound - self.value) / max(1, abs(self.bound))


def solve(batch: Batch, goals: Sequence[str], start: Choice, node_limit: int) -> tuple[Choice, tuple[Level, ...]]:
    """The best choice and how each level ended. `start` must keep the hard rules; the answer is
    never worse than it. Raises SolverError."""
    if not any(batch.offers):
        return {}, tuple(Level(goal, 0, 0, "proven") for goal in goals)
    choice = dict(start)
    lines: Lines = defaultdict(list)
    levels: list[Level] = []
    active: list[Level] = []
    for goal in goals:
        everybody = len(choice) == len(batch.units)
        # Nothing to gain: with everybody served these four are at their highest whoever serves them.
        if everybody and goal in {"emergency", "high", "people", "waiting"}:
            value = batch.value(goal, choice)
            levels.append(Level(goal, value, value, "proven"))
            continue
        choice, level = _level(batch, goal, active, choice, node_limit, lines)
        levels.append(level)
        # Only levels that cost something become conditions; each makes the next program harder.
        active.append(level)
    return _settled(batch, active, choice, node_limit, lines), tuple(levels)


def _settled(batch: Batch, earlier: Sequence[Level], choice: Choice, node_limit: int, lines: Lines) -> dict[int, int]:
    """Of equally good choices the one that moves the fewest units of the choice before; without one the
    same each time."""
    if not batch.kept:
        return _without_ties(batch, earlier, choice, lines)
    return _level(batch, "stay", earlier, choice, node_limit, lines)[0]


def _without_ties(batch: Batch, earlier: Sequence[Level], choice: Choice, lines: Lines) -> dict[int, int]:
    """Of equally good choices the same one each time, as far as it is found without a search."""
    groups = make_groups(batch, [*(level.goal for level in earlier), "order"])
    if sum(len(group.offers) for group in groups) > _MANY:
        return dict(choice)
    found, _ = _searched(batch, [*earlier, Level("order", 0, 0, "limit")], choice, 1, lines)
    # Counted anew in whole numbers: the solver keeps its rows in doubles, and a lost point would be a broken promise.
    lost = any(batch.value(level.goal, found) < level.value for level in earlier)
    return dict(choice) if lost else found


def _level(
    batch: Batch, goal: str, earlier: Sequence[Level], start: Choice, node_limit: int, lines: Lines
) -> tuple[dict[int, int], Level]:
    value, limit = batch.value(goal, start), _upper_bound(batch, goal)
    if value >= limit:
        return dict(start), Level(goal, value, value, "proven")
    choice, bound = _searched(batch, [*earlier, Level(goal, value, 0, "limit")], start, node_limit, lines)
    lost = any(batch.value(level.goal, choice) < level.value for level in earlier)
    if lost or batch.value(goal, choice) <= value:  # as good as before: nothing moves
        choice = dict(start)
    value = batch.value(goal, choice)
    bound = max(value, int(min(bound, limit)))
    return choice, Level(goal, value, bound, "proven" if bound == value else "limit")


def _searched(
    batch: Batch, levels: Sequence[Level], start: Choice, node_limit: int, lines: Lines | None
) -> tuple[dict[int, int], int]:
    """What a program of the last level finds, and its bound; the others are kept. Lines are a help that numbers of
    their size may spoil: what is decided does not rest on them."""
    # Here: where nobody has room for anybody, nothing is searched, and the solver takes long to load.
    from automations.jobs.assigning.program import Program, SolverError

    goals = [level.goal for level in levels]
    groups = make_groups(batch, goals)
    program = Program(batch, groups, goals, lines, everybody=len(start) == len(batch.units))
    for level in levels[:-1]:
        program.keep(level.goal, level.value)
    try:
        flows, bound = program.maximise(
            goals[-1], flows_of(groups, start), node_limit, held=levels[-1].value, thorough=goals[-1] != "order"
        )
    except SolverError:
        if lines is None:
            raise
        # Once more without the lines, which are only a help. Without them there is nothing left to leave out.
        return _searched(batch, levels, start, node_limit, None)
    return choice_of(groups, flows), bound


def _upper_bound(batch: Batch, goal: str) -> float:
    """What no choice can exceed, seen at a glance."""
    # Its bound is not seen at a glance: it depends on how whole units can be spread.
    if goal == "evenness":
        return math.inf
    if goal == "rules":
        return 0
    if goal == "stay":
        return len(batch.kept)
    return sum(
        max((batch.gain(goal, index, offer) for offer in offers), default=0)
        for index, offers in enumerate(batch.offers)
    )
