"""The audit chain: what happened, in order, in a way that shows whether somebody changed it later.

An entry holds a salted digest of its content and a digest over itself and the entry before. The
content stands in a table of its own and can be erased without breaking the chain; without its salt
nobody can try out names against the digest that stays."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from heapq import merge
from types import MappingProxyType
from typing import Any

from msgspec import Struct, field
from sqlalchemy import Connection, insert, or_, select

from automations.common.texts import Texts, texts
from automations.ledger.blocks import Block, blocks
from automations.ledger.chain import ORIGIN, content_digest, link
from automations.ledger.codec import dumps, loads
from automations.ledger.errors import LedgerError
from automations.ledger.older_story import KIND, holds, old_entries_about
from automations.ledger.schema import audit, audit_payloads, facts, from_micros, to_micros
from automations.ledger.store import Store, chunks, meta_value, set_meta
from automations.ledger.story import tell
from automations.model.fact_kinds.sightings import Renumbered, Reserved
from automations.model.values import Plain, to_plain


class Entry(Struct, frozen=True):
    """Something to be entered. `case` is a case number, `subject` the key of the row it is about."""

    kind: str
    data: Mapping[str, Any] = field(default_factory=dict)
    case: str = ""
    subject: str = ""


class StoryEntry(Struct, frozen=True):
    """Something that happened to a case. `kind`: "decided", "written", "mail", "reply", "fact",
    "veto", "noticed"; `text` says it to people; `at` is in UTC."""

    at: datetime
    run: str
    kind: str
    text: str
    data: Mapping[str, Plain]


def append(connection: Connection, at: datetime, run: str, entries: Iterable[Entry]) -> None:
    """Adds entries at the end of the chain, within the caller's writing transaction."""
    number, previous = _head(connection)
    links: list[dict[str, Any]] = []
    contents: list[dict[str, Any]] = []
    for entry in entries:
        number += 1
        # A fresh one for each entry: else equal contents would have equal digests.
        payload, nonce = dumps(entry.data), secrets.token_hex(8)
        content = content_digest(nonce, entry.case, entry.subject, payload)
        previous = link(previous, number, to_micros(at), run, entry.kind, content)
        links.append({"id": number, "at": at, "run": run, "kind": entry.kind, "content": content, "digest": previous})
        contents.append(
            {"id": number, "case": entry.case, "subject": entry.subject, "nonce": nonce, "payload": payload}
        )
    if links:
        # One alone goes as it is: a list of them is looked through anew each time.
        connection.execute(_LINK, links if len(links) > 1 else links[0])
        connection.execute(_CONTENT, contents if len(contents) > 1 else contents[0])
        # Kept apart from the rows: entries that are cut off at the end are noticed by it.
        set_meta(connection, "head", f"{number}:{previous}")


_LINK, _CONTENT = insert(audit), insert(audit_payloads)


def last_entry(connection: Connection) -> int:
    """The number of the newest entry."""
    return _head(connection)[0]


def _head(connection: Connection) -> tuple[int, str]:
    number, _, digest = meta_value(connection, "head").partition(":")
    return int(number or 0), digest


def broken_links(connection: Connection, say: Texts) -> Iterator[str]:
    """One sentence for each place where the chain does not hold."""
    number, _, previous = (meta_value(connection, "anchor") or ORIGIN).partition(":")
    expected = int(number) + 1
    for first, part in merge(_rows_by_id(connection), _blocks_by_id(connection), key=lambda one: one[0]):
        if first != expected:
            yield say.say("Entries {first} to {last} of the audit chain are missing.", first=expected, last=first - 1)
        if isinstance(part, Block):
            last, digest = part.last, part.digest
            if not holds(part, previous):
                yield say.say("Entries {first} to {last} of the audit chain were changed.", first=first, last=last)
        else:
            last, digest = first, part.digest
            if first == expected and digest != _digest_of(part, previous):
                yield say.say("Entry {n} of the audit chain was changed.", n=first)
            if part.nonce is not None and part.content != content_digest(*part[-4:]):
                yield say.say("The content of entry {n} of the audit chain was changed.", n=first)
        # Going on from what stands there: one change is told once, not at every entry behind it.
        expected, previous = last + 1, digest
    if meta_value(connection, "head") != f"{expected - 1}:{previous}":
        yield say.say("The audit chain ends at entry {n}, but it went on after that.", n=expected - 1)


def _rows_by_id(connection: Connection) -> Iterator[tuple[int, Any]]:
    p = audit_payloads.c
    joined = audit.outerjoin(audit_payloads, audit.c.id == p.id)
    query = select(audit, p.nonce, p.case, p.subject, p.payload).select_from(joined).order_by(audit.c.id)
    for row in connection.execution_options(yield_per=5000).execute(query):
        yield row.id, row


def _blocks_by_id(connection: Connection) -> Iterator[tuple[int, Any]]:
    return ((block.first, block) for block in blocks(connection, KIND))


def _digest_of(row: Any, previous: str) -> str:
    return link(previous, row.id, to_micros(row.at), row.run, row.kind, row.content)


class Audit(Store):
    """Reading the audit chain."""

    @property
    def head(self) -> str:
        """The end of the chain: it changes with everything that is entered."""
        with self._reading() as connection:
            return meta_value(connection, "head")

    def story(
        self, case: str, keys: Sequence[str] = (), language: str = "de",
        called: Mapping[str, str] = MappingProxyType({}),
    ) -> tuple[StoryEntry, ...]:  # fmt: skip
        """Everything about a case and the rows of `keys` (its appointments), in order, told in a
        language; what carries no content any more is left out. `called` is what people call the rules, by name.

        What happened while a row had no number yet is found by the number reserved for it."""
        with self._reading() as connection:
            return read_story(connection, with_drafts(connection, (case, *keys)), language, called)

    def check(self, language: str = "de") -> tuple[str, ...]:
        """What is wrong with the ledger, in sentences of a language; () where it is sound."""
        say = texts(language)
        try:
            with self._reading() as connection:
                return (*damages(connection, say), *broken_links(connection, say))
        except LedgerError as error:
            # A file so damaged that nothing can be read of it: that is the answer to the question.
            return (error.told(language).message,)


def with_drafts(connection: Connection, subjects: Sequence[str]) -> tuple[str, ...]:
    """The subjects, and what those rows were called before: the keys of their drafts, and other numbers."""
    kinds = (Reserved.kind, Renumbered.kind)
    rows = connection.execute(select(facts.c.kind, facts.c.key, facts.c.payload).where(facts.c.kind.in_(kinds)))
    former: dict[str, list[str]] = {}
    for kind, key, payload in rows:
        # A former number stands under its table.
        name = key.partition("/")[2] if kind == Renumbered.kind else key
        former.setdefault(str(loads(payload).get("number")), []).append(name)
    found = list(subjects)
    # The list grows while it is walked: a row may have been numbered anew more than once.
    for subject in found:
        found += [name for name in former.get(subject, ()) if name not in found]
    return tuple(found)


def entries_about(connection: Connection, subjects: Sequence[str]) -> list[int]:
    """Ids of the entries that are not packed and whose content is about one of the subjects, in order.

    Questions have paths as their keys, which name the cases that they are about (duplicate/A/B)."""
    paths = connection.execute(
        select(audit_payloads.c.id, audit_payloads.c.subject).where(audit_payloads.c.subject.contains("/"))
    )
    wanted = set(subjects)
    ids = {row.id for row in paths if not wanted.isdisjoint(row.subject.split("/"))}
    for part in chunks(subjects):
        about = or_(audit_payloads.c.case.in_(part), audit_payloads.c.subject.in_(part))
        ids.update(connection.execute(select(audit_payloads.c.id).where(about)).scalars())
    return sorted(ids)


def read_story(
    connection: Connection, subjects: Sequence[str], language: str, called: Mapping[str, str] = MappingProxyType({})
) -> tuple[StoryEntry, ...]:
    """The entries about the subjects whose content is still kept, in order."""
    found = [
        (old.id, from_micros(old.at), old.run, old.kind, old.payload) for old in old_entries_about(connection, subjects)
    ]
    for part in chunks(entries_about(connection, subjects)):
        joined = audit.join(audit_payloads, audit.c.id == audit_payloads.c.id)
        columns = (audit.c.id, audit.c.at, audit.c.run, audit.c.kind, audit_payloads.c.payload)
        query = select(*columns).select_from(joined).where(audit.c.id.in_(part))
        found += [(row.id, row.at, row.run, row.kind, row.payload) for row in connection.execute(query)]
    return tuple(
        _story_entry(at, run, kind, loads(payload), language, called) for _, at, run, kind, payload in sorted(found)
    )


def _story_entry(
    at: datetime, run: str, kind: str, data: Mapping[str, Any], language: str, called: Mapping[str, str]
) -> StoryEntry:
    plain = to_plain(data)
    return StoryEntry(at, run, kind, tell(kind, data, language, called), plain if isinstance(plain, Mapping) else {})


def damages(connection: Connection, say: Texts) -> Iterator[str]:
    """One sentence for each damage of the database itself, as far as it can tell."""
    # PostgreSQL checks its pages itself, and has no such question.
    if connection.dialect.name != "sqlite":
        return
    for line in connection.exec_driver_sql("PRAGMA integrity_check(10)").scalars():
        if line != "ok":
            yield say.say("The database file is damaged: {reason}.", reason=line)
    for row in connection.exec_driver_sql("PRAGMA foreign_key_check"):
        yield say.say("A row of table {table} belongs to nothing.", table=row[0])
