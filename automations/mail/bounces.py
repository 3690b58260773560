"""Mails that came back: what a delivery status notification (RFC 3464) says."""

from __future__ import annotations

import email
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import Message

from automations.mail.bodies import header, text_of

_STATUS = re.compile(r"([245])\.(\d{1,3})\.(\d{1,3})")
_NOT_THE_ADDRESS = ("5.2.2", "5.2.3", "5.3.", "5.7.")
"""Final, but no fault of the address: mailbox full, message too long, system or policy of the
receiver (RFC 3463)."""


@dataclass(frozen=True, slots=True)
class Bounce:
    """What came back. `message_id` is that of the mail; `final` says that it will not arrive any more,
    `dead` that no other mail to `address` would either. `status` is an enhanced status code."""

    message_id: str
    address: str
    status: str
    final: bool
    dead: bool


def bounce_of(message: Message) -> Bounce | None:
    """What a notification says about its first failed recipient (our mails have one each); None for
    a message that is no such notification."""
    if message.get_content_type() != "multipart/report":
        return None
    report = next((part for part in message.walk() if part.get_content_type() == "message/delivery-status"), None)
    if report is None:
        return None
    identity = _original_id(message)
    fields = sorted(_recipients(report), key=lambda each: header(each, "Action").lower() != "failed")
    if not fields:
        return Bounce(identity, "", "", final=False, dead=False)
    return _bounce(identity, fields[0])


def _bounce(identity: str, recipient: Message) -> Bounce:
    found = _STATUS.search(header(recipient, "Status"))
    status = found[0] if found else ""
    final = header(recipient, "Action").lower() == "failed"
    dead = final and status.startswith("5.") and not status.startswith(_NOT_THE_ADDRESS)
    typed = header(recipient, "Original-Recipient") or header(recipient, "Final-Recipient")
    address = typed.partition(";")[2].strip(" <>")
    return Bounce(identity, address, status, final=final, dead=dead)


def _recipients(report: Message) -> Iterator[Message]:
    """The groups of fields that speak of a recipient; the first group speaks of the message."""
    parts = report.get_payload()
    for part in parts if isinstance(parts, list) else []:
        if isinstance(part, Message) and part.get("Action") is not None:
            yield part


def _original_id(message: Message) -> str:
    for part in message.walk():
        kind = part.get_content_type()
        if kind == "text/rfc822-headers":
            return header(email.message_from_string(text_of(part)), "Message-ID")
        if kind == "message/rfc822":
            inner = part.get_payload()
            if isinstance(inner, list) and inner and isinstance(inner[0], Message):
                return header(inner[0], "Message-ID")
    return ""
