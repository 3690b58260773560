"""What clients wrote that only people can judge, as facts of the ledger until somebody has answered."""

from __future__ import annotations

from typing import Literal

from automations.messages.incoming import Reading
from automations.model.fact_kinds.messages import Letter
from automations.model.history import Reply
from automations.model.plan import Fact
from automations.model.values import digest

About = Literal["words", "contrary", "objection", "text", "maybe", "counter", "handed_on"]
"""words: written beside a button, which counts · contrary: they speak against the button · objection: nobody knows
whether it is the client's · text: the answer to a text message, which has no buttons · maybe, counter,
handed_on: what a calendar says."""


def letter_fact(about: About, reply: Reply, reading: Reading) -> Fact:
    """What was written, under a key that names the case first: erasing the case reaches it. `reply` is what the
    message would be, had it been plain."""
    # The case goes in: one letter about two members of a household is two questions.
    mark = digest(reading.identity, about, reply.case)[:12]
    letter = Letter(
        about,
        reply.case,
        reply.appointment,
        reply.version,
        reply.action,
        status=str(reply.seen.get("status", "")),
        at=reply.at,
        words=reading.remark.text if about != "objection" else "",
        reason=_reason(reading) if about == "objection" else "",
    )
    return letter.under(f"{reply.case}/{mark}")


def _reason(reading: Reading) -> str:
    if reading.forged:
        return "forged"
    return "long" if reading.long else "unknown"
