"""A workbook that cannot be read is told by every command, by the states in JSON, the log of runs and the status."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from automations.cli import run_command
from tests.support.demo_worlds import run_site
from tests.support.shelf import lived
from tests.support.small_site import DAY, case, small_site, text

NEXT = DAY + timedelta(days=1)


def begun(folder):
    small_site(folder, [case(1), case(2)])
    run_site(folder, DAY)


@pytest.fixture
def site(tmp_path):
    return lived(begun, tmp_path)


def said(site, capsys, *words):
    capsys.readouterr()
    status = run_command(["--site", str(site), "--json", *words, "--at", f"{NEXT:%Y-%m-%dT%H:%M}"])
    return status, json.loads(capsys.readouterr().out)


@pytest.mark.parametrize("command", ["plan", "check"])
def test_who_only_looks_hears_of_the_managers_workbook(site, capsys, command):
    (site / "Leitung.xlsx").unlink()
    status, _ = said(site, capsys, command)
    assert status == 1


def test_a_run_names_each_tab_that_it_could_not_renew(site, capsys):
    (site / "Leitung.xlsx").write_bytes(b"")
    status, document = said(site, capsys, "run")
    lost = [tab for tab in document["tabs"] if tab["workbook"] == "managers"]
    assert status == 1
    assert lost
    assert all(tab["state"] == "refused" and tab["message"] for tab in lost)
    assert "Leitung" in text(site, "Laufprotokoll")


def test_a_run_says_once_that_there_is_no_workbook(site, capsys):
    (site / "Team.xlsx").unlink()
    capsys.readouterr()
    assert run_command(["--site", str(site), "run", "--at", f"{NEXT:%Y-%m-%dT%H:%M}"]) == 1
    assert capsys.readouterr().out.count("Team.xlsx") == 1


def test_the_status_says_why_a_run_saw_nothing(site, capsys):
    (site / "Team.xlsx").unlink()
    assert said(site, capsys, "run")[0] == 1
    _, document = said(site, capsys, "status")
    assert "Team.xlsx" in " ".join(document["runs"][0]["trouble"])
