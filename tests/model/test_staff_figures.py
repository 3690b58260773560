"""Figures about single colleagues are off until the agreement with the staff council is dated."""

from datetime import date

import pytest

from automations.model.schema import SHIPPED
from automations.model.staff_figures import StaffFigures, counts_colleagues, tells_of_staff

TODAY = date(2026, 11, 28)


@pytest.mark.parametrize(
    ("agreement", "allowed"), [(None, False), (date(2026, 11, 29), False), (TODAY, True), (date(2020, 1, 1), True)]
)
def test_they_are_on_from_the_day_of_the_agreement(agreement, allowed):
    assert StaffFigures(agreement_on=agreement).allowed(TODAY) is allowed


@pytest.mark.parametrize(
    ("table", "paths", "found"),
    [
        ("cases", ("manager",), True),
        ("appointments", ("case.manager.office",), True),
        ("appointments", ("place",), False),
        ("team", (), True),
        ("cases", ("phase", "", "no_such_field"), False),
    ],
)
def test_whatever_leads_to_a_colleague_is_a_figure_about_one(table, paths, found):
    assert tells_of_staff(SHIPPED, table, paths) is found


def test_only_counting_over_the_team_counts_colleagues():
    assert counts_colleagues("team", ["cases.count()"])
    assert not counts_colleagues("team", [])
    assert not counts_colleagues("cases", ["appointments.count()"])
