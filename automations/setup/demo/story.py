"""The demonstration as it is told: met on one day, allowed to assign, run on the next morning."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

from msgspec import Struct

from automations.config.loading import load_site
from automations.config.site import Site
from automations.engine.applied import RunResult
from automations.engine.parts import World, open_world
from automations.engine.runner import run
from automations.model.decisions import question_number
from automations.setup.demo.site import make_site
from automations.tables.snapshot import read_tables
from automations.workbooks.cellrefs import cell_name
from automations.workbooks.xlsx.changes import patch


class Shown(Struct, frozen=True):
    """What the demonstration did, and the files to open: (path, what it is; a sentence to translate)."""

    site: Site
    result: RunResult
    files: tuple[tuple[Path, str], ...]


def demonstrate(folder: Path, *, cases: int, seed: int, at: datetime, language: str = "de") -> Shown:
    """Make the site, adopt its workbook the day before, let the team lead say yes, then run at `at`. `language` is
    the one in which a folder that cannot be used is refused."""
    made = make_site(folder, cases=cases, seed=seed, at=at, language=language)
    site = load_site(folder)
    get_to_know(site, at - timedelta(days=1))
    with open_world(site, at) as world:
        result = run(world, lambda: at)
    files = (
        (made.team_workbook, "the team's workbook: look at Übersicht, Prüfliste, Anrufliste, Fälle"),
        (made.managers_workbook, "the managers' workbook, without a personal row"),
        (folder / "mails", "the mails that would have left; open one in your mail program"),
        (folder / "config", "all that can be changed without programming"),
    )
    # On a day on which nothing leaves there is no folder of mails.
    return Shown(site, result, tuple(one for one in files if one[0].exists()))


def get_to_know(site: Site, day_before: datetime) -> None:
    """The first run adopts the workbook, and the team lead says yes."""
    with open_world(site, day_before) as world:
        run(world, lambda: day_before)
        say_yes(world, day_before)


def say_yes(world: World, now: datetime) -> None:
    """What the team lead does: types “ja” beside the question whether kim may assign cases."""
    team = world.workbooks["team"]
    snapshot = read_tables({"team": team.read()}, world.site.columns, world.site.facts, world.site.homes, now)
    layout = snapshot.layouts.get("decisions")
    number = question_number("assign/start")
    asked = next((decision for decision in snapshot.decisions if decision.number == number), None)
    if layout is None or asked is None:
        return
    path = world.site.folder / world.site.file.workbooks["team"].path
    cells = {
        cell_name(asked.line, layout.columns[name]): word
        for name, word in (("decision", "ja"), ("by", "Leitung"))
        if name in layout.columns
    }
    answered = path.with_name(f".answered-{path.name}")
    patch(path, answered, {layout.tab: cells})
    answered.replace(path)
