"""A text message as a plain message to number@domain: the form that the outbox, folders and mail servers know."""

from __future__ import annotations

from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage

from automations.messages.addresses import AddressProblem
from automations.messages.message import POLICY, Sender, message_id
from automations.messages.render import Rendered
from automations.model.plan import Mail


def build_text(mail: Mail, rendered: Rendered, sender: Sender, now: datetime) -> EmailMessage:
    """The message. `now` is aware. Raises AddressProblem where the number is none, or texts are not set up."""
    digits = mail.to.removeprefix("+")
    if not (digits.isascii() and digits.isdigit() and sender.text_domain):
        raise AddressProblem(mail.to)
    made = EmailMessage(policy=POLICY)
    made["From"] = str(sender.address)
    made["To"] = Address(username=f"+{digits}" if sender.text_plus else digits, domain=sender.text_domain)
    made["Date"] = now.replace(microsecond=0)
    made["Message-ID"] = message_id(mail.key, sender)
    made["Auto-Submitted"] = "auto-generated"
    made["MIME-Version"] = "1.0"
    # No subject: many gateways put it in front of the text.
    made.set_content(rendered.text, charset="utf-8", cte="base64")
    return made


def number_of(recipient: str) -> str:
    """The number in the address of a text message."""
    return recipient.partition("@")[0].strip('"')
