"""Which tables there are, which fields each has, how each is read: shipped ones and a team's own alike.

The shipped tables are what the code needs: their records are typed, and each field is declared beside its type
(`model/records.py`). What else the code relies on of such a table is declared below. A team adds fields to them, and
tables of its own, in columns.toml; those live in `Record.own` and are known wherever shipped ones are."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Literal, TypeAlias

from msgspec import Struct

from automations.model.fields import CLIENTS, COLLEAGUES, FieldSpec
from automations.model.records import (
    Appointment,
    AppointmentStatus,
    Case,
    CaseManager,
    Consent,
    Decision,
    Location,
    Naturalisation,
    OwnRecord,
    Record,
)

DEEPEST = 2  # references that a name may follow: `case.manager.email` follows two


class Joined(Struct, frozen=True):
    """A column that holds two fields ("Name, Vorname"), and how its cells are parted: a name into last and first
    name, ways of contact into an address and a number, a moment into day and time; or, the other way round, two columns
    that say together whose row it is ("whose": last and first name). Of languages it is the other way
    round: a second column has more of them ("Muttersprache", "Weitere Sprachen"); and where a meeting begins and ends
    says how long it is ("until"); and where colleagues are called by their names, no short ones, these are what
    clients are told ("called"). `behind` is a field that may stand
    behind both in the cell: a birthday behind a name."""

    column: str
    way: Literal["name", "contact", "moment", "more", "whose", "until", "called"]
    fields: tuple[str, str]
    behind: str = ""


class ConsentFields(Struct, frozen=True):
    """Which fields of a team's own table make each of its rows a consent: to `purpose`, that the row of `recipient`
    learns of `case`, from the day in `given_on`. `withdrawn_on` and `valid_until` are blank where the table has no
    such columns."""

    purpose: str
    case: str
    recipient: str
    given_on: str
    withdrawn_on: str = ""
    valid_until: str = ""


class Keeping(Struct, frozen=True):
    """How long the rows of an own table are kept: so many months of the calendar after the day in a field."""

    after: str
    months: int


class TableSpec(Struct, frozen=True):
    """A table. `key` names a row; without one nothing is written to it or sent from it. A row is of use where each
    group of `needed` has a cell that is filled, or `excused` (field, values) holds. `consents` is set where its rows
    are consents of clients. `called` are groups of fields by which people name a row besides its key, `joined` columns
    that hold two fields. Into a `closed` table no rule writes; to a `growing` one rules of IT, and packs, may add rows.
    In a table of `notes` people write totals, months and hints between the rows. `keep` says when a row is past its
    time. Of the `spared` columns one that is missing counts as blank in every row: many teams do without it."""

    name: str
    fields: Mapping[str, FieldSpec]
    key: str = ""
    record: type[Record] = OwnRecord
    # Groups: of a client one name or the number is enough to tell who is meant.
    needed: tuple[tuple[str, ...], ...] = ()
    excused: tuple[str, frozenset[object]] = ("", frozenset())
    consents: ConsentFields | None = None
    called: tuple[tuple[str, ...], ...] = ()
    joined: tuple[Joined, ...] = ()
    closed: bool = False
    growing: bool = False
    notes: bool = False
    keep: Keeping | None = None
    spared: frozenset[str] = frozenset()

    @property
    def own(self) -> bool:
        """Whether it is a table that the team declared itself."""
        return self.record is OwnRecord

    @property
    def people(self) -> bool:
        """Whether the rows of an own table are people: they can be reached, or have a time after which they go."""
        reached = any(field.kind in {"email", "phone"} for field in self.fields.values())
        return self.own and bool(self.key) and not self.closed and (reached or self.keep is not None)

    @property
    def typed(self) -> tuple[str, ...]:
        """Fields that the records hold as attributes."""
        return tuple(name for name, spec in self.fields.items() if not spec.own)

    @property
    def extra(self) -> tuple[str, ...]:
        """Fields that the records hold in `own`."""
        return tuple(name for name, spec in self.fields.items() if spec.own)

    @property
    def stands_for(self) -> Mapping[str, str]:
        """The first field of a joined column that is no field itself -> that column."""
        return {one.fields[0]: one.column for one in self.joined if one.column not in self.fields}


Schema: TypeAlias = Mapping[str, TableSpec]

OWN_KINDS = ("text", "number", "date", "time", "email", "phone", "yes_no", "languages", "manager", "place", "list")
"""What a team's own field may be, besides the name of a table that it points to."""

DATES: Mapping[str, str] = MappingProxyType({"date": "date", "birth_date": "date", "month": "date"})
"""Kinds whose values are days."""

WORDED = frozenset({"contact_way", "urgency", "status", "phase", "answer"})
"""Kinds whose words the code or the config knows in full."""

NUMBERS = frozenset({"number", "amount", "minutes", "count"})  # kinds whose values are numbers


def shipped(record: type[Record], name: str, **contract: Any) -> TableSpec:
    """A table of kim's: its fields are declared in its record, the contract says what else the code relies on."""
    return TableSpec(name, record.declared, record=record, **contract)


_POSTPONED = frozenset({AppointmentStatus.POSTPONED, AppointmentStatus.CANCELLED})
_NAME = Joined("full_name", "name", ("last_name", "first_name"), "birth_date")
_CONTACT = Joined("contact", "contact", ("email", "phone"))
_LANGUAGES = Joined("languages", "more", ("languages", "other_languages"))
_MOMENT = Joined("date", "moment", ("date", "time"))
_UNTIL = Joined("duration", "until", ("time", "ends_at"))
_CALLED = Joined("name", "called", ("code", "name"))
_WHOSE = Joined("client_last_name", "whose", ("case", "client_first_name"))

SHIPPED: Schema = MappingProxyType({spec.name: spec for spec in (
    shipped(CaseManager, COLLEAGUES, key="code", needed=(("code",),), called=(("name",), ("email",)),
            joined=(_LANGUAGES, _CALLED), notes=True),
    shipped(Location, "locations", key="name", needed=(("name",),), closed=True, notes=True),
    shipped(Case, CLIENTS, key="number", needed=(("last_name", "first_name", "number"),),
            called=(("last_name", "first_name"),), joined=(_NAME, _CONTACT, _LANGUAGES), notes=True,
            spared=frozenset({"phase", "closed_on"})),
    shipped(Appointment, "appointments", key="number", needed=(("date",),), excused=("status", _POSTPONED),
            joined=(_MOMENT, _UNTIL, _WHOSE), growing=True, notes=True, spared=frozenset({"status"})),
    shipped(Naturalisation, "naturalisation"),
    shipped(Decision, "decisions", key="number", needed=(("number",),), closed=True),
    shipped(Consent, "consents", needed=(("case",),), closed=True),
)})  # fmt: skip
"""The tables that the code knows, in the order of reading: later ones name rows of earlier ones."""


def field_at(schema: Schema, table: str, path: str) -> FieldSpec | None:
    """The field that a dotted name means, such as `case.manager.email` in a table of appointments."""
    *way, last = path.split(".")
    for step in way:
        spec = schema[table].fields.get(step) if table in schema else None
        # A name that leads nowhere is told by whoever asked; here it is no error.
        if spec is None or not spec.target:
            return None
        table = spec.target
    return schema[table].fields.get(last) if table in schema else None


def holder_at(schema: Schema, table: str, path: str) -> tuple[str, str]:
    """The table in which a dotted name ends, and the field's name there. A step that leads nowhere is passed over."""
    *way, last = path.split(".")
    for step in way:
        spec = schema[table].fields.get(step) if table in schema else None
        table = spec.target if spec is not None and spec.target else table
    return table, last


def names_of(schema: Schema, table: str, depth: int = DEEPEST) -> frozenset[str]:
    """All names that a condition over a table may use: its fields, and those of the rows that it points to."""
    found = set(schema[table].fields)
    # References may lead in a circle (a case to its guardian's case): depth ends that.
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
