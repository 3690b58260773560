"""What the fleet says when it cannot go on."""

from __future__ import annotations

from automations.common.texts import Texts


class FleetError(Exception):
    """What is wrong, and what to do about it, in English sentences that a catalogue knows; both may hold `{names}`
    (a `reason` is a sentence of the catalogue, too)."""

    def __init__(self, message: str, advice: str = "", **values: object) -> None:
        self.msgids, self.values = (message, advice), values
        super().__init__(message.format(**values))

    def told(self, say: Texts) -> str:
        """Both sentences in the reader's language."""
        values = {name: say.say(str(value)) if name == "reason" else value for name, value in self.values.items()}
        return " ".join(say.say(part, **values) for part in self.msgids if part)


class StorageError(FleetError):
    """The folder of a site is not there, or does not answer."""
