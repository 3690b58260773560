"""A team that writes English gets its site in English: what kim says, and what kim calls its own columns and tabs."""

from __future__ import annotations

import tomllib
from datetime import date

import openpyxl
import pytest

from automations.cli import run_command
from automations.common.shipped import config_folder
from automations.common.texts import texts
from automations.config.loading import load_site
from automations.config.site import load_columns
from automations.jobs.assigning.settings import AssignSettings
from automations.setup.proposed import Proposal
from automations.setup.settings_tab import settings_tab
from automations.setup.spoken import spoken
from automations.tables.folding import fold
from automations.tables.meaning_tab import column_meaning, column_meanings
from automations.workbooks.stores.opening import read_bytes
from automations.workbooks.xlsx.reading import read_workbook
from tests.setup.test_team_workbooks import proposed
from tests.support.english_workbooks import patients_below_a_letterhead, tables_of_a_database
from tests.support.more_workbooks import mixed_languages
from tests.support.services_workbooks import in_capitals
from tests.support.team_workbooks import TeamBook

AT = ("--at", "2026-11-30T10:00")


def caseload() -> TeamBook:
    """A council's list, and its diary."""
    cases = [
        ["Case ref", "Date received", "Forename", "Surname", "Mobile", "Email address", "Allocated to", "Stage"],
        *(
            [f"HC/{i}", date(2026, 9, i), first, last, f"0176 9900000{i}", f"kl{i}@example.org", "Okafor", "New"]
            for i, (first, last) in enumerate([("Ayşe", "Yılmaz"), ("Sean", "O'Connor"), ("Rojin", "Barzani")], 1)
        ),
    ]
    diary = [
        ["Date", "Time", "Case ref", "With", "Venue", "Appointment status"],
        [date(2026, 12, 3), "10:00", "HC/1", "Okafor", "Town Hall", "planned"],
        [date(2026, 12, 4), "11:00", "HC/2", "Okafor", "Town Hall", "planned"],
    ]
    return TeamBook({"Caseload": cases, "Diary": diary}, {}, {})


def test_every_name_of_kim_s_own_has_one_in_english_and_no_two_share_it():
    own = tomllib.loads((config_folder() / "english.toml").read_text(encoding="utf-8"))
    shipped, english = load_columns(), load_columns("en")
    for table, rules in shipped.tables.items():
        assert own[table].keys() - {"tab"} == rules.headings.keys(), table
        first = [fold(english.tables[table].own_heading(name)) for name in rules.headings]
        assert len(set(first)) == len(first), table
        # Understood as what it is: an own name that another field lists earlier would be read as that.
        assert all(english.tables[table].by_heading[fold(own[table][name])][0] == name for name in rules.headings)
    for kind in shipped.words.keys() - {"source"}:  # offices are called as they are
        assert own["words"][kind].keys() == shipped.words[kind].keys(), kind


def test_english_names_are_understood_on_every_site():
    shipped, english = load_columns(), load_columns("en")
    for table, rules in english.tables.items():
        assert {*map(fold, rules.tabs)} == {*map(fold, shipped.tables[table].tabs)}
        for name, known in rules.headings.items():
            assert {*map(fold, known)} == {*map(fold, shipped.tables[table].headings[name])}, (table, name)


@pytest.mark.parametrize(
    ("make", "language"),
    [
        (caseload, "en"),
        (patients_below_a_letterhead, "en"),
        (tables_of_a_database, "en"),
        (in_capitals, "de"),
        (mixed_languages, "de"),
    ],
    ids=lambda one: getattr(one, "__name__", one),
)
def test_the_headings_tell_the_language(tmp_path, make, language):
    assert spoken(proposed(make().write(tmp_path / "Team.xlsx"))) == language


def test_an_english_workbook_is_met_in_english(tmp_path, capsys):
    book, site = caseload().write(tmp_path / "Team.xlsx"), tmp_path / "site"
    assert run_command(["init", str(site), "--workbook", str(book), "--yes", "--add-columns", *AT]) == 0
    said = capsys.readouterr().out
    assert "A new site is ready" in said
    assert "Überschrift" not in said
    facts = load_site(site).facts
    assert (facts.language, facts.approved_languages, facts.name) == ("en", ("en",), "Case Management")
    assert (site / "Managers.xlsx").exists()
    tabs = {sheet.title: [cell.value for cell in sheet[1]] for sheet in openpyxl.load_workbook(book)}
    assert {"Reason for assignment", "Check note", "Contact way", "Email consent on"} <= set(tabs["Caseload"])
    assert {"Appointment no.", "Reminded on", "Answer", "Check note"} <= set(tabs["Diary"])
    assert "Kürzel" not in tabs["Staff"]
    assert {"Staff", "Locations", "Decisions", "Settings"} <= tabs.keys()


def test_what_everybody_in_an_english_team_speaks_is_english(tmp_path):
    (tmp_path / "config").mkdir()
    text = '[site]\nlanguage = "en"\n[workbooks.team]\npath = "Team.xlsx"\n'
    (tmp_path / "config" / "site.toml").write_text(text, encoding="utf-8")
    site = load_site(tmp_path)
    assert site.facts.approved_languages == ("en",)
    assert site.settings(AssignSettings, "assign_cases").common_language == "en"
    (tmp_path / "config" / "automations.toml").write_text('[assign_cases]\ncommon_language = "fr"\n', "utf-8")
    assert load_site(tmp_path).settings(AssignSettings, "assign_cases").common_language == "fr"


def test_kim_writes_into_the_columns_that_it_added_in_english(tmp_path, capsys):
    book, site = caseload().write(tmp_path / "Team.xlsx"), tmp_path / "site"
    run_command(["init", str(site), "--workbook", str(book), "--yes", "--add-columns", *AT])
    assert run_command(["init", str(site), "--add-columns", "--language", "de", *AT]) == 2
    assert run_command(["init", str(site), "--add-columns", *AT]) == 0
    assert "all that kim needs" in capsys.readouterr().out
    assert run_command(["--site", str(site), "run", *AT]) == 0
    tabs = {tab.name: tab for tab in read_workbook("team", read_bytes(book), book).tabs}
    # Which of the team's columns it is nobody has confirmed, so that a sentence of kim's has kim's word, in English.
    assert any("“Case manager”" in str(cell) for row in tabs["Decisions"].rows for cell in row)
    diary = tabs["Diary"]
    numbers = [row[diary.rows[0].index("Appointment no.")] for row in diary.rows[1:]]
    assert len(numbers) == 2
    assert all(numbers)


def test_who_names_a_language_gets_it(tmp_path, capsys):
    book = caseload().write(tmp_path / "Team.xlsx")
    run_command(["init", str(tmp_path / "de"), "--workbook", str(book), "--yes", "--language", "de", *AT])
    assert "Was kim gefunden hat" in capsys.readouterr().out
    assert load_site(tmp_path / "de").facts.language == "de"
    assert run_command(["init", str(tmp_path / "en"), "--language", "en"]) == 0
    site = load_site(tmp_path / "en")
    assert (site.facts.language, site.columns.tables["cases"].own_heading("closed_on")) == ("en", "Closed on")
    assert openpyxl.load_workbook(tmp_path / "en" / "Team.xlsx").sheetnames[:3] == ["Cases", "Appointments", "Staff"]
    assert run_command(["--site", str(tmp_path / "en"), "check", *AT]) == 0


@pytest.mark.parametrize("language", ["de", "en"])
def test_meanings_that_the_settings_tab_offers_are_understood_where_the_tabs_are_called_otherwise(language):
    """`kim init` offers them before it knows how a site calls its tabs; the site's own name goes first afterwards."""
    columns = load_columns(language)
    renamed = {
        name: rules.model_copy(update={"tabs": ("Unsere Liste",)})
        for name, rules in columns.tables.items()
        if not rules.quiet
    }
    known = column_meanings(columns.model_copy(update={"tables": {**columns.tables, **renamed}}))
    for table, rules in renamed.items():
        for field in rules.headings:
            assert known[fold(column_meaning(columns, table, field))] == (table, field)


def test_what_the_settings_tab_offers_is_english_as_well():
    found = settings_tab(Proposal((), (), ()), load_columns("en"), texts("en"))
    assert {"not used", "own field: date"} <= set(found.choices["Meaning"])
    assert not {one for one in found.choices["Meaning"] if one.startswith(("wird", "eigenes"))}
