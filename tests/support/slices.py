"""A seeded slice of what takes long: another one each day in `make test`, the whole in `make soak`."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from random import Random
from typing import TypeVar

import pytest

SEED = "KIM_SLICE"
"""What today's slice is drawn with; a slice that failed is drawn again with its name. `whole` takes everything."""
WHOLE = "whole"
T = TypeVar("T")


def seed() -> str:
    """What this session's slices are drawn with: said once, and inherited by all its processes."""
    return os.environ.setdefault(SEED, date.today().isoformat())  # noqa: DTZ011 - any day does


def some(items: Sequence[T], number: int, name: str) -> list[T]:
    """So many of them, in their order; all of them where the whole is asked for. `name` is that of what is sliced."""
    if seed() == WHOLE or number >= len(items):
        return list(items)
    drawn = Random(f"{seed()} {name}").sample(range(len(items)), number)  # noqa: S311 - a slice, no secret
    return [items[place] for place in sorted(drawn)]


def of_each_kind(items: Sequence[T], shows: Callable[[T], Iterable[object]]) -> list[T]:
    """Few of them that together show all that they show: these run every day, the others may be sliced."""
    shown = [(item, set(shows(item))) for item in items]
    left, kept = {each for _, found in shown for each in found}, list[T]()
    while left:
        item, found = max(shown, key=lambda one: len(left & one[1]))
        kept.append(item)
        left -= found
    return kept


def leave_to_soak(items: Iterable[pytest.Item]) -> None:
    """Mark as `soak` what `sliced(number)` leaves out of each test's parameters, and all that is sliced where the whole
    is asked for."""
    tests: dict[str, list[pytest.Item]] = {}
    for item in items:
        if item.get_closest_marker("sliced"):
            tests.setdefault(item.nodeid.partition("[")[0], []).append(item)
    for name, family in tests.items():
        mark = family[0].get_closest_marker("sliced")
        number = mark.args[0] if mark and mark.args else len(family)
        kept = [] if seed() == WHOLE else some(family, number, name)
        for item in family:
            if item not in kept:
                item.add_marker("soak")
