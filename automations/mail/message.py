"""A rendered mail as a message for the wire: one recipient, safe headers, a lasting identity."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass, replace
from datetime import datetime
from email import policy
from email.headerregistry import Address
from email.message import EmailMessage, MIMEPart

from automations.mail.addresses import address, clean_line, named_address
from automations.mail.calendar import calendar_part
from automations.mail.render import Rendered
from automations.plan import CalendarEntry, Mail

POLICY = policy.SMTP.clone(cte_type="7bit")
"""Lines end in CRLF and every byte is ASCII, so that no server on the way needs to recode anything."""


@dataclass(frozen=True, slots=True)
class Sender:
    """Who mails come from. `sender` may carry a neutral name ("Stadt Herne <termine@herne.test>");
    `reply_to` is a monitored mailbox ("" for the sender's); `zone` an IANA name; `answers` says that
    kim reads that mailbox; `key` makes Message-IDs and must never change for a ledger.
    """

    sender: str
    key: bytes
    reply_to: str = ""
    zone: str = "Europe/Berlin"
    answers: bool = False

    @property
    def address(self) -> Address:
        """The sender for the header. Raises AddressProblem."""
        return named_address(self.sender)

    @property
    def mailbox(self) -> str:
        """The bare address that replies go to. Raises AddressProblem."""
        return named_address(self.reply_to or self.sender).addr_spec


def message_id(mail_key: str, sender: Sender) -> str:
    """The Message-ID of a mail: the same each time it is sent, and telling nothing about it."""
    code = hmac.new(sender.key, b"message-id\x1f" + mail_key.encode(), hashlib.sha256).hexdigest()
    return f"<{code[:40]}@{sender.address.domain}>"


def build(mail: Mail, rendered: Rendered, sender: Sender, now: datetime, key: bytes | None = None) -> EmailMessage:
    """The message to the one recipient of a mail. `now` is aware; `key` replaces the sender's.

    Raises AddressProblem where recipient or sender is not exactly one usable address.
    """
    sender = replace(sender, key=key) if key is not None else sender
    identity = message_id(mail.key, sender)
    made = EmailMessage(policy=POLICY)
    made["From"] = sender.address
    made["To"] = address(mail.to)
    made["Reply-To"] = Address(addr_spec=sender.mailbox)
    made["Subject"] = clean_line(rendered.subject)
    made["Date"] = now.replace(microsecond=0)
    made["Message-ID"] = identity
    made["Auto-Submitted"] = "auto-generated"
    # Exchange and Outlook then send no notes of absence (MS-OXCMAIL, 2.2.3.2.14).
    made["X-Auto-Response-Suppress"] = "OOF, AutoReply"
    made.set_content(rendered.text)
    made.add_alternative(rendered.html, subtype="html")
    if mail.calendar is not None:
        _attach(made, mail, mail.calendar, sender, now)
    # Only now: the methods above move or drop headers that begin with Content.
    made["Content-Language"] = ", ".join(rendered.languages or (mail.language,))
    _fix_boundaries(made, identity)
    return made


def _attach(made: EmailMessage, mail: Mail, entry: CalendarEntry, sender: Sender, now: datetime) -> None:
    if mail.context.get("protected"):
        entry = replace(entry, location="")
    content = calendar_part(
        entry, sender.zone, sender.mailbox, attendee=made["To"].addresses[0].addr_spec, now=now, answers=sender.answers
    )
    # Mail programs read the alternative, telephones often only the attachment; the UID makes it one.
    made.add_alternative(content, maintype="text", subtype="calendar", cte="base64")
    part = list(made.iter_parts())[-1]
    part.set_param("method", entry.method)
    part.set_param("charset", "utf-8")
    made.add_attachment(content, maintype="application", subtype="ics", filename="termin.ics")


def _fix_boundaries(made: MIMEPart, identity: str) -> None:
    """Boundaries by content instead of by chance: the same mail has the same bytes."""
    for number, part in enumerate(made.walk()):
        if part.is_multipart():
            mark = hashlib.sha256(f"{identity}{number}".encode()).hexdigest()[:24]
            part.set_boundary(f"=_{mark}")
