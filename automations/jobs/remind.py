"""Decides who is reminded of what, by the rules in reminders.toml. It sends nothing itself."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import Any

from msgspec import Struct, field
from msgspec.structs import replace

from automations.conditions.glossary import weekdays_between
from automations.jobs.desk import desk_of
from automations.jobs.missing import at_rest
from automations.jobs.reminding.appointments import visit_findings
from automations.jobs.reminding.desk import Desk
from automations.jobs.reminding.digest import digest_findings
from automations.jobs.reminding.emergencies import FINDERS, emergencies, nobody_to_tell
from automations.jobs.reminding.false_messages import turned_unsafe, untruths
from automations.jobs.reminding.findings import Finding, untold
from automations.jobs.reminding.joined_messages import together
from automations.jobs.reminding.left_entries import entries_left
from automations.jobs.reminding.people_apart import apart_problems
from automations.jobs.reminding.rebooked import rebooked
from automations.jobs.reminding.rows import may_be_due, row_findings
from automations.jobs.reminding.rules import ReadyRule, RemindSettings, lacking, problem_of, ready_rules
from automations.jobs.reminding.shared_addresses import shared_questions
from automations.jobs.reminding.visits import Visit, visit_of
from automations.model.history import History
from automations.model.plan import Call, Fact, Mail, Plan
from automations.model.problems import Problem
from automations.model.records import Appointment, Case, CaseManager
from automations.model.snapshot import Snapshot


class Remind:
    """The job. Mails are planned as long as they are wanted and have not left."""

    name = "remind"
    Settings = RemindSettings
    reads: Mapping[str, tuple[str, ...]] = MappingProxyType({"mails": FINDERS})

    def plan(self, snapshot: Snapshot, settings: Any, now: datetime, history: History) -> Plan:
        """Mails, calls and the versions of appointments to remember. `now` is aware."""
        snapshot, moved = rebooked(snapshot, history)
        desk, problems = desk_of(Desk, snapshot, settings, now, history)
        if desk is None:
            return Plan(self.name, problems=problems)
        ready, wrong = ready_rules(settings, desk.words, desk.days.between)
        made = _Made(problems=[*problems, *wrong], facts=moved)
        # Joined before the others: one message for a person and day, however many appointments.
        made.take(together(_appointment_rules(ready, desk, made.facts), desk))
        questions = (untruths(made.findings, desk), shared_questions(desk), turned_unsafe(desk))
        made.facts += [fact for asked in questions for fact in asked.facts]
        made.problems += [problem for asked in questions for problem in asked.problems]
        made.problems += [*apart_problems(desk), *entries_left(desk)]
        made.problems += resting(ready, desk)
        made.take(_row_rules(ready, desk))
        # Before emergencies and digests, whose silence has problems of its own.
        made.problems += untold(made.untold, desk)
        made.take(emergencies(desk))
        made.problems += [*_without_lead(ready, made.unheard, desk), *nobody_to_tell(desk)]
        for rule in ready:
            if rule.rule.due.every:
                # Last: the digest names the calls that all the others led to.
                made.take(digest_findings(rule, (*snapshot.calls, *made.calls), desk))
        groups = tuple(group for asked in questions for group in asked.groups)
        return Plan(
            self.name, groups=groups, mails=tuple(made.mails), calls=tuple(made.calls), facts=tuple(made.facts),
            problems=tuple(made.problems),
        )  # fmt: skip


def rule_problems(settings: RemindSettings, template_exists: Callable[[str], bool]) -> tuple[Problem, ...]:
    """All that is wrong with the rules, their templates included; for `kim check`, which plans nothing."""
    words = settings.site.texts
    _, wrong = ready_rules(settings, words, weekdays_between)
    missing = [
        problem_of(index, settings, "template", words.say("There is no template “{name}”.", name=rule.template),
                   words.say("Put its three files into templates/mail, or correct the name."))
        for index, rule in enumerate(settings.rules)
        if not template_exists(rule.template)
    ]  # fmt: skip
    return (*wrong, *missing)


def explain(
    rule: str, case: str, snapshot: Snapshot, settings: RemindSettings, now: datetime, history: History
) -> list[str]:
    """Why a rule's message to a case is due or not, in sentences; for `kim plan --explain`.

    `case` is the number of a case, or for rules over the team a case manager's code."""
    desk, problems = desk_of(Desk, rebooked(snapshot, history)[0], settings, now, history)
    if desk is None:
        return [problem.message for problem in problems]
    ready, wrong = ready_rules(settings, desk.words, desk.days.between)
    for problem in wrong:
        if problem.key == rule:
            return [f"{problem.message} {problem.advice}"]
    found = next((item for item in ready if item.rule.name == rule), None)
    if found is None:
        known = ", ".join(settings.rule_names)
        return [desk.words.say("There is no rule “{rule}”. Known are: {names}.", rule=rule, names=known)]
    sentences = [finding.sentence(desk.words) for finding in _about(found, ready, case, desk)]
    return sentences or [desk.words.say("“{case}” has no row that this rule speaks of.", case=case)]


def _about(rule: ReadyRule, ready: tuple[ReadyRule, ...], case: str, desk: Desk) -> Iterator[Finding]:
    if rule.rule.due.every:
        yield from (item for item in digest_findings(rule, (), desk) if item.row in {case, ""})
    elif rule.rule.of_visits:
        for visit in _visits(_worth_telling(case, desk), desk):
            found = [visit] if isinstance(visit, Finding) else visit_findings(visit, _speaking(ready), desk)
            yield from (item for item in found if item.rule in {"", rule.rule.name})
    elif names := lacking(rule, desk.snapshot):
        sentence, _ = at_rest(rule.rule.called(desk.words), names, desk.words)
        yield Finding(rule.rule.name, case, "blocked", values={"sentence": sentence})
    else:
        for row in _rows(rule, desk):
            if case in {getattr(row, name, None) for name in ("case", "number", "code")}:
                yield from row_findings(row, rule, desk)


def _worth_telling(case: str, desk: Desk) -> list[Appointment]:
    """The appointments of a case that are not over; where all are, the last of them."""
    mine = [item for item in desk.snapshot.appointments if item.case == case]
    coming = [item for item in mine if item.date is None or item.date >= desk.today]
    # Whoever asks why nothing came asks about the last one, too.
    return coming or sorted(mine, key=lambda item: item.date or desk.today)[-1:]


def _speaking(ready: Iterable[ReadyRule]) -> list[ReadyRule]:
    return [rule for rule in ready if rule.rule.of_visits]


def _appointment_rules(ready: tuple[ReadyRule, ...], desk: Desk, facts: list[Fact]) -> Iterator[Finding]:
    rules = _speaking(ready)
    future = [item for item in desk.snapshot.appointments if item.date is not None and item.date >= desk.today]
    for visit in _visits(future, desk):
        if isinstance(visit, Finding):
            yield visit  # why no rule speaks of it, for what was told about it
            continue
        known = visit.number in desk.history.versions
        # A cancelled appointment that nobody was told of begins no story.
        if visit.versions.fresh and (known or not visit.facts.cancelled):
            facts.append(visit.versions.fact(visit.number))
        yield from visit_findings(visit, rules, desk)


def _visits(appointments: Iterable[Appointment], desk: Desk) -> Iterator[Visit | Finding]:
    for appointment in appointments:
        if appointment.number in desk.doubled:
            yield Finding("", appointment.number or "", "doubled")
        else:
            yield visit_of(appointment, desk)


def _row_rules(ready: tuple[ReadyRule, ...], desk: Desk) -> Iterator[Finding]:
    for rule in ready:
        if rule.rule.of_rows and not lacking(rule, desk.snapshot):
            for row in _rows(rule, desk):
                if may_be_due(row, rule.rule.due, desk.today):
                    yield from row_findings(row, rule, desk)


def resting(ready: Iterable[ReadyRule], desk: Desk) -> Iterator[Problem]:
    """Rules over single rows that rest as something they look at is missing in the workbook."""
    for rule in ready:
        if rule.rule.of_rows and (names := lacking(rule, desk.snapshot)):
            index = desk.settings.rules.index(rule.rule)
            message, advice = at_rest(rule.rule.called(desk.words), names, desk.words)
            found = problem_of(index, desk.settings, "when", "", advice)
            yield replace(found, code="rule_stopped", message=message, severity="warning")


def _rows(rule: ReadyRule, desk: Desk) -> Sequence[Case | CaseManager | Appointment]:
    """The rows that a rule looks at one by one."""
    if rule.rule.table == "appointments":
        return desk.snapshot.appointments
    return desk.snapshot.cases if rule.rule.table == "cases" else desk.snapshot.team


def _without_lead(ready: Iterable[ReadyRule], unheard: Collection[str], desk: Desk) -> Iterator[Problem]:
    """Messages that nobody gets, as no row of the team is marked as team lead."""
    if desk.lead is not None:
        return
    for rule in ready:
        if rule.rule.recipient == "lead" and rule.rule.name in unheard:
            message = desk.words.say("There is no team lead to tell ({rule}).", rule=rule.rule.called(desk.words))
            advice = desk.words.say(
                "Enter the role of the team lead in the table of the team, or change lead_roles in reminders.toml."
            )
            yield Problem("no_team_lead", message, advice, "note", table="team", field="role", who="operator")


class _Made(Struct):
    """What the findings come to; `unheard` are rules with messages that the guards stopped."""

    mails: list[Mail] = field(default_factory=list)
    calls: list[Call] = field(default_factory=list)
    facts: list[Fact] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    unheard: set[str] = field(default_factory=set)
    findings: list[Finding] = field(default_factory=list)
    untold: list[Finding] = field(default_factory=list)

    def take(self, findings: Iterable[Finding]) -> None:
        """Keep the mails and calls; the reasons of the rest are for `explain`."""
        for finding in findings:
            if finding.speaks_of_visit:
                self.findings.append(finding)
            if finding.mail is not None:
                self.mails.append(finding.mail)
            if finding.call is not None:
                self.calls.append(finding.call)
            if finding.reason == "blocked":
                self.unheard.add(finding.rule)
            if finding.unheard:
                self.untold.append(finding)
