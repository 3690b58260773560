from datetime import date

import pytest

from automations.jobs.figures.counting import caseload
from automations.jobs.figures.sources import LeftOut
from automations.jobs.figures.waiting import day_counter, spread, waiting
from automations.model.records import Case
from automations.model.settings import SiteFacts

TODAY = date(2024, 10, 31)
SITE = SiteFacts()
BEFORE = ("new", "first_contact")


def waits(*cases, kind="working"):
    return waiting(caseload(cases, SITE, TODAY), BEFORE, day_counter(SITE, kind))


def test_working_days_leave_out_weekends_and_holidays():
    # Thursday 2 May after the holiday on Wednesday 1 May 2024.
    case = Case(received=date(2024, 4, 26), first_contact_on=date(2024, 5, 2), phase="support")
    assert [wait.days for wait in waits(case).made] == [3]
    assert [wait.days for wait in waits(case, kind="calendar").made] == [6]


def test_the_same_day_is_no_waiting():
    assert waits(Case(received=TODAY, first_contact_on=TODAY, phase="support")).made[0].days == 0


def test_contradictory_contacts_are_counted_apart():
    found = waits(
        Case(received=date(2024, 5, 2), first_contact_on=date(2024, 5, 1), phase="support"),
        Case(received=date(2024, 5, 2), first_contact_on=date(2025, 5, 1), phase="support"),
    )
    assert (found.made, found.left_out) == ((), (LeftOut("contradictory", 2, ()),))


def test_those_still_waiting_come_longest_first():
    found = waits(
        Case(number="a", received=date(2024, 10, 1), phase="new"),
        Case(number="b", received=date(2024, 9, 1), phase="first_contact"),
        Case(number="c", received=date(2024, 9, 15)),
        Case(number="d", received=date(2024, 9, 15), phase="support"),
        Case(number="e", received=date(2024, 9, 15), phase="closed"),
    )
    assert [wait.case.number for wait in found.still] == ["b", "c", "a"]
    assert found.left_out == (LeftOut("unrecorded", 1, ()),)


def test_a_window_takes_the_contacts_made_in_it():
    made = [
        Case(received=date(2024, 1, 1), first_contact_on=date(2024, month, 1), phase="support") for month in (2, 3, 4)
    ]
    assert len(waits(*made).between(date(2024, 2, 2), date(2024, 4, 1))) == 2


@pytest.mark.parametrize(
    ("days", "median", "ninety", "longest"),
    [([], None, None, None), ([4], 4, 4, 4), ([1, 2], 1.5, 2, 2), (list(range(1, 11)), 5.5, 9, 10)],
)
def test_spread(days, median, ninety, longest):
    of = [Case(received=date(2024, 1, 1), first_contact_on=date(2024, 1, 1 + day), phase="support") for day in days]
    found = spread(waits(*of, kind="calendar").made)
    assert (found.count, found.median, found.ninety, found.longest) == (len(days), median, ninety, longest)
