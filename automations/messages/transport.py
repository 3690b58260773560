"""What every way of delivering a message has in common; and the plainest, into a folder, for demonstrations."""

from __future__ import annotations

import hashlib
from email.message import EmailMessage
from pathlib import Path
from typing import Literal, Protocol, runtime_checkable

from msgspec import Struct

from automations.common.errors import why
from automations.common.files import write_private
from automations.common.texts import Texts, texts

DeliveryState = Literal["sent", "retry", "failed", "unknown", "test"]


class Delivery(Struct, frozen=True):
    """What became of one message.

    sent: a server took it · retry: it was certainly not taken, later may help · failed: refused for
    good · unknown: it cannot be told whether it was taken · test: laid down where no client sees it.
    `retry_after` is in seconds (None: as usual). `down` means that the server itself is out of
    order, so that there is no point in trying the next message now."""

    state: DeliveryState
    detail: str = ""
    retry_after: float | None = None
    down: bool = False


@runtime_checkable
class Connecting(Protocol):
    """A way of delivering that needs a connection first."""

    def connect(self) -> Delivery | None:
        """Connect, unless that is done; what hinders it, else None."""


class Transport(Protocol):
    """A way of delivering. `live` is False where no message can reach a client."""

    @property
    def live(self) -> bool:
        """Whether a message can reach a client."""

    def deliver(self, message: EmailMessage, recipient: str) -> Delivery:
        """Deliver to one recipient. Troubles of the world are results, not exceptions."""

    def close(self) -> None:
        """Say goodbye; delivering again is allowed."""


class FolderTransport:
    """Writes messages into `folder`, readable by its owner alone. A message delivered twice at the
    same moment is one file."""

    live = False

    def __init__(self, folder: Path, words: Texts | None = None) -> None:
        self._folder, self._words = folder, words or texts("en")

    def deliver(self, message: EmailMessage, recipient: str) -> Delivery:
        """Write the message; state "test", or "retry" where the folder cannot be written."""
        path = self._folder / _name(message, recipient)
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            # As private as the ledger: it holds names and appointments.
            write_private(path, message.as_bytes())
        except OSError as error:
            return Delivery("retry", f"{self._folder}: {self._words.say(why(error))}", down=True)
        return Delivery("test", path.name)

    def close(self) -> None:
        """Nothing to close."""


def _name(message: EmailMessage, recipient: str) -> str:
    moment = message["Date"].datetime
    # A digest, as a Message-ID holds signs that a file's name cannot.
    identity = hashlib.sha256(f"{message['Message-ID']}{recipient}".encode()).hexdigest()[:12]
    return f"{moment:%Y%m%d-%H%M%S}-{identity}.eml"
