"""`kim approve`: what the workbook proposes and nobody may let out but IT."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Mapping

from automations.cli.exit_status import DONE, UsageError, refuse_without, was_typed
from automations.cli.names import rule_called
from automations.cli.opening import opened, planned
from automations.cli.output import Output
from automations.common.texts import Texts
from automations.engine.runner import plan as plan_run
from automations.jobs.follow_rules import begin
from automations.jobs.rules.approvals import approval_of, approving
from automations.jobs.rules.decisions import PREFIX, approving_setting, shown
from automations.jobs.rules.desk import JOB, Desk, Ready
from automations.jobs.rules.model import RuleSettings
from automations.jobs.rules.overview import overview
from automations.model.console import SettingRow
from automations.model.fact_kinds.team_rules import RuleApproved
from automations.model.history import History
from automations.model.plan import Fact


def approve(arguments: Namespace) -> int:
    """Approve a rule of the workbook as it stands now; without a name, list those that there are."""
    output = Output(arguments.json)
    with opened(arguments) as (world, clock, say):
        refuse_without(was_typed(arguments, "--by") and not arguments.name, "--by", "NAME", say)
        prepared = planned(plan_run(world, clock))
        name = rule_called(arguments.name or "", prepared.snapshot, say)
        settings = world.site.settings(RuleSettings, JOB)
        begun = begin(prepared.snapshot, settings, prepared.now, prepared.history)
        rules = {one.rule.name: one for one in begun.ready if one.rule.origin == "workbook"}
        if begun.desk is not None and not name:
            _list(rules, begun.desk, prepared.history, output, say)
            return DONE
        fact, document, sentence = _approval(name, rules, begun.desk, arguments.by, say)
        world.ledger.remember([fact], clock())
        output.document({"approved": name, **document})
        output.line(sentence)
        return DONE


def _list(rules: Mapping[str, Ready], desk: Desk, history: History, output: Output, say: Texts) -> None:
    """What could be approved, and who has done so."""
    found = []
    for name, rule in rules.items():
        by = (history.fact(RuleApproved, name) or RuleApproved()).by
        found.append((name, overview(rule, desk).today, approval_of(rule, desk).domains, by))
    output.document([{"name": name, "today": n, "domains": domains, "by": by} for name, n, domains, by in found])
    rows = [(name, n, " ".join(domains), by) for name, n, domains, by in found]
    titles = ["Rule", "Rows today", "Domains", "Approved by"]
    output.table([say.say(title) for title in titles], rows, say.say("Rules"))
    if not found:
        output.line(say.say("The workbook has no rule that could be approved."))


def _approval(
    name: str, rules: Mapping[str, Ready], desk: Desk | None, by: str, say: Texts
) -> tuple[Fact, Mapping[str, object], str]:
    """What is remembered of a yes, and what is said of it. Raises UsageError where nothing has that name."""
    if desk is not None and (row := _setting(name, desk)):
        sentence = "“{name}” is approved: {value}. It counts from the run after the next on."
        said = say.say(sentence, name=row.title, value=shown(row.value))
        return approving_setting(row, desk, by), {"value": shown(row.value)}, said
    if desk is None or name not in rules:
        names = ", ".join((*rules, *(PREFIX + row.name for row in _settings(desk)))) or "–"
        raise UsageError(say.say("There is no rule “{rule}”. Known are: {names}.", rule=name, names=names))
    now = approval_of(rules[name], desk)
    said = say.count("The rule “{rule}” is approved: {n} row now, domains: {domains}.",
                     "The rule “{rule}” is approved: {n} rows now, domains: {domains}.", now.hits,
                     rule=name, domains=", ".join(now.domains) or "–")  # fmt: skip
    return approving(rules[name], desk, by), {"hits": now.hits, "domains": list(now.domains)}, said


def _settings(desk: Desk | None) -> list[SettingRow]:
    """What the team decided in the tab of settings and somebody has to approve."""
    return [row for row in desk.snapshot.console.settings if row.outside and not row.fault] if desk else []


def _setting(name: str, desk: Desk | None) -> SettingRow | None:
    return next((row for row in _settings(desk) if PREFIX + row.name == name), None)
