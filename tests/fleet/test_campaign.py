"""Workers that die, stand still, have a wrong clock, lose their database: every occurrence once, no two runs of a site
at a time, no mail twice."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import psutil
import pytest

from automations.config.loading import load_site
from automations.fleet import membership, registry
from automations.fleet.queue import queue_schema
from automations.fleet.registry import connect
from automations.fleet.schema import bring_into_shape
from automations.ledger.book import open_ledger
from automations.model.fact_kinds.course import ScheduleStart
from automations.service.timetable import JOB, timetable
from tests.support.fleet_run import lapsed
from tests.support.fleets import url_of
from tests.support.postgresql import Server
from tests.support.small_site import case, reachable, small_site

ROOT = Path(__file__).parents[2]
START = datetime(2026, 11, 30, 5, 20, tzinfo=UTC)
"""A Monday, ten minutes before the first run."""


def town(folder: Path, name: str, days: int, each: int) -> None:
    """A site where on so many days so many people are to be reminded."""
    (folder / name).mkdir()
    people = [case(n, **reachable(n)) | {"Zuständig": "AA"} for n in range(1, 7)]
    visits = [
        {"Termin-Nr.": f"T-{day}-{n}", "Fall-Nr.": f"K-{n}", "Datum": date(2026, 12, 1) + timedelta(days=day),
         "Uhrzeit": "10:00", "Ort": "Büro Nord", "Beratung durch": "AA", "Status": "geplant"}
        for day in range(days) for n in range(1, each + 1)
    ]  # fmt: skip
    small_site(folder / name, people, visits, few_tabs=True)
    path = folder / name / "config" / "site.toml"
    text = path.read_text(encoding="utf-8").replace(
        'transport = "folder"', 'transport = "smtp"\nhost = "127.0.0.1"\nfrom = "t@example.org"'
    )
    path.write_text(text, encoding="utf-8")


class Campaign:
    """A fleet of real sites in a hurry, and what is done to it."""

    def __init__(
        self, folder: Path, server: Server, sites: int, seed: int, workers: list[subprocess.Popen[bytes]],
        days: int, each: int,
    ) -> None:  # fmt: skip
        self.folder, self.server, self.chance = folder, server, random.Random(seed)  # noqa: S311 (deeds, no secrets)
        self.names = [f"ort{n}" for n in range(sites)]
        self.workers = workers
        self.deeds: Counter[str] = Counter()
        with server.connect() as connection:
            connection.execute("CREATE ROLE kim_fleet LOGIN CREATEROLE")
            connection.execute("CREATE DATABASE kim OWNER kim_fleet")
        self.url = f"postgresql://kim_fleet@/kim?host={server.folder}"
        with connect(self.url, checked=False) as connection:
            bring_into_shape(connection, queue_schema())
            for name in self.names:
                town(folder, name, days, each)
                membership.add(connection, folder / name, name, "", "1")
            told = {"real": datetime.now(UTC).isoformat(), "shown": START.isoformat(), "speed": 3600}
            (folder / "lapse").write_text(json.dumps(told), encoding="utf-8")
            for name in self.names:
                registry.set_state(connection, name, "active")

    def begin_worker(self, wrong: float = 0.0) -> None:
        """One more."""
        with (self.folder / "workers.log").open("ab") as log:
            self.workers.append(
                subprocess.Popen(
                    [sys.executable, "-m", "tests.support.fleet_worker", f"w{self.deeds.total()}", "--wrong",
                     str(wrong)],
                    cwd=ROOT, env={**os.environ, "KIM_FLEET_DATABASE": self.url, "PYTHONPATH": str(ROOT)},
                    stdout=log, stderr=log,
                )
            )  # fmt: skip

    def do_something(self) -> None:
        """A deed of those that happen in data centres."""
        deed = self.chance.choices(("kill", "stop worker", "stop run", "wrong clock", "database"), (20, 4, 4, 3, 2))[0]
        self.deeds[deed] += 1
        with (self.folder / "deeds").open("a", encoding="utf-8") as log:
            log.write(f"{datetime.now(UTC):%H:%M:%S} {deed}\n")
        worker = self.workers[0]
        if deed == "kill":
            worker.kill()
            worker.wait()
        elif deed == "database":
            self.server.restart()
        elif deed == "wrong clock":
            worker.kill()
            worker.wait()
            self.begin_worker(self.chance.choice((-86_400.0, -600.0, 3_600.0, 400 * 86_400.0)))
        else:
            self._stand_still(worker, whole=deed == "stop worker")
        self.workers[:] = [one for one in self.workers if one.poll() is None]
        while len(self.workers) < 2:
            self.begin_worker()
        self.workers.append(self.workers.pop(0))

    def let_it_work(self) -> None:
        """Until a run came to its end (on a busy machine that takes a while), and some way into the next ones."""
        before = self._ends()
        for _ in range(150):
            if self._ends() > before:
                break
            time.sleep(0.1)
        time.sleep(self.chance.uniform(0.0, 4.0))

    def _ends(self) -> int:
        diary = self.folder / "diary"
        return diary.read_text(encoding="utf-8").count("end ") if diary.exists() else 0

    def _stand_still(self, worker: subprocess.Popen[bytes], *, whole: bool) -> None:
        """For longer than a worker is waited for; then it goes on."""
        stopped = []
        try:
            own = psutil.Process(worker.pid)
            stopped = [*([own] if whole else []), *own.children(recursive=True)]
            for process in stopped:
                process.suspend()
            time.sleep(6)
        except psutil.NoSuchProcess:
            pass
        for process in stopped:
            try:
                process.resume()
            except psutil.NoSuchProcess:
                continue

    def calm_down(self) -> datetime:
        """Nothing more happens until all sites are through; the fleet's clock then."""
        time.sleep(8)
        there, _ = lapsed(self.folder)
        until = there(datetime.now(UTC))
        with connect(self.url) as connection:
            for _ in range(240):  # on a busy machine the last runs take minutes
                if not any(self.missing(name, until) for name in self.names):
                    break
                time.sleep(1)
            registry.set_setting(connection, "drained", "on")
            for _ in range(120):
                if not registry.at_work(connection):
                    break
                time.sleep(0.5)
        for worker in self.workers:
            worker.send_signal(signal.SIGTERM)
            worker.wait(timeout=60)
        return until

    def missing(self, name: str, until: datetime) -> list[str]:
        """Occurrences of a site that nobody ended, since its schedule was first looked at."""
        with open_ledger(url_of(self.folder / name), now=until) as ledger:
            since = (ledger.fact(ScheduleStart) or ScheduleStart()).at
            ended = {one.occurrence for one in ledger.occurrences(JOB, 10_000) if one.ended is not None}
        days = timetable(load_site(self.folder / name))
        return [one.id for one in days.between(since, until) if one.id not in ended] if since else ["all"]

    def check(self, until: datetime) -> dict[str, int]:
        """What must hold; figures."""
        diary = [line.split() for line in (self.folder / "diary").read_text(encoding="utf-8").splitlines()]
        newest: dict[str, int] = {}
        overlaps = []
        for what, name, token, *_ in diary:
            if what == "begin":
                newest[name] = max(newest.get(name, 0), int(token))
            elif what == "end" and int(token) < newest[name]:
                overlaps.append((name, token, newest[name]))
        done = Counter((name, rest[0]) for what, name, _, *rest in diary if what == "occurrence")
        mails = Counter((self.folder / "mails").read_text(encoding="utf-8").splitlines())
        assert overlaps == []
        assert [one for one, n in done.items() if n > 1] == [], "an occurrence ran twice"
        assert [one for one, n in mails.items() if n > 1] == [], "a mail left twice"
        for name in self.names:
            assert self.missing(name, until) == [], name
            with open_ledger(url_of(self.folder / name), now=until) as ledger:
                assert ledger.check() == ()
        begun = sum(what == "begin" for what, *_ in diary)
        cut = begun - sum(what == "end" for what, *_ in diary)
        return {"runs": begun, "cut off": cut, "occurrences": len(done), "mails": mails.total(), **self.deeds}


def campaign(folder: Path, sites: int, deeds: int, seed: int, days: int = 40, each: int = 6) -> dict[str, int]:
    """So many deeds against so many sites, each of which has so many days with so many appointments."""
    server = Server()
    workers: list[subprocess.Popen[bytes]] = []
    try:
        on = Campaign(folder, server, sites, seed, workers, days, each)
        on.begin_worker()
        on.begin_worker()
        on.let_it_work()
        for _ in range(deeds):
            on.do_something()
            on.let_it_work()
        return on.check(on.calm_down())
    finally:
        for worker in workers:
            worker.kill()
            worker.wait()
        server.close()


@pytest.mark.servers
@pytest.mark.timeout(600)
def test_whatever_happens_to_workers_each_occurrence_comes_once_and_no_mail_twice(tmp_path):
    found = campaign(tmp_path, sites=3, deeds=10, seed=1)
    sys.stdout.write(f"{found}\n")
    assert found["occurrences"] >= 3
    assert found["mails"] >= 5  # how far it comes depends on the machine


@pytest.mark.soak
def test_two_hundred_deeds_against_workers(tmp_path):
    found = campaign(tmp_path, sites=5, deeds=300, seed=2, days=180, each=2)
    sys.stdout.write(f"{found}\n")
    assert found["kill"] + found["wrong clock"] >= 200
    assert found["database"] >= 10
    assert found["mails"] > 100
