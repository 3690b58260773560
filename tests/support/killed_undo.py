"""An undo that is killed when its cells stand in the workbook and the ledger does not know yet: started by test_undo in
a process of its own.

Usage: python -m tests.support.killed_undo SITE AT RUN
"""

from __future__ import annotations

import os
import signal
import sys
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from automations.config.loading import load_site
from automations.engine.parts import open_world
from automations.engine.undo import undo
from automations.ledger.book import Ledger


def main(folder: str, at: str, run: str) -> None:
    """One undo, killed as a power cut would."""
    moment = datetime.fromisoformat(at).replace(tzinfo=ZoneInfo("Europe/Berlin"))
    Ledger.finish_write = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
    with open_world(load_site(Path(folder)), moment) as world:
        undo(world, run, lambda: moment)


if __name__ == "__main__":
    main(*sys.argv[1:])
