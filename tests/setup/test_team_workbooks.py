"""What `kim init` makes of workbooks that nobody described: much understood, nothing wrong."""

from __future__ import annotations

import io
import json
import tomllib
import zipfile
from collections import Counter
from datetime import date, datetime

import pytest

from automations.cli import run_command
from automations.config.site import load_columns
from automations.model.settings import SiteFacts
from automations.setup.new_columns import offers
from automations.setup.shapes import notes
from automations.setup.understanding import understand
from automations.workbooks.cellrefs import column_letters
from automations.workbooks.stores.opening import read_bytes
from automations.workbooks.xlsx.reading import read_workbook
from tests.setup.test_init import TODAY
from tests.support.elsewhere_workbooks import ELSEWHERE, the_archive_has_more_columns
from tests.support.english_workbooks import ENGLISH
from tests.support.first_sight_workbooks import FIRST_SIGHT
from tests.support.further_inventions import FURTHER_INVENTIONS
from tests.support.further_unforeseen import LAST_OF_ALL
from tests.support.inventions_workbooks import INVENTIONS
from tests.support.kinds_workbooks import KINDS
from tests.support.later_workbooks import LATER, family_beside_given_name
from tests.support.more_workbooks import MORE
from tests.support.neighbours_workbooks import NEIGHBOURS, papers_of_switzerland
from tests.support.odd_kinds_workbooks import ODD_KINDS
from tests.support.services_workbooks import SERVICES
from tests.support.slices import of_each_kind
from tests.support.special_workbooks import SPECIAL
from tests.support.team_workbooks import BOOKS as SHAPES
from tests.support.team_workbooks import (
    CODE,
    FIRST,
    LAST,
    NUMBER,
    PHONE,
    RECEIVED,
    SPOKEN,
    TeamBook,
    _rows,
    always,
    day,
    phone,
)
from tests.support.unforeseen_workbooks import UNFORESEEN
from tests.support.wordings_workbooks import WORDINGS

BOOKS = (
    *SHAPES,
    *MORE,
    *UNFORESEEN,
    *LAST_OF_ALL,
    *LATER,
    *FIRST_SIGHT,
    *SERVICES,
    *SPECIAL,
    *KINDS,
    *ENGLISH,
    *INVENTIONS,
    *FURTHER_INVENTIONS,
    *ODD_KINDS,
    *WORDINGS,
    *ELSEWHERE,
    *NEIGHBOURS,
)
NOW = TODAY.replace(year=2026, month=11, day=28)


def shows(make):
    """What a book is made of, and what must be understood of it."""
    book = make()
    tables, fields = (
        [value if isinstance(value, str) else value[0] for value in known.values()]
        for known in (book.tables, book.fields)
    )
    return {
        *(("table", table, count > 1) for table, count in Counter(tables).items()),
        *(("field", field) for field in fields),
        *(("note", note) for note in book.notes),
        *(("read", table) for table in book.rows),
        ("built", bool(book.merged), bool(book.finish)),
    }


READ = [make for make in BOOKS if make().rows]
EACH_DAY = of_each_kind(READ, shows)


def packed(**parts):
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as package:
        for name, text in parts.items():
            package.writestr(name, text)
    return made.getvalue()


def proposed(path):
    return understand(read_workbook("team", read_bytes(path), path), load_columns(), SiteFacts(), NOW)


def wrong(found, right):
    """What was not found as it is right; where several are right each of them will do."""
    several = {place: (value,) if isinstance(value, str) else value for place, value in right.items()}
    return {place: found.get(place, "") for place, values in several.items() if found.get(place, "") not in values}


@pytest.mark.parametrize("make", BOOKS, ids=lambda make: make.__name__)
def test_nothing_is_taken_for_what_it_is_not(tmp_path, make):
    book = make()
    found = proposed(book.write(tmp_path / "Team.xlsx"))
    tables = {block.tab.name: table.table for table in found.tables for block in table.blocks if not table.in_row}
    assert not wrong(tables, book.tables)
    fields = {}
    for table in found.tables:
        for heading in table.headings:
            for block in table.blocks:
                fields[block.tab.name, " ".join(heading.text.split())] = heading.field
            fields[table.block.tab.name, f"col:{column_letters(heading.column)}"] = heading.field
    assert not wrong(fields, book.fields)
    assert {note.code for note in notes(found)} >= set(book.notes)
    assert not [note.advice for note in notes(found) if "{" in note.advice]  # only the message is filled


def test_the_only_telephone_behind_busy_offices_is_to_be_confirmed(tmp_path):
    found = proposed(family_beside_given_name().write(tmp_path / "Team.xlsx"))
    phone = found.table("cases").field("phone")
    assert (phone.text, phone.confidence) == ("Handynummer", "likely")


def test_houses_below_each_other_are_no_table_on_its_side(tmp_path):
    assert not proposed(papers_of_switzerland().write(tmp_path / "Team.xlsx")).left


@pytest.mark.parametrize(("sign", "said"), [(";", ["one_column"]), ("\t", ["one_column"]), (" ", [])])
def test_a_text_file_pasted_into_one_column_is_said(tmp_path, capsys, sign, said):
    rows = [[sign.join(("Nachname", "Vorname", "Telefon"))], *([f"Kern{n}{sign}Ada{sign}{phone(n)}"] for n in range(6))]
    path = TeamBook({"Tabelle1": rows}, {}).write(tmp_path / "Team.xlsx")
    assert [why for _, why in proposed(path).left] == said
    assert run_command(["init", str(tmp_path / "site"), "--workbook", str(path), "--yes"]) == 1
    out = capsys.readouterr().out
    assert ("„Text in Spalten“" in out) is bool(said)
    assert "Feiertage und Vorwahl gelten für DE-NW, die Uhr für Europe/Berlin" in " ".join(out.split())


def test_tabs_called_after_phases_of_cases_say_these_phases(tmp_path):
    found = proposed(the_archive_has_more_columns().write(tmp_path / "Team.xlsx"))
    cases = found.table("cases")
    assert (cases.tab_names, cases.tab_field) == ("likely", "phase")
    assert found.sure().table("cases") is None  # the archive would else be open cases
    told = {word.word: word.canonical for word in found.words if word.field == "phase"}
    assert told == {"Aktive Fälle": "support", "Archiv 2026": "closed"}
    (note,) = [note for note in notes(found, found.sure()) if note.code == "columns_apart"]
    assert note.headings == ("Austritt am",)
    assert not [note for note in notes(found) if note.code == "columns_apart"]  # told of what nobody confirmed


def test_tabs_of_phases_with_more_columns_than_those_who_wait_are_one_list(tmp_path, monkeypatch):
    heads = ["Fall-Nr.", "Name", "Vorname", "Telefon", "Sprache", "Eingang", "Berät", "Abgang", "Verbleib"]
    rows = [[f"K{i}", f"Name{i}", f"Vorn{i}", f"0151 2345{i:03}", "Arabisch", day(i), "Krause", day(i + 90), "Arbeit"]
            for i in range(12)]  # fmt: skip
    tabs = {"Warteliste": 6, "In Beratung": 7, "Abgeschlossen": 9}
    book = TeamBook({name: [heads[:width], *(row[:width] for row in rows[width - 6 :: 4])]
                     for name, width in tabs.items()}, {}).write(tmp_path / "T.xlsx")  # fmt: skip
    cases = proposed(book).table("cases")
    assert {block.tab.name for block in cases.blocks} == {*tabs}
    assert ("Verbleib", "outcome") in {(h.text, h.field) for _, found in cases.apart for h in found}
    monkeypatch.setattr("sys.stdin.isatty", lambda: True)
    monkeypatch.setattr("builtins.input", lambda _: "")
    run_command(["init", str(tmp_path / "site"), "--workbook", str(book), "--at", "2026-11-28T08:00"])
    written = tomllib.loads((tmp_path / "site" / "config" / "columns.toml").read_text(encoding="utf-8"))
    assert "Verbleib" in written["tables"]["cases"]["headings"]["outcome"]
    assert written["tables"]["cases"]["together"]


def test_a_legend_says_what_short_headings_mean(tmp_path):
    heads = {"ID": "", "Na": "Nachname", "Vn": "Vorname", "Sp": "Sprache", "Te": "Telefonnummer", "Ed": "Eingangsdatum",
             "Kü": "Kürzel der zuständigen Beraterin", "St": "Status des Falls"}  # fmt: skip
    rows = [[f"Q{i}", f"{chr(65 + i)}lmaz", f"{chr(65 + i)}yla", "Arabisch", phone(i), day(i),
             ("Krause", "Demir")[i % 2], ("offen", "beendet")[i % 2]]
            for i in range(12)]  # fmt: skip
    legend = [["Abkürzung", "Bedeutung"], *([sign, meaning] for sign, meaning in heads.items() if meaning)]
    found = proposed(TeamBook({"Daten": [[*heads], *rows], "Legende": legend}, {}).write(tmp_path / "T.xlsx"))
    fields = {heading.text: (heading.field, heading.confidence) for heading in found.table("cases").headings}
    assert {name: fields[name][0] for name in ("Na", "Vn", "Sp", "Ed", "Kü", "St")} == {
        "Na": "last_name", "Vn": "first_name", "Sp": "languages", "Ed": "received", "Kü": "manager", "St": "phase",
    }  # fmt: skip
    assert "sure" not in {fields[name][1] for name in ("Na", "Vn", "Ed", "Kü", "St")}  # somebody confirms it


@pytest.mark.parametrize(("names", "sure"), [(("Fatma", "Anna"), "likely"), (("Nord", "Anna"), "doubtful")])
def test_tabs_called_by_given_names_are_those_of_colleagues(tmp_path, names, sure):
    heads, *rows = the_archive_has_more_columns().tabs["Aktive Fälle"]
    parts = zip(names, (rows[:4], rows[4:]), strict=True)
    found = proposed(
        TeamBook({n: [heads[:-1], *(r[:-1] for r in part)] for n, part in parts}, {}).write(tmp_path / "T.xlsx")
    )
    cases = found.table("cases")
    assert (cases.tab_names, cases.tab_field) == (sure, "manager")


@pytest.mark.parametrize(
    "make",
    [make if make in EACH_DAY else pytest.param(make, marks=pytest.mark.sliced(35)) for make in READ],
    ids=lambda make: make.__name__,
)
def test_with_enter_to_every_question_the_right_rows_are_read(tmp_path, capsys, monkeypatch, make):
    book, site = make(), tmp_path / "site"
    path = book.write(tmp_path / "Team.xlsx")
    monkeypatch.setattr("sys.stdin.isatty", lambda: True)
    monkeypatch.setattr("builtins.input", lambda _: "")
    run_command(["init", str(site), "--workbook", str(path), "--at", "2026-11-28T08:00"])
    capsys.readouterr()
    run_command(["--json", "--site", str(site), "check", "--at", "2026-11-28T08:00"])
    read = json.loads(capsys.readouterr().out)["read"]
    assert {table: read.get(table) for table in book.rows} == book.rows


def test_hours_beside_the_day_in_one_cell_are_no_missing_column(tmp_path, capsys):
    cases = [[f"K{n}", date(2026, 1, n), f"Kern{n}", "Ada", "Deutsch"] for n in range(1, 7)]
    talks = [[f"K{n}", datetime(2026, 12, n, 9, 30), "Büro"] for n in range(1, 7)]  # noqa: DTZ001
    heads = ["Fall-Nr.", "Eingang", "Nachname", "Vorname", "Sprachen"]
    book = TeamBook({"Fälle": [heads, *cases], "Termine": [["Fall-Nr.", "Datum", "Ort"], *talks]}, {})
    path = book.write(tmp_path / "Team.xlsx")
    run_command(["init", str(tmp_path / "site"), "--workbook", str(path), "--yes", "--at", "2026-11-28T08:00"])
    said = capsys.readouterr().out
    assert "Die Spalte „E-Mail“ in „Fälle“." in said
    assert "Die Spalte „Uhrzeit“ in „Termine“." not in said


def test_a_hint_below_the_heading_is_no_colleague(tmp_path):
    heads = ["lfd. Nr.", "Aufnahme", "Name", "Vorname", "Sprache", "Bezugsbetr."]
    rows = [[n, date(2026, 1, n), f"Kern{n}", "Ada", "Deutsch", ("SEI", "CAK", "VOG")[n % 3]] for n in range(1, 13)]
    book = TeamBook({"Fälle": [heads, ["", "TT.MM.JJ", "", "", "", "Kürzel"], *rows]}, {})
    found = proposed(book.write(tmp_path / "Team.xlsx"))
    (team,) = [offer for offer in offers(found, found, load_columns(), ()) if offer.table == "team"]
    assert [row["code"] for row in team.rows] == ["CAK", "SEI", "VOG"]


def test_a_list_of_cases_that_stays_empty_beside_a_form_s_answers_is_said(tmp_path, capsys, monkeypatch):
    heads = ["Zeitstempel", "Wie heißt du mit Vornamen?", "Und mit Nachnamen?", "Deine E-Mail-Adresse",
             "Wobei brauchst du Hilfe?"]  # fmt: skip
    rows = [[NOW, f"Ada{n}", f"Kern{n}", f"ada{n}@example.org", "Wohnung"] for n in range(6)]
    path = TeamBook({"Formularantworten 1": [heads, *rows]}, {}).write(tmp_path / "Team.xlsx")
    monkeypatch.setattr("sys.stdin.isatty", lambda: True)
    monkeypatch.setattr("builtins.input", lambda _: "")
    run_command(["init", str(tmp_path / "site"), "--workbook", str(path), "--at", "2026-11-28T08:00"])
    capsys.readouterr()
    status = run_command(["--json", "--site", str(tmp_path / "site"), "check", "--at", "2026-11-28T08:00"])
    said = {problem["code"]: problem for problem in json.loads(capsys.readouterr().out)["problems"]}
    assert status == 1
    assert said["list_aside"]["tab"] == "Formularantworten 1"


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("Team.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "alte Format .xls"),
        ("Team.csv", "Nachname;Vorname\r\nMüller;Jürgen\r\n".encode("cp1252"), "Textdatei mit Spalten"),
        ("Team.csv", b"\xef\xbb\xbfName,Vorname\nAli,Ben\n", "Textdatei mit Spalten"),
        ("Team.ods", packed(mimetype="application/vnd.oasis.opendocument.spreadsheet"), "OpenDocument-Tabelle"),
        ("Team.xlsx", packed(mimetype="application/vnd.oasis.opendocument.spreadsheet"), "OpenDocument-Tabelle"),
        ("Team.numbers", packed(**{"Index/Document.iwa": "x"}), "Numbers-Dokument"),
        ("Team.xlsb", packed(**{"[Content_Types].xml": "<Types/>", "xl/workbook.bin": "x"}), "binäre Arbeitsmappe"),
        ("Team.docx", packed(**{"[Content_Types].xml": "<Types/>", "word/document.xml": "x"}), "keine Tabelle"),
        ("Team.odt", packed(mimetype="application/vnd.oasis.opendocument.text"), "keine Tabelle"),
        ("Team.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "WordDocument".encode("utf-16-le") * 9, "keine Tabelle"),
        ("Team.xlsx", b"%PDF-1.7\n%\xe2\xe3\n1 0 obj", "ist ein PDF"),
        ("Team.xls", b"\r\n<html><body><table><tr><td>Name", "Webseite"),
        (
            "Team.xls",
            b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet">',
            "XML-Tabelle",
        ),
        (
            "Team.fods",
            b'<?xml version="1.0"?><x office:mimetype="application/vnd.oasis.opendocument.spreadsheet">',
            "OpenDocument-Tabelle",
        ),
        ("Team.csv", b"Name\r\nMurphy\r\n", "Textdatei mit Spalten"),
    ],
)
def test_another_program_s_file_gets_one_true_sentence_and_no_site(tmp_path, capsys, name, data, said):
    (tmp_path / name).write_bytes(data)
    status = run_command(["init", str(tmp_path / "site"), "--workbook", str(tmp_path / name), "--yes"])
    out = capsys.readouterr()
    assert status == 1
    assert said in out.out + out.err
    assert "Excel" in out.out + out.err or "als .xlsx speichern" in out.out + out.err
    assert "beschädigt" not in out.out + out.err
    assert not (tmp_path / "site").exists()


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("~$Team.xlsx", b"\x05Priya" + b"\0" * 159, "solange jemand sie geöffnet hat"),
        (
            ".~lock.Team.xlsx#",
            b",priya,laptop,30.11.2026 10:00,file:///home/priya/;",
            "solange jemand sie geöffnet hat",
        ),
        ("Team.zip", packed(**{"Team.xlsx": "x"}), "entpacken"),
        ("Team.xlsx", b"7z\xbc\xaf\x27\x1c" + b"\0" * 50, "entpacken"),
        ("Team.png", b"\x89PNG\r\n\x1a\n" + b"\0" * 50, "ist ein Bild"),
        ("Team.gsheet", b'{"url":"https://docs.example/1","doc_id":"1"}', "nur ein Verweis"),
        ("Team.url", b"[InternetShortcut]\r\nURL=https://example.test/Team.xlsx\r\n", "nur ein Verweis"),
        ("Team.eml", b"From: a@b.example\r\nSubject: Liste\r\n\r\nanbei\r\n", "ist eine E-Mail"),
        ("Team.msg", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "__substg1.0_".encode("utf-16-le") * 9, "ist eine E-Mail"),
        ("Team.xlsx", b"\0" * 9000, "nichts als Nullen"),
    ],
)
def test_what_is_no_table_at_all_gets_one_true_sentence_and_no_site(tmp_path, capsys, name, data, said):
    (tmp_path / name).write_bytes(data)
    status = run_command(["init", str(tmp_path / "site"), "--workbook", str(tmp_path / name), "--yes"])
    out = capsys.readouterr()
    assert status == 1
    assert said in out.out + out.err
    assert "in Excel" not in out.out + out.err
    assert not (tmp_path / "site").exists()


def test_a_folder_in_the_workbook_s_place_is_called_one_and_what_lies_in_it_is_named(tmp_path, capsys):
    (tmp_path / "Listen").mkdir()
    TeamBook({"Fälle": [["Nachname"]]}, {}).write(tmp_path / "Listen" / "Team.xlsx")
    for typed, said in (("Listen", "ist ein Ordner"), ("Listen/Teem.xlsx", "gibt es nicht")):
        status = run_command(["init", str(tmp_path / "site"), "--workbook", str(tmp_path / typed), "--yes"])
        out = capsys.readouterr()
        assert status == 1
        assert said in out.out + out.err
        assert "in dem Ordner liegt: Team.xlsx" in out.out + out.err
        assert not (tmp_path / "site").exists()


def test_what_is_doubtful_is_a_question_and_no_proposal(tmp_path, capsys):
    path = one_office_beside().write(tmp_path / "Team.xlsx")
    run_command(["--json", "init", str(tmp_path / "site"), "--workbook", str(path), "--yes"])
    tables = json.loads(capsys.readouterr().out)["tables"]
    one = next(h for h in tables[0]["headings"] if h["heading"] == "Telefon")
    assert (one["field"], one["perhaps"], one["taken"]) == (None, "phone", False)


def one_office_beside():
    heads = ["Fall-Nr.", "Eingang", "Nachname", "Vorname", "Sprache", "Zuweiser", "Telefon", "Zuständig"]
    people = _rows(NUMBER, RECEIVED, LAST, FIRST, SPOKEN, always("Jobcenter"), PHONE, CODE)
    return TeamBook({"Fälle": [heads, *people]}, {"Fälle": "cases"}, {}, {})
