"""When the steps of a rule are due. Pure date arithmetic; all moments are in UTC, as
moments of one zone would be compared by the clock on the wall."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from automations.common.working_days import WorkingDays
from automations.jobs.reminding.rules import Due


@dataclass(frozen=True, slots=True)
class Step:
    """One message of a rule: its name within the rule, and from when until when it is due."""

    name: str
    due: datetime
    until: datetime
    last: bool

    def at(self, now: datetime) -> bool:
        """Whether the message should leave now."""
        return self.due <= now < self.until


def steps(due: Due, base: date, days: WorkingDays, zone: ZoneInfo, end: datetime | None = None) -> tuple[Step, ...]:
    """The steps of a rule for one row, in the order of their moments.

    `base` is the date that the rule counts from, `end` the moment after which nothing may be sent (an
    appointment's beginning). A step lasts until the next one is due.
    """
    try:
        moments = sorted(_moments(due, base, days, zone), key=lambda moment: moment[1])
    except OverflowError:  # a date at the very beginning or end of the calendar
        return ()
    found = []
    for index, (name, moment) in enumerate(moments):
        last = index + 1 == len(moments)
        until = moment + timedelta(days=due.keep_days) if last else moments[index + 1][1]
        found.append(Step(name, moment, min(until, end) if end else until, last))
    return tuple(found)


def _moments(due: Due, base: date, days: WorkingDays, zone: ZoneInfo) -> list[tuple[str, datetime]]:
    if due.days_before:
        return [(str(n), moment(_back(due, base, n, days), due.at, zone)) for n in due.days_before]
    repeated = tuple(max(due.days_after) + due.repeat_days * n for n in range(1, due.repeats + 1))
    return [(str(n), moment(_forth(due, base, n, days), due.at, zone)) for n in due.days_after + repeated]


def _back(due: Due, base: date, n: int, days: WorkingDays) -> date:
    day = days.shift(base, -n) if due.days == "working" else base - timedelta(days=n)
    return _open(due, day, days)


def _forth(due: Due, base: date, n: int, days: WorkingDays) -> date:
    day = days.shift(base, n) if due.days == "working" else base + timedelta(days=n)
    return _open(due, day, days)


def _open(due: Due, day: date, days: WorkingDays) -> date:
    if due.closed_days == "before":
        return days.on_or_before(day)
    return days.on_or_after(day) if due.closed_days == "after" else day


def moment(day: date, clock: time, zone: ZoneInfo) -> datetime:
    """A local wall-clock time as a moment in UTC. In the hour that autumn repeats, the first one; a
    time that spring leaves out is the moment an hour after the one before the gap."""
    return datetime.combine(day, clock, tzinfo=zone).astimezone(UTC)
