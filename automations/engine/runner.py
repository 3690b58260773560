"""One run, from the lock to its last line in the log."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import cast

from msgspec import Struct, structs

from automations.common.texts import texts
from automations.config.site import Site
from automations.engine.answers import act_on_answers, erase_as_answered
from automations.engine.applied import RunResult
from automations.engine.apply import apply, settle_open_writes, tell_late
from automations.engine.falling_due import leave_standing
from automations.engine.housekeeping import tidy
from automations.engine.intake import put_away_settled
from automations.engine.lock import site_lock
from automations.engine.log_line import line_of
from automations.engine.older_copy_repair import ask_about_copies, write_anew
from automations.engine.outcomes import Blind, OlderCopy, Outlook, Prepared, Refused
from automations.engine.parts import Clock, World
from automations.engine.planning import prepare
from automations.engine.promises import RunOutcome
from automations.engine.steps import Step, Steps
from automations.engine.whereabouts import MOVED, place_trouble
from automations.messages.stuck_mails import searcher, settle_stuck
from automations.model.fact_kinds.course import Adopted, Busy, Tidied
from automations.model.problems import Problem
from automations.workbooks.protocol import WorkbookError


def run(
    world: World,
    clock: Clock,
    names: Collection[str] = (),
    *,
    step: Step = lambda _: None,
    accepted: Collection[str] = (),
) -> RunResult:
    """Do a whole run now. Raises AlreadyRunningError where another run holds the site's lock."""
    with site_lock(world.site.state):
        steps = Steps(step)
        now = clock()
        course = _Course(world, clock, steps, new_run_id(now), now, names, accepted)
        found = _settled_and_read(course)
        prepared = course.prepare()
        # After the plan, as only then it is known which jobs it has; nothing has been carried out yet.
        world.ledger.begin_run(course.id, now, tuple(prepared.jobs) if isinstance(prepared, Prepared) else ())
        prepared = _mended(course, prepared)
        prepared, left = _erased(course, prepared)
        prepared = _with_inbox(prepared, found.trouble, world.site)
        result = _result(course, prepared, (*found.doubts, *left))
        return _ended(course, prepared, result)


class _Course(Struct, frozen=True):
    """One run on its way: what it works on, and what it was asked for."""

    world: World
    clock: Clock
    steps: Steps
    id: str
    began: datetime
    names: Collection[str]
    accepted: Collection[str]

    def prepare(self, mended: tuple[OlderCopy, ...] = ()) -> Outlook:
        """Read and plan, anew each time that the run itself has changed what stands there. All plans of a run are for
        the moment at which it began, so that nothing falls due between two of them."""
        self.steps("plan")
        world = self.world
        return prepare(
            world.site, world.ledger, world.workbooks, self.began, run=self.id, names=self.names, remember=True,
            accepted=self.accepted, renderer=world.renderer, mended=mended,
        )  # fmt: skip


class _Found(Struct, frozen=True):
    """Why the mailbox was not read to its end ("" if it was), and what could not be found out (`doubts`)."""

    trouble: str
    doubts: tuple[str, ...]


def _settled_and_read(course: _Course) -> _Found:
    """Settle what the last run left open, and take answers in: the plan must know both."""
    world, clock = course.world, course.clock
    course.steps("settle")
    settle_open_writes(world, clock)
    doubts = _settle_mails(world, clock)
    course.steps("inbox")
    # A copy of a site would take answers away that are meant for the other one.
    is_home = MOVED in course.accepted or not place_trouble(world.site, world.ledger)
    trouble = _read_inbox(world, clock) if is_home else ""
    unsaved = (world.ledger.fact(Tidied) or Tidied()).trouble
    return _Found(trouble, tuple(filter(None, (trouble, unsaved, *doubts))))


def _mended(course: _Course, prepared: Outlook) -> Outlook:
    """Where an older copy of a workbook was put back, write anew what it lacks and plan over that: jobs that saw the
    old cells would take back what was told meanwhile."""
    if not isinstance(prepared, Prepared) or not prepared.anew:
        return prepared
    course.steps("mend")
    promises = write_anew(course.world, prepared, course.clock)
    again = course.prepare(prepared.copies)
    return structs.replace(again, broken=(*promises, *again.broken)) if isinstance(again, Prepared) else again


def _erased(course: _Course, prepared: Outlook) -> tuple[Outlook, tuple[str, ...]]:
    """Erase whom the team has decided to erase, and plan without them; with what could not be erased, in sentences."""
    left = erase_as_answered(course.world, prepared, course.clock()) if isinstance(prepared, Prepared) else None
    return (prepared, ()) if left is None else (course.prepare(), tuple(left))


def _result(course: _Course, prepared: Outlook, doubts: Sequence[str]) -> RunResult:
    match prepared:
        case Refused():
            ask_about_copies(course.world, prepared, course.clock)
            return _stopped(prepared, "refused", (*doubts, prepared.sentence))
        case Blind():
            return _stopped(prepared, "busy" if prepared.busy else "attention", (*doubts, prepared.sentence))
        case Prepared():
            return _carry_out(course.world, prepared, course.clock, course.steps, doubts)


def _ended(course: _Course, prepared: Outlook, result: RunResult) -> RunResult:
    """The run's entry in the ledger, and what is cleared up behind it."""
    world, clock, steps = course.world, course.clock, course.steps
    steps("end")
    world.ledger.end_run(result.record, _seconds(result, steps))
    if result.outcome != "refused":  # by a clock years ahead everything would be past its time
        steps("tidy")
        if unsaved := tidy(world, clock()):
            result = _unsaved(result, unsaved)
            world.ledger.end_run(result.record, _seconds(result, steps))
    if not course.names:  # a run of some jobs has not seen all that falls due
        leave_standing(world.site, world.ledger, prepared, result.applied, result.record, clock())
    return structs.replace(result, seconds=steps.seconds(result.prepared.seconds))


def _unsaved(result: RunResult, trouble: str) -> RunResult:
    """The run whose day has no backup, as is known only once it has ended: a backup holds the whole run."""
    outcome: RunOutcome = "attention" if result.outcome == "done" else result.outcome
    record = structs.replace(
        result.record, outcome=outcome, trouble=(*dict.fromkeys((*result.record.trouble, trouble)),)
    )
    return structs.replace(result, outcome=outcome, record=record)


def plan(world: World, clock: Clock, names: Collection[str] = ()) -> Outlook:
    """What a run would do now; nothing changes, neither the workbooks nor the ledger."""
    return prepare(world.site, world.ledger, world.workbooks, clock(), names=names, renderer=world.renderer)


def _settle_mails(world: World, clock: Clock) -> tuple[str, ...]:
    """What a crash left half sent is looked up in the archive mailbox, or shown to people. Returns why
    the mailbox could not be asked, if that was so."""
    mail, language = world.site.file.mail, world.site.facts.language
    search = searcher(mail, world.sender, texts(language))
    # The copy takes its time to the archive: looked up at once it would seem never to have left.
    grace = timedelta(minutes=mail.archive_grace_minutes)
    report = settle_stuck(world.ledger, search, clock(), grace, language)
    return (report.trouble,) if report.trouble else ()


def _read_inbox(world: World, clock: Clock) -> str:
    """Answers become facts before anything is planned. Returns why the mailbox was not read to its end, if so."""
    if world.inbox is None or world.replies is None:
        return ""
    from automations.messages.replying.inflow import read_inbox

    site = world.site
    return read_inbox(
        world.inbox, world.ledger, world.replies, world.sender, clock(), site.facts.language, site.file.approvers.emails
    ).trouble


def _with_inbox(prepared: Outlook, trouble: str, site: Site) -> Outlook:
    """A mailbox out of reach is the operator's to mend; the run goes on without it."""
    if not trouble:
        return prepared
    advice = site.facts.texts.say("Please look at [mail.inbox] in site.toml; the next run tries again.")
    problem = Problem("inbox_unreachable", trouble, advice, "error", who="operator")
    return structs.replace(prepared, problems=(*prepared.problems, problem))


def _stopped(prepared: Refused | Blind, outcome: RunOutcome, trouble: Sequence[str]) -> RunResult:
    record = structs.replace(prepared.record, outcome=outcome, trouble=(*prepared.record.trouble, *trouble))
    return RunResult(prepared, outcome, record=record)


def _carry_out(world: World, prepared: Prepared, clock: Clock, step: Step, doubts: Sequence[str]) -> RunResult:
    # Asked as late as possible: who opened the workbook while kim planned counts, too.
    waiting = _open_elsewhere(world, clock())
    prepared = act_on_answers(world, prepared, clock())
    if prepared.history.adopting:
        now = clock()
        # With the plan that it belongs to: a run that dies before has met the workbook for nobody.
        facts = (*prepared.facts, Adopted(now.date(), now.astimezone(UTC)).under())
        prepared = structs.replace(prepared, facts=facts)
    applied = apply(world, prepared, clock, waiting, step, doubts)
    # After the writes: a file goes only when each of its submissions stands in the workbook or was declined.
    put_away_settled(world.site, world.ledger, prepared.snapshot.intake, clock())
    line = line_of(prepared, applied, doubts, world.site.facts.texts)
    step("tell")
    tell_late(world, prepared, applied, line, clock)
    return RunResult(prepared, cast("RunOutcome", line.outcome), applied, record=line)


def _open_elsewhere(world: World, now: datetime) -> Mapping[str, datetime]:
    """Workbooks that a person has open, until the waiting time is over: until when mails wait for each."""
    patience = timedelta(hours=world.site.file.guards.busy_hours)
    waiting: dict[str, datetime] = {}
    for name, workbook in world.workbooks.items():
        try:
            holder = workbook.holder()
        except WorkbookError:
            continue  # out of reach: reading it says so
        since = (world.ledger.fact(Busy, name) or Busy()).since
        if not holder:
            # The waiting begins anew with the next opening: the hours of two mornings are not added up.
            if since:
                world.ledger.remember([Busy().under(name)], now)
            continue
        if since is None:
            since = now
            world.ledger.remember([Busy(since, holder).under(name)], now)
        # Somebody who reads the managers' workbook types nothing that a mail could rest on.
        if name in set(world.site.homes.values()) and now - since < patience:
            waiting[name] = since + patience
    return waiting


def _seconds(result: RunResult, steps: Steps) -> dict[str, float]:
    jobs = result.prepared.jobs if isinstance(result.prepared, Prepared) else {}
    return {**steps.seconds(result.prepared.seconds), **{name: job.seconds for name, job in jobs.items()}}


def new_run_id(now: datetime) -> str:
    """A run's name: its moment, and four digits against two runs in one second."""
    return f"{now:%Y%m%d-%H%M%S}-{secrets.token_hex(2)}"
