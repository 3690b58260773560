"""Working days of North Rhine-Westphalia, with closed days of the site's own."""

from __future__ import annotations

import sys
from datetime import date, timedelta

import holidays
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from automations.common.working_days import WorkingDays

DAYS = WorkingDays(closed_days=[date(2024, 10, 4)])
DATES = st.dates(date(2015, 1, 1), date(2040, 12, 31))


@pytest.mark.parametrize(
    ("day", "working"),
    [
        (date(2024, 10, 31), True),  # Reformation Day is no holiday here
        (date(2024, 11, 1), False),  # All Saints' Day is
        (date(2024, 11, 2), False),  # Saturday
        (date(2024, 10, 3), False),
        (date(2024, 10, 4), False),  # the site's own closed day
        (date(2024, 12, 23), True),
        (date(2024, 12, 24), False),
        (date(2024, 12, 27), True),
        (date(2024, 12, 31), False),
        (date(2024, 5, 30), False),  # Corpus Christi
        (date(2024, 4, 1), False),  # Easter Monday
    ],
)
def test_which_days_the_team_works(day, working):
    assert DAYS.is_working_day(day) is working


def test_another_land_has_other_holidays():
    saxony = WorkingDays(land="SN")
    assert not saxony.is_working_day(date(2024, 10, 31))
    assert saxony.is_working_day(date(2024, 11, 1))


def test_before_a_long_weekend():
    assert DAYS.before(date(2024, 11, 4)) == date(2024, 10, 31)
    assert DAYS.on_or_before(date(2024, 11, 3)) == date(2024, 10, 31)
    assert DAYS.on_or_after(date(2024, 11, 1)) == date(2024, 11, 4)
    assert DAYS.on_or_before(date(2024, 11, 4)) == DAYS.on_or_after(date(2024, 11, 4)) == date(2024, 11, 4)


@pytest.mark.parametrize(
    ("arguments", "part"),
    [
        ({"land": "XX"}, "„XX“ in „DE“"),
        ({"country": "QQ"}, "„NW“ in „QQ“"),
        ({"closed_yearly": ["24.12."]}, "„24.12.“ ist kein Tag im Jahr"),
        ({"closed_yearly": ["02-30"]}, "„02-30“ ist kein Tag im Jahr"),
    ],
)
def test_what_is_unknown_gets_one_sentence(arguments, part):
    with pytest.raises(ValueError, match=r"\.$") as caught:
        WorkingDays(**arguments)
    assert part in str(caught.value)


def test_a_year_without_working_days_does_not_hang():
    every_day = [f"{date(2024, 1, 1) + timedelta(days=n):%m-%d}" for n in range(366)]
    with pytest.raises(ValueError, match="Schließtage"):
        WorkingDays(closed_yearly=every_day).before(date(2024, 6, 1))


def test_a_leap_day_may_be_closed_every_year():
    assert not WorkingDays(closed_yearly=["02-29"]).is_working_day(date(2024, 2, 29))


@given(DATES, st.integers(-400, 400))
@settings(max_examples=50, deadline=None)
def test_working_days_are_counted_as_one_by_one(first, distance):
    last = first + timedelta(days=distance)
    low, high = sorted((first, last))
    counted = sum(DAYS.is_working_day(low + timedelta(days=n)) for n in range(1, (high - low).days + 1))
    assert DAYS.between(first, last) == (counted if last >= first else -counted)


@given(DATES, st.integers(-60, 60))
@settings(max_examples=50, deadline=None)
def test_shifting_and_counting_agree(day, n):
    shifted = DAYS.shift(day, n)
    if n > 0:
        assert DAYS.between(day, shifted) == n
        assert DAYS.is_working_day(shifted)
    elif n < 0:
        # Counted from the shifted day on: it is itself the first of them.
        assert DAYS.between(shifted - timedelta(days=1), day - timedelta(days=1)) == -n
        assert DAYS.is_working_day(shifted)
    else:
        assert shifted == day


@given(DATES)
@settings(max_examples=50, deadline=None)
def test_a_day_is_moved_to_the_nearest_working_day(day):
    before, after = DAYS.on_or_before(day), DAYS.on_or_after(day)
    assert before <= day <= after
    assert DAYS.is_working_day(before)
    assert DAYS.is_working_day(after)
    between = [before + timedelta(days=n) for n in range(1, (after - before).days)]
    assert not any(DAYS.is_working_day(other) for other in between)


def test_a_country_that_needs_the_whole_package_of_the_library_gets_it(monkeypatch):
    asked = []

    def country_holidays(*_, **__):
        asked.append("holidays.countries" in sys.modules)
        if len(asked) == 1:
            raise ImportError
        return {date(2024, 10, 3)}

    monkeypatch.setattr(holidays, "country_holidays", country_holidays)
    monkeypatch.delitem(sys.modules, "holidays.countries", raising=False)
    WorkingDays("DE", "NW")
    assert asked == [True, False]
