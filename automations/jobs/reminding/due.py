"""When the steps of a rule are due. Pure date arithmetic; all moments are in UTC, as
moments of one zone would be compared by the clock on the wall."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from automations.common.dates import moment
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


def moments(due: Due, base: date, days: WorkingDays, zone: ZoneInfo) -> tuple[tuple[str, datetime], ...]:
    """The names of a rule's steps and when they are due, in the order of their moments. `base` is the date that the
    rule counts from: all rows of one date share them."""
    try:
        return tuple(sorted(_moments(due, base, days, zone), key=lambda item: item[1]))
    except OverflowError:  # a date at the very beginning or end of the calendar
        return ()


def spread(due: Due, moments: Sequence[tuple[str, datetime]], end: datetime | None = None) -> tuple[Step, ...]:
    """The steps of a rule for one row, each until the next one is due. `end` is the moment after which nothing may be
    sent (an appointment's beginning)."""
    found = []
    for index, (name, start) in enumerate(moments):
        last = index + 1 == len(moments)
        # A step ends where the next begins: after a standstill only the newest is sent, not all of them at once.
        until = start + timedelta(days=due.keep_days) if last else moments[index + 1][1]
        found.append(Step(name, start, min(until, end) if end else until, last))
    return tuple(found)


def _moments(due: Due, base: date, days: WorkingDays, zone: ZoneInfo) -> list[tuple[str, datetime]]:
    repeated = tuple(max(due.days_after, default=0) + due.repeat_days * n for n in range(1, due.repeats + 1))
    # The name is the number alone: it is part of keys that are out, and must stay what 0.1 wrote.
    counted = [*((n, -n) for n in due.days_before), *((n, n) for n in (*due.days_after, *repeated))]
    return [
        (str(n), moment(days.opened(_day(due, base, by, days), due.closed_days), due.at, zone)) for n, by in counted
    ]


def _day(due: Due, base: date, by: int, days: WorkingDays) -> date:
    return days.shift(base, by) if due.days == "working" else base + timedelta(days=by)
