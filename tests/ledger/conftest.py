"""Ledgers to test with: in a file, and on a PostgreSQL that is started for the tests."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from automations.ledger.book import Ledger, open_ledger
from tests.ledger.examples import NOW
from tests.support.postgresql import Server


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[Path]:
    """A server in a folder of its own, reached by a socket only; gives the folder."""
    server = Server()
    try:
        yield server.folder
    finally:
        server.close()


@pytest.fixture
def postgresql_url(postgresql_server: Path) -> Iterator[str]:
    """An empty schema of its own, as each of several sites on one server would have it."""
    name = f"site_{secrets.token_hex(6)}"
    with psycopg.connect(host=str(postgresql_server), user="kim", dbname="postgres", autocommit=True) as connection:
        connection.execute(f"CREATE SCHEMA {name}")
        yield f"postgresql+psycopg://kim@/postgres?host={postgresql_server}&options=-csearch_path%3D{name}"
        connection.execute(f"DROP SCHEMA {name} CASCADE")


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.servers)])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Where a ledger may be."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'ledger.sqlite'}"
    return str(request.getfixturevalue("postgresql_url"))


@pytest.fixture
def ledger(url: str) -> Iterator[Ledger]:
    """A new ledger on each kind of database."""
    with open_ledger(url, now=NOW) as opened:
        yield opened
