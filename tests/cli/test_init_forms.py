"""A workbook that a form fills, from `kim init` to the question in `Entscheidungen`."""

from __future__ import annotations

import json
import os
import re
from datetime import datetime

import openpyxl
import pytest

from automations.cli import run_command
from automations.config.loading import load_site

pytestmark = pytest.mark.filterwarnings("ignore:.*extension is not supported:UserWarning")

AT = ("--at", "2026-11-28T08:00")
CASES = ["Fall-Nr.", "Eingang", "Nachname", "Vorname", "Sprachen", "E-Mail", "Telefon", "Zuständig", "Phase"]
FORM = ["Zeitstempel", "E-Mail-Adresse", "Nachname der Person", "Vorname der Person", "Sprache der Person",
        "Dürfen wir der Person E-Mails schreiben?"]  # fmt: skip


@pytest.fixture
def workbook(tmp_path):
    book = openpyxl.Workbook()
    cases = book.active
    cases.title = "Fälle"
    cases.append(CASES)
    for i, last in enumerate(("Haddad", "Petrenko", "Ionescu", "Yildiz"), 1):
        cases.append([f"HER-2026-{i:05d}", datetime(2026, 11, i), last, "Kim", "Arabisch", f"p{i}@example.org",  # noqa: DTZ001
                      f"0176 1{i}", "Krause", "Neu"])  # fmt: skip
    form = book.create_sheet("Formularantworten 1")
    form.append(FORM)
    form.append([datetime(2026, 11, 20, 9, 1), "schule@example.org", "Novák", "Jana", "Russisch", "Ja"])  # noqa: DTZ001
    form.append([datetime(2026, 11, 21, 9, 2), "schule@example.org", "Sesay", "Fatu", "Englisch", "Nein"])  # noqa: DTZ001
    path = tmp_path / "Liste.xlsx"
    book.save(path)
    os.utime(path, (1.79e9, 1.79e9))
    return path


def answering(monkeypatch, **answers):
    asked = []

    def typed(question):
        asked.append(question)
        return next((text for part, text in answers.items() if part.replace("_", " ") in question), "")

    monkeypatch.setattr("builtins.input", typed)
    monkeypatch.setattr("sys.stdin.isatty", lambda: True)
    return asked


def start(tmp_path, workbook, *more):
    return run_command(["init", str(tmp_path / "site"), "--workbook", str(workbook), *more, *AT])


def forms(site):
    return load_site(site).jobs["take_in"].forms


def test_asked_at_the_terminal_and_then_in_force(tmp_path, workbook, monkeypatch, capsys):
    asked = answering(monkeypatch, wird_von_einem_Formular_gefüllt="ja")
    assert start(tmp_path, workbook) == 0, capsys.readouterr().out
    (form,) = forms(tmp_path / "site").values()
    assert form.fields == {
        "last_name": "Nachname der Person", "first_name": "Vorname der Person", "languages": "Sprache der Person",
    }  # fmt: skip
    assert form.consent == FORM[-1]
    assert any("HER-2026-00001" in question for question in asked), "the team's own numbers are what is proposed"
    site = load_site(tmp_path / "site")
    assert (site.facts.case_prefix, site.jobs["number_rows"].case_digits) == ("HER", 5)
    for clock in ("08:00", "09:00"):
        run_command(["--site", str(tmp_path / "site"), "run", "--at", f"2026-11-28T{clock}"])
    tab = openpyxl.load_workbook(workbook)["Entscheidungen"]
    assert any("Formular" in str(cell.value) for row in tab for cell in row), "what stood there already is asked about"


def test_enter_takes_nothing_over(tmp_path, workbook, monkeypatch, capsys):
    answering(monkeypatch)
    start(tmp_path, workbook)
    assert forms(tmp_path / "site") == {}
    assert "kim übernimmt daraus noch nichts" in capsys.readouterr().out


def test_without_questions_it_lies_ready_and_is_not_in_force(tmp_path, workbook, capsys):
    start(tmp_path, workbook, "--yes", "--add-columns", "--json")
    (form,) = json.loads(capsys.readouterr().out)["forms"]
    assert (form["tab"], form["taken"], form["rows"]) == ("Formularantworten 1", False, 2)
    assert forms(tmp_path / "site") == {}
    path = tmp_path / "site" / "config" / "automations.toml"
    text = path.read_text(encoding="utf-8")
    head, found = text.split("# [take_in.forms.formularantworten1]\n")
    path.write_text(f"{head}[take_in.forms.formularantworten1]\n{re.sub('(?m)^# ', '', found)}", encoding="utf-8")
    assert list(forms(tmp_path / "site")) == ["formularantworten1"]


def test_a_workbook_that_only_a_form_fills_gets_its_list_of_cases(tmp_path, workbook, monkeypatch, capsys):
    book = openpyxl.load_workbook(workbook)
    del book["Fälle"]
    book.save(workbook)
    assert start(tmp_path, workbook, "--yes") == 1, "nothing was added, so no case can be read"
    answering(monkeypatch, wird_von_einem_Formular_gefüllt="ja", Nummern_wie="nein")
    assert run_command(["init", str(tmp_path / "two"), "--workbook", str(workbook), *AT]) == 0, capsys.readouterr().out
    assert "Fälle" in openpyxl.load_workbook(workbook).sheetnames
    assert load_site(tmp_path / "two").jobs["number_rows"].case_digits == 4, "what is no number is not guessed at"


def test_a_folder_is_asked_about_in_the_same_way(tmp_path, workbook, monkeypatch, capsys):
    folder = tmp_path / "site" / "Eingang"
    folder.mkdir(parents=True)
    (folder / "export.csv").write_text("Zeitstempel;Nachname;Vorname\n20.11.2026 08:00;Groß;Anna\n", encoding="cp1252")
    os.utime(folder / "export.csv", (1.79e9, 1.79e9))
    answering(monkeypatch, **{"CSV-Dateien": "ja"})
    assert start(tmp_path, workbook, "--forms", str(folder)) == 0, capsys.readouterr().out
    (form,) = forms(tmp_path / "site").values()
    assert (form.folder, form.fields) == ("Eingang", {"last_name": "Nachname", "first_name": "Vorname"})


def test_a_folder_without_files_starts_nothing(tmp_path, workbook, capsys):
    assert start(tmp_path, workbook, "--yes", "--forms", str(tmp_path / "nowhere")) == 1
    assert "keine lesbare CSV-Datei" in capsys.readouterr().err
    assert not (tmp_path / "site").exists()
