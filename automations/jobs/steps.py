"""The steps of a rule: which days it counts to, and from when until when each of them is due. All moments are in UTC,
as moments of one zone would be compared by the clock on the wall."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from msgspec import Struct

from automations.common.dates import moment, months_later
from automations.common.working_days import WorkingDays
from automations.jobs.stanzas import Counted

CLOSURE = 60  # days that closed days may move a due day by; no team closes for longer


class Step(Struct, frozen=True):
    """One occasion: its name within the rule, from when until when it is due, and whether none comes after it."""

    name: str
    due: datetime
    until: datetime
    last: bool = True

    def at(self, now: datetime) -> bool:
        """Whether it is to be done now."""
        return self.due <= now < self.until


def counted_days(due: Counted, base: date, days: WorkingDays) -> Iterator[tuple[str, date]]:
    """The names of the days that a rule counts to from one date, as closed days move them."""
    for sign, months in ((-1, due.months_before), (1, due.months_after)):
        for n in months:
            yield f"{n}m", days.opened(months_later(base, sign * n), due.closed_days)
    repeated = [max(due.days_after) + due.repeat_days * n for n in range(1, due.repeats + 1)] if due.days_after else ()
    # The name is the number alone: it is part of keys that are out, and must stay what 0.1 wrote.
    for n, by in [*((n, -n) for n in due.days_before), *((n, n) for n in (*due.days_after, *repeated))]:
        day = days.shift(base, by) if due.days == "working" else base + timedelta(days=by)
        yield str(n), days.opened(day, due.closed_days)


def is_near(due: Counted, base: date, today: date) -> bool:
    """Whether a step can be due today, judged roughly and quickly, never too strictly: rows out of reach need no
    calendar, and they are nearly all."""
    farthest = max((*due.days_before, *due.days_after, *(31 * n for n in due.months_before + due.months_after), 0))
    # Twice: of seven days at least five are working days, and holidays are in the closure.
    reach = 2 * (farthest + due.repeat_days * due.repeats) + due.keep_days + CLOSURE
    return abs((base - today).days) <= reach


def in_order(named: Iterable[tuple[str, date]], at: time, zone: ZoneInfo) -> list[tuple[str, datetime]]:
    """The days with their names as moments of the site's clock, in their order."""
    try:
        return sorted(((name, moment(day, at, zone)) for name, day in named), key=lambda item: item[1])
    except (OverflowError, ValueError):  # a date at the very beginning or end of the calendar
        return []


def lasting(due: Counted, moments: Sequence[tuple[str, datetime]], end: datetime | None = None) -> tuple[Step, ...]:
    """The steps that begin at these moments, in their order. `end` is the moment after which nothing may be done (an
    appointment's beginning)."""
    found = []
    for index, (name, start) in enumerate(moments):
        last = index + 1 == len(moments)
        # A step ends where the next begins: after a standstill only the newest is done, not all of them at once.
        ends = [
            start + timedelta(days=due.keep_days),
            *([] if last else [moments[index + 1][1]]),
            *([end] if end else []),
        ]
        found.append(Step(name, start, min(ends), last))
    return tuple(found)
