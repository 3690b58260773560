"""Whoever comes back from an absence gets their fair share, and over a year everybody carries the same."""

from datetime import date

import pytest

from automations.jobs.assigning.returns import returning
from automations.jobs.assigning.rules import Rules
from automations.jobs.assigning.settings import AssignSettings
from automations.jobs.assigning.units import Worker
from automations.model.records import CaseManager
from tests.support.office_year import OfficeYear

BACK = date(2024, 6, 3)  # a Monday; away until the Friday before


def fair(year: OfficeYear) -> None:
    came, share = (sum(part) for part in zip(*year.weeks, strict=True))
    assert came <= 1.3 * share
    uneven = [(part, cases) for part, cases in year.months if part > 0.05 and cases > 1]
    assert len(uneven) <= 0.06 * len(year.months)
    assert max(cases for _, cases in year.months) < 2.5
    assert year.served >= 0.99 * year.new


def test_half_a_year():
    fair(OfficeYear(1, spoken=5).live(125))


@pytest.mark.soak
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("seed", range(4))
def test_whole_years(seed):
    fair(OfficeYear(seed, spoken=5).live())


def carried(today: date, first: date | None, last: date | None, load: int = 600) -> tuple[int, ...]:
    people = [CaseManager(code="A", absent_from=first, absent_until=last), CaseManager(code="B"), CaseManager(code="C")]
    loads = (load, 1600, 1600)
    workers = [Worker(one, one.code or "", carry, 2000) for one, carry in zip(people, loads, strict=True)]
    return returning(workers, Rules(today, AssignSettings()))


@pytest.mark.parametrize(
    ("today", "ahead"),
    [
        (date(2024, 5, 28), 800), (BACK, 800), (date(2024, 6, 7), 800), (date(2024, 6, 21), 400),
        (date(2024, 7, 8), 0), (date(2024, 5, 13), 800),
    ],
)  # fmt: skip
def test_what_an_absence_took_counts_for_a_week_and_then_less_and_less(today, ahead):
    assert (carried(today, date(2024, 5, 13), date(2024, 5, 31)) or (0,))[0] == ahead


def test_only_who_was_away_for_long_counts_for_more_and_never_for_less():
    assert carried(BACK, date(2024, 5, 30), date(2024, 5, 31)) == ()
    assert carried(BACK, None, None) == ()
    assert carried(BACK, date(2024, 6, 10), date(2024, 6, 28)) == ()
    assert carried(BACK, date(2024, 5, 13), date(2024, 5, 31), load=1900) == (0, 0, 0)
