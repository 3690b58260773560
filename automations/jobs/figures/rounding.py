"""Counts for workbooks without personal rows: rounded, so that two days do not show one person."""

from __future__ import annotations

from collections.abc import Sequence


def rounded(count: int, base: int) -> int:
    """The nearest multiple of `base`; halves go up."""
    return (2 * count + base) // (2 * base) * base


def rounded_together(counts: Sequence[int], base: int) -> list[int]:
    """Multiples of `base` next to the counts, up or down, that add up to their rounded total.

    Each rounded by itself would not add up, and what they miss together tells how far each one is from what is shown.
    """
    down = [count // base * base for count in counts]
    more = (rounded(sum(counts), base) - sum(down)) // base
    # Those that lose most by rounding down go up; of equals the earlier one, so that two days agree.
    first = sorted(range(len(counts)), key=lambda place: down[place] - counts[place])[:more]
    return [count + base * (place in first) for place, count in enumerate(down)]
