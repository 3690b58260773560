"""`kim plan` and `kim run`: what a run would do, and what it did."""

from __future__ import annotations

from argparse import Namespace
from collections import Counter
from collections.abc import Mapping

from msgspec import structs

from automations.cli.advice import placed
from automations.cli.check import plan_status, planned_outcome, with_barriers
from automations.cli.due import print_brief
from automations.cli.exit_status import DONE, STATUSES
from automations.cli.nothing import print_nothing, trouble_problems
from automations.cli.opening import opened, since
from automations.cli.output import Output
from automations.cli.printed import print_plan, print_rows, print_stop
from automations.cli.reports import broken_problems, document
from automations.cli.words import mail_state
from automations.common.texts import Texts
from automations.engine.applied import RunResult
from automations.engine.carried_over import from_scratch
from automations.engine.last_findings import keep_found
from automations.engine.last_look import standing_of
from automations.engine.outcomes import Blind, Prepared, Refused
from automations.engine.parts import World
from automations.engine.promises import sentences
from automations.engine.runner import plan as plan_run
from automations.engine.runner import run as run_now
from automations.model.problems import Problem
from automations.model.values import to_plain
from automations.service.alerts import tell_of_config, tell_of_copies, tell_of_look, tell_operator
from automations.service.at_a_glance import files_of, place_of
from automations.service.due import Due
from automations.service.due_runs import do_due, watched_over
from automations.service.refused_config import keep_good


def plan(arguments: Namespace) -> int:
    """`kim plan`: what a run would do."""
    output = Output(arguments.json)
    with opened(arguments) as (site_world, clock, say):
        world = _asked(site_world, arguments)
        with output.progress(say.say("Planning …")):
            started = since(arguments)
            prepared = with_barriers(world, plan_run(world, clock, arguments.jobs), say)
        output.document(
            lambda: timed(
                document(prepared, world.renderer, planned_outcome(prepared)),
                {"start": started, **prepared.seconds},
                arguments,
            )
        )
        if isinstance(prepared, Prepared):
            print_plan(output, prepared, world.renderer, say)
        else:
            print_stop(output, prepared)
        return plan_status(prepared)


def run(arguments: Namespace) -> int:
    """`kim run` as a whole run; see cli/unchanged.py for when there is nothing to do."""
    output = Output(arguments.json)
    with opened(arguments) as (site_world, clock, say):
        world = _asked(site_world, arguments)
        with output.progress(say.say("Working …")):
            started = since(arguments)
            result = run_now(world, clock, arguments.jobs, accepted=arguments.accept)
        # Also after a run by hand: nobody may be reading its words when an old copy was put back.
        tell_of_copies(world, result, clock)
        _keep(world, result)
        output.document(lambda: timed(result_document(world, result), {"start": started, **result.seconds}, arguments))
        print_result(output, result, say)
        return STATUSES[result.outcome]


def do_due_run(arguments: Namespace, due: Due) -> int:
    """What `kim run --due` found due."""
    output = Output(arguments.json, silent=arguments.brief)
    with opened(arguments) as (world, clock, say):
        started = since(arguments)
        with watched_over(world, clock):
            done = do_due(world, due, clock)
        if done.result is None:
            print_nothing(output, say.say("Nothing is due."))
            print_brief(arguments, world, clock, why=done.why)
            return DONE
        tell_operator(world, done.result, clock)
        tell_of_config(world, (), clock)
        result = done.result
        _keep(world, result)
        print_brief(arguments, world, clock, outcome=result.outcome, why=done.why, occurrence=done.occurrence,
                    run=result.prepared.run, kinds=kinds_of_trouble(result))  # fmt: skip
        output.document(lambda: timed(result_document(world, result), {"start": started, **result.seconds}, arguments))
        print_result(output, result, say)
        return STATUSES[result.outcome]


def _asked(world: World, arguments: Namespace) -> World:
    """With `--full` from scratch."""
    return structs.replace(world, site=from_scratch(world.site)) if arguments.full else world


def _keep(world: World, result: RunResult) -> None:
    """What a run found is kept for one that would find the same, and the config that it went by."""
    keep_good(world.site)
    standing = standing_of(world.ledger)
    same = standing.same and standing.run == result.prepared.run
    site = world.site
    files = files_of(site, standing.planned)
    # Under no name where the next run would plan otherwise: then it must not repeat what this one found.
    keep_found(site.state, standing.run if same else "", _found(result), place_of(site), files)


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


def result_document(world: World, result: RunResult) -> dict[str, object]:
    """What `--json` says of a run."""
    found = _found(result)
    # A refusal is a problem already, with its sentence.
    stopped = () if isinstance(result.prepared, Refused) else result.record.trouble
    said = (*sentences(result.applied.promises), *(problem.message for problem in found))
    prepared = structs.replace(result.prepared, problems=(*found, *trouble_problems(stopped, said)))
    return document(prepared, world.renderer, result.outcome, result.applied, result.seconds)


def timed(made: dict[str, object], seconds: Mapping[str, float], arguments: Namespace) -> dict[str, object]:
    """The document with the seconds of the whole command: "report" is what came after the last step, until the
    document stood as it is printed."""
    plain = {name: to_plain(value) for name, value in made.items()}
    rest = max(since(arguments) - sum(seconds.values()), 0.0)
    return {**plain, "seconds": {**seconds, "report": round(rest, 3)}}


def _found(result: RunResult) -> tuple[Problem, ...]:
    return (*result.prepared.problems, *broken_problems(result.applied.promises))


def print_result(output: Output, result: RunResult, say: Texts) -> None:
    """What a run did, for people: how much of what, and each thing that stood in its way."""
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
    shown = [one for one in prepared.problems if one.who == "operator" or one.code == "job_failed"]
    lines = dict.fromkeys(placed(problem, say) for problem in shown)
    for trouble in () if isinstance(prepared, Refused) else result.record.trouble:
        # What stopped something is often a problem, too, with a place and advice: that says it all.
        if trouble not in said and not any(trouble.rpartition(": ")[2] in line for line in lines):
            output.line(trouble, "red")
    for line in lines:
        output.line(line, "red")
