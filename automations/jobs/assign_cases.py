"""Gives open cases to case managers, and says why."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from automations.decisions import answer, ask
from automations.history import History
from automations.jobs.assigning import greedy
from automations.jobs.assigning.rules import Rule, obstacles
from automations.jobs.assigning.settings import AssignSettings
from automations.jobs.assigning.units import Unit, Worker, make_units, make_workers
from automations.plan import CellEdit, EditGroup, Plan
from automations.problems import Problem
from automations.records import Answer, Case, Snapshot
from automations.texts import Texts, texts
from automations.values import Value
from automations.working_days import WorkingDays

START = "assign/start"
"""The question whether kim may assign at all; asked once, when the workbook is met."""


class AssignCases:
    """Job `assign_cases`: every open, unassigned, settled case of the batch to one colleague.

    Staff's own choice stands: a case with a name in `Zuständig` is never touched.
    """

    name = "assign_cases"
    Settings = AssignSettings

    def plan(self, snapshot: Snapshot, settings: AssignSettings, now: datetime, history: History) -> Plan:
        """Edits of `manager`, `manager_since`, `reason`; a problem for each case that nobody can take."""
        say = texts(settings.site.language)
        today = now.astimezone(ZoneInfo(settings.site.zone)).date()
        if answer(START, snapshot, history) is not Answer.YES:
            return self._ask_to_start(snapshot, settings, now, history, say)
        days = WorkingDays(
            settings.site.country, settings.site.land, settings.site.closed_days, settings.site.closed_yearly
        )
        units, workers = make_units(snapshot, settings, today), make_workers(snapshot, settings)
        chosen = greedy.assign(units, workers, today, settings, days)
        people = {worker.code: worker for worker in workers}
        groups: list[EditGroup] = []
        problems: list[Problem] = []
        for unit in units:
            if unit.key in chosen:
                groups += _edits(unit, people[chosen[unit.key]], snapshot, today, say)
            else:
                problems += _unassigned(unit, workers, snapshot, _in_the_way(unit, workers, today, settings, days), say)
        return Plan(self.name, groups=tuple(groups), problems=tuple(problems))

    def _ask_to_start(
        self, snapshot: Snapshot, settings: AssignSettings, now: datetime, history: History, say: Texts
    ) -> Plan:
        waiting = len(make_units(snapshot, settings, now.date()))
        groups, facts = ask(
            START,
            say.say("Shall kim give new cases to case managers from now on?"),
            say.count(
                "yes: {n} case without „Zuständig“ would be assigned in the next run; staff may always overwrite it.",
                "yes: {n} cases without „Zuständig“ would be assigned in the next run; staff may always overwrite it.",
                waiting,
            ),
            say.say("First run"),
            snapshot, history, self.name, now,
        )  # fmt: skip
        return Plan(self.name, groups=groups, facts=facts)


def _edits(unit: Unit, worker: Worker, snapshot: Snapshot, today: date, say: Texts) -> Iterator[EditGroup]:
    why = _reason(unit, worker, say)
    for case in unit.cases:
        row = snapshot.rows[case.row]
        new: dict[str, Value] = {"manager": worker.code, "manager_since": today, "reason": why}
        edits = tuple(CellEdit(name, row.value(name), value) for name, value in new.items() if name in row.cells)
        guards = row.guards("languages", "household", "phase", "urgency", "focus", "closed_on")
        yield EditGroup(f"assign/{case.number}", case.row, edits, AssignCases.name, why, guards=guards)


def _reason(unit: Unit, worker: Worker, say: Texts) -> str:
    parts = []
    if unit.known_to:
        parts.append(say.say("already knows the family"))
    shared = [code for code in unit.languages if code in worker.person.languages]
    if shared:
        parts.append(say.say("speaks {language}", language=say.spoken(shared[0])))
    elif unit.languages:
        wanted = say.spoken(unit.languages[0])
        parts.append(say.say("an interpreter for {language} is needed", language=wanted))
    if unit.focuses:
        parts.append(say.say("focus {focus}", focus=", ".join(unit.focuses)))
    parts.append(say.say("has room"))
    if unit.office and unit.office == worker.person.office:
        parts.append(say.say("office {office}", office=unit.office))
    return ", ".join(parts)


def _in_the_way(
    unit: Unit, workers: Sequence[Worker], today: date, settings: AssignSettings, days: WorkingDays
) -> Mapping[Rule, int]:
    counts: dict[Rule, int] = {}
    for worker in workers:
        for rule in obstacles(unit, worker, worker.load, today, settings, days) or (Rule.CAPACITY,):
            counts[rule] = counts.get(rule, 0) + 1
    return counts


def _unassigned(
    unit: Unit, workers: Sequence[Worker], snapshot: Snapshot, rules: Mapping[Rule, int], say: Texts
) -> Iterator[Problem]:
    words = {
        Rule.INACTIVE: say.say("nobody of the team is active"),
        Rule.AWAY: say.say("nobody is at work soon enough"),
        Rule.HOUSEHOLD: say.say("the colleague of the family cannot take it"),
        Rule.FOCUS: say.say("nobody has the focus {focus}", focus=", ".join(unit.focuses)),
        Rule.CAPACITY: say.say("nobody has room"),
    }
    blocking = max(rules, key=lambda rule: rules[rule]) if rules else None
    why = words[blocking] if blocking and workers else say.say("the team is empty")
    layout = snapshot.layouts.get("cases")
    for case in unit.cases:
        yield _problem(
            case, say.say("This case could not be assigned: {why}.", why=why), say, layout.tab if layout else ""
        )


def _problem(case: Case, message: str, say: Texts, tab: str) -> Problem:
    return Problem(
        code="unassigned", message=message, advice=say.say("Please make room, or type a name into „Zuständig“."),
        workbook=case.row.workbook, table="cases", tab=tab, row=case.line, field="manager", key=case.number or "",
        who="lead",
    )  # fmt: skip


__all__ = ["START", "AssignCases"]
