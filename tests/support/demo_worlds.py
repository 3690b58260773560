"""Demonstration sites for tests that need a whole one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

from automations.config.loading import load_site
from automations.engine.applied import RunResult
from automations.engine.parts import open_world
from automations.engine.runner import run
from automations.setup.demo.site import make_site
from automations.setup.demo.story import say_yes
from tests.support.own_site import FEW_TABS
from tests.support.shelf import copied

FOLDER = 'transport = "folder"'
SMTP = 'transport = "smtp"\nhost = "127.0.0.1"\nfrom = "termine@stadt-emscherbrueck.example"'
"""Real mail instead of the folder; who needs it gives the world a transport in memory."""


def demo(
    folder: Path, *, cases: int, seed: int, at: datetime, met: bool = True, smtp: bool = False, more: str = "",
    runs: Sequence[datetime] = (), few_tabs: bool = False,
) -> Path:  # fmt: skip
    """A site of the demonstration, in a folder that is not there yet; those that are alike are made once a session. It
    met its workbook the day before `at` (unless `met` is off) and ran at `runs`; `smtp` lets it send real mail, `more`
    stands at the end of its site.toml; with `few_tabs` no tab of figures is drawn in its runs."""

    def make(place: Path) -> None:
        make_site(place, cases=cases, seed=seed, at=at)
        toml = place / "config" / "site.toml"
        text = toml.read_text(encoding="utf-8") + more
        toml.write_text(text.replace(FOLDER, SMTP) if smtp else text, encoding="utf-8")
        if few_tabs:
            automations = place / "config" / "automations.toml"
            automations.write_text(automations.read_text(encoding="utf-8") + FEW_TABS, encoding="utf-8")
        if met:
            adopted(place, at)
        for moment in runs:
            run_site(place, moment)

    return copied(("demo", cases, seed, at, met, smtp, more, tuple(runs), few_tabs), make, folder)


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
