"""A mailbox in memory: does what a server does, and breaks when told to."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from email.message import Message

from automations.messages.inbox import Letter, MailboxProblem, OpenInbox
from tests.support.letters import reread


@dataclass
class FakeInbox:
    """`breaks` is the number of steps after which the line is cut (None: never)."""

    validity: int = 1
    letters_in: dict[int, Message] = field(default_factory=dict)
    arrived: dict[int, date] = field(default_factory=dict)
    seen: set[int] = field(default_factory=set)
    breaks: int | None = None

    def put(self, *messages: Message, on: date = date(2024, 10, 31)) -> None:
        """Messages arrive."""
        for message in messages:
            uid = len(self.letters_in) + 1
            self.letters_in[uid], self.arrived[uid] = reread(message), on

    @contextmanager
    def opened(self) -> Iterator[OpenInbox]:
        """See Inbox."""
        self._step()
        yield self

    def letters(self, after: int, since: date) -> Iterator[Letter]:
        """See OpenInbox."""
        self._step()
        for uid, message in sorted(self.letters_in.items()):
            if uid > after and self.arrived[uid] >= since:
                yield Letter(uid, message)

    def has_letters(self, after: int, since: date) -> bool:
        """See OpenInbox."""
        return any(True for _ in self.letters(after, since))

    def put_away(self, uid: int) -> None:
        """See OpenInbox."""
        self._step()
        self.seen.add(uid)

    def unread(self) -> int:
        """See OpenInbox."""
        self._step()
        return len(set(self.letters_in) - self.seen)

    def _step(self) -> None:
        if self.breaks is not None:
            self.breaks -= 1
            if self.breaks < 0:
                raise MailboxProblem("localhost:993: the line is dead")
