"""Demonstration sites for tests that need a whole one."""

from __future__ import annotations

import fcntl
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import blake2b
from pathlib import Path

from automations.config.loading import load_site
from automations.engine.applied import RunResult
from automations.engine.parts import open_world
from automations.engine.runner import run
from automations.setup.demo import make_site
from automations.setup.demo.story import say_yes

FOLDER = 'transport = "folder"'
SMTP = 'transport = "smtp"\nhost = "127.0.0.1"\nfrom = "termine@stadt-emscherbrueck.example"'
"""Real mail instead of the folder; who needs it gives the world a transport in memory."""


@dataclass(frozen=True)
class Demos:
    """Sites of the demonstration: each kind is made once for all tests of a session, and copied for each test."""

    shelf: Path

    def __call__(
        self, folder: Path, *, cases: int, seed: int, at: datetime, met: bool = True, smtp: bool = False,
        more: str = "", runs: Sequence[datetime] = (),
    ) -> Path:  # fmt: skip
        """A site in a folder that is not there yet. It met its workbook the day before `at` (unless `met` is off) and
        ran at `runs`; `smtp` lets it send real mail, `more` stands at the end of its site.toml."""
        kept = self.shelf / blake2b(repr((cases, seed, at, met, smtp, more, runs)).encode(), digest_size=8).hexdigest()
        done = kept.with_suffix(".done")  # made in its place: a ledger knows where its backups lie
        with kept.with_suffix(".lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)  # tests run side by side, in processes of their own
            if not done.exists():
                make_site(kept, cases=cases, seed=seed, at=at)
                toml = kept / "config" / "site.toml"
                text = toml.read_text(encoding="utf-8") + more
                toml.write_text(text.replace(FOLDER, SMTP) if smtp else text, encoding="utf-8")
                if met:
                    adopted(kept, at)
                for moment in runs:
                    run_site(kept, moment)
                done.touch()
        return Path(shutil.copytree(kept, folder))


def adopted(folder: Path, at: datetime) -> RunResult:
    """Meet the site's workbook the day before `at`, and let the team lead allow assigning."""
    before = at - timedelta(days=1)
    with open_world(load_site(folder), before) as world:
        result = run(world, lambda: before)
        say_yes(world, before)
    return result


def run_site(folder: Path, at: datetime) -> RunResult:
    """One whole run of a site."""
    with open_world(load_site(folder), at) as world:
        return run(world, lambda: at)
