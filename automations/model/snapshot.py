"""All tables at one moment: what every job plans over."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from enum import StrEnum
from functools import cache, cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, TypeVar, get_args

from msgspec import Struct, field, structs

from automations.common.phones import dialled
from automations.model.console import Console
from automations.model.fields import CLIENTS
from automations.model.layout import Row, SetAside
from automations.model.plan import Call, EditGroup, Mail, Plan
from automations.model.problems import Problem, Where
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
    Record,
)
from automations.model.schema import SHIPPED, ConsentFields, Schema
from automations.model.submissions import Intake
from automations.model.values import RowKey, Value, is_draft

if TYPE_CHECKING:
    from automations.model.layout import TableLayout

R = TypeVar("R", bound=Record)


class Snapshot(Struct, frozen=True, dict=True):
    """All tables at one moment, with the edits of earlier jobs of the same run laid over them.

    `rows` are the raw rows by key (a key that stands twice is left out; see problems). `unsettled` rows changed so
    recently that nothing may be decided from them. `words` turns a canonical value back into the team's own word
    ((table, field, value) -> word). `mails` and `calls` are those that earlier jobs planned. `called` says what a tab
    ((table, "")) or column ((table, field)) is called in the product, for one that is missing. `set_aside` are rows
    that are none of their table, `intake` what came through forms, `lists` the tabs of lists by rule (workbook, tab),
    `unread_tabs` the team's tabs that are no table; `seen` are the fields, by table, that rules alone make kim read."""

    layouts: Mapping[str, TableLayout] = field(default_factory=dict)
    rows: Mapping[RowKey, Row] = field(default_factory=dict)
    cases: tuple[Case, ...] = ()
    appointments: tuple[Appointment, ...] = ()
    team: tuple[CaseManager, ...] = ()
    locations: tuple[Location, ...] = ()
    naturalisation: tuple[Naturalisation, ...] = ()
    decisions: tuple[Decision, ...] = ()
    consents: tuple[Consent, ...] = ()
    problems: tuple[Problem, ...] = ()
    unsettled: frozenset[RowKey] = frozenset()
    words: Mapping[tuple[str, str, str], str] = field(default_factory=dict)
    mails: tuple[Mail, ...] = ()
    calls: tuple[Call, ...] = ()
    intake: Intake = field(default_factory=Intake)
    edited: Mapping[RowKey, Mapping[str, str]] = field(default_factory=dict)
    called: Mapping[tuple[str, str], str] = field(default_factory=dict)
    schema: Schema = field(default_factory=lambda: SHIPPED)
    own_tables: Mapping[str, tuple[Record, ...]] = field(default_factory=dict)
    console: Console = field(default_factory=Console)
    set_aside: tuple[SetAside, ...] = ()
    lists: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    unread_tabs: tuple[str, ...] = ()
    seen: Mapping[str, frozenset[str]] = field(default_factory=dict)

    def table(self, name: str) -> tuple[Record, ...]:
        """The records of a table, shipped or the team's own; none of one that is not there."""
        records: tuple[Record, ...] = getattr(self, name) if name in SHIPPED else self.own_tables.get(name, ())
        return records

    @cached_property
    def _by_key(self) -> dict[str, Mapping[str, Record]]:
        return {}

    def by_key(self, table: str) -> Mapping[str, Record]:
        """The records of a table by the key that staff call them by; of one that stands twice, the first."""
        if table not in self._by_key:
            name = self.schema[table].key if table in self.schema else ""
            self._by_key[table] = _first_by(name, self.table(table)) if name else {}
        return self._by_key[table]

    def heading(self, table: str, name: str) -> str:
        """What a column is called: by the team where it has it, else by kim."""
        layout = self.layouts.get(table)
        known = (layout.headings.get(name) if layout else None) or self.called.get((table, name), name)
        return " ".join(known.split())

    def where(self, record: Record | None, field: str = "", *, table: str = "") -> Where:
        """Where people find a row, or a cell of it, in the words of a problem; without a record its table alone."""
        table = record.row.table if record else table
        layout, row = self.layouts.get(table), self.rows.get(record.row) if record else None
        return {
            "workbook": record.row.workbook if record else "",
            "table": table,
            # The row's own tab first: a table may be spread over one tab a year.
            "tab": (row.tab if row else "") or (layout.tab if layout else ""),
            "row": (record.line or None) if record else None,
            # Headings are often broken over two lines in the sheet; a sentence is not.
            "column": " ".join(layout.headings.get(field, "").split()) if layout else "",
            "field": field,
        }

    def keys_about(self, case: str) -> tuple[str, ...]:
        """The keys of all rows that name a case, or somebody in a table of the team's own, in shipped tables and own
        ones, in whichever column: what is kept about the person stands under these, too. So do rows that name such a
        row (the bill of a ride), unless that is somebody's of their own or they name a case themselves."""
        holders = [CLIENTS, *(name for name, spec in self.schema.items() if spec.own and case in self.by_key(name))]
        found: dict[str, None] = {}
        # By hand and not recursively: rows that name each other in a circle come to an end.
        wanted = [record for holder in holders for record in self._naming(holder, case)]
        while wanted:
            record = wanted.pop(0)
            spec = self.schema[record.row.table]
            key = str(record.get(spec.key))
            if key not in found:
                found[key] = None
                further = self._naming(spec.name, key) if spec.own and not spec.people else ()
                wanted += [other for other in further if not self._names_a_case(other)]
        return tuple(found)

    def _naming(self, target: str, key: str) -> Iterator[Record]:
        """The rows with a key of their own in which some column names a row."""
        for table, spec in self.schema.items():
            names = [name for name, field in spec.fields.items() if field.target == target]
            for record in self.table(table) if names and spec.key else ():
                if record.get(spec.key) and any(record.get(name) == key for name in names):
                    yield record

    def _names_a_case(self, record: Record) -> bool:
        fields = self.schema[record.row.table].fields
        return any(field.target == CLIENTS and record.get(name) for name, field in fields.items())

    @property
    def tables(self) -> Mapping[str, tuple[Record, ...]]:
        """All tables that there are, with their records."""
        return {name: self.table(name) for name in self.schema}

    @cached_property
    def case_by_number(self) -> Mapping[str, Case]:
        """Cases by number; of a number that stands twice, the first."""
        return _first_by("number", self.cases)

    @cached_property
    def manager_by_code(self) -> Mapping[str, CaseManager]:
        """Case managers by code; of a code that stands twice, the first."""
        return _first_by("code", self.team)

    @cached_property
    def location_by_name(self) -> Mapping[str, Location]:
        """Locations by name; of a name that stands twice, the first."""
        return _first_by("name", self.locations)

    @cached_property
    def types_planned(self) -> bool:
        """Whether the team types of appointments that they are planned. Where nobody does, the column says what became
        of them ("Attended?"), and blank is right before the day."""
        return any(one.status is AppointmentStatus.PLANNED for one in self.appointments)

    def sayable(self, number: str | None) -> str:
        """A colleague's or a place's telephone number that a message may give; "" for a protected place's, whoever uses
        it: it can be looked up. The service's own is public, whatever place has it as well."""
        return "" if not number or dialled(number) in self._secret_numbers else number

    @cached_property
    def _secret_numbers(self) -> frozenset[str]:
        """Those of protected places alone: what a place that may be named has, too, tells nothing."""
        hidden = {dialled(place.phone) for place in self.locations if place.phone and place.protected}
        return frozenset(
            hidden - {dialled(place.phone) for place in self.locations if place.phone and not place.protected}
        )

    @cached_property
    def unread_consents(self) -> str:
        """The tab of consents where it is there and cannot be read, as a column that it needs is missing; else "".
        Nobody knows then who withdrew."""
        if "consents" in self.layouts:
            return ""
        errors = (one for one in self.problems if one.table == "consents" and one.severity == "error")
        return next((one.tab for one in errors if one.field), "")

    @cached_property
    def consents_by_case(self) -> Mapping[str, tuple[Consent, ...]]:
        """The rows of consents by case, in the order of their tab."""
        return _by_case(self.consents)

    @cached_property
    def declared_consents(self) -> Mapping[str, tuple[Consent, ...]]:
        """The rows of the team's own tables that are consents, by case."""
        declaring = ((name, spec.consents) for name, spec in self.schema.items() if spec.consents)
        rows = ((fields, record) for name, fields in declaring for record in self.own_tables.get(name, ()))
        return _by_case(_declared(record, fields) for fields, record in rows)

    def with_plan(self, plan: Plan) -> Snapshot:
        """This snapshot as it would be once the plan is carried out, for the jobs that follow."""
        return structs.replace(
            self.with_edits(plan.groups),
            problems=plan.problems if plan.all_problems else self.problems + plan.problems,
            mails=self.mails + plan.mails,
            calls=self.calls + plan.calls,
        )

    def with_present_numbers(self, numbers: Mapping[str, str]) -> Snapshot:
        """This snapshot, in which rows that name a case by a number that it had before name it by the present one."""
        laid: dict[str, Any] = {}
        for table, spec in self.schema.items():
            names = [name for name, field in spec.fields.items() if field.target == CLIENTS]
            said = {
                record.row: {name: numbers[one] for name in names if (one := record.get(name)) in numbers}
                for record in (self.table(table) if names else ())
            }
            if any(said.values()):
                laid[table] = _overlaid(self.table(table), {row: some for row, some in said.items() if some})
        own = {name: laid.pop(name, records) for name, records in self.own_tables.items()}
        return structs.replace(self, **laid, own_tables=own)

    def with_edits(self, groups: Sequence[EditGroup]) -> Snapshot:
        """Edits laid over the records. `edited` remembers, by row and field, which group gave it its
        value, so that a mail can say what it `needs`. An appended question counts as asked at once
        (tabs name it in the same run); other appended rows are left to the next reading."""
        asked = tuple(_asked(group) for group in groups if group.op == "append" and group.row.table == "decisions")
        if not any(group.op == "edit" for group in groups):
            return structs.replace(self, decisions=self.decisions + asked) if asked else self
        merged: dict[RowKey, dict[str, Value]] = {}
        edited = {row: dict(by_field) for row, by_field in self.edited.items()}
        for group in groups:
            if group.op == "edit":
                merged.setdefault(group.row, {}).update({edit.field: edit.new for edit in group.edits})
                edited.setdefault(group.row, {}).update({edit.field: group.id for edit in group.edits})
        # Also over tables that no job writes today: a rule of the team may write anywhere that IT allows.
        laid: dict[str, Any] = {name: _overlaid(self.table(name), merged) for name in SHIPPED}
        return structs.replace(
            self,
            **{**laid, "decisions": laid["decisions"] + asked},
            own_tables={name: _overlaid(records, merged) for name, records in self.own_tables.items()},
            edited=edited,
            problems=_renamed(self.problems, groups),
        )


def _first_by(name: str, records: Sequence[R]) -> Mapping[str, R]:
    """Records by what stands in a field, as text."""
    # Reversed, so that of two the first one stays.
    return MappingProxyType({str(key): record for record in reversed(records) if (key := record.get(name))})


def _by_case(consents: Iterable[Consent]) -> Mapping[str, tuple[Consent, ...]]:
    found: dict[str, list[Consent]] = {}
    for consent in consents:
        if consent.case:
            found.setdefault(consent.case, []).append(consent)
    return MappingProxyType({case: tuple(rows) for case, rows in found.items()})


def _declared(record: Record, fields: ConsentFields) -> Consent:
    """The consent that a row of an own table is. A row that stands there twice gives none, but withdraws; a day that
    nobody can read is taken as in the tab of consents."""
    # An unreadable day means there what it means here: withdrawn for good, or never given.
    read = SHIPPED["consents"].fields

    def day(role: str, name: str) -> date | None:
        value = read[role].cautious if name in record.bad else record.get(name) if name else None
        return value if isinstance(value, date) else None

    return Consent(
        row=record.row, line=record.line, case=record.get(fields.case), purpose=fields.purpose,
        recipient=record.get(fields.recipient), channel=ContactWay.EMAIL,
        given_on=day("given_on", fields.given_on) if record.usable else None,
        valid_until=day("valid_until", fields.valid_until), withdrawn_on=day("withdrawn_on", fields.withdrawn_on),
    )  # fmt: skip


def _renamed(problems: tuple[Problem, ...], groups: Sequence[EditGroup]) -> tuple[Problem, ...]:
    """Problems of rows that get their number in this run name them by it, as the next run will."""
    numbers = {
        (group.row.table, group.row.key): str(edit.new)
        for group in groups
        for edit in group.edits
        if edit.field == "number" and group.op == "edit" and is_draft(group.row.key)
    }
    if not numbers:
        return problems

    def renamed(problem: Problem) -> Problem:
        key, *keys = (numbers.get((problem.table, key), key) for key in (problem.key, *problem.keys))
        known = (key, tuple(keys)) == (problem.key, problem.keys)
        return problem if known else structs.replace(problem, key=key, keys=tuple(keys))

    return tuple(map(renamed, problems))


def _overlaid(records: tuple[R, ...], edits: Mapping[RowKey, Mapping[str, Value]]) -> tuple[R, ...]:
    if not any(key.table for key in edits):
        return records
    return tuple(
        structs.replace(record, **_known(record, edits[record.row])) if record.row in edits else record
        for record in records
    )


def _as_kept(kind: type[Record], name: str, value: Value) -> Any:
    """A word that is written, as the record keeps it: where it is one of a fixed list, others ask for that very one."""
    words = _lists(kind).get(name)
    return next((word for word in words or () if word == value), value)


@cache
def _lists(kind: type[Record]) -> Mapping[str, type[StrEnum]]:
    """The fields whose values are words of a fixed list."""
    found = ((field.name, one) for field in structs.fields(kind) for one in get_args(field.type) or (field.type,))
    return {name: one for name, one in found if isinstance(one, type) and issubclass(one, StrEnum)}


def _asked(group: EditGroup) -> Decision:
    blank = Decision(row=group.row)
    return structs.replace(blank, **_known(blank, {edit.field: edit.new for edit in group.edits}))


def _known(record: Record, values: Mapping[str, Value]) -> dict[str, Any]:
    names = record.__struct_fields__
    own = {name: value for name, value in values.items() if name in record.own}
    known = {name: _as_kept(type(record), name, value) for name, value in values.items() if name in names}
    return {**known, "own": {**record.own, **own}} if own else known
