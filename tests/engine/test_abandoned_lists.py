"""Lists whose rule is gone stand in the workbook as they were: somebody has to be told."""

from __future__ import annotations

import json
from datetime import date

import openpyxl

from automations.cli import run_command

RULE = """
[[rules]]
name = "waiting"
title = "Wartende"
table = "cases"
when = "is_blank(first_contact_on)"
action = "list"
columns = ["number"]
{more}
"""


def test_a_list_whose_rule_is_gone_or_switched_off_is_told_until_its_tab_is_deleted(tmp_path, capsys):
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "site.toml").write_text(
        '[site]\nsettle_minutes = 0\n[workbooks.team]\npath = "Team.xlsx"\n[mail]\ntransport = "folder"\n'
    )
    book = openpyxl.Workbook()
    book.active.title = "Fälle"
    book.active.append(["Fall-Nr.", "Eingang", "Nachname", "Erstkontakt am"])
    book.active.append(["KIM-2026-0001", date(2026, 10, 1), "Kaya", None])
    book.save(tmp_path / "Team.xlsx")
    rules = tmp_path / "config" / "rules.toml"

    def told(at):
        run_command(["--json", "--site", str(tmp_path), "run", "--at", at])
        return [p for p in json.loads(capsys.readouterr().out)["problems"] if p["code"] == "list_abandoned"]

    rules.write_text(RULE.format(more=""))
    assert told("2026-11-02T08:00") == []
    assert told("2026-11-03T08:00") == []
    rules.write_text(RULE.format(more="active = false"))
    (one,) = told("2026-11-04T08:00")
    assert "„Wartende“" in one["message"]
    rules.write_text("")
    assert [p["tab"] for p in told("2026-11-05T08:00")] == ["Wartende"]
    book = openpyxl.load_workbook(tmp_path / "Team.xlsx")
    del book["Wartende"]
    book.save(tmp_path / "Team.xlsx")
    assert told("2026-11-06T08:00") == []
