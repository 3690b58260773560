"""What the fleet says when it cannot go on."""

from __future__ import annotations

from automations.common.texts import Texts


class FleetError(Exception):
    """What is wrong, and what to do about it, in English sentences that a catalogue knows; both may hold `{names}`."""

    def __init__(self, message: str, advice: str = "", **values: object) -> None:
        self.msgids, self.values = (message, advice), values
        super().__init__(message.format(**values))

    def told(self, say: Texts) -> str:
        """Both sentences in the reader's language."""
        return " ".join(say.say(part, **self.values) for part in self.msgids if part)
