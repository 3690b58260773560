"""A team that keeps a tab a month begins the next one by itself: it is read, and a copy of a tab is not."""

from __future__ import annotations

from datetime import date, time

import pytest

from automations.model.layout import Base
from automations.model.plan import CellEdit, EditGroup
from automations.model.values import RowKey
from automations.tables.tab_periods import period
from automations.workbooks.positions import decide
from automations.workbooks.protocol import RawTab, RawWorkbook
from tests.support.own_tables import own_snapshot

MONTHS = """
[tables.appointments]
tabs = ["Oktober", "September"]
together = true
kim_writes = ["number", "check_note"]
"""
HEADS = ["Datum", "Uhrzeit", "Fall-Nr.", "Beratung durch"]
FULL = [*HEADS, "Termin-Nr.", "Prüfhinweis"]


@pytest.mark.parametrize(
    ("name", "another", "follows"),
    [
        ("Dezember", "Januar", True),
        ("Dezember", "Januar 2027", True),
        ("Dez 26", "Jan. 27", True),
        ("Termine Dezember", "Termine Januar", True),
        ("2026", "2027", True),
        ("Fälle 2026", "Fälle 2027", True),
        ("4. Quartal", "1. Quartal", True),
        ("Q4 2026", "Q1 2027", True),
        ("KW 52", "KW 1", True),
        ("December", "January", True),
        ("Dezember", "Dezember (2)", False),
        ("Dezember", "Kopie von Dezember", False),
        ("Dezember", "Vorlage Januar", False),
        ("Dezember", "2026", False),
        ("Termine Dezember", "Fälle Januar", False),
        ("Mai", "Maier", False),
    ],
)
def test_which_tab_follows_another(name, another, follows):
    first, second = period(name), period(another)
    assert (first is not None and second is not None and first.series == second.series) == follows


def test_names_say_when():
    times = [period(name) for name in ("Jan. 27", "Dez 2026", "2026", "KW 3")]
    assert [(one.year, one.part) for one in times if one] == [(2027, 1), (2026, 12), (2026, 0), (0, 3)]


def book(**more):
    return {
        "Oktober": [FULL, [date(2026, 10, 6), time(9), "K-1", "AB", "T-1", None]],
        "September": [FULL, [date(2026, 9, 6), time(9), "K-1", "AB", "T-2", None]],
        **more,
    }


def new_month(day=date(2026, 11, 20)):
    return [HEADS, [day, time(10), "K-1", "AB"]]


def test_the_tab_of_a_new_month_is_read_and_goes_first():
    read = own_snapshot(MONTHS, book(November=new_month()))
    assert [part.tab for part in read.layouts["appointments"].parts] == ["November", "Oktober", "September"]
    assert date(2026, 11, 20) in {one.date for one in read.appointments}


@pytest.mark.parametrize(
    ("day", "told"), [(date(2026, 11, 20), True), (date(2026, 10, 6), True), (date(2026, 3, 6), False)]
)
def test_a_tab_of_the_same_kind_with_days_to_come_that_is_not_read_is_told(day, told):
    read = own_snapshot(MONTHS, book(**{"Kopie von Oktober": new_month(day)}))
    assert len(read.appointments) == 2
    found = [one for one in read.problems if one.code == "double_tab"]
    assert ["Kopie von Oktober" in one.message for one in found] == [True] * told
    assert all("tabs" in one.advice for one in found)


def edit(key, op="edit"):
    return EditGroup("x", RowKey("team", "appointments", key), (CellEdit("check_note", None, "x"),), "test", "", op=op)


def test_a_new_tab_without_numbers_holds_back_none_of_the_others_and_takes_no_new_row():
    tabs = book(November=new_month())
    read = own_snapshot(MONTHS, tabs)
    raw = RawWorkbook("team", "r", tuple(RawTab(name, name, rows) for name, rows in tabs.items()))
    base = Base("r", read.layouts)
    assert [(one.result, one.tab) for one in decide(raw, [edit("T-1"), edit("T-9", "append")], base)] == [
        ("applied", "Oktober"), ("missing", ""),
    ]  # fmt: skip
