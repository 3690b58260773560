"""What a reader can tap: links that open a prepared answer."""

from __future__ import annotations

from automations.common.texts import Texts
from automations.messages.ready_made import AT_A_DISTANCE, READY_MADE
from automations.messages.reply_tokens import ReplyTokens
from automations.messages.wording import Wording
from automations.model.offers import is_offer
from automations.model.plan import Mail
from automations.model.rule_rows import APPROVAL
from automations.model.values import Plain


def buttons(mail: Mail, replies: ReplyTokens | None, wording: Wording, words: Texts) -> dict[str, Plain]:
    """The links of a mail by the names that templates know; none where nobody reads the answers (`replies`). `wording`
    is the reader's, `words` are the site's."""
    if replies is None or not mail.subject_key:
        return {}
    if mail.template == APPROVAL:
        return {
            "approve_link": replies.link(mail.subject_key, 0, "approve", words.say("I approve this")),
            "refuse_link": replies.link(mail.subject_key, 0, "refuse", words.say("I do not approve this")),
        }
    offer = is_offer(mail.subject_key)
    if mail.audience != "client" and not offer:
        return {}
    there = mail.context.get("kind", "personal") == "personal" and not offer
    return {
        f"{action}_link": replies.link(mail.subject_key, mail.version, action, wording.say(said))
        for action, said in (READY_MADE if there else AT_A_DISTANCE).items()
    }


def unsubscribe(mail: Mail, replies: ReplyTokens | None) -> str:
    """A link for the mail program itself that objects to further mails; "" where nobody would read it."""
    if replies is None or mail.audience != "client" or not mail.subject_key:
        return ""
    return replies.bare_link(mail.subject_key, mail.version, "object", "STOP")
