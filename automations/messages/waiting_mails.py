"""What the outbox asks of the ledger: mails that wait, and what became of them."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from typing import Protocol

from automations.model.history import MailState
from automations.model.plan import Mail


class Due(Protocol):
    """A mail that may leave, without its content."""

    @property
    def key(self) -> str:
        """Its key."""


class Queued(Protocol):
    """A mail of the outbox and how often it was tried."""

    @property
    def mail(self) -> Mail:
        """What is to be sent."""

    @property
    def attempts(self) -> int:
        """How often it was claimed before."""


class OutboxStore(Protocol):
    """What the outbox asks of the ledger. Each method commits before it returns."""

    def due(self, now: datetime) -> Sequence[Due]:
        """All mails that are queued, or to be retried by now, oldest first."""

    def sendable(self, now: datetime, keys: Sequence[str]) -> Sequence[Queued]:
        """Those of the keys that still are, oldest first, with their content."""

    def together(self) -> AbstractContextManager[None]:
        """What is claimed and settled inside the block is one commit."""

    def many_commits(self) -> AbstractContextManager[None]:
        """A series of commits follows: each of them may cost less, and lasts as ever."""

    def claim(self, key: str, now: datetime) -> bool:
        """Turn a sendable mail into `sending`; False where somebody else was faster."""

    def settle_mail(
        self,
        key: str,
        state: MailState,
        now: datetime,
        *,
        detail: str = "",
        retry_at: datetime | None = None,
        message_id: str = "",
        text: bytes = b"",
    ) -> None:
        """Record what became of a mail."""

    def arrived(self, mark: int) -> tuple[int, bool]:
        """The end of the ledger's chain, and whether since `mark` an answer, an address that bounced or objected, or
        an erasure was entered."""

    def stuck(self, now: datetime, *, older_than: timedelta = timedelta(0), unknown: bool = False) -> Sequence[Queued]:
        """Mails that a crashed run left in `sending`, claimed at least so long ago; with `unknown` also
        those that are unknown since then."""
