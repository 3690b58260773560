"""`kim init --yes` makes the tab `Einstellungen`; what the lead settles there is read with the next command."""

from __future__ import annotations

import json

import openpyxl

from automations.cli import run_command
from tests.support.team_workbooks import appointment_book, contact_in_one_cell

AT = ("--at", "2026-11-28T08:00")


def read(capsys, site):
    status = run_command(["--json", "--site", str(site), "check", *AT])
    return status, json.loads(capsys.readouterr().out)


def begun(tmp_path, capsys, make):
    path, site = make().write(tmp_path / "Team.xlsx"), tmp_path / "site"
    run_command(["init", str(site), "--workbook", str(path), "--yes", "--language", "de", *AT])
    return path, site, capsys.readouterr().out


def lines(path):
    sheet = openpyxl.load_workbook(path)["Einstellungen"]
    return {
        (row[0].value, row[1].value, row[2].value or ""): row
        for row in sheet.iter_rows(min_row=2, max_col=6)
        if row[0].value
    }


def test_each_column_has_a_row_with_examples_and_what_is_guessed_says_so(tmp_path, capsys):
    path, _, out = begun(tmp_path, capsys, appointment_book)
    assert "neues Blatt „Einstellungen“" in out
    rows = {place: [cell.value for cell in row[3:6]] for place, row in lines(path).items()}
    assert rows["Service users", "Family name", ""] == ["Aydın · Rahimi · Bondar", "Fälle: Nachname", None]
    assert rows["Diary", "Client", ""][1:] == ["Termine: Fall-Nr.", "ja"]
    assert rows["Diary", "Attended?", ""] == [None, "Termine: Status", "ja"]
    sheet = openpyxl.load_workbook(path)["Einstellungen"]
    assert [str(rule.sqref)[:2] for rule in sheet.data_validations.dataValidation] == ["E2"]


def test_what_the_lead_settles_is_read_with_the_next_command(tmp_path, capsys):
    path, site, _ = begun(tmp_path, capsys, contact_in_one_cell)
    book = openpyxl.load_workbook(path)
    for row in book["Einstellungen"].iter_rows(min_row=2, max_col=6):
        row[5].value = None
        if row[1].value == "Alter":
            row[4].value = "Fälle: Stadtteil"
    book.save(path)
    status, found = read(capsys, site)
    assert (status, found["read"]["cases"]) == (0, 12)


def test_where_nothing_is_sure_nothing_is_called_ready(tmp_path, capsys):
    book = openpyxl.Workbook()
    book.active.append(["a", "b", "c"])
    book.active.append([1, 2, 3])
    book.save(tmp_path / "Team.xlsx")
    status = run_command(["init", str(tmp_path / "site"), "--workbook", str(tmp_path / "Team.xlsx"), "--yes", *AT])
    out = capsys.readouterr().out
    assert status == 1
    assert "keine Fallliste sicher erkannt" in out.replace("\n", " ")
    assert "alles für kim eingerichtet" not in out
    assert read(capsys, tmp_path / "site")[0] == 1


def test_a_list_that_is_no_table_stands_there_and_becomes_one_for_rules(tmp_path, capsys):
    path = appointment_book().write(tmp_path / "Team.xlsx")
    book = openpyxl.load_workbook(path)
    pool = book.create_sheet("Pool")
    for row in (["Sprachmittlung"], ["Name", "Sprachen"], ["Hala Nasser", "Arabisch"], ["Viorica Pop", "Rumänisch"]):
        pool.append(row)
    book.save(path)
    run_command(["init", str(tmp_path / "site"), "--workbook", str(path), "--yes", "--language", "de", *AT])
    rows = {place: [cell.value for cell in row[3:6]] for place, row in lines(path).items()}
    assert rows["Pool", "Name", ""] == ["Hala Nasser · Viorica Pop", None, None]
    run_command(["--site", str(tmp_path / "site"), "rules", "--make-tabs", *AT])
    book = openpyxl.load_workbook(path)
    heads = [cell.value for row in book["Regeln"].iter_rows() if row[0].value == "Name" for cell in row]
    typed = {"Name": "Arabisch", "Tabelle": "Pool", "weitere Bedingung": "[Sprachen] enthält Arabisch",
             "Was passiert": "Liste", "Aktiv": "ja"}  # fmt: skip
    last = max(row[0].row for row in book["Regeln"].iter_rows(max_col=1) if row[0].value)
    for head, text in typed.items():
        book["Regeln"].cell(last + 1, heads.index(head) + 1, text)
    book.save(path)
    capsys.readouterr()
    assert json.loads(rule(tmp_path, capsys, "--json"))[-1]["today"] == 1
    book = openpyxl.load_workbook(path)
    for row in book["Einstellungen"].iter_rows(min_row=2, max_col=6):
        if row[0].value == "Pool":
            row[4].value = "eigenes Feld: Schlüssel" if row[1].value == "Name" else "eigenes Feld: Sprachen"
    book.save(path)
    assert json.loads(rule(tmp_path, capsys, "--json"))[-1]["today"] == 1


def rule(tmp_path, capsys, *more):
    run_command([*more, "--site", str(tmp_path / "site"), "rules", *AT])
    return " ".join(capsys.readouterr().out.split())
