"""The ledger's tables as the queries see them; `migrations` makes them.

Moments are microseconds since 1970 in UTC. Columns named `payload`, `text`, `subject` and `case`
of payload tables may hold personal content and can be erased; nothing else may hold any.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import BigInteger, Column, Dialect, Integer, LargeBinary, MetaData, Table, Text
from sqlalchemy.types import TypeDecorator

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def to_micros(moment: datetime) -> int:
    """An aware datetime as microseconds since 1970 in UTC. Raises ValueError for a naive one."""
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

sightings = Table(
    "sightings",
    metadata,
    _text("workbook", key=True),
    _text("tbl", key=True),
    _text("key", key=True),
    _text("fingerprint"),
    Column("since", BigInteger, nullable=False),
)

seen = Table(
    "seen",
    metadata,
    _text("workbook", key=True),
    _text("tbl", key=True),
    _text("key", key=True),
    _text("payload"),
    Column("gone", Moment),
)

facts = Table(
    "facts",
    metadata,
    _text("kind", key=True),
    _text("key", key=True),
    Column("at", Moment, nullable=False),
    _text("payload"),
)

counters = Table("counters", metadata, _text("prefix", key=True), Column("highest", BigInteger, nullable=False))

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

mail_payloads = Table(
    "mail_payloads", metadata, _text("key", key=True), _text("payload"), Column("text", LargeBinary, nullable=False)
)

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

addresses = Table(
    "addresses", metadata, _text("digest", key=True), _text("state", key=True), Column("at", Moment, nullable=False)
)

vetoes = Table(
    "vetoes",
    metadata,
    _text("id", key=True),
    _text("run"),
    _text("key"),
    Column("at", Moment, nullable=False),
    _text("payload"),
)

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

audit_payloads = Table(
    "audit_payloads",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    _text("case"),
    _text("subject"),
    _text("nonce"),
    _text("payload"),
)

occurrences = Table(
    "occurrences",
    metadata,
    _text("job", key=True),
    _text("occurrence", key=True),
    Column("at", Moment, nullable=False),
    _text("outcome"),
    Column("ended", Moment),
)

erasures = Table("erasures", metadata, _text("digest", key=True), Column("at", Moment, nullable=False))

TABLES = (
    meta, runs, sightings, seen, facts, counters, outbox, told, mail_payloads, replies, addresses, vetoes,
    writes, write_groups, audit, audit_payloads, occurrences, erasures,
)  # fmt: skip
"""All tables, those that others refer to first."""
