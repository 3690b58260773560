"""What the templates of a message may speak of: what it was given, cleaned, blanks for all else, and the links that a
reader can tap."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import TypeAlias

from automations.common.texts import Texts
from automations.messages.addresses import AddressProblem, clean_line, named_address
from automations.messages.reply_tokens import AT_A_DISTANCE, READY_MADE, ReplyTokens
from automations.messages.wording import Wording
from automations.model.console import APPROVAL
from automations.model.plan import Mail
from automations.model.settings import SiteFacts
from automations.model.told import is_offer
from automations.model.values import Plain, to_plain

Given: TypeAlias = Mapping[str, Plain]

KNOWN_KEYS: Mapping[str, Plain] = MappingProxyType({
    "case": "", "case_manager": "", "place": "", "protected": False, "address": "", "directions": "",
    "date": "", "time": "", "duration": "", "phone": "", "office_phone": "", "bring": [], "days_ahead": "",
    "old_date": "", "old_time": "", "confirm_link": "", "cancel_link": "", "object_link": "",
    "site_name": "", "sender_name": "", "appointments": [], "counts": [], "questions": [], "problems": [],
    "days": "", "received": "", "urgency": "", "run": "", "own": {}, "to_client": False,
    "approval": {}, "approve_link": "", "refuse_link": "", "asks": "",
    "kind": "personal", "until": "", "changed": [], "old_manager": "", "old_duration": 0, "call_number": "",
})  # fmt: skip
"""What the shipped templates speak of; a mail gives those that it knows, the others are blank."""

_GIVES_AWAY = ("place", "address", "directions")


def context_of(mail: Mail, facts: SiteFacts) -> dict[str, Plain]:
    """All that a message's templates may name. A protected place is not among it."""
    own = {"site_name": clean(facts.name), "sender_name": clean(sender_name(facts))}
    given = {"case": mail.case, **mail.context}
    cleaned: dict[str, Plain] = {**KNOWN_KEYS, **own, **{key: clean(to_plain(given[key])) for key in given}}
    # Templates loop over it, and a loop over a text goes letter by letter.
    if isinstance(cleaned["bring"], str):
        cleaned["bring"] = [cleaned["bring"]] if cleaned["bring"].strip() else []
    # Here and not in each template: one that a site wrote itself would forget it.
    if cleaned["protected"]:
        cleaned.update(dict.fromkeys(_GIVES_AWAY, ""))
    return cleaned


def sender_name(facts: SiteFacts) -> str:
    """The name that mails come from."""
    return _display_name(facts.mail_from) or facts.name


def clean(value: Plain) -> Plain:
    """Text from people, line by line without control characters and the like."""
    if isinstance(value, str):
        return "\n".join(clean_line(line) for line in value.splitlines())
    if isinstance(value, Mapping):
        return {key: clean(item) for key, item in value.items()}
    if isinstance(value, list):
        return [clean(item) for item in value]
    return value


def _display_name(sender: str) -> str:
    try:
        return named_address(sender).display_name if sender else ""
    except AddressProblem:
        return ""


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
    # Colleagues answer in the tab.
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
