"""How the fleet stands: each site's last good run, what is late, waits, is refused or held. For people, programs and
monitoring; names of sites are in it, never persons."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Literal

from msgspec import Struct
from psycopg import Connection
from psycopg.rows import class_row

LATE = timedelta(minutes=15)  # a site that was due so long ago and has not begun is late
_OLD_BACKUP = timedelta(days=4)  # a long weekend

Doing = Literal["resting", "waiting", "at work", "paused"]
Value = Callable[["SiteStanding"], float]


class SiteStanding(Struct, frozen=True):
    """A site: what it does, since when it is due (None: it is not), how its last run ended, when one last went well,
    what stands in its way (`kinds`: stable codes), how many mails are held, whether all mail is."""

    name: str
    version: str
    doing: Doing
    due: datetime | None
    last: datetime | None
    outcome: str
    good: datetime | None
    kinds: Sequence[str]
    fails: int
    held: int
    hold: bool
    backup: datetime | None
    now: datetime

    @property
    def late(self) -> timedelta:
        """How long it has been due."""
        return self.now - self.due if self.due and self.doing == "waiting" else timedelta(0)

    @property
    def troubles(self) -> tuple[str, ...]:
        """What somebody should look into. A workbook that is open is nobody's fault."""
        found = {kind for kind in self.kinds if kind != "busy"}
        found |= {"late"} if self.late >= LATE else set()
        found |= {"old_backup"} if self.backup and self.now - self.backup > _OLD_BACKUP else set()
        return tuple(sorted(found)) if self.doing != "paused" else ()


class FleetStanding(Struct, frozen=True):
    """All sites, how many workers gave a sign of life within a minute, and whether the fleet is drained."""

    now: datetime
    workers: int
    drained: bool
    sites: Sequence[SiteStanding]

    def troubles(self) -> dict[str, list[str]]:
        """Kinds of trouble and the sites that have them: what several sites suffer from is one trouble."""
        found: dict[str, list[str]] = {}
        for site in self.sites:
            for kind in site.troubles:
                found.setdefault(kind, []).append(site.name)
        if not self.workers and any(site.doing != "paused" for site in self.sites):
            found["no_worker"] = []
        return dict(sorted(found.items()))


def standing(connection: Connection) -> FleetStanding:
    """How it stands now, by the database's clock."""
    row = connection.execute(
        "SELECT now(), (SELECT count(*) FROM procrastinate_workers WHERE last_heartbeat > now() - interval '1 minute'),"
        " EXISTS (SELECT FROM settings WHERE name = 'drained' AND value = 'on')"
    ).fetchone()
    now, workers, drained = row or (None, 0, False)
    with connection.cursor(row_factory=class_row(SiteStanding)) as cursor:
        sites = cursor.execute(
            """
            SELECT s.name, s.version, s.kinds, s.fails, s.held, s.hold, s.backup, now() AS now,
                CASE WHEN s.state = 'paused' THEN 'paused'
                     WHEN EXISTS (SELECT FROM procrastinate_jobs j WHERE j.lock = s.name AND j.status = 'doing')
                     THEN 'at work' WHEN s.next <= now() THEN 'waiting' ELSE 'resting' END AS doing,
                CASE WHEN s.next <= now() THEN s.next END AS due,
                last.started AS last, coalesce(last.outcome, '') AS outcome, good.ended AS good
            FROM sites s
            LEFT JOIN LATERAL (SELECT started, outcome FROM runs r WHERE r.site = s.name AND r.ended IS NOT NULL
                               ORDER BY token DESC LIMIT 1) last ON true
            LEFT JOIN LATERAL (SELECT ended FROM runs r WHERE r.site = s.name AND r.status = 0
                               ORDER BY token DESC LIMIT 1) good ON true
            ORDER BY s.name
            """
        ).fetchall()
    return FleetStanding(now, int(workers), bool(drained), sites)


def metrics(fleet: FleetStanding) -> str:
    """The standing as OpenMetrics text, for a file that monitoring reads."""
    lines = [
        *_gauge("kim_fleet_workers", "Workers that gave a sign of life within a minute.", [("", fleet.workers)]),
        *_gauge("kim_fleet_drained", "Whether no site may begin.", [("", int(fleet.drained))]),
        *_of_sites(fleet, "late_seconds", "How long the site has been due.", lambda one: one.late.total_seconds()),
        *_of_sites(fleet, "last_good_timestamp_seconds", "When a run of the site last went well; 0 for never.",
                   lambda one: one.good.timestamp() if one.good else 0),
        *_of_sites(fleet, "failures", "Runs in a row that said nothing of themselves.", lambda one: one.fails),
        *_of_sites(fleet, "held_mails", "Mails that wait for somebody's word.", lambda one: one.held),
        *_of_sites(fleet, "hold", "Whether all mail of the site is stopped.", lambda one: int(one.hold)),
        *_of_sites(fleet, "paused", "Whether the site rests.", lambda one: int(one.doing == "paused")),
        *_of_sites(fleet, "refused", "Whether a guard stopped its last run.",
                   lambda one: int(one.outcome == "refused")),
        *_gauge("kim_fleet_trouble_sites", "Sites that a kind of trouble has, by its code.",
                [(f'{{kind="{kind}"}}', len(names)) for kind, names in fleet.troubles().items()]),
    ]  # fmt: skip
    return "\n".join([*lines, "# EOF", ""])


def lay_down_metrics(connection: Connection, path: Path) -> None:
    """Write the metrics for a program that reads a folder (node_exporter's textfile collector): whole, or not at
    all, and readable for others. Raises OSError."""
    new = path.with_name(f".{path.name}.{os.getpid()}")
    new.write_text(metrics(standing(connection)), encoding="utf-8")
    new.chmod(0o644)
    new.replace(path)


def _of_sites(fleet: FleetStanding, name: str, text: str, value: Value) -> Iterator[str]:
    return _gauge(f"kim_fleet_site_{name}", text, [(f'{{site="{one.name}"}}', value(one)) for one in fleet.sites])


def _gauge(name: str, text: str, values: Sequence[tuple[str, float]]) -> Iterator[str]:
    yield f"# TYPE {name} gauge"
    yield f"# HELP {name} {text}"
    yield from (f"{name}{labels} {value:.15g}" for labels, value in values)
