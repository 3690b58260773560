"""Appointments in rows of cases, contacts in one cell, consent without a day, tabs of years and colleagues."""

from __future__ import annotations

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from automations.config.site import load_columns
from automations.model.records import AppointmentStatus
from automations.model.settings import SiteFacts
from automations.tables.folding import without_number
from automations.tables.schema import FIELDS
from automations.tables.snapshot import read_tables
from automations.workbooks.protocol import RawTab, RawWorkbook

NOW = datetime(2026, 11, 28, 8, tzinfo=ZoneInfo("Europe/Berlin"))
HEADS = [
    "Fall-Nr.",
    "Nachname",
    "Zuständig",
    "1. Termin",
    "Uhrzeit",
    "wahrg.",
    "2. Termin",
    "Uhrzeit",
    "wahrg.",
    "Abschluss",
]
ROWS = [
    ["F-1", "Ali", "KR", date(2026, 12, 1), time(9), "ja", date(2026, 12, 8), time(10), None, None],
    ["F-2", "Popa", "DE", date(2026, 12, 2), None, "nein", None, None, None, date(2026, 12, 20)],
    [None, "Kaya", None, "03.12.2026 14:30", None, None, None, None, None, None],
    ["Summe", None, None, 3, None, None, 1],
]  # fmt: skip


def changed(**tables):
    """The shipped columns with other lines for some tables."""
    columns = load_columns()
    made = {name: columns.tables[name].model_copy(update=lines) for name, lines in tables.items()}
    for rules in made.values():
        rules.__dict__.pop("by_heading", None)
    words = {**columns.words, "status": {**columns.words["status"], "attended": ("ja",), "no_show": ("nein",)}}
    return columns.model_copy(update={"tables": {**columns.tables, **made}, "words": words})


def read(columns, **tabs):
    raw = RawWorkbook("team", "r", tuple(RawTab(name, name, rows) for name, rows in tabs.items()))
    return read_tables({"team": raw}, columns, SiteFacts(), dict.fromkeys(FIELDS, "team"), NOW)


def in_columns(**more):
    heads = dict(load_columns().tables["appointments"].headings)
    heads["status"] = (*heads["status"], "wahrg.")
    return changed(appointments={"in_columns": ("1. Termin", "2. Termin"), "optional": True, "headings": heads, **more})


def test_each_appointment_has_the_row_of_its_case_and_a_name_that_stays():
    snapshot = read(in_columns(), Fälle=[HEADS, *ROWS])
    found = [(a.number, a.case, a.date, a.time, a.status, a.manager, a.line) for a in snapshot.appointments]
    assert found == [
        ("F-1/1", "F-1", date(2026, 12, 1), time(9), AppointmentStatus.ATTENDED, "KR", 2),
        ("F-2/1", "F-2", date(2026, 12, 2), None, AppointmentStatus.NO_SHOW, "DE", 3),
        (None, None, date(2026, 12, 3), time(14, 30), None, None, 4),
        ("F-1/2", "F-1", date(2026, 12, 8), time(10), None, "KR", 2),
    ]
    assert len(snapshot.cases) == 3
    assert not snapshot.layouts["appointments"].writable
    assert {p.code for p in snapshot.problems} <= {"missing_tab", "missing_heading", "set_aside", "date_understood"}


def test_a_moved_appointment_keeps_its_key_and_a_later_one_its_own():
    before = read(in_columns(), Fälle=[HEADS, *ROWS])
    rows = [[*ROWS[0][:3], date(2026, 12, 4), *ROWS[0][4:]], *ROWS[1:]]
    after = read(in_columns(), Fälle=[HEADS, *rows])
    assert {a.row.key for a in before.appointments if a.number} == {a.row.key for a in after.appointments if a.number}


def test_without_the_line_the_columns_are_the_teams_own():
    assert read(load_columns(), Fälle=[HEADS, *ROWS]).appointments == ()


@pytest.mark.parametrize(
    ("text", "bare"),
    [("1. Termin", "Termin"), ("Uhrzeit 2", "Uhrzeit"), ("Status (3)", "Status"), ("2nd visit", "visit"),
     ("§24", "§24"), ("Termin", "Termin"), ("GER2", "GER2")],
)  # fmt: skip
def test_the_number_of_a_heading(text, bare):
    assert without_number(text) == bare


@pytest.mark.parametrize(
    ("cell", "email", "phone"),
    [
        ("elif@example.org, 0151 2345678", "elif@example.org", "+491512345678"),
        ("Tel. 0151/2345678; Mail: elif@example.org", "elif@example.org", "+491512345678"),
        ("+49 151 2345678\nelif@example.org (Bruder)", "elif@example.org", "+491512345678"),
        ("elif@example.org", "elif@example.org", None),
        ("nur Brief", None, None),
    ],
)
def test_address_and_number_in_one_cell(cell, email, phone):
    snapshot = read(load_columns(), Fälle=[["Fall-Nr.", "Nachname", "E-Mail / Telefon"], ["F-1", "Aydın", cell]])
    assert (snapshot.cases[0].email, snapshot.cases[0].phone) == (email, phone)


def test_what_cannot_be_read_in_it_is_said_of_that_cell():
    snapshot = read(load_columns(), Fälle=[["Fall-Nr.", "Nachname", "E-Mail / Telefon"], ["F-1", "A", "x@gmial.com"]])
    (said,) = [p for p in snapshot.problems if p.code == "bad_email"]
    assert (snapshot.cases[0].email, said.row, said.column) == (None, 2, "E-Mail / Telefon")


def test_an_address_of_its_own_goes_before_the_one_beside_a_number():
    heads = ["Fall-Nr.", "Nachname", "E-Mail", "E-Mail / Telefon"]
    rows = [["F-1", "A", "own@example.org", "x@example.org 0151 2345678"], ["F-2", "B", None, "y@example.org"]]
    cases = read(load_columns(), Fälle=[heads, *rows]).cases
    assert [case.email for case in cases] == ["own@example.org", "y@example.org"]
    assert [case.phone for case in cases] == ["+491512345678", None]


@pytest.mark.parametrize("yes", ["ja", "x", "liegt vor", "unterschrieben", True, "✓"])
def test_a_yes_without_a_day_is_understood_and_permits_nothing(yes):
    snapshot = read(load_columns(), Fälle=[["Fall-Nr.", "Nachname", "Einwilligung"], ["F-1", "A", yes]])
    assert snapshot.cases[0].consent_on is None
    assert "consent_without_day" in {p.code for p in snapshot.problems}


@pytest.mark.parametrize("no", ["nein", False, "-", None])
def test_a_no_is_a_blank_cell(no):
    snapshot = read(load_columns(), Fälle=[["Fall-Nr.", "Nachname", "Einwilligung"], ["F-1", "A", no]])
    assert snapshot.cases[0].consent_on is None
    assert not {"consent_without_day", "unreadable_date"} & {p.code for p in snapshot.problems}


def test_the_name_of_the_tab_says_who_is_responsible_unless_a_column_does():
    heads = ["Fall-Nr.", "Nachname"]
    team = [["Kürzel", "Name"], ["KR", "Ina Krause"], ["DE", "Can Demir"]]
    tabs = {"Krause": [heads, ["F-1", "Ali"]], "Demir": [heads, ["F-2", "Popa"]], "Team": team}
    columns = changed(cases={"tabs": ("Krause", "Demir"), "together": True, "tab_names": "manager"})
    assert [case.manager for case in read(columns, **tabs).cases] == ["KR", "DE"]
    tabs["Krause"] = [[*heads, "Zuständig"], ["F-1", "Ali", "DE"]]
    assert [case.manager for case in read(columns, **tabs).cases] == ["DE", "DE"]


def test_a_new_years_tab_is_taken_up_and_new_rows_go_there():
    heads = ["Fall-Nr.", "Nachname", "Eingang"]
    columns = changed(cases={"tabs": ("Fälle 2026", "Fälle 2025"), "together": True})
    tabs = {"Fälle 2025": [heads, ["F-1", "Ali"]], "Fälle 2026": [heads, ["F-2", "Popa"]]}
    tabs |= {"Fälle 2027": [heads, ["F-3", "Kaya"]], "Urlaub 2027": [heads, ["F-4", "Nein"]], "Fälle 2028": [["leer"]]}
    snapshot = read(columns, **tabs)
    assert [case.number for case in snapshot.cases] == ["F-3", "F-2", "F-1"]
    assert snapshot.layouts["cases"].tab == "Fälle 2027"
