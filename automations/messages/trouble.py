"""Why a mail server could not be used, in a sentence for whoever looks after it."""

from __future__ import annotations

import smtplib
import socket
import ssl
from imaplib import IMAP4

from imap_tools import MailboxFolderSelectError, MailboxLoginError
from imap_tools.errors import UnexpectedCommandStatusError

from automations.common.errors import why
from automations.common.texts import Texts

# Characters of an answer that are kept: some servers send whole pages.
_SAYS = 300


def trouble(error: Exception, seconds: float, words: Texts) -> str:
    """What went wrong with a connection, in the language of `words`; what the server itself said stays in its
    own words. `seconds` is how long an answer was waited for."""
    # smtplib wraps the timeout into an error of its own, which keeps nothing but its words.
    if isinstance(error, TimeoutError) or "timed out" in str(error):
        return words.say("it did not answer within {n} seconds", n=f"{seconds:g}")
    for kind, sentence in _SENTENCES:
        if isinstance(error, kind):
            return words.say(sentence, what=_said(error))
    if isinstance(error, smtplib.SMTPResponseException):
        return _said(error)
    return words.say(why(error) if isinstance(error, OSError) and error.errno else _ODD)


class CaFileError(OSError):
    """A `ca_file` that cannot be read, or holds no certificates; the text is its path."""


_ODD = "it does not answer as such a server should"

# The narrow kinds first. The sentences are spelled out where they are translated: sending.po.
_SENTENCES: tuple[tuple[type[Exception], str], ...] = (
    (CaFileError, "the file of “ca_file” is missing, or holds no certificates ({what})"),
    (ssl.SSLCertVerificationError, "its certificate is not accepted, see “ca_file” ({what})"),
    (ssl.SSLError, "no encrypted connection comes about, see “security” and “port”"),
    (socket.gaierror, "no server of this name is known"),
    (ConnectionRefusedError, "nobody answers at this address and port"),
    (smtplib.SMTPAuthenticationError, "it refuses the login ({what})"),
    (smtplib.SMTPNotSupportedError, "it does not offer what the settings ask for ({what})"),
    (smtplib.SMTPServerDisconnected, "the connection broke off"),
    (ConnectionError, "the connection broke off"),
    (IMAP4.abort, "the connection broke off"),
    (MailboxLoginError, "it refuses the login ({what})"),
    (MailboxFolderSelectError, "there is no such folder ({what})"),
    (UnexpectedCommandStatusError, "it says no to what it is asked ({what})"),
)


def _said(error: Exception) -> str:
    """What the server itself said; "" for none."""
    if isinstance(error, smtplib.SMTPResponseException):
        return f"{error.smtp_code} {_text(error.smtp_error)}"[:_SAYS]
    if isinstance(error, ssl.SSLCertVerificationError):
        return error.verify_message
    if isinstance(error, CaFileError):
        return str(error)
    if isinstance(error, smtplib.SMTPNotSupportedError):
        return str(error).partition(" extension")[0]  # STARTTLS, SMTP AUTH
    if isinstance(error, UnexpectedCommandStatusError):
        answer = error.command_result[1] or [b""]
        return _text(answer[0])[:_SAYS]
    return ""


def _text(said: object) -> str:
    return said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said)
