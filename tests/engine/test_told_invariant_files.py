"""Whatever an office does to its workbook: nobody is left with an untruth in silence, nobody is told twice, nobody who
must not be. On real .xlsx files; the oracle reads mails and cells (tests/support/told_office.py)."""

from __future__ import annotations

import random

import pytest

from tests.support.told_office import Office
from tests.support.told_site import ToldSite


@pytest.fixture
def office(tmp_path, monkeypatch, request):
    monkeypatch.setenv("KIM_TEST_PASSWORD", "x")
    made = Office(ToldSite(tmp_path), random.Random(request.param))  # noqa: S311 (a story, no secret)
    made.begin()
    return made


@pytest.mark.timeout(240)
@pytest.mark.parametrize("office", [3], indirect=True)
def test_some_deeds_leave_nobody_with_an_untruth(office):
    for _ in range(6):
        office.step()


@pytest.mark.soak
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("office", range(100, 108), indirect=True)
def test_hundreds_of_deeds_leave_nobody_with_an_untruth(office):
    for _ in range(50):
        office.step()


@pytest.mark.timeout(240)
@pytest.mark.parametrize("office", [1], indirect=True)
def test_the_oracle_sees_a_change_that_nobody_is_told_of(office):
    key, number = next(known for known, beliefs in office.beliefs.items() if beliefs)
    quiet = office.site.go("2026-11-27T08:35")
    office.site.type("Termine", number, **{"Beratung durch": "CD"})
    office.site.go = lambda _: quiet  # a run that sees nothing
    with pytest.raises(AssertionError, match=f"{key} believes"):
        office.run()
