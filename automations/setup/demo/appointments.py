"""The invented appointments: what each case had so far, and what is planned for the next weeks; who interprets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, time, timedelta
from random import Random

from automations.setup.demo import choices as c
from automations.setup.demo.cases import Client
from automations.setup.demo.days import Days
from automations.setup.demo.rows import AppointmentRow, CaseRow, Tables, Typed
from automations.setup.demo.team import OUTREACH, Colleague

_HALF_HOURS = tuple(time(hour, minute) for hour in (*range(8, 12), *range(13, 18)) for minute in (0, 30))
_HOURS = tuple(
    time(hour, minute) for hour, minute in ((8, 30), (9, 30), (10, 30), (11, 30), (13, 0), (14, 0), (15, 0), (16, 0))
)
_SMALL = 12_000  # up to so many cases an hour each has room for all of them
_GAP = (28, 70)  # days from one consultation to the next
_NEXT = 0.86  # share of open cases with the next appointment in the calendar
_AHEAD = 24  # days
_AGAIN = 9  # days after an appointment that did not take place
_OVER, _COMING = "wahrgenommen", ("geplant", "bestätigt")
_PAST: Mapping[str, float] = {_OVER: 74, "nicht erschienen": 14, "abgesagt": 12}
_FUTURE: Mapping[str, float] = {"geplant": 84, "bestätigt": 11, "abgesagt": 3, "verschoben": 2}
_UNNUMBERED = 0.12  # share of the coming appointments typed since the last numbering


class Appointments:
    """Makes the appointments of cases; nobody is ever booked twice for one hour."""

    def __init__(self, rng: Random, days: Days, today: date, cases: int) -> None:
        self._rng, self._days, self._today = rng, days, today
        self._slots = _HOURS if cases <= _SMALL else _HALF_HOURS
        self._durations = (45, 60, 60) if cases <= _SMALL else (30,)
        self._taken: set[tuple[str, date, time]] = set()

    def make(self, clients: Sequence[Client]) -> list[AppointmentRow]:
        """All appointments, oldest first, with numbers."""
        rows = [row for client in clients if client.colleague for row in self._of(client, client.colleague)]
        # Not by case: people type an appointment below the last one of the day.
        rows.sort(key=lambda row: (row.date, row.time, str(row.manager)))
        self._number(rows)
        return rows

    def _of(self, client: Client, colleague: Colleague) -> list[AppointmentRow]:
        rows: list[AppointmentRow | None] = []
        if client.first_contact:
            rows.append(self._past(client.row, colleague, client.first_contact, _OVER))
            last = min(client.ends or self._today, self._today)
            day = client.first_contact + timedelta(days=self._rng.randrange(*_GAP))
            while day < last:
                row = self._past(client.row, colleague, day, c.draw(self._rng, _PAST))
                rows.append(row)
                day += timedelta(days=self._rng.randrange(*_GAP) if row and row.status == _OVER else _AGAIN)
        if not client.row.closed_on and self._rng.random() < _NEXT:
            rows.append(self._coming(client, colleague))
        return [row for row in rows if row is not None]

    def _past(self, case: CaseRow, colleague: Colleague, day: date, status: str) -> AppointmentRow | None:
        """None where the colleague had no hour left before today."""
        when = self._free(colleague, self._days.on_or_after(day))
        return self._row(case, colleague, when, status) if when and when[0] < self._today else None

    def _coming(self, client: Client, colleague: Colleague) -> AppointmentRow | None:
        # Nobody comes for the first time on the very day.
        soonest = 0 if client.first_contact else 1
        # Most in the next days: a calendar fills from its near end.
        ahead = self._today + timedelta(days=round(_AHEAD * self._rng.random() ** 1.4) + soonest)
        when = self._free(colleague, self._days.on_or_after(ahead))
        return self._row(client.row, colleague, when, c.draw(self._rng, _FUTURE)) if when else None

    def _row(self, case: CaseRow, colleague: Colleague, when: tuple[date, time], status: str) -> AppointmentRow:
        kind = c.draw(self._rng, c.KINDS)
        language = str(case.languages).split(",", maxsplit=1)[0]
        return AppointmentRow(
            case=case.number, date=when[0], time=when[1], duration=self._rng.choice(self._durations),
            place=self._place(case, colleague, when[0]), manager=colleague.code, kind=kind,
            interpreter=language if self._rng.random() < 0.05 else None, status=status,  # noqa: PLR2004 - a share
        )  # fmt: skip

    def _place(self, case: CaseRow, colleague: Colleague, day: date) -> str:
        if case.source == "Frauenhaus" and self._rng.random() < 0.6:  # noqa: PLR2004 - a share
            return "Frauenhaus"
        # Outreach places are open on one day of the week each (see team.OUTREACH).
        open_here = {2: OUTREACH[0].name, 1: OUTREACH[1].name, 3: OUTREACH[2].name}.get(day.weekday())
        return open_here if open_here and self._rng.random() < 0.2 else colleague.office  # noqa: PLR2004 - a share

    def _free(self, colleague: Colleague, day: date) -> tuple[date, time] | None:
        for _ in range(40):  # working days; who is away for longer has no hour to give
            if colleague.works(day):
                free = [slot for slot in self._slots if (colleague.code, day, slot) not in self._taken]
                if free:
                    slot = self._rng.choice(free)
                    self._taken.add((colleague.code, day, slot))
                    return day, slot
            day = self._days.on_or_after(day, 1)
        return None

    def _number(self, rows: Sequence[AppointmentRow]) -> None:
        counts: dict[int, int] = {}
        for row in rows:
            day = row.date
            # What lies behind was numbered long ago.
            fresh = isinstance(day, date) and day > self._today and self._rng.random() < _UNNUMBERED
            if isinstance(day, date) and not fresh:
                counts[day.year] = counts.get(day.year, 0) + 1
                row.number = f"T-{day.year}-{counts[day.year]:04}"


# Name, languages, sex.
_INTERPRETERS = (
    ("Samira Haddad", "Arabisch, Französisch", "weiblich"), ("Yusuf Demirci", "Türkisch, Arabisch", "männlich"),
    ("Oksana Lysenko", "Ukrainisch, Russisch", "weiblich"), ("Mihai Ionescu", "Rumänisch, Englisch", "männlich"),
    ("Awa Diallo", "Französisch, Englisch", "weiblich"), ("Pavel Orlow", "Russisch", "männlich"),
)  # fmt: skip


def need_interpreters(tables: Tables, today: date) -> None:
    """Fill in who interpreted, and what is still to be asked."""
    tables.interpreters = [_interpreter(number, *person) for number, person in enumerate(_INTERPRETERS)]
    wanted = [row for row in tables.appointments if row.interpreter]
    for number, row in enumerate(wanted):
        speaking = [name for name, languages, _ in _INTERPRETERS if str(row.interpreter) in languages.split(", ")]
        if speaking:
            _fill(row, speaking[number % len(speaking)], today)


def _interpreter(number: int, name: str, languages: str, sex: str) -> tuple[Typed, ...]:
    address = f"{name.split()[1].casefold()}@sprachmittlung.example"
    return name, address, f"0221 47102{number:02}", languages, sex, None, "ja"


def _fill(row: AppointmentRow, name: str, today: date) -> None:
    if row.status == _OVER:
        row.interpreting, row.interpreter_by = row.interpreter, name
        row.served_on, row.served_minutes = row.date, row.duration
    elif row.status in _COMING and isinstance(row.date, date) and row.date > today:
        row.interpreting = row.interpreter
