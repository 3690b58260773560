"""A mailbox reached over IMAP, always encrypted and always with the certificate checked."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import date
from email.message import Message
from imaplib import IMAP4, IMAP4_SSL
from time import monotonic

from imap_tools import AND, BaseMailBox, ImapToolsError, MailBox, MailboxLoginError, MailMessageFlags
from imap_tools.errors import UnexpectedCommandStatusError
from imap_tools.utils import encode_folder
from msgspec import Struct

from automations.common.texts import Texts
from automations.messages.bounded_stream import BoundedStream
from automations.messages.credentials import CredentialsError, Secret, secret
from automations.messages.inbox import Letter, MailboxProblem, NotPutAwayError, OpenInbox
from automations.messages.settings import ImapSettings, InboxSettings
from automations.messages.smtp import tls_context
from automations.messages.trouble import trouble

MOST_LETTERS = 2000  # in one run; the others wait for the next

LONGEST = 300.0
"""Seconds that letters of one run may take in all; the others wait for the next. A server that takes half a minute
for each must not hold a run for hours."""

_LARGEST = 3_000_000  # bytes. Answers are short; something larger is left to people unread.
_MOST_ANSWER = 2**25  # bytes of one answer: the largest message that is read, and lists of all numbers
_PATIENCE = 60.0


@contextmanager
def open_mailbox(settings: ImapSettings, words: Texts) -> Iterator[BaseMailBox]:
    """The mailbox of the settings, its folder selected. Raises MailboxProblem, also for whatever goes
    wrong with the connection inside the `with`."""
    place = f"{settings.host}:{settings.port}"
    try:
        box = _logged_in(settings, secret(settings, words))
        try:
            yield box
        finally:
            # What was read is read, whatever becomes of the goodbye; one without an answer leaves the connection open.
            for goodbye in (box.logout, box.client.shutdown):
                with suppress(OSError, IMAP4.error, ImapToolsError):
                    goodbye()
    except CredentialsError as error:
        raise MailboxProblem(str(error)) from error
    except (OSError, IMAP4.error, ImapToolsError) as error:
        raise MailboxProblem(f"{place}: {trouble(error, settings.timeout_seconds, words)}") from error


class _Client(IMAP4_SSL):
    """imaplib, with a deadline and a size for each answer of the server."""

    def open(self, host: str = "", port: int | None = 993, timeout: float | None = None) -> None:
        """Connect; what the server says is read through a BoundedStream."""
        super().open(host, port or 993, timeout)
        self.file = BoundedStream(self.sock, timeout or _PATIENCE, _MOST_ANSWER)  # type: ignore[assignment]

    def send(self, data: bytes) -> None:  # type: ignore[override]
        """Ask something: its answer has its own time and size."""
        self.file.begin()  # type: ignore[attr-defined]
        super().send(data)


class _Box(MailBox):
    def _get_mailbox_client(self) -> IMAP4_SSL:
        return _Client(self._host, self._port, ssl_context=self._ssl_context, timeout=self._timeout)


def _logged_in(settings: ImapSettings, found: Secret) -> BaseMailBox:
    box = _Box(
        settings.host, settings.port, timeout=settings.timeout_seconds, ssl_context=tls_context(settings.ca_file)
    )
    plain = box.login if f"{settings.user}{found.text}".isascii() else box.login_utf8
    log_in = box.xoauth2 if found.kind == "token" else plain
    try:
        try:
            log_in(settings.user, found.text, None)
        except IMAP4.error as error:  # some ways of logging in have no error of their own for a no
            if isinstance(error, IMAP4.abort):
                raise
            raise MailboxLoginError(("NO", [str(error).encode()]), "OK") from error
        try:
            box.folder.set(settings.folder)
        except IMAP4.readonly:  # what cannot be marked can still be read
            box.folder.set(settings.folder, readonly=True)
    except BaseException:
        box.client.shutdown()
        raise
    return box


class ImapInbox(Struct, frozen=True):
    """A mailbox on a server. Reasons are given in the language of `words`."""

    settings: InboxSettings
    words: Texts

    @contextmanager
    def opened(self) -> Iterator[OpenInbox]:
        """See Inbox."""
        with open_mailbox(self.settings, self.words) as box:
            validity = box.folder.status(self.settings.folder)["UIDVALIDITY"]
            yield _OpenImap(box, self.settings, validity, can_file=_can_file(box, self.settings.processed))


class _OpenImap(Struct, frozen=True):
    box: BaseMailBox
    settings: InboxSettings
    validity: int
    can_file: bool

    def letters(self, after: int, since: date) -> Iterator[Letter]:
        end, withheld = monotonic() + LONGEST, {}
        for uid in self._fresh(after, since)[:MOST_LETTERS]:
            try:
                letters = list(self._letter(uid))
            except UnexpectedCommandStatusError as error:
                withheld[uid] = error
                continue
            # The fault is theirs, as the server gives out others: they must not keep these from being read.
            yield from (Letter(lost, Message(), whole=False) for lost in withheld)
            withheld.clear()
            yield from letters
            # After the letter and not before, so that each run gets on by one at least.
            if monotonic() > end:
                return
        for refused in withheld.values():  # the server's, perhaps: the next run asks again
            raise refused

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
        self._change("STORE", str(uid), "+FLAGS", f"({MailMessageFlags.SEEN})")
        if self.can_file:
            self._change("MOVE", str(uid), encode_folder(self.settings.processed).decode("ascii"))

    def _change(self, *command: str) -> None:
        status, said = self.box.client.uid(*command)
        if status != "OK":
            # Without that imaplib ends at its next command where the answer says [READ-ONLY].
            self.box.client.is_readonly = True
            raise NotPutAwayError(
                b" ".join(part for part in said if isinstance(part, bytes)).decode("utf-8", "replace")
            )

    def unread(self) -> int:
        return len(self.box.uids(AND(seen=False)))


def _can_file(box: BaseMailBox, folder: str) -> bool:
    """Whether there is such a folder, and a command to move messages there (RFC 6851). Servers name
    their commands once more after the login, and imaplib does not ask by itself."""
    if not folder or not box.folder.exists(folder):
        return False
    _, named = box.client.capability()
    return any(b"MOVE" in line.upper().split() for line in named if isinstance(line, bytes))
