"""How few slips of the pen lie between two words."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache


def is_slip(one: str, two: str, most: int) -> bool:
    """Whether at most so many letters are missing, too many, wrong, or swapped with their neighbour."""
    return _distance()(one, two, score_cutoff=most) <= most


@cache
def _distance() -> Callable[..., int]:
    """Loaded for the first two words: most runs compare none, as the verdicts on known pairs are kept."""
    from rapidfuzz.distance import OSA

    found: Callable[..., int] = OSA.distance
    return found
