"""How SQLite makes a commit last: by a rollback journal, or for a while by a write-ahead log.

With the journal the one file is whole after each commit, so that a plain copy of it is a ledger; a commit waits for
the disk four times. With the log it waits once, and until the end of the block the newest commits stand in a file
beside (`-wal`). Both are on the disk before a commit returns (synchronous = FULL)."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any

from sqlalchemy import Engine

BESIDE = ("-journal", "-wal", "-shm")
"""Endings of what may stand beside the file after a crash: it belongs to that file and to no other."""


def rollback_journal(connection: sqlite3.Connection) -> None:
    """Commits go through the rollback journal, also after a crash within a round. Where a round is under way in
    another program, its log serves this connection, too."""
    if _ask(connection, "PRAGMA journal_mode") == "wal":
        _switch(connection, "TRUNCATE")
    else:
        connection.execute("PRAGMA journal_mode = TRUNCATE")


@contextmanager
def write_ahead(engine: Engine) -> Iterator[None]:
    """Commits inside the block wait for the disk once. Changes nothing but the time that they take: where somebody
    reads at its beginning, or for another database, all stays as it is; where somebody reads at its end, the log
    stays until whoever opens the ledger next."""
    if engine.dialect.name != "sqlite":
        yield
        return
    _outside(engine, "WAL")
    try:
        yield
    finally:
        _outside(engine, "TRUNCATE")


def _outside(engine: Engine, mode: str) -> None:
    with closing(engine.raw_connection()) as held:
        _switch(held.driver_connection, mode)


def _switch(connection: Any, mode: str) -> None:
    """Another journal, unless somebody else has the file open: that is not waited for."""
    # Not waited for: a round of mails must not stand still because somebody looks at the status.
    usual = _ask(connection, "PRAGMA busy_timeout")
    try:
        connection.execute("PRAGMA busy_timeout = 0")
        if _ask(connection, f"PRAGMA journal_mode = {mode}") == "wal" and mode != "WAL":
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        _ask(connection, "SELECT count(*) FROM sqlite_master")  # from now on no other connection switches it back
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode & 0xFF not in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
            raise
    finally:
        connection.execute(f"PRAGMA busy_timeout = {usual}")


def _ask(connection: Any, question: str) -> Any:
    return connection.execute(question).fetchone()[0]
