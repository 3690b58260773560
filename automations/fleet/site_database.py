"""A site's room in the database: a schema and a role that sees nothing else."""

from __future__ import annotations

import re
import secrets
from urllib.parse import quote, urlencode

from psycopg import Connection, sql
from psycopg.errors import InsufficientPrivilege

from automations.fleet.errors import FleetError

_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")

# A program that stands still in the middle of a transaction holds its site's lock; the server ends it after that.
_IDLE = "60s"

_CONNECTIONS = 10


def check_name(name: str) -> str:
    """The name of a site, which names its schema and role. Raises FleetError."""
    if not _NAME.fullmatch(name):
        raise FleetError(
            "“{name}” cannot name a site.",
            "Please give it with --name: small letters without umlauts, digits and _, a letter first, such as “herne”.",
            name=name,
        )
    return name


def role_of(name: str) -> str:
    """The role of a site, which is its schema's name, too."""
    return f"site_{name}"


def make_room(connection: Connection, name: str) -> str:
    """Make schema and role, or give a role that is there a new password; returns the password, which is kept nowhere
    else. Raises FleetError where the fleet's own role may not."""
    password, role = secrets.token_urlsafe(32), sql.Identifier(role_of(name))
    # Encrypted here: statements end up in the server's log, and a password must not.
    secret = connection.pgconn.encrypt_password(password.encode(), role_of(name).encode(), b"scram-sha-256").decode()
    # A site that left and comes back finds its schema again; only the password is new.
    there = connection.execute("SELECT FROM pg_roles WHERE rolname = %s", [role_of(name)]).fetchone() is not None
    try:
        with connection.transaction():
            if not there:
                connection.execute(sql.SQL("CREATE ROLE {}").format(role))
            rights = "LOGIN CONNECTION LIMIT {} PASSWORD {}"
            connection.execute(sql.SQL("ALTER ROLE {} " + rights).format(role, _CONNECTIONS, secret))
            connection.execute(sql.SQL("ALTER ROLE {} SET search_path = {}").format(role, role))
            connection.execute(
                sql.SQL("ALTER ROLE {} SET idle_in_transaction_session_timeout = {}").format(role, _IDLE)
            )
            connection.execute(sql.SQL("GRANT {} TO CURRENT_USER").format(role))
            connection.execute(sql.SQL("CREATE SCHEMA IF NOT EXISTS {} AUTHORIZATION {}").format(role, role))
            connection.execute(sql.SQL("REVOKE ALL ON SCHEMA {} FROM PUBLIC").format(role))
            # Needed to make the schema for the role, and too much afterwards: the fleet must not read a site's ledger.
            connection.execute(sql.SQL("REVOKE {} FROM CURRENT_USER").format(role))
            connection.execute(sql.SQL("GRANT USAGE ON SCHEMA kim_port TO {}").format(role))
            database = sql.Identifier(connection.info.dbname)
            connection.execute(sql.SQL("GRANT CONNECT ON DATABASE {} TO {}").format(database, role))
    except InsufficientPrivilege as error:
        raise FleetError(
            "The fleet's role in the database may not make the schema and role of a site.",
            "Please give it CREATEROLE, and CREATE on the database (docs/fleet.md).",
        ) from error
    return password


def close_room(connection: Connection, name: str) -> None:
    """Nobody gets in with the site's role any more; what lies in its schema stays."""
    # Its data stays until somebody says that it may go: closing can be taken back, clearing cannot.
    connection.execute(sql.SQL("ALTER ROLE {} NOLOGIN PASSWORD NULL").format(sql.Identifier(role_of(name))))


def clear_room(connection: Connection, name: str) -> None:
    """Take schema and role away, with all that the site's ledger knew."""
    role = sql.Identifier(role_of(name))
    with connection.transaction():
        connection.execute(sql.SQL("GRANT {} TO CURRENT_USER").format(role))
        connection.execute(sql.SQL("DROP SCHEMA IF EXISTS {} CASCADE").format(role))
        connection.execute(sql.SQL("DROP OWNED BY {}").format(role))
        connection.execute(sql.SQL("DROP ROLE {}").format(role))


def ledger_url(connection: Connection, name: str, password: str) -> str:
    """Where a site's ledger is, for its own secrets."""
    info = connection.info
    # A socket is named by its folder, which has no place in the part of an address where a server stands.
    place = {"host": info.host, "port": str(info.port)} if info.host.startswith("/") else {}
    server = "" if place else f"{info.host}:{info.port}"
    query = f"?{urlencode(place)}" if place else ""
    return f"postgresql+psycopg://{role_of(name)}:{quote(password, safe='')}@{server}/{quote(info.dbname)}{query}"
