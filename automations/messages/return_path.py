"""A way back of its own for each mail (VERP), for mail servers that deliver `name+anything@` to `name@`.

A report comes back to the address that the mail left from. Where that address holds the mail's mark, the mail is
known whatever the report says or leaves out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from email.message import Message

from automations.messages.bodies import header

_SIGNS = 20  # of a Message-ID: 80 bits, which nobody guesses; a local part may have 64 signs (RFC 5321, 4.5.3.1.1)

_LONGEST = 64
_MARK = re.compile(r"\+([0-9a-f]{20})@")
_DELIVERED = ("Delivered-To", "X-Original-To", "Envelope-To", "X-Envelope-To", "To")


def marked(address: str, message_id: str) -> str:
    """The address with the mail's mark; as it is where that would be too long, or the mail has no mark of ours."""
    mark = mark_of(message_id)
    local, _, domain = address.rpartition("@")
    # Too long an address is refused by some servers (RFC 5321, 4.5.3.1.1), and then no mail leaves at all.
    if not re.fullmatch(r"[0-9a-f]{20}", mark) or len(local) + len(mark) + 1 > _LONGEST:
        return address
    return f"{local}+{mark}@{domain}"


def mark_of(message_id: str) -> str:
    """The beginning of a Message-ID of ours."""
    return message_id.strip().lstrip("<")[:_SIGNS]


def marks_in(report: Message) -> Iterator[str]:
    """The marks of the addresses that a report was delivered to."""
    # Servers note the envelope in different fields, and the mark stands in none but the envelope.
    for name in _DELIVERED:
        yield from _MARK.findall(header(report, name).lower())
