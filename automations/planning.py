"""From what the workbooks say now to everything that a run would do; nothing is changed here.

`kim plan` stops after this; `kim run` hands the result to `apply`. There is no second path.
"""

from __future__ import annotations

import dataclasses
import time as stopwatch
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from automations.asking import questions
from automations.config import Site
from automations.guarding import Gate, with_batch
from automations.history import SETTLED, History, MailRecord, MailState, RunRecord
from automations.jobs.protocol import Job
from automations.jobs.record_outcomes import RecordOutcomes, RecordOutcomesSettings
from automations.jobs.registry import jobs
from automations.jobs.reminding.rules import RemindSettings
from automations.layout import Base, TableLayout
from automations.ledger import Ledger, PlannedMail
from automations.pauses import uncollected
from automations.plan import EditGroup, Fact, Mail, Plan, RowKey
from automations.problems import Problem
from automations.records import Snapshot
from automations.tabdoc import TabDoc
from automations.tables import encode, read_tables, row_fingerprints
from automations.texts import texts
from automations.timeouts import time_limit
from automations.tripwires import LEDGER, Signs, is_touched, known_headings, refusal, take_over, to_remember
from automations.values import same
from automations.workbooks.protocol import RawWorkbook, Workbook, WorkbookError
from automations.working_days import WorkingDays


@dataclass(frozen=True, slots=True)
class JobOutcome:
    """How one job went: "done", "failed" or "skipped", and how long it took."""

    outcome: str
    seconds: float = 0.0


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
    snapshot = read_tables(raws, site.columns, site.facts, site.homes, now, known_headings(ledger))
    snapshot = dataclasses.replace(snapshot, problems=(*problems, *snapshot.problems))
    watch.lap("understand")
    history = _history(site, ledger, now)
    signs = Signs(site, ledger, raws, snapshot, now)
    if remember:
        take_over(signs, accepted)
    if LEDGER in accepted and is_touched(signs, LEDGER):
        history = dataclasses.replace(history, adopting=True)
    snapshot = dataclasses.replace(snapshot, unsettled=_unsettled(site, ledger, snapshot, history, now, remember))
    watch.lap("remember")
    blind = any(home not in raws for home in site.homes.values())
    refused = "" if blind else refusal(signs, accepted)[1]
    planner = _Planner(site, snapshot, history, now, run)
    if not refused and not blind:
        planner.facts += [*_answers(snapshot, history), *to_remember(snapshot, now)]
        for job in jobs():
            if not names or job.name in names:
                planner.plan(job)
        if not names:
            planner.ask()
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
        rules=frozenset(rule.name for rule in site.settings(RemindSettings, "remind").rules),
        record=planner.record(),
    )


class _Watch:
    """How long each share of the work took."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self._last = stopwatch.perf_counter()

    def lap(self, name: str) -> None:
        now = stopwatch.perf_counter()
        self.seconds[name] = round(now - self._last, 3)
        self._last = now


class _Planner:
    """Runs the jobs one after the other, each over what the earlier ones planned."""

    def __init__(self, site: Site, snapshot: Snapshot, history: History, now: datetime, run: str) -> None:
        self.site, self.snapshot, self.history, self.now, self.run = site, snapshot, history, now, run
        self.groups: list[EditGroup] = []
        self.mails: dict[str, PlannedMail] = {}
        self.tabs: list[TabDoc] = []
        self.facts: list[Fact] = []
        self.outcomes: dict[str, JobOutcome] = {}
        self.failures: list[Problem] = []
        self._say = texts(site.facts.language)

    def plan(self, job: Job) -> None:
        """One job; a crash in it becomes a problem and leaves the others alone."""
        started = stopwatch.perf_counter()
        try:
            with time_limit(60 * self.site.file.schedule.job_timeout_minutes):
                plan = job.plan(self.snapshot, self.site.jobs[job.name], self.now, self._overlaid())
        except Exception as error:  # noqa: BLE001 (a job's bug must not stop the other jobs)
            self.failures.append(self._failure(job.name, error))
            self.outcomes[job.name] = JobOutcome("failed", _since(started))
            return
        self._take(plan)
        self.outcomes[job.name] = JobOutcome("done", _since(started))

    def ask(self) -> None:
        """What no job asks: about held mails, stopping all mail, erasing."""
        mails = self.mails.values()
        self._take(questions(self.site, self.snapshot, self.history, mails, self.run, self.now))

    def _take(self, plan: Plan) -> None:
        allowed = [group for group in plan.groups if not _vetoed(group, self.history)]
        self.snapshot = self.snapshot.with_plan(dataclasses.replace(plan, groups=tuple(allowed)))
        self.groups += encode(allowed, self.snapshot)
        self.tabs += plan.tabs
        self.facts += plan.facts
        self._guard(plan.mails)

    def _guard(self, mails: Sequence[Mail]) -> None:
        """Ask the guards; what only has to wait (sending hours, a fresh row) is queued and asked again."""
        gate = with_batch(Gate(self.site, self.snapshot, self.history), mails)
        for mail in mails:
            verdict = gate.verdict(mail, self.now)
            known = self.history.mails.get(mail.key)
            if known and known.state == "held" and known.detail == "brake" and verdict.allowed:
                self.mails[mail.key] = PlannedMail(mail, "held", known.detail)
            else:
                state = "queued" if verdict.state == "wait" else verdict.state
                self.mails[mail.key] = PlannedMail(mail, state, verdict.reason)

    def _overlaid(self) -> History:
        """The history as it will be once this run's mails left, so that tabs need no second run."""
        shown: MailState = "sent" if self.history.live else "test"
        mails = dict(self.history.mails)
        for item in self.mails.values():
            mail = item.mail
            state: MailState = shown if item.state == "queued" else item.state
            mails[mail.key] = MailRecord(
                mail.key, mail.rule, mail.case, mail.subject_key, mail.version, state, self.now, mail.language
            )
        record = self.record()
        shows = record.edits or record.mails or record.trouble
        runs = (record, *self.history.runs) if shows else self.history.runs
        return dataclasses.replace(self.history, mails=mails, runs=runs)

    def record(self) -> RunRecord:
        """The line of this run in the log: what it planned."""
        fresh = [item for item in self.mails.values() if item.state == "queued" and _is_new(item.mail, self.history)]
        held = any(item.state == "held" for item in self.mails.values())
        return RunRecord(
            run=self.run,
            at=self.now,
            outcome="attention" if self.failures or held else "done",
            jobs=tuple(self.outcomes),
            edits=sum(len(group.edits) for group in self.groups),
            mails=len(fresh),
            problems=len(self.problems()),
            trouble=tuple(problem.message for problem in self.failures),
        )

    def problems(self) -> list[Problem]:
        """All problems of the run, once each."""
        return [*self.failures, *self.snapshot.problems]

    def _failure(self, name: str, error: Exception) -> Problem:
        message = self._say.say(
            "The automation {name} failed: {error}", name=name, error=f"{type(error).__name__}: {error}"
        )
        advice = self._say.say("The others ran. Please send this line to whoever looks after kim.")
        return Problem("job_failed", message, advice, "error", who="operator")


def _since(started: float) -> float:
    return round(stopwatch.perf_counter() - started, 3)


def _is_new(mail: Mail, history: History) -> bool:
    known = history.mails.get(mail.key)
    return known is None or known.state not in SETTLED | {"test"}


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
    fresh = [group for group in plan.groups if group.id not in known and not _vetoed(group, prepared.history)]
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


def _vetoed(group: EditGroup, history: History) -> bool:
    """Whether people took this very edit back and nothing that it rested on has changed since."""
    return any(
        veto.row == group.row
        and any(edit.field == veto.field and same(edit.new, veto.new) for edit in group.edits)
        and all(name not in group.guards or same(group.guards[name], value) for name, value in veto.guards.items())
        for veto in history.vetoes
    )


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
