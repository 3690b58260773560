"""The older part of the audit chain, packed: of its digests only the last of each block is kept, the others are made
again from what stands in it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import pairwise
from typing import Any

from msgspec import Struct
from sqlalchemy import ColumnElement, Connection, delete, func, insert, select

from automations.ledger.blocks import Block, blocks, drop_block, keep_block
from automations.ledger.chain import ORIGIN, content_digest, link
from automations.ledger.errors import LedgerError
from automations.ledger.schema import audit, audit_payloads, from_micros, packed, to_micros
from automations.ledger.store import meta_value

KIND = "story"
FULL = 2000  # entries of a block: 400 KB of JSON
_FEW = 50  # fewer are not packed
_A_DAY = 25 * FULL  # at most so many entries are packed a day: after an update there may be years of them


class OldEntry(Struct, frozen=True):
    """An entry of a block. `at` is in microseconds. One whose content was erased has its digest in `content`, and
    nothing else of it; of another it is made from the content."""

    id: int
    at: int
    run: str
    kind: str
    content: str
    case: str
    subject: str
    nonce: str
    payload: str

    @property
    def has_content(self) -> bool:
        """Whether nothing was erased."""
        return not self.content

    @property
    def content_digest(self) -> str:
        """The digest of what was, or is, in it."""
        return self.content or content_digest(self.nonce, self.case, self.subject, self.payload)

    def is_about(self, subjects: set[str]) -> bool:
        """Questions have paths as their keys, which name the cases that they are about (duplicate/A/B)."""
        return self.has_content and not subjects.isdisjoint({self.case, self.subject, *self.subject.split("/")})


def old_entries(block: Block) -> list[OldEntry]:
    """What stands in a block. Raises LedgerError for a damaged one."""
    return [OldEntry(block.first + place, *row) for place, row in enumerate(block.rows())]


def links(entries: Iterable[OldEntry], previous: str) -> Iterator[str]:
    """The digest of each entry, `previous` being that of the entry before the first."""
    for entry in entries:
        previous = link(previous, entry.id, entry.at, entry.run, entry.kind, entry.content_digest)
        yield previous


def holds(block: Block, previous: str) -> bool:
    """Whether nothing in a block was changed since it was packed."""
    try:
        entries = old_entries(block)
    except (LedgerError, TypeError):
        return False
    ended = [*links(entries, previous)][-1:]
    return ended == [block.digest] and block.last - block.first + 1 == len(entries)


def mentioning(connection: Connection, subjects: Sequence[str]) -> Iterator[tuple[Block, list[OldEntry]]]:
    """The blocks in which one of the subjects stands anywhere. Raises LedgerError for a damaged one."""
    # What JSON writes with a backslash cannot be looked for in its text.
    plain = all(one.isprintable() and not {'"', "\\"} & set(one) for one in subjects)
    for block in blocks(connection, KIND):
        text = block.text if plain else ""
        if not plain or any(one in text for one in subjects):
            yield block, old_entries(block)


def old_entries_about(connection: Connection, subjects: Sequence[str]) -> list[OldEntry]:
    """The packed entries about the subjects, in order."""
    wanted = set(subjects)
    found = (entries for _, entries in mentioning(connection, subjects))
    return [entry for entries in found for entry in entries if entry.is_about(wanted)]


def old_subjects(connection: Connection) -> set[str]:
    """Every case and row that a packed entry is about."""
    return {
        name
        for block in blocks(connection, KIND)
        for entry in old_entries(block)
        if entry.has_content
        for name in (entry.case, entry.subject)
    }


def digest_at(connection: Connection, number: int) -> str | None:
    """The digest of an entry, packed or not; None where there is none of that number."""
    found = connection.execute(select(audit.c.digest).where(audit.c.id == number)).scalar()
    if found is not None:
        return str(found)
    here = (packed.c.first <= number) & (packed.c.last >= number)
    for block in blocks(connection, KIND, here):
        if number == block.last:
            return block.digest
        made = links(old_entries(block), _before(connection, block.first))
        return [*made][number - block.first]
    return None


def _before(connection: Connection, number: int) -> str:
    """The digest of the entry before one; what the chain begins with where it is the first."""
    first, _, digest = (meta_value(connection, "anchor") or ORIGIN).partition(":")
    return digest if int(first) == number - 1 else digest_at(connection, number - 1) or ""


def unfold(connection: Connection, chosen: Iterable[Block]) -> None:
    """Puts the entries of blocks back into the tables, whole again; a change in them is then found there."""
    for block in chosen:
        entries = old_entries(block)
        digests = [*links(entries, _before(connection, block.first))][:-1]
        rows = [
            {"id": one.id, "at": from_micros(one.at), "run": one.run, "kind": one.kind, "content": one.content_digest,
             "digest": digest}
            for one, digest in zip(entries, [*digests, block.digest], strict=True)
        ]  # fmt: skip
        told = [
            {"id": one.id, "case": one.case, "subject": one.subject, "nonce": one.nonce, "payload": one.payload}
            for one in entries
            if one.has_content
        ]
        drop_block(connection, block)
        connection.execute(insert(audit), rows)
        if told:
            connection.execute(insert(audit_payloads), told)


def unfold_where(connection: Connection, where: ColumnElement[bool]) -> None:
    """The same, of the blocks that a condition chooses."""
    unfold(connection, list(blocks(connection, KIND, where)))


def fold_story(connection: Connection, before: datetime) -> None:
    """Packs the entries before a moment, up to the first that is younger. What does not hold stays as it is, so that
    `kim ledger check` goes on naming it."""
    _widen_last(connection)
    young = connection.execute(select(func.min(audit.c.id)).where(audit.c.at >= before)).scalar()
    joined = audit.outerjoin(audit_payloads, audit.c.id == audit_payloads.c.id)
    p = audit_payloads.c
    query = select(audit, p.case, p.subject, p.nonce, p.payload).select_from(joined).order_by(audit.c.id)
    chosen = query.limit(_A_DAY) if young is None else query.where(audit.c.id < young).limit(_A_DAY)
    for run in _runs(connection.execute(chosen).all()):
        for start in range(0, len(run), FULL):
            _fold(connection, run[start : start + FULL])


def _widen_last(connection: Connection) -> None:
    """The newest block takes more, as long as it is not full."""
    last = connection.execute(select(func.max(packed.c.first)).where(packed.c.kind == KIND)).scalar()
    if last is not None:
        unfold_where(connection, (packed.c.first == last) & (packed.c.last - packed.c.first + 1 < FULL))


def _runs(rows: Sequence[Any]) -> Iterator[Sequence[Any]]:
    """Entries that follow each other without a gap."""
    cuts = [place for place, (one, other) in enumerate(pairwise(rows), 1) if other.id != one.id + 1]
    for start, end in pairwise([0, *cuts, len(rows)]):
        yield rows[start:end]


def _fold(connection: Connection, rows: Sequence[Any]) -> None:
    # A block has a cost of its own; what is left over today goes with tomorrow's.
    if len(rows) < _FEW:
        return
    entries = [_old_entry(row) for row in rows]
    first, last = entries[0].id, entries[-1].id
    block = Block(KIND, first, last, min(one.at for one in entries), rows[-1].digest, b"")
    made = [*links(entries, _before(connection, first))]
    if made != [row.digest for row in rows] or any(
        one.content_digest != row.content for one, row in zip(entries, rows, strict=True)
    ):
        return
    columns = [
        (one.at, one.run, one.kind, one.content, one.case, one.subject, one.nonce, one.payload) for one in entries
    ]
    connection.execute(delete(audit_payloads).where(audit_payloads.c.id.between(first, last)))
    connection.execute(delete(audit).where(audit.c.id.between(first, last)))
    keep_block(connection, block, columns)


def _old_entry(row: Any) -> OldEntry:
    erased = row.nonce is None
    return OldEntry(
        row.id, to_micros(row.at), row.run, row.kind, row.content if erased else "", row.case or "",
        row.subject or "", row.nonce or "", row.payload or "",
    )  # fmt: skip
