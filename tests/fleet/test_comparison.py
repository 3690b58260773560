"""The towns side by side: each asked in a process of its own, what it answers judged, a workbook without a person."""

from __future__ import annotations

import json
import subprocess
from datetime import UTC, date, datetime

import openpyxl
import pytest

from automations.cli import run_command
from automations.common.texts import texts
from automations.fleet import comparison, membership, registry
from automations.fleet.comparison import Town, ask, document, write_workbook
from automations.fleet.registry import FleetSite, connect
from automations.jobs.figures.comparison import Compared
from automations.ledger.book import open_ledger
from tests.support.fleets import joined, url_of
from tests.support.small_site import case, reachable, small_site

NOW = datetime(2026, 11, 30, 7, 0, tzinfo=UTC)
CELLS = {"waiting/0": 4, "waiting/5": 9, "appointments/kept": 20, "appointments/missed": 5, "open/today": 0}


def half(name="2026-H1", **cells):
    return Compared(name, "2026-08-01", {**CELLS, **cells}, 85, {"applications": ("Einbürgerung",)})


def site(name):
    return FleetSite(name, "/srv/x", "", "active", "1", 1, NOW, 0, (), 0, False, None)


def test_the_workbook_holds_a_tab_a_half_year_with_sums_and_terms(tmp_path):
    towns = [Town("herne", {"2026-H1": half(), "2025-H2": half("2025-H2")}), Town("hagen", {"2026-H1": half()}),
             Town("unna", {}, "failed")]  # fmt: skip
    write_workbook(tmp_path / "v.xlsx", towns, texts("de"), NOW)
    book = openpyxl.load_workbook(tmp_path / "v.xlsx")
    assert book.sheetnames == ["Vergleich 2026-H1", "Vergleich 2025-H2", "Begriffe"]
    rows = {row[0]: row for row in book.worksheets[0].iter_rows(values_only=True) if row[0]}
    assert rows["herne"][1:6] == (13, 5, 5, 0, 0.85)
    assert rows["herne"][6] == "–"
    assert "Anträge: Blatt oder Spalte fehlt" in rows["herne"]
    assert rows["Alle Städte"][1] == 26
    assert rows["unna"][-1] == "konnte nicht gefragt werden"
    assert [path.name for path in tmp_path.iterdir()] == ["v.xlsx"]


def test_programs_get_a_line_a_town_and_half_year():
    lines = document([Town("herne", {"2026-H1": half()}), Town("unna", {}, "failed")])
    assert [(line["site"], line["half"]) for line in lines] == [("herne", "2026-H1"), ("unna", None)]
    assert lines[0]["missed_share"] == 0.2
    assert lines[0]["median_wait"] == 5
    assert lines[1]["trouble"] == "failed"


@pytest.mark.parametrize(
    ("status", "answer"), [(0, "no json"), (0, "[]"), (0, '{"halves": 3}'), (1, '{"halves": []}'), (0, " " * 2**21)]
)
def test_an_answer_that_is_none_is_no_figure(status, answer, monkeypatch):
    done = subprocess.CompletedProcess([], status, answer, "")
    monkeypatch.setattr(comparison, "call", lambda *_args, **_more: done)
    assert ask(site("herne")) == Town("herne", {}, "failed")


def test_of_an_answer_nothing_is_read_but_numbers_that_belong_there(monkeypatch):
    cells = {"appointments/kept": "=1+1", "appointments/missed": -3, "open/today": True, "waiting/0": 7}
    told = {"halves": [{"half": "2026-H1", "made": "x", "cells": cells, "load": "viel", "persons": ["Ida"]}]}
    done = subprocess.CompletedProcess([], 0, json.dumps(told), "")
    monkeypatch.setattr(comparison, "call", lambda *_args, **_more: done)
    found = ask(site("herne")).halves["2026-H1"]
    assert dict(found.cells) == {"waiting/0": 7}
    assert found.load is None


@pytest.mark.servers
def test_a_fleet_is_compared_and_says_the_same_again(fleet, tmp_path, capsys):
    folder = tmp_path / "herne"
    folder.mkdir()
    visits = [
        {"Termin-Nr.": f"T-{n}", "Fall-Nr.": "K-1", "Datum": date(2026, 1, 5 + n), "Uhrzeit": "10:00",
         "Ort": "Büro Nord", "Beratung durch": "AA", "Status": "wahrgenommen"}
        for n in range(20)
    ]  # fmt: skip
    small_site(folder, [case(n, **reachable(n)) for n in range(1, 9)], visits)
    joined(fleet, tmp_path, "hagen")  # has no workbook: cannot answer
    with connect(fleet) as connection:
        membership.add(connection, folder, "herne", "", "1")
        open_ledger(url_of(folder), now=NOW).close()
        registry.set_state(connection, "herne", "active")
    target = tmp_path / "v.xlsx"
    assert run_command(["fleet", "compare", "--json", "--out", str(target)]) == 1
    told = json.loads(capsys.readouterr().out)
    assert told["silent"] == ["hagen"]
    line = next(line for line in told["sites"] if line["site"] == "herne")
    assert 15 <= line["kept"] <= 25
    assert told["definitions"]["missed_share"]["means"]
    assert target.is_file()
    assert run_command(["fleet", "compare", "--json", "--out", str(target)]) == 1
    assert json.loads(capsys.readouterr().out)["sites"] == told["sites"]
    text = "".join(str(row) for sheet in openpyxl.load_workbook(target) for row in sheet.iter_rows(values_only=True))
    assert "Muster" not in text
    assert "K-1" not in text
