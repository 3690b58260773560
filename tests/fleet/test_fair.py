"""Who waits longest begins first; who is always due holds nobody up."""

from __future__ import annotations

import asyncio
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from automations.fleet import registry
from automations.fleet.queue import ask_for, make_app
from automations.fleet.registry import connect
from tests.support.fleets import joined

pytestmark = pytest.mark.servers

ROOT = Path(__file__).parents[2]
PATIENCE = 120


@contextmanager
def workers(url: str, number: int, pause: float) -> Iterator[None]:
    """So many, whose sites do nothing but take their time."""
    running = [
        subprocess.Popen(
            [sys.executable, "-m", "tests.support.fleet_worker", f"w{n}", "--pause", str(pause)], cwd=ROOT,
            env={**os.environ, "KIM_FLEET_DATABASE": url, "PYTHONPATH": str(ROOT)}, stdout=subprocess.DEVNULL,
        )
        for n in range(number)
    ]  # fmt: skip
    try:
        yield
    finally:
        for worker in running:
            worker.send_signal(signal.SIGTERM)
        for worker in running:
            worker.wait(timeout=60)


def begun(url: str) -> list[str]:
    """Sites in the order in which they were let in."""
    with connect(url) as connection:
        return [name for (name,) in connection.execute("SELECT site FROM runs ORDER BY started")]


def wait_for(url: str, names: set[str]) -> list[str]:
    """The order, once all these have begun."""
    for _ in range(PATIENCE * 4):
        order = begun(url)
        if names <= set(order):
            return order
        time.sleep(0.25)
    pytest.fail(f"still waiting: {sorted(names - set(begun(url)))}")


def test_fifty_four_sites_with_two_workers_begin_in_the_order_of_waiting(fleet, tmp_path):
    names = [f"ort{n:02}" for n in range(54)]
    random.Random(1).shuffle(names)  # noqa: S311 (an order, no secret)
    due = datetime.now(UTC) - timedelta(hours=1)
    with connect(fleet) as connection:
        for name in names:
            joined(fleet, tmp_path, name, ledger=False)
        for n, name in enumerate(names):
            connection.execute("UPDATE sites SET next = %s WHERE name = %s", [due + timedelta(seconds=n), name])
        assert [site.name for site in registry.due(connection)] == names
    with workers(fleet, 2, 0.02):
        order = wait_for(fleet, set(names))
    assert len(order) == 54, "each ran once"
    assert max(abs(order.index(name) - n) for n, name in enumerate(names)) <= 1, "two begin at a time"


def test_a_site_that_is_always_due_holds_nobody_up_for_more_than_one_run(fleet, tmp_path):
    names = [f"ort{n}" for n in range(6)]
    for name in ("flood", *names):
        joined(fleet, tmp_path, name, ledger=False)
    with connect(fleet) as connection:
        connection.execute("UPDATE sites SET next = now() + interval '1 day' WHERE name <> 'flood'")

    async def flood() -> int:
        app = make_app(fleet, 2)
        async with app.open_async():
            with connect(fleet) as connection:
                site = registry.site(connection, "flood")
            return sum([await ask_for(app, site) for _ in range(1000)])

    assert asyncio.run(flood()) == 1, "a thousand times due is one job"
    with workers(fleet, 1, 0.2):
        wait_for(fleet, {"flood"})
        with connect(fleet) as connection:
            connection.execute("UPDATE sites SET next = now() WHERE name <> 'flood'")
        before = len(begun(fleet))
        order = wait_for(fleet, set(names))[before:]
        floods = order[: max(order.index(name) for name in names)].count("flood")
        assert floods <= 2, "at most the one under way, and one that was asked for before"
        time.sleep(2.5)
        assert begun(fleet).count("flood") > 1, "it is not starved either"
