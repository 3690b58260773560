"""From what the workbooks say now to everything that a run would do; nothing is changed here.

`kim plan` stops after this; `kim run` hands the result to `apply`. There is no second path.
"""

from __future__ import annotations

import dataclasses
import time as stopwatch
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from automations.common.pauses import uncollected
from automations.common.working_days import WorkingDays
from automations.config import Site
from automations.engine.guards import LEDGER, Signs, is_touched, known_headings, refusal, take_over, to_remember
from automations.engine.planner import JobOutcome, Planner, is_vetoed
from automations.engine.staff_changes import notice
from automations.jobs.record_outcomes import RecordOutcomes, RecordOutcomesSettings
from automations.jobs.registry import jobs
from automations.jobs.reminding.rules import RemindSettings
from automations.jobs.rules.desk import JOB
from automations.jobs.rules.model import RuleSettings
from automations.ledger import Ledger, PlannedMail
from automations.model.history import History, RunRecord
from automations.model.layout import Base, TableLayout
from automations.model.plan import EditGroup, Fact, RowKey
from automations.model.problems import Problem
from automations.model.snapshot import Snapshot
from automations.model.tabdoc import TabDoc
from automations.tables import encode, read_tables, row_fingerprints
from automations.workbooks.protocol import RawWorkbook, Workbook, WorkbookError


@dataclass(frozen=True)
class Prepared:
    """A whole run, planned. `groups` hold the team's own words, ready to be written; `mails` carry
    the state that they would enter the outbox with; `tabs` are those whose content changed.
    `refused` is the sentence of a guard that stops the run; `blind` says that a workbook with tables
    could not be read, so that nothing was planned; `unread` are all that could not be. `rules` are those
    whose fresh plan is complete; `record` is the run's line in the log.
    """

    run: str
    now: datetime
    snapshot: Snapshot
    history: History
    bases: Mapping[str, Base]
    groups: tuple[EditGroup, ...] = ()
    mails: tuple[PlannedMail, ...] = ()
    tabs: tuple[TabDoc, ...] = ()
    facts: tuple[Fact, ...] = ()
    problems: tuple[Problem, ...] = ()
    jobs: Mapping[str, JobOutcome] = field(default_factory=dict)
    seconds: Mapping[str, float] = field(default_factory=dict)
    refused: str = ""
    blind: bool = False
    unread: tuple[str, ...] = ()
    rules: frozenset[str] = frozenset()
    record: RunRecord = field(default_factory=lambda: RunRecord("", datetime.min, "done"))  # noqa: DTZ901 (a blank)


@uncollected
def prepare(
    site: Site,
    ledger: Ledger,
    workbooks: Mapping[str, Workbook],
    now: datetime,
    *,
    run: str = "",
    names: Collection[str] = (),
    remember: bool = False,
    accepted: Collection[str] = (),
) -> Prepared:
    """Read every workbook and let the jobs plan, in their order. `now` is aware.

    `names` limits the jobs (none: all). With `remember` the ledger notes how the rows stood, so that
    they can settle; without it (`kim plan`) the ledger is only read. `accepted` are tripwires to pass over.
    """
    watch = _Watch()
    raws, problems = _read(workbooks)
    watch.lap("read")
    snapshot = read_tables(raws, site.columns, site.facts, site.homes, now, known_headings(ledger, site.columns.specs))
    snapshot = dataclasses.replace(snapshot, problems=(*problems, *snapshot.problems))
    watch.lap("understand")
    signs = Signs(site, ledger, raws, snapshot, now)
    history = _known(signs, accepted, remember)
    snapshot = dataclasses.replace(snapshot, unsettled=_unsettled(site, ledger, snapshot, history, now, remember))
    watch.lap("remember")
    blind = any(home not in raws for home in site.homes.values())
    refused = "" if blind else refusal(signs, accepted)[1]
    planner = Planner(site, snapshot, history, now, run)
    if not refused and not blind:
        if remember:
            notice(site, ledger, snapshot, run, now, first=history.adopting)
        _plan(planner, names)
    watch.lap("plan")
    bases = {name: Base(raw.revision, _layouts_of(snapshot, name)) for name, raw in raws.items()}
    tabs = tuple(doc for doc in planner.tabs if _is_due(doc, raws.get(doc.workbook), site, now))
    return Prepared(
        run=run,
        now=now,
        snapshot=planner.snapshot,
        history=history,
        bases=bases,
        groups=tuple(planner.groups),
        mails=tuple(planner.mails.values()),
        tabs=tabs,
        facts=tuple(planner.facts),
        problems=_distinct(planner.problems()),
        jobs=planner.outcomes,
        seconds=watch.seconds,
        refused=refused,
        blind=blind,
        unread=tuple(name for name in workbooks if name not in raws),
        rules=_complete(site, planner.outcomes),
        record=planner.record(),
    )


def _complete(site: Site, jobs_done: Mapping[str, JobOutcome]) -> frozenset[str]:
    """Rules whose fresh plan is complete: those of the jobs that went through."""
    by_job = {
        "remind": site.settings(RemindSettings, "remind").rule_names,
        JOB: site.settings(RuleSettings, JOB).rule_names,
    }
    done = {name for name, job in jobs_done.items() if job.outcome == "done"}
    return frozenset(rule for name, rules in by_job.items() if name in done for rule in rules)


def _known(signs: Signs, accepted: Collection[str], remember: bool) -> History:
    """What the ledger remembers; with an old ledger, accepted as it is, what is due counts as settled."""
    history = _history(signs.site, signs.ledger, signs.now)
    if remember:
        take_over(signs, accepted)
    if LEDGER in accepted and is_touched(signs, LEDGER):
        return dataclasses.replace(history, adopting=True)
    return history


def _plan(planner: Planner, names: Collection[str]) -> None:
    """All jobs, or those named; a whole run asks its own questions as well."""
    planner.facts += [*_answers(planner.snapshot, planner.history), *to_remember(planner.snapshot, planner.now)]
    for job in jobs():
        if not names or job.name in names:
            planner.plan(job)
    if not names:
        planner.ask()


class _Watch:
    """How long each share of the work took."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self._last = stopwatch.perf_counter()

    def lap(self, name: str) -> None:
        now = stopwatch.perf_counter()
        self.seconds[name] = round(now - self._last, 3)
        self._last = now


def _read(workbooks: Mapping[str, Workbook]) -> tuple[dict[str, RawWorkbook], list[Problem]]:
    """What can be read is read; a workbook that cannot is a problem, and its jobs see empty tables."""
    raws: dict[str, RawWorkbook] = {}
    problems: list[Problem] = []
    for name, workbook in workbooks.items():
        try:
            raws[name] = workbook.read()
        except WorkbookError as error:
            problems.append(
                Problem(error.code, error.message, error.advice, "error", workbook=name, tab=name, who="operator")
            )
    return raws, problems


def _history(site: Site, ledger: Ledger, now: datetime) -> History:
    history = ledger.history(now=now, live=site.live)
    return dataclasses.replace(history, adopting=history.adopted_on is None or _restored_since(ledger))


def _restored_since(ledger: Ledger) -> bool:
    """Whether the ledger was restored from a backup and has not run since: what left in between is
    not known, so that all that is due now counts as settled, as on first contact."""
    restored, adopted = ledger.fact("restored", "") or {}, ledger.fact("adopted", "team") or {}
    if not restored.get("at"):
        return False
    at, since = str(restored["at"]), str(adopted.get("at", ""))
    return not since or datetime.fromisoformat(at) > datetime.fromisoformat(since)


def show_outcomes(site: Site, ledger: Ledger, prepared: Prepared, now: datetime) -> tuple[EditGroup, ...]:
    """The planned edits, with what the ledger learnt since (mails that left in this very run)."""
    job = RecordOutcomes()
    if job.name not in prepared.jobs:
        return prepared.groups
    settings = site.settings(RecordOutcomesSettings, job.name)
    plan = job.plan(prepared.snapshot, settings, now, _history(site, ledger, now))
    known = {group.id for group in prepared.groups}
    fresh = [group for group in plan.groups if group.id not in known and not is_vetoed(group, prepared.history)]
    return (*prepared.groups, *encode(fresh, prepared.snapshot))


def _unsettled(
    site: Site, ledger: Ledger, snapshot: Snapshot, history: History, now: datetime, remember: bool
) -> frozenset[RowKey]:
    """Rows that changed within the settling time. At adoption everything counts as settled."""
    wait = timedelta(minutes=site.facts.settle_minutes)
    fingerprints = row_fingerprints(snapshot)
    young: set[RowKey] = set()
    for name in {row.workbook for row in fingerprints}:
        rows = {row: fingerprint for row, fingerprint in fingerprints.items() if row.workbook == name}
        since = ledger.sight(name, rows, now) if remember else ledger.sighted(name, rows, now)
        young |= {row for row, moment in since.items() if now - moment < wait}
    return frozenset() if history.adopting or not wait else frozenset(young)


def _answers(snapshot: Snapshot, history: History) -> list[Fact]:
    """People's answers in the tab of decisions, remembered the first time they are read."""
    keys = {number: key for key, number in history.questions.items()}
    found = []
    for decision in snapshot.decisions:
        key = keys.get(decision.number or "")
        if key and decision.decision and history.answers.get(key) != decision.decision:
            found.append(Fact("answer", key, {"answer": str(decision.decision), "by": decision.by or ""}))
    return found


def _layouts_of(snapshot: Snapshot, workbook: str) -> dict[str, TableLayout]:
    return {table: layout for table, layout in snapshot.layouts.items() if layout.workbook == workbook}


def _is_due(doc: TabDoc, raw: RawWorkbook | None, site: Site, now: datetime) -> bool:
    """Whether a tab must be written: its content changed, or its `stand` is of an earlier day and
    today is a working day."""
    if raw is None:
        return False
    mark = next((tab.mark for tab in raw.tabs if tab.mark and tab.mark.id == doc.id), None)
    if mark is None or mark.fingerprint != doc.fingerprint():
        return True
    facts = site.facts
    days = WorkingDays(facts.country, facts.land, facts.closed_days, facts.closed_yearly)
    today = now.astimezone(ZoneInfo(facts.zone)).date()
    return mark.stand[:10] < today.isoformat() and days.is_working_day(today)


def _distinct(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    return tuple(dict.fromkeys(problems))


__all__ = ["JobOutcome", "Prepared", "prepare"]
