"""Delivery over SMTP (RFC 5321): one connection for many mails, and an honest answer for each.

What matters is the moment at which a connection breaks. Before the final dot was sent the server
cannot have taken the mail: later is safe. After it, only the server knows."""

from __future__ import annotations

import re
import smtplib
import socket
import ssl
from base64 import b64encode
from collections.abc import Callable
from dataclasses import dataclass, field
from email.message import EmailMessage
from time import monotonic, sleep

from automations.common.texts import Texts, texts
from automations.messages.addresses import named_address
from automations.messages.bounded_stream import Smtp, SmtpTls
from automations.messages.credentials import CredentialsError, secret, xoauth2
from automations.messages.refusals import is_ours
from automations.messages.return_path import marked
from automations.messages.settings import MailSettings
from automations.messages.transport import Delivery, DeliveryState
from automations.messages.trouble import CaFileError, trouble

_CLOSING, _PERMANENT = 421, 500
_DONE, _GO_ON, _NOT_NOW, _NEVER = 2, 3, 4, 5
"""What the first digit of an answer says; a client goes by it alone (RFC 5321, 4.2.1)."""
_LEADING_DOT = re.compile(rb"^\.", re.MULTILINE)
# Characters of an answer that are kept: some servers send whole pages, and the ledger keeps each.
_SAYS = 300


class _Refused(Exception):  # noqa: N818 - an answer, not an error
    """The server's answer to a step, where it was no."""

    def __init__(self, code: int, text: bytes, step: str) -> None:
        said = text.decode("utf-8", "replace").replace("\n", " ")[:_SAYS]
        super().__init__(f"{step}: {code} {said}".strip())
        self.code, self.step = code, step


@dataclass(slots=True)
class SmtpTransport:
    """Sends through the server of the settings, certificate verified unless security is "none".

    With `archive` every mail has that address as a second envelope recipient; both are accepted
    or neither. With `test_address` all mails go there, as `test`, and there alone. `rate_per_minute` is kept with
    `pause` and `clock` (seconds that only ever grow). Reasons are given in the language of `words`."""

    settings: MailSettings
    words: Texts = field(default_factory=lambda: texts("en"))
    pause: Callable[[float], None] = sleep
    clock: Callable[[], float] = monotonic
    _server: smtplib.SMTP | None = field(default=None, init=False)
    _next: float = field(default=0.0, init=False)
    _barred: Delivery | None = field(default=None, init=False)

    @property
    def live(self) -> bool:
        """Whether clients get the mails."""
        return self.settings.live

    def connect(self) -> Delivery | None:
        """Connect and log in unless that is done; why it cannot be done, where it cannot."""
        if self._barred is not None:
            return self._barred
        try:
            self._server = self._connected()
        except CredentialsError as error:
            return Delivery("retry", str(error), down=True)
        except smtplib.SMTPAuthenticationError as error:
            # Once a round: servers lock an account after a few wrong passwords.
            self._barred = Delivery("retry", self._trouble(error), down=True)
            return self._barred
        except (OSError, smtplib.SMTPException) as error:
            self._drop()
            return Delivery("retry", self._trouble(error), down=True)
        return None

    def deliver(self, message: EmailMessage, recipient: str) -> Delivery:
        """Deliver to one recipient; see `Delivery` for the answers."""
        # Before connecting, as a server may close a connection that waits for its turn.
        self._keep_rate()
        down = self.connect()
        server = self._server
        if down is not None or server is None:
            return down or Delivery("retry", down=True)
        if self.settings.test_address:
            # In the envelope as well: nobody else may get a mail while a test address is set.
            message, recipient = _redirected(message, self.settings.test_address)
        return self._transaction(server, message, recipient)

    def close(self) -> None:
        """Say QUIT. Delivering again opens a new connection."""
        server, self._server, self._barred = self._server, None, None
        if server is not None:
            try:
                server.quit()
            except (OSError, smtplib.SMTPException):
                # It may be gone already: then nobody is there to say goodbye to, and the mails are settled all the
                # same.
                server.close()

    def _transaction(self, server: smtplib.SMTP, message: EmailMessage, recipient: str) -> Delivery:
        try:
            # Before the envelope: a mail that cannot be turned into bytes leaves no transaction half open.
            payload = _payload(message)
            self._envelope(server, recipient, str(message["Message-ID"]))
            # Without the dot that ends it, no server takes a message.
            server.send(payload)
        except _Refused as refusal:
            return self._refused(refusal)
        except (OSError, smtplib.SMTPException) as error:
            self._drop()
            return Delivery("retry", self._trouble(error), down=True)
        try:
            server.send(b".\r\n")
            code, text = server.getreply()
        except (OSError, smtplib.SMTPException) as error:
            self._drop()
            # The dot was sent: the server may have taken the mail (docs/decisions/08-unknown-is-shown.md).
            return Delivery("unknown", self._trouble(error), down=True)
        if code // 100 in {_NOT_NOW, _NEVER}:
            return self._refused(_Refused(code, text, "DATA"))
        if code // 100 != _DONE:
            self._drop()
            return Delivery("unknown", self._trouble(smtplib.SMTPException()), down=True)  # neither a yes nor a no
        state: DeliveryState = "test" if self.settings.test_address else "sent"
        return Delivery(state, text.decode("utf-8", "replace")[:_SAYS])

    def _envelope(self, server: smtplib.SMTP, recipient: str, message_id: str) -> None:
        back = named_address(self.settings.return_path or self.settings.sender).addr_spec
        if self.settings.return_path_marks:
            # A report that names no mail is known again by the address that it comes back to.
            back = marked(back, message_id)
        _expect(server.docmd("MAIL", f"FROM:<{back}>"), "MAIL FROM", _DONE)
        _expect(server.docmd("RCPT", f"TO:<{recipient}>"), "RCPT TO", _DONE)
        if self.settings.archive and self.live:
            copy = named_address(self.settings.archive).addr_spec
            try:
                _expect(server.docmd("RCPT", f"TO:<{copy}>"), "RCPT TO (archive)", _DONE)
            except _Refused as refusal:
                # Without its copy a mail could not be looked up; that is no fault of the recipient.
                refusal.code = min(refusal.code, _PERMANENT - 50)
                raise
        _expect(server.docmd("DATA"), "DATA", _GO_ON)

    def _refused(self, refusal: _Refused) -> Delivery:
        # -1 is how smtplib tells an answer that is none; what the server would say next is not known.
        if refusal.code == _CLOSING or refusal.code < 0:
            self._drop()
            odd = self._trouble(smtplib.SMTPException())
            return Delivery("retry", odd if refusal.code < 0 else str(refusal), down=True)
        # The next mail uses the same connection; without RSET it would stand inside this transaction.
        if self._server is not None:
            try:
                self._server.rset()
            except (OSError, smtplib.SMTPException):
                self._drop()
        # A final no to us (our account, our address) says nothing about the reader: every mail would fail alike.
        if refusal.code >= _PERMANENT and refusal.step != "DATA" and is_ours(str(refusal)):
            return Delivery("retry", str(refusal), down=True)
        return Delivery("failed" if refusal.code >= _PERMANENT else "retry", str(refusal))

    def _connected(self) -> smtplib.SMTP:
        # One connection for all mails of a round: 118 to 175 mails a second, against 67 to 100 with one each.
        if self._server is None:
            self._server = self._connect()
        return self._server

    def _connect(self) -> smtplib.SMTP:
        settings = self.settings
        place = (settings.host, settings.smtp_port)
        if settings.security == "tls":
            server: smtplib.SMTP = SmtpTls(
                *place, timeout=settings.timeout_seconds, context=tls_context(settings.ca_file)
            )
        else:
            server = Smtp(*place, timeout=settings.timeout_seconds)
        try:
            if server.sock is not None:
                # A message longer than one TLS record leaves in pieces, and by default (RFC 896) the last waits
                # until the server has acknowledged the one before, which servers put off by 40 ms.
                server.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            server.ehlo_or_helo_if_needed()
            if settings.security == "starttls":
                server.starttls(context=tls_context(settings.ca_file))
                server.ehlo()
            if settings.user:
                self._log_in(server)
        # Also on Ctrl-C: the socket would stay open until it is collected.
        except BaseException:
            server.close()
            raise
        return server

    def _log_in(self, server: smtplib.SMTP) -> None:
        found = secret(self.settings, self.words)
        if found.kind == "password" and (self.settings.user + found.text).isascii():
            try:
                server.login(self.settings.user, found.text)
            except smtplib.SMTPException as error:
                if type(error) is not smtplib.SMTPException:  # that is how smtplib says that it knows none of its ways
                    raise
                raise smtplib.SMTPNotSupportedError("AUTH PLAIN, AUTH LOGIN") from error
            return
        if found.kind == "password":
            # smtplib writes nothing but ASCII; the mechanism is of UTF-8 (RFC 4616).
            answer = b64encode(f"\0{self.settings.user}\0{found.text}".encode()).decode()
            code, said = server.docmd("AUTH", f"PLAIN {answer}")
            if code // 100 != _DONE:
                raise smtplib.SMTPAuthenticationError(code, said)
            return
        answer = xoauth2(self.settings.user, found.text)
        # After a refusal the server sends its reason as a challenge and wants an empty answer.
        server.auth("XOAUTH2", lambda challenge=None: answer if challenge is None else "")

    def _keep_rate(self) -> None:
        if not self.settings.rate_per_minute:
            return
        wait = self._next - self.clock()
        if wait > 0:
            self.pause(wait)
        # From the later of the two, so that a long pause gives no right to a burst afterwards.
        self._next = max(self.clock(), self._next) + 60 / self.settings.rate_per_minute

    def _drop(self) -> None:
        server, self._server = self._server, None
        if server is not None:
            server.close()

    def _trouble(self, error: Exception) -> str:
        place = f"{self.settings.host}:{self.settings.smtp_port}"
        return f"{place}: {trouble(error, self.settings.timeout_seconds, self.words)}"


def tls_context(ca_file: str) -> ssl.SSLContext:
    """TLS that verifies name and certificate, by the system's authorities or one's own file. Raises CaFileError."""
    try:
        context = ssl.create_default_context(cafile=ca_file or None)
    except OSError as error:
        raise CaFileError(ca_file) from error
    # Older versions count as broken (RFC 8996).
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


def _expect(answer: tuple[int, bytes], step: str, digit: int) -> None:
    if answer[0] // 100 != digit:
        raise _Refused(answer[0], answer[1], step)


def _payload(message: EmailMessage) -> bytes:
    content = message.as_bytes()
    # The dot that ends a message must stand on a line of its own (RFC 5321, 4.1.1.4).
    if not content.endswith(b"\r\n"):
        content += b"\r\n"
    return _LEADING_DOT.sub(b"..", content) if b"\n." in content else content


def _redirected(message: EmailMessage, test_address: str) -> tuple[EmailMessage, str]:
    address = named_address(test_address)
    message.replace_header("To", address)
    return message, address.addr_spec
