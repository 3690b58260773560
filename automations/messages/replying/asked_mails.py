"""The mails that left, found by whatever an answer quotes of them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import tzinfo
from functools import cached_property

from msgspec import Struct

from automations.ledger.book import Ledger
from automations.ledger.outbox import QueuedMail
from automations.messages.addresses import AddressProblem, address
from automations.messages.bounces import Bounce, ReturnedTo
from automations.messages.calendar_answers import CalendarAnswer, secret_uid
from automations.messages.incoming import Reading
from automations.messages.message import Sender, message_id
from automations.messages.return_path import mark_of
from automations.model.plan import Mail
from automations.model.told import is_offer

RETURNABLE = frozenset({"sent", "unknown", "bounced"})  # states of a mail that can come back

_LEFT = ("sending", "sent", "unknown", "bounced", "test")


class AskedMails(Struct, frozen=True, dict=True):
    """Read from the ledger when the first message asks for it. Lists of mails are oldest first."""

    ledger: Ledger
    sender: Sender

    @cached_property
    def all(self) -> tuple[QueuedMail, ...]:
        """Mails that may have reached somebody, as far as their content is still kept."""
        return self.ledger.mails(*_LEFT)

    @cached_property
    def by_message_id(self) -> Mapping[str, QueuedMail]:
        """Message-IDs are keyed (see `message_id`): whoever quotes one has had the mail. Those that left under an
        earlier sender's domain stand in the ledger."""
        named = {message_id(item.mail.key, self.sender): item for item in self.all}
        return named | {item.message_id.strip(): item for item in self.all if item.message_id.strip()}

    @cached_property
    def _by_mark(self) -> Mapping[str, QueuedMail]:
        return {mark_of(identity): item for identity, item in self.by_message_id.items()}

    def about(self, appointment: str) -> list[Mail]:
        """What a client was sent about an appointment, each mail without what it carried of others."""
        return [part for part in self._parts if appointment in _subjects(part)]

    def respelt(self, subject: str) -> list[str]:
        """The subjects that were told and differ from one in small and capital letters only."""
        return sorted({one for part in self._parts for one in _subjects(part) if one.casefold() == subject.casefold()})

    def in_calendar(self, uid: str) -> list[Mail]:
        """What a client was sent with a calendar entry of this name."""
        key, name = self.sender.key, _before_at(uid)
        # The domain says nothing, and some servers write it in capitals.
        return [
            part for part in self._parts if part.calendar and _before_at(secret_uid(part.calendar.uid, key)) == name
        ]

    def asked_at(self, answer: CalendarAnswer, zone: tzinfo, sender: str) -> Mail | None:
        """The mail that a calendar answers: of its version, or, where it names none, of its start; None for neither.
        Where several clients were told of that start, as a case number was corrected, it is the one who was written to
        at the address that answers (`sender`, or the attendee's)."""
        mails = self.in_calendar(answer.uid)
        # The version is certain, as only a calendar that had our entry knows it; a start may be that of several.
        if answer.sequence is not None:
            return next((mail for mail in reversed(mails) if mail.version == answer.sequence), None)
        start = answer.start
        start = start.replace(tzinfo=zone) if start and not start.tzinfo else start
        meant = [mail for mail in mails if mail.calendar and mail.calendar.start == start]
        if not meant and len({mail.version for mail in mails}) == 1:
            meant = mails  # the one version that there was, whatever start a telephone quotes
        if len({mail.case for mail in meant}) > 1:
            meant = [mail for mail in meant if mail.to.strip().casefold() in {sender, answer.attendee}]
        # Of several clients none is guessed: a yes taken for another's would keep that one from being asked.
        return meant[-1] if len({mail.case for mail in meant}) == 1 else None

    def quoted(self, reading: Reading) -> list[Mail]:
        """The mails to clients that a message answers. Whoever names one has had it."""
        found = [self.by_message_id[identity].mail for identity in reading.refers if identity in self.by_message_id]
        return [mail for mail in found if mail.audience == "client" and mail.case]

    def sent_to(self, address: str) -> list[Mail]:
        """All that a client was sent at an address (a bare one, in small letters)."""
        return [mail for mail in self._to_clients if mail.to.strip().casefold() == address]

    def returned(self, bounce: Bounce, archive: str) -> tuple[QueuedMail, ReturnedTo] | None:
        """The mail that came back, and what became of it; None where none of ours did.

        A forwarder reports an address of its own. A report that names no mail is about the newest one to the
        address that it gives."""
        # First by the address that the report came to, which is right whatever the report says.
        item = next((self._by_mark[mark] for mark in bounce.marks if mark in self._by_mark), None)
        item = item or next((self.by_message_id[name] for name in bounce.refers if name in self.by_message_id), None)
        if item is not None:
            # A full archive mailbox says nothing about the reader.
            others = [each for each in bounce.recipients if on_the_wire(archive) not in each.addresses]
            fate = bounce.of(on_the_wire(item.mail.to)) or next(iter(others), None)
            return (item, fate) if fate else None
        # A report that names a mail which is none of ours is about somebody else's mail to that address.
        newest = None if bounce.message_id else next((item for item in reversed(self.all) if _of(bounce, item)), None)
        fate = bounce.of(on_the_wire(newest.mail.to)) if newest else None
        return (newest, fate) if newest and fate else None

    @cached_property
    def _parts(self) -> list[Mail]:
        """What can be answered: mails to clients, and offers to whoever is asked in turn."""
        offers = [item.mail for item in self.all if item.mail.audience != "client" and is_offer(item.mail.subject_key)]
        return [*(part for mail in self._to_clients for part in mail.parts), *offers]

    @cached_property
    def _to_clients(self) -> list[Mail]:
        return [item.mail for item in self.all if item.mail.audience == "client" and item.mail.case]


def _subjects(mail: Mail) -> set[str]:
    return {mail.subject_key, *(telling.subject for telling in mail.tells)}


def on_the_wire(typed: str) -> str:
    """An address as servers write it; "" for none."""
    try:
        return address(typed).addr_spec.casefold() if typed else ""
    except AddressProblem:
        return typed.casefold()


def _of(bounce: Bounce, item: QueuedMail) -> bool:
    return item.state in RETURNABLE and bounce.of(on_the_wire(item.mail.to)) is not None


def _before_at(uid: str) -> str:
    return uid.partition("@")[0].casefold()
