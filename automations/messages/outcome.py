"""What became of the mails of one round, for those who report it: the run, `kim status`, the operator's mail."""

from __future__ import annotations

from collections import Counter
from typing import Literal, Self

from msgspec import Struct

from automations.model.history import MailState
from automations.model.plan import Mail


class Outcome(Struct, frozen=True):
    """What became of one mail in this round, and why. Without its content, as a round may be long."""

    key: str
    audience: Literal["client", "partner", "staff"]
    state: MailState
    detail: str = ""

    @classmethod
    def of(cls, mail: Mail, state: MailState, detail: str) -> Self:
        """What became of a mail."""
        return cls(mail.key, mail.audience, state, detail)


class OutboxReport(Struct, frozen=True):
    """One round of sending. `waiting` are mails that may not leave now, with the reason; `trouble`
    is what somebody must mend, the server or a template ("" for nothing)."""

    outcomes: tuple[Outcome, ...] = ()
    waiting: tuple[Outcome, ...] = ()
    trouble: str = ""

    @property
    def counts(self) -> Counter[str]:
        """How many mails ended in each state."""
        return Counter(outcome.state for outcome in self.outcomes)
