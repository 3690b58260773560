"""Reports about mails that came back, as eight kinds of mail servers write them."""

from __future__ import annotations

import base64
import email

import pytest

from automations.messages.incoming import classify

OURS = "<0a1b2c@kim.test>"
CLIENT = "olena@example.test"

_HEADS = """\
From: {sender}
To: termine@kim.test
Subject: {subject}
Message-ID: <report@mx.example.test>
Return-Path: <>
MIME-Version: 1.0
{more}"""


def plain(subject, text, sender="MAILER-DAEMON@mx.example.test", more=""):
    heads = _HEADS.format(sender=sender, subject=subject, more=more)
    return f"{heads}Content-Type: text/plain; charset=utf-8\n\n{text}"


def report(fields, original="", more="Auto-Submitted: auto-replied\n", kind="message/delivery-status", encoding=""):
    heads = _HEADS.format(sender="postmaster@mx.example.test", subject="Undeliverable: Termin", more=more)
    head = f"Content-Transfer-Encoding: {encoding}\n" if encoding else ""
    return (
        f'{heads}Content-Type: multipart/report; report-type=delivery-status; boundary="B"\n\n'
        f"--B\nContent-Type: text/plain\n\nIt could not be delivered.\n\n"
        f"--B\nContent-Type: {kind}\n{head}\n{fields}\n{original}--B--\n"
    )


def fields(to=CLIENT, action="failed", status="5.1.1", kind="rfc822"):
    return f"Reporting-MTA: dns; mx.example.test\n\nFinal-Recipient: {kind}; {to}\nAction: {action}\nStatus: {status}\n"


WHOLE = f"--B\nContent-Type: message/rfc822\n\nFrom: termine@kim.test\nTo: {CLIENT}\nMessage-ID: {OURS}\n\nGuten Tag\n"
HEAD = f"--B\nContent-Type: text/rfc822-headers\n\nFrom: termine@kim.test\nMessage-ID: {OURS}\n\n"
QMAIL = f"""\
Hi. This is the qmail-send program at mx.example.test.
I'm afraid I wasn't able to deliver your message to the following addresses.
This is a permanent error; I've given up. Sorry it didn't work out.

<{CLIENT}>:
192.0.2.1 does not like recipient.
Remote host said: 550 5.1.1 no such user

--- Below this line is a copy of the message.

Return-Path: <termine@kim.test>
Message-ID: {OURS}
Subject: Termin
"""
REPLY = f"Auto-Submitted: auto-replied\nIn-Reply-To: {OURS}\nReferences: {OURS}\n"

SHAPES = {
    "postfix": report(fields(), WHOLE),
    "exchange": report(fields(status="5.1.10"), HEAD, more=f"In-Reply-To: {OURS}\nX-MS-Exchange-Message-Is-Ndr:\n"),
    "gmail": report(
        fields() + "Diagnostic-Code: smtp; 550-5.1.1 The account does not exist\n", WHOLE,
        more=f"X-Failed-Recipients: {CLIENT}\nIn-Reply-To: {OURS}\nAuto-Submitted: auto-replied\n",
    ),
    "qmail": plain("failure notice", QMAIL),
    "without the original": report(fields(), more=REPLY),
    "forwarded": report(fields(to="olena.old@other.test"), WHOLE),
    "global": report(
        fields(kind="utf-8"), WHOLE.replace("message/rfc822", "message/global"), kind="message/global-delivery-status"
    ),
    "global, packed": report(
        base64.encodebytes(fields(kind="utf-8").encode()).decode(), WHOLE, kind="message/global-delivery-status",
        encoding="base64",
    ),
    "letter of a gateway": plain(
        "Mail delivery failed: returning message to sender",
        f"A message could not be delivered to one of its recipients.\n\n  {CLIENT}\n    550 unknown user\n\n"
        f"------ This is a copy of the message's headers. ------\n\nMessage-ID: {OURS}\n",
    ),
    **{
        f"a letter of {name}": plain(subject, f"{text}\n\n{CLIENT}\n\nMessage-ID: {OURS}\n", sender, REPLY)
        for name, subject, text, sender in (
            ("Exchange", "Unzustellbar: Termin", "Fehler bei der Zustellung. Die Adresse wurde nicht gefunden.",
             "MicrosoftExchange329e@f.test"),
            ("a relay", "Ihre Nachricht ist nicht zustellbar", "Das Postfach existiert nicht.", "post@relay.test"),
            ("Google", "Delivery Status Notification (Failure)", "Your message wasn't delivered: address not found.",
             "mailer-daemon@googlemail.test"),
            ("a French one", "Échec de la remise", "Destinataire inconnu", "postmaster@fr.test"),
            ("mail.ru", "Письмо не доставлено", "Такой пользователь не найден", "mailer-daemon@corp.test"),
            ("a Turkish one", "Mesajınız teslim edilemedi", "Böyle bir adres yok", "postmaster@tr.test"),
        )
    },
}  # fmt: skip
LATE = {
    "delayed": report(fields(action="delayed", status="4.4.1"), WHOLE),
    "warning of a gateway": plain(
        "Delivery delayed: could not be delivered for 4 hours",
        f"This is a warning message only. Not delivered to {CLIENT} yet; will keep trying.\n{OURS}",
    ),
    "warning of Postfix": plain(
        "Delayed Mail (still being retried)",
        f"This is a warning only. Your message could not be delivered for 4 hours: {CLIENT}\n{OURS}",
    ),
    "warning in German": plain(
        "Zustellung verzögert", f"An {CLIENT} wurde noch nicht zugestellt, es wird erneut versucht.\n{OURS}"
    ),
}


def read(text):
    return classify(email.message_from_string(text), lambda _: None)


@pytest.mark.parametrize("shape", SHAPES)
def test_a_mail_that_came_back_is_known_in_every_shape(shape):
    reading = read(SHAPES[shape])
    assert (reading.kind, reading.bounce is not None) == ("bounce", True)
    assert OURS in reading.bounce.refers
    assert [(each.final, each.dead) for each in reading.bounce.recipients] == [(True, True)]


@pytest.mark.parametrize("shape", LATE)
def test_a_mail_that_is_late_has_not_come_back(shape):
    reading = read(LATE[shape])
    assert reading.kind == "bounce"
    assert [each.final for each in reading.bounce.recipients] == [False]


def test_a_full_mailbox_takes_mail_again_once_it_was_cleared():
    for said in ("552 5.2.2 mailbox full", "Das Postfach ist voll."):
        reading = read(plain("Nicht zustellbar: Termin", f"{CLIENT}: {said}\n{OURS}", "postmaster@mx.example.test"))
        assert [(each.final, each.dead) for each in reading.bounce.recipients] == [(True, False)]


def test_an_address_alone_names_no_mail():
    reading = read(report(fields()))
    assert (reading.bounce.message_id, reading.bounce.of(CLIENT) is not None) == ("", True)


def test_a_note_of_absence_is_no_report():
    for said in ("I am away until Monday.", "My mailbox is unavailable until 5 May.", "This account will be delayed"):
        assert read(plain("Automatic reply: Termin", said, CLIENT, REPLY)).kind == "automatic"
