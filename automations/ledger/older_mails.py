"""The content of mails that left some days ago, packed: most of one stands in the others, too."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime

from sqlalchemy import Connection, delete, func, select

from automations.ledger.blocks import Block, blocks, drop_block, keep_block
from automations.ledger.schema import mail_payloads, outbox, packed, to_micros
from automations.ledger.store import add_new, chunks

KIND = "mails"
FULL = 200  # mails of a block: half a megabyte of JSON
STATES = ("sent", "test")
"""Their way is over, and nobody has to do anything about them; one that comes back is put back (`unfold_mails`)."""
_A_DAY = 50 * FULL


def old_contents(connection: Connection) -> dict[str, tuple[str, bytes]]:
    """Payload and text of the packed mails, by key."""
    return {
        # Mails are kept as bytes, and JSON knows none: each byte is one letter of that alphabet.
        key: (payload, text.encode("latin-1"))
        for block in blocks(connection, KIND)
        for key, _, payload, text in block.rows()
    }


def unfold_mails(connection: Connection, keys: Collection[str]) -> None:
    """Puts the content of these mails, and of those beside them, back into its table."""
    wanted = set(keys)
    if wanted:
        _unfold(connection, [one for one in blocks(connection, KIND) if any(row[0] in wanted for row in one.rows())])


def unfold_mails_before(connection: Connection, moment: datetime) -> None:
    """The same, of the blocks in which one is older."""
    _unfold(connection, list(blocks(connection, KIND, packed.c.oldest < to_micros(moment))))


def _unfold(connection: Connection, chosen: Iterable[Block]) -> None:
    for block in chosen:
        drop_block(connection, block)
        for key, _, payload, text in block.rows():
            add_new(connection, mail_payloads, {"key": key, "payload": payload, "text": text.encode("latin-1")})


def fold_mails(connection: Connection, before: datetime) -> None:
    """Packs the content of mails that left before a moment."""
    # Else each day would leave a small block, and small ones pack badly.
    _widen_last(connection)
    joined = mail_payloads.join(outbox, outbox.c.key == mail_payloads.c.key)
    query = select(mail_payloads, outbox.c.at).select_from(joined).order_by(outbox.c.at, outbox.c.key).limit(_A_DAY)
    rows = connection.execute(query.where(outbox.c.state.in_(STATES), outbox.c.at < before)).all()
    number = connection.execute(select(func.max(packed.c.last)).where(packed.c.kind == KIND)).scalar() or 0
    for start in range(0, len(rows), FULL):
        some = rows[start : start + FULL]
        contents = [(row.key, to_micros(row.at), row.payload, row.text.decode("latin-1")) for row in some]
        place = Block(KIND, number + 1, number + len(some), contents[0][1], "", b"")
        keep_block(connection, place, contents)
        number += len(some)
    for part in chunks([row.key for row in rows]):
        connection.execute(delete(mail_payloads).where(mail_payloads.c.key.in_(part)))


def _widen_last(connection: Connection) -> None:
    last = connection.execute(select(func.max(packed.c.first)).where(packed.c.kind == KIND)).scalar()
    if last is not None:
        small = (packed.c.first == last) & (packed.c.last - packed.c.first + 1 < FULL)
        _unfold(connection, list(blocks(connection, KIND, small)))
