"""A run of a site in a fleet that lives faster: real ledger, workbooks, mails; the mail server is a file.

`lapse` beside the sites' folders says when the fleet began, and what the clock showed then; each real second is so
many seconds long. Within a run the clock goes at its usual pace. What happens is noted in `diary`, a line a deed,
and each mail that left in `mails`.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from msgspec import structs

from automations.cli.clock import AHEAD
from automations.config.loading import load_site
from automations.engine.parts import FENCE, open_world
from automations.messages.transport import Delivery
from automations.service.due import next_look
from automations.service.due_runs import run_due

_SITE = Path(os.environ.get("KIM_SITE", "."))


def note(name: str, *words: object) -> None:
    """A line that is there, or not; never half."""
    file = os.open(_SITE.parent / name, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
    os.write(file, (" ".join(map(str, words)) + "\n").encode())
    os.close(file)


class FileTransport:
    """A mail server that takes everything and writes down what it took."""

    live = True

    def deliver(self, message, recipient):
        """Noted before it is answered for, as a mail server does."""
        note("mails", message["Message-ID"], recipient)
        return Delivery("sent")

    def close(self):
        """Nothing to close."""


def _now() -> datetime:
    """The database's clock, as this machine knows it."""
    wrong = timedelta(seconds=float(os.environ.get("KIM_TEST_WRONG") or 0))
    return datetime.now(UTC) + wrong - timedelta(seconds=float(os.environ.get(AHEAD) or 0))


def lapsed(folder: Path) -> tuple[Callable[[datetime], datetime], Callable[[datetime], datetime]]:
    """From real moments to those of the fleet, and back."""
    told = json.loads((folder / "lapse").read_text(encoding="utf-8"))
    real, shown = (datetime.fromisoformat(told[key]) for key in ("real", "shown"))
    return lambda at: shown + (at - real) * told["speed"], lambda at: real + (at - shown) / told["speed"]


def main() -> None:
    """What the site owes now."""
    there, back = lapsed(_SITE.parent)
    began = _now()
    token, start = os.environ[FENCE], there(began).astimezone(ZoneInfo("Europe/Berlin"))

    def clock() -> datetime:
        return start + (_now() - began)

    with open_world(load_site(_SITE), clock()) as opened:
        world = structs.replace(opened, transport=FileTransport())
        note("diary", "begin", _SITE.name, token)
        done = run_due(world, clock)
        note("diary", "end", _SITE.name, token)
        if done and done.occurrence:
            note("diary", "occurrence", _SITE.name, token, done.occurrence)
        again = max(back(next_look(world, clock())), began + timedelta(seconds=1))
    outcome = done.result.outcome if done and done.result else ""
    run = done.result.prepared.run if done and done.result else ""
    sys.stdout.write(json.dumps({"next": again.isoformat(), "outcome": outcome, "run": run}) + "\n")


if __name__ == "__main__":
    main()
