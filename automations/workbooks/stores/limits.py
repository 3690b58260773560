"""How large a workbook may unpack: one definition for whoever reads it and whoever changes it.

Were they two, a file could be read and planned for, and then not be written.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

MAX_UNPACKED: Final = 2**30
"""Bytes that all parts together may unpack to: a workbook of 1 000 000 rows x 15 columns needs 0.6 GB."""

_RATIO_SIZE, _MAX_RATIO = 32 * 2**20, 400


def is_bomb(size: int, packed: int) -> bool:
    """Whether a part is packed to do harm. Parts above 32 MB may not shrink to less than a 400th; sheets of real
    workbooks shrink to between a fifth and a fortieth."""
    return size > _RATIO_SIZE and size > _MAX_RATIO * max(packed, 1)


def is_too_large(sizes: Iterable[int]) -> bool:
    """Whether the parts together would not fit into memory."""
    return sum(sizes) > MAX_UNPACKED
