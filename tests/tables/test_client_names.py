"""An appointment may name its client instead of a number; a name that two cases bear means neither."""

from __future__ import annotations

from datetime import date

import pytest

from tests.support.own_tables import own_snapshot

CASES = [
    ["Fall-Nr.", "Nachname", "Vorname"],
    ["K1", "Yılmaz", "Ayşe"], ["K2", "Kaya", "Mehmet"], ["K3", "Nguyen", "Lan"], [None, "Nguyen", "Lan"],
    [None, "Diallo", "Awa"],
]  # fmt: skip


@pytest.mark.parametrize(
    ("typed", "case"),
    [
        ("Yılmaz, Ayşe", "K1"), ("Ayşe Yılmaz", "K1"), ("kaya mehmet", "K2"), ("K2", "K2"), ("Yılmaz", "Yılmaz"),
        ("Nguyen, Lan", "Nguyen, Lan"), ("Diallo, Awa", "Diallo, Awa"),
    ],
)  # fmt: skip
def test_a_full_name_that_one_case_bears_is_that_case(typed, case):
    rows = [["Fall-Nr.", "Datum"], [typed, date(2026, 11, 30)]]
    assert [one.case for one in own_snapshot("", {"Fälle": CASES, "Termine": rows}).appointments] == [case]


@pytest.mark.parametrize(
    ("typed", "case"),
    [
        ([None, "Yılmaz", "Ayşe"], "K1"), (["K2", "Yılmaz", "Ayşe"], "K2"), ([None, "kaya", "Mehmet"], "K2"),
        ([None, "Nguyen", "Lan"], "Nguyen, Lan"), ([None, "Yılmaz", None], "Yılmaz"), ([None, "Ayşe", "Yılmaz"], "K1"),
        ([None, None, None], None),
    ],
)  # fmt: skip
def test_last_and_first_name_in_two_columns_are_the_case_that_bears_them(typed, case):
    columns = '[tables.appointments.headings]\nclient_last_name = ["Nachname"]\nclient_first_name = ["Vorname"]'
    rows = [["Fall-Nr.", "Nachname", "Vorname", "Datum"], [*typed, date(2026, 11, 30)]]
    for first in (0, 1):  # with and without a column for the number
        snapshot = own_snapshot(columns, {"Fälle": CASES, "Termine": [row[first:] for row in rows]})
        if not (first and typed[0]):
            assert [one.case for one in snapshot.appointments] == [case]
        assert snapshot.layouts["appointments"].tells("case")


@pytest.mark.parametrize(
    ("typed", "names"),
    [
        ("Kaya, Mehmet, 3.4.1980", ("Kaya", "Mehmet")), ("Kaya, Mehmet (geb. am 03.04.80)", ("Kaya", "Mehmet")),
        ("Kaya, Mehmet\n*3.4.1980", ("Kaya", "Mehmet")), ("Mehmet Kaya, 1980-04-03", ("Kaya", "Mehmet")),
        ("Kaya geb. Demir, Ayşe", ("Kaya geb. Demir", "Ayşe")), ("Kaya, Mehmet 2", ("Kaya", "Mehmet 2")),
        # As long as a cell may be: looked at in every way to part it, that would take hours.
        (f"Kaya, {'-' * 32_000}!", ("Kaya", f"{'-' * 32_000}!")),
    ],
)  # fmt: skip
def test_a_birthday_behind_a_name_is_no_part_of_it(typed, names):
    heads = ["Fall-Nr.", "Name, Vorname"]
    (case,) = own_snapshot(
        '[tables.cases.headings]\nfull_name = ["Name, Vorname"]', {"Fälle": [heads, ["K1", typed]]}
    ).cases
    assert (case.last_name, case.first_name) == names


@pytest.mark.parametrize(
    ("typed", "case"),
    [
        ("Ayşe Yılmaz (geb. 03.04.1990)", "K1"), ("Yılmaz, Ayşe *3.4.90", "K1"), ("Yılmaz, Ayşe (1990)", "K1"),
        ("Kaya, Mehmet *02.01.1985", "KIM-3"), ("Diallo, Awa *1.1.1980", "1004"), ("A. Y. (K1)", "K1"),
        ("KIM-3: Kaya", "KIM-3"), ("1004 Diallo", "1004"), ("KIM-2 Erstgespräch", "KIM-2"),
        # One thing says another client than the other, or too little is said.
        ("Yılmaz, Ayşe (1991)", ""), ("Kaya, Mehmet", ""), ("Kaya, Mehmet (1990)", ""), ("KIM-2 - Ayşe Yılmaz", ""),
        ("A. Y. (KIM-2)", ""), ("KIM-2/KIM-3", ""), ("Haus 1004", ""), ("B1 K1", ""), ("KIM-22", ""), ("A. Y.", ""),
    ],
)  # fmt: skip
def test_a_client_is_named_with_a_birthday_or_the_number_inside(typed, case):
    cases = [["Fall-Nr.", "Nachname", "Vorname", "Geburtsdatum"], ["K1", "Yılmaz", "Ayşe", date(1990, 4, 3)],
             ["KIM-2", "Kaya", "Mehmet", date(1980, 1, 2)], ["KIM-3", "Kaya", "Mehmet", date(1985, 1, 2)],
             ["1004", "Diallo", "Awa", None]]  # fmt: skip
    rows = [["Fall-Nr.", "Datum"], [typed, date(2026, 11, 30)]]
    found = own_snapshot("", {"Fälle": cases, "Termine": rows}).appointments
    assert [one.case for one in found] == [case or typed]


@pytest.mark.parametrize(
    ("typed", "born"),
    [("Kaya, Mehmet *03.04.1990", date(1990, 4, 3)), ("Mehmet Kaya (1990)", None), ("Kaya, Mehmet", None)],
)
def test_a_birthday_behind_a_name_is_read_where_no_other_cell_has_it(typed, born):
    heads, config = ["Name, Vorname", "Geburtsdatum"], '[tables.cases.headings]\nfull_name = ["Name, Vorname"]'
    (case,) = own_snapshot(config, {"Fälle": [heads[:1], [typed]]}).cases
    assert (case.last_name, case.first_name, case.birth_date) == ("Kaya", "Mehmet", born)
    (case,) = own_snapshot(config, {"Fälle": [heads, [typed, date(1980, 1, 1)]]}).cases
    assert case.birth_date == date(1980, 1, 1)
