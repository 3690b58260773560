"""Faults in real workbooks: the exit status, the states in JSON, `kim status` and the log of runs say the same."""

from __future__ import annotations

import io
import json
import warnings
import zipfile
from datetime import date, time

import openpyxl
import pytest
from openpyxl.workbook.protection import WorkbookProtection

from automations.cli import run_command
from tests.support.shelf import lived
from tests.support.small_site import CASES, case, reachable, small_site, text

VISIT = {"Fall-Nr.": "K-1", "Datum": date(2024, 11, 11), "Uhrzeit": time(10), "Ort": "Büro Nord", "Status": "geplant",
         "Beratung durch": "AA"}  # fmt: skip


def change(site, deed, name="Team.xlsx"):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # openpyxl drops what it does not know, and says so
        book = openpyxl.load_workbook(site / name)
    deed(book)
    book.save(site / name)


def column(sheet, heading):
    return [cell.value for cell in sheet[1]].index(heading) + 1


def add(book, number=7):
    book["Fälle"].append([case(number).get(name) for name in CASES])


def open_elsewhere(name):
    def fault(site):
        (site / f".~lock.{name}#").write_text(",Meier,pc,01.11.2024 09:00,file:///x;", encoding="utf-8")

    return fault


def locked(tab):
    return lambda site: change(site, lambda book: setattr(book[tab].protection, "sheet", True))


def structure(site):
    change(site, lambda book: setattr(book, "security", WorkbookProtection(lockStructure=True)))


def formula(site):
    def deed(book):
        sheet = book["Fälle"]
        sheet.cell(sheet.max_row, column(sheet, "Zuständig")).value = '=IF(1=1,"","")'

    change(site, deed)


def merged(site):
    def deed(book):
        sheet = book["Fälle"]
        row, at = sheet.max_row, column(sheet, "Zuständig")
        sheet.merge_cells(start_row=row, end_row=row, start_column=at - 1, end_column=at)

    change(site, deed)


def strict(site):
    path, copy = site / "Leitung.xlsx", io.BytesIO()
    with zipfile.ZipFile(path) as archive, zipfile.ZipFile(copy, "w") as changed:
        for name in archive.namelist():
            usual, strictly = (
                b"http://schemas.openxmlformats.org/spreadsheetml/2006/main",
                b"http://purl.oclc.org/ooxml/spreadsheetml/main",
            )
            part = archive.read(name)
            changed.writestr(name, part.replace(usual, strictly) if name == "xl/workbook.xml" else part)
    path.write_bytes(copy.getvalue())


def damaged(site):
    (site / "Leitung.xlsx").write_bytes(b"PK garbage")


def no_server(site):
    path = site / "config" / "site.toml"
    smtp = 'transport = "smtp"\nhost = "127.0.0.1"\nport = 9\nsecurity = "none"\nfrom = "t@example.org"'
    path.write_text(path.read_text("utf-8").replace('transport = "folder"\nfolder = "mails"', smtp), "utf-8")


def broken_template(site):
    folder = site / "templates" / "mail"
    folder.mkdir(parents=True)
    (folder / "appointment_reminder.txt.j2").write_text("{{ nobody.knows }", encoding="utf-8")


def file_for_mails(site):
    (site / "mails").write_text("a file", encoding="utf-8")


FAULTS = {
    "the team's workbook is open": (open_elsewhere("Team.xlsx"), 3, "Meier"),
    "the managers' workbook is open": (open_elsewhere("Leitung.xlsx"), 3, "Meier"),
    "locked cells": (locked("Fälle"), 1, "Blattschutz"),
    "locked questions": (locked("Entscheidungen"), 1, "Blattschutz"),
    "locked structure": (structure, 1, "Team.xlsx"),
    "a formula in the way": (formula, 1, "Formel"),
    "merged cells": (merged, 1, "verbunden"),
    "strict": (strict, 1, "Leitung.xlsx"),
    "damaged": (damaged, 1, "Leitung.xlsx"),
    "no mail server": (no_server, 1, "antwortet niemand"),
    "a broken template": (broken_template, 1, "Vorlage"),
    "no folder for mails": (file_for_mails, 1, "mails"),
}


def begun(folder):
    small_site(folder, [case(1, **reachable(1), Zuständig="AA"), case(2), case(None)], [VISIT])
    assert kim(folder, "run", "--at", "2024-10-31T07:00") == 0
    change(folder, add)


@pytest.fixture
def site(tmp_path):
    return lived(begun, tmp_path)


def kim(site, *words):
    return run_command(["--site", str(site), *words])


@pytest.mark.sliced(5)
@pytest.mark.parametrize("fault", FAULTS)
def test_all_tell_of_a_fault_by_one_comparison(fault, site, capsys):
    deed, status, word = FAULTS[fault]
    deed(site)
    capsys.readouterr()
    assert kim(site, "--json", "run", "--at", "2024-11-06T09:00") == status
    said = json.loads(capsys.readouterr().out)
    assert said["outcome"] == {1: "attention", 3: "busy"}[status]
    broken = [one for one in said["edits"] + said["tabs"] if one["state"] != "applied"]
    lost = [mail for mail in said["mails"] if mail["state"] == "retry"]
    assert broken or lost
    assert all(one["message"] and one["advice"] for one in broken)
    assert not any("source" in one["message"] for one in broken)
    assert kim(site, "status") == status
    assert word in capsys.readouterr().out
    if fault not in {"the team's workbook is open", "locked structure"}:  # nothing of it can be renewed then
        assert word in text(site, "Laufprotokoll")


def test_a_number_that_stands_twice_is_no_reason_to_ask_twice(site, capsys):
    """Two questions of one key would want the same row, and none of them could ever be asked."""
    change(site, add)
    capsys.readouterr()
    kim(site, "--json", "run", "--at", "2024-11-06T09:00")
    said = json.loads(capsys.readouterr().out)
    assert [one for one in said["edits"] if one["tab"] == "Entscheidungen" and one["state"] != "applied"] == []
    assert "duplicate_number" in {problem["code"] for problem in said["problems"]}
