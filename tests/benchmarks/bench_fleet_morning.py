"""CPU and memory of a morning: so many sites of 600 cases each, all due at once, one worker with two places, on a real
PostgreSQL. Usage: bench_fleet_morning.py [SITES] [CASES]

One invented town is met by kim once; all sites are copies of it, each with a schema and a role of its own.
"""

from __future__ import annotations

import asyncio
import os
import resource
import shutil
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import psutil

from automations import __version__
from automations.config.loading import load_site
from automations.fleet import membership
from automations.fleet.demo import database
from automations.fleet.queue import queue_schema
from automations.fleet.registry import connect
from automations.fleet.schema import bring_into_shape
from automations.fleet.secrets import LEDGER, read_secrets
from automations.fleet.worker import FleetWorker
from automations.ledger.book import open_ledger, restore_ledger
from automations.model.fact_kinds.course import ScheduleStart
from automations.setup.demo.site import make_site
from automations.setup.demo.story import get_to_know

MORNING = datetime(2024, 10, 31, 6, 30, tzinfo=ZoneInfo("Europe/Berlin"))


def children() -> float:
    """CPU seconds of all processes that ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def server_seconds() -> float:
    """CPU seconds of PostgreSQL's processes that are there; those of a run's connection end with it."""
    found = 0.0
    for process in psutil.process_iter(["name"]):
        if process.info["name"] == "postgres":
            try:
                found += sum(process.cpu_times()[:4])
            except psutil.NoSuchProcess:
                continue
    return found


async def work(url: str, behind: timedelta, sites: int) -> list[tuple[str, int]]:
    """Until all sites had their morning run: how each ended, and after how many seconds."""
    done: list[tuple[str, int]] = []
    began = time.monotonic()

    def log(event: str, **values: object) -> None:
        if event == "ran" and values["outcome"] != "nothing due":
            done.append((str(values["outcome"]), round(time.monotonic() - began)))
            sys.stdout.write(f"{len(done)} {values['site']} {values['outcome']} after {done[-1][1]} s\n")
            sys.stdout.flush()
            if len(done) >= sites:
                worker.stop.set()

    worker = FleetWorker(url, __version__, "bench", lambda: datetime.now(UTC), log, parallel=2, tick=5, behind=behind)
    await worker.work()
    return done


def main(sites: int, cases: int) -> None:
    """Print what a morning takes."""
    with tempfile.TemporaryDirectory() as place, database("") as url, connect(url, checked=False) as connection:
        bring_into_shape(connection, queue_schema())
        first = Path(place) / "first"
        make_site(first, cases=cases, seed=1, at=MORNING)
        get_to_know(load_site(first), MORNING - timedelta(days=1))
        since = MORNING - timedelta(hours=1)
        with open_ledger(f"sqlite:///{first / 'state' / 'ledger.sqlite'}", now=since) as known:
            known.remember([ScheduleStart(since).under()], since)
            known.backup(first / "moved.gz", since)
        for n in range(sites):
            folder = Path(place) / f"ort{n:02}"
            shutil.copytree(first, folder)
            membership.add(connection, folder, "", "", __version__)
            own_ledger = read_secrets(folder, os.geteuid())[LEDGER]
            restore_ledger(own_ledger, folder / "moved.gz", now=since, moved=True)
            with open_ledger(own_ledger, now=since) as ledger:
                ledger.set_hold(False, since)
            (folder / "state" / "ledger.sqlite").unlink()
        connection.execute("UPDATE sites SET state = 'active', next = now()")
        behind = datetime.now(UTC) - MORNING
        before, idle, began = children(), server_seconds(), time.monotonic()
        done = asyncio.run(work(url, behind, sites))
        wall, cpu = time.monotonic() - began, children() - before
        largest = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
        row = connection.execute("SELECT pg_database_size(current_database()) / 1048576.0").fetchone()
        own = resource.getrusage(resource.RUSAGE_SELF)
        sys.stdout.write(
            f"{len(done)} morning runs of {cases} cases: {cpu:.0f} CPU s ({cpu / len(done):.1f} each), {wall:.0f} s by"
            f" the clock with two places; largest process {largest:.0f} MB; PostgreSQL"
            f" {server_seconds() - idle:.0f} CPU s of processes that stayed; database {row[0] if row else 0:.0f} MB;"
            f" worker {own.ru_maxrss / 1024:.0f} MB; ended: {sorted({outcome for outcome, _ in done})}\n"
        )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 54, int(sys.argv[2]) if len(sys.argv) > 2 else 600)
