"""Counts for workbooks without personal rows: rounded, so that two days do not show one person."""

from __future__ import annotations


def rounded(count: int, base: int) -> int:
    """The nearest multiple of `base`; halves go up."""
    return (2 * count + base) // (2 * base) * base
