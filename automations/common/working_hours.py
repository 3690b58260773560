"""Hours that count only while the office is open: deadlines for people who are asked something."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from automations.common.working_days import WorkingDays


def after_hours(start: datetime, hours: float, days: WorkingDays, opened: tuple[time, time]) -> datetime:
    """The moment at which so many working hours have passed since `start` (aware, in the site's zone).

    They pass on working days between the two times of `opened` alone; hours are counted by the clock on the wall,
    so that the hour of a clock change is none.
    """
    left, moment = timedelta(hours=hours), start
    if not days.is_working_day(start.date()) or start.timetz().replace(tzinfo=None) >= opened[1]:
        moment = _opening(_next(start.date(), days), opened, start)
    moment = max(moment, _opening(moment.date(), opened, start))
    while left > (rest := _closing(moment.date(), opened, start) - moment):
        left -= rest
        moment = _opening(_next(moment.date(), days), opened, start)
    return moment + left


def _next(day: date, days: WorkingDays) -> date:
    return days.shift(day, 1)


def _opening(day: date, opened: tuple[time, time], like: datetime) -> datetime:
    return datetime.combine(day, opened[0], tzinfo=like.tzinfo)


def _closing(day: date, opened: tuple[time, time], like: datetime) -> datetime:
    return datetime.combine(day, opened[1], tzinfo=like.tzinfo)
