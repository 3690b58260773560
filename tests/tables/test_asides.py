"""Rows that are none of a table's: left out, and said; a row of a person never is."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from automations.tables.folding import fold
from tests.support.own_tables import own_snapshot

HEADS = ["Fall-Nr.", "Eingang", "Nachname", "Vorname", "Sprachen", "Phase", "Anzahl Termine"]
ROW = ["K1", date(2026, 1, 7), "Yılmaz", "Ayşe", "Türkisch", "Neu", 2]
ANOTHER = ["K2", date(2026, 1, 8), "Kaya", "Mehmet", "Türkisch", "Neu", 3]


def aside(*rows):
    read = own_snapshot("", {"Fälle": [HEADS, *rows]})
    return [(one.row, one.reason) for one in read.set_aside], [case.last_name for case in read.cases]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (["Summe", None, 16, None, None, None, 24], "total"),
        ([None, "Gesamt:", None, None, None, None, 24], "total"),
        (["Total", 16], "total"),
        (["Summe", None, "16 Fälle", None, "davon 3 offen"], "total"),
        (["Stand 20.11.2026 Krause"], "note"),
        (["Stand:", date(2026, 11, 20)], "note"),
        (["* Familien werden nur einmal gezählt"], "note"),
        (["x = wahrgenommen"], "note"),
        (["1) ohne Nebenkosten"], "note"),
        (["² vorläufig"], "note"),
        ([None, "Februar"], "section"),
        (["März 2026"], "section"),
        (["2025"], "section"),
        (["KW 12"], "section"),
        (["2. Quartal 2026"], "section"),
        (HEADS, "heading"),
        (["Case no.", "Received", "Surname", "First name", "Languages", "Case phase", "No. of appts"], "heading"),
    ],
)
def test_what_is_no_row_is_left_out_and_said(row, reason):
    assert aside(ROW, row, ANOTHER) == ([(3, reason)], ["Yılmaz", "Kaya"])


@pytest.mark.parametrize(
    "title", [["Büro Mitte"], [None, "Wartende"], [None, None, "Begleitung"], [None, None, "Team Nord"]]
)
def test_rows_that_hold_nothing_but_the_name_of_a_section_are_left_out(title):
    begleitet = [*ANOTHER[:5], "Begleitung", 3]
    other = [*title[:-1], f"{title[-1].split()[0]} Süd"]
    found, read = aside(ROW, title, begleitet, other, ["K3", *begleitet[1:]])
    assert (3, "section") in found
    assert read[:2] == ["Yılmaz", "Kaya"]


def test_a_legend_in_two_columns_is_none_of_the_rows():
    legend = [["Legende:", "A = Neuzugang"], [None, "B = laufend"]]
    assert aside(ROW, ANOTHER, *legend) == ([(4, "note"), (5, "note")], ["Yılmaz", "Kaya"])


@pytest.mark.parametrize(
    "begun", [["K9"], ["K 9 neu"], [None, date(2026, 1, 7)], [None, None, "Müller"], [None, None, "Müller Anna"]]
)
def test_a_row_that_somebody_just_began_is_no_section(begun):
    found, read = aside(ROW, begun, ANOTHER)
    assert (found, len(read)) == ([], 3)


@pytest.mark.parametrize(
    "hints",
    [
        ["(intern)", "TT.MM.JJJJ", "", "", "mit Komma", "siehe Liste", ""],
        ["", "DD/MM/YYYY", "capital letters", "", "", "", ""],
        [1, 2, 3, 4, 5, 6, 7],
        ["Kürzel", "Datum", "", "", "Pflichtfeld", "bitte wählen", "Zahl"],
    ],
)
def test_hints_right_below_the_headings_are_no_row(hints):
    assert aside(hints, ROW, ANOTHER) == ([(2, "hint")], ["Yılmaz", "Kaya"])


@pytest.mark.parametrize(
    "person",
    [
        ["K3", None, "Stand", "Uwe", None, None, None],
        [None, None, "Mai", "Thi Lan", "Vietnamesisch", None, None],
        [None, None, "Mai", "Thi Lan"],
        [None, None, "März"],  # half typed: a name that is a month, too
        ["K4", "unklar", "Summe", "Anna", "Deutsch", "Neu", None],
        ["Summe", None, "Anna", "Lea", "Deutsch", None, None],
        ["K5", "bald", "Haddad", "Yusuf", "Kisuaheli??", "?", None],
        ["K6", None, "Januar", "Ali", None, None, None],
        [None, None, "1) Yılmaz"],
    ],
)
def test_a_person_is_never_left_out(person):
    left, names = aside(person, ROW)
    assert (left, len(names)) == ([], 2)


def test_one_note_names_the_rows():
    read = own_snapshot("", {"Fälle": [HEADS, ROW, ["Summe", 1], [], ["Stand 20.11.2026 Krause"]]})
    (note,) = [problem for problem in read.problems if problem.code == "set_aside"]
    assert note.severity == "note"
    assert note.message == "In „Fälle“ wurden diese Zeilen ausgelassen (Summen: 3; Anmerkungen: 5)."


def test_a_place_with_nothing_but_its_name_is_a_place():
    tabs = {"Standorte": [["Name", "geschützt", "Anschrift"], ["Büro Mitte", None, None], ["Büro 2", "nein", "Markt 2"],
                          ["Büro Wanne", None, None], ["Büro 4", "ja", "Markt 4"]]}  # fmt: skip
    places = own_snapshot("", tabs).locations
    assert [place.name for place in places] == ["Büro Mitte", "Büro 2", "Büro Wanne", "Büro 4"]


COURSES = """
[tables.courses]
tabs = ["Kurse"]
[tables.courses.fields]
title = { headings = ["Kurs"] }
place = { headings = ["Ort"] }
seats = { headings = ["Plätze"], kind = "number" }
starts = { headings = ["Beginn"], kind = "date" }
"""
COURSE_HEADS = ["Kurs", "Ort", "Plätze", "Beginn"]


@pytest.mark.parametrize(
    "row",
    [
        ["Summe", None, 40], ["Gesamt:", None, "40"], [None, "Total", 40], ["Summen 2024", None, 40],
        ["gesamtsumme ", None, 40.5], ["Σ", None, 40], ["Insgesamt", 4, 40], ["Durchschnitt:", None, 4.5],
    ],
)  # fmt: skip
def test_a_row_of_totals_is_no_row_of_a_table_of_the_teams_own(row):
    tabs = {"Kurse": [COURSE_HEADS, ["Nähen", "Nord", 10, None], row, ["Deutsch", "Mitte", 30, None]]}
    read = own_snapshot(COURSES, tabs)
    assert [one.get("seats") for one in read.table("courses")] == [10, 30]
    (note,) = [problem for problem in read.problems if problem.code == "set_aside"]
    assert note.message == "In „Kurse“ wurden diese Zeilen ausgelassen (Summen: 3)."


def test_a_row_of_totals_counts_as_one_before_any_program_has_calculated_it():
    tabs = {"Kurse": [COURSE_HEADS, ["Nähen", "Nord", 10, None], ["Summe"], ["Gesamtkosten Nord"], ["Total"]]}
    formulas = {"Kurse": {(3, 3): "=SUM(C2:C2)", (4, 3): "=C2*2", (5, 9): "=A1"}}
    read = own_snapshot(COURSES, tabs, formulas=formulas)
    assert [one.get("title") for one in read.table("courses")] == ["Nähen", "Gesamtkosten Nord", "Total"]
    assert [(one.row, one.reason) for one in read.set_aside] == [(3, "total")]


@pytest.mark.parametrize(
    "row",
    [
        ["Gesamtschule Nord", None, 40], ["Summe", "Nord", 40], ["Gesamt", None, None, date(2024, 5, 2)],
        ["Anzahl Räume", None, 4], ["Ergebnis", None, None], ["Nähen", "Gesamt", 40], [7, "Total", 40],
        ["Stand", None, 3], ["Januar", None, None], ["Total Körper Fitness", None, 12],
    ],
)  # fmt: skip
def test_other_rows_of_a_table_of_the_teams_own_stay(row):
    read = own_snapshot(COURSES, {"Kurse": [COURSE_HEADS, row, ["Deutsch", "Mitte", 30, None]]})
    assert (len(read.table("courses")), read.set_aside) == (2, ())


@given(st.text(max_size=8), st.sampled_from("0123456789"))
def test_a_last_digit_stays_the_last_one_in_a_folded_text(text, digit):
    # What begins with a row's number is passed over by that, before it is looked for among the headings.
    assert fold(text + digit)[-1] == digit


def test_rows_that_wait_with_their_running_number_are_no_cases():
    waiting = [[4], ["5."], [6.0], [7, None, "  "]]
    rows = [[1, *ROW[1:]], [2], [3, *ANOTHER[1:]]]
    assert aside(*rows, *waiting, ["Summe", 2]) == (
        [(5, "prepared"), (6, "prepared"), (7, "prepared"), (8, "prepared"), (9, "total")],
        ["Yılmaz", None, "Kaya"],
    )
    said = [p.message for p in own_snapshot("", {"Fälle": [HEADS, *rows, *waiting]}).problems if p.code == "set_aside"]
    assert ["5–8" in one for one in said] == [True]


@pytest.mark.parametrize(
    "below",
    [
        [[3], [4]],  # somebody may have begun these
        [["KIM-2026-0003"], ["KIM-2026-0004"], ["KIM-2026-0005"]],  # given once, to people
        [[30112], [29007], [30548]],
        [[3], [4], [5, None, None, "Ayşe"]],
    ],
)
def test_rows_that_may_be_somebodys_are_cases(below):
    found, read = aside([1, *ROW[1:]], [2, *ANOTHER[1:]], *below)
    assert (found, len(read)) == ([], 2 + len(below))
