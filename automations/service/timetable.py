"""What the schedule owes: occurrences in local time, each once, through both clock changes. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from msgspec import Struct

from automations.common.dates import moment
from automations.common.working_days import WorkingDays
from automations.config.models import Premises
from automations.model.problems import Problem

JOB = "run"  # the name under which the ledger keeps the occurrences of whole runs


class Occurrence(Struct, frozen=True, order=True):
    """One run that the schedule asks for. `id` is its local date and time ("2026-10-25T06:30"), which
    names it for ever; `moment` is when that is (aware, UTC); `kind` "full", "light" or "mail"."""

    moment: datetime
    id: str
    kind: str


class Timetable(Struct, frozen=True):
    """The schedule of a site. Runs happen on working days only; `closes` is until when there are looks."""

    times: tuple[tuple[str, time], ...]
    zone: ZoneInfo
    days: WorkingDays
    closes: time = time(22)

    def between(self, after: datetime, until: datetime) -> Iterator[Occurrence]:
        """Occurrences later than `after` and not later than `until` (both aware), in order."""
        # A day more at both ends: a moment of the night may lie on another date in another zone.
        day = after.astimezone(self.zone).date() - timedelta(days=1)
        last = until.astimezone(self.zone).date() + timedelta(days=1)
        while day <= last:
            if self.days.is_working_day(day):
                yield from (item for item in self._of(day) if after < item.moment <= until)
            day += timedelta(days=1)

    def is_open(self, now: datetime) -> bool:
        """Whether today (local) is a working day."""
        return self.days.is_working_day(now.astimezone(self.zone).date())

    def in_hours(self, now: datetime) -> bool:
        """Whether this is a time for runs between those of the schedule: on a working day from its first run until
        looks end, at the earliest after its last one."""
        times = [at for _, at in self.times]
        clock = now.astimezone(self.zone).time()
        return self.is_open(now) and min(times) <= clock <= max(*times, self.closes)

    def next_after(self, now: datetime) -> Occurrence | None:
        """The next occurrence; None where nothing is scheduled within the next 60 days."""
        return next(self.between(now, now + timedelta(days=60)), None)

    def _of(self, day: date) -> list[Occurrence]:
        found: dict[str, Occurrence] = {}
        for kind, at in self.times:
            occurrence = Occurrence(moment(day, at, self.zone), f"{day}T{at:%H:%M}", kind)
            found.setdefault(occurrence.id, occurrence)
        return sorted(found.values())


def odd_times(site: Premises, now: datetime) -> list[Problem]:
    """Times of the schedule that the next change to summer time leaves out. They run all the same, later
    by the hour that is missing; people should know."""
    found = []
    say, zone = site.facts.texts, site.facts.time_zone
    today = now.astimezone(zone).date()
    for at in sorted({*site.file.schedule.full, *site.file.schedule.light}):
        days = (today + timedelta(days=n) for n in range(366))
        gap = next((day for day in days if not _exists(day, at, zone)), None)
        if gap is not None:
            message = say.say("schedule: {time} does not exist on {day}, when the clocks change; the run comes at"
                              " {later} then.", time=f"{at:%H:%M}", day=say.date(gap),
                              later=f"{moment(gap, at, zone).astimezone(zone):%H:%M}")  # fmt: skip
            found.append(Problem("odd_time", message, say.say("Nothing needs to be done."), "note", tab="site.toml"))
    return found


def _exists(day: date, at: time, zone: ZoneInfo) -> bool:
    return moment(day, at, zone).astimezone(zone).replace(tzinfo=None) == datetime.combine(day, at)


def timetable(site: Premises) -> Timetable:
    """The schedule as config says; when the sending hours begin, what waited for them leaves."""
    schedule, facts = site.file.schedule, site.facts
    times = [
        *(("full", at) for at in schedule.full),
        *(("light", at) for at in schedule.light),
        ("mail", facts.mail_hours[0]),
    ]
    days = facts.working_days
    # What waited until the last hour of sending must still find a run.
    closes = max(facts.mail_hours[1], schedule.look_until)
    return Timetable(tuple(times), facts.time_zone, days, closes)
