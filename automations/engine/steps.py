"""The steps of a run as they are told and timed: their seconds add up to the run."""

from __future__ import annotations

import time as stopwatch
from collections.abc import Callable, Mapping

Step = Callable[[str], None]  # is told each step of a run before it is done (progress, and crash tests)

_PLAN = "plan"


class Steps:
    """Passes each step on, and counts how long it took until the next one; a step may come twice."""

    def __init__(self, step: Step) -> None:
        self._step, self._name, self._since = step, "", stopwatch.perf_counter()
        self._seconds: dict[str, float] = {}

    def __call__(self, name: str) -> None:
        """A step begins, and with that the one before it is over."""
        self._lap()
        self._name = name
        self._step(name)

    def _lap(self) -> None:
        now = stopwatch.perf_counter()
        if self._name:
            self._seconds[self._name] = self._seconds.get(self._name, 0.0) + now - self._since
        self._since = now

    def seconds(self, planning: Mapping[str, float]) -> dict[str, float]:
        """Seconds by step until now. `planning` says what the last plan was made of: its parts stand for themselves,
        and "plan" is the rest of that step."""
        self._lap()
        parts = {name: seconds for name, seconds in planning.items() if name != _PLAN}
        # Never below zero: both are rounded, and the parts may add up to a millisecond more.
        rest = max(self._seconds.get(_PLAN, 0.0) - sum(parts.values()), 0.0)
        return {name: round(value, 3) for name, value in {**self._seconds, **parts, _PLAN: rest}.items()}


class Watch:
    """How long each share of a step took; a share may come twice."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self._last = stopwatch.perf_counter()

    def lap(self, name: str) -> None:
        """What was done since the last lap was this."""
        now = stopwatch.perf_counter()
        self.seconds[name] = round(self.seconds.get(name, 0.0) + now - self._last, 3)
        self._last = now
