"""`kim init` as it is typed: the site that it leaves, what it says, and what it never does."""

from __future__ import annotations

import json
import zipfile
from datetime import datetime
from zoneinfo import ZoneInfo

import openpyxl
import pytest

from automations.cli import init, run_command
from automations.config.loading import load_site
from automations.config.site import load_columns
from automations.model.settings import SiteFacts
from automations.setup import source
from automations.setup.empty_tabs import empty_tab
from automations.tables.snapshot import read_tables
from automations.workbooks.new_files import NewTab, write_new_workbook
from automations.workbooks.stores.opening import read_bytes
from automations.workbooks.xlsx.reading import read_workbook
from tests.support.odd_workbooks import CASE_FIELDS, CASE_HEADINGS, CASE_ROWS, SHAPES, TEAM_FIELDS, book

AT = ("--at", "2024-10-31T07:00")


def kim(capsys, *words):
    status = run_command([*map(str, words)])
    captured = capsys.readouterr()
    return status, captured.out, captured.err


def made(tmp_path, name):
    return book(tmp_path / "Unsere Mappe.xlsx", SHAPES[name])


def read(site, path):
    """The tables of a workbook as the site's config understands them."""
    settings = load_site(site)
    raw = read_workbook("team", read_bytes(path), path)
    now = datetime(2024, 10, 31, 7, tzinfo=ZoneInfo("Europe/Berlin"))
    return read_tables({"team": raw}, settings.columns, settings.facts, settings.homes, now)


@pytest.mark.sliced(3)
@pytest.mark.parametrize(
    "name", ["title_rows", "english", "line_breaks", "merged_downwards", "under_a_title", "side_by_side",
             "one_below_the_other", "renamed_tabs"]
)  # fmt: skip
def test_every_row_of_an_odd_workbook_is_read_right_after(capsys, tmp_path, name):
    path, site = made(tmp_path, name), tmp_path / "site"
    status, out, err = kim(capsys, "init", site, "--workbook", path, "--yes", *AT)
    assert (status, err) == (0, ""), out
    snapshot = read(site, path)
    assert [case.last_name for case in snapshot.cases] == ["Petrenko", "Haddad", "Ionescu", "Yildiz"]
    assert [case.languages for case in snapshot.cases] == [("uk", "ru"), ("ar",), ("ar",), ("tr",)]
    assert [person.code for person in snapshot.team] == ["AB", "CD", "EF"]
    assert [meeting.case for meeting in snapshot.appointments] == ["H-1", "H-2", "H-3"]
    assert set(snapshot.layouts["cases"].columns) == set(CASE_FIELDS)
    assert set(snapshot.layouts["team"].columns) >= set(TEAM_FIELDS)
    assert kim(capsys, "--site", site, "check", *AT)[0] == 0


def test_without_a_workbook_there_is_an_empty_one_that_can_be_checked(capsys, tmp_path):
    site = tmp_path / "site"
    assert kim(capsys, "init", site)[0] == 0
    assert kim(capsys, "--site", site, "check", *AT)[0] == 0
    tabs = openpyxl.load_workbook(site / "Team.xlsx").sheetnames
    assert tabs == ["Fälle", "Termine", "Team", "Standorte", "Einbürgerung", "Entscheidungen"]
    assert (site / "config" / "columns.toml").read_text(encoding="utf-8").startswith("# How kim finds the tables")


def test_a_site_is_never_overwritten(capsys, tmp_path):
    kim(capsys, "init", tmp_path / "site")
    before = {path: path.read_bytes() for path in (tmp_path / "site").rglob("*") if path.is_file()}
    status, out, err = kim(capsys, "init", tmp_path / "site", "--yes")
    assert (status, out) == (2, "")
    assert "gibt es schon" in err
    assert {path: path.read_bytes() for path in (tmp_path / "site").rglob("*") if path.is_file()} == before


def test_a_workbook_that_is_none_leaves_nothing_behind(capsys, tmp_path):
    (tmp_path / "brief.xlsx").write_text("kein Excel", encoding="utf-8")
    status, _, err = kim(capsys, "init", tmp_path / "site", "--workbook", tmp_path / "brief.xlsx", "--yes")
    assert status == 1
    assert "brief.xlsx" in err
    assert not (tmp_path / "site").exists()


def test_something_needed_is_missing(capsys, tmp_path):
    path = made(tmp_path, "abbreviated")
    status, out, _ = kim(capsys, "init", tmp_path / "site", "--workbook", path, "--yes", *AT)
    assert status == 1
    assert "Nötig, aber nicht gefunden: die Spalte „Nachname“ in „Fälle“." in out
    assert "Offen: ob „Nachn.“ in „Fälle“ das ist, was kim „Nachname“ nennt." in out
    assert '\n# last_name = ["Nachn.", ' in (tmp_path / "site" / "config" / "columns.toml").read_text(encoding="utf-8")


def test_the_workbook_is_not_touched_without_being_told(capsys, tmp_path):
    path = made(tmp_path, "title_rows")
    before = path.read_bytes()
    status, out, _ = kim(capsys, "init", tmp_path / "site", "--workbook", path, *AT)
    assert (status, path.read_bytes()) == (0, before)
    assert "Mit --add-columns fügt kim sie in der Arbeitsmappe an." in out
    columns = load_site(tmp_path / "site").columns
    assert columns.tables["cases"].kim_writes == ()
    assert columns.tables["cases"].kim_sets == ()


def test_columns_are_added_to_a_table_and_nothing_else_changes(capsys, tmp_path):
    path = tmp_path / "Mappe.xlsx"
    plain = [empty_tab(table, load_columns(), SiteFacts()) for table in ("appointments", "team")]
    write_new_workbook(path, [NewTab("Fälle", CASE_HEADINGS), *plain])
    before = {name: zipfile.ZipFile(path).read(name) for name in zipfile.ZipFile(path).namelist()}
    status, out, _ = kim(capsys, "init", tmp_path / "site", "--workbook", path, "--yes", "--add-columns", *AT)
    assert status == 0, out
    after = {name: zipfile.ZipFile(path).read(name) for name in zipfile.ZipFile(path).namelist()}
    sheets = ("xl/worksheets/sheet2.xml", "xl/worksheets/sheet3.xml")
    for untouched in (*sheets, "xl/tables/table2.xml", "xl/theme/theme1.xml"):
        assert after[untouched] == before[untouched]
    sheet = openpyxl.load_workbook(path)["Fälle"]
    headings = [cell.value for cell in sheet[1]]
    assert headings[: len(CASE_HEADINGS)] == list(CASE_HEADINGS)
    assert headings[len(CASE_HEADINGS) :] == [
        "Phase seit", "Zuständig seit", "Begründung", "Prüfhinweis", "Kontaktweg", "E-Mail-Einwilligung am",
        "Widerruf am",
    ]  # fmt: skip
    table = next(iter(sheet.tables.values()))
    assert table.ref == "A1:R2"
    assert table.autoFilter.ref == "A1:R2"
    assert [column.name for column in table.tableColumns] == headings
    assert sheet["R1"].font.bold
    assert "Entscheidungen" in openpyxl.load_workbook(path).sheetnames
    columns = load_site(tmp_path / "site").columns
    written = {"phase_since", "manager_since", "reason", "check_note"}
    assert written < set(columns.tables["cases"].kim_writes)


def test_a_column_finds_no_room_beside_other_things(capsys, tmp_path):
    path = made(tmp_path, "side_by_side")
    before = path.read_bytes()
    _, out, _ = kim(capsys, "init", tmp_path / "site", "--workbook", path, "--yes", "--add-columns", *AT)
    assert "Rechts neben der Tabelle in „Fälle“ steht etwas anderes" in out
    assert before != path.read_bytes(), "the other tab got its columns"
    assert [cell.value for cell in openpyxl.load_workbook(path)["Fälle"][2]][:11] == list(CASE_HEADINGS)


def test_an_open_workbook_gets_no_columns(capsys, tmp_path):
    path = made(tmp_path, "title_rows")
    path.with_name(f".~lock.{path.name}#").write_text(",anna,pc,31.10.2024 07:00,", encoding="utf-8")
    before = path.read_bytes()
    _, out, _ = kim(capsys, "init", tmp_path / "site", "--workbook", path, "--yes", "--add-columns", *AT)
    assert path.read_bytes() == before
    assert "geöffnet" in out


def test_a_heading_that_changes_after_init_is_noticed_with_its_likely_new_name(capsys, tmp_path):
    path, site = made(tmp_path, "title_rows"), tmp_path / "site"
    kim(capsys, "init", site, "--workbook", path, *AT)
    changed = openpyxl.load_workbook(path)
    changed["Fälle"]["G5"] = "Sprachen (Erstkontakt)"
    changed["Fälle"]["K5"] = "Fallverantwortung"
    changed.save(path)
    _, out, _ = kim(capsys, "--site", site, "check", *AT, "--json")
    problems = {(p["code"], p["column"]): p["message"] for p in json.loads(out)["problems"] if p["tab"] == "Fälle"}
    assert "Sprachen (Erstkontakt)" in problems["renamed_heading", "Sprachen"]
    assert ("missing_heading", "Zuständig") in problems or ("renamed_heading", "Zuständig") in problems
    assert kim(capsys, "--site", site, "run", *AT)[0] == 4


def test_a_workbook_behind_a_url_is_read_the_same_way(capsys, tmp_path, monkeypatch):
    path = made(tmp_path, "title_rows")
    raw = read_workbook("team", read_bytes(path), path)
    asked = []

    def opened(site):
        asked.append(site.file.workbooks["team"].url)
        return {"team": MemoryReader(raw)}

    monkeypatch.setattr(source, "open_workbooks", opened)
    url = "https://docs.example/spreadsheets/d/abc"
    status, out, _ = kim(capsys, "init", tmp_path / "site", "--workbook", url, "--yes", "--add-columns", *AT)
    assert (status, asked) == (0, [url])
    assert "tippen Sie sie selbst ein" in out
    assert load_site(tmp_path / "site").file.workbooks["team"].url == url
    assert load_site(tmp_path / "site").file.workbooks["team"].path == ""


class MemoryReader:
    """A workbook that somebody else's server holds."""

    def __init__(self, raw):
        self.raw = raw

    def read(self):
        return self.raw


class Terminal:
    """A person at the keyboard: answers by a word in the question, else takes what is proposed."""

    def __init__(self, **answers):
        self.answers, self.asked = answers, []

    def __call__(self, question):
        self.asked.append(question)
        return next((answer for word, answer in self.answers.items() if word in question), "")


@pytest.fixture
def terminal(monkeypatch):
    def sit_down(**answers):
        person = Terminal(**answers)
        monkeypatch.setattr("sys.stdin.isatty", lambda: True)
        monkeypatch.setattr(init, "input", person, raising=False)
        return person

    return sit_down


def test_at_a_terminal_the_likely_is_asked(capsys, tmp_path, terminal):
    path, site = made(tmp_path, "abbreviated"), tmp_path / "site"
    person = terminal(anfügen="n", anlegen="n", AZ="j", Zust="ja", Verm="nein")
    status, out, _ = kim(capsys, "init", site, "--workbook", path, *AT)
    assert status == 0, out
    assert sum("Ist die Spalte" in question for question in person.asked) == 4
    snapshot = read(site, path)
    assert [case.last_name for case in snapshot.cases] == ["Petrenko", "Haddad", "Ionescu", "Yildiz"]
    assert "source" not in snapshot.layouts["cases"].columns
    assert snapshot.layouts["cases"].writable == {"number", "manager"}


def test_at_a_terminal_the_tabs_of_rules_are_offered_and_made_only_where_somebody_wants_them(
    capsys, tmp_path, terminal
):
    path = made(tmp_path, "own_words")
    person = terminal(Neuaufnahme="Neu", anfügen="n", anlegen="n")
    assert kim(capsys, "init", tmp_path / "no", "--workbook", path, *AT)[0] == 0
    assert sum("eigene Regeln" in question for question in person.asked) == 1
    assert {"Regeln", "Texte", "Einstellungen"}.isdisjoint(openpyxl.load_workbook(path).sheetnames)
    terminal(Regeln="j", Neuaufnahme="Neu", anfügen="n", anlegen="n")
    assert kim(capsys, "init", tmp_path / "yes", "--workbook", path, *AT)[0] == 0
    book = openpyxl.load_workbook(path)
    assert {"Regeln", "Texte", "Einstellungen"} <= set(book.sheetnames)
    offered = [one.formula1 for one in book["Regeln"].data_validations.dataValidation]
    assert any("E-Mail,SMS,Anruf" in str(formula) for formula in offered)
    status, out, _ = kim(capsys, "--site", tmp_path / "yes", "rules", *AT)
    assert (status, "beispiel" in out.casefold()) == (0, True)


def test_at_a_terminal_words_get_their_meaning(capsys, tmp_path, terminal):
    path, site = made(tmp_path, "own_words"), tmp_path / "site"
    terminal(Neuaufnahme="Neu", anfügen="n", anlegen="n")
    assert kim(capsys, "init", site, "--workbook", path, *AT)[0] == 0
    assert [case.phase for case in read(site, path).cases] == ["support", "new", "first_contact", "assessment"]


def test_a_heading_can_be_named_by_the_person(capsys, tmp_path, terminal):
    def fill(workbook):
        SHAPES["title_rows"](workbook)
        workbook["Fälle"]["D5"] = "Wer"

    path, site = book(tmp_path / "Mappe.xlsx", fill), tmp_path / "site"
    person = terminal(Nachname="wer", anfügen="n", anlegen="n")
    assert kim(capsys, "init", site, "--workbook", path, *AT)[0] == 0
    assert any("Ohne sie geht es nicht" in question for question in person.asked)
    assert [case.last_name for case in read(site, path).cases] == [row[3] for row in CASE_ROWS]


def test_the_document_for_programs(capsys, tmp_path):
    path = made(tmp_path, "abbreviated")
    status, out, _ = kim(capsys, "init", tmp_path / "site", "--workbook", path, "--yes", "--json", *AT)
    document = json.loads(out)
    assert (status, document["outcome"]) == (1, "attention")
    cases = document["tables"][0]
    assert (cases["table"], cases["tab"], cases["confidence"]) == ("cases", "Fälle", "sure")
    assert {"column": "D", "heading": "Nachn.", "field": "last_name", "confidence": "likely", "taken": False} in cases[
        "headings"
    ]
    assert document["needs"] == [{"table": "cases", "field": "last_name"}]
