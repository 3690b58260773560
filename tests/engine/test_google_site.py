"""A whole site whose two workbooks are Google sheets: the demonstration, with everything that runs do there."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from msgspec import structs

from automations.config.loading import load_site
from automations.engine.opened_workbooks import open_workbooks
from automations.engine.parts import open_world
from automations.engine.runner import run
from automations.setup.demo.site import make_site
from automations.workbooks.google import client
from automations.workbooks.google.backend import GoogleSheetsWorkbook
from automations.workbooks.protocol import WorkbookError
from tests.support.google_sheets import Clock, SheetDesk, copied, open_sheet

MORNING = datetime(2024, 10, 31, 7, tzinfo=ZoneInfo("Europe/Berlin"))
READ, WRITE = ["sheets.get"] * 2, ["sheets.batchUpdate"] * 2


class GoogleSite:
    """The demonstration's workbooks, copied into the emulator cell by cell."""

    def __init__(self, google, folder):
        made = make_site(folder, cases=30, seed=1, at=MORNING)
        self.google, self.site, self.clock = google, load_site(folder), Clock()
        files = {"team": made.team_workbook, "managers": made.managers_workbook}
        self.sheets = {name: copied(google, name, path) for name, path in files.items()}

    @contextmanager
    def world(self, at):
        books = {name: open_sheet(self.google, sheet, self.clock, name=name) for name, sheet in self.sheets.items()}
        with open_world(self.site, at) as world:
            yield structs.replace(world, workbooks=books)

    def run(self, at):
        """The result of a run, and the calls that it made."""
        self.google.calls.clear()
        with self.world(at) as world:
            result = run(world, lambda: at)
        return result, [call.endpoint for call in self.google.calls]

    def desk(self):
        return SheetDesk(self.google.person("team", self.sheets["team"]))


def test_a_day_of_a_team_on_google_sheets(google, tmp_path):
    site = GoogleSite(google, tmp_path / "site")
    first, calls = site.run(MORNING - timedelta(days=1))
    assert first.outcome == "done"
    assert calls == READ * 2 + WRITE * 2
    assert {name: write.status for name, write in first.applied.writes.items()} == {
        "team": "written",
        "managers": "written",
    }
    assert not any(write.refused for write in first.applied.writes.values())
    titles = [tab.title for tab in google.spreadsheet(site.sheets["team"]).sheets]
    assert {"Übersicht", "Auslastung", "Prüfliste", "Anleitung"} < set(titles)
    say_yes(site)
    second, calls = site.run(MORNING)
    assert calls == READ * 2 + WRITE * 2
    assert sum(state == "applied" for state in second.applied.writes["team"].groups.values()) > 0
    again, calls = site.run(MORNING)
    assert (again.outcome, calls) == ("done", READ * 2)
    assert not any(tab.protected for sheet in site.sheets.values() for tab in google.spreadsheet(sheet).sheets)


def say_yes(site):
    """The team lead answers the first question."""
    tab = next(tab for tab in google_rows(site) if tab[0] == "Entscheidungen")
    header = next(n for n, row in enumerate(tab[1], start=1) if "Entscheidung" in row)
    column = tab[1][header - 1].index("Entscheidung") + 1
    site.desk().type("Entscheidungen", header + 1, column, "ja")


def google_rows(site):
    desk = site.desk()
    return [(tab.title, desk.rows(tab.title)) for tab in desk.person.document.sheets]


def test_google_out_of_reach_leaves_the_run_standing_and_the_rest_planned_next_time(google, tmp_path):
    site = GoogleSite(google, tmp_path / "site")
    site.run(MORNING - timedelta(days=1))
    google.faults.fail(429, on="batchUpdate", times=10_000)
    say_yes(site)
    result, _ = site.run(MORNING)
    assert result.outcome == "busy"
    assert "Google" in "".join(result.applied.busy.values())
    google.faults.waiting.clear()
    after, _ = site.run(MORNING + timedelta(minutes=30))
    assert after.applied.writes["team"].status == "written"


def test_a_sheets_address_in_the_config_opens_it_and_a_missing_key_is_told(tmp_path, monkeypatch):
    monkeypatch.delenv("KIM_GOOGLE_CREDENTIALS", raising=False)
    folder = tmp_path / "site"
    make_site(folder, cases=5, seed=1, at=MORNING)
    config = folder / "config" / "site.toml"
    text = config.read_text(encoding="utf-8")
    line = next(line for line in text.splitlines() if line.startswith("path = ") and "Team" in line)
    address = 'url = "https://docs.google.com/spreadsheets/d/1AbC/edit"'
    config.write_text(text.replace(line, address), encoding="utf-8")
    book = open_workbooks(load_site(folder))["team"]
    assert isinstance(book, GoogleSheetsWorkbook)
    with pytest.raises(WorkbookError, match="KIM_GOOGLE_CREDENTIALS ist nicht gesetzt"):
        book.read()
    assert book.holder() == ""


def test_google_is_asked_in_the_way_in_which_it_packs_its_answers(google, tmp_path, monkeypatch):
    site = GoogleSite(google, tmp_path / "site")
    downs = []
    for agent in (client.AGENT, "kim"):
        monkeypatch.setattr(client, "AGENT", agent)
        site.run(MORNING - timedelta(days=1))
        downs.append(sum(call.down for call in google.calls if call.endpoint == "sheets.get"))
    packed, plain = downs
    assert packed * 10 < plain
