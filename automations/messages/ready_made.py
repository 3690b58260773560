"""What each button says: mails are made with it, and answers read by it."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from automations.messages.reply_tokens import Action

READY_MADE: Mapping[Action, str] = MappingProxyType(
    {
        "confirm": "Yes, I am coming",
        "cancel": "No, I cannot come",
        "object": "STOP – no more reminders",
    }
)
"""What each button says, in English; the catalogues hold it in the clients' languages."""

AT_A_DISTANCE: Mapping[Action, str] = MappingProxyType(
    {**READY_MADE, "confirm": "Yes, that suits me", "cancel": "No, I have no time"}
)
"""The same where nobody comes anywhere: a call, a video meeting, a visit at home."""
