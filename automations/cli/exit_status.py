"""How a command ends: its exit status, and what it says when something does not exist."""

from collections.abc import Mapping
from types import MappingProxyType

from automations.common.errors import PlainError

DONE, ATTENTION, USAGE, BUSY, REFUSED = range(5)
"""done · done, but something failed or is held · usage or config · workbook busy · refused by a guard"""

STATUSES: Mapping[str, int] = MappingProxyType({"done": DONE, "attention": ATTENTION, "busy": BUSY, "refused": REFUSED})
"""Exit statuses by the outcome of a run."""

OUTCOMES: Mapping[int, str] = MappingProxyType({**{status: name for name, status in STATUSES.items()}, USAGE: "config"})
"""What a command's JSON document calls them."""


class UsageError(PlainError):
    """What was typed makes no sense, in one sentence."""
