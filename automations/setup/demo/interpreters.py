"""Invented interpreters, and the appointments that want one: past ones are confirmed, coming ones are asked about."""

from __future__ import annotations

from datetime import date

from automations.setup.demo.rows import AppointmentRow, Tables, Typed

_PEOPLE = (
    ("Samira Haddad", "Arabisch, Französisch", "weiblich"), ("Yusuf Demirci", "Türkisch, Arabisch", "männlich"),
    ("Oksana Lysenko", "Ukrainisch, Russisch", "weiblich"), ("Mihai Ionescu", "Rumänisch, Englisch", "männlich"),
    ("Awa Diallo", "Französisch, Englisch", "weiblich"), ("Pavel Orlow", "Russisch", "männlich"),
)  # fmt: skip
"""Name, languages, sex."""

_OVER, _COMING = "wahrgenommen", ("geplant", "bestätigt")


def need_interpreters(tables: Tables, today: date) -> None:
    """Fill in who interpreted, and what is still to be asked."""
    tables.interpreters = [_row(number, *person) for number, person in enumerate(_PEOPLE)]
    wanted = [row for row in tables.appointments if row.interpreter]
    for number, row in enumerate(wanted):
        speaking = [name for name, languages, _ in _PEOPLE if str(row.interpreter) in languages.split(", ")]
        if speaking:
            _fill(row, speaking[number % len(speaking)], today)


def _row(number: int, name: str, languages: str, sex: str) -> tuple[Typed, ...]:
    address = f"{name.split()[1].casefold()}@sprachmittlung.example"
    return name, address, f"0221 47102{number:02}", languages, sex, None, "ja"


def _fill(row: AppointmentRow, name: str, today: date) -> None:
    if row.status == _OVER:
        row.interpreting, row.interpreter_by = row.interpreter, name
        row.served_on, row.served_minutes = row.date, row.duration
    elif row.status in _COMING and isinstance(row.date, date) and row.date > today:
        row.interpreting = row.interpreter
