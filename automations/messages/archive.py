"""The archive mailbox: a copy of every mail lies there, so that a doubtful one can be looked up."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from automations.common.texts import Texts
from automations.messages.message import Sender, message_id
from automations.messages.settings import ImapSettings, MailSettings
from automations.model.plan import Mail


def archive_search(settings: ImapSettings, sender: Sender, words: Texts, mail: Mail) -> bool:
    """Whether the archive holds this mail, by its Message-ID. Raises MailboxProblem."""
    from imap_tools import AND, H

    from automations.messages.mailbox import open_mailbox

    identity = message_id(mail.key, sender)
    with open_mailbox(settings, words) as box:
        return bool(box.uids(AND(header=[H("Message-ID", identity)])))


def searcher(settings: MailSettings, sender: Sender, words: Texts) -> Callable[[Mail], bool] | None:
    """What `outbox.settle_stuck` asks; None where copies go to no mailbox that can be read."""
    mailbox = settings.archive_mailbox
    # In a trial no copy goes to the archive, so that not finding it there would say nothing.
    if not (settings.archive and mailbox and settings.live):
        return None
    return partial(archive_search, mailbox, sender, words)
