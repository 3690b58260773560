"""What clients wrote that only people can judge, as facts of the ledger until somebody has answered."""

from __future__ import annotations

from typing import Literal

from automations.messages.incoming import Reading
from automations.model.history import Reply
from automations.model.plan import Fact
from automations.model.values import Plain, digest

LETTER = "letter"
"""The kind of these facts."""

About = Literal["words", "contrary", "objection"]
"""words: written beside a button, which counts · contrary: they speak against the button · objection: nobody knows
whether it is the client's."""


def letter_fact(about: About, reply: Reply, reading: Reading) -> Fact:
    """What was written, under a key that names the case first: erasing the case reaches it. `reply` is what the
    message would be, had it been plain."""
    mark = digest(reading.identity, about, reply.case)[:12]
    data: dict[str, Plain] = {
        "about": about,
        "case": reply.case,
        "appointment": reply.appointment,
        "version": reply.version,
        "action": reply.action,
        "status": str(reply.seen.get("status", "")),
        "at": reply.at.isoformat(),
        "words": reading.remark.text if about != "objection" else "",
        "reason": _reason(reading) if about == "objection" else "",
    }
    return Fact(LETTER, f"{reply.case}/{mark}", data)


def _reason(reading: Reading) -> str:
    if reading.forged:
        return "forged"
    return "long" if reading.long else "unknown"
