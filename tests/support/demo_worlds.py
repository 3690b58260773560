"""Demonstration sites for tests that need a whole one."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

from automations.config.loading import load_site
from automations.engine.parts import open_world
from automations.engine.runner import RunResult, run
from automations.setup.demo.story import say_yes


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
