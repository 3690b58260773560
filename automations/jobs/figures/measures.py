"""What a group of a team's own figure comes to: how many, or the sum, mean or median of their numbers."""

from __future__ import annotations

from math import fsum
from statistics import fmean, median
from typing import Any

from automations.model.values import is_number


def measured(name: str, values: list[Any]) -> float | None:
    """What the values come to; None where none of them is a number."""
    if name == "count":
        return len(values)
    numbers: list[float] = list(filter(is_number, values))
    if not numbers:
        return None
    if name == "sum":
        return fsum(numbers)  # whatever the order of the rows
    return float(fmean(numbers) if name == "mean" else median(numbers))
