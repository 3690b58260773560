"""What a job wants done: cell edits, mails, tabs, facts. Frozen, serialisable, not yet done.

Nothing here touches a workbook or a server: `apply` alone carries a plan out.

Why: docs/decisions/07-plan-then-apply.md"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from typing import Literal

from msgspec import Struct, field
from msgspec.structs import replace

from automations.model.problems import Problem
from automations.model.tabdoc import TabDoc
from automations.model.told import Telling
from automations.model.values import Plain, RowKey, Value, digest


class CellEdit(Struct, frozen=True):
    """One cell: canonical field, the raw value that stands there, the value to write."""

    field: str
    old: Value
    new: Value


class Veto(Struct, frozen=True):
    """A cell edit that was taken back: not to be made again while the guards are as they were."""

    row: RowKey
    field: str
    new: Value
    guards: Mapping[str, Value]


class EditGroup(Struct, frozen=True):
    """Edits of one row that are made together or not at all.

    `guards` are the raw values of other cells of the row that the decision rests on; if one of them,
    or an `old`, no longer stands there, the whole group is dropped. `op="append"` adds a row at the
    end of the table; `row.key` is then the value of the new row's key field. `id` is unique within a
    run and stable for the same decision. `why` is a sentence for people. The first edit leads: where it
    may not be written, the group does not exist. `facts` and `vetoes` are remembered once the group stands in the
    workbook, and not before: a write that fails leaves no trace in what the next run plans."""

    id: str
    row: RowKey
    edits: tuple[CellEdit, ...]
    job: str
    why: str
    op: Literal["edit", "append"] = "edit"
    guards: Mapping[str, Value] = field(default_factory=dict)
    facts: tuple[Fact, ...] = ()
    vetoes: tuple[Veto, ...] = ()


class CalendarEntry(Struct, frozen=True):
    """What an appointment's calendar file says. `start` is aware; `minutes` its length.

    `location` is blank for protected places. `sequence` is the appointment's version."""

    uid: str
    sequence: int
    method: Literal["REQUEST", "CANCEL"]
    start: datetime
    minutes: int
    summary: str
    location: str = ""
    description: str = ""


class Mail(Struct, frozen=True):
    """One message to one recipient, not yet rendered.

    `key` names it for ever (rule / appointment or case / version / step): a key that may have left is never sent again.
    `version` counts the states of the appointment (0 where there is none). `needs` lists ids of edit groups that must
    be written first. `not_after` is aware; later than that the mail is suppressed. `audience` is "client" or "staff".
    `purpose` is what the client must have consented to (blank for a client's mail: reminders; for others: nothing),
    `office` who is to learn of the case. `tells` is what its readers then know: of a household that shares an
    appointment, each member. `languages` are those of all readers, where they differ; `joined` are mails about other
    matters of the same readers that this one carries. A `correction` puts right what its reader was told: it never
    waits for another message."""

    key: str
    rule: str
    case: str
    to: str
    language: str
    template: str
    not_after: datetime
    why: str
    version: int = 0
    subject_key: str = ""
    channel: Literal["email", "sms"] = "email"
    audience: Literal["client", "partner", "staff"] = "client"
    context: Mapping[str, Plain] = field(default_factory=dict)
    calendar: CalendarEntry | None = None
    needs: tuple[str, ...] = ()
    tells: tuple[Telling, ...] = ()
    purpose: str = ""
    office: str = ""
    languages: tuple[str, ...] = ()
    joined: tuple[Mail, ...] = ()
    correction: bool = False

    @property
    def parts(self) -> tuple[Mail, ...]:
        """Itself and what it carries, each about one matter."""
        return (self, *self.joined)

    @property
    def tellings(self) -> tuple[Telling, ...]:
        """Everything that its readers then know."""
        return tuple(telling for part in self.parts for telling in part.tells)

    @property
    def cases(self) -> frozenset[str]:
        """Everybody whom it is for."""
        return frozenset({self.case, *(telling.case for telling in self.tellings)} - {""})


class Fact(Struct, frozen=True):
    """Something to be remembered by the ledger: kind "reserved", "question", "version", "weekly", …"""

    kind: str
    key: str
    data: Mapping[str, Plain] = field(default_factory=dict)


class Call(Struct, frozen=True):
    """Someone to be telephoned, for the tab `Anrufliste`: who calls whom, until when, what to say.

    `name` is who is asked for, `theirs` the sentence in the client's own language, `tells` what the client
    then knows, `start` (aware) when the appointment begins."""

    key: str
    case: str
    caller: str
    phone: str
    language: str
    by: date
    sentence: str
    why: str
    name: str = ""
    theirs: str = ""
    tells: Telling | None = None
    start: datetime | None = None


class Plan(Struct, frozen=True):
    """All that one job wants. Problems are shown; the rest is carried out by `apply`. With
    `all_problems` they stand for those of the snapshot too, which the job has looked through."""

    job: str
    groups: tuple[EditGroup, ...] = ()
    mails: tuple[Mail, ...] = ()
    calls: tuple[Call, ...] = ()
    tabs: tuple[TabDoc, ...] = ()
    facts: tuple[Fact, ...] = ()
    problems: tuple[Problem, ...] = ()
    all_problems: bool = False


def apart(groups: Iterable[EditGroup], taken: Iterable[str] = ()) -> Iterator[EditGroup]:
    """The groups, each under an id of its own: rows that mean the same to a job ("Telefon" and "Phone" among the
    settings) are two rows, and the ledger keeps a group by its id."""
    # Ids of earlier jobs of the run count, too: the ledger keeps all of them in one table.
    known = set(taken)
    for group in groups:
        # By the row, not by its place: the same decision has the same id in the next run.
        other = f"{group.id}/{digest(group.row.table, group.row.key)[:8]}"
        one = replace(group, id=other) if group.id in known else group
        if one.id not in known:
            known.add(one.id)
            yield one
