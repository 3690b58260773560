"""Which sites there are, when each is due next, and how their runs went. The database's clock decides.

A site is due when its `next` has come. Its own run says when that is (its timetable, what settles, the next look at the
workbook), so that nothing here reads a site's config. A run that never ended leaves `next` as it was: the site is still
due."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import psycopg
from msgspec import Struct
from psycopg import Connection
from psycopg.conninfo import make_conninfo
from psycopg.rows import class_row

from automations.fleet.errors import FleetError
from automations.fleet.schema import check_shape
from automations.fleet.site_database import role_of

SEARCH = "-c search_path=kim_fleet,pg_catalog"

# So long a run waits to be let in: a writer that stood still in its transaction is ended by the server before.
_LOCK_SECONDS = 90

_KEPT_DAYS = 90


class FleetSite(Struct, frozen=True):
    """A site of the fleet. `next` is when it is due; `kinds` are the troubles of its last run."""

    name: str
    folder: str
    os_user: str
    state: str
    version: str
    token: int
    next: datetime
    fails: int
    kinds: Sequence[str]
    held: int
    hold: bool
    backup: datetime | None


class Entry(Struct, frozen=True):
    """A run that was let in: the site, and the database's clock then."""

    site: FleetSite
    now: datetime


_COLUMNS = "name, folder, os_user, state, version, token, next, fails, kinds, held, hold, backup"


def program_of(version: str) -> str:
    """The setting that holds where a version's Python is, as its workers note it."""
    return f"program:{version}"


def plain(url: str) -> str:
    """An address as libpq reads it, also where SQLAlchemy's form was given."""
    return url.replace("postgresql+psycopg://", "postgresql://", 1)


def connect(url: str, *, checked: bool = True) -> Connection:
    """A connection of the fleet's own role; each statement is its own transaction. Raises FleetError."""
    try:
        connection = psycopg.connect(
            make_conninfo(plain(url), connect_timeout=10, application_name="kim fleet"), autocommit=True, options=SEARCH
        )
    except psycopg.Error as error:
        raise FleetError(
            "The fleet's database cannot be reached.",
            "Please check KIM_FLEET_DATABASE (postgresql://kim_fleet:…@server/database), and that the server runs.",
        ) from error
    try:
        if checked:
            check_shape(connection)
    except BaseException:
        connection.close()
        raise
    return connection


def sites(connection: Connection) -> list[FleetSite]:
    """All sites, in the order in which they came in."""
    with connection.cursor(row_factory=class_row(FleetSite)) as cursor:
        return cursor.execute(f"SELECT {_COLUMNS} FROM sites ORDER BY added, name").fetchall()  # noqa: S608 (our words)


def site(connection: Connection, name: str) -> FleetSite | None:
    """One site by its name or its folder; None where there is none."""
    with connection.cursor(row_factory=class_row(FleetSite)) as cursor:
        query = f"SELECT {_COLUMNS} FROM sites WHERE name = %s OR folder = %s"  # noqa: S608 (our words)
        return cursor.execute(query, [name, name]).fetchone()


def enter(connection: Connection, name: str, folder: str, os_user: str, version: str) -> None:
    """Note a site; paused, until its ledger is ready."""
    connection.execute(
        "INSERT INTO sites (name, folder, os_user, version, state) VALUES (%s, %s, %s, %s, 'paused')",
        [name, folder, os_user, version],
    )


def leave(connection: Connection, name: str) -> None:
    """Forget a site and its runs."""
    connection.execute("DELETE FROM sites WHERE name = %s", [name])


def set_state(connection: Connection, name: str, state: str) -> None:
    """Pause a site, or let it go on: then it is due at once."""
    connection.execute("UPDATE sites SET state = %s, next = least(next, now()) WHERE name = %s", [state, name])


def set_version(connection: Connection, name: str, version: str) -> None:
    """Which version of kim runs a site."""
    connection.execute("UPDATE sites SET version = %s WHERE name = %s", [version, name])


def setting(connection: Connection, name: str) -> str:
    """A setting of the whole fleet; "" where it was never set."""
    row = connection.execute("SELECT value FROM settings WHERE name = %s", [name]).fetchone()
    return str(row[0]) if row else ""


def set_setting(connection: Connection, name: str, value: str) -> None:
    """Set a setting of the whole fleet."""
    connection.execute(
        "INSERT INTO settings VALUES (%s, %s) ON CONFLICT (name) DO UPDATE SET value = excluded.value", [name, value]
    )


def due(connection: Connection) -> list[FleetSite]:
    """Sites that are due and neither waiting in the queue nor at work, the longest waiting first. None while the
    fleet is drained."""
    with connection.cursor(row_factory=class_row(FleetSite)) as cursor:
        query = f"""
            SELECT {_COLUMNS} FROM sites WHERE state = 'active' AND next <= now()
            AND NOT EXISTS (SELECT FROM settings s WHERE s.name = 'drained' AND s.value = 'on')
            AND NOT EXISTS (SELECT FROM procrastinate_jobs j
                            WHERE j.lock = sites.name AND j.status IN ('todo', 'doing'))
            ORDER BY next, name
        """  # noqa: S608 (our words)
        return cursor.execute(query).fetchall()


def let_in(connection: Connection, name: str, worker: str, version: str) -> Entry | None:
    """Raise the site's token, so that no earlier run of it writes any more; None where it is not due, paused, drained
    or to be run by another version. Waits for a write of an earlier run to end, behind the lock of its ledger."""
    with connection.transaction():
        connection.execute(f"SET LOCAL lock_timeout = '{_LOCK_SECONDS}s'")
        # The same lock as that of `alone` in ledger/store.py, whose schema is called like the role.
        connection.execute("SELECT pg_advisory_xact_lock(hashtext('kim ' || %s))", [role_of(name)])
        query = f"""
            UPDATE sites SET token = token + 1 WHERE name = %s AND version = %s AND state = 'active' AND next <= now()
            AND NOT EXISTS (SELECT FROM settings s WHERE s.name = 'drained' AND s.value = 'on')
            RETURNING {_COLUMNS}
        """  # noqa: S608 (our words)
        with connection.cursor(row_factory=class_row(FleetSite)) as cursor:
            found = cursor.execute(query, [name, version]).fetchone()
        if found is None:
            return None
        connection.execute(
            "INSERT INTO runs (site, token, worker, due) VALUES (%s, %s, %s, %s)",
            [name, found.token, worker, found.next],
        )
    row = connection.execute("SELECT clock_timestamp()").fetchone()
    return Entry(found, row[0]) if row else None


def ended(connection: Connection, entry: Entry, status: int, told: Mapping[str, Any]) -> None:
    """Note how a run ended and when the site is due again; of a run that was overtaken, only how it ended. `told` is
    what the run said of itself (`kim run --due --brief`); without it the site is tried again after a pause that
    doubles, from one minute to an hour."""
    name, token = entry.site.name, entry.site.token
    words = [str(told.get(key, "")) for key in ("outcome", "why", "occurrence", "run")]
    mails = told.get("mails") or {}
    with connection.transaction():
        connection.execute(
            "UPDATE runs SET ended = clock_timestamp(), status = %s, outcome = %s, why = %s, occurrence = %s, run = %s"
            " WHERE site = %s AND token = %s",
            [status, *words, name, token],
        )
        if told:
            connection.execute(
                "UPDATE sites SET fails = 0, next = greatest(%s, now()), held = %s, hold = %s,"
                " backup = coalesce(%s, backup), kinds = CASE WHEN %s THEN %s ELSE kinds END"
                " WHERE name = %s AND token = %s",
                [told["next"], int(mails.get("held", 0)), bool(told.get("hold")), told.get("backup"),
                 bool(told.get("run")), list(told.get("kinds", ())), name, token],
            )  # fmt: skip
            if not told.get("run"):  # a look that found nothing: most of them do
                connection.execute("DELETE FROM runs WHERE site = %s AND token = %s", [name, token])
        else:
            connection.execute(
                "UPDATE sites SET fails = fails + 1, kinds = %s,"
                " next = now() + least(interval '1 minute' * 2 ^ least(fails, 10), interval '1 hour')"
                " WHERE name = %s AND token = %s",
                [[_KINDS.get(status, "crashed" if status > 0 else "killed")], name, token],
            )


CONFIG, NO_STORAGE = 2, 69
"""How a run is noted that could not begin: as one whose config is wrong, or (EX_UNAVAILABLE) whose folder is away."""

# What a run that said nothing of itself stumbled over, by its exit status.
_KINDS = {CONFIG: "config", 3: "busy", 4: "refused", NO_STORAGE: "storage"}


def at_work(connection: Connection, name: str = "") -> int:
    """How many sites (or whether this one) are at work in the queue's eyes."""
    row = connection.execute(
        "SELECT count(*) FROM procrastinate_jobs WHERE status = 'doing' AND (%s = '' OR lock = %s)", [name, name]
    ).fetchone()
    return int(row[0]) if row else 0


def tidy(connection: Connection) -> None:
    """Forget runs of long ago."""
    connection.execute("DELETE FROM runs WHERE started < now() - interval '1 day' * %s", [_KEPT_DAYS])
