"""Rows that are read seldom, many of them packed into one: what is alike in them is kept once.

A block is never changed: whoever has to take something out of it puts its rows back where they came from
(`older_story`, `older_mails`), and the day's tidying packs what is left."""

from __future__ import annotations

import json
import lzma
from collections.abc import Iterator, Sequence
from typing import Any

from msgspec import Struct
from sqlalchemy import ColumnElement, Connection, delete, insert, select, true

from automations.ledger.errors import LedgerError
from automations.ledger.packing import SMALL
from automations.ledger.schema import packed


class Block(Struct, frozen=True):
    """Rows `first` to `last`, the oldest of them of the moment `oldest` (microseconds, as in the schema)."""

    kind: str
    first: int
    last: int
    oldest: int
    digest: str
    content: bytes

    @property
    def text(self) -> str:
        """All of it as JSON, column by column. Raises LedgerError for a damaged one."""
        try:
            return lzma.decompress(self.content, format=lzma.FORMAT_XZ).decode()
        except (lzma.LZMAError, ValueError) as error:
            raise _damaged() from error

    def rows(self) -> list[list[Any]]:
        """The rows in their order. Raises LedgerError for a damaged block."""
        text = self.text
        try:
            return list(map(list, zip(*json.loads(text), strict=True)))
        except (ValueError, TypeError) as error:
            raise _damaged() from error


def _damaged() -> LedgerError:
    return LedgerError(
        "The database file is damaged: {reason}.",
        "Please restore the newest backup with `kim ledger restore`.",
        code="ledger_damaged",
        reason="packed",
    )


def blocks(connection: Connection, kind: str, where: ColumnElement[bool] | None = None) -> Iterator[Block]:
    """The blocks of a kind in order, each read when it is its turn."""
    chosen = true() if where is None else where
    # The keys first: all contents at once would be hundreds of megabytes.
    firsts = connection.execute(select(packed.c.first).where(packed.c.kind == kind, chosen).order_by(packed.c.first))
    for first in firsts.scalars().all():
        yield Block(*connection.execute(select(packed).where(packed.c.kind == kind, packed.c.first == first)).one())


def keep_block(connection: Connection, place: Block, rows: Sequence[Sequence[Any]]) -> None:
    """Packs rows (JSON values) into a block; the content of `place` is made here."""
    columns = json.dumps([*zip(*rows, strict=True)], ensure_ascii=False, separators=(",", ":"))
    # Column by column, so that what is alike stands together.
    content = lzma.compress(columns.encode(), check=lzma.CHECK_CRC64, filters=SMALL)
    connection.execute(
        insert(packed).values(
            kind=place.kind, first=place.first, last=place.last, oldest=place.oldest, digest=place.digest,
            content=content,
        )
    )  # fmt: skip


def drop_block(connection: Connection, block: Block) -> None:
    """Deletes a block; its rows stand elsewhere, or are to go."""
    connection.execute(delete(packed).where(packed.c.kind == block.kind, packed.c.first == block.first))
