"""What every way of delivering a message has in common."""

from __future__ import annotations

from dataclasses import dataclass
from email.message import EmailMessage
from typing import Literal, Protocol, runtime_checkable

DeliveryState = Literal["sent", "retry", "failed", "unknown", "test"]


@dataclass(frozen=True, slots=True)
class Delivery:
    """What became of one message.

    sent: a server took it · retry: it was certainly not taken, later may help · failed: refused for
    good · unknown: it cannot be told whether it was taken · test: laid down where no client sees it.
    `retry_after` is in seconds (None: as usual). `down` means that the server itself is out of
    order, so that there is no point in trying the next message now.
    """

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
