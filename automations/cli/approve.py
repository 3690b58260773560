"""`kim approve`: what the workbook proposes and nobody may let out but IT."""

from __future__ import annotations

from argparse import Namespace

from automations.cli.exit_status import DONE, UsageError
from automations.cli.names import rule_called
from automations.cli.opening import opened, planned
from automations.cli.output import Output
from automations.engine.runner import plan as plan_run
from automations.jobs.follow_rules import begin
from automations.jobs.rules.approvals import approval_of, approving
from automations.jobs.rules.decisions import PREFIX, approving_setting, shown
from automations.jobs.rules.desk import JOB, Desk
from automations.jobs.rules.model import RuleSettings
from automations.jobs.rules.overview import overview
from automations.model.fact_kinds import RuleApproved
from automations.model.rule_rows import SettingRow


def approve(arguments: Namespace) -> int:
    """Approve a rule of the workbook as it stands now; without a name, list those that there are."""
    output = Output(arguments.json)
    with opened(arguments) as (world, clock, say):
        prepared = planned(plan_run(world, clock))
        arguments.name = rule_called(arguments.name or "", prepared.snapshot, say)
        settings = world.site.settings(RuleSettings, JOB)
        begun = begin(prepared.snapshot, settings, prepared.now, prepared.history)
        desk = begun.desk
        mine = {one.rule.name: one for one in begun.ready if one.rule.origin == "workbook"}
        if desk is None or (arguments.name and arguments.name not in mine and not _setting(arguments.name, desk)):
            names = ", ".join((*mine, *(PREFIX + row.name for row in _settings(desk)))) or "–"
            raise UsageError(
                say.say("There is no rule “{rule}”. Known are: {names}.", rule=arguments.name, names=names)
            )
        if row := _setting(arguments.name, desk):
            world.ledger.remember([approving_setting(row, desk, arguments.by)], clock())
            output.document({"approved": arguments.name, "value": shown(row.value)})
            sentence = "“{name}” is approved: {value}. It counts from the run after the next on."
            output.line(say.say(sentence, name=row.title, value=shown(row.value)))
            return DONE
        if arguments.name:
            rule = mine[arguments.name]
            now = approval_of(rule, desk)
            world.ledger.remember([approving(rule, desk, arguments.by)], clock())
            output.document({"approved": arguments.name, "hits": now.hits, "domains": list(now.domains)})
            output.line(say.count("The rule “{rule}” is approved: {n} row now, domains: {domains}.",
                                  "The rule “{rule}” is approved: {n} rows now, domains: {domains}.", now.hits,
                                  rule=arguments.name, domains=", ".join(now.domains) or "–"))  # fmt: skip
            return DONE
        by = {name: (prepared.history.fact(RuleApproved, name) or RuleApproved()).by for name in mine}
        found = [
            (name, overview(rule, desk).today, " ".join(approval_of(rule, desk).domains), by[name])
            for name, rule in mine.items()
        ]
        output.document(
            [{"name": name, "today": n, "domains": domains.split(), "by": by} for name, n, domains, by in found]
        )
        titles = ["Rule", "Rows today", "Domains", "Approved by"]
        output.table([say.say(title) for title in titles], found, say.say("Rules"))
        return DONE


def _settings(desk: Desk | None) -> list[SettingRow]:
    """What the team decided in the tab of settings and somebody has to approve."""
    return [row for row in desk.snapshot.console.settings if row.outside and not row.fault] if desk else []


def _setting(name: str, desk: Desk | None) -> SettingRow | None:
    return next((row for row in _settings(desk) if PREFIX + row.name == name), None)
