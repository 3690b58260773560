"""The archive mailbox: a copy of every mail lies there, so that a doubtful one can be looked up."""

from __future__ import annotations

from imap_tools import AND, H

from automations.mail.mailbox import open_mailbox
from automations.mail.message import Sender, message_id
from automations.mail.settings import ImapSettings
from automations.plan import Mail
from automations.texts import Texts


def archive_search(settings: ImapSettings, sender: Sender, words: Texts, mail: Mail) -> bool:
    """Whether the archive holds this mail, by its Message-ID. Raises MailboxProblem."""
    identity = message_id(mail.key, sender)
    with open_mailbox(settings, words) as box:
        return bool(box.uids(AND(header=[H("Message-ID", identity)])))
