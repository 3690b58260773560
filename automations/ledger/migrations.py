"""The ledger's shape, step by step from the first version on.

A migration is never changed once it was released: the next change is a new one at the end. Each runs
in one transaction together with the version that it leads to."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Engine, inspect, text

from automations.ledger.codec import dumps, loads
from automations.ledger.errors import LedgerError
from automations.ledger.store import reading, writing

Migration = Callable[[Connection], None]


def schema_version(connection: Connection) -> int:
    """The version that the database is at; 0 for an empty one."""
    if not inspect(connection).has_table("meta"):
        return 0
    found = connection.execute(text("SELECT value FROM meta WHERE name = 'schema'")).scalar()
    return int(found) if found else 0


def migrate(engine: Engine, migrations: Sequence[Migration]) -> None:
    """Brings a database to the newest version, one transaction for each step.

    Raises LedgerError for a ledger newer than the program."""
    while True:
        with reading(engine) as connection:
            if not _is_behind(connection, migrations):
                return
        with writing(engine) as connection:
            _one_step(connection, migrations)


def _is_behind(connection: Connection, migrations: Sequence[Migration]) -> bool:
    version = schema_version(connection)
    if version > len(migrations):
        raise LedgerError(
            "The ledger was written by a newer kim (schema {found}, this program knows {known}).",
            "Please install the newer version of kim again.",
            code="ledger_newer",
            found=version,
            known=len(migrations),
        )
    return version < len(migrations)


def _one_step(connection: Connection, migrations: Sequence[Migration]) -> None:
    version = schema_version(connection)
    if version == len(migrations):
        return  # another program was quicker
    migrations[version](connection)
    # Both statements instead of one that replaces: the two databases write that differently.
    connection.execute(text("DELETE FROM meta WHERE name = 'schema'"))
    connection.execute(text("INSERT INTO meta (name, value) VALUES ('schema', :v)"), {"v": str(version + 1)})


def first_tables(connection: Connection) -> None:
    """Version 1: everything that the first release remembers."""
    blob = "BYTEA" if connection.dialect.name == "postgresql" else "BLOB"
    for statement in _FIRST.format(blob=blob).split(";"):
        if statement.strip():
            connection.execute(text(statement))


_FIRST = """
CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE runs (
    run TEXT PRIMARY KEY, at BIGINT NOT NULL, kind TEXT NOT NULL, jobs TEXT NOT NULL, outcome TEXT NOT NULL,
    edits INTEGER NOT NULL, mails INTEGER NOT NULL, problems INTEGER NOT NULL,
    trouble TEXT NOT NULL, seconds TEXT NOT NULL);
CREATE INDEX runs_at ON runs (at);
CREATE TABLE sightings (
    workbook TEXT NOT NULL, tbl TEXT NOT NULL, key TEXT NOT NULL,
    fingerprint TEXT NOT NULL, since BIGINT NOT NULL, PRIMARY KEY (workbook, tbl, key));
CREATE TABLE facts (
    kind TEXT NOT NULL, key TEXT NOT NULL, at BIGINT NOT NULL, payload TEXT NOT NULL, PRIMARY KEY (kind, key));
CREATE TABLE counters (prefix TEXT PRIMARY KEY, highest BIGINT NOT NULL);
CREATE TABLE outbox (
    key TEXT PRIMARY KEY, run TEXT NOT NULL, rule TEXT NOT NULL, "case" TEXT NOT NULL, subject_key TEXT NOT NULL,
    version INTEGER NOT NULL, language TEXT NOT NULL, address_digest TEXT NOT NULL, state TEXT NOT NULL,
    at BIGINT NOT NULL, attempts INTEGER NOT NULL, retry_at BIGINT, released INTEGER NOT NULL,
    detail TEXT NOT NULL, message_id TEXT NOT NULL);
CREATE INDEX outbox_state ON outbox (state);
CREATE INDEX outbox_case ON outbox ("case");
CREATE INDEX outbox_subject ON outbox (subject_key);
CREATE TABLE mail_payloads (key TEXT PRIMARY KEY, payload TEXT NOT NULL, text {blob} NOT NULL);
CREATE TABLE replies (
    id TEXT PRIMARY KEY, appointment TEXT NOT NULL, "case" TEXT NOT NULL, version INTEGER NOT NULL,
    action TEXT NOT NULL, at BIGINT NOT NULL, payload TEXT NOT NULL);
CREATE TABLE addresses (
    digest TEXT NOT NULL, state TEXT NOT NULL, at BIGINT NOT NULL, PRIMARY KEY (digest, state));
CREATE TABLE vetoes (
    id TEXT PRIMARY KEY, run TEXT NOT NULL, key TEXT NOT NULL, at BIGINT NOT NULL, payload TEXT NOT NULL);
CREATE TABLE writes (
    token TEXT PRIMARY KEY, run TEXT NOT NULL, workbook TEXT NOT NULL, before TEXT NOT NULL, after TEXT NOT NULL,
    status TEXT NOT NULL, at BIGINT, base TEXT NOT NULL);
CREATE INDEX writes_run ON writes (run);
CREATE INDEX writes_status ON writes (status);
CREATE TABLE write_groups (
    token TEXT NOT NULL REFERENCES writes (token) ON DELETE CASCADE, id TEXT NOT NULL, seq INTEGER NOT NULL,
    key TEXT NOT NULL, result TEXT NOT NULL, payload TEXT, PRIMARY KEY (token, id));
CREATE INDEX write_groups_key ON write_groups (key);
CREATE TABLE audit (
    id BIGINT PRIMARY KEY, at BIGINT NOT NULL, run TEXT NOT NULL, kind TEXT NOT NULL,
    content TEXT NOT NULL, digest TEXT NOT NULL);
CREATE TABLE audit_payloads (
    id BIGINT PRIMARY KEY REFERENCES audit (id) ON DELETE CASCADE, "case" TEXT NOT NULL, subject TEXT NOT NULL,
    nonce TEXT NOT NULL, payload TEXT NOT NULL);
CREATE INDEX audit_payloads_case ON audit_payloads ("case");
CREATE INDEX audit_payloads_subject ON audit_payloads (subject);
CREATE TABLE occurrences (
    job TEXT NOT NULL, occurrence TEXT NOT NULL, at BIGINT NOT NULL, outcome TEXT NOT NULL, ended BIGINT,
    PRIMARY KEY (job, occurrence));
CREATE TABLE erasures (digest TEXT PRIMARY KEY, at BIGINT NOT NULL)
"""


def what_was_seen(connection: Connection) -> None:
    """Version 2: what people were last seen to have typed, row by row."""
    compact = " WITHOUT ROWID" if connection.dialect.name == "sqlite" else ""
    connection.execute(text(_SEEN + compact))


_SEEN = """
CREATE TABLE seen (
    workbook TEXT NOT NULL, tbl TEXT NOT NULL, key TEXT NOT NULL, payload TEXT NOT NULL, gone BIGINT,
    PRIMARY KEY (workbook, tbl, key))
"""


def what_was_told(connection: Connection) -> None:
    """Version 3: what was told to whom, taken from the mails of the versions before.

    A mail of the newest date, time and place counts as having told all that the row said when this step was
    made, so that a colleague or a duration that changed before it is not announced all of a sudden."""
    for statement in _TOLD.split(";"):
        connection.execute(text(statement))
    contents = _recorded_contents(connection)
    mails = connection.execute(
        text("SELECT key, \"case\", subject_key, version, address_digest, at FROM outbox WHERE subject_key <> ''")
    )
    rows = [
        {**row, "payload": dumps(_content(contents.get(row["subject_key"], {}), row["version"]))}
        for row in mails.mappings()
        if row["version"] > 0
    ]
    if rows:
        connection.execute(text(_TELL), rows)


_TOLD = """
CREATE TABLE told (
    key TEXT PRIMARY KEY, mail TEXT NOT NULL, "case" TEXT NOT NULL, subject_key TEXT NOT NULL,
    version INTEGER NOT NULL, channel TEXT NOT NULL, address_digest TEXT NOT NULL, at BIGINT NOT NULL,
    fate TEXT NOT NULL, payload TEXT NOT NULL);
CREATE INDEX told_mail ON told (mail);
CREATE INDEX told_case ON told ("case");
CREATE INDEX told_subject ON told (subject_key)
"""

_TELL = """
INSERT INTO told (key, mail, "case", subject_key, version, channel, address_digest, at, fate, payload)
VALUES (:key, :key, :case, :subject_key, :version, 'email', :address_digest, :at, '', :payload)
"""


def _recorded_contents(connection: Connection) -> dict[str, Any]:
    """By appointment, the newest state that was remembered, with the one before it that a client may know."""
    found = connection.execute(text("SELECT key, payload FROM facts WHERE kind = 'version'"))
    return {key: _recorded(loads(payload)) for key, payload in found}


def _recorded(data: Any) -> Any:
    more = data.get("data", {})
    return {**(more if isinstance(more, Mapping) else {}), "version": data["version"], "facts": data.get("facts", "")}


def _content(recorded: Any, version: int) -> dict[str, Any]:
    """What a mail of that version said; nothing for one that later ones have replaced."""
    before = recorded.get("told")
    states = [recorded, *([before] if isinstance(before, Mapping) else [])]
    for state in states:
        newest = int(state.get("version", 0))
        if int(state.get("core_version") or newest) <= version <= newest:
            return {name: value for name, value in state.items() if name not in {"told", "highest"}}
    return {}


def what_left_when(connection: Connection) -> None:
    """Version 4: what each message counts for the brake, and when it was last handed over.

    Of older mails those without a case went to colleagues; what left did so when its state last changed."""
    for statement in _LEFT.split(";"):
        connection.execute(text(statement))


_LEFT = """
ALTER TABLE outbox ADD COLUMN size INTEGER NOT NULL DEFAULT 1;
ALTER TABLE outbox ADD COLUMN tried BIGINT;
UPDATE outbox SET size = 0 WHERE "case" = '';
UPDATE outbox SET tried = at WHERE state IN ('sending', 'sent', 'unknown', 'test')
"""


def what_is_packed(connection: Connection) -> None:
    """Version 5: a place for what is packed; the day's tidying fills it.

    SQLite keeps the long keys of sightings once instead of twice, as it does in `seen`."""
    blob = "BYTEA" if connection.dialect.name == "postgresql" else "BLOB"
    connection.execute(text(_PACKED.format(blob=blob)))
    if connection.dialect.name == "sqlite":
        for statement in _SIGHTINGS.split(";"):
            connection.execute(text(statement))


_PACKED = """
CREATE TABLE packed (
    kind TEXT NOT NULL, first BIGINT NOT NULL, last BIGINT NOT NULL, oldest BIGINT NOT NULL, digest TEXT NOT NULL,
    content {blob} NOT NULL, PRIMARY KEY (kind, first))
"""

_SIGHTINGS = """
CREATE TABLE sightings_5 (
    workbook TEXT NOT NULL, tbl TEXT NOT NULL, key TEXT NOT NULL,
    fingerprint TEXT NOT NULL, since BIGINT NOT NULL, PRIMARY KEY (workbook, tbl, key)) WITHOUT ROWID;
INSERT INTO sightings_5 SELECT workbook, tbl, key, fingerprint, since FROM sightings;
DROP TABLE sightings;
ALTER TABLE sightings_5 RENAME TO sightings
"""

MIGRATIONS: tuple[Migration, ...] = (first_tables, what_was_seen, what_was_told, what_left_when, what_is_packed)
