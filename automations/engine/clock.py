"""Whether the machine's clock can be right, compared with the last run that went through."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from automations.common.texts import Texts

if TYPE_CHECKING:
    from automations.ledger.glimpse import Answering

_BACKWARDS = timedelta(minutes=10)  # clocks of two machines of one team may differ by that much
_AHEAD = timedelta(days=400)  # longer than any holiday: a year without a run is a wrong clock


def clock_trouble(last: datetime | None, now: datetime, say: Texts) -> str:
    """What is wrong with the clock, compared with that of the last run that went through; "" for nothing."""
    if last is None:
        return ""
    if now < last - _BACKWARDS:
        return say.say("The clock says {now:%d.%m.%Y %H:%M}, but the last run was later, on {last:%d.%m.%Y %H:%M}.",
                       now=now, last=last.astimezone(now.tzinfo))  # fmt: skip
    if now > last + _AHEAD:
        return say.say("The clock says {now:%d.%m.%Y}, more than a year after the last run on {last:%d.%m.%Y}.",
                       now=now, last=last.astimezone(now.tzinfo))  # fmt: skip
    return ""


def last_clock(ledger: Answering) -> datetime | None:
    """The clock of the last run that was not refused; None before the first."""
    from automations.model.fact_kinds.course import Clock  # here: who has it already needs none of the kinds of facts

    return (ledger.fact(Clock) or Clock()).at
