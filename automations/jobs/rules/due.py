"""When a rule is due: pure arithmetic of days. All moments are in UTC."""

from __future__ import annotations

import calendar
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from automations.common.dates import moment, months_later
from automations.common.working_days import WorkingDays
from automations.jobs.rules.model import WEEKDAYS, Due, all_of
from automations.jobs.steps import CLOSURE, Step, counted_days, in_order, lasting


def steps_from(due: Due, base: date, days: WorkingDays, zone: ZoneInfo, today: date) -> tuple[Step, ...]:
    """The steps of a rule for one date of a row, in their order; each lasts until the next one."""
    named = (
        (f"{anchor.isoformat()}-{name}", day)
        for anchor in _anchors(due, base, today)
        for name, day in _days_of(due, anchor, days)
    )
    return lasting(due, in_order(named, due.at, zone))


def steps_after(due: Due, name: str, since: datetime) -> tuple[Step, ...]:
    """The steps of an event that happened at that moment (aware): at once, and again as often as the rule says."""
    moments = [since.astimezone(UTC) + timedelta(days=due.repeat_days * n) for n in range(due.repeats + 1)]
    return lasting(due, [(f"{name}-{index}" if index else name, start) for index, start in enumerate(moments)])


def step_of_period(due: Due, since: date, days: WorkingDays, zone: ZoneInfo, now: datetime) -> Step | None:
    """The occasion of a rule that comes back: the newest one up to now, but none before the rule was
    known (`since`). None where there is none to be done yet, or none any more."""
    today = now.astimezone(zone).date()
    # Never into the next occasion: after a standstill one digest is sent, not one a missed week.
    back = min(due.keep_days, _length(due))
    # From today backwards: of several that were missed the newest counts.
    for ago in range(back + 1):
        day = today - timedelta(days=ago)
        for nominal in _nominal(due, day, days):
            start = moment(day, due.at, zone)
            if day >= since and start <= now:
                end = moment(day + timedelta(days=back + 1), time(0), zone)
                return Step(nominal.isoformat(), start, end)
    return None


def _length(due: Due) -> int:
    """Days within which what was missed is still caught up: never into the next occasion."""
    if due.every in {"day", "working_day"}:
        return due.interval - 1 if due.every == "day" else 0
    # The shortest weeks and months, less one day.
    return due.keep_days if due.on else 6 if due.weekdays else 27


def _nominal(due: Due, actual: date, days: WorkingDays) -> Iterator[date]:
    """The days of the calendar whose occasion is done on that day, as closed days move them."""
    if due.every == "working_day":
        if days.is_working_day(actual):
            yield actual
        return
    # Which days lead to this one is easier to try than to turn round: holidays come in runs.
    reach = range(-CLOSURE, CLOSURE + 1) if due.closed_days != "keep" else range(1)
    for shift in reach if days.is_working_day(actual) or due.closed_days == "keep" else ():
        nominal = actual + timedelta(days=shift)
        if _falls(due, nominal, days) and days.opened(nominal, due.closed_days) == actual:
            yield nominal


def _falls(due: Due, day: date, days: WorkingDays) -> bool:
    """Whether the calendar names that day."""
    if due.on:
        return day == due.on
    if due.every == "day":
        # Counted from the year 1, not from when the rule was typed: it falls on the same days on every machine.
        return (day.toordinal() - 1) % due.interval == 0
    if due.weekdays:
        return WEEKDAYS[day.weekday()] in due.weekdays and _in_turn(due, day)
    if due.every == "month":
        in_turn = (day.year * 12 + day.month - 1) % due.interval == 0
        return in_turn and any(day == _day_of_month(one, day, days) for one in all_of(due.day))
    return day in _days_of_year(due, day.year)


def _days_of_year(due: Due, year: int) -> Iterator[date]:
    """Where no day of the year is named it is its first one; 29 February is 1 March in other years."""
    for one in all_of(due.day):
        month, number = map(int, one.split("-")) if isinstance(one, str) and "-" in one else (1, 1)
        # The first of March: a permit that ends on the last of February has ended by then.
        leaps = (month, number) != (2, 29) or calendar.isleap(year)
        yield date(year, month, number) if leaps else date(year, 3, 1)


def _in_turn(due: Due, day: date) -> bool:
    """Of weekdays: the second, the last of a month; or every so many weeks, counted from the year 1."""
    last = (day + timedelta(days=7)).month != day.month
    if due.nth:
        return (day.day - 1) // 7 + 1 in all_of(due.nth) or (last and -1 in all_of(due.nth))
    return (day.toordinal() - 1) // 7 % due.interval == 0


def _day_of_month(named: int | str, day: date, days: WorkingDays) -> date:
    end = day.replace(day=calendar.monthrange(day.year, day.month)[1])
    if named == "last":
        return end
    if named == "last_working_day":
        return days.on_or_before(end)
    if named == "first_working_day":
        return days.on_or_after(day.replace(day=1))
    # The 31st of a short month is its last day: a rule for each month must come each month.
    return end if not isinstance(named, int) or named > end.day else day.replace(day=named)


def _anchors(due: Due, base: date, today: date) -> Iterator[date]:
    """The date itself, or the days of this year and its neighbours that it comes back on."""
    if due.every != "year":
        yield base
        return
    # The neighbours: two days before 1 January lie in the old year, a late catch-up in the new one.
    for year in (today.year - 1, today.year, today.year + 1):
        try:
            yield base.replace(year=year)
        except ValueError:  # 29 February
            yield date(year, 3, 1)


def _days_of(due: Due, anchor: date, days: WorkingDays) -> Iterator[tuple[str, date]]:
    yield from counted_days(due, anchor, days)
    if due.days_after:
        return  # their repeats are among the days
    before = due.days_before or (() if due.before or due.after else (0,))
    if not due.before and before:
        yield "0", days.opened(anchor, due.closed_days)
    for n in range(1, due.repeats + 1):
        day = anchor - timedelta(before[-1]) if before else _last_month(due, anchor)
        yield f"{before[-1] if before else 'm'}+{n}", days.opened(day + timedelta(due.repeat_days * n), due.closed_days)


def _last_month(due: Due, anchor: date) -> date:
    """The last of the days that lie so many months from the anchor: reminders go on from it."""
    return months_later(anchor, -min(due.months_before) if due.months_before else max(due.months_after))
