"""The rows of the demo as they are typed: fields hold whatever a person may put into a cell."""

from __future__ import annotations

from typing import TypeAlias

from msgspec import Struct, field

from automations.model.values import Value


class Formula(Struct, frozen=True):
    """A formula in a cell with the result that Excel had worked out ("#N/A" for a failed look-up)."""

    text: str
    result: str | float


Typed: TypeAlias = Value | Formula


class CaseRow(Struct):
    """A row of the tab of cases; field names are those of `records.Case`, plus `remark`."""

    number: Typed = None
    received: Typed = None
    source: Typed = None
    last_name: Typed = None
    first_name: Typed = None
    birth_date: Typed = None
    sex: Typed = None
    nationality: Typed = None
    languages: Typed = None
    email: Typed = None
    phone: Typed = None
    contact_way: Typed = None
    consent_on: Typed = None
    withdrawn_on: Typed = None
    household: Typed = None
    district: Typed = None
    office_wish: Typed = None
    focus: Typed = None
    concern: Typed = None
    urgency: Typed = None
    residence_status: Typed = None
    permit_until: Typed = None
    legal_framework: Typed = None
    german_level: Typed = None
    phase: Typed = None
    phase_since: Typed = None
    first_contact_on: Typed = None
    manager: Typed = None
    manager_since: Typed = None
    reason: Typed = None
    closed_on: Typed = None
    outcome: Typed = None
    referred_to: Typed = None
    check_note: Typed = None
    remark: Typed = None


class AppointmentRow(Struct):
    """A row of the tab of appointments; field names are those of `records.Appointment` and of the pack of
    interpreters."""

    number: Typed = None
    case: Typed = None
    date: Typed = None
    time: Typed = None
    duration: Typed = None
    place: Typed = None
    manager: Typed = None
    kind: Typed = None
    interpreter: Typed = None
    status: Typed = None
    reminded_on: Typed = None
    answer: Typed = None
    check_note: Typed = None
    interpreting: Typed = None
    interpreter_by: Typed = None
    interpreter_state: Typed = None
    served_on: Typed = None
    served_minutes: Typed = None


class Tables(Struct):
    """All rows of the team's workbook, tab by tab, before they are written."""

    cases: list[CaseRow]
    appointments: list[AppointmentRow]
    team: list[tuple[Typed, ...]] = field(default_factory=list)
    locations: list[tuple[Typed, ...]] = field(default_factory=list)
    naturalisation: list[tuple[Typed, ...]] = field(default_factory=list)
    interpreters: list[tuple[Typed, ...]] = field(default_factory=list)
