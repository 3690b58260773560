"""What a check may look at, and how it says what it found."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime, time
from functools import cached_property
from typing import TypeAlias

from msgspec import Struct
from msgspec.structs import replace

from automations.common.texts import Texts
from automations.common.working_days import WorkingDays
from automations.conditions.book import Book
from automations.model.cases import Openness, household_key
from automations.model.history import History
from automations.model.problems import Problem, Severity
from automations.model.records import STANDS, Appointment, Case, Record
from automations.model.settings import SiteFacts
from automations.model.snapshot import Snapshot
from automations.model.values import Value


class CheckContext(Struct, frozen=True, dict=True):
    """A snapshot at a moment. `now` is local to the site (aware), `today` its date."""

    snapshot: Snapshot
    facts: SiteFacts
    now: datetime
    said: Texts
    calendar: WorkingDays
    history: History

    @cached_property
    def today(self) -> date:
        """The site's date."""
        return self.now.date()

    @cached_property
    def households(self) -> Mapping[str, Sequence[Case]]:
        """Cases by household; only of those that name one."""
        found: dict[str, list[Case]] = {}
        for case in self.snapshot.cases:
            if case.household:
                found.setdefault(household_key(case), []).append(case)
        return found

    @cached_property
    def to_come(self) -> Sequence[Appointment]:
        """The appointments from today on that are to take place: several checks ask."""
        return [
            one for one in self.snapshot.appointments if one.date and one.date >= self.today and one.status in STANDS
        ]

    def is_open(self, case: Case) -> bool:
        """Whether the case is being worked on."""
        return self._is_open(case)

    @cached_property
    def _is_open(self) -> Openness:
        return Openness(self.facts, self.today)

    @cached_property
    def book(self) -> Book:
        """The tables by column, for checks that a condition says; of cases it also knows `is_open`."""
        derived = {("cases", "is_open"): self.is_open}
        return Book(self.snapshot.schema, self.snapshot.tables, self.today, derived)  # type: ignore[arg-type]  # cases alone

    def has(self, table: str, *fields: str) -> bool:
        """Whether the table is there with all of these columns: nothing is missed in others."""
        layout = self.snapshot.layouts.get(table)
        return layout is not None and all(name in layout.columns for name in fields)

    def finding(
        self,
        code: str,
        record: Record,
        field: str,
        message: str,
        advice: str = "",
        severity: Severity = "warning",
        keys: tuple[str, ...] = (),
    ) -> Problem:
        """A problem of one cell; `message` and `advice` are in the reader's language already."""
        row = self.snapshot.rows.get(record.row)
        return Problem(
            code, message, advice, severity, **self.snapshot.where(record, field), key=record.row.key, keys=keys,
            shown=shown(row.value(field)) if row else "",
        )  # fmt: skip

    @staticmethod
    def for_lead(problem: Problem) -> Problem:
        """The same, to be mended by the team lead and nobody else."""
        return replace(problem, who="lead")


def shown(value: Value) -> str:
    """A cell's value as people see it."""
    if isinstance(value, datetime | date):
        return value.strftime("%d.%m.%Y")
    if isinstance(value, time):
        return value.strftime("%H:%M")
    return "" if value is None else str(value)


def day(value: date) -> str:
    """A date as it is quoted in sentences."""
    return value.strftime("%d.%m.%Y")


def named(record: Case | Appointment) -> str:
    """How a row is called in sentences: its number, or where it stands."""
    return record.number or record.row.key


Check: TypeAlias = Callable[[CheckContext], Iterator[Problem]]
