"""The ledger's tables as the queries see them; `migrations` makes them.

Moments are microseconds since 1970 in UTC. Columns named `payload`, `text`, `subject` and `case` of payload tables, and
`content` of what is packed, may hold personal content and can be erased; nothing else may hold any."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import BigInteger, Column, Dialect, Integer, LargeBinary, MetaData, Table, Text
from sqlalchemy.types import TypeDecorator

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def to_micros(moment: datetime) -> int:
    """An aware datetime as microseconds since 1970 in UTC. Raises ValueError for a naive one."""
    # Taken for UTC in silence it would be an hour or two wrong, and a mail would leave at night.
    if moment.tzinfo is None:
        raise ValueError("a moment without a zone")
    return (moment - _EPOCH) // _MICROSECOND


def from_micros(micros: int) -> datetime:
    """The moment in UTC."""
    return _EPOCH + timedelta(microseconds=micros)


class Moment(TypeDecorator[datetime]):
    """An aware datetime in a BIGINT, exact and the same on every database."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:
        """To the database."""
        del dialect
        return None if value is None else to_micros(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        """From the database."""
        del dialect
        return None if value is None else from_micros(value)


metadata = MetaData()


def _text(name: str, *, key: bool = False) -> Column[str]:
    return Column(name, Text, primary_key=key, nullable=False)


meta = Table("meta", metadata, _text("name", key=True), _text("value"))

runs = Table(
    "runs",
    metadata,
    _text("run", key=True),
    Column("at", Moment, nullable=False),
    _text("kind"),
    _text("jobs"),
    _text("outcome"),
    Column("edits", Integer, nullable=False),
    Column("mails", Integer, nullable=False),
    Column("problems", Integer, nullable=False),
    _text("trouble"),
    _text("seconds"),
)

# When each row was first seen, for the time in which a new row may rest before anything is done with it.
sightings = Table(
    "sightings",
    metadata,
    _text("workbook", key=True),
    _text("tbl", key=True),
    _text("key", key=True),
    _text("fingerprint"),
    Column("since", BigInteger, nullable=False),
)

# What the noted columns said at the last reading: the other half of "somebody changed this cell".
seen = Table(
    "seen",
    metadata,
    _text("workbook", key=True),
    _text("tbl", key=True),
    _text("key", key=True),
    _text("payload"),
    Column("gone", Moment),
)

# What was learnt and must outlive a run, by kind and key; the kinds are typed in model/fact_kinds.
facts = Table(
    "facts",
    metadata,
    _text("kind", key=True),
    _text("key", key=True),
    Column("at", Moment, nullable=False),
    _text("payload"),
)

# The highest number that was ever reserved: one of a row that was deleted is not given again.
counters = Table("counters", metadata, _text("prefix", key=True), Column("highest", BigInteger, nullable=False))

# A mail's way to its recipient. Its content lies apart, so that it can be erased and the way stays.
outbox = Table(
    "outbox",
    metadata,
    _text("key", key=True),
    _text("run"),
    _text("rule"),
    _text("case"),
    _text("subject_key"),
    Column("version", Integer, nullable=False),
    _text("language"),
    _text("address_digest"),
    _text("state"),
    Column("at", Moment, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("retry_at", Moment),
    Column("released", Integer, nullable=False),
    Column("size", Integer, nullable=False),
    Column("tried", Moment),
    _text("detail"),
    _text("message_id"),
)

# What was told to whom: a row a mail and appointment, as one mail may tell of several.
told = Table(
    "told",
    metadata,
    _text("key", key=True),
    _text("mail"),
    _text("case"),
    _text("subject_key"),
    Column("version", Integer, nullable=False),
    _text("channel"),
    _text("address_digest"),
    Column("at", Moment, nullable=False),
    _text("fate"),
    _text("payload"),
)

# Content of mails: erased with the person, and after its retention.
mail_payloads = Table(
    "mail_payloads", metadata, _text("key", key=True), _text("payload"), Column("text", LargeBinary, nullable=False)
)

# Answers that came in, committed before the letter is marked as read: none is lost between the two.
replies = Table(
    "replies",
    metadata,
    _text("id", key=True),
    _text("appointment"),
    _text("case"),
    Column("version", Integer, nullable=False),
    _text("action"),
    Column("at", Moment, nullable=False),
    _text("payload"),
)

# By digest: an address that bounced or objected is known again without being kept.
addresses = Table(
    "addresses", metadata, _text("digest", key=True), _text("state", key=True), Column("at", Moment, nullable=False)
)

# What people took back by `kim undo`: not to be planned again until the cell changes.
vetoes = Table(
    "vetoes",
    metadata,
    _text("id", key=True),
    _text("run"),
    _text("key"),
    Column("at", Moment, nullable=False),
    _text("payload"),
)

# A write is announced here before the file is replaced, so that after a crash it can be settled.
writes = Table(
    "writes",
    metadata,
    _text("token", key=True),
    _text("run"),
    _text("workbook"),
    _text("before"),
    _text("after"),
    _text("status"),
    Column("at", Moment),
    _text("base"),
)

# The groups of an announced write, and what became of each of them.
write_groups = Table(
    "write_groups",
    metadata,
    _text("token", key=True),
    _text("id", key=True),
    Column("seq", Integer, nullable=False),
    _text("key"),
    _text("result"),
    Column("payload", Text),
)

# A chain of digests: it stays provable after the content below was erased.
audit = Table(
    "audit",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("at", Moment, nullable=False),
    _text("run"),
    _text("kind"),
    _text("content"),
    _text("digest"),
)

# Its content. The nonce keeps a digest of few possible values from being guessed.
audit_payloads = Table(
    "audit_payloads",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    _text("case"),
    _text("subject"),
    _text("nonce"),
    _text("payload"),
)

# Rows of the story and contents of mails that are some days old, many in one (see blocks).
packed = Table(
    "packed",
    metadata,
    _text("kind", key=True),
    Column("first", BigInteger, primary_key=True, autoincrement=False),
    Column("last", BigInteger, nullable=False),
    Column("oldest", BigInteger, nullable=False),
    _text("digest"),
    Column("content", LargeBinary, nullable=False),
)

# Moments of the timetable that were claimed, so that two services do not do one twice.
occurrences = Table(
    "occurrences",
    metadata,
    _text("job", key=True),
    _text("occurrence", key=True),
    Column("at", Moment, nullable=False),
    _text("outcome"),
    Column("ended", Moment),
)

# Digests of the erased, against which a backup is held that is restored.
erasures = Table("erasures", metadata, _text("digest", key=True), Column("at", Moment, nullable=False))

TABLES = (
    meta, runs, sightings, seen, facts, counters, outbox, told, mail_payloads, replies, addresses, vetoes,
    writes, write_groups, audit, audit_payloads, packed, occurrences, erasures,
)  # fmt: skip
"""All tables, those that others refer to first."""
