"""Fields and tables that a team declares itself: read, keyed, and joined like shipped ones."""

from __future__ import annotations

from datetime import date

import pytest
from pydantic import ValidationError

from tests.support.declared import more, table
from tests.support.own_tables import own_columns, own_snapshot

BOATS = (
    more("cases", swims_since="Schwimmt seit: date", boat="Boot: boats")
    + table("boats", "Boote", "name", name="Name", skipper="Skipper: manager", email="E-Mail: email",
            spoken="Sprachen: languages", case="Fall-Nr.: cases", seats="Plätze: number", dry="Trocken: yes_no")
)  # fmt: skip
TEAM = [["Kürzel", "Name", "E-Mail"], ["AB", "Anna Beispiel", "ab@stadt.test"]]
CASES = [
    ["Fall-Nr.", "Nachname", "Schwimmt seit", "Boot"],
    ["K-1", "Adler", date(2026, 1, 5), "möwe"],
    ["K-2", "Bär", "irgendwann", None],
]
FLEET = [
    ["Name", "Skipper", "E-Mail", "Sprachen", "Fall-Nr.", "Plätze", "Trocken"],
    ["Möwe", "Anna Beispiel", "moewe@hafen.test", "Arabisch, Dari", "k-1", 4, "ja"],
    ["Ente", "AB", "ente@hafen", "Deutsch", "K-9", "viele", None],
]


@pytest.fixture
def snapshot():
    return own_snapshot(BOATS, {"Fälle": CASES, "Team": TEAM, "Boote": FLEET})


def test_own_columns_of_a_shipped_table_are_read_and_their_faults_told(snapshot):
    first, second = snapshot.cases
    assert first.get("swims_since") == date(2026, 1, 5)
    assert second.get("swims_since") is None
    assert "swims_since" in second.bad
    assert [(p.field, p.column, p.row) for p in snapshot.problems if p.table == "cases" and p.field] == [
        ("swims_since", "Schwimmt seit", 3)
    ]


def test_an_own_table_has_typed_rows_under_its_key(snapshot):
    gull = snapshot.by_key("boats")["Möwe"]
    assert gull.own == {
        "name": "Möwe", "skipper": "AB", "email": "moewe@hafen.test", "spoken": ("ar", "fa"), "case": "K-1",
        "seats": 4.0, "dry": True,
    }  # fmt: skip
    assert gull.row.key == "Möwe"
    assert {p.field for p in snapshot.problems if p.table == "boats" and p.key == "Ente"} >= {"email", "seats"}


def test_references_run_both_ways_between_tables_that_name_each_other(snapshot):
    assert snapshot.by_key("boats")["Möwe"].get("case") == "K-1"
    assert snapshot.case_by_number["K-1"].get("boat") in {"Möwe", "möwe"}


def test_rows_whose_key_stands_twice_are_of_no_use():
    fleet = [*FLEET, ["Ente", "AB", "zweite@hafen.test", None, None, 1, None]]
    found = own_snapshot(BOATS, {"Fälle": CASES, "Team": TEAM, "Boote": fleet})
    assert [boat.usable for boat in found.table("boats")] == [True, False, False]


def test_a_tab_that_is_gone_and_a_key_heading_that_was_renamed_are_told():
    gone = own_snapshot(BOATS, {"Fälle": CASES, "Team": TEAM})
    assert ("missing_tab", "boats") in {(p.code, p.table) for p in gone.problems}
    renamed = [["Bootsname", *FLEET[0][1:]], *FLEET[1:]]
    blind = own_snapshot(BOATS, {"Fälle": CASES, "Team": TEAM, "Boote": renamed})
    assert blind.table("boats") == ()
    assert any(p.table == "boats" and p.severity == "error" and p.field == "name" for p in blind.problems)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('[tables.cases.fields]\nemail = { headings = ["Post"] }', "already"),
        (
            '[tables.boats]\ntabs = ["Boote"]\n[tables.boats.fields]\nx = { headings = ["X"], kind = "colour" }',
            "colour",
        ),
        ('[tables.boats]\ntabs = ["Boote"]\nkey = "y"\n[tables.boats.fields]\nx = { headings = ["X"] }', "y"),
        ('[tables.casse]\ntabs = ["Fälle"]\n[tables.casse.headings]\nnumber = ["Nr"]', "casse"),
        ('[tables.cases.fields]\nown = { headings = ["Eigen"] }', "own"),
    ],
)
def test_declarations_that_cannot_be_are_refused(text, said):
    with pytest.raises(ValidationError, match=said):
        own_columns(text)


def test_a_table_without_a_key_is_read_but_its_rows_have_no_name():
    text = BOATS.replace('key = "name"\n', "")
    found = own_snapshot(text, {"Fälle": CASES, "Team": TEAM, "Boote": FLEET})
    assert [boat.row.key.startswith("draft:") for boat in found.table("boats")] == [True, True]
    assert found.layouts["boats"].key_field == ""


def test_a_table_of_the_teams_own_takes_its_tab_before_a_shipped_one_that_nobody_needs():
    own = table("agreements", "Einwilligungen", "number", number="Nr.", client="Fall-Nr.: cases", ends="gilt bis: date")
    rows = [["Nr.", "Fall-Nr.", "gilt bis"], ["E1", "K-1", "01.02.2027"]]
    found = own_snapshot(own, {"Fälle": [["Fall-Nr.", "Nachname"], ["K-1", "A"]], "Einwilligungen": rows})
    assert [record.get("number") for record in found.table("agreements")] == ["E1"]
    assert "consents" not in found.layouts
