"""Who gets a list by mail where the colleague it is for has left, or has no address."""

from __future__ import annotations

import json
from datetime import date

import openpyxl
import pytest

from automations.cli import run_command

RULE = """
[texts.liste]
de = { subject = "Liste", text = "Diese Fälle warten:" }
[[rules]]
name = "waiting"
title = "Wartende"
table = "cases"
when = "is_blank(first_contact_on)"
action = "digest"
recipient = "RECIPIENT"
template = "liste"
columns = ["number"]
due = { every = "monday" }
"""
GONE, STAYS, MUTE = (
    ["AB", "Anna Berg", "ab@team.example.org", "Teamleitung", date(2026, 11, 1), "CD"],
    ["CD", "Cem Demir", "cd@team.example.org", "Teamleitung", None, None],
    ["EF", "Eva Funk", None, "Teamleitung", None, None],
)


@pytest.mark.parametrize(
    ("recipient", "team", "reached"),
    [
        ("lead", [GONE], []),
        ("lead", [GONE, STAYS], ["cd@team.example.org"]),
        ("lead", [MUTE], []),
        ("manager", [GONE], []),
        ("substitute", [[*GONE[:5], "EF"], [*MUTE[:4], date(2026, 11, 2), None]], []),
    ],
)
def test_nobody_who_left_is_written_to_and_an_address_that_is_missing_is_told(
    tmp_path, capsys, recipient, team, reached
):
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "site.toml").write_text(
        '[site]\nsettle_minutes = 0\n[workbooks.team]\npath = "Team.xlsx"\n[mail]\ntransport = "folder"\n'
    )
    (tmp_path / "config" / "rules.toml").write_text(RULE.replace("RECIPIENT", recipient))
    book = openpyxl.Workbook()
    book.active.title = "Fälle"
    book.active.append(["Fall-Nr.", "Eingang", "Nachname", "Erstkontakt am", "Zuständig"])
    book.active.append(["KIM-2026-0001", date(2026, 10, 1), "Kaya", None, "AB"])
    book.create_sheet("Team").append(["Kürzel", "Name", "E-Mail", "Rolle", "Ende", "Vertretung"])
    for row in team:
        book["Team"].append(row)
    book.save(tmp_path / "Team.xlsx")
    for at in ("2026-11-20T09:00", "2026-11-23T09:00"):  # a Friday, on which kim meets the workbook, and a Monday
        run_command(["--json", "--site", str(tmp_path), "run", "follow_rules", "--at", at])
        said = json.loads(capsys.readouterr().out)
    assert [mail["to"] for mail in said["mails"]] == reached
    told = [p["keys"] for p in said["problems"] if p["code"] == "rule_unaddressed"]
    assert told == ([] if reached else [["KIM-2026-0001"]])
