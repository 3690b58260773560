"""A mailbox opened over IMAP, always encrypted and always with the certificate checked."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from imaplib import IMAP4, IMAP4_SSL

from imap_tools import BaseMailBox, ImapToolsError, MailBox

from automations.common.texts import Texts
from automations.messages.bounded_stream import BoundedStream
from automations.messages.credentials import CredentialsError, Secret, secret
from automations.messages.mailbox_problem import MailboxProblem
from automations.messages.settings import ImapSettings
from automations.messages.smtp import tls_context
from automations.messages.trouble import trouble

_MOST_ANSWER = 2**25
"""Bytes of one answer: the largest message that is read, and lists of all numbers."""
_PATIENCE = 60.0


@contextmanager
def open_mailbox(settings: ImapSettings, words: Texts) -> Iterator[BaseMailBox]:
    """The mailbox of the settings, its folder selected. Raises MailboxProblem, also for whatever goes
    wrong with the connection inside the `with`."""
    place = f"{settings.host}:{settings.port}"
    try:
        box = _logged_in(settings, secret(settings, words))
        try:
            with box as opened:
                yield opened
        finally:  # a goodbye that gets no answer leaves the connection open
            with suppress(OSError):
                box.client.shutdown()
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
    log_in = box.xoauth2 if found.kind == "token" else box.login
    try:
        return log_in(settings.user, found.text, settings.folder)
    except BaseException:
        box.client.shutdown()
        raise
