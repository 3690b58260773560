"""Find what is wrong in the tables, tell those who can mend it, and note it in the row."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from types import MappingProxyType

from msgspec.structs import replace
from pydantic import Field, InstanceOf
from pydantic.json_schema import SkipJsonSchema

from automations.jobs.checks import CHECKS
from automations.jobs.checks.consents import ending
from automations.jobs.checks.context import CheckContext
from automations.jobs.checks.duplicates import households, questions, suspicions
from automations.jobs.checks.own import OwnCheck, own_problems
from automations.jobs.checks.problem_ages import numbers_given, with_since
from automations.jobs.duplicates.compared import Compared
from automations.jobs.duplicates.names import Names, shipped_names
from automations.model.history import History
from automations.model.plan import CellEdit, EditGroup, Plan
from automations.model.problems import Problem, Severity
from automations.model.records import Record
from automations.model.settings import JobSettings
from automations.model.snapshot import Snapshot
from automations.model.values import RowKey, digest, is_draft, same

_RANK: Mapping[Severity, int] = MappingProxyType({"error": 0, "warning": 1, "note": 2})
_LONGEST_NOTE = 500  # characters: what somebody pasted into a cell is quoted, and shall not fill the note


class CheckSettings(JobSettings):
    """`off` are codes of problems that nobody wants to see, `severity` changes how much one matters.

    `names` are further lines of names.toml; `open_questions` is how many questions about likely duplicates
    may wait for an answer at once (the others stay in the list of problems until then); `own` are checks
    of the team's own; `groups` are the lines of names.toml, put in by whoever reads it."""

    off: tuple[str, ...] = ()
    severity: Mapping[str, Severity] = Field(default_factory=dict)
    notes_in_rows: bool = True
    names: tuple[tuple[str, ...], ...] = ()
    groups: tuple[tuple[str, ...], ...] = ()
    own: tuple[OwnCheck, ...] = ()
    open_questions: int = Field(default=20, ge=0, le=500)
    # What earlier searches for duplicates found (none: all are compared), unless all is wanted anew. Nobody sets it.
    compared: SkipJsonSchema[InstanceOf[Compared] | None] = Field(default=None, exclude=True)
    anew: SkipJsonSchema[bool] = Field(default=False, exclude=True)


class CheckData:
    """The job `check_data`: all problems of the workbook, and the column `Prüfhinweis`."""

    name = "check_data"
    Settings = CheckSettings
    reads: Mapping[str, tuple[str, ...]] = MappingProxyType(
        {"check_note": ("number_rows", "record_outcomes", "assign_cases", "follow_rules")}
    )

    def plan(self, snapshot: Snapshot, settings: CheckSettings, now: datetime, history: History) -> Plan:
        """All problems, those of the reading included, each once; what a row's note should say."""
        facts = settings.site
        context = CheckContext(
            snapshot=snapshot,
            facts=facts,
            now=facts.local(now),
            said=facts.texts,
            calendar=facts.working_days,
            history=history,
        )
        names = Names((*(settings.groups or shipped_names()), *settings.names))
        found = [*snapshot.problems, *(problem for check in CHECKS for problem in check(context))]
        found += own_problems(settings.own, context)
        suspected = (
            # Switched off it costs nothing: of all checks this one is the dearest.
            [] if "possible_duplicate" in settings.off else list(suspicions(context, names, history, settings.compared))
        )
        if "possible_household" not in settings.off:
            suspected += households(context, names, history)
        problems = _sorted(_addressed(_wanted([*found, *(item.problem for item in suspected)], settings), snapshot))
        # After sorting out what nobody wants to see: a problem that is off does not grow older.
        problems, dated = with_since(problems, history, context.now.date(), numbers_given(snapshot, history))
        asked, facts_asked = questions(context, suspected, history, self.name, settings.open_questions)
        renew, renewed = ending(context, history, self.name)
        asked, facts_asked = (*asked, *renew), (*facts_asked, *renewed)
        notes = tuple(_notes(problems, snapshot)) if settings.notes_in_rows else ()
        return Plan(
            self.name, groups=(*notes, *asked), facts=(*facts_asked, *dated), problems=problems, all_problems=True
        )


def _wanted(problems: Iterable[Problem], settings: CheckSettings) -> Iterator[Problem]:
    off, severity = frozenset(settings.off), settings.severity
    for problem in problems:
        if problem.code not in off:
            raised = severity.get(problem.code)
            yield problem if raised is None else replace(problem, severity=raised)


def _addressed(problems: Iterable[Problem], snapshot: Snapshot) -> Iterator[Problem]:
    """Who can mend it: the case manager of the row, else the team lead."""
    managers = _managers(snapshot)
    for problem in problems:
        if problem.who:
            yield problem
        else:
            yield replace(problem, who=managers.get((problem.table, problem.key), "lead"))


def _managers(snapshot: Snapshot) -> dict[tuple[str, str], str]:
    known = snapshot.manager_by_code
    found: dict[tuple[str, str], str] = {}
    for case in snapshot.cases:
        if case.manager in known:
            found["cases", case.row.key] = str(case.manager)
    for appointment in snapshot.appointments:
        owner = appointment.manager if appointment.manager in known else found.get(("cases", appointment.case or ""))
        if owner:
            found["appointments", appointment.row.key] = owner
    return found


def _sorted(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    # Reading and a check may find the same fault in the same words.
    distinct = dict.fromkeys(problems)
    return tuple(
        sorted(distinct, key=lambda p: (_RANK[p.severity], p.workbook, p.table, p.row or 0, p.field, p.code, p.message))
    )


def _notes(problems: Iterable[Problem], snapshot: Snapshot) -> Iterator[EditGroup]:
    """What the column for notes should say in each row, where it says something else."""
    wanted: dict[RowKey, Problem] = {}
    for found in problems:
        if found.key and found.severity != "note":
            # The first is the gravest, as the list is sorted by that: a cell holds one sentence.
            wanted.setdefault(RowKey(found.workbook, found.table, found.key), found)
    tables = [table for table, spec in snapshot.schema.items() if "check_note" in spec.fields]
    keys = {row.key for row in wanted}
    for record in (record for table in tables for record in snapshot.table(table)):
        problem = wanted.get(record.row) if record.row.key in keys else None
        # Rows that never had a note are most of the table, and are not looked at.
        if (problem or record.get("check_note")) and _may_note(record, snapshot):
            yield from _note(record, problem, snapshot)


def _may_note(record: Record, snapshot: Snapshot) -> bool:
    layout = snapshot.layouts.get(record.row.table)
    writable = layout is not None and "check_note" in layout.writable
    return writable and record.row not in snapshot.unsettled and record.row in snapshot.rows


def _note(record: Record, problem: Problem | None, snapshot: Snapshot) -> Iterator[EditGroup]:
    row = snapshot.rows[record.row]
    old, new = row.value("check_note"), _sentence(problem) if problem else None
    if same(old, new):
        return
    table = record.row.table
    key_field = snapshot.layouts[table].key_field
    yield EditGroup(
        id=f"check/{table}/{record.row.key}/{digest(new)}",
        row=record.row,
        edits=(CellEdit("check_note", old, new),),
        job=CheckData.name,
        why=problem.message if problem else "",
        # A draft is named by what is typed in it; it guards itself.
        guards={} if is_draft(record.row.key) else row.guards(key_field),
    )


def _sentence(problem: Problem) -> str:
    # Not twice: some sentences name the column themselves.
    column = f"{problem.column}: " if problem.column and problem.column not in problem.message else ""
    text = column + problem.message
    return text if len(text) <= _LONGEST_NOTE else text[: _LONGEST_NOTE - 1] + "…"
