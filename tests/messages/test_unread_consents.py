"""A tab of consents that is there and cannot be read permits nothing: nobody knows who withdrew."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from automations.jobs.check_data import CheckData, CheckSettings
from automations.messages.consent import permission
from automations.model.history import History
from tests.support.own_tables import own_snapshot

CASES = [
    ["Fall-Nr.", "Nachname", "E-Mail", "Kontaktweg", "E-Mail-Einwilligung am"],
    ["K-1", "Adler", "a@example.org", "E-Mail", date(2026, 1, 5)],
]
HEADINGS = ["Fall-Nr.", "Zweck", "Kanal", "erteilt am", "widerrufen am"]
TODAY = date(2026, 11, 2)


def known(headings=HEADINGS, withdrawn=None, tabs=()):
    row = ["K-1", "Erinnerung", "E-Mail", date(2026, 1, 5), withdrawn]
    rows = {"Einwilligungen": [headings, row]} if headings else {}
    snapshot = own_snapshot("", {"Fälle": CASES, **rows, **dict(tabs)})
    return permission(snapshot, snapshot.case_by_number["K-1"], TODAY)


def test_without_a_tab_the_columns_of_the_case_count():
    assert known(None).given_on == date(2026, 1, 5)


@pytest.mark.parametrize("heading", ["Akte der Person", "Fal-Nr"])
def test_a_tab_whose_cases_nobody_finds_permits_nothing(heading):
    assert known([heading, *HEADINGS[1:]]).given_on is None


@pytest.mark.parametrize("heading", ["zurückgenommen", "zurückgezogen am", "Widerruf"])
def test_usual_words_for_a_withdrawal_are_known(heading):
    assert known([*HEADINGS[:-1], heading], date(2026, 10, 1)).withdrawn_on == date(2026, 10, 1)


def test_an_empty_tab_of_that_name_takes_nothing_away():
    assert known(None, tabs={"Einwilligungen": [[None]]}).given_on == date(2026, 1, 5)


@pytest.mark.parametrize(("heading", "told"), [("gilt nicht mehr seit", 1), ("widerrufen am", 0)])
def test_a_tab_that_nobody_can_withdraw_in_is_named(heading, told):
    row = ["K-1", "Erinnerung", "E-Mail", date(2026, 1, 5), None]
    snapshot = own_snapshot("", {"Fälle": CASES, "Einwilligungen": [[*HEADINGS[:-1], heading], row]})
    now = datetime(2026, 11, 2, 9, tzinfo=ZoneInfo("Europe/Berlin"))
    problems = CheckData().plan(snapshot, CheckSettings(), now, History()).problems
    assert [one.code for one in problems].count("consents_without_withdrawal") == told
