"""How a command ends: its exit status (PRODUCT §4), and what it says when something does not exist."""

from automations.common.errors import PlainError

DONE, ATTENTION, USAGE, BUSY, REFUSED = range(5)
"""done · done, but something failed or is held · usage or config · workbook busy · refused by a guard"""


class UsageError(PlainError):
    """What was typed makes no sense, in one sentence."""
