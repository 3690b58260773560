"""What every rule may look at while one plan is made, and the rules made ready."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from functools import cached_property

from msgspec import Struct, field

from automations.conditions.book import Book
from automations.conditions.condition import Condition
from automations.jobs.desk import RuleDesk
from automations.jobs.missing import at_rest, missing
from automations.jobs.rules.model import Rule, RuleSettings
from automations.jobs.steps import Step
from automations.model.console import RULES
from automations.model.fields import COLLEAGUES
from automations.model.problems import Problem, Severity
from automations.model.records import Case, Record
from automations.model.schema import TableSpec, field_at, holder_at
from automations.model.snapshot import Snapshot
from automations.model.staff_figures import tells_of_staff
from automations.model.values import RowKey, digest, is_draft

JOB = "follow_rules"


class Ready(Struct, frozen=True):
    """A rule whose condition was understood (None: it has none), its line in the file, and the
    conditions by which rows of its list are coloured."""

    rule: Rule
    condition: Condition | None
    line: int | None = None
    colours: tuple[tuple[Condition, str], ...] = ()

    @property
    def fields(self) -> tuple[str, ...]:
        """Those that say when it acts."""
        return (self.rule.due.field, *self.rule.due.fields)


class Desk(RuleDesk, frozen=True, dict=True):
    """The inputs of one plan, and what is looked up in them again and again. `now` is aware."""

    settings: RuleSettings

    @cached_property
    def book(self) -> Book:
        """The tables as columns."""
        return Book(self.snapshot.schema, self.snapshot.tables, self.today)

    @cached_property
    def by_address(self) -> Mapping[str, Case]:
        """The first case of each mail address, folded."""
        # Reversed, so that the first of several at one address wins.
        return {one.email.casefold(): one for one in reversed(self.snapshot.cases) if one.email}

    def missing(self, ready: Ready) -> Mapping[str, bool]:
        """What a rule looks at and the workbook has not; see `missing`."""
        return missing(ready.rule.table, ready.fields, ready.condition, self.snapshot)

    def counts_one(self, ready: Ready) -> bool:
        """Whether the number of a rule's rows is a figure about a single colleague, and such figures are off: its
        condition names one."""
        if ready.condition is None or ready.rule.table == COLLEAGUES or self.site.staff_figures.allowed(self.today):
            return False
        named = [one.name for one in ready.condition.compared if one.says is not None]
        return tells_of_staff(self.snapshot.schema, ready.rule.table, named)

    def spec(self, table: str) -> TableSpec:
        """How a table is declared."""
        return self.snapshot.schema[table]

    def needs(self, rows: Iterable[RowKey]) -> tuple[str, ...]:
        """The edit groups of this run that the rows of a message wait for: their numbers, their colleagues."""
        given = [self.snapshot.edited.get(row, {}) for row in rows]
        return tuple(dict.fromkeys(group for by_field in given for group in by_field.values()))

    def mark(self, record: Record) -> str:
        """How a row is called in the keys of what kim remembers: by its number, or, in a team's own
        table, where the key may be a person's name, by a digest of it."""
        return digest(record.row.key)[:12] if self.spec(record.row.table).own else self.key(record)

    def key(self, record: Record) -> str:
        """What people call a row; blank where it has no key yet."""
        name = self.spec(record.row.table).key
        value = record.get(name) if name else None
        return str(value) if value else ""

    def marks(self, table: str) -> Sequence[str]:
        """The mark of every row of a table."""
        if table not in self._marks:
            self._marks[table] = list(map(self.mark, self.book.records(table)))
        return self._marks[table]

    def all_nameless(self, table: str) -> Sequence[str]:
        """What `nameless` says of every row of a table, which for nearly all is nothing."""
        if table not in self._nameless:
            field, records = self.spec(table).key, self.book.records(table)
            keys = self.book.column(table, field) if field else [None] * len(records)
            # The book places a key only where it stands once.
            sure = {key for key in self.book.places(table) if isinstance(key, str)}
            self._nameless[table] = [
                "" if key in sure and record.usable and not is_draft(record.row.key) else self.nameless(record)
                for record, key in zip(records, keys, strict=True)
            ]
        return self._nameless[table]

    @cached_property
    def _marks(self) -> dict[str, Sequence[str]]:
        return {}

    @cached_property
    def _nameless(self) -> dict[str, Sequence[str]]:
        return {}

    def nameless(self, record: Record) -> str:
        """Why nothing may be written to or sent from a row: it has no key, or one that stands twice."""
        if not self.spec(record.row.table).key:
            return "no_key"
        if not self.key(record):
            return "no_number"
        if self.book.position(record.row.table, self.key(record)) is None:
            return "doubled"
        # A draft that gets its number in this very run is named by it.
        drafted = is_draft(record.row.key) and record.row not in self.snapshot.edited
        return "" if record.usable and not drafted else "unusable"


def about(
    rule: Rule, message: str, advice: str, desk: Desk, *, code: str, line: int | None = None, field: str = "",
    severity: Severity = "error",
) -> Problem:  # fmt: skip
    """What is wrong with a rule, where it stands: in rules.toml or in a pack, for the operator, or in the tab of
    rules."""
    layout = desk.snapshot.layouts.get(RULES) if rule.origin == "workbook" else None
    if layout is None:
        file = desk.settings.pack_files.get(rule.name, "rules.toml")
        return Problem(code, message, advice, severity, tab=file, row=line, field=field, key=rule.name,
                       who="operator")  # fmt: skip
    return Problem(code, message, advice, severity, layout.workbook, RULES, layout.tab, rule.line, key=rule.name,
                   who="lead")  # fmt: skip


def weight_of(active: bool) -> Severity:
    """How much it weighs that a rule cannot be used: switched off it does no harm, and may still be in the making."""
    return "error" if active else "note"


def resting(ready: Ready, names: Mapping[str, bool], desk: Desk, severity: Severity = "warning") -> Problem:
    """That a rule rests as these are missing in the workbook."""
    message, advice = at_rest(ready.rule.called, names, desk.words)
    return about(ready.rule, message, advice, desk, code="rule_stopped", line=ready.line, severity=severity)


def titles(settings: RuleSettings, snapshot: Snapshot) -> dict[str, str]:
    """What people call the rules, those rows of the tab included that cannot be used; by the names that kim gave."""
    rows = {row.name: row.title for row in snapshot.console.rules}
    return rows | {rule.name: rule.called for rule in settings.rules}


def beside_its_rule(problem: Problem, known: Mapping[str, str]) -> str:
    """A problem as it is said where the rule's title (one of those `known`) stands anyway."""
    return f"{problem.message} {problem.advice}".removeprefix(f"{known.get(problem.key, problem.key)}: ").strip()


def called(name: str, table: str, rule: Rule, desk: Desk) -> str:
    """What a field is called for whoever wrote the rule: in the workbook by its heading, in a file by its name."""
    if rule.origin != "workbook" or not name or field_at(desk.snapshot.schema, table, name) is None:
        return name
    return heading(name, table, desk)


def heading(path: str, table: str, desk: Desk) -> str:
    """The heading that the team gave a column, for related rows after the tab of theirs."""
    way = "." in path
    table, name = holder_at(desk.snapshot.schema, table, path)
    layout, own = desk.snapshot.layouts.get(table), desk.snapshot.heading(table, name)
    return f"{layout.tab} → {own}" if way and layout else own


class Look(Struct, frozen=True):
    """What became of a rule at one row. `reason` is "due" for a hit, else why it is none; `step` is the
    occasion and `base` the date that it counts from."""

    record: Record
    reason: str
    step: Step | None = None
    base: date | None = None
    values: Mapping[str, object] = field(default_factory=dict)
