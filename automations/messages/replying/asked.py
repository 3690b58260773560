"""The mails that left, found by whatever an answer quotes of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from automations.ledger import Ledger, QueuedMail
from automations.messages.calendar_answers import secret_uid
from automations.messages.incoming import Reading
from automations.messages.message import Sender, message_id
from automations.model.plan import Mail

_LEFT = ("sending", "sent", "unknown", "bounced", "test")


@dataclass(frozen=True)
class AskedMails:
    """Read from the ledger when the first message asks for it. Lists of mails are oldest first."""

    ledger: Ledger
    sender: Sender

    @cached_property
    def all(self) -> tuple[QueuedMail, ...]:
        """Mails that may have reached somebody, as far as their content is still kept."""
        return self.ledger.mails(*_LEFT)

    @cached_property
    def by_message_id(self) -> Mapping[str, QueuedMail]:
        """Message-IDs are keyed (see `message_id`): whoever quotes one has had the mail."""
        return {message_id(item.mail.key, self.sender): item for item in self.all}

    def about(self, appointment: str) -> list[Mail]:
        """What a client was sent about an appointment."""
        return [mail for mail in self._to_clients if mail.subject_key == appointment]

    def in_calendar(self, uid: str) -> list[Mail]:
        """What a client was sent with a calendar entry of this name."""
        key = self.sender.key
        return [mail for mail in self._to_clients if mail.calendar and secret_uid(mail.calendar.uid, key) == uid]

    def objected_to(self, reading: Reading) -> list[Mail]:
        """What an objection without code is about: the mails that it answers, else all that were
        sent to its sender."""
        quoted = [self.by_message_id[identity].mail for identity in reading.refers if identity in self.by_message_id]
        known = [mail for mail in quoted if mail.audience == "client" and mail.case]
        return known or [mail for mail in self._to_clients if mail.to.strip().casefold() == reading.sender]

    @cached_property
    def _to_clients(self) -> list[Mail]:
        return [item.mail for item in self.all if item.mail.audience == "client" and item.mail.case]
