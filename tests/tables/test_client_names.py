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
