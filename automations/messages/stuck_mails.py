"""Mails that a crash left between their claim and the word of what became of them: nobody knows whether they left."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING

from automations.common.texts import Texts, texts
from automations.messages.inbox import MailboxProblem
from automations.messages.message import Sender, message_id
from automations.messages.outcome import OutboxReport, Outcome
from automations.messages.settings import ImapSettings, MailSettings
from automations.model.plan import Mail

if TYPE_CHECKING:
    from automations.ledger.book import Ledger


def settle_stuck(
    ledger: Ledger, archive_search: Callable[[Mail], bool] | None, now: datetime, grace: timedelta, language: str = "en"
) -> OutboxReport:
    """Decide on mails that a crash left in `sending`. Without an archive mailbox they are `unknown`,
    for people to look at. With one, these and the unknown ones are looked up once `grace` is over: a
    mail found there was sent, one not found was not and is sent again. The younger ones wait: a server may
    still be carrying them. Reasons are given in `language`."""
    outcomes, trouble, words = [], "", texts(language)
    # Without an archive waiting tells nothing more, so people are told at once.
    older_than = grace if archive_search else timedelta(0)
    for queued in ledger.stuck(now, older_than=older_than, unknown=archive_search is not None):
        try:
            outcome = _verdict(queued.mail, archive_search, words)
        except MailboxProblem as error:
            # The others would meet the same mailbox: they stay as they are, and the next run looks again.
            trouble = str(error)
            break
        # At once: it was looked up a moment ago, and each hour that passes is an hour of the reminder's use.
        retry_at = now if outcome.state == "retry" else None
        ledger.settle_mail(outcome.key, outcome.state, now, detail=outcome.detail, retry_at=retry_at)
        outcomes.append(outcome)
    return OutboxReport(tuple(outcomes), (), trouble)


def _verdict(mail: Mail, archive_search: Callable[[Mail], bool] | None, words: Texts) -> Outcome:
    if archive_search is None or mail.channel == "sms":  # a gateway leaves no copy in the archive
        return Outcome.of(mail, "unknown", words.say("The run was interrupted while this mail was being sent."))
    if archive_search(mail):
        return Outcome.of(mail, "sent", words.say("Found in the archive mailbox."))
    return Outcome.of(mail, "retry", words.say("Not found in the archive mailbox, so it is sent again."))


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
