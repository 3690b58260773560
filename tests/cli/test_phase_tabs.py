"""A tab a phase: what the names of the tabs say is asked about, and then told by them."""

from __future__ import annotations

import json
from datetime import datetime

import openpyxl
import pytest

from automations.cli import run_command
from automations.config.loading import load_site
from automations.engine.opened_workbooks import open_workbooks
from automations.engine.parts import open_books
from automations.engine.snapshots import read_snapshot
from tests.support.own_site import moment

pytestmark = pytest.mark.filterwarnings("ignore:.*extension is not supported:UserWarning")

AT = ("--at", "2026-11-27T10:00")
HEADS = ["Nr.", "Eingang", "Nachname", "Vorname", "Sprache", "Telefon", "E-Mail", "Zuständig"]
TABS = {
    "Warteliste": ["Haddad", "Petrenko"],
    "Laufend": ["Ionescu", "Yildiz", "Tesfay"],
    "Beendet": ["Rahimi", "Sesay"],
}


@pytest.fixture
def workbook(tmp_path):
    book = openpyxl.Workbook()
    book.remove(book.active)
    for tab, names in TABS.items():
        sheet = book.create_sheet(tab)
        sheet.append(HEADS)
        for i, name in enumerate(names, 1):
            sheet.append([f"{tab[0]}{i}", datetime(2026, 3, i), name, "Kim", "Arabisch", f"0176 12{i}",  # noqa: DTZ001
                          f"{name.casefold()}@example.org", "Krause"])  # fmt: skip
    path = tmp_path / "Liste.xlsx"
    book.save(path)
    return path


def phases(site):
    now = moment("2026-11-27T10:00")
    loaded = load_site(site)
    with open_books(loaded, now) as ledger:
        seen = read_snapshot(loaded, ledger, open_workbooks(loaded), now)
    return {case.last_name: case.phase for case in seen.cases}


def wanted(**by_tab):
    return {name: by_tab[tab] for tab, names in TABS.items() for name in names}


def test_asked_at_the_terminal(tmp_path, workbook, monkeypatch):
    asked = []

    def typed(question):
        asked.append(question)
        return "Neu" if "„Warteliste“" in question else ""

    monkeypatch.setattr("builtins.input", typed)
    monkeypatch.setattr("sys.stdin.isatty", lambda: True)
    assert run_command(["init", str(tmp_path / "site"), "--workbook", str(workbook), *AT]) == 0
    assert any("in welcher Phase" in question for question in asked)
    assert phases(tmp_path / "site") == wanted(Warteliste="new", Laufend="support", Beendet="closed")


def test_without_questions_nothing_is_guessed_until_the_tab_says_so(tmp_path, workbook, capsys):
    run_command(["init", str(tmp_path / "site"), "--workbook", str(workbook), "--yes", "--json", *AT])
    assert json.loads(capsys.readouterr().out)["tables"][0]["tabs"] == list(TABS)
    # Who is in the archive would else be an open case.
    assert phases(tmp_path / "site") == {}
    assert run_command(["--site", str(tmp_path / "site"), "check", *AT]) != 0
    book = openpyxl.load_workbook(workbook)
    rows = [row for row in book["Einstellungen"].iter_rows(2) if row[1].value == "(Name des Blattes)"]
    assert [(row[2].value, row[4].value, bool(row[5].value)) for row in rows] == [
        (None, "Fälle: Phase", True), ("Warteliste", "Neu", True),
    ]  # fmt: skip
    rows[1][4].value = "Neu"
    for row in book["Einstellungen"].iter_rows(2):
        row[5].value = None
    book.save(workbook)
    assert phases(tmp_path / "site") == wanted(Warteliste="new", Laufend="support", Beendet="closed")


def test_a_column_of_phases_goes_before_the_tabs(tmp_path, workbook, capsys):
    book = openpyxl.load_workbook(workbook)
    for tab in book:
        tab["I1"] = "Status"
        for row in range(2, tab.max_row + 1):
            tab.cell(row, 9).value = "Neu"
    book.save(workbook)
    run_command(["init", str(tmp_path / "site"), "--workbook", str(workbook), "--yes", *AT])
    assert set(phases(tmp_path / "site").values()) == {"new"}
    assert "(Name des Blattes)" not in str(list(openpyxl.load_workbook(workbook)["Einstellungen"].values))
