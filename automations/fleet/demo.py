"""The demonstration of a fleet: three invented towns, two workers, a PostgreSQL that was started for it.

It plays one morning. The towns were met the day before; at 06:30 all three are due, two workers share them, and one
worker is killed in the middle of its work. What is told is what the fleet's own tables say."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

from msgspec import Struct, field
from psycopg import Connection

from automations.common.texts import Texts
from automations.config.editing import set_values
from automations.config.loading import load_site
from automations.fleet import membership, registry
from automations.fleet.child import call
from automations.fleet.errors import FleetError
from automations.fleet.postgresql import OwnServer
from automations.fleet.queue import queue_schema
from automations.fleet.schema import bring_into_shape
from automations.setup.demo.site import make_site
from automations.setup.demo.story import get_to_know

TOWNS = ("emscherbrueck", "lippstein", "ruhrau")
NAMES = ("Emscherbrück", "Lippstein", "Ruhrau")
WORKERS = 2

_LEAD = timedelta(seconds=25)  # so long before the morning's run the workers begin
_INTO_IT = timedelta(seconds=2)  # A run that has gone on for so long is in the middle of it

_STALLED, _TICK = 4.0, 1.0
_LONGEST = 300.0

Tell = Callable[[str], None]


class Ran(Struct, frozen=True):
    """A run of a town: which worker had it, when it began and ended (None: it was cut off), what came of it."""

    site: str
    worker: str
    started: datetime
    ended: datetime | None
    outcome: str


class FleetDemo(Struct):
    """One demonstration. `morning` is the moment of its run (aware), `clock` this machine's; `behind` is how long the
    morning lies before now."""

    folder: Path
    url: str
    version: str
    cases: int
    morning: datetime
    clock: Callable[[], datetime]
    say: Texts
    tell: Tell
    behind: timedelta = timedelta(0)
    workers: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def show(self, look: Callable[[Connection], object]) -> list[Ran]:
        """The whole story; the runs of the morning. `look` is called at its end, while the workers are there. Raises
        FleetError."""
        with registry.connect(self.url, checked=False) as connection:
            bring_into_shape(connection, queue_schema())
            self._towns(connection)
            self.behind = _now(connection) + _LEAD - self.morning
            try:
                for _ in range(WORKERS):
                    self._begin_worker()
                self._watch(connection)
                look(connection)
            finally:
                for worker in self.workers.values():
                    worker.send_signal(signal.SIGTERM)
                    worker.wait()
            return runs(connection)

    def _towns(self, connection: Connection) -> None:
        taken = {site.name for site in registry.sites(connection)}
        if taken:
            raise FleetError(
                "There are sites in this fleet: {names}. The demonstration wants a database of its own.",
                names=", ".join(sorted(taken)),
            )
        for number, (town, name) in enumerate(zip(TOWNS, NAMES, strict=True), 1):
            place = self.folder / town
            make_site(place, cases=self.cases, seed=number, at=self.morning)
            set_values(place, {"site.name": f"Kommunales Integrationsmanagement {name} (Vorführung)"})
            get_to_know(load_site(place), self.morning - timedelta(days=1))
            site, _ = membership.take_in(connection, place, town, "", self.version, self.clock())
            registry.set_state(connection, town, "paused")
            call(site, ["release", "--at", self.morning.isoformat()], quiet=True)
            self.tell(self.say.say("{name}: {n} cases are invented; its ledger lies in a schema of its own.",
                                   name=name, n=self.cases))  # fmt: skip

    def _begin_worker(self) -> None:
        name = f"Worker {len(self.workers) + 1}"
        metrics = str(self.folder / "kim.prom")
        words = ["fleet", "work", "--parallel", "1", "--tick", str(_TICK), "--stalled", str(_STALLED),
                 "--behind", str(self.behind.total_seconds()), "--name", name, "--metrics", metrics]  # fmt: skip
        with (self.folder / "workers.log").open("ab") as log:
            self.workers[name] = subprocess.Popen(  # noqa: S603 (our own program)
                [sys.executable, "-P", "-m", "automations", *words], stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                env={**os.environ, "KIM_FLEET_DATABASE": self.url}, start_new_session=True,
            )  # fmt: skip

    def _watch(self, connection: Connection) -> None:
        """Tell what happens until all towns had their morning run; the first worker at work is killed once."""
        for town in TOWNS:
            registry.set_state(connection, town, "active")
        seen: set[tuple[str, str, bool]] = set()
        killed = ""
        for _ in _moments():
            if _now(connection) - self.behind < self.morning:
                continue
            for run in runs(connection):
                self._tell_of(run, seen)
                if not killed and run.ended is None and _now(connection) - run.started > _INTO_IT:
                    killed = run.worker
                    self._kill(killed)
            if killed and all(any(run.site == town and run.outcome for run in runs(connection)) for town in TOWNS):
                return
        raise FleetError("The demonstration did not come to its end; {file} says why.",
                         file=self.folder / "workers.log")  # fmt: skip

    def _kill(self, name: str) -> None:
        self.workers[name].kill()
        self.workers[name].wait()
        self._now(
            self.say.say("{worker} is killed (kill -9) in the middle of it; another one is started.", worker=name)
        )
        self._begin_worker()

    def _tell_of(self, run: Ran, seen: set[tuple[str, str, bool]]) -> None:
        mark = (run.site, run.worker, run.ended is not None)
        if mark in seen:
            return
        seen.add(mark)
        name = NAMES[TOWNS.index(run.site)]
        if run.ended is None and any(site == run.site for site, *_ in seen - {mark}):
            self._now(self.say.say("{name} begins once more ({worker}).", name=name, worker=run.worker))
        elif run.ended is None:
            self._now(self.say.say("{name} begins ({worker}).", name=name, worker=run.worker))
        else:
            seconds = (run.ended - run.started).total_seconds()
            self._now(self.say.say("{name} is through after {n} seconds ({worker}).", name=name, worker=run.worker,
                                   n=f"{seconds:.0f}"))  # fmt: skip

    def _now(self, sentence: str) -> None:
        """Told with the morning's clock before it."""
        shown = (self.clock() - self.behind).astimezone(self.morning.tzinfo)
        self.tell(f"{shown:%H:%M:%S}  {sentence}")


def runs(connection: Connection) -> list[Ran]:
    """The runs that did something, or were cut off, in the order in which they began."""
    rows = connection.execute("SELECT site, worker, started, ended, outcome FROM runs ORDER BY started").fetchall()
    return [Ran(*row) for row in rows]


@contextmanager
def database(given: str) -> Iterator[str]:
    """The address of the fleet's database: the given one, or that of a server that is started and taken away again.
    Raises FleetError."""
    if given:
        yield given
        return
    server = OwnServer()
    try:
        with server.connect() as connection:
            connection.execute("CREATE ROLE kim_fleet LOGIN CREATEROLE")
            connection.execute("CREATE DATABASE kim OWNER kim_fleet")
            connection.execute("REVOKE ALL ON DATABASE kim FROM PUBLIC")
        yield f"postgresql://kim_fleet@/kim?host={server.folder}"
    finally:
        server.close()


def _now(connection: Connection) -> datetime:
    row = connection.execute("SELECT clock_timestamp()").fetchone()
    if row is None:
        raise FleetError("The fleet's database cannot be reached.")
    moment: datetime = row[0]
    return moment


def _moments() -> Iterator[None]:
    ends = time.monotonic() + _LONGEST
    while time.monotonic() < ends:
        time.sleep(0.1)
        yield
