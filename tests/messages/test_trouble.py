"""What is said about a mail server that cannot be used."""

from __future__ import annotations

import smtplib
import socket
import ssl
from contextlib import closing
from email.message import EmailMessage

import pytest
from imap_tools import MailboxLoginError

from automations.common.texts import texts
from automations.messages.settings import MailSettings
from automations.messages.smtp import SmtpTransport
from automations.messages.trouble import trouble
from tests.support.mailserver import Faults, faulty_server, free_port

GERMAN, ENGLISH = texts("de"), texts("en")


@pytest.mark.parametrize(
    "error",
    [
        TimeoutError("timed out"),
        smtplib.SMTPServerDisconnected("Connection unexpectedly closed: timed out"),
        smtplib.SMTPServerDisconnected("Connection unexpectedly closed"),
        ConnectionRefusedError(111, "Connection refused"),
        ConnectionResetError(104, "Connection reset by peer"),
        socket.gaierror(-2, "Name or service not known"),
        ssl.SSLError(1, "wrong version number"),
        smtplib.SMTPNotSupportedError("STARTTLS extension not supported by server."),
        smtplib.SMTPAuthenticationError(535, b"5.7.8 no"),
        MailboxLoginError(("NO", [b"no"]), "OK"),
    ],
)
def test_each_trouble_has_a_german_sentence(error):
    german, english = trouble(error, 30, GERMAN), trouble(error, 30, ENGLISH)
    assert german.split()[:3] != english.split()[:3]
    assert "unexpectedly" not in german
    assert "{" not in german + english


def test_what_a_server_says_stays_as_it_is():
    assert trouble(smtplib.SMTPResponseException(451, b"4.3.0 sp\xe4ter"), 30, GERMAN) == "451 4.3.0 sp\ufffdter"
    assert "535 5.7.8 no" in trouble(smtplib.SMTPAuthenticationError(535, b"5.7.8 no"), 30, GERMAN)


def said(port: int, **more) -> str:
    settings = {"transport": "smtp", "from": "kim@kim.test", "host": "localhost", "port": port, "timeout_seconds": 0.5}
    transport = SmtpTransport(MailSettings.model_validate({"security": "none", **settings, **more}), GERMAN)
    message = EmailMessage()
    with closing(transport):
        return transport.deliver(message, "klient@kim.test").detail


def test_a_real_server_that_hangs_drops_or_is_not_there():
    with faulty_server(Faults({"RCPT": "hang"})) as port:
        assert said(port).endswith("er hat nicht innerhalb von 0.5 Sekunden geantwortet")
    with faulty_server(Faults({"RCPT": "drop"})) as port:
        assert said(port).endswith("die Verbindung ist abgebrochen")
    assert said(free_port()).endswith("unter dieser Adresse und diesem Port antwortet niemand")
    with faulty_server(Faults()) as port:
        assert "er bietet nicht an" in said(port, security="starttls")


@pytest.mark.parametrize("what", ["STARTTLS", "SMTP AUTH"])
def test_what_a_server_does_not_offer_is_named(what):
    error = smtplib.SMTPNotSupportedError(f"{what} extension not supported by server.")
    assert trouble(error, 30, GERMAN) == f"er bietet nicht an, was die Einstellungen verlangen ({what})"
