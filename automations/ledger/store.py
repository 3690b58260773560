"""Transactions of the ledger: what every part of it stands on."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import lru_cache
from typing import Any, Self

from sqlalchemy import Connection, Engine, Table, bindparam, select, text
from sqlalchemy.exc import DBAPIError

from automations.ledger import schema
from automations.ledger.connections import WRITES, advised
from automations.ledger.fence import Fence
from automations.ledger.journal import write_ahead

CHUNK = 500  # keys in one statement: SQLite allows 32 766 parameters, older ones 999


class Store:
    """An open database. `id` is the ledger's random id, made once; `fence` is asked before each write."""

    def __init__(self, engine: Engine, ledger_id: str, fence: Fence | None = None) -> None:
        self._engine, self._fence = engine, fence
        self._shared: Connection | None = None
        self.id = ledger_id

    @property
    def is_fenced(self) -> bool:
        """Whether nobody else can write: an earlier run that has not ended never will."""
        return self._fence is not None

    def close(self) -> None:
        """Gives the database back; the ledger cannot be used afterwards."""
        self._engine.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        with reading(self._engine) as connection:
            yield connection

    @contextmanager
    def together(self) -> Iterator[None]:
        """Steps inside the block are committed as one at its end, or not at all: a commit waits for the
        disk. For one thread, and not for reading in between."""
        with self._alone() as connection:
            self._shared = connection
            try:
                yield
            finally:
                self._shared = None

    @contextmanager
    def many_commits(self) -> Iterator[None]:
        """A series of small commits: each of them waits for the disk once instead of four times."""
        with write_ahead(self._engine):
            yield

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        if self._shared is not None:
            yield self._shared
            return
        with self._alone() as connection:
            yield connection

    @contextmanager
    def _alone(self) -> Iterator[Connection]:
        with writing(self._engine) as connection:
            if self._fence is not None:
                # Within the transaction: between a check before it and its end another run could be let in.
                self._fence.check(connection)
            yield connection


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """A connection that sees one state of the database throughout."""
    try:
        with engine.connect() as connection, connection.begin():
            yield connection
    except DBAPIError as error:
        raise advised(error, place(engine)) from error


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """A transaction that is committed at the end of the block, one at a time in the whole database."""
    try:
        with engine.connect() as connection:
            connection = connection.execution_options(**{WRITES: True})  # noqa: PLW2901 (the same connection)
            with connection.begin():
                alone(connection)
                yield connection
    except DBAPIError as error:
        raise advised(error, place(engine)) from error


def alone(connection: Connection) -> None:
    """Waits until no other transaction writes. SQLite's BEGIN IMMEDIATE has done so already."""
    if connection.dialect.name == "postgresql":
        # By the schema: sites that share a database do not wait for each other.
        connection.execute(text("SELECT pg_advisory_xact_lock(hashtext('kim ' || current_schema()))"))


def place(engine: Engine) -> str:
    """Where the ledger is, without a password."""
    return engine.url.database or "" if engine.dialect.name == "sqlite" else engine.url.render_as_string()


def compact(engine: Engine) -> None:
    """Builds a SQLite file anew, so that no page keeps remnants of what was erased: overwriting
    (secure_delete) misses what SQLite moved between pages before."""
    if engine.dialect.name == "sqlite":
        outside_transaction(engine, "VACUUM")
        outside_transaction(engine, "PRAGMA wal_checkpoint(TRUNCATE)")  # where a log was left


def outside_transaction(engine: Engine, statement: str, *values: str) -> None:
    """Carries out a statement of SQLite that may not stand in a transaction."""
    connection = engine.raw_connection()
    try:
        cursor = connection.cursor()
        if values:
            cursor.execute(statement, values)
        else:
            cursor.executescript(statement)  # carried out to its end: `execute` takes the first step of a PRAGMA alone
    except sqlite3.Error as error:
        raise advised(DBAPIError(statement, None, error), place(engine)) from error
    finally:
        connection.close()


def _insert(dialect: str, table: Table) -> Any:
    if dialect == "postgresql":
        from sqlalchemy.dialects.postgresql import insert
    else:
        from sqlalchemy.dialects.sqlite import insert  # type: ignore[assignment]  # each database has its own
    return insert(table)


def upsert(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Inserts rows, or replaces those of the same primary key."""
    if not rows:
        return
    connection.execute(_replacing(connection.dialect.name, table, tuple(rows[0])), list(rows))


@lru_cache(maxsize=64)
def _replacing(dialect: str, table: Table, names: tuple[str, ...]) -> Any:
    """Prepared once: building a statement costs more than carrying it out."""
    statement = _insert(dialect, table)
    keys = [column.name for column in table.primary_key]
    rest = {name: statement.excluded[name] for name in names if name not in keys}
    return statement.on_conflict_do_update(index_elements=keys, set_=rest)


def add_new(connection: Connection, table: Table, row: Mapping[str, Any]) -> bool:
    """Inserts a row; False where its primary key is there already."""
    statement = (
        _insert(connection.dialect.name, table)
        .values(**row)
        .on_conflict_do_nothing()
        .returning(*table.primary_key.columns)
    )
    return connection.execute(statement).first() is not None


_META = select(schema.meta.c.value).where(schema.meta.c.name == bindparam("of"))


def meta_value(connection: Connection, name: str) -> str:
    """A value of the ledger as a whole; "" where it was never set."""
    found = connection.execute(_META, {"of": name}).scalar()
    return found or ""


def set_meta(connection: Connection, name: str, value: str) -> None:
    """Sets a value of the ledger as a whole."""
    upsert(connection, schema.meta, [{"name": name, "value": value}])


def chunks(items: Sequence[Any]) -> Iterator[Sequence[Any]]:
    """The items in portions that fit into one statement."""
    for start in range(0, len(items), CHUNK):
        yield items[start : start + CHUNK]
