"""Invented messages as they come into the mailbox for answers."""

from __future__ import annotations

import email
from datetime import UTC, datetime
from email.message import EmailMessage, Message

from automations.model.values import digest

CLIENT = "olena@example.test"


def letter(subject: str = "", body: str = "", sender: str = f"Olena P. <{CLIENT}>", **headers: str) -> EmailMessage:
    """A message; headers as keywords with _ for -."""
    made = EmailMessage()
    made["From"] = sender
    made["To"] = "termine@kim.test"
    made["Subject"] = subject
    for name, value in headers.items():
        made[name.replace("_", "-")] = value
    if made["Message-ID"] is None:
        made["Message-ID"] = f"<{digest(subject, body, sender)}@example.test>"
    made.set_content(body)
    return made


def calendar_reply(
    uid: str, sequence: int | None, said: str = "ACCEPTED", method: str = "REPLY", start: datetime | None = None
) -> EmailMessage:
    """What a calendar sends when a person taps yes or no."""
    number = "" if sequence is None else f"SEQUENCE:{sequence}\r\n"
    number += f"DTSTART:{start.astimezone(UTC):%Y%m%dT%H%M%SZ}\r\n" if start else ""
    text = (
        f"BEGIN:VCALENDAR\r\nPRODID:-//x//EN\r\nVERSION:2.0\r\nMETHOD:{method}\r\nBEGIN:VEVENT\r\nUID:{uid}\r\n{number}"
        f"DTSTAMP:20241031T070000Z\r\nATTENDEE;PARTSTAT={said}:mailto:{CLIENT}\r\n"
        "ORGANIZER:mailto:termine@kim.test\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
    )
    made = letter(f"{said}: Termin", "Tapped in a calendar", Auto_Submitted="auto-generated")
    made.add_alternative(text.encode(), maintype="text", subtype="calendar", params={"method": method})
    return made


def returned(
    message_id: str, status: str = "5.1.1", action: str = "failed", *, headers_only: bool = False, to: str = CLIENT
) -> EmailMessage:
    """A delivery status notification as Postfix writes it."""
    kind = "text/rfc822-headers" if headers_only else "message/rfc822"
    text = f"""\
From: MAILER-DAEMON@mx.example.test (Mail Delivery System)
To: termine@kim.test
Subject: Undelivered Mail Returned to Sender
Message-ID: <bounce-{status}-{action}@mx.example.test>
Auto-Submitted: auto-replied
Return-Path: <>
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="B"

--B
Content-Type: text/plain

I'm sorry to have to inform you that your message could not be delivered.
--B
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.test

Final-Recipient: rfc822; {to}
Original-Recipient: rfc822;{to}
Action: {action}
Status: {status}
Diagnostic-Code: smtp; 550 5.1.1 <{to}>: no such user

--B
Content-Type: {kind}

From: termine@kim.test
To: {to}
Message-ID: {message_id}
Subject: Termin

Guten Tag
--B--
"""
    return email.message_from_string(text)  # type: ignore[return-value]


def marked_as_spam(message_id: str) -> Message:
    """What a provider reports whose reader marked a mail as spam (RFC 5965)."""
    return email.message_from_string(
        "From: reports@provider.test\nTo: termine@kim.test\nSubject: FW\nMessage-ID: <spam@provider.test>\n"
        "MIME-Version: 1.0\nContent-Type: multipart/report; report-type=feedback-report; boundary=b\n\n"
        "--b\nContent-Type: text/plain\n\nThis is an abuse report.\n--b\n"
        "Content-Type: message/feedback-report\n\nFeedback-Type: abuse\nVersion: 1\n\n--b\n"
        f"Content-Type: message/rfc822\n\nMessage-ID: {message_id}\nSubject: x\n\nx\n--b--\n"
    )


def reread(message: Message) -> Message:
    """The message as a mailbox gives it back."""
    return email.message_from_bytes(message.as_bytes())
