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
    """Over a month nobody's load lies further from the middle than 5 % or one case. On the last day of one month in
    fifty somebody's does: cases of theirs, or of the others, ended faster than new ones came. No choice made it so
    (`passed_over`)."""
    assert year.passed_over == []
    assert [one for one in year.means if min(one[0] / 0.05, one[1]) > 1] == []
    came, share = (sum(part) for part in zip(*year.weeks, strict=True))
    assert came <= 1.3 * share
    uneven = [(part, cases) for part, cases in year.months if part > 0.05 and cases > 1]
    assert len(uneven) <= 0.03 * len(year.months)
    assert max(cases for _, cases in year.months) < 2.5
    assert year.served >= 0.99 * year.new


def test_half_a_year():
    fair(OfficeYear(1, spoken=5).live(125))


@pytest.mark.soak
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("seed", range(4))
def test_whole_years(seed):
    fair(OfficeYear(seed, spoken=5).live())


@pytest.mark.soak
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("seed", [0, 2, 3])
def test_where_languages_allow_it_an_even_load_costs_none(seed):
    """Three languages each, of five: in these offices a linear programme over the year's rates finds an even load with
    a shared language for everybody. In others it costs 2 to 15 points of language, and language goes first."""
    year = OfficeYear(seed, spoken=3).live()
    assert year.passed_over == []
    assert year.served >= 0.99 * year.new
    assert sum(part for part, _ in year.months) <= 0.03 * len(year.months)


def carried(today: date, first: date | None, last: date | None, load: int = 600) -> tuple[int, ...]:
    people = [CaseManager(code="A", absent_from=first, absent_until=last), CaseManager(code="B"), CaseManager(code="C")]
    loads = (load, 1600, 1600)
    workers = [Worker(one, one.code or "", carry, 2000) for one, carry in zip(people, loads, strict=True)]
    return returning(workers, Rules(today, AssignSettings()))


@pytest.mark.parametrize(
    ("today", "ahead"),
    [
        (date(2024, 5, 28), 900), (BACK, 900), (date(2024, 6, 7), 900), (date(2024, 6, 21), 400),
        (date(2024, 7, 8), 0), (date(2024, 5, 13), 900),
    ],
)  # fmt: skip
def test_what_an_absence_took_counts_for_a_week_and_then_less_and_less(today, ahead):
    assert (carried(today, date(2024, 5, 13), date(2024, 5, 31)) or (0,))[0] == ahead


def test_only_who_was_away_for_long_counts_for_more_and_never_for_less():
    assert carried(BACK, date(2024, 5, 30), date(2024, 5, 31)) == ()
    assert carried(BACK, None, None) == ()
    assert carried(BACK, date(2024, 6, 10), date(2024, 6, 28)) == ()
    assert carried(BACK, date(2024, 5, 13), date(2024, 5, 31), load=1900) == (0, 0, 0)
