"""The mailbox that answers go to, read over IMAP. What is read stays unread until it was remembered.

Why: docs/decisions/05-no-web-server.md
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import date
from email.message import Message
from imaplib import IMAP4
from time import monotonic
from typing import Protocol

from imap_tools import AND, BaseMailBox, MailMessageFlags
from imap_tools.utils import encode_folder

from automations.common.texts import Texts
from automations.messages.mailbox import open_mailbox
from automations.messages.mailbox_problem import MailboxProblem
from automations.messages.settings import InboxSettings

MOST_LETTERS = 2000
"""In one run; the others wait for the next."""

LONGEST = 300.0
"""Seconds that letters of one run may take in all; the others wait for the next. A server that takes half a minute
for each must not hold a run for hours."""

_LARGEST = 3_000_000
"""Bytes. Answers are short; something larger is left to people unread."""


@dataclass(frozen=True, slots=True)
class Letter:
    """A message and its number in the mailbox; of one that is too large, only the head."""

    uid: int
    message: Message
    whole: bool = True


class OpenInbox(Protocol):
    """A mailbox while it is open. Every method may raise MailboxProblem."""

    @property
    def validity(self) -> int:
        """Numbers mean the same messages as long as this stays the same (UIDVALIDITY, RFC 9051)."""

    def letters(self, after: int, since: date) -> Iterator[Letter]:
        """Messages with a number above `after` that arrived on `since` or later, in their order, read or not
        (people may have looked at them first)."""

    def has_letters(self, after: int, since: date) -> bool:
        """Whether `letters` would give any."""

    def put_away(self, uid: int) -> None:
        """Mark a message as read, and move it to the folder for such messages if there is one."""

    def unread(self) -> int:
        """How many messages nobody has read."""


class Inbox(Protocol):
    """A mailbox that can be opened."""

    def opened(self) -> AbstractContextManager[OpenInbox]:
        """The mailbox, for the time of a `with`. Raises MailboxProblem, also for what breaks inside."""


@dataclass(frozen=True, slots=True)
class ImapInbox:
    """A mailbox on a server. Reasons are given in the language of `words`."""

    settings: InboxSettings
    words: Texts

    @contextmanager
    def opened(self) -> Iterator[OpenInbox]:
        """See Inbox."""
        with open_mailbox(self.settings, self.words) as box:
            validity = box.folder.status(self.settings.folder)["UIDVALIDITY"]
            yield _OpenImap(box, self.settings, validity, can_file=_can_file(box, self.settings.processed))


@dataclass(frozen=True, slots=True)
class _OpenImap:
    box: BaseMailBox
    settings: InboxSettings
    validity: int
    can_file: bool

    def letters(self, after: int, since: date) -> Iterator[Letter]:
        end = monotonic() + LONGEST
        for uid in self._fresh(after, since)[:MOST_LETTERS]:
            yield from self._letter(uid)
            # After the letter and not before, so that each run gets on by one at least.
            if monotonic() > end:
                return

    def has_letters(self, after: int, since: date) -> bool:
        return bool(self._fresh(after, since))

    def _fresh(self, after: int, since: date) -> list[int]:
        # `N:*` gives the newest letter even where its number is below N (RFC 9051, 6.4.4), hence the second look.
        known = self.box.uids(AND(date_gte=since, uid=f"{after + 1}:*"))
        return sorted(uid for uid in (int(uid) for uid in known) if uid > after)

    def _letter(self, uid: int) -> Iterator[Letter]:
        # The size comes with the head: a letter of many megabytes is never fetched.
        for head in self.box.fetch(uid_list=str(uid), mark_seen=False, headers_only=True):
            if head.size_rfc822 > _LARGEST:
                yield Letter(uid, head.obj, whole=False)
                return
        for found in self.box.fetch(uid_list=str(uid), mark_seen=False):
            yield Letter(uid, found.obj)

    def put_away(self, uid: int) -> None:
        # Not `flag` and `move` of the library: they expunge, and what people marked as deleted is theirs.
        client = self.box.client
        _expect(client.uid("STORE", str(uid), "+FLAGS", f"({MailMessageFlags.SEEN})"))
        if self.can_file:
            _expect(client.uid("MOVE", str(uid), encode_folder(self.settings.processed).decode("ascii")))

    def unread(self) -> int:
        return len(self.box.uids(AND(seen=False)))


def _can_file(box: BaseMailBox, folder: str) -> bool:
    """Whether there is such a folder, and a command to move messages there (RFC 6851). Servers name
    their commands once more after the login, and imaplib does not ask by itself."""
    if not folder or not box.folder.exists(folder):
        return False
    _, named = box.client.capability()
    return any(b"MOVE" in line.upper().split() for line in named if isinstance(line, bytes))


def _expect(answer: tuple[str, list[object]]) -> None:
    if answer[0] != "OK":
        raise IMAP4.error(str(answer[1]))


__all__ = ["ImapInbox", "Inbox", "Letter", "MailboxProblem", "OpenInbox"]
