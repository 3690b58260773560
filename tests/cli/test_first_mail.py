"""The handbook's first chapter to its end: from a list that nobody knows to the first mail that really leaves.

The commands are those of the chapter, in its order; between them is typed what it says should be typed.
"""

from __future__ import annotations

import json
from datetime import date, datetime, time, timedelta

import openpyxl
import pytest

from automations.cli import run_command
from tests.cli.test_first_steps import COMMANDS, words
from tests.cli.test_mail_setup import relay

pytestmark = pytest.mark.filterwarnings("ignore:.*extension is not supported:UserWarning")

DAY = "2026-11-27T"
LIST = "Migrationsberatung 2026"
HEADS = [
    "lfd.",
    "Datum Erstgespräch",
    "Ratsuchende/r",
    "geb.",
    "Herkunft",
    "Sprache",
    "E-Mail",
    "Mobil",
    "Berater:in",
    "Stand",
]
PEOPLE = [("Haddad, Samir", "Arabisch"), ("Kovalenko, Olena", "Ukrainisch"), ("Ionescu, Maria", "Rumänisch"),
          ("Yildiz, Ayşe", "Türkisch"), ("Tesfay, Selam", "Englisch"), ("Rahimi, Parisa", "Persisch")]  # fmt: skip
WORDS = {"A neu": "Neu", "B läuft": "Begleitung", "Z zu": "Abgeschlossen"}


def the_list(path):
    book = openpyxl.Workbook()
    tab = book.active
    tab.title = LIST
    tab.append(["MBE – Beratungsliste"])
    tab.append([])
    tab.append(HEADS)
    for i, (name, spoken) in enumerate(PEOPLE):
        tab.append([i + 1, datetime(2026, 1, 7) + timedelta(days=9 * i), name, datetime(1980 + i, 3, 1 + i), "Syrien",  # noqa: DTZ001
                    spoken, f"kl{i}@example.org", f"0176 990000{i:02d}", ("Krause", "Okafor")[i % 2],
                    list(WORDS)[i % 3]])  # fmt: skip
    book.save(path)


class Desk:
    """Somebody who types the chapter's commands, and into the workbook between them."""

    def __init__(self, capsys):
        self._capsys, self.left = capsys, list(COMMANDS)

    def types(self, *named, at, more=""):
        """The next command of the chapter, which must be the one that has these words."""
        line = self.left.pop(0) + more
        assert set(named) <= set(words(line)), line
        given = () if {"preview", "mail", "service", "status"} & set(words(line)) else ("--at", DAY + at)
        status = run_command([*words(line), *given])
        return status, " ".join(self._capsys.readouterr().out.split())

    def runs(self, at):
        status = run_command(["--site", "beratung", "run", "--at", DAY + at])
        self._capsys.readouterr()
        return status

    @staticmethod
    def book():
        return openpyxl.load_workbook("Fallliste.xlsx")


def fill(tab, head, row, **cells):
    """Type cells below the headings in the row `head`."""
    places = {cell.value: cell.column for cell in tab[head]}
    for name, value in cells.items():
        tab.cell(row, places[name.replace("_", "-")]).value = value


def step_3_says_what_columns_mean(book):
    for row in book["Einstellungen"].iter_rows(2):
        if not row[0].value:
            break
        row[4].value = WORDS.get(row[2].value, row[4].value)
        row[5].value = None
    book.save("Fallliste.xlsx")


def steps_6_and_7_complete_the_team_and_answer(book):
    assert [book["Team"].cell(row, 1).value for row in (2, 3)] == ["Krause", "Okafor"]
    for row, spoken in ((2, "Deutsch, Arabisch"), (3, "Deutsch, Ukrainisch")):
        fill(book["Team"], 1, row, E_Mail=f"team{row}@example.org", Sprachen=spoken, Telefon="02323 4711")
    fill(book["Entscheidungen"], 1, 2, Entscheidung="ja")
    book.save("Fallliste.xlsx")


def step_9_wishes_a_language_and_types_an_appointment(book):
    fill(book[LIST], 3, 5, **{"E_Mail_Einwilligung am": date(2026, 11, 20)})
    fill(book["Termine"], 1, 2, Datum=date(2026, 12, 2), Uhrzeit=time(10), Ort="Büro Mitte", Status="geplant",
         **{"Fall_Nr.": 2, "Beratung durch": "Okafor"})  # fmt: skip
    fill(book["Standorte"], 1, 2, Name="Büro Mitte", geschützt="nein", Anschrift="Hauptstraße 1, Herne")
    for row in book["Einstellungen"].iter_rows():
        if row[0].value == "Sprachen der Nachrichten":
            row[1].value = "Deutsch, Ukrainisch"
    book.save("Fallliste.xlsx")


def test_ten_steps_to_the_first_mail(tmp_path, monkeypatch, capsys):
    the_list(tmp_path / "Fallliste.xlsx")
    monkeypatch.chdir(tmp_path)
    desk = Desk(capsys)
    status, out = desk.types("init", at="10:00")
    assert status == 1, "the list is only likely, so nothing of it counts yet"
    assert "kim init beratung --add-columns" in out

    step_3_says_what_columns_mean(desk.book())
    status, out = desk.types("check", at="10:05")
    assert f"„{LIST}“: {len(PEOPLE)} Zeilen gelesen" in out
    status, out = desk.types("init", "--add-columns", at="10:06")
    assert status == 0, out
    assert {"Team", "Termine", "Standorte", "Entscheidungen"} <= set(desk.book().sheetnames)
    assert desk.types("plan", at="10:10")[0] == 0
    assert desk.types("run", at="10:11")[0] in {0, 1}
    assert "Übersicht" in desk.book().sheetnames

    steps_6_and_7_complete_the_team_and_answer(desk.book())
    with relay() as (box, port):
        answers = {
            "Welcher Server": f"127.0.0.1:{port}", "Verschlüsselung": "none", "Von welcher": "beratung@example.org",
            "Wer gibt": "leitung@example.org", "bekommt die Probe": "it@example.org", "wirklich": "ja",
        }  # fmt: skip
        monkeypatch.setattr("sys.stdin.isatty", lambda: True)
        monkeypatch.setattr("builtins.input", lambda asked: next((a for q, a in answers.items() if q in asked), ""))
        status, out = desk.types("mail", "setup", at="10:20")
        assert status == 0, out
        assert desk.types("mail", "test", at="10:21")[0] == 0
        assert [mail.rcpt_tos for mail in box.got] == [["it@example.org"], ["ich@example.org"]]

        assert desk.types("preview", at="10:22")[0] == 0
        step_9_wishes_a_language_and_types_an_appointment(desk.book())
        desk.runs("10:30")
        desk.runs("11:05")
        to = [mail.rcpt_tos[0] for mail in box.got[2:]]
        assert sorted(to) == ["kl1@example.org", "leitung@example.org"], (
            "the first real mail, and the question to the lead"
        )
        status, out = desk.types("approve", at="11:10")
        assert status == 0, out
        desk.runs("11:15")
        capsys.readouterr()
        run_command(["--json", "--site", "beratung", "check", "--at", DAY + "11:20"])
        assert json.loads(capsys.readouterr().out)["read"]["cases"] == len(PEOPLE)
    units = tmp_path / "units"
    units.mkdir()
    status, out = desk.types("service", "install", at="11:30", more=f" --folder {units}")
    assert status == 0, out
    assert "Der nächste Lauf nach Plan" in out
    assert (units / "kim-beratung.service").is_file()
    assert desk.types("status", at="11:31")[0] in {0, 1}
    assert desk.left == [], "every command of the chapter was typed"
