"""`kim start`: keeps doing what the schedule owes, until it is told to stop. The clock's second home."""

from __future__ import annotations

import signal
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime
from pathlib import Path
from threading import Event

from automations.common.files import write_private
from automations.common.logs import Log
from automations.config.files import ConfigError
from automations.config.loading import load_site
from automations.config.site import Site
from automations.engine.lock import AlreadyRunningError
from automations.engine.parts import World, open_world
from automations.ledger.errors import LedgerError
from automations.service.alerts import tell_operator
from automations.service.due import next_look
from automations.service.due_runs import run_due
from automations.service.heartbeat import Pings
from automations.service.refused_config import remember, stamp
from automations.workbooks.protocol import WorkbookError

TICK_SECONDS = 20

Opener = Callable[[Site, datetime], AbstractContextManager[World]]


class Service:
    """A site that runs by itself. `clock` gives aware moments; `tick` is what happens each time; `opener`
    opens what a run works on."""

    def __init__(self, folder: Path, clock: Callable[[], datetime] | None = None, opener: Opener = open_world) -> None:
        self.folder, self._open = folder, opener
        self.site = load_site(folder)
        self.clock = clock or self._real_clock
        self.stop = Event()
        self.log = Log(self.site.state / "logs")
        self._config = stamp(folder)
        self._pings = Pings()
        self._looked: datetime | None = None
        self._next: datetime | None = None

    def _real_clock(self) -> datetime:
        return datetime.now(self.site.facts.time_zone)

    def start(self, seconds: float = TICK_SECONDS) -> None:
        """Tick until SIGTERM or Ctrl-C; a run under way is finished first."""
        for name in (signal.SIGTERM, signal.SIGINT):
            signal.signal(name, lambda *_: self.stop.set())
        import schedule

        # One of its own: the library's usual one is shared by the whole process.
        ticker = schedule.Scheduler()
        ticker.every(seconds).seconds.do(self.tick)  # type: ignore[arg-type]  # parts of a second do as well
        self.log.write(self.clock(), "started")
        self.tick()
        while not self.stop.is_set():
            ticker.run_pending()
            # A second at most: whoever stops the service does not wait for the next tick.
            self.stop.wait(min(1.0, seconds))
        self.log.write(self.clock(), "stopped")

    def tick(self) -> None:
        """One look at the clock. Never raises: a tick that fails is logged, and the next one comes."""
        try:
            self._take_up_config()
            if self._is_time():
                with self._open(self.site, self.clock()) as world:
                    self._work(world)
                    self._looked, self._next = self.clock(), next_look(world, self.clock())
            self._beat()
        except AlreadyRunningError:
            self.log.write(self.clock(), "waiting", reason="another run is under way")
        except (LedgerError, WorkbookError, OSError) as error:
            self.log.write(self.clock(), "failed", error=type(error).__name__, code=getattr(error, "code", ""))
        except Exception as error:  # noqa: BLE001 (the service must outlive a bug; it is logged and told)
            self.log.write(self.clock(), "failed", error=type(error).__name__)

    def _is_time(self) -> bool:
        """Whether the ledger must be opened: it is idle in between. A clock set back counts as time."""
        now = self.clock()
        return self._next is None or self._looked is None or now >= self._next or now < self._looked

    def _work(self, world: World) -> None:
        done = run_due(world, self.clock)
        if done is not None and done.why == "unchanged":
            self.log.write(self.clock(), "unchanged", occurrence=done.occurrence)
        if done is None or done.result is None:
            return
        record = done.result.prepared.record
        self.log.write(
            self.clock(), "run", run=record.run, why=done.why, occurrence=done.occurrence, outcome=done.result.outcome,
            cells=record.edits, mails=record.mails, problems=record.problems,
        )  # fmt: skip
        tell_operator(world, done.result, self.clock)

    def _take_up_config(self) -> None:
        """A changed config is taken up; a broken one is reported once, and the old one stays."""
        now = stamp(self.folder)
        if now == self._config:
            return
        # Remembered also where it is broken, so that it is told once and not with every tick.
        self._config, self._next = now, None
        try:
            self.site = load_site(self.folder)
        except ConfigError as error:
            places = {f"{item.tab}:{item.row}" if item.row else item.tab for item in error.problems}
            self.log.write(self.clock(), "config refused", places=", ".join(sorted(places)))
            remember(self.folder, error)
        else:
            self.log.write(self.clock(), "config taken up")

    def _beat(self) -> None:
        # Written last: a tick that hangs gives no sign of life, and the container is started anew.
        path = self.site.state / "heartbeat"
        # As a whole: a health check that meets a half-written one would call the service dead.
        write_private(path, f"{self.clock().isoformat()}\n".encode())
        if error := self._pings.ping(self.site.file.operator.ping_url, self.clock()):
            self.log.write(self.clock(), "ping failed", error=error)
