"""Carries a plan out: the only caller of "write" and "send".

The order matters: record, send the mails that need no edit, show in the cells what the ledger
now knows, write each workbook once, send the mails that needed an edit."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from msgspec import structs

from automations.config.site import Site
from automations.engine.applied import Applied
from automations.engine.log_line import line_of
from automations.engine.outcomes import Prepared
from automations.engine.parts import Clock, World
from automations.engine.present_numbers import for_jobs
from automations.engine.promises import Tried, compared, promised
from automations.engine.send_facts import Gate
from automations.engine.snapshots import remembered
from automations.engine.steps import Step
from automations.engine.trail import announce as announce_marks
from automations.engine.trail import arrived
from automations.jobs.record_outcomes import RecordOutcomes, RecordOutcomesSettings
from automations.jobs.summarise import log_tab
from automations.jobs.tabs.settings import SummariseSettings
from automations.ledger.book import Ledger
from automations.messages.one_a_day import waiting
from automations.messages.outbox import send_all
from automations.model.layout import Base
from automations.model.plan import EditGroup, Mail
from automations.model.runs import RunRecord
from automations.model.tabdoc import TabDoc
from automations.model.writes import WriteResult
from automations.tables.encoding import encode
from automations.workbooks.protocol import WorkbookError

_NOTICE = timedelta(hours=1)  # before an appointment: later than that its client may be on the way already
LOG = "log"  # the id of the tab `Laufprotokoll`


def apply(
    world: World,
    prepared: Prepared,
    clock: Clock,
    waiting: Mapping[str, datetime],
    step: Step,
    doubts: Sequence[str] = (),
) -> Applied:
    """Do what was planned. `waiting` maps workbooks that somebody has open to the moment until which client mails
    wait for them. `step` is told before each step (progress, and crash tests). `doubts` are troubles from
    before the plan."""
    applied = Applied()
    step("record")
    # First of all: what is not in the ledger may not leave (docs/decisions/03-ledger.md).
    world.ledger.record(
        prepared.run, clock(), prepared.groups, prepared.mails, prepared.facts, prepared.rules, live=world.site.live
    )
    step("send")
    # Before the write, which may be busy for hours: a reminder for this afternoon must not wait for a workbook.
    first = [item.mail for item in prepared.mails if item.state == "queued" and not item.mail.needs]
    _send(world, prepared, _may_go(first, waiting), clock, applied)
    step("show")
    # Planned anew now, as mails that left a moment ago change what is written into `Erinnert am`. Where none was to
    # leave, it is planned already.
    planned = prepared.groups
    applied.groups = _with_outcomes(world.site, world.ledger, prepared, clock()) if applied.mails else planned
    places = {table: layout.tab for table, layout in prepared.snapshot.layouts.items()}
    applied.promises = (*prepared.broken, *promised(applied.groups, prepared.tabs, places))
    prepared = _with_line(world, prepared, applied, doubts)
    for name in world.workbooks:
        # One after the other, and each once: a second workbook that fails leaves the first one written, and both are
        # told.
        step(f"write {name}")
        _write(world, name, prepared, applied.groups, clock, applied)
    step("send the rest")
    _send_rest(world, prepared, waiting, clock, applied)
    say = world.site.facts.texts
    applied.promises = compared(applied.promises, Tried(applied.writes, applied.errors), say)
    return applied


def _send_rest(
    world: World, prepared: Prepared, waiting: Mapping[str, datetime], clock: Clock, applied: Applied
) -> None:
    """The mails that had to wait for the write, and whether any waits on."""
    rest = [item.mail for item in prepared.mails if item.state == "queued" and item.mail.needs]
    # A mail that quotes a number or date needs it written: its group may have been dropped by the workbook.
    ready = [mail for mail in _may_go(rest, waiting) if applied.applied.issuperset(mail.needs)]
    _send(world, prepared, ready, clock, applied)
    # Of all, also those that wait for an edit: the next try comes sooner where clients wait.
    queued = [item.mail for item in prepared.mails if item.state == "queued"]
    applied.waits = len(_may_go(queued, waiting)) < len(queued)


def _with_outcomes(site: Site, ledger: Ledger, prepared: Prepared, now: datetime) -> tuple[EditGroup, ...]:
    """The planned edits, with what the ledger learnt since (mails that left in this very run)."""
    job = RecordOutcomes()
    if job.name not in prepared.jobs:
        return prepared.groups
    settings = site.settings(RecordOutcomesSettings, job.name)
    plan = job.plan(prepared.snapshot, settings, now, for_jobs(remembered(site, ledger), prepared.snapshot))
    known = {group.id for group in prepared.groups}
    fresh = [group for group in plan.groups if group.id not in known and not prepared.history.forbids(group)]
    return (*prepared.groups, *encode(fresh, prepared.snapshot))


def tell_late(world: World, prepared: Prepared, applied: Applied, line: RunRecord, clock: Clock) -> None:
    """A second small write, where the log of runs inside the first could not know how the run ends."""
    doc = next((doc for doc in prepared.tabs if doc.id == LOG), None)
    first = applied.writes.get(doc.workbook) if doc else None
    # Only where the first write went through: an open workbook is not tried twice in one run.
    if doc is None or applied.told in {None, line} or first is None or first.status != "written":
        return
    write_once(
        world, doc.workbook, prepared.run, (), (_log_of(world, prepared, line, doc),), prepared.bases[doc.workbook],
        clock, Applied(left=applied.left),
    )  # fmt: skip


def _with_line(world: World, prepared: Prepared, applied: Applied, doubts: Sequence[str]) -> Prepared:
    """The log of runs with what is known right before the write."""
    if not any(doc.id == LOG for doc in prepared.tabs):
        return prepared
    applied.told = line_of(prepared, applied, doubts, world.site.facts.texts)
    line = applied.told
    tabs = tuple(_log_of(world, prepared, line, doc) if doc.id == LOG else doc for doc in prepared.tabs)
    return structs.replace(prepared, tabs=tabs)


def _log_of(world: World, prepared: Prepared, line: RunRecord, doc: TabDoc) -> TabDoc:
    history = structs.replace(prepared.history, runs=(line, *prepared.history.runs))
    settings = world.site.settings(SummariseSettings, "summarise")
    return structs.replace(doc, blocks=log_tab(prepared.snapshot, settings, prepared.now, history))


def _may_go(mails: Sequence[Mail], waiting: Mapping[str, datetime]) -> list[Mail]:
    """While somebody edits the workbook, what it says may be half typed: clients wait, staff do not, nor does what
    would reach its reader too late. It goes by what was saved last."""
    until = max(waiting.values(), default=None)
    return [mail for mail in mails if mail.audience == "staff" or until is None or mail.not_after < until + _NOTICE]


def _send(world: World, prepared: Prepared, mails: Sequence[Mail], clock: Clock, applied: Applied) -> None:
    if not mails:
        return
    gate = Gate(world.site, prepared.snapshot, prepared.history, renderer=world.renderer)
    queued = [item.mail for item in prepared.mails if item.state == "queued" and item.speaks]
    # Over all that is queued and not only these: mails that need an edit leave later in the same run.
    gate = structs.replace(gate, crowded=waiting(queued, prepared.history, world.site.facts, prepared.now))

    def may_leave(mail: Mail) -> str | None:
        # Asked again for each mail, by the clock of now: somebody may stop all mails while a long run sends.
        verdict = gate.verdict(mail, clock(), held=world.ledger.held)
        return None if verdict.allowed else verdict.sentence

    # Answers that come while mails leave make the plan out of date; the ledger is asked before each of them.
    mark = prepared.history.mark
    ways = {"email": world.transport, "sms": world.texting or world.transport}
    for channel, transport in ways.items():
        keys = frozenset(mail.key for mail in mails if mail.channel == channel)
        if keys:
            report = send_all(world.ledger, world.renderer, transport, world.sender, may_leave, clock, keys, mark)
            applied.mails += report.outcomes
            applied.trouble += [report.trouble] if report.trouble else []


def _write(
    world: World, name: str, prepared: Prepared, groups: Sequence[EditGroup], clock: Clock, applied: Applied
) -> None:
    wanted = [group for group in groups if group.row.workbook == name]
    tabs = [doc for doc in prepared.tabs if doc.workbook == name]
    base = prepared.bases.get(name)
    if base is not None and (wanted or tabs):
        write_once(world, name, prepared.run, wanted, tabs, base, clock, applied)


def write_once(
    world: World,
    name: str,
    run: str,
    groups: Sequence[EditGroup],
    tabs: Sequence[TabDoc],
    base: Base,
    clock: Clock,
    applied: Applied,
) -> None:
    """One replacement of one workbook, announced in the ledger before it happens."""
    # A new one for each try, so that a write that a crash left open is never taken for this one.
    token = secrets.token_hex(8)
    announced: list[tuple[str, str]] = []
    try:
        result = _announced_write(world, name, run, token, groups, tabs, base, announced, clock)
    except WorkbookError as error:
        applied.errors[name] = error
        # Noted even so: an announcement that nobody finished would be settled by the next run.
        result = WriteResult("busy" if error.busy else "conflict", {}, "", error.message)
    else:
        applied.writes[name] = result
        if result.status == "written":
            # Somebody who saved between our reading and writing makes a revision that nobody has planned over.
            ours = announced[-1:] == [(applied.left.get(name, base.revision), result.revision)]
            applied.left[name] = result.revision if ours else ""
    world.ledger.finish_write(token, result, clock())
    if result.status == "written":
        arrived(world.ledger, name, token, clock(), tabs=result.tabs)
    if result.status == "unchanged":  # nothing was announced, as all of it stands there already
        standing = [group for group in groups if result.groups.get(group.id) == "applied"]
        world.ledger.remember([fact for group in standing for fact in group.facts], clock())
        world.ledger.veto(run, [veto for group in standing for veto in group.vetoes], clock())


def _announced_write(
    world: World,
    name: str,
    run: str,
    token: str,
    groups: Sequence[EditGroup],
    tabs: Sequence[TabDoc],
    base: Base,
    announced: list[tuple[str, str]],
    clock: Clock,
) -> WriteResult:
    def announce(before: str, after: str) -> None:
        announced.append((before, after))
        announce_marks(world.ledger, name, token, run, tabs, clock())
        world.ledger.announce_write(token, run, name, before, after, groups, base)

    workbook = world.workbooks[name]
    return workbook.write(groups, tabs, base, token, world.ledger.id, announce)


def settle_open_writes(world: World, clock: Clock) -> dict[str, WriteResult]:
    """Find out what became of writes that an earlier run announced and did not finish."""
    results: dict[str, WriteResult] = {}
    for name, workbook in world.workbooks.items():
        for pending in world.ledger.pending_writes(name):
            try:
                result = workbook.settle(pending)
            except WorkbookError:
                continue  # it cannot be read now; the run says so, the next one settles it
            world.ledger.finish_write(pending.token, result, clock())
            if result.status == "written":
                arrived(world.ledger, name, pending.token, clock())
            results[name] = result
    return results
