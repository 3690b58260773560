"""Submissions of forms become cases, each once: through real files, run after run."""

from __future__ import annotations

import json
import os
from datetime import UTC, date, datetime

import openpyxl
import pytest

from automations.cli import run_command

HEADS = ["Fall-Nr.", "Eingang", "Nachname", "Vorname", "Telefon", "E-Mail", "E-Mail-Einwilligung am", "Prüfhinweis"]
QUESTIONS = [
    "Zeitstempel",
    "E-Mail-Adresse",
    "Nachname der Person",
    "Vorname",
    "Telefon",
    "Mail der Person",
    "Mails ok?",
]
DECISIONS = ["Nr.", "Frage", "Vorschlag", "Anlass", "Entscheidung", "durch", "erledigt am"]
FORM = """
[take_in]
at_once = 3
[take_in.forms.meldung]
{place}
sent = "Zeitstempel"
consent = "Mails ok?"
fields = {{ last_name = "Nachname der Person", first_name = "Vorname", phone = "Telefon", email = "Mail der Person" }}
"""
FIRST = ["01.11.2026 09:00:00", "kollegin@stelle.example", "Aydın", "Elif", "0151 2345678", "elif@example.org", "Ja"]
SECOND = ["02.11.2026 10:00:00", "kollegin@stelle.example", "Popa", "Ioana", "0151 8765432", "", ""]
SPAM = ["03.11.2026 11:00:00", "x@y.example", "Best SEO https://x.example", "a", "", "", ""]
DOUBLE = ["04.11.2026 12:00:00", "k@stelle.example", "Aydin", "E.", "+49 151 2345678", "", ""]


class Desk:
    """A site with a form, and people who type into its workbook between the runs."""

    def __init__(self, folder, capsys, place='tab = "Antworten"'):
        self.site, self.capsys = folder, capsys
        (folder / "config").mkdir()
        (folder / "config" / "site.toml").write_text(
            '[site]\nsettle_minutes = 0\n[workbooks.team]\npath = "Team.xlsx"\n[mail]\ntransport = "folder"\n'
        )
        (folder / "config" / "automations.toml").write_text(FORM.format(place=place))
        book = openpyxl.Workbook()
        book.active.title = "Fälle"
        book.active.append(HEADS)
        book.active.append(["KIM-2026-0001", date(2026, 10, 1), "Kaya", "Gül", "0160 1111111"])
        for name, heads in (("Antworten", QUESTIONS), ("Entscheidungen", DECISIONS)):
            book.create_sheet(name).append(heads)
        book.create_sheet("Termine").append(["Termin-Nr.", "Fall-Nr.", "Datum"])
        book.create_sheet("Team").append(["Kürzel", "Name"])
        book["Team"].append(["KR", "Ina Krause"])
        book.save(folder / "Team.xlsx")

    def run(self, at="2026-11-05T08:00"):
        run_command(["--json", "--site", str(self.site), "run", "--at", at])
        return json.loads(self.capsys.readouterr().out)

    def typed(self, tab, *rows):
        book = openpyxl.load_workbook(self.site / "Team.xlsx")
        for row in rows:
            book[tab].append(row)
        book.save(self.site / "Team.xlsx")

    def answers(self, word):
        book = openpyxl.load_workbook(self.site / "Team.xlsx")
        for row in book["Entscheidungen"].iter_rows(min_row=2):
            if "Formular" in str(row[1].value) and not row[4].value:
                row[4].value = word
        book.save(self.site / "Team.xlsx")

    def rows(self, tab="Fälle"):
        book = openpyxl.load_workbook(self.site / "Team.xlsx")
        return [[cell.value for cell in row] for row in book[tab].iter_rows(min_row=2) if row[0].value]

    def asked(self):
        return [row[1] for row in self.rows("Entscheidungen") if "Formular" in row[1]]

    def names(self):
        return [row[2] for row in self.rows()]


@pytest.fixture
def desk(tmp_path, capsys):
    made = Desk(tmp_path, capsys)
    made.run("2026-11-01T08:00")  # adopts
    made.run("2026-11-01T08:30")  # sees the empty form
    return made


def test_each_submission_becomes_a_case_once_also_after_edits_and_sorting(desk):
    desk.typed("Antworten", FIRST, SECOND)
    desk.run()
    assert desk.names() == ["Kaya", "Aydın", "Popa"]
    number, received, *rest = desk.rows()[1]
    assert number == "KIM-2026-0002"
    assert received.date() == date(2026, 11, 1)
    assert rest[:4] == ["Aydın", "Elif", "0151 2345678", "elif@example.org"]
    book = openpyxl.load_workbook(desk.site / "Team.xlsx")
    sheet = book["Antworten"]
    sheet.delete_rows(2, 2)
    sheet.append(SECOND)
    sheet.append([*FIRST[:3], "Elif Nur", *FIRST[4:]])
    book.save(desk.site / "Team.xlsx")
    again = desk.run("2026-11-06T08:00")
    assert desk.names() == ["Kaya", "Aydın", "Popa"]
    assert not [edit for edit in again["edits"] if edit["job"] == "take_in" and edit["tab"] != "Entscheidungen"]
    # The row is the team's by now: what was changed in the form is asked about, once.
    assert [("KIM-2026-0002 (Vorname)" in asked, "Elif" in asked) for asked in desk.asked()] == [(True, False)]
    desk.run("2026-11-06T09:00")
    assert len(desk.asked()) == 1
    desk.answers("ja")
    book = openpyxl.load_workbook(desk.site / "Team.xlsx")
    book["Antworten"]["E2"].value = "0151 9999999"
    book.save(desk.site / "Team.xlsx")
    desk.run("2026-11-06T10:00")
    assert "KIM-2026-0003 (Telefon)" in desk.asked()[1]


def test_a_question_that_the_settings_name_later_is_no_changed_answer(desk):
    desk.typed("Antworten", FIRST)
    desk.run()
    path = desk.site / "config" / "automations.toml"
    path.write_text(path.read_text().replace('phone = "Telefon"', 'phone = "Telefon", concern = "Mails ok?"'))
    desk.run("2026-11-06T09:00")
    assert desk.asked() == []


def test_who_reports_is_never_the_client_and_consent_is_confirmed_by_a_colleague(desk):
    desk.typed("Antworten", FIRST)
    desk.run()
    row = desk.rows()[1]
    assert "kollegin@stelle.example" not in row
    assert row[6] is None
    shown = desk.run("2026-11-06T08:00")
    (said,) = [p for p in shown["problems"] if p["code"] == "consent_by_form"]
    assert said["key"] == "KIM-2026-0002"
    assert "01.11.2026" in said["message"]


def test_the_senders_address_cannot_be_made_the_clients(tmp_path, capsys):
    desk = Desk(tmp_path, capsys)
    path = tmp_path / "config" / "automations.toml"
    path.write_text(path.read_text().replace("Mail der Person", "E-Mail-Adresse"))
    for at in ("2026-11-01T08:00", "2026-11-01T08:30"):
        desk.run(at)
    desk.typed("Antworten", SECOND)
    shown = desk.run()
    assert "form_unreadable" in {p["code"] for p in shown["problems"]}
    assert [row[5] for row in desk.rows()] == [None, None]


def test_spam_and_doubles_are_asked_about_and_taken_after_a_yes(desk):
    desk.typed("Antworten", FIRST, SPAM, DOUBLE)
    desk.run()
    assert desk.names() == ["Kaya", "Aydın"]
    asked = desk.asked()
    assert len(asked) == 2
    assert any("Werbung" in text for text in asked)
    assert any("KIM-2026-0002" in text for text in asked)
    assert not any("Aydin" in text or "https" in text for text in asked)
    desk.answers("ja")
    desk.run("2026-11-06T08:00")
    assert desk.names() == ["Kaya", "Aydın", "Best SEO https://x.example", "Aydin"]
    desk.run("2026-11-07T08:00")
    assert len(desk.rows()) == 4


def test_a_no_is_final(desk):
    desk.typed("Antworten", SPAM)
    desk.run()
    desk.answers("nein")
    for at in ("2026-11-06T08:00", "2026-11-07T08:00"):
        desk.run(at)
    assert desk.names() == ["Kaya"]
    assert len(desk.asked()) == 1


def test_many_at_once_wait_for_a_yes(desk):
    many = [[f"0{n}.11.2026 09:00:00", "k@s.example", f"Name{n}", "V", f"0151 100000{n}", "", ""] for n in range(1, 6)]
    desk.typed("Antworten", *many)
    desk.run()
    assert desk.names() == ["Kaya"]
    assert "5 Einsendungen" in desk.asked()[0]
    desk.typed("Antworten", SECOND)
    desk.run("2026-11-06T08:00")
    assert desk.names() == ["Kaya", "Popa"], "what came later does not wait for the answer"
    desk.answers("ja")
    desk.run("2026-11-06T09:00")
    assert len(desk.names()) == 7


def test_what_stood_there_before_is_asked_about_first(tmp_path, capsys):
    desk = Desk(tmp_path, capsys)
    desk.typed("Antworten", FIRST)
    for at in ("2026-11-01T08:00", "2026-11-01T08:30"):
        desk.run(at)
    assert desk.names() == ["Kaya"]
    assert "stand schon da" in desk.asked()[0].replace("steht", "stand")


def test_files_are_taken_over_once_put_away_and_reached_by_erasure(tmp_path, capsys):
    desk = Desk(tmp_path, capsys, 'folder = "Eingang"')
    inbox = tmp_path / "Eingang"
    inbox.mkdir()
    for at in ("2026-11-01T08:00", "2026-11-01T08:30"):
        desk.run(at)

    def drop(name, *rows, encoding="cp1252"):
        text = "\r\n".join(";".join(row) for row in [QUESTIONS, *rows])
        (inbox / name).write_bytes(text.replace("ı", "i").encode(encoding))
        os.utime(inbox / name, (datetime(2026, 11, 4, tzinfo=UTC).timestamp(),) * 2)

    drop("a.csv", FIRST, SECOND)
    desk.run()
    assert desk.names() == ["Kaya", "Aydin", "Popa"]
    assert not (inbox / "a.csv").exists()
    drop("b.csv", FIRST, SECOND, SPAM, encoding="utf-8-sig")  # exported again, with one more
    desk.run("2026-11-06T08:00")
    assert len(desk.names()) == 3
    assert (inbox / "b.csv").exists(), "a question is open"
    assert run_command(["--site", str(tmp_path), "subject", "KIM-2026-0002", "erase", "--at", "2026-11-07T08:00"]) == 0
    capsys.readouterr()
    kept = [path.read_bytes() for path in inbox.rglob("*.csv")]
    assert len(kept) == 2
    assert not any(b"Aydin" in data for data in kept)
    assert all(b"Popa" in data for data in kept)
    desk.run("2026-11-08T08:00")
    assert desk.names().count("Aydin") == 1, "what was erased is not taken over again"


def test_the_first_submission_needs_no_question_where_the_form_was_empty_on_first_contact(tmp_path, capsys):
    desk = Desk(tmp_path, capsys)
    desk.run("2026-11-01T08:00")  # adopts, and sees the empty form
    desk.typed("Antworten", FIRST)
    desk.run()
    assert desk.names() == ["Kaya", "Aydın"]
    assert not desk.asked()


def test_undo_says_which_rows_of_the_run_stay(desk):
    desk.typed("Antworten", FIRST)
    run = desk.run()["run"]
    run_command(["--site", str(desk.site), "undo", run])
    said = desk.capsys.readouterr().out
    assert "KIM-2026-0002" in said
    assert "1 Zeile, die der Lauf angelegt hat, bleibt stehen" in said
    assert desk.names() == ["Kaya", "Aydın"]


def test_a_case_of_a_form_is_numbered_as_the_team_numbers_its_cases(desk):
    with (desk.site / "config" / "automations.toml").open("a") as file:
        file.write("[number_rows]\ncase_digits = 6\n")
    desk.typed("Antworten", FIRST)
    desk.run()
    assert desk.rows()[1][0] == "KIM-2026-000002"


@pytest.mark.parametrize("place", ['tab = "Antwort"', 'folder = "Antworten"'])
def test_a_form_that_is_not_there_is_told_from_the_first_run_on_and_by_check(tmp_path, capsys, place):
    desk = Desk(tmp_path, capsys, place)
    first = desk.run("2026-11-01T08:00")
    assert "form_unreadable" in {p["code"] for p in first["problems"]}
    assert run_command(["--json", "--site", str(tmp_path), "check", "--at", "2026-11-01T09:00"]) == 2
    assert "form_unreadable" in {p["code"] for p in json.loads(capsys.readouterr().out)["problems"]}
