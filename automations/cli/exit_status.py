"""How a command ends: its exit status, and what it says when something does not exist."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING

from automations.common.errors import PlainError

if TYPE_CHECKING:
    from automations.common.texts import Texts

DONE, ATTENTION, USAGE, BUSY, REFUSED = range(5)
"""done · done, but something failed or is held · usage or config · workbook busy · refused by a guard"""

STATUSES: Mapping[str, int] = MappingProxyType({"done": DONE, "attention": ATTENTION, "busy": BUSY, "refused": REFUSED})
"""Exit statuses by the outcome of a run."""

OUTCOMES: Mapping[int, str] = MappingProxyType({**{status: name for name, status in STATUSES.items()}, USAGE: "config"})
"""What a command's JSON document calls them."""


class UsageError(PlainError):
    """What was typed makes no sense, in one sentence."""


def refuse_beside(typed: object, what: str, beside: str, say: Texts) -> None:
    """Raise UsageError for what was typed and is not read: whoever typed it would take it for done."""
    if typed:
        raise UsageError(say.say("{what} does not go with “{beside}”.", what=what, beside=beside))


def refuse_without(typed: object, what: str, needed: str, say: Texts) -> None:
    """The same of what is read beside something else alone."""
    if typed:
        raise UsageError(say.say("{what} does nothing without {needed}.", what=what, needed=needed))


def was_typed(arguments: Namespace, option: str) -> bool:
    """Whether an option stands in the command line, whatever its default."""
    return option in getattr(arguments, "given", ()) or getattr(arguments, option.removeprefix("--"), None) is True
