"""Invented mails, one for each shipped template, to look at and to approve languages by."""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, datetime, timedelta
from typing import Literal

from automations.model.plan import CalendarEntry, Mail
from automations.model.values import Plain

_NOW = datetime(2024, 10, 31, 7, tzinfo=UTC)

_APPOINTMENT: dict[str, Plain] = {
    "case_manager": "Derya Kowalski",
    "place": "Café Am Markt",
    "address": "Behrensstraße 12, 44623 Herne",
    "directions": "Bus 303 und 311, Haltestelle Markt",
    "date": "2024-11-05",
    "time": "10:30",
    "until": "11:15",
    "duration": 45,
    "kind": "personal",
    "phone": "+49 2323 16-4711",
    "bring": ["Identity card or passport", "Letters from offices"],
    "days_ahead": 5,
}


_KINDS: dict[str, dict[str, Plain]] = {
    "telephone": {"call_number": "+49 1512 3456789"},
    "video": {},
    "home_visit": {},
    "other": {},
}
_ELSEWHERE: dict[str, Plain] = {**_APPOINTMENT, "place": "", "address": "", "directions": "", "bring": []}


def samples(stems: Collection[str] = ()) -> tuple[Mail, ...]:
    """A mail for each of the shipped templates, and one about a protected place; and one to a client for each of the
    `stems` of a site's own."""
    moved = {**_APPOINTMENT, "old_date": "2024-11-04", "old_time": "14:00", "changed": ["date", "time"]}
    protected = {**_APPOINTMENT, "protected": True, "bring": []}
    return (
        _client("appointment_confirmation", _APPOINTMENT, "REQUEST"),
        _client("appointment_reminder", _APPOINTMENT, "REQUEST"),
        _client("appointment_reminder", protected, "REQUEST", "protected"),
        *(
            _client("appointment_reminder", {**_ELSEWHERE, "kind": kind, **also}, "REQUEST", kind)
            for kind, also in _KINDS.items()
        ),
        _client("appointment_moved", moved, "REQUEST"),
        _client("appointment_cancelled", _APPOINTMENT, "CANCEL"),
        _client("permit_ending", {"date": "2025-01-29", "days_ahead": 90, "case_manager": "Derya Kowalski"}),
        _staff("staff_digest", _DIGEST),
        _staff("first_contact_overdue", {"days": 6, "received": "2024-10-23", "case_manager": "Derya Kowalski"}),
        _staff("emergency_unattended", {}),
        _staff("operator_trouble", {**_TROUBLE, "problems": ["Der Mailserver ist nicht zu erreichen."]}),
        _staff("operator_recovered", _TROUBLE),
        *(_client(stem, {**_APPOINTMENT, "days": 6}) for stem in sorted(stems)),
    )


def language_samples() -> tuple[Mail, ...]:
    """What most clients get, to be read by whoever approves a language: an appointment, its move, its cancellation."""
    wanted = ("appointment_reminder", "appointment_moved", "appointment_cancelled")
    return tuple(next(mail for mail in samples() if mail.template == stem) for stem in wanted)


_TROUBLE: dict[str, Plain] = {"date": "2024-10-31", "time": "06:30", "run": "2024-10-31-0630"}

_DIGEST: dict[str, Plain] = {
    "date": "2024-10-31",
    "appointments": [
        {"number": "T-2024-2841", "case": "KIM-2024-0143", "time": "09:00", "place": "Beratung Mitte"},
        {"number": "T-2024-2855", "case": "KIM-2024-0391", "time": "10:30", "place": "Café Am Markt"},
        {"number": "T-2024-2860", "case": "KIM-2024-0402", "time": "14:15", "place": "Beratung Mitte"},
    ],
    "cancelled": [
        {
            "number": "T-2024-2871",
            "case": "KIM-2024-0417",
            "day": "2024-11-04",
            "time": "11:00",
            "kept": False,
            "note": "",
        }
    ],
    "counts": [{"label": "Anrufe zu erledigen", "value": 2}],
    "questions": ["T-2024-2799 ist verschoben, hat aber keinen neuen Tag. Wann soll er sein?"],
}


def _client(
    template: str, context: dict[str, Plain], method: Literal["", "REQUEST", "CANCEL"] = "", variant: str = ""
) -> Mail:
    return Mail(
        key=f"sample/{template}/{variant}".rstrip("/"),
        rule=template,
        case="KIM-2024-0143",
        to="klient@example.org",
        language="de",
        template=template,
        not_after=_NOW + timedelta(days=5),
        why="",
        version=1,
        subject_key="T-2024-2855",
        context=context,
        calendar=_entry(method) if method else None,
    )


def _staff(template: str, context: dict[str, Plain]) -> Mail:
    return Mail(
        key=f"sample/{template}",
        rule=template,
        case="KIM-2024-0143",
        to="team@example.org",
        language="de",
        template=template,
        not_after=_NOW + timedelta(days=5),
        why="",
        audience="staff",
        context=context,
    )


def _entry(method: Literal["REQUEST", "CANCEL"]) -> CalendarEntry:
    return CalendarEntry(
        uid="T-2024-2855@example.org",
        sequence=1,
        method=method,
        start=datetime(2024, 11, 5, 9, 30, tzinfo=UTC),
        minutes=45,
        summary="Termin",
        location="Café Am Markt",
    )
