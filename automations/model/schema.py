"""Which tables there are, which fields each has, how each is read: shipped ones and a team's own alike.

The shipped tables are what the code needs: their records are typed (`model/records.py`). A team adds
fields to them, and tables of its own, in columns.toml; those live in `Record.own` and are known
wherever shipped ones are.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import date
from types import MappingProxyType
from typing import Literal, TypeAlias

from automations.model.records import (
    Appointment,
    AppointmentStatus,
    Case,
    CaseManager,
    Consent,
    ContactWay,
    Decision,
    Location,
    Naturalisation,
    OwnRecord,
    Record,
)

Access: TypeAlias = Literal["open", "internal", "sensitive"]
"""open: may stand in texts to clients and referrers; sensitive: nobody outside the team reads it."""

DEEPEST = 2
"""References that a name may follow: `case.manager.email` follows two."""


@dataclass(frozen=True, slots=True)
class FieldSpec:
    """A field: how its cells are read, the table that it points to (blank: none), who may read it.
    `own` is one that a team declared itself. A key is read as text, whatever its cells hold; `counted` says
    that they hold numbers."""

    kind: str = "text"
    target: str = ""
    access: Access = "internal"
    own: bool = False
    counted: bool = False


@dataclass(frozen=True, slots=True)
class ConsentFields:
    """Which fields of a team's own table make each of its rows a consent: to `purpose`, that the row of `recipient`
    learns of `case`, from the day in `given_on`. `withdrawn_on` and `valid_until` are blank where the table has no
    such columns."""

    purpose: str
    case: str
    recipient: str
    given_on: str
    withdrawn_on: str = ""
    valid_until: str = ""


@dataclass(frozen=True, slots=True)
class TableSpec:
    """A table. `key` names a row; without one nothing is written to it or sent from it. A row is of
    use where each group of `needed` has a cell that is filled, or `excused` (field, values) holds.
    `consents` is set where its rows are consents of clients."""

    name: str
    fields: Mapping[str, FieldSpec]
    key: str = ""
    record: type[Record] = OwnRecord
    needed: tuple[tuple[str, ...], ...] = ()
    excused: tuple[str, frozenset[object]] = ("", frozenset())
    consents: ConsentFields | None = None

    @property
    def own(self) -> bool:
        """Whether it is a table that the team declared itself."""
        return self.record is OwnRecord

    @property
    def typed(self) -> tuple[str, ...]:
        """Fields that the records hold as attributes."""
        return tuple(name for name, spec in self.fields.items() if not spec.own)

    @property
    def extra(self) -> tuple[str, ...]:
        """Fields that the records hold in `own`."""
        return tuple(name for name, spec in self.fields.items() if spec.own)


Schema: TypeAlias = Mapping[str, TableSpec]

TARGETS: Mapping[str, str] = MappingProxyType({"manager": "team", "place": "locations", "case": "cases"})
"""Kinds of shipped fields that point to a row of another table."""

OWN_KINDS = ("text", "number", "date", "time", "email", "phone", "yes_no", "languages", "manager", "place", "list")
"""What a team's own field may be, besides the name of a table that it points to."""

DATES: Mapping[str, str] = MappingProxyType({"date": "date", "birth_date": "date", "month": "date"})
"""Kinds whose values are days."""

_DATES = (
    "received", "consent_on", "withdrawn_on", "permit_until", "phase_since", "first_contact_on", "manager_since",
    "closed_on", "date", "starts_on", "ends_on", "absent_from", "absent_until", "applied_on", "decided_on", "as_of",
    "done_on", "given_on", "valid_until",
)  # fmt: skip
_KINDS: Mapping[str, str] = MappingProxyType({
    **dict.fromkeys(_DATES, "date"),
    "birth_date": "birth_date", "month": "month", "time": "time", "duration": "minutes",
    "phone": "phone", "email": "email", "languages": "languages",
    "writing_languages": "languages", "calendar_entry": "yes_no", "reads_not": "yes_no",
    "contact_way": "contact_way", "urgency": "urgency", "phase": "phase", "status": "status",
    "decision": "answer", "protected": "yes_no", "active": "yes_no", "working_days": "weekdays",
    "capacity": "amount", "applications": "count", "naturalisations": "count", "focuses": "list",
    "source": "source", "recipient": "source", "purpose": "purpose", "channel": "contact_way",
    "manager": "manager", "substitute": "manager", "place": "place", "case": "case",
    "number": "key", "code": "key", "name": "key",
})  # fmt: skip
_EXCEPTIONS: Mapping[tuple[str, str], str] = MappingProxyType(
    {
        ("naturalisation", "decision"): "text",
        ("team", "name"): "text",
    }
)

OPEN: Mapping[str, frozenset[str]] = MappingProxyType({
    "cases": frozenset({"number", "first_name", "last_name", "manager", "permit_until"}),
    "appointments": frozenset({"number", "date", "time", "duration", "kind", "manager"}),
    "team": frozenset({"name", "email", "phone", "office"}),
})  # fmt: skip
"""Shipped fields that may stand in texts to clients."""

SENSITIVE: Mapping[str, frozenset[str]] = MappingProxyType({
    "cases": frozenset({
        "concern", "residence_status", "nationality", "birth_date", "reason", "check_note", "household", "sex",
        "legal_framework", "contact_way", "outcome", "not_with", "guardian", "reads_not",
    }),
    "appointments": frozenset({"check_note", "answer"}),
    "locations": frozenset({"name", "address", "directions", "protected"}),
    "decisions": frozenset({"question", "proposal", "cause"}),
    "consents": frozenset({"recipient", "wording"}),
})  # fmt: skip
"""Shipped fields that leave the team in no text at all."""

_SHIPPED: Mapping[str, tuple[type[Record], str, tuple[tuple[str, ...], ...]]] = MappingProxyType({
    "team": (CaseManager, "code", (("code",),)),
    "locations": (Location, "name", (("name",),)),
    "cases": (Case, "number", (("last_name", "first_name", "number"),)),
    "appointments": (Appointment, "number", (("date",),)),
    "naturalisation": (Naturalisation, "", ()),
    "decisions": (Decision, "number", (("number",),)),
    "consents": (Consent, "", (("case",),)),
})  # fmt: skip
_EXCUSED: Mapping[str, tuple[str, frozenset[object]]] = MappingProxyType(
    {"appointments": ("status", frozenset({AppointmentStatus.POSTPONED, AppointmentStatus.CANCELLED}))}
)
_COMMON = frozenset(f.name for f in fields(Record))

CAUTIOUS: Mapping[str, object] = MappingProxyType({
    "protected": True, "active": False, "contact_way": ContactWay.UNSAFE, "withdrawn_on": date.max,
    "valid_until": date.min,
})  # fmt: skip
"""What is taken where the cell cannot be read: a place is protected, a colleague gets no new cases, and
nothing is sent to a client whose way of contact or withdrawal nobody can make out, nor on a consent whose end
nobody can read."""


def _kind(table: str, name: str) -> str:
    return _EXCEPTIONS.get((table, name)) or _KINDS.get(name, "text")


def _access(table: str, name: str) -> Access:
    if name in SENSITIVE.get(table, ()):
        return "sensitive"
    return "open" if name in OPEN.get(table, ()) else "internal"


def _shipped() -> Iterator[TableSpec]:
    for table, (record, key, needed) in _SHIPPED.items():
        known = {}
        for field in fields(record):
            if field.name not in _COMMON:
                kind = _kind(table, field.name)
                known[field.name] = FieldSpec(kind, TARGETS.get(kind, ""), _access(table, field.name))
        excused = _EXCUSED.get(table, ("", frozenset()))
        yield TableSpec(table, MappingProxyType(known), key, record, needed, excused)


SHIPPED: Schema = MappingProxyType({spec.name: spec for spec in _shipped()})
"""The tables that the code knows, in the order of reading: later ones name rows of earlier ones."""


def field_at(schema: Schema, table: str, path: str) -> FieldSpec | None:
    """The field that a dotted name means, such as `case.manager.email` in a table of appointments."""
    *way, last = path.split(".")
    for step in way:
        spec = schema[table].fields.get(step) if table in schema else None
        if spec is None or not spec.target:
            return None
        table = spec.target
    return schema[table].fields.get(last) if table in schema else None


def names_of(schema: Schema, table: str, depth: int = DEEPEST) -> frozenset[str]:
    """All names that a condition over a table may use: its fields, and those of the rows that it points to."""
    found = set(schema[table].fields)
    if depth:
        for name, spec in schema[table].fields.items():
            if spec.target in schema:
                found |= {f"{name}.{inner}" for inner in names_of(schema, spec.target, depth - 1)}
    return frozenset(found)


def pointing(schema: Schema, table: str) -> Mapping[str, str]:
    """Tables that point to this one -> the field that does; of several the first."""
    found: dict[str, str] = {}
    for other, spec in schema.items():
        name = next((name for name, field in spec.fields.items() if field.target == table), "")
        if name:
            found[other] = name
    return found
