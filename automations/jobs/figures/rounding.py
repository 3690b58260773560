"""Counts for workbooks without personal rows: rounded, so that two days do not show one person."""

from __future__ import annotations

from collections.abc import Sequence

# One alone would be the total less all others.
FEWEST_HIDDEN = 2


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


def merged_small(groups: Sequence[tuple[str | None, int]], threshold: int) -> tuple[list[tuple[str | None, int]], int]:
    """Groups for a workbook without personal rows: small ones are told together.

    Returns the groups that are large enough and the sum of the rest. The rest holds at least two
    groups and at least `threshold` persons, else nothing could be told apart from the total; where
    that cannot be, all groups are in the rest."""
    kept = sorted(((name, count) for name, count in groups if count >= threshold), key=lambda pair: pair[1])
    small = [count for _, count in groups if 0 < count < threshold]
    # One hidden group alone is the total less all others.
    while small and (len(small) < FEWEST_HIDDEN or sum(small) < threshold):
        if not kept:
            return [], sum(small)
        small.append(kept.pop(0)[1])
    names = {name for name, _ in kept}
    return [(name, count) for name, count in groups if count >= threshold and name in names], sum(small)
