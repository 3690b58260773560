"""One plain mail that shows whether mails leave at all (`kim mail test`)."""

from __future__ import annotations

import secrets
from datetime import datetime
from email.message import EmailMessage

from automations.common.texts import Texts
from automations.messages.addresses import address, with_name
from automations.messages.message import POLICY, Sender


def trial_message(sender: Sender, to: str, site_name: str, now: datetime, words: Texts) -> EmailMessage:
    """The mail to one address; each has an identity of its own. `now` is aware. Raises AddressProblem."""
    made = EmailMessage(policy=POLICY)
    made["From"] = sender.address
    made["To"] = address(to)
    made["Reply-To"] = with_name(sender.mailbox, "")
    made["Subject"] = words.say("A test of “{site}”: mails leave", site=site_name)
    made["Date"] = now.replace(microsecond=0)
    made["Message-ID"] = f"<test-{secrets.token_hex(12)}@{sender.address.domain}>"
    made["Auto-Submitted"] = "auto-generated"
    text = words.say(
        "This mail was sent by hand with “kim mail test”. That you read it shows that mails of “{site}” leave.",
        site=site_name,
    )
    made.set_content(text + "\n")
    return made
