"""Appointments: kept, cancelled, missed; those that come; and how reminders were answered."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date, time, timedelta
from zoneinfo import ZoneInfo

from msgspec import Struct

from automations.jobs.figures.periods import month_of
from automations.jobs.figures.sources import LeftOut, Reason, left_out
from automations.model.history import LEFT, History
from automations.model.records import Appointment, AppointmentStatus
from automations.model.told import is_offer

S = AppointmentStatus
ENDED = frozenset({S.ATTENDED, S.NO_SHOW, S.CANCELLED})


class Outcomes(Struct, frozen=True):
    """How past appointments went. `open` ones are over and nobody wrote down how they went."""

    kept: int = 0
    cancelled: int = 0
    missed: int = 0
    postponed: int = 0
    open: int = 0

    @property
    def missed_share(self) -> float | None:
        """Missed ones of those where a person was expected; None where there were none."""
        expected = self.kept + self.missed
        return self.missed / expected if expected else None

    @property
    def total(self) -> int:
        """All past appointments."""
        return self.kept + self.cancelled + self.missed + self.postponed + self.open


class Meetings(Struct, frozen=True):
    """All appointments at one moment. `days` counts past ones by day number and status; `unclear`
    are past ones still planned, newest first; `coming` those of the next days, in order."""

    days: Mapping[int, Mapping[AppointmentStatus | None, int]]
    unclear: tuple[Appointment, ...]
    coming: tuple[Appointment, ...]
    left_out: tuple[LeftOut, ...] = ()

    @property
    def since(self) -> date | None:
        """The first past day of which the table knows an appointment."""
        return date.fromordinal(min(self.days)) if self.days else None

    def between(self, first: date, last: date) -> Outcomes:
        """How the appointments from `first` to `last` went, both included."""
        low, high = first.toordinal(), last.toordinal()
        counts: Counter[AppointmentStatus | None] = Counter()
        for day, statuses in self.days.items():
            if low <= day <= high:
                counts.update(statuses)
        return _outcomes(counts)

    def by_month(self) -> dict[int, Outcomes]:
        """How they went, by month."""
        months: dict[int, Counter[AppointmentStatus | None]] = {}
        for day, statuses in self.days.items():
            months.setdefault(month_of(date.fromordinal(day)), Counter()).update(statuses)
        return {month: _outcomes(counts) for month, counts in months.items()}


_SETTLED: Mapping[AppointmentStatus | None, str] = {
    S.ATTENDED: "kept", S.CANCELLED: "cancelled", S.NO_SHOW: "missed", S.POSTPONED: "postponed",
}  # fmt: skip


def outcome_of(status: AppointmentStatus | None) -> str:
    """How a past appointment of that status went: the name of a field of Outcomes."""
    return _SETTLED.get(status, "open")


def is_past(item: Appointment, today: date) -> bool:
    """Whether an appointment counts among those of the days before `today`."""
    return item.counted and item.date is not None and item.date < today


def _outcomes(counts: Mapping[AppointmentStatus | None, int]) -> Outcomes:
    found: Counter[str] = Counter()
    for status, count in counts.items():
        found[outcome_of(status)] += count
    return Outcomes(**found)


def meetings(appointments: Iterable[Appointment], today: date, days_ahead: int) -> Meetings:
    """One pass. Past are the days before `today`; `coming` are those of `days_ahead` days, today being the first."""
    horizon = today + timedelta(days=days_ahead - 1)
    past: Counter[tuple[date, AppointmentStatus | None]] = Counter()
    unclear: list[Appointment] = []
    coming: list[Appointment] = []
    missing: list[tuple[Reason, Appointment]] = []
    for item in appointments:
        day = item.date
        if day is None or not item.counted:
            missing.append(("bad_day" if "date" in item.bad else "no_day", item))
        elif is_past(item, today):
            # Today's are no past ones: nobody can have written down yet how they went.
            past[day, item.status] += 1
            if item.status not in ENDED and item.status is not S.POSTPONED:
                unclear.append(item)
        elif day <= horizon:
            coming.append(item)
    by_day: dict[int, dict[AppointmentStatus | None, int]] = {}
    for (day, status), count in past.items():
        by_day.setdefault(day.toordinal(), {})[status] = count
    unclear.sort(key=lambda item: (item.date or date.min, item.row), reverse=True)
    coming.sort(key=_order)
    return Meetings(by_day, tuple(unclear), tuple(coming), left_out(missing))


def _order(item: Appointment) -> tuple[date, str, time, str]:
    # "~" stands behind all letters: what has no place, no time or no day comes last.
    return item.date or date.max, item.place or "~", item.time or time.max, item.row.key


class Answers(Struct, frozen=True):
    """How appointments that a client was written about were answered."""

    asked: int = 0
    confirmed: int = 0
    cancelled: int = 0
    objected: int = 0
    returned: int = 0

    @property
    def silent(self) -> int:
        """Those without an answer, whose mails did not come back."""
        return self.asked - self.confirmed - self.cancelled - self.objected - self.returned


def answers(history: History, zone: ZoneInfo, first: date, last: date) -> Answers:
    """Appointments with a mail that left from `first` to `last` (local dates), by their last reply.

    An appointment counts once, however often it was written about. Mails to a folder or a test address
    never left. Returned: nobody answered, and every mail came back."""
    asked: dict[str, bool] = {}
    for mail in history.mails.values():
        about = mail.subject_key if not is_offer(mail.subject_key) else ""
        # An offer of a freed hour is no question about an appointment; counted, it would look like silence.
        if mail.state in LEFT and mail.version and about and first <= mail.at.astimezone(zone).date() <= last:
            # Returned only if every one came back: the second may have gone to the corrected address.
            asked[mail.subject_key] = asked.get(mail.subject_key, True) and mail.state == "bounced"
    last_actions = Counter(history.replies[number][-1].action for number in asked if history.replies.get(number))
    returned = sum(back and not history.replies.get(number) for number, back in asked.items())
    return Answers(len(asked), last_actions["confirm"], last_actions["cancel"], last_actions["object"], returned)
