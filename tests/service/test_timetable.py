"""Occurrences: local times, each once, through both clock changes, on working days."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from automations.common.working_days import WorkingDays
from automations.service.timetable import Timetable

BERLIN = ZoneInfo("Europe/Berlin")


def table(*times):
    return Timetable(tuple(("full", at) for at in times), BERLIN, WorkingDays())


def local(text):
    return datetime.fromisoformat(text).replace(tzinfo=BERLIN)


def ids(found):
    return [item.id for item in found]


def test_the_local_time_stays_through_the_clock_change():
    found = list(table(time(6, 30)).between(local("2026-10-23T00:00"), local("2026-10-27T00:00")))
    assert ids(found) == ["2026-10-23T06:30", "2026-10-26T06:30"]
    assert [item.moment.astimezone(UTC).hour for item in found] == [4, 5]


def test_weekends_and_holidays_have_no_runs():
    found = table(time(6, 30)).between(local("2026-12-23T00:00"), local("2026-12-29T23:00"))
    assert ids(found) == ["2026-12-23T06:30", "2026-12-28T06:30", "2026-12-29T06:30"]


def every_day(*times):
    """As if Sundays, on which clocks change, were working days."""

    class Always(WorkingDays):
        def is_working_day(self, day):
            return True

    return Timetable(tuple(("full", at) for at in times), BERLIN, Always())


def test_a_time_that_does_not_exist_in_spring_comes_once():
    found = list(every_day(time(2, 30)).between(local("2026-03-28T12:00"), local("2026-03-30T12:00")))
    assert ids(found) == ["2026-03-29T02:30", "2026-03-30T02:30"]


def test_a_time_that_exists_twice_in_autumn_comes_once():
    found = list(every_day(time(2, 30)).between(local("2026-10-24T12:00"), local("2026-10-25T12:00")))
    assert ids(found) == ["2026-10-25T02:30"]


def test_two_kinds_at_one_time_are_one_run():
    both = Timetable((("full", time(8)), ("mail", time(8))), BERLIN, WorkingDays())
    found = list(both.between(local("2026-11-02T00:00"), local("2026-11-02T12:00")))
    assert [(item.id, item.kind) for item in found] == [("2026-11-02T08:00", "full")]


@settings(max_examples=50)
@given(
    st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 1)),  # noqa: DTZ001
    st.lists(st.integers(1, 5000), min_size=1, max_size=12),
)
def test_however_often_one_looks_each_occurrence_is_seen_once(start, minutes):
    times = every_day(time(2, 30), time(3, 0), time(17, 0))
    now = start.replace(tzinfo=UTC)
    whole = now + timedelta(minutes=sum(minutes))
    seen = []
    for step in minutes:
        seen += ids(times.between(now, now + timedelta(minutes=step)))
        now += timedelta(minutes=step)
    assert seen == ids(times.between(start.replace(tzinfo=UTC), whole))
    assert len(seen) == len(set(seen))
