"""Gives open cases to case managers, and says why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime

from msgspec import structs

from automations.common.texts import Texts
from automations.jobs.assigning.alternatives import remembered
from automations.jobs.assigning.batch import Batch
from automations.jobs.assigning.families import ask_about_crowds, loosened
from automations.jobs.assigning.findings import findings_of_batch, findings_of_needs, findings_of_team, unassigned
from automations.jobs.assigning.handovers import Handovers, with_stand_ins
from automations.jobs.assigning.obstacles import Obstacles, Waiting
from automations.jobs.assigning.proposals import carried_out, late_answers
from automations.jobs.assigning.reasons import Others, reason
from automations.jobs.assigning.rules import Rules
from automations.jobs.assigning.settings import AssignSettings
from automations.jobs.assigning.solver import Outcome, decide_day
from automations.jobs.assigning.stale_reasons import mended
from automations.jobs.assigning.units import GUARDS, Unit, Worker, make_units
from automations.jobs.moot_questions import renewed
from automations.jobs.protocol import READS_NOTHING
from automations.model.decisions import answer, ask, lead
from automations.model.fact_kinds.questions import Assigned, Assignment
from automations.model.history import History
from automations.model.plan import CellEdit, EditGroup, Fact, Plan
from automations.model.problems import Problem
from automations.model.records import Answer
from automations.model.snapshot import Snapshot
from automations.model.values import Value

START = "assign/start"  # the question whether kim may assign at all; asked once, when the workbook is met


class AssignCases:
    """Job `assign_cases`: every open, unassigned, settled case of the batch to one colleague.

    Staff's own choice stands: a case with a name in `Zuständig` is never touched, except by moves
    that people said yes to."""

    name = "assign_cases"
    Settings = AssignSettings
    reads = READS_NOTHING

    def plan(self, snapshot: Snapshot, settings: AssignSettings, now: datetime, history: History) -> Plan:
        """Edits of `manager`, `manager_since`, `reason`; a problem for each case that nobody can take."""
        say = settings.site.texts
        today = settings.site.today(now)
        # Asked of the table as it stands: in the loosened one the households in doubt are gone already.
        crowds = tuple(ask_about_crowds(snapshot, settings, history, self.name, now, say))
        snapshot = loosened(snapshot, settings, history)
        # Nobody's cases are given away by a program that was only being tried out.
        if settings.ask_first and answer(START, snapshot, history) is not Answer.YES:
            return self._ask_to_start(snapshot, settings, now, history, say)
        rules = Rules(today, settings)
        # Moves come first, as they free room and fill it: the day's new cases are given over the loads after them.
        moved = tuple(carried_out(snapshot, history, rules))
        after_moves = snapshot.with_edits(moved)
        told = self._batch(after_moves, rules, history, say)
        given = tuple(told.groups())
        questions = Handovers(after_moves.with_edits(given), rules, now, history)
        questions.ask()
        # After the batch: a family is only asked about when nobody else could have the case either.
        questions.ask_for_families(told.left)
        done = {group.row for group in (*moved, *given)}
        # A row that gets a new reason in this run must not be mended too: two groups would write one cell.
        mends = mended(after_moves, history, done, today, self.name, settings)
        return Plan(
            self.name,
            groups=(*moved, *given, *mends, *questions.groups, *(one for groups, _ in crowds for one in groups)),
            facts=(*told.facts(), *questions.facts, *(one for _, facts in crowds for one in facts)),
            problems=(
                *findings_of_team(snapshot, told.batch.workers, settings, today, say),
                *findings_of_needs(snapshot, settings, say),
                *findings_of_batch(told.outcome, snapshot, history, settings, say),
                *told.problems(),
                *questions.problems,
                # Over the moves just made, or a yes that is being carried out would be called too late.
                *late_answers(after_moves, history, rules),
            ),
        )

    def _batch(self, snapshot: Snapshot, rules: Rules, history: History, say: Texts) -> _Told:
        units = make_units(snapshot, rules.settings, rules.today, history)
        # Before the batch: who stands in counts as knowing the family, and the hard rule of households asks for that.
        units = with_stand_ins(units, snapshot, rules, history)
        batch, outcome = decide_day(units, snapshot, rules)
        return _Told(batch, outcome, rules, snapshot, say)

    def _ask_to_start(
        self, snapshot: Snapshot, settings: AssignSettings, now: datetime, history: History, say: Texts
    ) -> Plan:
        units = make_units(snapshot, settings, settings.site.today(now), history)
        waiting = sum(unit.people for unit in units)
        yes = say.count(
            "yes: {n} case without “{manager}” would be assigned in the next run; staff may always overwrite it.",
            "yes: {n} cases without “{manager}” would be assigned in the next run; staff may always overwrite it.",
            waiting, manager=snapshot.heading("cases", "manager"),
        )  # fmt: skip
        layout = snapshot.layouts.get("cases")
        if layout and "manager" in layout.columns and "manager" not in layout.writable:
            # A yes alone would promise what no run may do.
            yes += " " + say.say(
                'Before, IT has to let kim write into it: "manager" in kim_writes below [tables.cases] in columns.toml.'
            )
        terms = lead(None, say.say("kim gives no case to anybody."), say, urgent=True)
        groups, facts = ask(
            START,
            say.say("Shall kim give new cases to case managers from now on?"),
            yes,
            say.say("First run"),
            snapshot, history, self.name, now, terms, say,
        )  # fmt: skip
        # It may wait for weeks, in which cases come and IT does its part.
        anew = () if groups else renewed(START, terms.behind(yes, say), snapshot, self.name, say)
        # Without the tab the question has no place to stand, and the team would wait for assignments that never come.
        problems = () if "decisions" in snapshot.layouts else (_cannot_ask(snapshot, say),)
        return Plan(self.name, groups=(*groups, *anew), facts=facts, problems=problems)


def _cannot_ask(snapshot: Snapshot, say: Texts) -> Problem:
    layout = snapshot.layouts.get("cases")
    message = say.say("kim may not assign cases yet, and there is no tab in which it could ask.")
    advice = say.say("Please add the tab of decisions, or set ask_first = false in automations.toml.")
    return Problem("cannot_ask", message, advice, "note", workbook=layout.workbook if layout else "", who="lead")


class _Told:
    """A decided batch as edits, facts and problems."""

    def __init__(self, batch: Batch, outcome: Outcome, rules: Rules, snapshot: Snapshot, say: Texts) -> None:
        self.batch, self.outcome, self.rules, self.snapshot, self.say = batch, outcome, rules, snapshot, say
        self.loads = batch.loads(outcome.choice)
        self.running = dict(batch.running(outcome.choice))

    @property
    def left(self) -> tuple[Unit, ...]:
        """The units that nobody could take."""
        return tuple(unit for index, unit in enumerate(self.batch.units) if index not in self.outcome.choice)

    def groups(self) -> Iterator[EditGroup]:
        """One group a case, in the order of the units."""
        for index, unit in enumerate(self.batch.units):
            if index in self.outcome.choice:
                groups = edits(unit, self._worker(index), self._why(index), self.snapshot, self.rules)
                for case, group in zip(unit.cases, groups, strict=True):
                    # The fact rides with its own group: where the cell could not be written, nothing is remembered of
                    # it either.
                    yield structs.replace(group, facts=(self._decided(index, case.number or ""),))

    def facts(self) -> Iterator[Fact]:
        """How the batch was decided, for the log."""
        if self.batch.units:
            levels = [{**structs.asdict(level), "gap": level.gap} for level in self.outcome.levels]
            yield Assignment(self.outcome.method, levels).under(self.rules.today.isoformat())

    def _decided(self, index: int, case: str) -> Fact:
        """Who got a case, and why, for `kim explain`; it holds once the name stands in the row."""
        others = remembered(self.batch, index, self.outcome.choice, self.rules, self.loads)
        since = self.rules.today.isoformat()
        return Assigned(case, self._worker(index).code, self._why(index), others, since).under(case)

    def problems(self) -> Iterator[Problem]:
        """What nobody could take."""
        ahead: Counter[Waiting] = Counter()
        for unit in self.left:
            found = Obstacles(unit, self.batch.workers, self.loads, self.rules, self.say, ahead)
            yield from unassigned(unit, found, self.snapshot, self.say)
            ahead.update(found.waiting)

    def _worker(self, index: int) -> Worker:
        return self.batch.workers[self.outcome.choice[index]]

    def _why(self, index: int) -> str:
        others = Others(self.batch.workers, self.loads, self.snapshot.team)
        return reason(self.batch.units[index], self._worker(index), self.running[index], others, self.rules, self.say)


def edits(unit: Unit, worker: Worker, why: str, snapshot: Snapshot, rules: Rules) -> Iterator[EditGroup]:
    """The cells that give a unit to a colleague, a group for each of its cases."""
    for case in unit.cases:
        row = snapshot.rows[case.row]
        new: dict[str, Value] = {"manager": worker.code, "manager_since": rules.today, "reason": why}
        cells = tuple(CellEdit(name, row.value(name), value) for name, value in new.items() if name in row.cells)
        guards = row.guards(*GUARDS, *rules.settings.needs)
        yield EditGroup(f"assign/{case.number}", case.row, cells, AssignCases.name, why, guards=guards)


__all__: Sequence[str] = ["START", "AssignCases"]
