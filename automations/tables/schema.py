"""Which fields each table has and how each is read. The only list of it; names are those of records."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from datetime import date
from types import MappingProxyType

from automations.model.records import (
    AnyRecord,
    Appointment,
    Case,
    CaseManager,
    ContactWay,
    Decision,
    Location,
    Naturalisation,
    Record,
)

RECORDS: Mapping[str, type[AnyRecord]] = MappingProxyType(
    {
        "team": CaseManager,
        "locations": Location,
        "cases": Case,
        "appointments": Appointment,
        "naturalisation": Naturalisation,
        "decisions": Decision,
    }
)
"""Record types by table, in the order of reading: later tables name rows of earlier ones."""

_COMMON = {f.name for f in fields(Record)}
FIELDS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {table: tuple(f.name for f in fields(kind) if f.name not in _COMMON) for table, kind in RECORDS.items()}
)

PSEUDO: Mapping[str, frozenset[str]] = MappingProxyType({"cases": frozenset({"full_name"})})
"""Columns that are read into other fields: a name in one cell becomes last and first name."""

STANDS_FOR: Mapping[str, str] = MappingProxyType({"last_name": "full_name"})
"""Required columns that another column may stand in for."""

KEY_FIELDS: Mapping[str, str] = MappingProxyType({
    "cases": "number", "appointments": "number", "decisions": "number", "team": "code", "locations": "name",
    "naturalisation": "",
})  # fmt: skip

NEEDED: Mapping[str, tuple[str, ...]] = MappingProxyType({
    "appointments": ("date",), "team": ("code",), "locations": ("name",), "decisions": ("number",),
})  # fmt: skip
"""Cells without which a row is unusable."""

CAUTIOUS: Mapping[str, object] = MappingProxyType({
    "protected": True, "active": False, "contact_way": ContactWay.UNSAFE, "withdrawn_on": date.max,
})  # fmt: skip
"""What is taken where the cell cannot be read: a place is protected, a colleague gets no new cases, and
nothing is sent to a client whose way of contact or withdrawal nobody can make out."""

TEXT_KINDS = frozenset({"text", "source", "key", "list", "yes_no", "manager", "place", "case"})
"""Kinds in which a dash is more than a blank."""

WORD_KINDS = ("contact_way", "urgency", "status", "phase", "answer", "yes_no", "weekday", "language", "source")

_DATES = (
    "received", "consent_on", "withdrawn_on", "permit_until", "phase_since", "first_contact_on", "manager_since",
    "closed_on", "date", "starts_on", "ends_on", "absent_from", "absent_until", "applied_on", "decided_on", "as_of",
    "done_on",
)  # fmt: skip
_KINDS: Mapping[str, str] = MappingProxyType({
    **dict.fromkeys(_DATES, "date"),
    "birth_date": "birth_date", "month": "month", "time": "time", "duration": "minutes",
    "phone": "phone", "email": "email", "languages": "languages",
    "contact_way": "contact_way", "urgency": "urgency", "phase": "phase", "status": "status",
    "decision": "answer", "protected": "yes_no", "active": "yes_no", "working_days": "weekdays",
    "capacity": "number", "applications": "count", "naturalisations": "count", "focuses": "list",
    "source": "source", "manager": "manager", "substitute": "manager", "place": "place", "case": "case",
    "number": "key", "code": "key", "name": "key",
})  # fmt: skip
_EXCEPTIONS: Mapping[tuple[str, str], str] = MappingProxyType(
    {
        ("naturalisation", "decision"): "text",
        ("team", "name"): "text",
    }
)


def kind_of(table: str, name: str) -> str:
    """How a field is read: the name of a parser; "text" where nothing else is said."""
    return _EXCEPTIONS.get((table, name)) or _KINDS.get(name, "text")
