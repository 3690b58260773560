"""Replies of clients, and addresses that bounced or objected."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Literal

from msgspec.structs import replace
from sqlalchemy import Connection, select

from automations.ledger.audit import Entry, append
from automations.ledger.codec import dumps, loads
from automations.ledger.outbox import WAITING
from automations.ledger.recording import suppress
from automations.ledger.schema import addresses, outbox, replies
from automations.ledger.store import Store, add_new, upsert
from automations.model.history import Reply
from automations.model.told import address_digest
from automations.model.values import digest

AddressState = Literal["bounced", "objected"]


class Replies(Store):
    """Facts that come from outside."""

    def record_reply(self, reply: Reply, now: datetime, *, message_id: str = "") -> bool:
        """Keeps a reply before its message is marked as read; False if it was kept before.

        The waiting mails of the version that it answers are suppressed at once, after an objection
        those of the whole case. `message_id` tells two messages apart; without it the time does."""
        mark = digest(message_id or reply.at.isoformat(), reply.appointment, reply.case, reply.version, reply.action)
        row = {
            "id": mark,
            "appointment": reply.appointment,
            "case": reply.case,
            "version": reply.version,
            "action": reply.action,
            "at": reply.at,
            "payload": dumps(replace(reply, read_at=reply.read_at or now)),
        }
        with self._writing() as connection:
            if not add_new(connection, replies, row):
                return False
            data = {"action": reply.action, "version": reply.version, "appointment": reply.appointment}
            entries = [Entry("reply", data, reply.case, reply.appointment)]
            append(connection, now, "", [*entries, *_suppress_answered(connection, reply, now)])
            return True

    def note_address(self, address: str, state: AddressState, now: datetime) -> None:
        """Remembers, as a digest, that mails to an address bounce, or that its owner objected. Of several
        moments the last counts: consent given before it lifts nothing."""
        row = {"digest": address_digest(address), "state": state, "at": now}
        with self._writing() as connection:
            upsert(connection, addresses, [row])
            append(connection, now, "", [Entry("address", {"state": state})])


def _suppress_answered(connection: Connection, reply: Reply, now: datetime) -> Sequence[Entry]:
    version = (outbox.c.subject_key == reply.appointment) & (outbox.c.version == reply.version)
    # Whoever objects is written to about nothing more; a yes or no ends its own reminders only.
    about = outbox.c.case == reply.case if reply.action == "object" else version
    rows = connection.execute(select(outbox).where(about, outbox.c.state.in_(WAITING))).all()
    return list(suppress(connection, rows, now, "answered"))


def read_replies(connection: Connection) -> Mapping[str, tuple[Reply, ...]]:
    """Replies by appointment, the oldest first."""
    found: dict[str, tuple[Reply, ...]] = {}
    for payload in connection.execute(select(replies.c.payload).order_by(replies.c.at, replies.c.id)).scalars():
        reply: Reply = loads(payload)
        found[reply.appointment] = (*found.get(reply.appointment, ()), reply)
    return found


def read_addresses(connection: Connection, state: AddressState) -> Mapping[str, datetime]:
    """Digests of the addresses of that kind, and since when (UTC) they are."""
    found = connection.execute(select(addresses.c.digest, addresses.c.at).where(addresses.c.state == state))
    return {row[0]: row[1] for row in found}
