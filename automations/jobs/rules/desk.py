"""What every rule may look at while one plan is made, and the rules made ready."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from zoneinfo import ZoneInfo

from automations.common.texts import Texts, texts
from automations.common.working_days import WorkingDays
from automations.conditions.book import Book, compile_for
from automations.conditions.expressions import Condition, ExpressionError
from automations.jobs.rules.model import Rule, RuleSettings
from automations.model.history import LEFT, SETTLED, History
from automations.model.plan import RowKey
from automations.model.problems import Problem
from automations.model.records import Record
from automations.model.schema import TableSpec, field_at
from automations.model.settings import SiteFacts
from automations.model.snapshot import Snapshot
from automations.model.values import digest, is_draft

JOB = "follow_rules"


@dataclass(frozen=True, slots=True)
class Ready:
    """A rule whose condition was understood (None: it has none), its line in the file, and the
    conditions by which rows of its list are coloured."""

    rule: Rule
    condition: Condition | None
    line: int | None = None
    colours: tuple[tuple[Condition, str], ...] = ()


@dataclass(frozen=True)
class Desk:
    """The inputs of one plan, and what is looked up in them again and again. `now` is aware."""

    snapshot: Snapshot
    settings: RuleSettings
    now: datetime
    history: History
    days: WorkingDays

    @property
    def site(self) -> SiteFacts:
        """The facts of the site."""
        return self.settings.site

    @cached_property
    def zone(self) -> ZoneInfo:
        """The site's zone."""
        return ZoneInfo(self.site.zone)

    @cached_property
    def today(self) -> date:
        """The site's local date."""
        return self.now.astimezone(self.zone).date()

    @cached_property
    def words(self) -> Texts:
        """Sentences for staff."""
        return texts(self.site.language)

    @cached_property
    def book(self) -> Book:
        """The tables as columns."""
        return Book(self.snapshot.schema, self.snapshot.tables, self.today)

    def spec(self, table: str) -> TableSpec:
        """How a table is declared."""
        return self.snapshot.schema[table]

    def settled(self, key: str) -> bool:
        """Whether a mail of this key is not to be sent again, whatever became of it."""
        record = self.history.mails.get(key)
        # While mails go to a folder, what went there counts, so that rules can be tried out.
        return record is not None and (
            record.state in SETTLED | LEFT or (record.state == "test" and not self.history.live)
        )

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

    def nameless(self, record: Record) -> str:
        """Why nothing may be written to or sent from a row: it has no key, or one that stands twice."""
        if not self.spec(record.row.table).key:
            return "no_key"
        if not self.key(record):
            return "no_number"
        if self.book.position(record.row.table, self.key(record)) is None:
            return "doubled"
        drafted = is_draft(record.row.key) and record.row not in self.snapshot.edited
        return "" if record.usable and not drafted else "unusable"


def made_ready(desk: Desk) -> tuple[tuple[Ready, ...], tuple[Problem, ...]]:
    """The rules that can be used, and a problem for each of the others."""
    ready: list[Ready] = []
    problems: list[Problem] = []
    seen: set[str] = set()
    for index, rule in enumerate(desk.settings.rules):
        fault = _fault(rule, seen, desk)
        seen.add(rule.name)
        if fault is None:
            try:
                condition = _compiled(rule.when, rule, desk)
                colours = tuple(
                    (found, one.style) for one in rule.colours if (found := _compiled(one.when, rule, desk))
                )
            except ExpressionError as error:
                fault = ("when", error.message, error.advice)
            else:
                ready.append(Ready(rule, condition, line_of(index, "name", desk.settings), colours))
        if fault is not None:
            problems.append(wrong(index, desk.settings, *fault))
    return tuple(ready), tuple(problems)


def wrong(index: int, settings: RuleSettings, part: str, message: str, advice: str) -> Problem:
    """What is wrong with a part of a rule, at its line. It is the operator who can mend it."""
    rule = settings.rules[index]
    return Problem(
        "wrong_rule", f"{rule.name}: {message}", advice, "error",
        tab="rules.toml", row=line_of(index, part, settings), field=f"rules.{index}.{part}", key=rule.name,
        who="operator",
    )  # fmt: skip


def line_of(index: int, part: str, settings: RuleSettings) -> int | None:
    """In which line of the file a part of a rule stands."""
    return settings.lines.get(f"rules.{index}.{part}") or settings.lines.get(f"rules.{index}")


def _compiled(source: str, rule: Rule, desk: Desk) -> Condition | None:
    if not source.strip():
        return None
    return compile_for(
        source, desk.snapshot.schema, rule.table, language=desk.site.language, working_days=desk.days.between
    )


def _fault(rule: Rule, seen: set[str], desk: Desk) -> tuple[str, str, str] | None:
    """What is wrong between the parts of a rule that are fine one by one: (part, message, advice)."""
    say, schema = desk.words.say, desk.snapshot.schema
    if rule.name in seen:
        return "name", say("This name stands twice."), say("Give each rule a name of its own.")
    for part, table in (("table", rule.table), ("into", rule.into)):
        if table and table not in schema:
            return part, say("There is no table “{name}”.", name=table), _known(schema, desk)
    named = [("due", name) for name in (rule.due.field, *rule.due.fields) if name]
    named += [("columns", name) for name in rule.columns] + ([("group", rule.group)] if rule.group else [])
    named += [("order", name.removeprefix("-")) for name in rule.order]
    named += [("set", name) for name in rule.set] if not rule.into else []
    for part, name in named:
        if field_at(schema, rule.table, name) is None:
            return part, say("There is no field “{name}”.", name=name), _known(schema[rule.table].fields, desk)
    for name in rule.set if rule.into else ():
        if name not in schema[rule.into].fields:
            return "set", say("There is no field “{name}”.", name=name), _known(schema[rule.into].fields, desk)
    field = field_at(schema, rule.table, rule.due.field) if rule.due.field else None
    if field is not None and field.kind not in {"date", "birth_date", "month"}:
        dates = [name for name, spec in schema[rule.table].fields.items() if spec.kind in {"date", "birth_date"}]
        return "due", say("“{field}” is no date of this table.", field=rule.due.field), _known(dates, desk)
    return None


def _known(names: Iterable[str], desk: Desk) -> str:
    return desk.words.say("Known are: {names}.", names=", ".join(sorted(names)))


def facts_of(desk: Desk, kind: str) -> Mapping[str, Mapping[str, object]]:
    """What is remembered under a kind, by key."""
    return {key: data for (name, key), data in desk.history.facts.items() if name == kind}
