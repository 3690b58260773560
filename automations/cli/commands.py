"""What each command does. A command reads the clock once, works, prints, and returns its status."""

from __future__ import annotations

import dataclasses
from argparse import Namespace
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from time import perf_counter
from zoneinfo import ZoneInfo

from automations.cli.advice import StoppedError, stop_status
from automations.cli.clock import make_clock
from automations.cli.due import print_brief, print_nothing
from automations.cli.names import known_case
from automations.cli.output import Output
from automations.cli.reports import (
    broken_problems,
    document,
    print_plan,
    print_problems,
    print_rows,
    print_stop,
    rows_read,
)
from automations.cli.schemas import write_schemas
from automations.cli.usage import ATTENTION, BUSY, DONE, REFUSED, STATUSES, USAGE, UsageError
from automations.cli.words import mail_state
from automations.common.errors import why
from automations.common.files import write_private
from automations.common.texts import Texts, texts
from automations.config.doubts import doubts
from automations.config.loading import load_site
from automations.config.site import Site
from automations.engine.fitness import barriers
from automations.engine.guards import NAMES
from automations.engine.looking import look
from automations.engine.outlook import Blind, Outlook, Prepared, Refused
from automations.engine.parts import World, make_renderer, make_replies, open_world
from automations.engine.places import limits_of
from automations.engine.promises import sentences
from automations.engine.runner import RunResult
from automations.engine.runner import plan as plan_run
from automations.engine.runner import run as run_now
from automations.jobs.assigning.alternatives import alternatives
from automations.jobs.assigning.settings import AssignSettings
from automations.jobs.follow_rules import rule_problems as own_rule_problems
from automations.jobs.remind import rule_problems
from automations.jobs.reminding.dead_words import dead_words
from automations.jobs.reminding.rules import RemindSettings
from automations.jobs.rules.model import RuleSettings
from automations.jobs.summarise import export_report
from automations.jobs.tabs.settings import SummariseSettings
from automations.messages.completeness import no_number
from automations.messages.preview import preview as preview_page
from automations.messages.reply_tokens import ReplyTokens
from automations.messages.samples import samples
from automations.messages.template_checks import template_problems
from automations.model.snapshot import Snapshot
from automations.service.alerts import tell_of_copies, tell_of_look, tell_operator
from automations.service.due import do_owed, watched_over
from automations.service.older_units import older_units
from automations.service.owed import Owed
from automations.service.timetable import odd_times
from automations.workbooks.xlsx.one_cell import set_cell

CLIENT_LANGUAGES = ("de", "en", "ru", "uk", "fr", "ro", "ar", "tr")


def demo(arguments: Namespace) -> int:
    """`kim demo`: a complete site, adopted the day before, then run once."""
    try:
        from automations.setup.demo.story import demonstrate
    except ImportError as error:
        sentence = "For the demonstration a part of kim is not installed: pip install 'kim-automations[demo]'"
        raise UsageError(texts("de").say(sentence)) from error

    output, say = Output(arguments.json), texts("de")
    at = arguments.at or datetime.fromisoformat("2024-10-31T07:00")
    at = at if at.tzinfo else at.replace(tzinfo=ZoneInfo("Europe/Berlin"))
    with output.progress(say.say("Making a demonstration site …")):
        shown = demonstrate(arguments.folder, cases=arguments.cases, seed=arguments.seed, at=at)
    with open_world(shown.site, at) as world:
        output.document(lambda: _document(world, shown.result))
        output.line(say.say("A demonstration team with {n} cases, on the morning of {day}:", n=arguments.cases,
                            day=f"{at:%d.%m.%Y}"), "bold")  # fmt: skip
        _print_result(output, shown.result, say)
    output.line()
    output.line(say.say("Look at:"), "bold")
    for path, text in shown.files:
        output.line(f"  {path}  {say.say(text)}")
    return STATUSES[shown.result.outcome]


def check(arguments: Namespace) -> int:
    """`kim check`: every problem of config and workbook; changes nothing."""
    output = Output(arguments.json)
    if arguments.schema:
        write_schemas(arguments.schema)
        return DONE
    with opened(arguments) as (world, clock, say):
        with output.progress(say.say("Reading …")):
            prepared = plan_run(world, clock, ("check_data",))
        wrong = rule_problems(world.site.settings(RemindSettings, "remind"), world.renderer.exists)
        wrong += template_problems(world.renderer, world.site.facts.approved_languages)
        if isinstance(prepared, Prepared):
            rules = world.site.settings(RuleSettings, "follow_rules")
            wrong += tuple(dead_words(world.site.settings(RemindSettings, "remind"), prepared.snapshot))
            wrong += own_rule_problems(prepared.snapshot, rules, prepared.now, prepared.history, world.renderer.exists)
        if not isinstance(prepared, Blind):
            wrong += no_number(prepared.snapshot, world.site.facts, say)
        wrong += doubts(world.site)
        wrong += (*odd_times(world.site, clock()), *older_units(world.site))
        wrong += tuple(limits_of(world.workbooks))
        prepared = _with_barriers(world, prepared, say)
        told = {(problem.code, problem.message) for problem in wrong}  # the rules' own job says so as well
        others = (problem for problem in prepared.problems if (problem.code, problem.message) not in told)
        prepared = dataclasses.replace(prepared, problems=(*wrong, *others))
        snapshot = Snapshot() if isinstance(prepared, Blind) else prepared.snapshot
        output.document(document(prepared, world.renderer, _planned_outcome(prepared)) | rows_read(snapshot))
        print_rows(output, snapshot, say)
        if isinstance(prepared, Refused):
            print_stop(output, prepared)
        if prepared.problems or not isinstance(prepared, Refused):
            print_problems(output, prepared, say)
        broken = any(problem.severity == "error" for problem in wrong)  # a rule or template: part of the config
        return _plan_status(prepared) or (USAGE if broken else DONE if "cases" in snapshot.layouts else ATTENTION)


def plan(arguments: Namespace) -> int:
    """`kim plan`: what a run would do."""
    output = Output(arguments.json)
    with opened(arguments) as (world, clock, say):
        _known_jobs(arguments, world.site)
        with output.progress(say.say("Planning …")):
            seconds = {"start": _since(arguments)}
            prepared = _with_barriers(world, plan_run(world, clock, arguments.jobs), say)
        seconds |= prepared.seconds
        output.document(lambda: document(prepared, world.renderer, _planned_outcome(prepared), seconds=seconds))
        if isinstance(prepared, Prepared):
            print_plan(output, prepared, world.renderer, say)
        else:
            print_stop(output, prepared)
        return _plan_status(prepared)


def run(arguments: Namespace) -> int:
    """`kim run`: do it now. With `--due` see cli/due.py."""
    output = Output(arguments.json)
    with opened(arguments) as (world, clock, say):
        _known_jobs(arguments, world.site)
        _known_guards(arguments, say)
        with output.progress(say.say("Working …")):
            started = _since(arguments)
            result = run_now(world, clock, arguments.jobs, accepted=arguments.accept)
        tell_of_copies(world, result, clock)
        output.document(lambda: _document(world, result, started))
        _print_result(output, result, say)
        return STATUSES[result.outcome]


def do_owed_run(arguments: Namespace, owed: Owed) -> int:
    """What `kim run --due` found owed."""
    output = Output(arguments.json, silent=arguments.brief)
    with opened(arguments) as (world, clock, say):
        started = _since(arguments)
        with watched_over(world, clock):
            done = do_owed(world, owed, clock)
        if done.result is None:
            print_nothing(output, say.say("Nothing is due."))
            print_brief(arguments, world, clock, why=done.why)
            return DONE
        tell_operator(world, done.result, clock)
        result = done.result
        print_brief(arguments, world, clock, outcome=result.outcome, why=done.why, occurrence=done.occurrence,
                    run=result.prepared.run, kinds=kinds_of_trouble(result))  # fmt: skip
        output.document(lambda: _document(world, result, started))
        _print_result(output, result, say)
        return STATUSES[result.outcome]


def kinds_of_trouble(result: RunResult) -> tuple[str, ...]:
    """What stood in a run's way, as stable English codes: for whoever watches many sites, where one mail server that
    is out of order is one trouble. No row, no person, no address."""
    if isinstance(result.prepared, Blind):
        return tuple(sorted({problem.code for problem in result.prepared.problems}))
    kinds = {problem.code for problem in result.prepared.problems if problem.who == "operator"}
    if isinstance(result.prepared, Refused):
        return tuple(sorted(kinds or {"refused"}))
    kinds |= {f"job_{name}" for name, job in result.prepared.jobs.items() if job.outcome == "failed"}
    kinds |= {"mail_server"} if result.applied.trouble else set()
    kinds |= {f"mails_{item.state}" for item in result.prepared.mails if item.state == "held"}
    kinds |= {f"mails_{one.state}" for one in result.applied.mails if one.state in {"failed", "unknown"}}
    return tuple(sorted(kinds))


def tell_fallen(arguments: Namespace, error: Exception) -> None:
    """The operator hears, once, that a look at the schedule fell over."""
    with opened(arguments) as (world, clock, _):
        tell_of_look(world, error, clock)


def explain(arguments: Namespace) -> int:
    """`kim explain FALL-NR`: everything that kim ever did about a case, and why."""
    output = Output(arguments.json)
    with opened(arguments) as (world, clock, say):
        seen = look(world.site, world.ledger, world.workbooks, clock())
        if isinstance(seen, Blind):
            raise StoppedError(seen)
        keys = known_case(world, seen.snapshot, arguments.case, say)
        story = world.ledger.story(arguments.case, keys)
        settings = world.site.settings(AssignSettings, "assign_cases")
        others = alternatives(arguments.case, seen.snapshot, settings, clock())
        shown = [dataclasses.replace(one, points=one.points if arguments.points else "") for one in others]
        output.document({"case": arguments.case, "story": story, "alternatives": shown})
        zone = world.site.facts.time_zone
        for entry in story:
            output.line(f"{entry.at.astimezone(zone):%d.%m.%Y %H:%M}  {entry.text}")
        if not story:
            output.line(say.say("kim has done nothing about {case} yet.", case=arguments.case))
        rows = [(one.name or one.code, one.text, *([one.points] if arguments.points else [])) for one in shown]
        headings = [say.say("Colleague"), say.say("What would be"), *([say.say("Points")] if arguments.points else [])]
        output.table(headings, rows, say.say("Who could take the case today"))
        if isinstance(seen, Refused):
            print_stop(output, seen)
            return REFUSED
        return DONE


def preview(arguments: Namespace) -> int:
    """`kim preview`: one HTML page with every message in every language."""
    output = Output(arguments.json)
    site = load_site(arguments.site)
    replies, say = make_replies(site), site.facts.texts
    note = (
        ""
        if replies
        else say.say(
            "Without a mailbox for answers ([mail.inbox] in site.toml) mails carry no buttons, but a phone number."
        )
    )
    shown = replies or ReplyTokens((b"preview",), "antwort@example.org")
    renderer = make_renderer(site, shown)
    page = preview_page(renderer, CLIENT_LANGUAGES, samples(renderer.own_stems()), note)
    _lay_down(arguments.out, page.encode(), say)
    output.document({"file": str(arguments.out)})
    output.line(say.say("Every message in every language: {file}", file=arguments.out))
    return DONE


def report(arguments: Namespace) -> int:
    """`kim report`: the figures for the Land as a clean CSV file of their own."""
    output = Output(arguments.json)
    with opened(arguments) as (world, clock, say):
        prepared = planned(plan_run(world, clock, ("number_rows",)))
        settings = world.site.settings(SummariseSettings, "summarise")
        text, facts = export_report(prepared.snapshot, settings, clock(), prepared.history, arguments.edition)
        # Excel knows UTF-8 by its mark only.
        _lay_down(arguments.out, text.encode("utf-8-sig"), say, private=arguments.edition == "exact")
        world.ledger.remember(facts, clock())  # what was published once is published the same way again
        output.document({"file": str(arguments.out), "edition": arguments.edition})
        if arguments.edition == "exact":
            output.line(say.say("The exact figures are in {file}. They are confidential.", file=arguments.out), "bold")
        else:
            output.line(say.say("The figures for publication are in {file}.", file=arguments.out))
        return DONE


def cell(arguments: Namespace) -> int:
    """`kim cell FILE TAB!REF VALUE`: one cell, nothing else."""
    output = Output(arguments.json)
    message = set_cell(arguments.file, arguments.ref, arguments.value, arguments.out)
    output.document({"outcome": "done", "file": str(arguments.out or arguments.file), "message": message})
    output.line(message)
    return DONE


def _lay_down(path: Path, content: bytes, say: Texts, *, private: bool = False) -> None:
    """A file for people. Raises UsageError, in a sentence, where it cannot be written."""
    try:
        if private:
            write_private(path, content)
        else:
            path.write_bytes(content)
    except OSError as error:
        there = path.parent.is_dir()
        missing = say.say("there is no folder {folder}", folder=path.parent)
        reason = say.say(why(error)) if there else missing
        raise UsageError(say.say("{file} cannot be written: {reason}.", file=path, reason=reason)) from error


@contextmanager
def opened(arguments: Namespace) -> Iterator[tuple[World, Callable[[], datetime], Texts]]:
    """The site, its parts, and the clock: a fixed moment with `--at`, else the real one."""
    site = load_site(Path(arguments.site))
    clock = make_clock(site, arguments.at)
    with open_world(site, clock()) as world:
        yield world, clock, site.facts.texts


def _known_guards(arguments: Namespace, say: Texts) -> None:
    unknown = [name for name in arguments.accept if name not in NAMES]
    if unknown:
        raise UsageError(
            say.say("There is no guard named {name}; there are: {names}", name=unknown[0], names=", ".join(NAMES))
        )


def _known_jobs(arguments: Namespace, site: Site) -> None:
    unknown = [name for name in arguments.jobs if name not in site.jobs]
    if unknown:
        say, name = site.facts.texts, unknown[0]
        if Path(name).is_dir():
            raise UsageError(say.say("{name} is a folder. If you mean that site: --site {name}", name=name))
        raise UsageError(say.say("There is no automation named {name}; there are: {names}", name=name,
                                 names=", ".join(site.jobs)))  # fmt: skip


def _since(arguments: Namespace) -> float:
    """Seconds since the command began: what it takes to load the program, the config, the ledger."""
    began: float = arguments.began
    return round(perf_counter() - began, 3)


def _document(world: World, result: RunResult, started: float = 0.0) -> dict[str, object]:
    found = (*result.prepared.problems, *broken_problems(result.applied.promises))
    prepared = dataclasses.replace(result.prepared, problems=found)
    return document(prepared, world.renderer, result.outcome, result.applied, {"start": started, **result.seconds})


def planned(outlook: Outlook) -> Prepared:
    """What may be used; else the command stops with the guard's sentence."""
    if isinstance(outlook, Prepared):
        return outlook
    raise StoppedError(outlook)


def _planned_outcome(prepared: Outlook) -> str:
    return {DONE: "planned", ATTENTION: "attention", BUSY: "busy", REFUSED: "refused"}[_plan_status(prepared)]


def _with_barriers(world: World, prepared: Outlook, say: Texts) -> Outlook:
    """The plan, with what its workbooks do not allow although nothing of it is planned today."""
    if not isinstance(prepared, Prepared):
        return prepared
    found = barriers(world.workbooks, prepared.bases, prepared.snapshot, world.ledger.id, say)
    known = {(problem.workbook, problem.advice or problem.message) for problem in prepared.problems}
    fresh = (problem for problem in found if (problem.workbook, problem.advice or problem.message) not in known)
    return dataclasses.replace(prepared, problems=(*prepared.problems, *fresh))


def _plan_status(prepared: Outlook) -> int:
    if not isinstance(prepared, Prepared):
        return stop_status(prepared)
    failed = any(job.outcome == "failed" for job in prepared.jobs.values())
    closed = any(problem.code == "cannot_write" for problem in prepared.problems)
    return ATTENTION if failed or closed or prepared.broken or prepared.unread else DONE


def _print_result(output: Output, result: RunResult, say: Texts) -> None:
    prepared, applied = result.prepared, result.applied
    groups = prepared.groups if isinstance(prepared, Prepared) else ()
    written = sum(len(group.edits) for group in groups if group.id in applied.applied)
    states = applied.states
    counts = Counter(states.values())
    rows = [
        (say.say("Cells written"), written),
        *((say.say("Mails: {state}", state=mail_state(name, say)), counts[name]) for name in sorted(counts)),
        (say.say("Tabs written"), sum(len(write.tabs) for write in applied.writes.values())),
        (say.say("Problems shown"), len(prepared.problems)),
    ]
    if isinstance(prepared, Prepared):
        print_rows(output, prepared.snapshot, say)
    output.table([say.say("What happened"), ""], rows)
    if isinstance(prepared, Refused):
        print_stop(output, prepared)
    for problem in broken_problems(applied.promises):
        output.line(f"{problem.workbook}, {problem.tab}: {problem.message} {problem.advice}".rstrip(), "red")
    said = set(sentences(applied.promises))
    for trouble in result.record.trouble:
        if trouble not in said and not isinstance(prepared, Refused):
            output.line(trouble, "red")
    for problem in prepared.problems:
        if problem.who == "operator" or problem.code == "job_failed":
            output.line(f"{problem.message} {problem.advice}", "red")


__all__ = [
    "cell",
    "check",
    "demo",
    "do_owed_run",
    "explain",
    "opened",
    "plan",
    "planned",
    "preview",
    "report",
    "run",
    "tell_fallen",
]
