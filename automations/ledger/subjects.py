"""What the ledger keeps about a person: the entries, mails, facts and rows that name them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Select, or_, select

from automations.ledger.codec import dumps, loads
from automations.ledger.older_story import old_subjects
from automations.ledger.schema import (
    audit_payloads,
    facts,
    mail_payloads,
    outbox,
    replies,
    seen,
    sightings,
    told,
    vetoes,
    write_groups,
)
from automations.ledger.staff_edits import UNKNOWN
from automations.ledger.store import chunks
from automations.model.values import Plain, is_draft, to_plain

_TELLING = 3  # characters that a key needs to be looked for inside of texts: "1" stands in all of them


def naming(subject: str) -> re.Pattern[str]:
    """Finds a number as a word of its own in JSON text: K-1 is not in K-10. An escaped line end may come before."""
    # In JSON a line end is written as a letter behind a backslash, which would else belong to the number.
    return re.compile(rf"(?:(?<!\w)|(?<=\\[nrt])){re.escape(subject)}(?!\w)")


def told_apart(subjects: Sequence[str]) -> list[str]:
    """Numbers that stand in what is said about other rows ("perhaps the same person as …")."""
    # A draft's key is a digest: it stands in no sentence.
    return [subject for subject in subjects if not is_draft(subject) and len(subject) >= _TELLING]


def quoted(subject: str) -> str:
    """A number as a value of its own, as it stands in what was seen of the case's appointments."""
    return dumps(subject)


def entries_naming(connection: Connection, subjects: Sequence[str]) -> Iterator[int]:
    """Entries about others that name one of the subjects, perhaps with the person's name."""
    for subject in told_apart(subjects):
        named, found = audit_payloads.c.payload.contains(subject, autoescape=True), naming(subject)
        rows = connection.execute(select(audit_payloads.c.id, audit_payloads.c.payload).where(named)).all()
        yield from (row.id for row in rows if found.search(row.payload))


def facts_about(connection: Connection, subjects: Sequence[str]) -> Iterator[Any]:
    """Facts under such a key (also as part of a path: duplicate/A/B), about such a case or number."""
    wanted = set(subjects)
    for row in connection.execute(select(facts.c.kind, facts.c.key, facts.c.payload)).all():
        named = {row.key, *row.key.split("/")}
        # Figures of a week are counts: they name nobody, and their text is long.
        if row.kind != "weekly":
            data = loads(row.payload)
            named |= {str(data.get("case", "")), str(data.get("number", ""))}
        if named & wanted:
            yield row


def carrying(part: Sequence[str]) -> Select[tuple[str]]:
    """Keys of mails that tell somebody of the subjects beside others."""
    return select(told.c.mail).where(or_(told.c.case.in_(part), told.c.subject_key.in_(part)))


def mails_about(connection: Connection, subjects: Sequence[str]) -> Iterator[Any]:
    """Mails of the outbox about a person, with what was kept of their content."""
    joined = outbox.outerjoin(mail_payloads, outbox.c.key == mail_payloads.c.key)
    query = select(outbox, mail_payloads.c.payload, mail_payloads.c.text).select_from(joined)
    for part in chunks(subjects):
        own = or_(outbox.c.case.in_(part), outbox.c.subject_key.in_(part))
        about = or_(own, outbox.c.key.in_(carrying(part)))
        yield from connection.execute(query.where(about).order_by(outbox.c.at, outbox.c.key))


def plain_mail(row: Any, old: Mapping[str, tuple[str, bytes]]) -> Mapping[str, Plain]:
    """A mail as it is told to the person; `old` are the contents that are packed."""
    payload, text = (row.payload, row.text) if row.payload else old.get(row.key, ("", b""))
    return {
        "key": row.key,
        "rule": row.rule,
        "state": row.state,
        "at": row.at.isoformat(),
        "language": row.language,
        "detail": row.detail,
        "content": to_plain(loads(payload)) if payload else None,
        "text": text.decode(errors="replace"),
    }


def plain_telling(row: Any) -> Mapping[str, Plain]:
    """What somebody was told, as it is told to the person."""
    return {"key": row.key, "subject": row.subject_key, "at": row.at.isoformat(), "said": to_plain(loads(row.payload))}


def rows_about(connection: Connection, subjects: Sequence[str], what: str) -> Iterator[Any]:
    """Rows about a person; `what` is one of the queries below."""
    for part in chunks(subjects):
        queries = {
            "replies": select(replies).where(or_(replies.c.case.in_(part), replies.c.appointment.in_(part))),
            "told": select(told).where(or_(told.c.case.in_(part), told.c.subject_key.in_(part))),
            "written": select(write_groups).where(write_groups.c.key.in_(part)),
            "vetoes": select(vetoes).where(vetoes.c.key.in_(part)),
        }
        yield from connection.execute(queries[what])


def seen_about(connection: Connection, subjects: Sequence[str]) -> Iterator[Mapping[str, Plain]]:
    """What the noted columns of the rows said when they were last read, and of appointments that are gone."""
    heads = {
        (row.workbook, row.tbl): loads(row.payload)["fields"]
        for row in connection.execute(select(seen).where(seen.c.key == ""))
    }
    named = [seen.c.payload.contains(quoted(subject), autoescape=True) for subject in told_apart(subjects)]
    about = select(seen).where(or_(seen.c.key.in_(subjects), *named), seen.c.payload != UNKNOWN)
    for row in connection.execute(about.order_by(seen.c.key)):
        fields, values = heads.get((row.workbook, row.tbl), ()), loads(row.payload)
        yield {"table": row.tbl, "key": row.key, "values": to_plain(dict(zip(fields, values, strict=False)))}


def all_subjects(connection: Connection) -> set[str]:
    """Every person that anything is kept of; after a backup was restored, the list of erasures is held against them."""
    columns = (
        audit_payloads.c.case, audit_payloads.c.subject, outbox.c.case, outbox.c.subject_key, told.c.case,
        told.c.subject_key, replies.c.case, replies.c.appointment, vetoes.c.key, sightings.c.key, seen.c.key,
        write_groups.c.key,
    )  # fmt: skip
    found = {name for column in columns for name in connection.execute(select(column).distinct()).scalars()}
    found |= old_subjects(connection)
    for row in connection.execute(select(facts.c.key, facts.c.payload)):
        found |= {row.key, *row.key.split("/"), str(loads(row.payload).get("number", ""))}
    return found - {""}
