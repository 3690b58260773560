from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from automations.jobs.figures.counting import caseload, first_language, grouped
from automations.jobs.figures.sources import LeftOut
from automations.model.records import Case
from automations.model.settings import DEFAULT_PHASES, SiteFacts

TODAY = date(2024, 10, 31)
SITE = SiteFacts()


def load(*cases):
    return caseload(cases, SITE, TODAY)


def test_no_cases_are_no_cases():
    found = load()
    assert (found.open_on(TODAY), found.new_between(date.min, TODAY), found.closed_between(date.min, TODAY)) == (
        0,
        0,
        0,
    )


def test_a_case_is_open_from_the_day_it_came_in_until_the_day_it_ended():
    found = load(Case(received=date(2024, 3, 1), phase="closed", closed_on=date(2024, 5, 2)))
    assert found.open_on(date(2024, 2, 29)) == 0
    assert found.open_on(date(2024, 3, 1)) == 1
    assert found.open_on(date(2024, 5, 1)) == 1
    assert found.open_on(date(2024, 5, 2)) == 0
    assert found.closed_between(date(2024, 5, 1), date(2024, 5, 31)) == 1


def test_the_phase_decides_before_the_closing_date():
    assert load(Case(received=TODAY, phase="support", closed_on=TODAY)).open_on(TODAY) == 1


def test_an_unknown_phase_leaves_it_to_the_closing_date():
    received = date(2024, 1, 1)
    assert load(Case(received=received, phase="what?")).open_on(TODAY) == 1
    assert load(Case(received=received, closed_on=date(2024, 2, 1))).open_on(TODAY) == 0


@pytest.mark.parametrize("closed_on", [None, date(2031, 1, 1), date(2020, 1, 1)])
def test_a_closed_case_without_a_closing_day_that_can_be_is_in_no_month(closed_on):
    found = load(Case(received=date(2024, 9, 1), phase="closed", closed_on=closed_on, line=7))
    assert [found.open_on(day) for day in (date(2024, 9, 15), TODAY)] == [0, 0]
    assert found.closed_between(date.min, date.max) == 0
    assert found.new_between(date(2024, 9, 1), TODAY) == 1
    assert found.left_out == (LeftOut("closed_undated", 1, (7,)),)


def test_without_a_closing_date_the_day_of_the_last_phase_stands():
    found = load(Case(received=date(2024, 9, 1), phase="aborted", phase_since=date(2024, 10, 2)))
    assert found.closed_between(date(2024, 10, 1), TODAY) == 1


def test_what_cannot_be_counted_is_told_apart():
    found = load(
        Case(received=TODAY + timedelta(days=1), phase="new"),
        Case(usable=False),
        Case(phase="support", phase_since=date(2024, 8, 1)),
    )
    assert {item.reason: item.count for item in found.left_out} == {"upcoming": 1, "nameless": 1, "no_arrival": 1}
    assert found.open_on(TODAY) == 1
    assert found.open_on(date(2024, 7, 31)) == 0
    assert found.new_between(date.min, TODAY) == 0


def test_groups_keep_the_unknown_ones_last():
    cases = [Case(source="B"), Case(source="A"), Case(), Case(source="A"), Case(source=""), Case()]
    assert [(group.name, group.count) for group in grouped(cases, lambda case: case.source)] == [
        ("A", 2), ("B", 1), (None, 3),
    ]  # fmt: skip


def test_a_case_counts_under_its_first_language():
    assert first_language(Case(languages=("uk", "ru"))) == "uk"
    assert first_language(Case()) is None


days = st.none() | st.dates(date(2023, 1, 1), date(2025, 12, 31))
phases = st.sampled_from([None, "?", *(phase.id for phase in DEFAULT_PHASES)])


@given(st.lists(st.builds(Case, received=days, closed_on=days, phase_since=days, first_contact_on=days, phase=phases)))
@settings(max_examples=50)
def test_stock_follows_from_flows_whatever_is_typed(cases):
    found = caseload(cases, SITE, TODAY)
    assert found.open_on(TODAY) == len(found.open_cases)
    day = date(2022, 12, 31)
    assert all(found.open_on(day + timedelta(days=n)) >= 0 for n in range(0, 1100, 50))
    gone = sum(item.count for item in found.left_out if item.reason in {"upcoming", "nameless"})
    assert len(found.cases) + gone == len(cases)


def test_a_case_whose_arrival_nobody_knows_makes_no_change():
    week = TODAY - timedelta(days=7)
    old, new = Case(received=date(2024, 1, 1), phase="new"), Case(received=TODAY, phase="new")
    found = load(old, new, Case(phase="support"), Case(phase="support", first_contact_on=TODAY - timedelta(days=2)))
    assert (found.open_on(TODAY), found.was_open_on(week)) == (4, 3)


def test_one_kind_typed_in_several_ways_is_one_group():
    found = grouped([Case(source=word) for word in ("jobcenter", "Jobcenter", "Jobcenter", None)], lambda c: c.source)
    assert [(group.name, group.count) for group in found] == [("Jobcenter", 3), (None, 1)]
