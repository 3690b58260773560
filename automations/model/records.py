"""The tables as typed records. All of them at one moment are a `Snapshot` (automations/model/snapshot.py).

A record is what was understood; the `Row` behind it is what stands in the cells. `usable` is False
where an error makes the row useless; `bad` names the fields that could not be read (they are None).
`double` rows cannot be told apart from another one (the same number, or the same cells without one):
nothing may be done with them, so they are not `usable`, but each of them is counted.

Each field says beside its type how its cells are read, who may read it and what rules may do with it: a shipped
field is one line here, and its headings one in columns.toml."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, time
from enum import StrEnum
from types import MappingProxyType
from typing import Any, TypeAlias

from automations.model.fields import Declaring, declared
from automations.model.values import RowKey


class ContactWay(StrEnum):
    """How a client may be reached. UNSAFE: no message on any channel could be safe."""

    EMAIL = "email"
    SMS = "sms"
    PHONE = "phone"
    NONE = "none"
    UNSAFE = "unsafe"


class Urgency(StrEnum):
    """How long a case may wait for its first contact."""

    NORMAL = "normal"
    HIGH = "high"
    EMERGENCY = "emergency"


class AppointmentStatus(StrEnum):
    """Where an appointment stands. POSTPONED without a new date waits for staff."""

    PLANNED = "planned"
    CONFIRMED = "confirmed"
    POSTPONED = "postponed"
    CANCELLED = "cancelled"
    ATTENDED = "attended"
    NO_SHOW = "no_show"


Clock: TypeAlias = time  # a time of day. A record has a field of the name `time`, which hides the type.

STANDS = frozenset({None, AppointmentStatus.PLANNED, AppointmentStatus.CONFIRMED})
"""An appointment without status was typed and not yet judged: it stands."""


class Answer(StrEnum):
    """What a person decided in the tab of decisions."""

    YES = "yes"
    NO = "no"
    LATER = "later"


# As people write several colleagues into one cell.
_BETWEEN = re.compile(r"\s*[,;/+&]\s*|\s+(?:und|and|oder|or)\s+")

NOTHING_OWN: Mapping[str, Any] = MappingProxyType({})  # the own fields of a record that has none
NOWHERE = RowKey("team", "", "")  # the key of a record that came from no row (tests, examples)


class Record(Declaring, frozen=True):
    """What every record has: the row it came from, whether it can be used, and the fields that the
    team declared itself (see `schema.FieldSpec`)."""

    row: RowKey = NOWHERE
    line: int = 0
    usable: bool = True
    bad: frozenset[str] = frozenset()
    own: Mapping[str, Any] = NOTHING_OWN
    double: bool = False

    @property
    def counted(self) -> bool:
        """Whether the row enters figures: it can be read, whatever may be done with it."""
        return self.usable or self.double

    def __hash__(self) -> int:
        # `own` has no hash, and what is equal stands in the same row.
        return hash(self.row)

    def get(self, name: str) -> Any:
        """A field by its name, shipped or the team's own; None where there is no such field."""
        return self.own[name] if name in self.own else getattr(self, name, None)


def cell_line(record: Record, name: str) -> str:
    """A field as one line of text; "" where it is blank."""
    # No method: `get` would take it for a field of that name.
    return " ".join(str(record.get(name) or "").split())


class OwnRecord(Record, frozen=True):
    """A row of a table that the team declared itself: all of its fields are in `own`."""


class Case(Record, frozen=True):
    """A client's case. `number` is None while the row has none; languages are ISO 639-1 codes in the order typed,
    those of the column `other_languages` behind them; `writing_languages` are read where `languages` are spoken;
    `not_with` names cases that must not meet this one, `guardian` who has custody (a case number, an address, a phone
    number); `phase` is a phase id of site.toml; `manager` a case manager's code; `focus` a required special focus;
    `household` a name or number shared by its members."""

    number: str | None = declared("key", access="open", filling="never")
    received: date | None = declared("date")
    source: str | None = declared("source")
    last_name: str | None = declared(access="open")
    first_name: str | None = declared(access="open")
    birth_date: date | None = declared("birth_date", access="sensitive")
    sex: str | None = declared("sex", access="sensitive")
    nationality: str | None = declared(access="sensitive")
    languages: tuple[str, ...] = declared("languages", default=())
    email: str | None = declared("email", filling="never")
    phone: str | None = declared("phone", filling="never")
    contact_way: ContactWay | None = declared(
        "contact_way", access="sensitive", filling="never", cautious=ContactWay.UNSAFE
    )
    consent_on: date | None = declared("date", filling="never", parser="consent")
    withdrawn_on: date | None = declared("date", filling="never", cautious=date.max)
    household: str | None = declared(access="sensitive")
    district: str | None = declared()
    office_wish: str | None = declared()
    focus: str | None = declared()
    concern: str | None = declared(access="sensitive")
    urgency: Urgency = declared("urgency", default=Urgency.NORMAL)
    residence_status: str | None = declared(access="sensitive")
    permit_until: date | None = declared("date", access="open")
    legal_framework: str | None = declared(access="sensitive")
    german_level: str | None = declared()
    phase: str | None = declared("phase")
    phase_since: date | None = declared("date", filling="never")
    first_contact_on: date | None = declared("date")
    manager: str | None = declared("manager", access="open")
    manager_since: date | None = declared("date", filling="never")
    reason: str | None = declared(access="sensitive", filling="never")
    closed_on: date | None = declared("date")
    outcome: str | None = declared(access="sensitive")
    referred_to: str | None = declared()
    calendar_entry: bool | None = declared("yes_no", cautious=False)
    not_with: str | None = declared(access="sensitive")
    writing_languages: tuple[str, ...] = declared("languages", default=())
    other_languages: tuple[str, ...] = declared("languages", default=())
    reads_not: bool | None = declared("yes_no", access="sensitive", cautious=True)
    guardian: str | None = declared(access="sensitive")
    check_note: str | None = declared(access="sensitive", filling="never")


class Appointment(Record, frozen=True):
    """A meeting. `date`, `time` and `ends_at` are local wall-clock values of the site's zone; `duration` is in minutes,
    and what lies between the other two where only they say it. `case` is the case number as typed; `manager` a case
    manager's code, `place` a location's name."""

    number: str | None = declared("key", access="open", filling="never")
    case: str | None = declared("case", filling="never")
    date: date | None = declared("date", access="open")
    time: time | None = declared("time", access="open")
    duration: int | None = declared("minutes", access="open")
    ends_at: Clock | None = declared("time")
    place: str | None = declared("place", filling="never")
    manager: str | None = declared("manager", access="open")
    kind: str | None = declared(access="open")
    interpreter: str | None = declared()
    status: AppointmentStatus | None = declared("status", filling="replace")
    reminded_on: str | None = declared(filling="never")
    answer: str | None = declared(access="sensitive", filling="never")
    check_note: str | None = declared(access="sensitive", filling="never")


class CaseManager(Record, frozen=True):
    """A colleague. `capacity` is in load points (None: not given); `working_days` 0 = Monday; None
    means all of them. `substitute` is a code, or several as typed: "BB, CC"."""

    code: str | None = declared("key", filling="never")
    name: str | None = declared(access="open", parser="printed")
    email: str | None = declared("email", access="open", filling="never")
    phone: str | None = declared("phone", access="open")
    languages: tuple[str, ...] = declared("languages", default=())
    capacity: float | None = declared("amount")
    working_days: frozenset[int] | None = declared("weekdays")
    office: str | None = declared(access="open")
    focuses: tuple[str, ...] = declared("list", default=())
    starts_on: date | None = declared("date")
    ends_on: date | None = declared("date")
    absent_from: date | None = declared("date")
    absent_until: date | None = declared("date")
    # As typed, and parted later: a code that nobody has is told with the whole cell.
    substitute: str | None = declared("manager")
    role: str | None = declared(filling="never")
    other_languages: tuple[str, ...] = declared("languages", default=())
    active: bool = declared("yes_no", default=True, filling="never", cautious=False)

    @property
    def substitutes(self) -> tuple[str, ...]:
        """The codes of those who stand in, in the order typed."""
        return tuple(filter(None, _BETWEEN.split(" ".join((self.substitute or "").split()))))

    def belongs(self, day: date) -> bool:
        """Whether they are of the team on that day, absences apart: begun, not left, active."""
        begun = self.starts_on is None or self.starts_on <= day
        return self.active and begun and (self.ends_on is None or day <= self.ends_on)

    def is_absent(self, day: date) -> bool:
        """Whether that day lies in their absence. One without an end lasts until it is given one."""
        first, last = self.absent_from, self.absent_until
        # Two blank cells are no absence; without this line they would be one for ever.
        if first is None and last is None:
            return False
        return (first is None or first <= day) and (last is None or day <= last)

    def is_there(self, day: date) -> bool:
        """Whether they are of the team on that day and not absent, whatever their usual days are."""
        return self.belongs(day) and not self.is_absent(day)


class Location(Record, frozen=True):
    """A place of meeting. A `protected` one appears in no message; others as `neutral_name`."""

    name: str | None = declared("key", access="sensitive")
    neutral_name: str | None = declared(parser="printed")
    protected: bool = declared("yes_no", default=False, access="sensitive", cautious=True)
    address: str | None = declared(access="sensitive", parser="printed")
    phone: str | None = declared("phone")
    hours: str | None = declared()
    directions: str | None = declared(access="sensitive", parser="printed")
    kind: str | None = declared()


class Naturalisation(Record, frozen=True):
    """Either one application (applied_on, decided_on, decision) or one month's counts (month as its
    first day, as_of, applications, naturalisations)."""

    applied_on: date | None = declared("date")
    decided_on: date | None = declared("date")
    decision: str | None = declared()
    month: date | None = declared("month")
    as_of: date | None = declared("date")
    applications: int | None = declared("count")
    naturalisations: int | None = declared("count")


class Decision(Record, frozen=True):
    """A question that kim asked, and what people answered."""

    number: str | None = declared("key")
    question: str | None = declared(access="sensitive")
    proposal: str | None = declared(access="sensitive")
    cause: str | None = declared(access="sensitive")
    decision: Answer | None = declared("answer")
    by: str | None = declared()
    done_on: date | None = declared("date")


class Consent(Record, frozen=True):
    """That somebody may be written to: for one purpose, on one channel; with `recipient` for what another office
    learns about them. Without the day on which it was given it permits nothing."""

    case: str | None = declared("case")
    purpose: str | None = declared("purpose")
    recipient: str | None = declared("source", access="sensitive")
    channel: ContactWay | None = declared("contact_way")
    wording: str | None = declared(access="sensitive")
    language: str | None = declared()
    obtained_by: str | None = declared()
    given_on: date | None = declared("date", parser="consent")
    valid_until: date | None = declared("date", cautious=date.min)
    withdrawn_on: date | None = declared("date", cautious=date.max)


AnyRecord: TypeAlias = Case | Appointment | CaseManager | Location | Naturalisation | Decision | Consent | OwnRecord
