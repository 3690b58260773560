"""One run, from the lock to its last line in the log."""

from __future__ import annotations

import dataclasses
import secrets
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Literal

from filelock import FileLock, Timeout

from automations.common.texts import texts
from automations.config.site import Site
from automations.engine.answers import act_on_answers
from automations.engine.apply import Applied, Clock, Step, apply, settle_open_writes
from automations.engine.guards import stands
from automations.engine.housekeeping import tidy
from automations.engine.parts import World
from automations.engine.planning import Blind, Outlook, Prepared, Refused, prepare
from automations.messages.archive import searcher
from automations.messages.outbox import settle_stuck
from automations.messages.replying import Inflow, read_inbox
from automations.model.plan import Fact
from automations.model.problems import Problem

RunOutcome = Literal["done", "attention", "busy", "refused"]


class AlreadyRunningError(Exception):
    """Another run of this site is under way."""


@dataclass(frozen=True)
class RunResult:
    """A run as it ended. `outcome`: done · attention (something failed or is held) · busy (a workbook
    is open elsewhere; what was planned waits) · refused (a guard)."""

    prepared: Outlook
    outcome: RunOutcome
    applied: Applied = field(default_factory=Applied)
    notes: tuple[str, ...] = ()


def run(
    world: World,
    clock: Clock,
    names: Collection[str] = (),
    *,
    step: Step = lambda _: None,
    accepted: Collection[str] = (),
) -> RunResult:
    """Do a whole run now. Raises AlreadyRunningError where another run holds the site's lock."""
    with site_lock(world.site):
        now = clock()
        run_id = new_run_id(now)
        step("settle")
        settle_open_writes(world, clock)
        doubt = _settle_mails(world, clock)
        step("inbox")
        inflow = _read_inbox(world, clock)
        step("plan")
        prepared = prepare(
            world.site, world.ledger, world.workbooks, now, run=run_id, names=names, remember=True,
            accepted=accepted, renderer=world.renderer,
        )  # fmt: skip
        world.ledger.begin_run(run_id, now, tuple(prepared.jobs) if isinstance(prepared, Prepared) else ())
        match prepared:
            case Refused():
                result = RunResult(prepared, "refused")
            case Blind():
                result = RunResult(prepared, "busy" if prepared.busy else "attention")
            case Prepared():
                result = _carry_out(world, prepared, clock, step)
        result = _with_inbox(result, inflow, world.site)
        step("end")
        trouble = (*doubt, *prepared.record.trouble, *_trouble(result, world.site))
        if inflow.trouble:
            trouble = (inflow.trouble, *trouble)
        record = dataclasses.replace(prepared.record, outcome=result.outcome, trouble=trouble)
        world.ledger.end_run(record, _seconds(result))
        if result.outcome != "refused":  # by a clock years ahead everything would be past its time
            step("tidy")
            tidy(world, clock())
        return result


def plan(world: World, clock: Clock, names: Collection[str] = ()) -> Outlook:
    """What a run would do now; nothing changes, neither the workbooks nor the ledger."""
    return prepare(world.site, world.ledger, world.workbooks, clock(), names=names, renderer=world.renderer)


def _settle_mails(world: World, clock: Clock) -> tuple[str, ...]:
    """What a crash left half sent is looked up in the archive mailbox, or shown to people. Returns why
    the mailbox could not be asked, if that was so."""
    mail, language = world.site.file.mail, world.site.facts.language
    search = searcher(mail, world.sender, texts(language))
    grace = timedelta(minutes=mail.archive_grace_minutes)
    report = settle_stuck(world.ledger, search, clock(), grace, language)
    return (report.trouble,) if report.trouble else ()


def _read_inbox(world: World, clock: Clock) -> Inflow:
    """Answers become facts before anything is planned."""
    if world.inbox is None or world.replies is None:
        return Inflow()
    return read_inbox(
        world.inbox, world.ledger, world.replies, world.sender, clock(), world.site.facts.language
    )  # fmt: skip


def _with_inbox(result: RunResult, inflow: Inflow, site: Site) -> RunResult:
    """A mailbox out of reach is the operator's to mend; the run has gone on without it."""
    if not inflow.trouble:
        return result
    advice = texts(site.facts.language).say("Please look at [mail.inbox] in site.toml; the next run tries again.")
    problem = Problem("inbox_unreachable", inflow.trouble, advice, "error", who="operator")
    prepared = dataclasses.replace(result.prepared, problems=(*result.prepared.problems, problem))
    outcome: RunOutcome = "attention" if result.outcome == "done" else result.outcome
    return dataclasses.replace(result, prepared=prepared, outcome=outcome)


def _carry_out(world: World, prepared: Prepared, clock: Clock, step: Step) -> RunResult:
    waiting = _open_elsewhere(world, clock())
    prepared = act_on_answers(world, prepared, clock())
    if prepared.history.adopting:
        now = clock()
        facts = (*prepared.facts, Fact("adopted", "team", {"on": now.date().isoformat(), "at": _utc(now)}))
        prepared = dataclasses.replace(prepared, facts=facts)
    applied = apply(world, prepared, clock, waiting, step)
    _remember_tabs(world, prepared, applied, clock)
    return RunResult(prepared, _outcome(prepared, applied), applied)


def _remember_tabs(world: World, prepared: Prepared, applied: Applied, clock: Clock) -> None:
    """When each tab was written, so that an old copy of a workbook is known for what it is."""
    for name, result in applied.writes.items():
        written = [doc for doc in prepared.tabs if doc.workbook == name and doc.id in result.tabs]
        if written:
            world.ledger.remember([stands(name, written, world.ledger.fact("stands", name))], clock())


def _utc(now: datetime) -> str:
    return now.astimezone(UTC).isoformat()


def _open_elsewhere(world: World, now: datetime) -> Mapping[str, str]:
    """Workbooks that a person has open, until the waiting time is over (rule 7)."""
    patience = timedelta(hours=world.site.file.guards.busy_hours)
    waiting: dict[str, str] = {}
    for name, workbook in world.workbooks.items():
        holder = workbook.holder()
        known = world.ledger.fact("busy", name) or {}
        since = str(known.get("since", ""))
        if not holder:
            if since:
                world.ledger.remember([Fact("busy", name, {"since": ""})], now)
            continue
        if not since:
            since = now.isoformat()
            world.ledger.remember([Fact("busy", name, {"since": since, "holder": holder})], now)
        # Somebody who reads the managers' workbook types nothing that a mail could rest on.
        if name in set(world.site.homes.values()) and now - datetime.fromisoformat(since) < patience:
            waiting[name] = holder
    return waiting


def _outcome(prepared: Prepared, applied: Applied) -> RunOutcome:
    if applied.busy or any(result.status == "conflict" for result in applied.writes.values()):
        return "busy"
    failed_job = any(job.outcome == "failed" for job in prepared.jobs.values())
    failed_write = applied.errors or any(result.status == "unclear" for result in applied.writes.values())
    held = any(item.state == "held" for item in prepared.mails)
    lost = any(outcome.state in {"failed", "unknown"} for outcome in applied.mails)
    return "attention" if failed_job or failed_write or held or prepared.unread or lost or applied.trouble else "done"


def _trouble(result: RunResult, site: Site) -> Iterator[str]:
    """The run's troubles in words, for the log that people read."""
    say = texts(site.facts.language)
    if isinstance(result.prepared, Refused):
        yield result.prepared.sentence
    for name, holder in result.applied.busy.items():
        if name in result.applied.errors:
            continue
        yield say.say(
            "The workbook „{name}“ is open elsewhere ({holder}); nothing was written.", name=name, holder=holder
        )
    yield from result.applied.trouble
    for name, error in result.applied.errors.items():
        yield f"{name}: {error.message}"


def _seconds(result: RunResult) -> dict[str, float]:
    jobs = result.prepared.jobs if isinstance(result.prepared, Prepared) else {}
    return {**result.prepared.seconds, **{name: job.seconds for name, job in jobs.items()}}


def new_run_id(now: datetime) -> str:
    """A run's name: its moment, and four digits against two runs in one second."""
    return f"{now:%Y%m%d-%H%M%S}-{secrets.token_hex(2)}"


@contextmanager
def site_lock(site: Site) -> Iterator[None]:
    """One run at a time; the lock file is on the machine that keeps the ledger."""
    try:
        with FileLock(site.state / "run.lock", timeout=0):
            yield
    except Timeout as error:
        raise AlreadyRunningError from error
