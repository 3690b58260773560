"""When the steps of a rule are due: closed days, clock changes, catching up."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from automations.common.dates import moment
from automations.common.working_days import WorkingDays
from automations.jobs.reminding.rows import may_be_due
from automations.jobs.reminding.rules import Due
from automations.jobs.steps import Step, counted_days, in_order, lasting
from automations.model.records import Case

BERLIN = ZoneInfo("Europe/Berlin")
DAYS = WorkingDays()
DATES = st.dates(date(2023, 1, 1), date(2030, 12, 31))
CLOCKS = st.times().map(lambda clock: clock.replace(second=0, microsecond=0))


def steps(due: Due, base: date, days: WorkingDays, zone: ZoneInfo, end: datetime | None = None) -> tuple[Step, ...]:
    return lasting(due, in_order(counted_days(due, base, days), due.at, zone), end)


def due_dates(due: Due, base: date, end: datetime | None = None) -> list[tuple[str, str]]:
    return [
        (step.name, f"{step.due.astimezone(BERLIN):%Y-%m-%d %H:%M}") for step in steps(due, base, DAYS, BERLIN, end)
    ]


@pytest.mark.parametrize(
    ("due", "base", "expected"),
    [
        ({"days_before": [5, 2]}, date(2024, 11, 7), [("5", "2024-10-31 06:00"), ("2", "2024-11-05 06:00")]),
        ({"days_before": [2], "closed_days": "keep"}, date(2024, 11, 4), [("2", "2024-11-02 06:00")]),
        ({"days_before": [2], "closed_days": "after"}, date(2024, 11, 4), [("2", "2024-11-04 06:00")]),
        ({"days_before": [2], "days": "working"}, date(2024, 11, 4), [("2", "2024-10-30 06:00")]),
        ({"days_after": [5], "days": "working"}, date(2024, 10, 28), [("5", "2024-11-05 06:00")]),
        (
            {"days_after": [7], "repeat_days": 7, "repeats": 2, "at": "09:30"},
            date(2024, 10, 8),
            [("7", "2024-10-15 09:30"), ("14", "2024-10-22 09:30"), ("21", "2024-10-29 09:30")],
        ),
        # The clock goes back on 27 October 2024, forward on 31 March 2024 at 02:00.
        ({"days_before": [1], "at": "02:30", "closed_days": "keep"}, date(2024, 10, 28), [("1", "2024-10-27 02:30")]),
        ({"days_before": [1], "at": "02:30", "closed_days": "keep"}, date(2024, 4, 1), [("1", "2024-03-31 03:30")]),
        ({"months_before": [3]}, date(2024, 5, 31), [("3m", "2024-02-29 06:00")]),
        ({"days_before": [5]}, date(1, 1, 2), []),
        ({"days_after": [5], "days": "working"}, date(9999, 12, 31), []),
    ],
)
def test_due_moments(due, base, expected):
    assert due_dates(Due(field="date", **due), base) == expected


def test_a_step_lasts_until_the_next_and_none_beyond_the_appointment():
    begins = datetime(2024, 11, 7, 9, 0, tzinfo=UTC)
    first, second = steps(Due(field="date", days_before=(5, 2)), date(2024, 11, 7), DAYS, BERLIN, begins)
    assert first.until == second.due
    assert second.until == begins
    assert (first.last, second.last) == (False, True)


def test_a_missed_step_is_made_up_for_within_the_days_that_it_is_kept():
    far, _ = steps(Due(field="date", days_before=(90, 2)), date(2024, 11, 7), DAYS, BERLIN)
    assert far.until - far.due == timedelta(days=14)
    near, _ = steps(Due(field="date", days_before=(9, 2)), date(2024, 11, 7), DAYS, BERLIN)
    assert near.until - near.due < timedelta(days=14)


@pytest.mark.parametrize(
    "wrong",
    [
        {},
        {"event": "booked", "field": "date", "days_before": [1]},
        {"field": "date"},
        {"field": "date", "days_before": [1], "days_after": [1]},
        {"field": "date", "days_before": [-1]},
        {"field": "date", "days_after": [99999]},
        {"field": "date", "months_before": [0]},
        {"field": "date", "months_before": [1], "months_after": [1]},
        {"field": "date", "days_after": [1], "repeats": 3},
        {"field": "date", "days_before": [1], "repeats": 3, "repeat_days": 1},
        {"field": "date", "days_before": [1], "at": "25:00"},
        {"field": "date", "days_before": [1], "closed_days": "maybe"},
        {"field": "date", "days_befor": [1]},
    ],
)
def test_a_due_date_that_makes_no_sense_is_refused(wrong):
    with pytest.raises(ValidationError):
        Due.model_validate(wrong)


@given(DATES, CLOCKS)
@settings(max_examples=50, deadline=None)
def test_every_wall_clock_time_is_one_moment_in_the_order_of_the_days(day, clock):
    found = moment(day, clock, BERLIN)
    assert found.tzinfo is UTC
    assert moment(day, time(0), BERLIN) <= found < moment(day + timedelta(days=1), time(0), BERLIN)


@given(
    DATES,
    st.lists(st.integers(0, 120), min_size=1, max_size=4, unique=True),
    CLOCKS,
    st.sampled_from(["before", "keep"]),
)
@settings(max_examples=50, deadline=None)
def test_steps_before_a_date_follow_each_other_and_never_come_late(base, days, clock, closed):
    due = Due(field="date", days_before=tuple(days), at=clock, closed_days=closed)
    begins = moment(base, time(12), BERLIN)
    found = steps(due, base, DAYS, BERLIN, begins)
    assert len(found) == len(days)
    assert all(earlier.due <= later.due and earlier.until <= later.due for earlier, later in pairwise(found))
    for step in found:
        local = step.due.astimezone(BERLIN)
        assert local.date() <= base - timedelta(days=int(step.name))
        assert step.until <= begins
        assert closed == "keep" or DAYS.is_working_day(local.date())


@given(DATES, st.integers(0, 30), DATES, CLOCKS)
@settings(max_examples=50, deadline=None)
def test_at_most_one_step_is_due_at_any_moment(base, days, today, clock):
    now = moment(today, clock, BERLIN)
    found = steps(
        Due(field="date", days_before=(days + 3, days + 1, days)), base, DAYS, BERLIN, moment(base, time(9), BERLIN)
    )
    assert sum(step.at(now) for step in found) <= 1


@given(
    DATES,
    st.one_of(
        st.builds(
            Due,
            field=st.just("received"),
            days_after=st.tuples(st.integers(0, 60)),
            days=st.sampled_from(["calendar", "working"]),
            keep_days=st.integers(1, 60),
        ),
        st.builds(
            Due,
            field=st.just("received"),
            days_before=st.tuples(st.integers(0, 120)),
            days=st.sampled_from(["calendar", "working"]),
            closed_days=st.sampled_from(["before", "after", "keep"]),
        ),
    ),
    st.integers(0, 60),
)
@settings(max_examples=50, deadline=None)
def test_the_quick_look_never_leaves_out_what_is_due(base, due, later):
    for step in steps(due, base, DAYS, BERLIN):
        day = step.due.astimezone(BERLIN).date()
        for today in (day, min(day + timedelta(days=later), step.until.date())):
            assert may_be_due(Case(received=base), due, today)


def test_the_quick_look_leaves_out_what_is_long_over():
    due = Due(field="received", days_after=(5,), days="working")
    assert not may_be_due(Case(received=date(2023, 1, 1)), due, date(2024, 10, 31))
    assert not may_be_due(Case(received=None), due, date(2024, 10, 31))
