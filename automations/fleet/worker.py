"""A worker: asks for the sites that are due, and runs those that the queue gives it. Any number on any machines.

Each worker ticks: it gives up workers that are gone, and puts the sites that are due into the queue. That is no job
of the queue itself, since a sweeper that waits for a free place cannot free one.

Why: docs/decisions/15-fleet.md"""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
import psycopg_pool
from msgspec import Struct, field
from procrastinate import App
from procrastinate.exceptions import ConnectorException
from procrastinate.worker import Worker

from automations.common.texts import Texts, texts
from automations.fleet import registry
from automations.fleet.alerts import tell
from automations.fleet.child import Ended, carry_out
from automations.fleet.errors import FleetError, StorageError
from automations.fleet.queue import STALLED_SECONDS, TASK, ask_for, make_app, queue_of, sweep
from automations.fleet.registry import Entry
from automations.fleet.status import lay_down_metrics
from automations.fleet.words import Log, in_one_line

TICK_SECONDS = 60.0

BEAT_SECONDS = 10.0
_PAUSE_SECONDS = 5.0
# The queue is asked, not listened to: any role of the database may shout into a channel, and a word that is no JSON
# would stop the worker.
_POLL_SECONDS = 5.0
_ABORT_SECONDS = 60.0
_TRIES = 6

# What a database that is away looks like from here.
_TROUBLES = (ConnectorException, psycopg.Error, psycopg_pool.PoolTimeout, FleetError, OSError)

_DUE = ("run", "--due", "--brief")


class FleetWorker(Struct):
    """One worker. `clock` is this machine's (aware); how wrong it is is told to each run. `parallel` are so many
    sites at a time; `limit` is how many seconds a run may take. A sign of life is given each `beat` seconds; who gave
    none for `stalled` seconds is given up. `metrics` is a file for monitoring, made anew with each tick; `say` words
    what the operator is told. In a demonstration the sites live so long `behind` the database's clock."""

    url: str
    version: str
    name: str
    clock: Callable[[], datetime]
    log: Log
    parallel: int = 2
    tick: float = TICK_SECONDS
    limit: float = 2 * 60 * 60.0
    beat: float = BEAT_SECONDS
    stalled: float = STALLED_SECONDS
    metrics: Path | None = None
    behind: timedelta = timedelta(0)
    say: Texts = field(default_factory=lambda: texts("de"))
    stop: asyncio.Event = field(default_factory=asyncio.Event)

    async def work(self) -> None:
        """Work until told to stop; runs under way are finished first. A database that is away is waited for."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            with suppress(NotImplementedError):
                loop.add_signal_handler(number, self.stop.set)
        self.log("started", parallel=self.parallel, version=self.version)
        with in_one_line(self.log, loop):
            while not self.stop.is_set():
                try:
                    # Beside the runs: the ticks, the signs of life and the worker's own questions.
                    app = make_app(self.url, self.parallel + 3)
                    app.task(name=TASK)(self.run)
                    async with app.open_async():
                        await self._attend(app)
                except _TROUBLES as error:
                    self.log("waiting", error=type(error).__name__)
                    await self._rest(_PAUSE_SECONDS)
        self.log("stopped")

    async def _attend(self, app: App) -> None:
        """Serve the queue for as long as the database is there."""
        worker = Worker(
            app, [queue_of(self.version)], self.name, self.parallel, listen_notify=False,
            fetch_job_polling_interval=min(_POLL_SECONDS, self.tick), abort_job_polling_interval=_ABORT_SECONDS,
            delete_jobs="always", install_signal_handlers=False, update_heartbeat_interval=self.beat,
            stalled_worker_timeout=self.stalled,
        )  # fmt: skip
        serving = asyncio.create_task(worker.run())  # type: ignore[no-untyped-call]
        others = [asyncio.create_task(self._ticking(app)), asyncio.create_task(self._beating(app, worker))]
        stopping = asyncio.create_task(self.stop.wait())
        try:
            await asyncio.wait({serving, stopping}, return_when=asyncio.FIRST_COMPLETED)
            # The ticks only: signs of life go on until the runs under way have ended.
            others[0].cancel()
            worker.stop()  # type: ignore[no-untyped-call]
            await serving
        finally:
            for task in (*others, stopping):
                task.cancel()

    async def _ticking(self, app: App) -> None:
        while True:
            try:
                for name in await sweep(app, self.stalled):
                    self.log("given up", site=name)
                # First who is gone is given up: their sites are due again in this very tick.
                for site in await self._ask(registry.due):
                    await ask_for(app, site)
                await self._ask(registry.tidy)
                for kind in await self._ask(tell, self.say):
                    self.log("told the operator", kind=kind)
                if self.metrics:
                    await self._ask(lay_down_metrics, self.metrics)
            except Exception as error:  # noqa: BLE001 (a worker that ticks no more lets all its sites wait in silence)
                self.log("tick failed", error=type(error).__name__)
            await asyncio.sleep(self.tick)

    async def run(self, site: str) -> None:
        """One run of a site, if it is due: the task of the queue."""
        # Asked again although it was in the queue: another worker may have run it since.
        entry = await self._ask(registry.let_in, site, self.name, self.version)
        if entry is None:
            return
        ahead = (self.clock() - entry.now + self.behind).total_seconds()
        more = {"KIM_FENCE": str(entry.site.token), "KIM_CLOCK_AHEAD": f"{ahead:.3f}"}
        try:
            done = await carry_out(entry.site, _DUE, more, self.limit)
        except StorageError as error:
            self.log("cannot begin", site=site, reason=str(error))
            # Noted like a run: the site is late, and the operator is to learn why, not that a worker crashed.
            done = Ended(registry.NO_STORAGE)
        except (FleetError, OSError) as error:
            self.log("cannot begin", site=site, reason=str(error))
            done = Ended(registry.CONFIG)
        outcome = done.told.get("outcome", "")
        self.log("ran", site=site, token=entry.site.token, status=done.status, outcome=outcome)
        await self._note(entry, done)

    async def _note(self, entry: Entry, done: Ended) -> None:
        """Note how a run ended, also after a restart of the database; what cannot be noted is due once more."""
        told = dict(done.told)
        for name in ("next", "backup"):
            if self.behind and told.get(name):
                told[name] = (datetime.fromisoformat(told[name]) + self.behind).isoformat()
        # Half a minute: as long as a restart of the database takes.
        for _ in range(_TRIES):
            try:
                await self._ask(registry.ended, entry, done.status, told)
            except _TROUBLES:
                await asyncio.sleep(_PAUSE_SECONDS)
            else:
                return

    async def _beating(self, app: App, worker: Worker) -> None:
        """Signs of life while a worker that was told to stop finishes what it does; Procrastinate gives none then, and
        others would take its sites over."""
        while True:
            await asyncio.sleep(self.beat)
            if worker.worker_id is not None:
                with suppress(*_TROUBLES):
                    await app.job_manager.update_heartbeat(worker.worker_id)

    async def _ask(self, question: Callable[..., Any], *values: object) -> Any:
        """A question to the registry, in a thread: the loop gives signs of life meanwhile."""

        def asked() -> Any:
            with registry.connect(self.url, checked=False) as connection:
                return question(connection, *values)

        return await asyncio.to_thread(asked)

    async def _rest(self, seconds: float) -> None:
        with suppress(TimeoutError):
            await asyncio.wait_for(self.stop.wait(), seconds)
