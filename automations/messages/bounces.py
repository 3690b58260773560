"""Mails that came back: what a delivery status notification (RFC 3464) says."""

from __future__ import annotations

import email
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import Message

from automations.messages.bodies import header, text_of

_STATUS = re.compile(r"([245])\.(\d{1,3})\.(\d{1,3})")
_NOT_THE_ADDRESS = ("5.2.2", "5.2.3", "5.3.", "5.7.")
"""Final, but no fault of the address: mailbox full, message too long, system or policy of the
receiver (RFC 3463)."""


@dataclass(frozen=True, slots=True)
class ReturnedTo:
    """One recipient of a mail that came back. `addresses` are those that the notification gives, in small letters;
    `status` an enhanced status code; `final` says that the mail will not arrive any more, `dead` that no
    other mail would either."""

    addresses: frozenset[str]
    status: str
    final: bool
    dead: bool


@dataclass(frozen=True, slots=True)
class Bounce:
    """What came back: the Message-ID of the mail, and what became of it at each recipient."""

    message_id: str
    recipients: tuple[ReturnedTo, ...]

    def of(self, address: str) -> ReturnedTo | None:
        """What became of it at an address; a copy in the archive may be returned as well."""
        wanted = address.casefold()
        return next((each for each in self.recipients if wanted in each.addresses), None)


def bounce_of(message: Message) -> Bounce | None:
    """What a notification says; None for a message that is no such notification."""
    if message.get_content_type() != "multipart/report":
        return None
    report = next((part for part in message.walk() if part.get_content_type() == "message/delivery-status"), None)
    if report is None:
        return None
    return Bounce(_original_id(message), tuple(_returned_to(fields) for fields in _recipients(report)))


def _returned_to(fields: Message) -> ReturnedTo:
    found = _STATUS.search(header(fields, "Status"))
    status = found[0] if found else ""
    final = header(fields, "Action").lower() == "failed"
    dead = final and status.startswith("5.") and not status.startswith(_NOT_THE_ADDRESS)
    typed = (header(fields, name) for name in ("Original-Recipient", "Final-Recipient"))
    addresses = frozenset(text.partition(";")[2].strip(" <>").casefold() for text in typed if ";" in text)
    return ReturnedTo(addresses, status, final=final, dead=dead)


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
