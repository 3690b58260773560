"""The mistakes that people make when they type into a shared workbook, one function each.

About one row in twenty gets one of them, so that the demo shows what kim says about each."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, time, timedelta
from random import Random
from types import MappingProxyType
from typing import TypeVar

from msgspec import Struct, field
from msgspec.structs import replace

from automations.setup.demo.cases import Client
from automations.setup.demo.days import Days
from automations.setup.demo.rows import AppointmentRow, CaseRow, Formula, Tables
from automations.setup.demo.team import DAYS

T = TypeVar("T")
_TRIES = 400
_MONTHS = (
    "Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September", "Oktober", "November",
    "Dezember",
)  # fmt: skip
_RESPELLED = MappingProxyType({
    "Mohammed": "Muhammad", "Youssef": "Yusuf", "Fatima": "Fatma", "Aisha": "Aischa", "Hussein": "Hossein",
    "Khaled": "Chaled", "Omar": "Umar", "Layla": "Leila", "iia": "ia", "Yu": "Ju", "Kh": "Ch", "kh": "ch",
    "sh": "sch", "ou": "u", "ü": "ue", "ö": "oe", "ä": "ae", "y": "i", "ie": "i", "ll": "l", "ss": "s", "th": "t",
})  # fmt: skip


class Desk(Struct):
    """The tables as they lie on the desk of somebody in a hurry; a row is spoiled once at most."""

    tables: Tables
    clients: Sequence[Client]
    rng: Random
    days: Days
    today: date
    spoiled: set[int] = field(default_factory=set)

    def case(self, fits: Callable[[Client], object]) -> Client | None:
        """A random case that nobody has spoiled and that fits; None where there is none to be found."""
        return self._pick(self.clients, fits)

    def appointment(self, fits: Callable[[AppointmentRow], object]) -> AppointmentRow | None:
        """A random appointment likewise."""
        return self._pick(self.tables.appointments, fits)

    def _pick(self, rows: Sequence[T], fits: Callable[[T], object]) -> T | None:
        # At random and not searched: of 100 000 rows nearly all fit, and a tiny site may have none.
        for _ in range(_TRIES if rows else 0):
            row = self.rng.choice(rows)
            if id(row) not in self.spoiled and fits(row):
                self.spoiled.add(id(row))
                return row
        return None


def received_as_text(desk: Desk) -> None:
    """A date pasted from a mail stays text: '12.03.2024 ' or '12. März 2024'."""
    if client := desk.case(lambda c: c.received):
        day = client.received
        client.row.received = desk.rng.choice((f"{day:%d.%m.%Y}", f"{day.day}. {_MONTHS[day.month - 1]} {day.year}"))


def impossible_birth_date(desk: Desk) -> None:
    """31.02. is no day; Excel keeps it as text."""
    if client := desk.case(lambda c: c.row.birth_date):
        client.row.birth_date = f"31.02.{getattr(client.row.birth_date, 'year', 1990)}"


def two_digit_year(desk: Desk) -> None:
    """A birth date with two digits for the year: '3.4.87'."""
    if client := desk.case(lambda c: isinstance(c.row.birth_date, date)):
        day = client.row.birth_date
        client.row.birth_date = f"{day.day}.{day.month}.{day.year % 100:02}" if isinstance(day, date) else day


def mistyped_address(desk: Desk) -> None:
    """A doubled @, a comma for a dot, a lost dot, a blank in the middle."""
    if client := desk.case(lambda c: c.row.email):
        address = str(client.row.email)
        slips = (("@", "@@"), (".", ","), ("@", " @"), ("@", ""), (".", ".."))
        client.row.email = address.replace(*desk.rng.choice(slips), 1)


def unknown_language(desk: Desk) -> None:
    """A slip of the pen, or a remark where a language should stand."""
    if client := desk.case(lambda c: c.row.languages):
        client.row.languages = desk.rng.choice(("Rumänsich", "siehe Akte", "Muttersprache", "Ukrainish/Rusisch"))


def unknown_manager(desk: Desk) -> None:
    """A name or an old code where the colleague's code should stand."""
    if client := desk.case(lambda c: c.row.manager and not c.row.closed_on):
        client.row.manager = desk.rng.choice(("XYZ", "Frau Kern", "BMÜ", "?"))


def missing_consent(desk: Desk) -> None:
    """Reminders by email are wanted, but nobody noted the consent."""
    if client := desk.case(lambda c: c.row.contact_way == "E-Mail" and not c.row.closed_on):
        client.row.consent_on = None


def trailing_blanks(desk: Desk) -> None:
    """Blanks behind words, as they come with pasted cells; one of them is a no-break space."""
    if client := desk.case(lambda c: c.row.manager):
        row = client.row
        row.manager, row.source, row.last_name = f"{row.manager} ", f"{row.source}\u00a0", f"  {row.last_name} "


def failed_lookup(desk: Desk) -> None:
    """A look-up of the team's own that finds nothing: #NV."""
    if client := desk.case(lambda c: c.row.district):
        client.row.district = Formula('=VLOOKUP("Hafen",Standorte!A4:D12,2,FALSE)', "#N/A")


def number_twice(desk: Desk) -> None:
    """A row was copied with its number."""
    client = desk.case(lambda c: c.row.number)
    other = desk.case(lambda c: c.row.number and c.row.closed_on)
    if client and other:
        client.row.number = other.row.number


def same_person_again(desk: Desk) -> None:
    """Somebody known comes by another way and is typed in once more, under another spelling."""
    known = desk.case(lambda c: c.row.manager and c.person.sex and other_spelling(c) != _name(c.row))
    again = desk.case(lambda c: c.row.phase == "Neu" and not c.row.manager and not c.row.household)
    if known and again:
        row = again.row
        row.last_name, row.first_name = other_spelling(known)
        row.birth_date, row.languages, row.sex = known.row.birth_date, known.row.languages, known.row.sex
        row.nationality, row.phone = known.row.nationality, known.row.phone


def split_household(desk: Desk) -> None:
    """One of a family has landed with another case manager."""
    client = desk.case(lambda c: c.row.household and c.row.manager and not c.row.closed_on)
    other = desk.case(lambda c: c.row.manager and client and c.row.manager != client.row.manager)
    if client and other:
        client.row.manager = other.row.manager
        # Only its colleague was looked up; its own row is as it was.
        desk.spoiled.discard(id(other))


def appointment_date_as_text(desk: Desk) -> None:
    """'Di 12.11.' leaves the year to the reader."""
    row = desk.appointment(lambda a: isinstance(a.date, date))
    if row and isinstance(day := row.date, date):
        row.date = f"{day:%d.%m.%Y}" if desk.rng.random() < 0.5 else f"{DAYS[day.weekday()]} {day:%d.%m.}"  # noqa: PLR2004 - a share


def impossible_appointment_date(desk: Desk) -> None:
    """31.11. is no day."""
    if row := desk.appointment(lambda a: a.status == "geplant"):
        row.date = f"31.11.{desk.today.year}"


def time_as_text(desk: Desk) -> None:
    """A time in words: '14 Uhr', 'vormittags'."""
    if row := desk.appointment(lambda a: isinstance(a.time, time) and a.status != "wahrgenommen"):
        row.time = desk.rng.choice(("14 Uhr", "10.30", "vormittags", "9:00 Uhr"))


def appointment_without_case(desk: Desk) -> None:
    """The case number was to be filled in later."""
    if row := desk.appointment(lambda a: isinstance(a.date, date)):
        row.case = None


def appointment_of_unknown_case(desk: Desk) -> None:
    """A slip in the case number."""
    if row := desk.appointment(lambda a: a.case):
        row.case = f"KIM-{desk.today.year}-9{desk.rng.randrange(100, 999)}"


def never_updated(desk: Desk) -> None:
    """The appointment is over, the row still says 'geplant'."""
    recent = desk.today - timedelta(days=60)
    if row := desk.appointment(lambda a: isinstance(a.date, date) and recent < a.date < desk.today):
        row.status = "geplant"


def in_two_places(desk: Desk) -> None:
    """A case manager is booked for the same hour in two places."""
    row = desk.appointment(lambda a: a.status == "geplant" and isinstance(a.date, date) and a.date > desk.today)
    other = desk.case(lambda c: c.row.number and not c.row.closed_on and row and c.row.number != row.case)
    if row and other:
        place = "Familienbüro" if row.place != "Familienbüro" else "Jobcenter"
        desk.tables.appointments.append(replace(row, number=None, case=other.row.number, place=place))


def closed_with_appointment(desk: Desk) -> None:
    """The case is closed, but an appointment stands in the calendar."""
    client = desk.case(lambda c: c.row.closed_on and c.row.number)
    if client and client.colleague:
        day = desk.days.on_or_after(desk.today, desk.rng.randrange(3, 15))
        row = AppointmentRow(case=client.row.number, date=day, time=time(16, 30), duration=60, kind="persönlich")
        row.place, row.manager, row.status = client.colleague.office, client.colleague.code, "geplant"
        desk.tables.appointments.append(row)


PER_600: tuple[tuple[Callable[[Desk], None], int], ...] = (
    (received_as_text, 4), (impossible_birth_date, 2), (two_digit_year, 4), (mistyped_address, 5),
    (unknown_language, 3), (unknown_manager, 3), (missing_consent, 5), (trailing_blanks, 4), (failed_lookup, 2),
    (number_twice, 1), (same_person_again, 3), (split_household, 2), (appointment_date_as_text, 4),
    (impossible_appointment_date, 2), (time_as_text, 4), (appointment_without_case, 3),
    (appointment_of_unknown_case, 3), (never_updated, 14), (in_two_places, 3), (closed_with_appointment, 3),
)  # fmt: skip
"""Each mistake and how often it is made among 600 cases."""


def make_mistakes(desk: Desk) -> None:
    """All of them, each at least once, in proportion to the size of the site."""
    # Small sites, too, show each kind once.
    size = len(desk.clients) / 600
    for mistake, often in PER_600:
        for _ in range(max(1, round(often * size))):
            mistake(desk)


def other_spelling(client: Client) -> tuple[str, str]:
    """The client's name (last, first) as somebody else would write it."""
    last, first = client.person.native
    if last and client.row.last_name != last:
        return last, first
    return _respelled(client.person.last_name), _respelled(client.person.first_name)


def _name(row: CaseRow) -> tuple[str, str]:
    return str(row.last_name), str(row.first_name)


def _respelled(name: str) -> str:
    for usual, other in _RESPELLED.items():
        if usual in name:
            return name.replace(usual, other, 1)
    return name
