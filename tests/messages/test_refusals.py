"""A server's refusal in words that help, without anybody's address."""

from __future__ import annotations

import pytest

from automations.common.texts import texts
from automations.messages.refusals import is_ours, refusal

EN = texts("en")


@pytest.mark.parametrize(
    ("detail", "helps"),
    [
        ("MAIL FROM: 530 5.7.0 Must issue a STARTTLS command first", "“security”"),
        ("MAIL FROM: 530 5.7.1 Authentication required", "“user”"),
        ("RCPT TO: 554 5.7.1 <olena@example.test>: Relay access denied", "pass mails on"),
        ("RCPT TO: 550 5.7.54 Unable to relay recipient in non-accepted domain", "pass mails on"),
        ("MAIL FROM: 553 5.7.1 <termine@kim.test>: Sender address rejected: not owned by user", "“from”"),
        ("RCPT TO (archive): 450 no such mailbox", "“archive”"),
        ("RCPT TO: 450 4.7.1 Greylisted, see http://x.test", "later"),
        ("MAIL FROM: 421 4.7.0 too many messages on this connection", "later"),
        ("DATA: 451 4.3.0 queue is full", "later"),
        ("RCPT TO: 550 5.1.1 <olena@example.test>: no such user", "recipient's address"),
        ("DATA: 554 5.7.1 Spam message rejected", "does not accept the message"),
    ],
)
def test_what_helps_is_named_and_no_address(detail, helps):
    said = refusal(detail, EN)
    assert helps in said
    assert "@" not in said


def test_what_is_not_known_stays_as_the_server_said_it():
    assert refusal("127.0.0.1:25: nobody answers at this address and port", EN).startswith("127.0.0.1:25: nobody")


@pytest.mark.parametrize(
    "detail",
    [
        "mailrelay.example.test:25: no server of this name is known",
        "relay.example.test:25: its certificate is not accepted, see “ca_file” (not valid for 'relay.example.test')",
        "RCPT TO: 550 5.1.1 mail-relay.example.test says: user unknown",
    ],
)
def test_a_machine_that_is_called_relay_refuses_no_relaying(detail):
    assert "pass mails on" not in refusal(detail, EN)
    assert not is_ours(detail)


def test_every_sentence_is_german_too():
    for detail in ("530 TLS", "530 login", "relay", "MAIL FROM", "RCPT TO (archive)", "greylist", "RCPT TO: 5", "DATA"):
        assert refusal(detail, texts("de")) != refusal(detail, EN)
