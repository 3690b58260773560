"""The fleet's own tables, in the schema `kim_fleet`, beside those of Procrastinate; and the one door to it.

`kim_port.token()` is all that a site's role can ask: the token of its own newest run. What a site knows (its ledger)
lies in a schema of its own, see `rooms`."""

from __future__ import annotations

from psycopg import Connection

from automations.fleet.errors import FleetError

OLDEST_SERVER = 150_000  # PostgreSQL 15: from there on nobody may make tables in `public` unasked

SHAPES = (
    """
    CREATE TABLE sites (
        name text PRIMARY KEY,
        folder text NOT NULL UNIQUE,
        os_user text NOT NULL,
        state text NOT NULL DEFAULT 'active' CHECK (state IN ('active', 'paused')),
        version text NOT NULL,
        token bigint NOT NULL DEFAULT 0,
        added timestamptz NOT NULL DEFAULT now(),
        next timestamptz NOT NULL DEFAULT now(),
        fails integer NOT NULL DEFAULT 0,
        kinds text[] NOT NULL DEFAULT '{}',
        held integer NOT NULL DEFAULT 0,
        hold boolean NOT NULL DEFAULT false,
        backup timestamptz
    );
    CREATE TABLE runs (
        site text NOT NULL REFERENCES sites ON DELETE CASCADE,
        token bigint NOT NULL,
        worker text NOT NULL,
        due timestamptz NOT NULL,
        started timestamptz NOT NULL DEFAULT clock_timestamp(),
        ended timestamptz,
        status integer,
        outcome text NOT NULL DEFAULT '',
        why text NOT NULL DEFAULT '',
        occurrence text NOT NULL DEFAULT '',
        run text NOT NULL DEFAULT '',
        PRIMARY KEY (site, token)
    );
    CREATE INDEX runs_by_time ON runs (started);
    CREATE TABLE settings (name text PRIMARY KEY, value text NOT NULL);
    CREATE SCHEMA kim_port;
    CREATE FUNCTION kim_port.token() RETURNS bigint LANGUAGE sql VOLATILE SECURITY DEFINER
        SET search_path = pg_catalog
        AS $$ SELECT token FROM kim_fleet.sites WHERE 'site_' || name = session_user $$;
    """,
    """
    CREATE TABLE troubles (
        kind text PRIMARY KEY,
        since timestamptz NOT NULL DEFAULT now(),
        sites text[] NOT NULL,
        told timestamptz,
        over boolean NOT NULL DEFAULT false
    );
    """,
)
"""Each brings the schema from one shape to the next; those that were released stay as they are."""


def shape_of(connection: Connection) -> int:
    """How many of SHAPES were carried out; 0 where there is no fleet yet."""
    found = connection.execute("SELECT to_regclass('kim_fleet.shape') IS NOT NULL").fetchone()
    if not found or not found[0]:
        return 0
    row = connection.execute("SELECT number FROM kim_fleet.shape").fetchone()
    return int(row[0]) if row else 0


def bring_into_shape(connection: Connection, queue_schema: str) -> bool:
    """Make the fleet's tables, or those that are new since; whether anything was made. `queue_schema` are
    Procrastinate's own statements, carried out once. Raises FleetError for a server that is too old."""
    if connection.info.server_version < OLDEST_SERVER:
        raise FleetError("PostgreSQL 15 or newer is needed; this server is older.")
    with connection.transaction():
        # Two workers that start after an upgrade would both make the new tables.
        connection.execute("SELECT pg_advisory_xact_lock(hashtext('kim_fleet shape'))")
        known = shape_of(connection)
        if not known:
            connection.execute("CREATE SCHEMA IF NOT EXISTS kim_fleet")
            connection.execute("CREATE TABLE kim_fleet.shape (number integer NOT NULL)")
            connection.execute("INSERT INTO kim_fleet.shape VALUES (0)")
            connection.execute(queue_schema.encode())
        for statements in SHAPES[known:]:
            connection.execute(statements.encode())
        connection.execute("UPDATE kim_fleet.shape SET number = %s", [len(SHAPES)])
    return known < len(SHAPES)


def check_shape(connection: Connection) -> None:
    """Raises FleetError where the fleet is not there, or of another shape than this program's."""
    known = shape_of(connection)
    if not known:
        raise FleetError("There is no fleet in this database yet.", "Please begin with “kim fleet init”.")
    if known < len(SHAPES):
        raise FleetError("The fleet's tables are older than this kim.", "Please call “kim fleet init” once.")
    if known > len(SHAPES):
        raise FleetError("The fleet's tables are newer than this kim.", "Please install the newer kim here, too.")
