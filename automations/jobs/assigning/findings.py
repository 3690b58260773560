"""What the team should know about an assignment: cases left over, odd rows of the team, the method."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from automations.common.texts import Texts
from automations.jobs.assigning.obstacles import Obstacles
from automations.jobs.assigning.reasons import listed, points
from automations.jobs.assigning.rules import SURE
from automations.jobs.assigning.settings import AssignSettings
from automations.jobs.assigning.solver import Outcome
from automations.jobs.assigning.units import Unit, Worker, is_open, is_staying, taken_back, waits
from automations.jobs.missing import missing
from automations.model.history import History
from automations.model.problems import Problem, Severity
from automations.model.records import Case, CaseManager
from automations.model.settings import no_field
from automations.model.snapshot import Snapshot


def unassigned(unit: Unit, found: Obstacles, snapshot: Snapshot, say: Texts) -> Iterator[Problem]:
    """Which rule is in the way, and what would help; one problem for each case of the unit."""
    message = say.say("This case could not be assigned: {why}.", why=found.why())
    remedies = found.remedies()
    # Staff's own choice always wins; who reads of a rule in the way should not think that kim forbids it.
    manager = snapshot.heading("cases", "manager")
    own_choice = say.say("Or please type a name into “{manager}”; that is always possible.", manager=manager)
    # Without a remedy all are gone, or away for good: room would help nobody.
    advice = say.say("Please enter who can take it in the tab of the team, or type a name into “{manager}”.",
                     manager=manager)  # fmt: skip
    if remedies:
        advice = say.say("What would help: {remedies}.", remedies=listed(remedies, say)) + " " + own_choice
    for case in unit.cases:
        yield _problem("unassigned", case, message, advice, snapshot)


def findings_of_team(
    snapshot: Snapshot, workers: Sequence[Worker], settings: AssignSettings, today: date, say: Texts
) -> Iterator[Problem]:
    """Capacities that are blank or nought, and cells that cannot be read, of colleagues who could have cases."""
    for worker in workers:
        person = worker.person
        if not is_staying(person, today, settings):
            continue
        name = person.name or worker.code
        # First: of an unreadable row neither a blank nor a zero capacity is known.
        if unread := person.bad & SURE:
            yield _unreadable(person, name, unread, snapshot, say)
        elif person.capacity is None:
            message = say.say(
                "{name} has no capacity; kim counts with {n} points.", name=name, n=points(worker.capacity, say)
            )
            advice = say.say("Please type the capacity in points.")
            yield _problem("capacity_blank", person, message, advice, snapshot, "note")
        elif worker.capacity == 0:
            message = say.say("{name} has the capacity 0 and gets no new cases.", name=name)
            advice = say.say("That is fine if it is meant.")
            yield _problem("capacity_zero", person, message, advice, snapshot, "note")


def findings_of_needs(snapshot: Snapshot, settings: AssignSettings, say: Texts) -> Iterator[Problem]:
    """Fields by which cases should be given away and which nobody can read: all go by the other rules alone."""
    spec, asked = snapshot.schema["cases"].fields, (*settings.needs, *settings.prefers)
    advice = say.say("Please correct needs or prefers of assign_cases in automations.toml.")
    for name in asked:
        if name not in spec:
            fault = no_field(name, "cases", spec)
            yield Problem("unknown_need", say.say(fault.sentence, **fault.values), advice, tab="automations.toml",
                          who="operator")  # fmt: skip
    layout = snapshot.layouts.get("cases")
    names = missing("cases", [name for name in asked if name in spec], None, snapshot) if layout else {}
    if layout and names:
        message = say.say("Cases are given away without asking what they need: “{names}” is missing in the workbook.",
                          names=", ".join(names))  # fmt: skip
        advice = say.say("Please add what is missing, or give what was renamed its name back.")
        yield Problem("need_missing", message, advice, workbook=layout.workbook, table="cases", tab=layout.tab,
                      who="lead")  # fmt: skip


def _unreadable(person: CaseManager, name: str, unread: frozenset[str], snapshot: Snapshot, say: Texts) -> Problem:
    """Until the cells can be read, no new case: nobody knows how much somebody can take, or whether they are there."""
    layout = snapshot.layouts.get("team")
    headings = say.quoted(*(layout.headings.get(field, field) if layout else field for field in sorted(unread)))
    message = say.say("{name} gets no new cases as long as {headings} cannot be read.", name=name, headings=headings)
    return _problem("colleague_unreadable", person, message, say.say("Please correct the cell."), snapshot)


def findings_of_batch(
    outcome: Outcome, snapshot: Snapshot, history: History, settings: AssignSettings, say: Texts
) -> Iterator[Problem]:
    """A batch that was not decided to the optimum, and assignments that people took back."""
    if outcome.method == "simple":
        known = {"off": say.say("switched off"), "missing": say.say("not installed")}
        reason = known.get(outcome.trouble, outcome.trouble)
        message = say.say("The cases were given out one by one, as the solver was not there ({why}).", why=reason)
        advice = say.say("The assignment keeps all rules, but may be less even than it could be.")
        yield Problem("assignment_simple", message, advice, "note", who="operator")
    elif outcome.method == "limit":
        message = say.say("The assignment is good, but was not proven to be the best within the limit.")
        advice = say.say("A higher node_limit in automations.toml searches longer.")
        yield Problem("assignment_limit", message, advice, "note", who="operator")
    # Without a veto nothing can have been taken back, and thousands of cases need no look.
    for case in snapshot.cases if history.vetoes else ():
        if is_open(case, settings) and waits(case, snapshot) and taken_back(case, snapshot, history):
            message = say.say("The assignment of this case was taken back; kim leaves it to you.")
            advice = say.say("Please type a name into “{manager}”.", manager=snapshot.heading("cases", "manager"))
            yield _problem("taken_back", case, message, advice, snapshot)


def _problem(
    code: str, of: Case | CaseManager, message: str, advice: str, snapshot: Snapshot, severity: Severity = "warning"
) -> Problem:
    """A problem that stands at the case's `Zuständig`, or the colleague's capacity."""
    key, field = (of.number, "manager") if isinstance(of, Case) else (of.code, "capacity")
    return Problem(code, message, advice, severity, **snapshot.where(of, field), key=key or "", who="lead")
