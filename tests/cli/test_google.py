"""`kim` as it is typed, on a Google sheet: the emulator stands in Google's place by the proxy's variables, so that the
program itself, its key and its certificates are as they are in a town hall."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from automations.cli import run_command
from automations.common.shipped import config_folder
from automations.config.loading import load_site
from automations.workbooks.google.backend import GoogleSheetsWorkbook
from tests.sheets_emulator import Emulator
from tests.sheets_emulator.model import new_spreadsheet
from tests.support.demo_worlds import demo
from tests.support.google_sheets import Clock, SheetDesk, address, copied, service_account
from tests.support.odd_workbooks import CASE_HEADINGS, SHAPES, book
from tests.support.own_site import FEW_TABS

ROOT = Path(__file__).parents[2]
KIM = "kim@projekt.iam.gserviceaccount.com"
EVENING, MORNING = "2024-10-30T07:00", "2024-10-31T07:00"
READ = ["sheets.get", "sheets.get"]

MEANING_TAB = [*READ, "sheets.batchUpdate", "sheets.get", "sheets.get", "sheets.get"]
"""`--yes` makes the tab `Einstellungen`, in which the team says what its columns mean, and looks at it."""
WRITE = ["sheets.batchUpdate", "sheets.batchUpdate"]


@pytest.fixture(scope="session")
def key(tmp_path_factory):
    """The key file of a service account."""
    path = tmp_path_factory.mktemp("key") / "key.json"
    path.write_text(json.dumps(service_account(KIM)))
    return path


@pytest.fixture
def google(tmp_path, key, monkeypatch):
    with Emulator() as emulator:
        for name, value in emulator.environment(tmp_path / "emulator.pem").items():
            monkeypatch.setenv(name, value)
        monkeypatch.setenv("KIM_GOOGLE_CREDENTIALS", str(key))
        yield emulator


class Office:
    """A person at the command line, and the sheet of the team."""

    def __init__(self, google, folder, capsys):
        self.google, self.folder, self.capsys = google, folder, capsys
        self.site, self.sheet = folder / "site", ""

    def shaped(self, name):
        """The sheet is one of the odd workbooks that teams have."""
        self.sheet = copied(self.google, "Team", book(self.folder / "Mappe.xlsx", SHAPES[name]))

    def shown(self):
        """The sheet is the demonstration's."""
        at = datetime(2024, 10, 31, 7, tzinfo=ZoneInfo("Europe/Berlin"))
        made = demo(self.folder / "demo", cases=12, seed=1, at=at, met=False)
        self.sheet = copied(self.google, "Team", made / "KIM-Team.xlsx")

    def kim(self, *words):
        """The exit status, what is said, what is complained about, and the calls that were made."""
        self.google.calls.clear()
        status = run_command([*map(str, words)])
        captured = self.capsys.readouterr()
        return status, captured.out, captured.err, [call.endpoint for call in self.google.calls]

    def starts(self, *words, at=EVENING):
        return self.kim("init", self.site, "--workbook", address(self.sheet), "--yes", *words, "--at", at)

    def starts_with_few_tabs(self):
        """The site, as it is begun, without kim's tabs of figures."""
        self.starts("--add-columns")
        path = self.site / "config" / "automations.toml"
        kept = path if path.exists() else config_folder() / path.name
        path.write_text(kept.read_text(encoding="utf-8") + FEW_TABS, encoding="utf-8")

    def does(self, command, *words, at=EVENING):
        clock = () if command == "undo" else ("--at", at)
        return self.kim("--site", self.site, command, *words, *clock)

    def asked(self, command, *words, at=EVENING):
        """The document for programs."""
        return json.loads(self.does(command, *words, "--json", at=at)[1])

    def rows(self, tab="Fälle"):
        return SheetDesk(self.google.person("team", self.sheet)).rows(tab)

    def beside_settings(self):
        """All tabs but the one that init made for the meaning of columns."""
        assert self.rows("Einstellungen")
        return [tab for tab in self.state() if tab[0] != "Einstellungen"]

    def state(self):
        return [(tab.title, self.rows(tab.title)) for tab in self.google.spreadsheet(self.sheet).sheets]


@pytest.fixture
def office(google, tmp_path, capsys):
    return Office(google, tmp_path, capsys)


def test_a_team_starts_on_its_own_google_sheet_and_works_there(office):
    office.shown()
    before = office.state()
    status, out, err, calls = office.starts("--add-columns")
    assert (status, err, calls) == (0, "", MEANING_TAB)
    assert office.beside_settings() == before, "nothing but the tab of meanings was missing"
    assert "Was kim gefunden hat" in out
    assert load_site(office.site).file.workbooks["team"].url == address(office.sheet)

    assert (office.does("check")[0], office.beside_settings()) == (0, before)
    status, out, _, calls = office.does("run")
    assert (status, calls) == (0, READ + WRITE)
    once = office.state()
    assert "Übersicht" in [title for title, _ in once]
    status, out, _, calls = office.does("run")
    assert (status, calls, office.state()) == (0, READ, once)
    status, out, _, _ = office.does("status")
    assert status == 0
    assert "erledigt" in out

    run = max(office.asked("status")["runs"], key=lambda run: run["edits"])
    assert run["edits"] > 0
    status, out, err, calls = office.does("undo", run["run"])
    assert (status, err) == (0, ""), out
    asked, typed = "Entscheidungen", dict(before)  # what was asked has been asked
    after = dict(office.state())
    assert [title for title in typed if after[title] != typed[title]] == [asked]
    assert office.does("run")[0] == 0
    again = dict(office.state())
    assert [title for title in typed if again[title] != typed[title]] == [asked], "not made again"


@pytest.mark.sliced(2)
@pytest.mark.parametrize("name", ["title_rows", "merged_downwards", "one_below_the_other", "english", "renamed_tabs"])
def test_odd_sheets_are_found_and_can_be_worked_on(office, name):
    office.shaped(name)
    status, out, err, _ = office.starts()
    assert (status, err) == (0, ""), out
    before = office.state()
    assert office.does("check")[0] == 0
    assert office.state() == before
    assert office.does("run")[0] == 0
    assert office.asked("run")["edits"] == []
    teams = {title for title, _ in before}
    for title, rows in office.state():
        if title in teams:
            assert [row for row in rows if any(row)] == [row for row in dict(before)[title] if any(row)]


def test_columns_and_the_tab_of_decisions_are_added_to_a_sheet(office):
    office.shaped("title_rows")
    tab = office.google.spreadsheet(office.sheet).sheets[0]
    width = len(CASE_HEADINGS)
    tab.resize(tab.row_count, width)
    area = {"sheetId": tab.id, "startRowIndex": 4, "endRowIndex": 20, "startColumnIndex": 0, "endColumnIndex": width}
    bold = {"cell": {"userEnteredFormat": {"textFormat": {"bold": True}}}, "fields": "userEnteredFormat.textFormat"}
    owner = office.google.person("team", office.sheet)
    owner.does(
        {"setBasicFilter": {"filter": {"range": area}}},
        {"repeatCell": {"range": {**area, "endRowIndex": 5}, **bold}},
        {"addBanding": {"bandedRange": {"range": area, "rowProperties": {"firstBandColor": {"red": 1}}}}},
    )
    before = office.rows()
    status, out, err, _ = office.starts("--add-columns")
    assert (status, err) == (0, ""), out
    after, header = office.rows(), len(before[:5]) - 1
    new = after[header][width:]
    assert new == ["Phase seit", "Zuständig seit", "Begründung", "Prüfhinweis", "Kontaktweg",
                   "E-Mail-Einwilligung am", "Widerruf am"]  # fmt: skip
    assert [row[:width] for row in after] == [row[:width] for row in before]
    tab = office.google.spreadsheet(office.sheet).sheets[0]
    assert tab.cell(4, width)["userEnteredFormat"]["textFormat"]["bold"] is True
    assert tab.basic_filter["range"]["endColumnIndex"] == width + len(new)
    assert tab.banded[0]["range"]["endColumnIndex"] == width + len(new)
    assert not any(one.protected for one in office.google.spreadsheet(office.sheet).sheets)
    asked = next(one for one in office.google.spreadsheet(office.sheet).sheets if one.title == "Entscheidungen")
    assert asked.properties["gridProperties"]["frozenRowCount"] == 1
    assert office.rows("Entscheidungen")[0][:2] == ["Nr.", "Frage"]
    assert any("dataValidation" in cell for row in asked.rows for cell in row.values())
    assert load_site(office.site).columns.tables["cases"].kim_writes
    assert office.does("run")[0] == 0
    assert office.asked("run")["edits"] == []


def test_without_being_told_nothing_is_added(office):
    office.shaped("title_rows")
    before = office.state()
    _, out, _, calls = office.starts()
    assert (office.beside_settings(), calls) == (before, MEANING_TAB)
    assert "Mit --add-columns fügt kim sie in der Arbeitsmappe an." in out


def test_what_stands_where_columns_would_go_stays(office):
    office.shaped("side_by_side")
    before = office.rows()
    _, out, _, _ = office.starts("--add-columns")
    assert "Rechts neben der Tabelle in „Fälle“ steht etwas anderes" in out
    assert office.rows() == before


def typed_meanwhile(office, row, column):
    """A colleague types right before the columns are added."""

    def types(service, call):
        if call.endpoint == "sheets.batchUpdate":
            service.colleague = None
            SheetDesk(service.person("team", office.sheet)).type("Fälle", row, column, "Neu!")

    office.google.colleague = types


@pytest.mark.parametrize(("row", "column", "told"), [(9, 12, "ist nicht leer"), (5, 3, "inzwischen")])
def test_a_sheet_that_changes_while_columns_are_added_gets_none(office, row, column, told):
    office.shaped("title_rows")
    typed_meanwhile(office, row, column)
    _, out, _, _ = office.starts("--add-columns")
    assert told in out
    assert len(office.rows()[4]) == len(CASE_HEADINGS)
    assert office.rows()[row - 1][column - 1] == "Neu!"
    assert not any(tab.protected for tab in office.google.spreadsheet(office.sheet).sheets)


@pytest.mark.parametrize("committed", [True, False])
def test_an_answer_that_is_lost_while_columns_are_added(office, committed):
    office.shaped("title_rows")
    office.google.faults.fail(503, on=lambda call: "copyPaste" in call.kinds, committed=committed)
    status, out, _, _ = office.starts("--add-columns")
    assert status == 0, out
    assert office.rows()[4][len(CASE_HEADINGS) :][:1] == ["Phase seit"]
    assert office.rows()[4].count("Phase seit") == 1
    assert "nicht angefügt" not in out
    assert not any(tab.protected for tab in office.google.spreadsheet(office.sheet).sheets)


def not_shared(office):
    office.google.spreadsheet(office.sheet).writers = set()


def for_reading_only(office):
    document = office.google.spreadsheet(office.sheet)
    document.writers, document.readers = set(), {KIM}


def no_sheet(office):
    del office.google.library[office.sheet]


def revoked(office):
    office.google.revoked.add(KIM)


def ten_million_cells(office):
    office.google.spreadsheet(office.sheet).sheets[0].properties["gridProperties"] = {
        "rowCount": 200_000, "columnCount": 49
    }  # fmt: skip


def an_excel_file(office):
    office.google.faults.fail(
        400, on="sheets.get", times=99, message="This operation is not supported for this document"
    )


def switched_off(office):
    text = "Google Sheets API has not been used in project 1 before or it is disabled."
    office.google.faults.fail(403, on="sheets.get", times=99, message=text)


BAD = {
    not_shared: f"Die Google-Tabelle „team“ ist nicht für {KIM} freigegeben.",
    no_sheet: "Unter der Adresse von „team“ gibt es keine Google-Tabelle.",
    revoked: f"Google nimmt den Schlüssel von „team“ nicht mehr an ({KIM}).",
    ten_million_cells: "Die Google-Tabelle „team“ hat",
    an_excel_file: "„team“ ist eine Excel-Datei in Google Drive, keine Google-Tabelle.",
    switched_off: "Für den Schlüssel von „team“ ist die Google-Sheets-API ausgeschaltet.",
}


@pytest.mark.parametrize("trouble", BAD, ids=lambda trouble: trouble.__name__)
def test_what_keeps_a_team_from_starting_is_one_sentence(office, trouble):
    office.shaped("title_rows")
    trouble(office)
    status, out, err, _ = office.starts("--add-columns")
    assert (status, out.strip()) == (1, "")
    assert err.startswith(BAD[trouble])
    assert len(err.splitlines()) == 1
    assert not office.site.exists()


@pytest.mark.sliced(3)
@pytest.mark.parametrize("trouble", BAD, ids=lambda trouble: trouble.__name__)
def test_what_comes_up_later_is_told_and_nothing_is_half_written(office, trouble):
    office.shaped("title_rows")
    office.starts_with_few_tabs()
    office.does("run")
    before = office.state()
    trouble(office)
    for command in ("check", "run"):
        status, out, _, _ = office.does(command, at=MORNING)
        assert status == 1
        assert BAD[trouble] in " ".join(out.replace("│", " ").split()) or BAD[trouble].split()[0] in out
    if trouble is not no_sheet:
        assert office.state() == before


def test_a_sheet_for_reading_only(office):
    office.shaped("title_rows")
    for_reading_only(office)
    before = office.state()
    status, out, _, _ = office.starts("--add-columns")
    assert status == 0
    assert f"ist für {KIM} nur zum Lesen freigegeben" in out
    assert office.does("check")[0] == 0
    status, out, _, _ = office.does("run")
    assert status == 1
    assert f"ist für {KIM} nur zum Lesen freigegeben" in out
    assert office.state() == before


def test_a_run_that_cannot_be_taken_back_any_more_says_why(office):
    office.shown()
    office.starts_with_few_tabs()
    office.does("run")
    run = max(office.asked("status")["runs"], key=lambda run: run["edits"])["run"]
    for_reading_only(office)
    before = office.state()
    status, out, _, _ = office.does("undo", run)
    assert (status, office.state()) == (1, before)
    assert f"ist für {KIM} nur zum Lesen freigegeben" in out


@pytest.mark.parametrize("url", ["https://docs.google.com/document/d/abc/edit", "https://docs.google.com/tabelle"])
def test_an_address_of_something_else(office, url):
    status, out, err, calls = office.kim("init", office.site, "--workbook", url, "--yes")
    assert (status, out.strip(), calls) == (1, "", [])
    assert err.startswith(f"Die Adresse von „team“ ist nicht die einer Google-Tabelle: {url}")
    assert not office.site.exists()


def test_a_sheet_without_a_table(office):
    office.sheet = office.google.create("Leer", {"Tabelle1": []}, locale="de_DE")
    before = office.state()
    status, out, err, _ = office.starts("--add-columns")
    assert (status, err) == (1, "")
    assert "Nötig, aber nicht gefunden: ein Blatt wie „Fälle“." in out
    assert [tab for tab in office.state() if tab[0] != "Entscheidungen"] == before


def test_a_quota_that_is_used_up_is_waited_for_and_then_told(office, monkeypatch):
    office.shaped("title_rows")
    office.starts("--add-columns")
    before, clock = office.state(), quickly(monkeypatch)
    office.google.faults.fail(429, on="sheets", times=10**6)
    status, out, _, _ = office.does("run")
    assert (status, sum(clock.slept) > 60) == (1, True)
    assert "Das Kontingent von Google für „team“ ist aufgebraucht." in " ".join(out.split())
    office.google.faults.waiting.clear()
    assert office.state() == before
    assert office.does("run")[0] == 0


def quickly(monkeypatch):
    clock = Clock()
    for name, stand_in in {"clock": clock, "sleep": clock.sleep}.items():
        monkeypatch.setitem(GoogleSheetsWorkbook.__init__.__kwdefaults__, name, stand_in)
    return clock


def test_without_a_way_to_google_nobody_waits_for_long(office, monkeypatch):
    office.shaped("title_rows")
    clock = quickly(monkeypatch)
    for name in ("HTTPS_PROXY", "https_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    status, _, err, _ = office.starts()
    assert (status, sum(clock.slept) < 100) == (3, True)
    assert err.startswith("Google ist nicht zu erreichen; „team“ wird nicht geöffnet.")


def test_a_proxy_that_is_not_trusted_is_named_at_once(office, monkeypatch):
    office.shaped("title_rows")
    clock = quickly(monkeypatch)
    monkeypatch.delenv("REQUESTS_CA_BUNDLE")
    status, _, err, calls = office.starts()
    assert (status, clock.slept, calls) == (3, [], [])
    assert "REQUESTS_CA_BUNDLE" in err
    assert not office.site.exists()


def test_the_program_itself_reads_a_sheet_through_the_proxy(google, tmp_path):
    sheet = copied(google, "Team", book(tmp_path / "Mappe.xlsx", SHAPES["title_rows"]))
    command = [sys.executable, "-m", "automations", "init", tmp_path / "site", "--workbook", address(sheet), "--yes"]
    done = subprocess.run(command, cwd=ROOT, env=os.environ, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert {call.user for call in google.calls} == {KIM}
    kept = [path for path in (tmp_path / "site").rglob("*") if path.is_file()]
    assert not any(b"PRIVATE KEY" in path.read_bytes() for path in kept)


def test_a_private_sheet_is_refused_to_strangers(office):
    office.google.library["privat"] = new_spreadsheet("privat", "Privat", "somebody@else.test")
    office.google.library["privat"].writers = set()
    office.sheet = "privat"
    status, _, err, _ = office.starts()
    assert (status, "nicht für" in err) == (1, True)


def test_the_tabs_of_rules_are_made_there_and_their_rules_work(office):
    """A rule typed into the Google sheet: listed, done, and on the second run nothing."""
    office.shown()
    office.starts_with_few_tabs()
    status, out, err, _ = office.does("rules", "--make-tabs")
    assert (status, err, "Regeln" in out) == (0, "", True)
    top = next(place for place, row in enumerate(office.rows("Regeln")) if row[0] == "Name")  # below the guide
    listed = {one["name"]: one for one in office.asked("rules")}
    assert [one["problems"] for name, one in listed.items() if name.startswith("beispiel")] == [[], [], []]
    sheet = SheetDesk(office.google.person("team", office.sheet))
    sheet.type("Regeln", top + 4, office.rows("Regeln")[top].index("Aktiv") + 1, "ja")
    assert office.does("run", at=EVENING)[0] in {0, 1}
    office.does("run", at=MORNING)
    assert "Beispiel ohne Erstkontakt" in [tab.title for tab in office.google.spreadsheet(office.sheet).sheets]
