"""What was told to whom, kept beside the outbox: the message's state says what became of it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from msgspec import structs
from sqlalchemy import Connection, delete, select

from automations.ledger.codec import dumps, loads
from automations.ledger.schema import told
from automations.ledger.store import chunks, upsert
from automations.model.history import LEFT, MailRecord, Reply, last_answer
from automations.model.plan import Mail
from automations.model.told import Fate, Told, address_digest

NOTHING = dumps({})  # the content of an entry whose content was erased, or is past its time


def keep_tellings(connection: Connection, mails: Sequence[Mail], now: datetime, waiting: Collection[str]) -> None:
    """Notes what planned mails tell. One that is `waiting` (keys of mails) waits since it was planned first."""
    keys = [telling.key for mail in mails if mail.key in waiting for telling in mail.tellings]
    query = select(told.c.key, told.c.at)
    known = {row.key: row.at for part in chunks(keys) for row in connection.execute(query.where(told.c.key.in_(part)))}
    rows = [
        {
            "key": telling.key,
            "mail": mail.key,
            "case": telling.case,
            "subject_key": telling.subject,
            "version": telling.version,
            "channel": mail.channel,
            "address_digest": address_digest(mail.to),
            "at": known.get(telling.key, now),
            "fate": "",
            "payload": dumps(dict(telling.content)),
        }
        for mail in mails
        for telling in mail.tellings
    ]
    # Else somebody would count as told by a mail that does not speak of them any more.
    _forget_left_out(connection, mails)
    upsert(connection, told, rows)


def _forget_left_out(connection: Connection, mails: Sequence[Mail]) -> None:
    """What a waiting mail was to tell beside its own matter and does not any more."""
    t, kept = told.c, {telling.key for mail in mails for telling in mail.tellings}
    for part in chunks([mail.key for mail in mails]):
        known = connection.execute(select(t.key).where(t.mail.in_(part), t.key != t.mail)).scalars()
        for some in chunks([key for key in known if key not in kept]):
            connection.execute(delete(told).where(t.key.in_(some)))


def with_covered(connection: Connection, mails: dict[str, MailRecord]) -> Mapping[str, MailRecord]:
    """The mails, and under its own key whatever one of them told beside its own matter."""
    t = told.c
    columns = (t.key, t.mail, t.case, t.subject_key, t.version)
    for key, mail, case, subject, version in connection.execute(select(*columns).where(t.key != t.mail)):
        # What was not to leave after all told nobody of the others: they may be told by a mail of their own.
        if mail in mails and key not in mails and mails[mail].state != "suppressed":
            # A key begins with its rule; what the mail itself is of says nothing about what it carries.
            rule = key.partition("/")[0]
            mails[key] = structs.replace(
                mails[mail], key=key, rule=rule, case=case, subject_key=subject, version=version, size=0
            )
    return mails


def read_told(
    connection: Connection, mails: Mapping[str, MailRecord], replies: Mapping[str, tuple[Reply, ...]], *, live: bool
) -> Mapping[str, tuple[Told, ...]]:
    """By subject, everything that was or is to be told, the oldest first."""
    found: dict[str, tuple[Told, ...]] = {}
    for row in connection.execute(select(told).order_by(told.c.at, told.c.version, told.c.key)):
        record = mails.get(row.mail)
        fate = _fate(record, live=live) if record else None
        # An entry without its mail tells nothing: nobody knows whether it left.
        if record is None or fate is None:
            continue
        entry = _entry(row, record, row.fate or fate)
        answer = last_answer(entry, replies.get(row.subject_key, ()))
        if answer:
            # Whoever answered has read it, whatever else is known of the mail.
            entry = structs.replace(entry, answer=answer, fate="answered" if entry.fate == "left" else entry.fate)
        found[row.subject_key] = (*found.get(row.subject_key, ()), entry)
    return found


def _fate(record: MailRecord, *, live: bool) -> Fate | None:
    """None for what never left and will not any more."""
    if record.state in {"bounced", "failed"}:
        return "returned"
    if record.state in LEFT or (record.state == "test" and not live):
        return "left"
    # Whatever remains never left: suppressed by a guard, or a test mail of a site that is live by now.
    return "waiting" if record.state in {"queued", "held", "retry"} else None


def _entry(row: Any, record: MailRecord, fate: Fate) -> Told:
    return Told(
        key=row.key,
        mail=row.mail,
        case=row.case,
        subject=row.subject_key,
        version=row.version,
        # While it waits, the moment that counts is the one of its planning.
        at=row.at if fate == "waiting" else record.at,
        fate=fate,
        channel=row.channel,
        address=row.address_digest,
        content=loads(row.payload),
    )
