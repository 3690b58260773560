"""A team with a tab a month begins the next one with its own headings: nothing stops, and nobody is forgotten in it."""

from __future__ import annotations

from datetime import date, time

import openpyxl
import pytest

from automations.cli import run_command
from tests.support.own_site import CASES, OwnSite, case

COLUMNS = """
[tables.appointments]
tabs = ["Oktober", "September"]
together = true
kim_writes = ["number", "reminded_on", "check_note"]
"""
HEADS = ["Fall-Nr.", "Datum", "Uhrzeit", "Ort", "Beratung durch", "Status"]
KIMS = ["Termin-Nr.", "Erinnert am", "Prüfhinweis"]

pytestmark = pytest.mark.filterwarnings("ignore:.*extension is not supported:UserWarning")


@pytest.fixture
def site(tmp_path):
    made = OwnSite(tmp_path)
    october = ["K-1", date(2026, 10, 30), time(9), "Büro", "AB", "geplant", None, None, None]
    september = ["K-1", date(2026, 9, 3), time(9), "Büro", "AB", "wahrgenommen", "T-1", None, None]
    full = [*HEADS, *KIMS]
    tabs = {"Fälle": [CASES, case("K-1")], "Oktober": [full, october], "September": [full, september]}
    made.start(tabs, met="2026-10-20T08:00", columns=COLUMNS)
    made.run("2026-10-20T09:00")
    made.add({"November": [HEADS, ["K-1", date(2026, 11, 12), time(10), "Büro", "AB", "geplant"]]})
    return made


def test_a_month_without_kims_columns_stops_nothing_and_says_which_command_adds_them(site):
    result = site.run("2026-10-28T09:00")
    assert result.outcome == "done"
    (told,) = [one for one in result.prepared.problems if one.code == "may_not_write" and one.tab == "November"]
    assert "Termin-Nr." in told.message
    assert "--add-columns" in told.advice


def test_with_them_the_rows_of_the_new_month_are_as_all_others(site, capsys):
    site.run("2026-10-28T09:00")
    assert run_command(["init", str(site.folder), "--add-columns", "--at", "2026-10-28T09:30"]) == 0
    assert "In „November“ angefügt: Termin-Nr., Erinnert am, Prüfhinweis" in capsys.readouterr().out
    site.run("2026-10-28T10:00")
    rows = list(openpyxl.load_workbook(site.path)["November"].iter_rows(values_only=True))
    assert rows[0][:9] == (*HEADS, *KIMS)
    assert rows[1][6].startswith("T-2026-")
    assert run_command(["init", str(site.folder), "--add-columns", "--at", "2026-10-28T10:30"]) == 0
    assert "alles, was kim braucht" in capsys.readouterr().out
