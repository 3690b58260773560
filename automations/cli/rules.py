"""`kim rules`, `kim plan --rule` and `kim plan --explain`: what the rules come to, before they do it."""

from __future__ import annotations

import sys
from argparse import Namespace
from collections.abc import Sequence
from datetime import timedelta
from typing import TYPE_CHECKING

from msgspec import structs

from automations.cli.advice import StoppedError
from automations.cli.exit_status import ATTENTION, DONE, USAGE, UsageError, refuse_beside
from automations.cli.names import called_rules, known_case, nearest, rule_called
from automations.cli.opening import opened, planned
from automations.cli.output import Output
from automations.cli.printed import print_plan
from automations.cli.reports import document
from automations.cli.runs import plan as plan_whole
from automations.engine.outcomes import Blind, Prepared
from automations.engine.parts import World
from automations.engine.present_numbers import for_jobs
from automations.engine.runner import plan as plan_run
from automations.engine.snapshots import read_snapshot
from automations.jobs.follow_rules import begin, on_trial_now, rule_problems
from automations.jobs.remind import Remind
from automations.jobs.remind import explain as explain_reminder
from automations.jobs.reminding.rules import RemindSettings
from automations.jobs.rules.desk import JOB, beside_its_rule, titles
from automations.jobs.rules.hits import looked
from automations.jobs.rules.lists import list_rows
from automations.jobs.rules.model import RuleSettings
from automations.jobs.rules.overview import AHEAD, Overview, explained, overview
from automations.jobs.tabs.report_file import csv_of
from automations.ledger.recording import PlannedMail
from automations.messages.sandbox import TemplateProblem
from automations.model.tabdoc import LIST

if TYPE_CHECKING:
    from automations.common.texts import Texts
    from automations.setup.own_columns import Missing

_REMIND = "remind"


def rules(arguments: Namespace) -> int:
    """`kim rules`: all rules, with their hits today and within fourteen days."""
    output = Output(arguments.json)
    if arguments.make_tabs:
        return _make_tabs(arguments, output)
    if arguments.csv:
        return _list_as_csv(arguments)
    with opened(arguments) as (world, clock, say):
        with output.progress(say.say("Planning …")):
            prepared = planned(plan_run(world, clock))
        found = [*_reminders(world, prepared), *_own(world, prepared)]
        output.document([structs.asdict(one) for one in found])
        called = called_rules(world, prepared.snapshot)
        rows = [
            (called.get(one.name, one.name), one.name, say.say("yes") if one.active else say.say("no"), one.today,
             one.days14)
            for one in found
        ]  # fmt: skip
        titles = ["Rule", "For --rule", "Active", "Rows today", "Rows in 14 days"]
        headings = [say.say(title) for title in titles]
        output.table(headings, rows, say.say("Rules"))
        hints: dict[str, list[str]] = {}
        for one in found:
            for hint in one.problems:
                hints.setdefault(hint, []).append(called.get(one.name, one.name))
        for hint, names in hints.items():
            output.line(f"{say.quoted(*dict.fromkeys(names))}: {hint}")
        return USAGE if any(one.problems for one in found) else DONE


def _make_tabs(arguments: Namespace, output: Output) -> int:
    """The tabs of rules and texts, in the team's workbook; those that are there stay as they are."""
    from automations.setup.console_tabs import lacking
    from automations.setup.own_columns import missing_columns
    from automations.setup.site_files import Source
    from automations.setup.source import TeamWorkbook

    with opened(arguments) as (world, clock, say):
        site, home = world.site, world.site.homes["cases"]
        snapshot = read_snapshot(site, world.ledger, world.workbooks, clock())
        if isinstance(snapshot, Blind):
            raise StoppedError(snapshot)
        settings = site.file.workbooks[home]
        source = Source.of(settings.url or str(site.folder / settings.path))
        target = TeamWorkbook(source, site.folder, site.columns).additions()
        raw = world.workbooks[home].read()
        tabs = list(lacking(snapshot, site.columns, raw, say))
        lacked = list(missing_columns(snapshot, site.columns, raw))
        columns = [one for one in lacked if not one.blocked]
        if not (tabs or lacked):
            output.line(say.say("The tabs of rules and texts are there already."))
        if (tabs or columns) and target is None:
            raise UsageError(say.say("kim cannot add tabs to this workbook."))
        if target is None or not _wanted([tab.name for tab in tabs], columns, output, say):
            tabs, columns = [], []
        for tab in tabs:
            target.add_tab(tab)  # type: ignore[union-attr]  # there are none without a target
        for missing in columns:
            target.append_columns(missing.tab, missing.row, missing.headings)  # type: ignore[union-attr]
        return _tell_made([tab.name for tab in tabs], columns, [one for one in lacked if one.blocked], output, say)


def _tell_made(
    made: Sequence[str], columns: Sequence[Missing], blocked: Sequence[Missing], output: Output, say: Texts
) -> int:
    """What was added; a column that found no room is not, and the command is not called done."""
    ended = ATTENTION if blocked else DONE
    added, refused = ({one.tab: list(one.headings.values()) for one in some} for some in (columns, blocked))
    output.document({"made": made, "columns": added, "not_added": refused}, ended)
    for name in made:
        output.line(say.say("The workbook has a new tab “{tab}”, with examples that rest.", tab=name))
    for tab, headings in added.items():
        output.line(say.say("“{tab}” has new columns: {names}.", tab=tab, names=", ".join(headings)))
    for tab, headings in refused.items():
        output.line(say.say("“{tab}”: something stands to the right of its table, so these columns were not added: "
                            "{names}. Type the headings where you want them.", tab=tab,
                            names=", ".join(headings)))  # fmt: skip
    return ended


def _wanted(tabs: Sequence[str], columns: Sequence[Missing], output: Output, say: Texts) -> bool:
    """Whether a person at the keyboard wants that in the workbook; a script that calls this wants it."""
    if not (tabs or columns) or output.as_json or not sys.stdin.isatty():
        return True
    named = [*tabs, *(f"{one.tab}: {', '.join(one.headings.values())}" for one in columns)]
    question = say.say("Shall kim add this to the workbook: {names}?", names="; ".join(named))
    return input(f"{question} [{say.say('yes')}/{say.say('no')}] ").strip()[:1].casefold() in {"j", "y"}


def _list_as_csv(arguments: Namespace) -> int:
    """The rows of a list as CSV, as it would be made now: semicolons, and nothing in it is a formula."""
    with opened(arguments) as (world, clock, say):
        prepared = planned(plan_run(world, clock))
        settings = world.site.settings(RuleSettings, JOB)
        begun = begin(prepared.snapshot, settings, prepared.now, prepared.history)
        lists = {one.rule.name: one for one in begun.ready if one.rule.action == "list"}
        found, desk = lists.get(arguments.csv), begun.desk
        if found is None or desk is None:
            raise UsageError(
                nearest(arguments.csv, list(lists), say.say("There is no list {name}.", name=arguments.csv), say)
            )
        sys.stdout.write(csv_of(list_rows(found, looked(found, desk).hits, desk)))
        return DONE


def plan(arguments: Namespace) -> int:
    """`kim plan`: what a run would do; with `--rule` or `--explain`, what one rule would do and why."""
    if not arguments.rule and not arguments.explain:
        return plan_whole(arguments)
    output = Output(arguments.json)
    with opened(arguments) as (world, clock, say):
        for typed, what in ((arguments.jobs, "JOB"), (arguments.full, "--full")):
            refuse_beside(typed, what, "--rule" if arguments.rule else "--explain", say)
        with output.progress(say.say("Planning …")):
            prepared = planned(plan_run(world, clock))
        if arguments.rule:
            return _plan_rule(output, world, prepared, rule_called(arguments.rule, prepared.snapshot, say))
        rule, key = rule_called(arguments.explain[0], prepared.snapshot, say), arguments.explain[1]
        _check_names(world, prepared, rule, key)
        lines = _explained(world, prepared, rule, key)
        output.document({"rule": rule, "case": key, "lines": lines})
        for line in lines:
            output.line(line)
        return DONE


def _own(world: World, prepared: Prepared) -> list[Overview]:
    settings = world.site.settings(RuleSettings, JOB)
    begun = begin(prepared.snapshot, settings, prepared.now, prepared.history)
    desk = begun.desk
    if desk is None:
        return []
    wrong = rule_problems(prepared.snapshot, settings, prepared.now, prepared.history, world.renderer.templates.exists)
    known = titles(desk.settings, desk.snapshot)
    told: dict[str, list[str]] = {}
    for problem in wrong:
        # A note hinders no rule, and would stand in the table among its faults.
        if problem.severity == "note":
            continue
        told.setdefault(problem.key, []).append(beside_its_rule(problem, known))
    ahead = {rule.rule.name: overview(rule, desk) for rule in begun.ready}
    found = [
        structs.replace(
            ahead.get(rule.name, Overview(rule.name, rule.table, rule.action, rule.active, 0, 0)),
            problems=tuple(told.get(rule.name, ())),
        )
        for rule in desk.settings.rules
    ]
    named = {one.name for one in found}
    # A row that could not be understood is no rule, but whoever wrote it looks for it here.
    unread = [row for row in prepared.snapshot.console.rules if row.name not in named]
    return [*found, *(Overview(row.name, "", "", False, 0, 0, tuple(told.get(row.name, ()))) for row in unread)]  # noqa: FBT003


def _reminders(world: World, prepared: Prepared) -> list[Overview]:
    settings = world.site.settings(RemindSettings, _REMIND)
    today: dict[str, int] = {}
    for item in prepared.mails:
        today[item.mail.rule] = today.get(item.mail.rule, 0) + 1
    keys: dict[str, set[str]] = {}
    # Planned for each day as it will be: a reminder is due by the date, and no formula knows all rules.
    for ahead in range(AHEAD + 1):
        plan = Remind().plan(prepared.snapshot, settings, prepared.now + timedelta(days=ahead), prepared.history)
        for mail in plan.mails:
            keys.setdefault(mail.rule, set()).add(mail.key)
    return [
        Overview(rule.name, rule.table, "mail", True, today.get(rule.name, 0), len(keys.get(rule.name, ())))  # noqa: FBT003
        for rule in settings.rules
    ]


def _plan_rule(output: Output, world: World, prepared: Prepared, name: str) -> int:
    """`kim plan --rule NAME`: what this rule alone would do, with its texts as they would leave."""
    say = world.renderer.words
    _check_rule(world, prepared, name)
    # So begin the ids of all that a rule writes or asks: no group says otherwise whose it is.
    beginning = (f"rule/{name}/", f"ask/rule/{name}/")
    alone = structs.replace(
        prepared,
        groups=tuple(group for group in prepared.groups if group.id.startswith(beginning)),
        mails=tuple(item for item in prepared.mails if item.mail.rule == name),
        tabs=tuple(doc for doc in prepared.tabs if doc.id == LIST + name),
        problems=tuple(one for one in prepared.problems if name in {one.code, one.key}),
    )
    settings = world.site.settings(RuleSettings, JOB)
    waits = on_trial_now(name, prepared.snapshot, settings, prepared.now, prepared.history)
    if waits is not None:  # before anybody says yes, they want to see to what
        held = tuple(PlannedMail(mail, "held") for mail in waits[1].mails)
        alone = structs.replace(alone, groups=waits[1].groups, mails=held)
        output.line(f"{called_rules(world, prepared.snapshot).get(name, name)}: {waits[0].sentence}")
        for call in waits[1].calls:
            output.line(" · ".join(filter(None, (call.case, call.phone, call.sentence))))
    texts = {item.mail.key: _rendered(world, item.mail) for item in alone.mails}
    whole = document(alone, world.renderer, "planned")
    mails = whole["mails"]
    if isinstance(mails, list):
        whole["mails"] = [{**mail, "text": texts.get(str(mail["key"]), "")} for mail in mails]
    output.document({"rule": name, **whole})
    print_plan(output, alone, world.renderer, say)
    for one in alone.problems:
        output.line(" ".join(filter(None, (one.message, one.advice))))
    for key, text in texts.items():
        output.line(f"— {key}", "bold")
        output.line(text)
    return DONE


def _rendered(world: World, mail: object) -> str:
    try:
        return world.renderer.render(mail).text  # type: ignore[arg-type]  # a mail of the plan
    except TemplateProblem as problem:  # a broken template is what people want to see here
        return str(problem)


def _names(world: World, prepared: Prepared) -> list[str]:
    """Rules of the files, and those of the workbook."""
    return [
        *world.site.settings(RemindSettings, _REMIND).rule_names,
        *world.site.settings(RuleSettings, JOB).rule_names,
        *(row.name for row in prepared.snapshot.console.rules),
    ]


def _check_names(world: World, prepared: Prepared, rule: str, key: str) -> None:
    """Raises UsageError for a rule, or the number of a case, that there is not. Rules over other tables speak of
    what names a row there."""
    _check_rule(world, prepared, rule)
    snapshot = prepared.snapshot
    if not any(key in snapshot.by_key(table) for table in snapshot.schema):
        known_case(world, snapshot, key, world.renderer.words)


def _check_rule(world: World, prepared: Prepared, rule: str) -> None:
    say, known = world.renderer.words, _names(world, prepared)
    if rule not in known:
        sentence = say.say("There is no rule “{rule}”. Known are: {names}.", rule=rule, names=", ".join(known))
        raise UsageError(nearest(rule, known, sentence, say))


def _explained(world: World, prepared: Prepared, rule: str, key: str) -> list[str]:
    """Why a rule acts on a row or does not, whichever job does the rule."""
    settings = world.site.settings(RuleSettings, JOB)
    if rule in world.site.settings(RemindSettings, _REMIND).rule_names:
        reminders = world.site.settings(RemindSettings, _REMIND)
        known = for_jobs(prepared.history, prepared.snapshot)
        return explain_reminder(rule, key, prepared.snapshot, reminders, prepared.now, known)
    begun = begin(prepared.snapshot, settings, prepared.now, prepared.history)
    desk = begun.desk
    faults = [f"{problem.message} {problem.advice}" for problem in begun.problems if problem.key == rule]
    found = next((one for one in begun.ready if one.rule.name == rule), None)
    if found is None or desk is None:
        return faults
    say = desk.words.say
    return list(explained(found, key, desk)) or [say("“{case}” has no row that this rule speaks of.", case=key)]
