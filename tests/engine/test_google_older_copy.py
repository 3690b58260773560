"""Somebody restores an earlier version of a Google sheet: one run old it is mended, anything older is asked about."""

from __future__ import annotations

import copy
from datetime import timedelta

import pytest
from msgspec import structs

from automations.engine.outcomes import Refused
from automations.engine.parts import open_world
from automations.engine.runner import run
from tests.support.google_sheets import Clock, SheetDesk, new_sheet, open_sheet
from tests.support.memory_workbook import MemoryWorkbook
from tests.support.small_site import CASES, DAY, case, small_site, tables


class Team:
    """A site whose sheet people and kim take turns with; `restore` is what the history of versions does."""

    def __init__(self, folder, google):
        cases = [case(number) for number in range(1, 6)]
        self.site, self.managers = small_site(folder, cases), MemoryWorkbook("managers", {"Leer": [["-"]]})
        self.google, self.sheet = google, new_sheet(google, tables(cases))

    def run(self, days):
        at = DAY + timedelta(days=days)
        books = {"team": open_sheet(self.google, self.sheet, Clock()), "managers": self.managers}
        with open_world(self.site, at) as world:
            return run(structs.replace(world, workbooks=books), lambda: at)

    def version(self):
        return copy.deepcopy(vars(self.google.spreadsheet(self.sheet)))

    def restore(self, version):
        vars(self.google.spreadsheet(self.sheet)).update(copy.deepcopy(version))

    def assigned(self):
        tab = next(tab for tab in open_sheet(self.google, self.sheet, Clock()).read().tabs if tab.name == "Fälle")
        at = tab.rows[0].index("Zuständig")
        return {row[0]: row[at] if len(row) > at else None for row in tab.rows[1:] if any(row)}


@pytest.fixture
def team(tmp_path, google):
    made = Team(tmp_path, google)
    made.run(0)
    return made


def add_case(team, number):
    desk = SheetDesk(team.google.person("team", team.sheet))
    row = case(number)
    for column, heading in enumerate(CASES):
        if row.get(heading) is not None:
            desk.type("Fälle", number + 1, column + 1, row[heading])


def test_a_version_one_run_old_is_mended_and_said(team):
    add_case(team, 6)
    before = team.version()
    team.run(4)
    taken = team.assigned()
    assert taken["K-6"]
    team.restore(before)
    assert not team.assigned()["K-6"]
    found = team.run(5)
    assert [one.kind for one in found.prepared.copies] == ["stale"]
    assert team.assigned() == taken
    assert team.run(6).prepared.copies == ()


def test_an_older_version_is_asked_about_and_nothing_is_written_over_it(team):
    add_case(team, 6)
    old = team.version()
    team.run(4)
    add_case(team, 7)
    team.run(5)
    team.restore(old)
    found = team.run(6)
    assert isinstance(found.prepared, Refused)
    assert found.outcome == "refused"
    assert not team.assigned()["K-6"]
