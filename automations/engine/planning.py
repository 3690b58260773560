"""From what the workbooks say now to everything that a run would do; nothing is changed here.

`kim plan` stops after this; `kim run` hands the result to `apply`. There is no second path.
"""

from __future__ import annotations

import dataclasses
import time as stopwatch
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from automations.common.pauses import uncollected
from automations.config.site import Site
from automations.engine.bars import without_barred
from automations.engine.copies import Found, Known, OlderCopy, copy_of, sentence
from automations.engine.guards import LEDGER, Signs, is_touched, known_headings, refusal, take_over, to_remember
from automations.engine.heard import heard, with_calls
from automations.engine.intake import with_intake
from automations.engine.lost_edits import Lost, Seen, without_lost
from automations.engine.planner import JobOutcome, Planner, is_vetoed
from automations.engine.promises import sentences
from automations.engine.rehearsal import refused_beforehand, told
from automations.engine.settling import settling
from automations.engine.staff_changes import notice
from automations.engine.trail import noticed
from automations.jobs.record_outcomes import RecordOutcomes, RecordOutcomesSettings
from automations.jobs.registry import jobs
from automations.jobs.reminding.rules import RemindSettings
from automations.jobs.rules.desk import JOB
from automations.jobs.rules.model import RuleSettings
from automations.jobs.tabs.settings import SummariseSettings
from automations.ledger import Ledger, PlannedMail
from automations.messages.render import Renderer
from automations.model.fact_kinds import Adopted, Answered, Restored, RuleApproved
from automations.model.history import History
from automations.model.layout import Base, TableLayout
from automations.model.plan import EditGroup, Fact
from automations.model.problems import Problem
from automations.model.promises import Promise, PromiseState
from automations.model.rule_rows import APPROVAL
from automations.model.runs import RunRecord
from automations.model.snapshot import Snapshot
from automations.model.tabdoc import TabDoc
from automations.tables import encode, read_tables, row_fingerprints
from automations.workbooks.protocol import RawWorkbook, Workbook, WorkbookError

_REHEARSALS = 3
"""Plans that are tried, each without what the workbook refused of the one before."""


@dataclass(frozen=True)
class Looked:
    """What every look at the workbooks gives: the moment, what is wrong, which workbooks could not be read
    (`unread`) or are older than kim's last write (`copies`), how long it took, the run's line in the log (`record`),
    and the `revisions` of what was read."""

    run: str
    now: datetime
    problems: tuple[Problem, ...] = ()
    unread: tuple[str, ...] = ()
    seconds: Mapping[str, float] = field(default_factory=dict)
    copies: tuple[OlderCopy, ...] = ()
    record: RunRecord = field(default_factory=lambda: RunRecord("", datetime.min, "done"))  # noqa: DTZ901 (a blank)
    revisions: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Blind(Looked):
    """A workbook with tables could not be read: nothing is known, so nothing may be done or said of its rows."""

    @property
    def busy(self) -> bool:
        """Whether waiting helps, as somebody holds the workbook."""
        return any(problem.code == "busy" for problem in self.problems)

    @property
    def sentence(self) -> str:
        """What could not be read, and what to do."""
        return " ".join(f"{problem.message} {problem.advice}".strip() for problem in self.problems)


@dataclass(frozen=True)
class Refused(Looked):
    """A guard stops the run, in one `sentence`. The tables may be looked at; nothing was planned over them."""

    sentence: str = ""
    snapshot: Snapshot = field(default_factory=Snapshot)
    bases: Mapping[str, Base] = field(default_factory=dict)


@dataclass(frozen=True)
class Guarded(Looked):
    """Tables that passed the guards, nothing planned over them yet. `bases` are needed by whoever writes;
    `settles` is when the first of the rows that changed only just now will have stood long enough (None: no row is
    that young)."""

    snapshot: Snapshot = field(default_factory=Snapshot)
    history: History = field(default_factory=History)
    bases: Mapping[str, Base] = field(default_factory=dict)
    settles: datetime | None = None
    raws: Mapping[str, RawWorkbook] = field(default_factory=dict)
    lost: Lost = field(default_factory=lambda: Lost(Snapshot()))


@dataclass(frozen=True)
class Prepared(Looked):
    """A whole run, planned: the only kind that may be carried out. `groups` hold the team's own words, ready
    to be written; `mails` carry the state that they would enter the outbox with; `tabs` are those whose
    content changed. `rules` are those whose fresh plan is complete. `withheld` and `unmade` are edits and
    tabs that a workbook does not allow, as is known before anything is written; `broken` says why.
    `anew` are edits of earlier runs that an older copy of a workbook lacks.
    """

    snapshot: Snapshot = field(default_factory=Snapshot)
    history: History = field(default_factory=History)
    bases: Mapping[str, Base] = field(default_factory=dict)
    settles: datetime | None = None
    groups: tuple[EditGroup, ...] = ()
    mails: tuple[PlannedMail, ...] = ()
    tabs: tuple[TabDoc, ...] = ()
    facts: tuple[Fact, ...] = ()
    jobs: Mapping[str, JobOutcome] = field(default_factory=dict)
    rules: frozenset[str] = frozenset()
    withheld: tuple[EditGroup, ...] = ()
    unmade: tuple[TabDoc, ...] = ()
    broken: tuple[Promise, ...] = ()
    anew: tuple[EditGroup, ...] = ()


Outlook = Prepared | Refused | Blind


def read_snapshot(site: Site, ledger: Ledger, workbooks: Mapping[str, Workbook], now: datetime) -> Snapshot | Blind:
    """The tables alone, for commands that tell what stands there and carry nothing out. `now` is aware."""
    raws, problems = _read(workbooks)
    if _is_blind(site, raws):
        return _blind(site, workbooks, raws, problems, now, "", {})
    return _understood(site, ledger, raws, problems, now)


def sighted(site: Site, ledger: Ledger, workbooks: Mapping[str, Workbook], now: datetime) -> datetime | Blind | None:
    """Note how the rows stand, so that they can settle; nothing else is done. Returns when the first of the young
    ones will have stood long enough (None: there are none)."""
    snapshot = read_snapshot(site, ledger, workbooks, now)
    return snapshot if isinstance(snapshot, Blind) else settling(site, ledger, snapshot, now, remember=True).next


def look(
    site: Site,
    ledger: Ledger,
    workbooks: Mapping[str, Workbook],
    now: datetime,
    *,
    run: str = "",
    remember: bool = False,
    accepted: Collection[str] = (),
) -> Guarded | Refused | Blind:
    """Read every workbook and ask the guards; nothing is planned. Parameters as of `prepare`."""
    watch = _Watch()
    raws, problems = _read(workbooks)
    watch.lap("read")
    if _is_blind(site, raws):
        return _blind(site, workbooks, raws, problems, now, run, watch.seconds)
    snapshot = _understood(site, ledger, raws, problems, now)
    watch.lap("understand")
    rows = row_fingerprints(snapshot)
    known = {row: mark for name in raws for row, mark in ledger.fingerprints(name).items()}
    copies = _copies(site, ledger, raws, snapshot, rows, known)
    signs = Signs(site, ledger, raws, snapshot, now, copies)
    history = _known(signs, accepted, remember)
    stopped = refusal(signs, accepted)[1]
    revisions = {name: raw.revision for name, raw in raws.items()}
    found, unread = _distinct(snapshot.problems), tuple(name for name in workbooks if name not in raws)
    bases = {name: Base(raw.revision, _layouts_of(snapshot, name)) for name, raw in raws.items()}
    if stopped:  # what stood in the rows last stays known: the next run judges by it, too
        record = RunRecord(run, now, "refused", problems=len(found))
        return Refused(run, now, found, unread, watch.seconds, copies, record, revisions, stopped, snapshot, bases)
    mended = {copy.workbook: copy.mended for copy in copies if copy.anew and copy.mended}
    if mended:  # planned is over what will stand there, so that nothing is decided a second time
        snapshot = _understood(site, ledger, {**raws, **mended}, problems, now)
        rows = row_fingerprints(snapshot)
    lost = without_lost(
        ledger, snapshot, history, Seen(rows, known, frozenset(c.workbook for c in copies if c.kind == "stale")), now,
        site.facts.texts,
    )  # fmt: skip
    young = settling(site, ledger, snapshot, now, remember=remember)
    unsettled = (frozenset() if history.adopting else young.rows) | lost.rows
    snapshot = dataclasses.replace(lost.snapshot, unsettled=unsettled)
    if remember:
        kinds = {copy.workbook: copy.kind for copy in copies}
        for name, raw in raws.items():
            kind = kinds.get(name)
            noticed(ledger, raw, run, now, older=kind == "stale", accepted=kind == "restored")
        ledger.remember(lost.facts, now)
    watch.lap("remember")
    return Guarded(
        run, now, _distinct(snapshot.problems), unread, watch.seconds, copies, revisions=revisions, snapshot=snapshot,
        history=history, bases=bases, settles=young.next, raws=raws, lost=lost,
    )  # fmt: skip


def _copies(
    site: Site, ledger: Ledger, raws: Mapping[str, RawWorkbook], snapshot: Snapshot, rows: Known, known: Known
) -> tuple[OlderCopy, ...]:
    """The workbooks that are older than kim's last write."""
    found = (
        copy_of(
            ledger,
            Found(
                raw,
                _layouts_of(snapshot, name),
                {row: mark for row, mark in rows.items() if row.workbook == name},
                {row: mark for row, mark in known.items() if row.workbook == name},
                has_tables=name in site.homes.values(),
            ),
        )
        for name, raw in raws.items()
        if raw.ledger in {"", ledger.id}
    )
    return tuple(copy for copy in found if copy is not None)


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
    renderer: Renderer | None = None,
    mended: tuple[OlderCopy, ...] = (),
) -> Outlook:
    """Read every workbook and let the jobs plan, in their order. `now` is aware.

    `names` limits the jobs (none: all). With `remember` the ledger notes how the rows stood, so that
    they can settle; without it (`kim plan`) the ledger is only read. `accepted` are guards to pass over.
    `renderer` shows the mails as they would leave, for the guards. `mended` are older copies whose cells this
    run has written anew already.
    """
    seen = look(site, ledger, workbooks, now, run=run, remember=remember, accepted=accepted)
    if not isinstance(seen, Guarded):
        return seen
    seen = dataclasses.replace(seen, copies=mended or seen.copies)
    started = stopwatch.perf_counter()
    if remember and not seen.copies:  # an older copy is no edit by people
        notice(site, ledger, seen.snapshot, run, now, first=seen.history.adopting)
    broken: tuple[Promise, ...] = ()
    for _ in range(_REHEARSALS):
        planner = _planned(site, seen, now, run, renderer, names, broken)
        due = tuple(doc for doc in planner.tabs if _is_due(doc, seen.raws.get(doc.workbook), site, now))
        known = {(promise.kind, promise.workbook, promise.id) for promise in broken}
        more = _refused(site, seen, planner, due, workbooks, ledger.id, known) + _out_of_reach(seen, planner, known)
        if not more:
            break
        broken = (*broken, *more)
    unmade = {(promise.workbook, promise.id) for promise in broken if promise.kind == "tab"}
    return Prepared(
        run=run,
        now=now,
        problems=_distinct(planner.problems()),
        unread=seen.unread,
        seconds={**seen.seconds, "plan": round(stopwatch.perf_counter() - started, 3)},
        copies=seen.copies,
        anew=tuple(group for copy in seen.copies for some in copy.anew for group in some),
        record=planner.record(),
        revisions=seen.revisions,
        settles=seen.settles,
        snapshot=planner.snapshot,
        history=seen.history,
        bases=seen.bases,
        groups=tuple(planner.groups),
        mails=tuple(planner.mails.values()),
        tabs=tuple(doc for doc in due if (doc.workbook, doc.id) not in unmade),
        facts=tuple(planner.facts),
        jobs=planner.outcomes,
        rules=_complete(site, seen, planner.outcomes),
        withheld=tuple(planner.withheld),
        unmade=tuple(doc for doc in planner.tabs if (doc.workbook, doc.id) in unmade),
        broken=broken,
    )


def _out_of_reach(seen: Guarded, planner: Planner, known: Collection[tuple[str, str, str]]) -> tuple[Promise, ...]:
    """Tabs of workbooks that could not be read: what they lack is not known, so each counts as promised and broken."""
    reasons = {problem.workbook: problem for problem in seen.problems if problem.workbook in seen.unread}
    return tuple(
        Promise("tab", doc.workbook, doc.id, doc.title, _state(found), found.message, found.advice)
        for doc in planner.tabs
        if ("tab", doc.workbook, doc.id) not in known and (found := reasons.get(doc.workbook))
    )


def _state(why: Problem) -> PromiseState:
    return "busy" if why.code == "busy" else "refused"


def _planned(
    site: Site,
    seen: Guarded,
    now: datetime,
    run: str,
    renderer: Renderer | None,
    names: Collection[str],
    broken: tuple[Promise, ...],
) -> Planner:
    """The jobs' plans, without edits that a workbook is known to refuse; tabs then say what stands there."""
    news = told((promise for promise in broken if promise.workbook not in seen.unread), site.facts.texts)
    snapshot = dataclasses.replace(seen.snapshot, problems=(*seen.snapshot.problems, *news))
    withheld = frozenset(promise.id for promise in broken if promise.kind == "cells")
    unlisted = _unlisted(site, snapshot)
    told_first = (*unlisted, *(sentence(copy, now, site.facts.texts) for copy in seen.copies), *sentences(broken))
    calls, history = heard(seen.history, snapshot, now)
    planner = Planner(site, snapshot, with_calls(history), now, run, renderer, withheld, told_first)
    planner.facts += calls
    planner.begin(seen.lost.groups)
    _plan(planner, names)
    return planner


def _unlisted(site: Site, snapshot: Snapshot) -> tuple[str, ...]:
    """That rows of erased people still stand there, where no tab would list them."""
    if site.settings(SummariseSettings, "summarise").tabs.problems:
        return ()
    return tuple(f"{one.tab} {one.row}: {one.message}" for one in snapshot.problems if one.code == "erased")


def _refused(
    site: Site,
    seen: Guarded,
    planner: Planner,
    due: Sequence[TabDoc],
    workbooks: Mapping[str, Workbook],
    ledger: str,
    known: Collection[tuple[str, str, str]],
) -> tuple[Promise, ...]:
    """What a dry build finds that was not known yet."""
    tabs = [doc for doc in due if ("tab", doc.workbook, doc.id) not in known]
    places = {table: layout.tab for table, layout in seen.snapshot.layouts.items()}
    say = site.facts.texts
    found = refused_beforehand(workbooks, planner.groups, tabs, seen.bases, ledger, places, say)
    return tuple(promise for promise in found if (promise.kind, promise.workbook, promise.id) not in known)


def _complete(site: Site, seen: Guarded, jobs_done: Mapping[str, JobOutcome]) -> frozenset[str]:
    """Rules whose fresh plan is complete: those of the jobs that went through. Of the workbook's rules also those
    whose row was deleted since: what was still waiting of them leaves no more."""
    written = [row.name for row in seen.snapshot.console.rules]
    written += [APPROVAL, *seen.history.facts_of(RuleApproved)]
    by_job = {
        "remind": site.settings(RemindSettings, "remind").rule_names,
        JOB: (*site.settings(RuleSettings, JOB).rule_names, *written),
    }
    done = {name for name, job in jobs_done.items() if job.outcome == "done"}
    return frozenset(rule for name, rules in by_job.items() if name in done for rule in rules)


def _is_blind(site: Site, raws: Mapping[str, RawWorkbook]) -> bool:
    return any(home not in raws for home in site.homes.values())


def _blind(
    site: Site,
    workbooks: Mapping[str, Workbook],
    raws: Mapping[str, RawWorkbook],
    problems: Sequence[Problem],
    now: datetime,
    run: str,
    seconds: Mapping[str, float],
) -> Blind:
    unread = tuple(name for name in workbooks if name not in raws)
    homes = {name for name in unread if name in site.homes.values()}
    outcome = "busy" if any(p.code == "busy" and p.workbook in homes for p in problems) else "attention"
    record = RunRecord(run, now, outcome, problems=len(problems))
    revisions = {name: raw.revision for name, raw in raws.items()}
    return Blind(run, now, _distinct(problems), unread, seconds, record=record, revisions=revisions)


def _understood(
    site: Site, ledger: Ledger, raws: Mapping[str, RawWorkbook], problems: Sequence[Problem], now: datetime
) -> Snapshot:
    snapshot = read_tables(raws, site.columns, site.facts, site.homes, now, known_headings(ledger, site.columns.specs))
    snapshot = with_intake(site, raws, dataclasses.replace(snapshot, problems=(*problems, *snapshot.problems)), now)
    return without_barred(site, ledger, snapshot, now)


def _known(signs: Signs, accepted: Collection[str], remember: bool) -> History:
    """What the ledger remembers; with an old ledger, accepted as it is, what is due counts as settled."""
    history = _history(signs.site, signs.ledger, signs.now)
    if remember:
        take_over(signs, accepted)
    if LEDGER in accepted and is_touched(signs, LEDGER):
        return dataclasses.replace(history, adopting=True)
    return history


def _plan(planner: Planner, names: Collection[str]) -> None:
    """All jobs, or those named with the findings that they read of others; a whole run asks its own
    questions as well."""
    planner.facts += [*_answers(planner.snapshot, planner.history), *to_remember(planner.snapshot, planner.now)]
    wanted = set(names) or {job.name for job in jobs()}
    read = {other for job in jobs() if job.name in wanted for others in job.reads.values() for other in others}
    for job in jobs():
        if job.name in wanted:
            planner.plan(job)
        elif job.name in read:
            planner.overhear(job)
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
    restored, adopted = ledger.fact(Restored) or Restored(), ledger.fact(Adopted) or Adopted()
    return restored.at is not None and (adopted.at is None or restored.at > adopted.at)


def show_outcomes(site: Site, ledger: Ledger, prepared: Prepared, now: datetime) -> tuple[EditGroup, ...]:
    """The planned edits, with what the ledger learnt since (mails that left in this very run)."""
    job = RecordOutcomes()
    if job.name not in prepared.jobs:
        return prepared.groups
    settings = site.settings(RecordOutcomesSettings, job.name)
    plan = job.plan(prepared.snapshot, settings, now, with_calls(_history(site, ledger, now)))
    known = {group.id for group in prepared.groups}
    fresh = [group for group in plan.groups if group.id not in known and not is_vetoed(group, prepared.history)]
    return (*prepared.groups, *encode(fresh, prepared.snapshot))


def _answers(snapshot: Snapshot, history: History) -> list[Fact]:
    """People's answers in the tab of decisions, remembered the first time they are read."""
    keys = {number: key for key, number in history.questions.items()}
    found = []
    for decision in snapshot.decisions:
        key = keys.get(decision.number or "")
        if key and decision.decision and history.answers.get(key) != decision.decision:
            found.append(Answered(str(decision.decision), decision.by or "").under(key))
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
    days = facts.working_days
    today = facts.today(now)
    return mark.stand[:10] < today.isoformat() and days.is_working_day(today)


def _distinct(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    return tuple(dict.fromkeys(problems))


__all__ = [
    "Blind",
    "Guarded",
    "JobOutcome",
    "Outlook",
    "Prepared",
    "Refused",
    "look",
    "prepare",
    "read_snapshot",
    "sighted",
]
