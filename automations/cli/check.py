"""`kim check`: what is wrong with config and workbook, before a run meets it."""

from __future__ import annotations

from argparse import Namespace
from contextlib import suppress
from datetime import datetime

from msgspec import structs

from automations.cli.advice import stop_status
from automations.cli.exit_status import ATTENTION, BUSY, DONE, REFUSED, USAGE, refuse_beside
from automations.cli.language import language_of
from automations.cli.opening import opened
from automations.cli.output import Output
from automations.cli.printed import print_problems, print_rows, print_stop
from automations.cli.reference import write_schemas
from automations.cli.reports import document, rows_read
from automations.common.texts import Texts, texts
from automations.config.doubts import doubts
from automations.engine.fitness import barriers
from automations.engine.outcomes import Blind, Outlook, Prepared, Refused
from automations.engine.parts import World
from automations.engine.runner import plan as plan_run
from automations.engine.store_limits import limits_of
from automations.engine.written_words import words_missing, written_words
from automations.jobs.doubtful_forms import unreadable_forms
from automations.jobs.follow_rules import rule_problems as own_rule_problems
from automations.jobs.remind import rule_problems
from automations.jobs.reminding.dead_words import dead_figures, dead_words
from automations.jobs.reminding.rules import RemindSettings
from automations.jobs.rules.model import RuleSettings
from automations.jobs.tabs.settings import SummariseSettings
from automations.messages.completeness import no_number
from automations.messages.template_checks import template_problems
from automations.model.problems import Problem
from automations.model.snapshot import Snapshot
from automations.service.timetable import odd_times
from automations.service.unit_files import older_units
from automations.workbooks.protocol import WorkbookError


def check(arguments: Namespace) -> int:
    """`kim check`: every problem of config and workbook; changes nothing."""
    output = Output(arguments.json)
    if arguments.schema:
        refuse_beside(arguments.at, "--at", "--schema", texts(language_of(arguments.site)))
        files = [str(file) for file in write_schemas(arguments.schema)]
        output.document({"files": files})
        for file in files:
            output.line(file)
        return DONE
    with opened(arguments) as (world, clock, say):
        with output.progress(say.say("Reading …")):
            # One job alone: the others would plan mails and assignments that nobody asked to see.
            prepared = plan_run(world, clock, ("check_data",))
        wrong = _config_faults(world, prepared, clock(), say)
        prepared = with_barriers(world, prepared, say)
        aside = _aside(world, prepared, clock(), say)
        wrong = (*aside, *wrong)
        told = {(problem.code, problem.message) for problem in wrong}  # the rules' own job says so as well
        others = (problem for problem in prepared.problems if (problem.code, problem.message) not in told)
        prepared = structs.replace(prepared, problems=(*wrong, *others))
        snapshot = Snapshot() if isinstance(prepared, Blind) else prepared.snapshot
        output.document(document(prepared, world.renderer, planned_outcome(prepared)) | rows_read(snapshot))
        print_rows(output, snapshot, say)
        if isinstance(prepared, Refused):
            print_stop(output, prepared)
        if prepared.problems or not isinstance(prepared, Refused):
            print_problems(output, prepared, say)
        # Without cases a site does nothing at all, and says so nowhere else: that is no success.
        read = "cases" in snapshot.layouts and not aside
        broken = any(problem.severity == "error" for problem in wrong)  # a rule or template: part of the config
        status = plan_status(prepared)
        if status not in {DONE, ATTENTION}:
            return status
        return USAGE if broken else status if read else ATTENTION


def _config_faults(world: World, prepared: Outlook, now: datetime, say: Texts) -> tuple[Problem, ...]:
    """What is wrong with the site's rules, templates, settings and service, whatever its tables say."""
    site, exists = world.site, world.renderer.templates.exists
    reminders = site.settings(RemindSettings, "remind")
    wrong = (*rule_problems(reminders, exists), *template_problems(world.renderer, site.facts.approved_languages))
    snapshot = Snapshot() if isinstance(prepared, Blind) else prepared.snapshot
    if isinstance(prepared, Prepared):
        rules = site.settings(RuleSettings, "follow_rules")
        wrong += tuple(dead_words(reminders, prepared.snapshot))
        wrong += tuple(dead_figures(site.settings(SummariseSettings, "summarise"), prepared.snapshot))
        wrong += own_rule_problems(prepared.snapshot, rules, prepared.now, prepared.history, exists)
    if not isinstance(prepared, Blind):
        wrong += no_number(snapshot, site.facts, say)
        wrong += unreadable_forms(snapshot.intake, say)
    return (*wrong, *doubts(site, snapshot), *odd_times(site, now), *older_units(site), *limits_of(world.workbooks))


def _aside(world: World, prepared: Outlook, now: datetime, say: Texts) -> tuple[Problem, ...]:
    """That no case is read, although another tab looks like the list of cases or holds what a form sent."""
    snapshot = Snapshot() if isinstance(prepared, Blind) else prepared.snapshot
    home = world.site.homes.get("cases", "team")
    if "cases" not in snapshot.layouts or snapshot.cases:
        return ()
    with suppress(WorkbookError):
        from automations.setup.first_look import lists_aside  # needed by few checks, and long to load

        tabs = lists_aside(world.site, world.workbooks[home].read(), snapshot, now.date())
        message = say.say("No case is read: “{tab}” is empty.", tab=snapshot.layouts["cases"].tab)
        return tuple(
            Problem("list_aside", message, _advice_aside(name, say), "warning", home, "cases", name, who="operator")
            for name in tabs
        )
    return ()


def _advice_aside(tab: str, say: Texts) -> str:
    return say.say(
        "Is “{tab}” your list of cases? Then please enter its name in columns.toml under [tables.cases]. If a form "
        "fills it, please remove the # in front of its lines in automations.toml ([take_in.forms]).", tab=tab
    )  # fmt: skip


def with_barriers(world: World, prepared: Outlook, say: Texts) -> Outlook:
    """The plan, with what its workbooks do not allow although nothing of it is planned today."""
    if not isinstance(prepared, Prepared):
        return prepared
    snapshot, rules = prepared.snapshot, world.site.settings(RuleSettings, "follow_rules")
    words = written_words(snapshot, rules, prepared.now.date(), answers=world.inbox is not None)
    found = (
        *barriers(world.workbooks, prepared.bases, snapshot, world.ledger.id, say),
        *words_missing(world.workbooks, prepared.bases, words, snapshot),
    )
    known = {(problem.workbook, problem.advice or problem.message) for problem in prepared.problems}
    fresh = (problem for problem in found if (problem.workbook, problem.advice or problem.message) not in known)
    return structs.replace(prepared, problems=(*prepared.problems, *fresh))


def planned_outcome(prepared: Outlook) -> str:
    """The word of `--json` for a plan."""
    return {DONE: "planned", ATTENTION: "attention", BUSY: "busy", REFUSED: "refused"}[plan_status(prepared)]


def plan_status(prepared: Outlook) -> int:
    """The exit status of a plan: attention for all that its run would owe."""
    if not isinstance(prepared, Prepared):
        return stop_status(prepared)
    failed = any(job.outcome == "failed" for job in prepared.jobs.values())
    closed = any(problem.code in {"cannot_write", "unwritable"} for problem in prepared.problems)
    return ATTENTION if failed or closed or prepared.unmended or prepared.broken or prepared.unread else DONE
