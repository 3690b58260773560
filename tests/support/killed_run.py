"""A run that is killed at its n-th step: started by test_run_killed in a process of its own.

Usage: python -m tests.support.killed_run SITE AT STEP DELIVERIES
`STEP` counts all steps of the run and all deliveries; at that one the process kills itself with
SIGKILL, as a power cut would. `DELIVERIES` gets one line for each message that was handed over.
"""

from __future__ import annotations

import os
import signal
import sys
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from msgspec import structs

from automations.config.loading import load_site
from automations.engine.parts import open_world
from automations.engine.runner import run
from automations.messages.transport import Delivery


class Countdown:
    """Kills the process when it has counted to its number."""

    def __init__(self, steps: int) -> None:
        self.left = steps

    def __call__(self, _name: str = "") -> None:
        self.left -= 1
        if self.left == 0:
            os.kill(os.getpid(), signal.SIGKILL)


class LoggedTransport:
    """A mail server that takes everything and writes down what it took, durably."""

    live = True

    def __init__(self, log: Path, countdown: Countdown) -> None:
        self.log, self.countdown = log, countdown

    def deliver(self, message, recipient):
        self.countdown()
        with self.log.open("a", encoding="utf-8") as file:
            file.write(f"{message['Message-ID']} {recipient}\n")
            file.flush()
            os.fsync(file.fileno())
        self.countdown()
        return Delivery("sent")

    def close(self):
        """Nothing to close."""


def main(folder: str, at: str, steps: str, log: str) -> None:
    """One run, killed at the step named (0: never)."""
    site = load_site(Path(folder))
    moment = datetime.fromisoformat(at).replace(tzinfo=ZoneInfo("Europe/Berlin"))
    countdown = Countdown(int(steps))
    with open_world(site, moment) as opened:
        world = structs.replace(opened, transport=LoggedTransport(Path(log), countdown))
        result = run(world, lambda: moment, step=countdown)
    sys.stdout.write(f"{result.outcome} {countdown.left}\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
