"""Why a mail server could not be used, in a sentence for whoever looks after it."""

from __future__ import annotations

import smtplib
import socket
import ssl

from imap_tools import MailboxFolderSelectError, MailboxLoginError

from automations.common.texts import Texts

_SAYS = 300


def trouble(error: Exception, seconds: float, words: Texts) -> str:
    """What went wrong with a connection, in the language of `words`; what the server itself said stays in its
    own words. `seconds` is how long an answer was waited for."""
    if isinstance(error, TimeoutError) or "timed out" in str(error):
        return words.say("it did not answer within {n} seconds", n=f"{seconds:g}")
    for kind, sentence in _SENTENCES:
        if isinstance(error, kind):
            return words.say(sentence, what=_said(error))
    return _said(error)


# The narrow kinds first. The sentences are spelled out where they are translated: sending.po.
_SENTENCES: tuple[tuple[type[Exception], str], ...] = (
    (ssl.SSLCertVerificationError, "its certificate is not accepted, see “ca_file” ({what})"),
    (ssl.SSLError, "no encrypted connection comes about, see “security” and “port” ({what})"),
    (socket.gaierror, "no server of this name is known ({what})"),
    (ConnectionRefusedError, "nobody answers at this address and port"),
    (smtplib.SMTPAuthenticationError, "it refuses the login ({what})"),
    (smtplib.SMTPNotSupportedError, "it does not offer what the settings ask for ({what})"),
    (smtplib.SMTPServerDisconnected, "the connection broke off"),
    (ConnectionError, "the connection broke off"),
    (MailboxLoginError, "it refuses the login ({what})"),
    (MailboxFolderSelectError, "there is no such folder ({what})"),
)


def _said(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPResponseException):
        text = error.smtp_error
        told = text.decode("utf-8", "replace") if isinstance(text, bytes) else text
        return f"{error.smtp_code} {told}"[:_SAYS]
    if isinstance(error, ssl.SSLCertVerificationError):
        return error.verify_message
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return (str(error) or type(error).__name__)[:_SAYS]
