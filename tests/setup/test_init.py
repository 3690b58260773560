"""`kim init` finds what a team's own workbook means: the exact proposal for workbooks of many shapes."""

from __future__ import annotations

import tomllib
from datetime import date

import pytest
from msgspec import structs

from automations.common.texts import texts
from automations.config.site import load_columns
from automations.model.settings import SiteFacts
from automations.setup.choices import Choices, missing_needs, permissions
from automations.setup.columns_file import columns_text
from automations.setup.demo.site import make_site
from automations.setup.likeness import EXACT, likeness
from automations.setup.proposals import propose
from automations.setup.relations import related
from automations.tables.folding import fold
from automations.workbooks.stores.opening import read_bytes
from automations.workbooks.xlsx.reading import read_workbook
from tests.support.odd_workbooks import APPOINTMENT_FIELDS, CASE_FIELDS, SHAPES, TEAM_FIELDS, book

TODAY = date(2024, 10, 31)
PLAIN = {"appointments": ("Termine", 1, "sure", APPOINTMENT_FIELDS), "team": ("Team", 1, "sure", TEAM_FIELDS)}


def likely(fields, *doubtful):
    """Fields of which some are only likely ("?")."""
    return tuple(f"{name}?" if name in doubtful else name for name in fields)


EXPECTED = {
    "title_rows": {"cases": ("Fälle", 5, "sure", CASE_FIELDS), **PLAIN},
    "english": {
        "cases": ("Clients", 1, "sure", CASE_FIELDS),
        "appointments": ("Meetings", 1, "sure", APPOINTMENT_FIELDS),
        "team": ("Staff", 1, "sure", TEAM_FIELDS),
    },
    "abbreviated": {
        "cases": ("Fälle", 1, "sure", likely(CASE_FIELDS, "source", "last_name", "first_name", "manager")),
        **PLAIN,
    },
    "line_breaks": {"cases": ("Fälle", 1, "sure", CASE_FIELDS), **PLAIN},
    "merged_downwards": {"cases": ("Fälle", 4, "sure", CASE_FIELDS), **PLAIN},
    "under_a_title": {
        "cases": ("Fälle", 1, "sure", CASE_FIELDS),
        **PLAIN,
        "team": ("Team", 2, "sure", (*TEAM_FIELDS, "absent_from", "absent_until")),
    },
    "side_by_side": {"cases": ("Fälle", 2, "sure", CASE_FIELDS), **PLAIN, "team": ("Fälle", 2, "sure", TEAM_FIELDS)},
    "one_below_the_other": {"cases": ("KIM", 2, "sure", CASE_FIELDS), **PLAIN, "team": ("KIM", 9, "sure", TEAM_FIELDS)},
    "own_words": {"cases": ("Fälle", 1, "sure", CASE_FIELDS), **PLAIN},
    "full_names": {"cases": ("Klientenliste", 1, "sure", ("number", "full_name?", "languages", "phase")), **PLAIN},
    "renamed_tabs": {
        "cases": ("Liste 2024", 1, "sure", CASE_FIELDS),
        "appointments": ("Okt-Dez", 1, "sure", APPOINTMENT_FIELDS),
        "team": ("wer macht was", 1, "sure", TEAM_FIELDS),
    },
    "strange_headings": {
        "cases": (
            "Fälle",
            1,
            "sure",
            (
                "number",
                "",
                "source?",
                "last_name",
                "first_name",
                "birth_date",
                "languages",
                "email?",
                "phone",
                "phase",
                "manager?",
            ),
        ),
        **PLAIN,
    },
}


def proposed(path):
    return related(propose(read_workbook("team", read_bytes(path), path), load_columns(), SiteFacts(), TODAY))


def shape(tmp_path, name):
    return proposed(book(tmp_path / f"{name}.xlsx", SHAPES[name]))


def shown(table):
    fields = (f"{h.field}?" if h.confidence == "likely" else h.field for h in table.headings)
    return table.block.tab.name, table.block.row, table.confidence, tuple(fields)


@pytest.mark.parametrize("name", sorted(SHAPES))
def test_the_exact_proposal_for_each_shape(tmp_path, name):
    found = shape(tmp_path, name)
    assert {table.table: shown(table) for table in found.tables} == EXPECTED[name]


def test_the_workbook_of_the_demonstration_is_understood_whole(tmp_path):
    made = make_site(tmp_path / "demo", cases=60, seed=3)
    found = proposed(made.team_workbook)
    assert [table.table for table in found.tables] == [
        "cases", "appointments", "team", "locations", "naturalisation", "decisions",
    ]  # fmt: skip
    assert {table.confidence for table in found.tables} == {"sure"}
    left = [(table.table, heading.text) for table in found.tables for heading in table.headings if not heading.field]
    # The columns of the pack are its own, and known once it is switched on.
    assert [one for one in left if "Sprachmittl" not in one[1] and "Einsatz" not in one[1]] == [("cases", "Bemerkung")]
    assert [tab.name for tab in found.others] == ["Szenarien", "Sprachmittelnde", "Notizen", "Unsere Statistik"]


def test_words_are_known_likely_or_unknown(tmp_path):
    words = {word.word: word for word in shape(tmp_path, "own_words").words}
    assert (words["Begleit."].canonical, words["Begleit."].confidence) == ("support", "likely")
    assert (words["Erstkontkt"].canonical, words["Erstkontkt"].confidence) == ("first_contact", "likely")
    assert (words["Neuaufnahme"].canonical, words["Neuaufnahme"].confidence) == ("", "unknown")
    assert words["Clearing"].known


def test_spellings_of_a_language_are_one(tmp_path):
    words = {word.word: word.canonical for word in shape(tmp_path, "title_rows").words if word.kind == "language"}
    assert words["Arab"] == words["العربية"] == "ar"
    assert words["ukr."] == "uk"


def test_spellings_of_a_source_are_one(tmp_path):
    words = {word.word: word.canonical for word in shape(tmp_path, "title_rows").words if word.kind == "source"}
    assert words["Jobcenter"] == words["JC"] == "Jobcenter"
    assert "Job-Center" not in words, "spelt alike but for the hyphen"


def test_two_tabs_alike_are_never_sure(tmp_path):
    def fill(made):
        SHAPES["renamed_tabs"](made)
        made.copy_worksheet(made["Liste 2024"]).title = "Liste 2023"

    table = proposed(book(tmp_path / "years.xlsx", fill)).table("cases")
    assert table is not None
    assert table.confidence == "likely"


def test_only_what_is_sure_is_taken_without_asking(tmp_path):
    found = shape(tmp_path, "abbreviated")
    sure = found.sure().table("cases")
    assert sure is not None
    assert {heading.field for heading in sure.headings} - {""} == {
        "number", "received", "birth_date", "languages", "email", "phone", "phase"
    }  # fmt: skip
    assert list(missing_needs(found.sure(), load_columns())) == [("cases", "last_name")]


def test_kim_asks_before_it_writes_into_a_column_that_holds_something(tmp_path):
    made = make_site(tmp_path / "demo", cases=60, seed=3)
    asked = {(one.table, one.field): one.sure for one in permissions(proposed(made.team_workbook), load_columns())}
    assert asked["cases", "manager"] is False
    assert asked["cases", "check_note"] is True
    assert asked["appointments", "status"] is False


def test_the_file_says_only_what_differs(tmp_path):
    found = shape(tmp_path, "english").sure()
    text = columns_text(Choices(found, {}, {}), found, load_columns(), load_columns(), texts("de"))
    assert "last_name" not in text
    assert 'tabs = ["Clients", "Fälle", "Fall",' in text


@pytest.mark.parametrize(
    ("text", "alias"),
    [
        ("Staatsangeh.", "Staatsangehörigkeit"),
        ("Tel.-Nummer", "Telefonnummer"),
        ("Nachn", "Nachname"),
        ("Fam.name", "Familienname"),
    ],
)
def test_abbreviations_look_like_what_they_abbreviate(text, alias):
    assert 80 <= likeness(text, [alias]) < EXACT


@pytest.mark.parametrize(
    ("text", "alias"),
    [
        ("Art", "Arbeitstage"),
        ("Ort", "Sprachen"),
        ("Bemerkung", "Begründung"),
        ("Bem.", "Bedarfsgemeinschaft"),
        ("Name / Sprache", "Name"),
    ],
)
def test_strangers_do_not_look_alike(text, alias):
    assert likeness(text, [alias]) < 78


def test_folding_is_what_makes_headings_equal():
    assert likeness("E-MAIL\nadresse", ["E-Mail-Adresse"]) == EXACT
    assert fold("E-MAIL\nadresse") == fold("E-Mail-Adresse")


def test_kim_writes_nowhere_in_a_table_that_nobody_confirmed(tmp_path):
    found = shape(tmp_path, "title_rows")
    nothing = structs.replace(found, tables=(), words=())
    text = columns_text(Choices(nothing, {}, {}), found, load_columns(), load_columns(), texts("de"))
    settings = tomllib.loads(text)["tables"]
    assert settings["cases"] == settings["appointments"] == {"kim_writes": [], "kim_sets": []}
