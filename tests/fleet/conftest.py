"""Fleets to test with, on a PostgreSQL that is started for the tests."""

from __future__ import annotations

import secrets
from collections.abc import Iterator

import pytest

from automations.fleet.queue import queue_schema
from automations.fleet.registry import connect
from automations.fleet.schema import bring_into_shape
from tests.support.postgresql import Server


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """A server of its own."""
    running = Server()
    try:
        with running.connect() as connection:
            connection.execute("CREATE ROLE kim_fleet LOGIN CREATEROLE")
        yield running
    finally:
        running.close()


@pytest.fixture
def database(server: Server, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The address of a new database, as the fleet's role sees it; nothing is in it yet. Roles are the server's."""
    name = f"kim_{secrets.token_hex(4)}"
    with server.connect() as connection:
        connection.execute(f"CREATE DATABASE {name} OWNER kim_fleet")
    url = f"postgresql://kim_fleet@/{name}?host={server.folder}"
    monkeypatch.setenv("KIM_FLEET_DATABASE", url)
    yield url
    with server.connect() as connection:
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")
        for (role,) in connection.execute("SELECT rolname FROM pg_roles WHERE rolname LIKE 'site\\_%'").fetchall():
            connection.execute(f"DROP ROLE {role}")


@pytest.fixture
def fleet(database: str) -> str:
    """The address of a fleet without sites."""
    with connect(database, checked=False) as connection:
        bring_into_shape(connection, queue_schema())
    return database
