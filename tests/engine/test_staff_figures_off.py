"""A site without an agreement tells nothing of what one colleague carries: not in any tab, text, mail or record."""

import re
from datetime import timedelta

import pytest

from automations.config.files import ConfigError
from automations.config.loading import load_site
from automations.engine.outcomes import Prepared
from automations.engine.parts import open_world
from automations.engine.planning import prepare
from automations.jobs.assigning.alternatives import alternatives
from automations.jobs.assigning.settings import AssignSettings
from automations.model.tabdoc import Grid
from automations.setup.demo.site import CLOCK, make_site
from automations.workbooks.xlsx.reading import read_workbook
from tests.support.declared import rule
from tests.support.demo_worlds import adopted, run_site
from tests.support.shelf import copied

_OWN = """
[[figures]]
id = "load"
title = "Fälle je Kopf"
where = 'open'
by = "manager"

[[figures]]
id = "of_one"
title = "Nur eine"
where = 'manager == "AK"'
"""
_CHECK = """
[[check_data.own]]
code = "too_many"
table = "team"
when = "cases.count() > 3"
message = "Zu viele Fälle."
"""
_RULE = rule("crowded", "team", when="cases.count() > 3", action="list", due={"every": "working_day"})


def made(folder, *, agreed):
    """A site after its first day, with or without an agreement."""
    copied((__name__, agreed), lambda place: begun(place, agreed=agreed), folder)


def begun(folder, *, agreed):
    make_site(folder, cases=40, seed=3)
    config = folder / "config"
    site = (config / "site.toml").read_text(encoding="utf-8")
    if not agreed:
        site = site.replace("agreement_on", "# agreement_on")
        (config / "site.toml").write_text(site, encoding="utf-8")
    for name, text in (("figures.toml", _OWN), ("automations.toml", _CHECK), ("rules.toml", _RULE)):
        path = config / name
        before = path.read_text(encoding="utf-8") if path.exists() else ""
        path.write_text(before + text, encoding="utf-8")
    adopted(folder, CLOCK)
    run_site(folder, CLOCK)


def people(folder):
    with open_world(load_site(folder), CLOCK) as world:
        raw = world.workbooks["team"].read()
    tab = next(tab for tab in raw.tabs if tab.name == "Team")
    rows = tab.rows
    head = next(n for n, row in enumerate(rows) if "Kürzel" in row)
    code, name = rows[head].index("Kürzel"), rows[head].index("Name")
    return {str(row[index]) for row in rows[head + 1 :] for index in (code, name) if row[index]}


def _is_figure(cell):
    """A number that is not the number of a row, which leads there."""
    return isinstance(cell.value, int | float) and cell.link is None


def counted(tabs, known):
    """Rows of grids that are about one colleague and hold a number."""
    for tab in tabs:
        for grid in (block for block in tab.blocks if isinstance(block, Grid)):
            for row in grid.rows:
                first = str(row[0].value)
                if first in known and any(_is_figure(cell) for cell in row[1:]):
                    yield tab.id, first


def tabs_of(folder):
    at = CLOCK + timedelta(days=1)
    with open_world(load_site(folder), at) as world:
        plan = prepare(world.site, world.ledger, world.workbooks, at)
        assert isinstance(plan, Prepared)
        stories = [
            one.points
            for case in plan.snapshot.cases[:40]
            for one in alternatives(
                case.number or "", plan.snapshot, world.site.settings(AssignSettings, "assign_cases"), at, plan.history
            )
        ]
        return plan.tabs, plan.problems, stories


def test_with_the_agreement_they_stand_there(tmp_path):
    made(tmp_path / "demo", agreed=True)
    tabs, problems, stories = tabs_of(tmp_path / "demo")
    assert {name for name, _ in counted(tabs, people(tmp_path / "demo"))} >= {"overview", "problems"}
    assert any(stories)
    assert any(problem.code == "too_many" for problem in problems)


def test_without_it_nothing_is_told_of_one(tmp_path):
    folder = tmp_path / "demo"
    made(folder, agreed=False)
    known = people(folder)
    tabs, problems, stories = tabs_of(folder)
    assert list(counted(tabs, known)) == []
    assert not any(stories)
    codes = {problem.code for problem in problems}
    assert "capacity_exceeded" not in codes
    assert "too_many" not in codes
    assert {"staff_figures_off", "wrong_rule"} <= codes
    told = " ".join(f"{problem.message} {problem.advice}" for problem in problems)
    assert not re.search(r"\d Punkte", told.replace("Punkte mehr", ""))


def test_no_file_of_the_site_tells_it(tmp_path):
    folder = tmp_path / "demo"
    made(folder, agreed=False)
    names = {name for name in people(folder) if " " in name}
    assert names
    raw = read_workbook("team", (folder / "KIM-Team.xlsx").read_bytes(), folder / "KIM-Team.xlsx")
    for tab in raw.tabs:
        if tab.name == "Team":
            continue
        for row in tab.rows:
            if row and str(row[0]) in names:
                assert not any(isinstance(cell, int | float) for cell in row[1:]), (tab.name, row)
    for mail in (folder / "mails").rglob("*"):
        if mail.is_file():
            assert not re.search(r"(Punkte|points|Auslastung)", mail.read_text(encoding="utf-8", errors="replace"))


@pytest.mark.parametrize(
    "typed", ["[site.staff_figures]\nagreement_on = '2020-01-01'", "[staff_figures]\nagreement_on = 5"]
)
def test_it_is_typed_in_one_place_as_a_day(tmp_path, typed):
    make_site(tmp_path / "demo", cases=5)
    path = tmp_path / "demo" / "config" / "site.toml"
    kept = path.read_text(encoding="utf-8").partition("[staff_figures]")[0]
    path.write_text(f"{kept}\n{typed}\n", encoding="utf-8")
    with pytest.raises(ConfigError):
        load_site(tmp_path / "demo")
