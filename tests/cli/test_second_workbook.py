"""`kim init DIR --workbook FILE` on a site that is there: the reception's list of appointments beside the cases."""

from __future__ import annotations

import json
from datetime import date, time

import openpyxl
import pytest

from automations.cli import run_command
from automations.config.loading import load_site

AT = ("--at", "2026-12-01T10:00")
CASES = [
    ["Aktenzeichen", "Nachname", "Vorname", "Sprache", "E-Mail", "Aufnahme", "Berater/in", "Stand"],
    ["MB-001/26", "Kaya", "Mehmet", "Türkisch", "kaya@post.example.org", date(2026, 9, 1), "AB", "laufend"],
    ["MB-002/26", "Popescu", "Ana", "Rumänisch", "popescu@post.example.org", date(2026, 9, 8), "CD", "laufend"],
    ["MB-003/26", "Diallo", "Fatou", "Französisch", "diallo@post.example.org", date(2026, 9, 15), "AB", "neu"],
]
TEAM = [
    ["Name", "Kürzel", "E-Mail", "Sprachen"],
    ["Anna Berg", "AB", "ab@team.example.org", "Deutsch, Türkisch"],
    ["Cem Demir", "CD", "cd@team.example.org", "Deutsch, Rumänisch"],
]
VISITS = [
    ["Tag", "von", "bis", "Aktenzeichen", "bei", "Raum", "Status"],
    [date(2026, 12, 7), time(9, 30), time(10, 15), "MB-001/26", "AB", "Raum 1", None],
    [date(2026, 12, 8), time(11, 0), time(11, 45), "MB-002/26", "CD", "Raum 2", None],
    [date(2026, 12, 9), time(9, 0), time(9, 45), "MB-003/26", "AB", "Raum 1", "geplant"],
]


def saved(path, **tabs):
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in tabs.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    book.save(path)


@pytest.fixture
def site(tmp_path, monkeypatch, capsys):
    """A site around the list of cases; the tab "Termine" that kim made in it is empty."""
    monkeypatch.chdir(tmp_path)
    saved("Klienten.xlsx", Klienten=CASES, Kollegium=TEAM)
    saved("Empfang Termine.xlsx", Dezember=VISITS)
    assert run_command(["init", "stelle", "--workbook", "Klienten.xlsx", "--yes", "--add-columns", *AT]) == 0
    capsys.readouterr()
    return tmp_path / "stelle"


def joined(capsys, file="Empfang Termine.xlsx", *more):
    status = run_command(["init", "stelle", "--workbook", file, "--yes", "--json", *more, *AT])
    said = capsys.readouterr()
    return status, json.loads(said.out)


def checked(capsys, folder="stelle"):
    status = run_command(["--site", folder, "check", "--json", *AT])
    return status, json.loads(capsys.readouterr().out)


def test_its_tables_are_read_beside_the_first_and_kim_may_write_what_it_added(site, capsys):
    status, told = joined(capsys, "Empfang Termine.xlsx", "--add-columns")
    assert (status, told["workbook"]) == (0, "empfangtermine")
    assert [(one["table"], one["tabs"], one["taken"]) for one in told["tables"]] == [
        ("appointments", ["Dezember"], True)
    ]
    found = load_site(site)
    assert found.homes["appointments"] == "empfangtermine"
    assert found.homes["cases"] == "team"
    assert found.columns.tables["appointments"].kim_writes == ("number", "reminded_on", "answer", "check_note")
    heads = [cell.value for cell in openpyxl.load_workbook("Empfang Termine.xlsx")["Dezember"][1]]
    assert heads == [*VISITS[0], "Termin-Nr.", "Erinnert am", "Antwort", "Prüfhinweis"]
    read = checked(capsys)[1]["read"]
    assert (read["cases"], read["appointments"]) == (3, 3)


def test_what_is_read_already_is_not_read_a_second_time(site, capsys):
    (site.parent / "Kopie.xlsx").write_bytes((site.parent / "Klienten.xlsx").read_bytes())
    before = {path: path.read_bytes() for path in (site / "config").iterdir()}
    status, told = joined(capsys, "Kopie.xlsx")
    assert (status, told["tables"]) == (1, [])
    assert {path: path.read_bytes() for path in (site / "config").iterdir()} == before


def test_a_workbook_that_the_site_works_with_is_refused(site, capsys):
    status, said = joined(capsys, "Klienten.xlsx")
    assert status == 2
    assert "arbeitet schon mit dieser Arbeitsmappe; nichts wurde geändert" in str(said)


def test_options_of_a_first_start_are_refused(site, capsys):
    status, said = joined(capsys, "Empfang Termine.xlsx", "--language", "en")
    assert status == 2
    assert "--language" in str(said)


def test_a_workbook_in_site_toml_that_nothing_is_read_from_is_named_and_then_read(site, capsys):
    settings = site / "config" / "site.toml"
    entry = '\n[workbooks.empfang]\npath = "../Empfang Termine.xlsx"\n'
    settings.write_text(settings.read_text(encoding="utf-8") + entry, encoding="utf-8")
    status, told = checked(capsys)
    (named,) = [one for one in told["problems"] if one["code"] == "unused_workbook"]
    assert (status, named["shown"]) == (2, "empfang")
    assert str(site.parent / "Empfang Termine.xlsx") in named["advice"]
    assert joined(capsys)[0] == 0
    assert load_site(site).homes["appointments"] == "empfang"
    assert not [one for one in checked(capsys)[1]["problems"] if one["code"] == "unused_workbook"]


def test_a_site_whose_workbook_is_not_called_team_says_so(site, capsys):
    settings = site / "config" / "site.toml"
    text = settings.read_text(encoding="utf-8").replace("[workbooks.team]", "[workbooks.klienten]")
    settings.write_text(text, encoding="utf-8")
    assert run_command(["--site", "stelle", "run", *AT]) == 2
    assert "Keine Arbeitsmappe heißt „team“" in capsys.readouterr().err


def test_the_first_plan_tells_all_new_numbers_in_one_line(site, capsys):
    many = [VISITS[0], *([date(2026, 12, 7), time(n, 0), time(n, 30), "MB-001/26", "AB", "Raum 1", None]
                         for n in range(8, 14))]  # fmt: skip
    saved("Empfang Termine.xlsx", Dezember=many)
    assert joined(capsys, "Empfang Termine.xlsx", "--add-columns")[0] == 0
    settings = site / "config" / "site.toml"
    text = settings.read_text(encoding="utf-8").replace("settle_minutes = 30", "settle_minutes = 0")
    settings.write_text(text, encoding="utf-8")
    run_command(["--site", "stelle", "plan", *AT])
    said = capsys.readouterr().out
    assert said.count("nächste") == 1
    assert "T-2026-0001 …" in said
