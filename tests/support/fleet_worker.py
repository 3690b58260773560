"""A worker of a fleet in a process of its own, in a hurry: signs of life and ticks each second, sites that run by
`tests.support.fleet_run`, or by nothing but a pause (`--pause SECONDS`), and a clock that may be wrong.

Usage: python -m tests.support.fleet_worker NAME [--wrong SECONDS] [--pause SECONDS] [--parallel N]
"""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
from datetime import UTC, datetime, timedelta

from automations.fleet import child
from automations.fleet.worker import FleetWorker

VERSION = "1"

_PAUSE = (
    "import json, os, sys, time\n"
    "began = time.time(); time.sleep(float(sys.argv[1]))\n"
    "name = os.path.basename(os.environ['KIM_SITE'])\n"
    "line = f'{name} {os.environ[\"KIM_FENCE\"]} {began} {time.time()}\\n'\n"
    "fd = os.open('../ran', os.O_WRONLY | os.O_APPEND | os.O_CREAT); os.write(fd, line.encode())\n"
    "again = '2000-01-01' if name.startswith('flood') else '2099-01-01'\n"
    "print(json.dumps({'next': again + 'T00:00:00+00:00', 'outcome': 'done', 'run': 'r'}))\n"
)


def log(event: str, **values: object) -> None:
    """One line."""
    sys.stdout.write(f"{event} {values}\n")
    sys.stdout.flush()


def main() -> None:
    """Work until told to stop."""
    parser = argparse.ArgumentParser()
    parser.add_argument("name")
    parser.add_argument("--wrong", type=float, default=0.0)
    parser.add_argument("--pause", default="")
    parser.add_argument("--parallel", type=int, default=1)
    given = parser.parse_args()
    os.environ["KIM_TEST_WRONG"] = str(given.wrong)
    child._PASSED = (*child._PASSED, "KIM_TEST_WRONG")
    run = ["-m", "tests.support.fleet_run"] if not given.pause else ["-S", "-c", _PAUSE, given.pause]
    tie = child.command(())[:4] if child.command(())[0].endswith("setpriv") else []
    child.command = lambda words: [*tie, sys.executable, *run]
    worker = FleetWorker(
        os.environ["KIM_FLEET_DATABASE"], VERSION, given.name,
        lambda: datetime.now(UTC) + timedelta(seconds=given.wrong), log,
        parallel=given.parallel, tick=1.0, beat=0.5, stalled=4.0,
    )  # fmt: skip
    asyncio.run(worker.work())


if __name__ == "__main__":
    main()
