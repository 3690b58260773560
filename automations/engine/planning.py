"""From what the workbooks say now to everything that a run would do; nothing is changed here.

`kim plan` stops after this; `kim run` hands the result to `apply`. There is no second path."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime

from msgspec import Struct, structs

from automations.common.limits import uncollected
from automations.config.site import Site
from automations.engine.call_results import new_results
from automations.engine.carried_over import compared_of, keep_compared, with_compared, with_look_ahead
from automations.engine.guards import to_remember
from automations.engine.older_copies import sentence
from automations.engine.outcomes import Guarded, JobOutcome, OlderCopy, Outlook, Prepared
from automations.engine.planner import Planner
from automations.engine.present_numbers import for_jobs
from automations.engine.promises import promised, sentences
from automations.engine.proven_mails import Proofs, keep_proofs
from automations.engine.rehearsal import refused_beforehand, told
from automations.engine.snapshots import distinct, look
from automations.engine.staff_changes import notice
from automations.engine.steps import Watch
from automations.engine.store_limits import limits_of, put_aside
from automations.jobs.duplicates.compared import Compared
from automations.jobs.registry import jobs
from automations.jobs.reminding.rules import RemindSettings
from automations.jobs.rules.desk import JOB
from automations.jobs.rules.model import RuleSettings
from automations.jobs.tabs.settings import SummariseSettings
from automations.ledger.book import Ledger
from automations.messages.render import Renderer
from automations.model.console import APPROVAL
from automations.model.fact_kinds.questions import Answered
from automations.model.fact_kinds.team_rules import RuleApproved
from automations.model.history import History
from automations.model.plan import EditGroup, Fact
from automations.model.problems import Problem
from automations.model.snapshot import Snapshot
from automations.model.tabdoc import TabDoc
from automations.model.writes import Promise, PromiseState
from automations.workbooks.protocol import Workbook

_REHEARSALS = 3  # plans that are tried, each without what the workbook refused of the one before


class _Task(Struct, frozen=True):
    """What one planning is over and for: the tables that were `seen`, who asks (`run`, blank: `kim plan`), with which
    eyes for mails, and the jobs that are named (none: all)."""

    site: Site
    ledger: str
    workbooks: Mapping[str, Workbook]
    seen: Guarded
    renderer: Renderer | None
    names: Collection[str]
    proofs: Proofs
    compared: Compared

    @property
    def now(self) -> datetime:
        return self.seen.now


class _Rehearsed(Struct, frozen=True):
    """A plan without what the workbooks are known to refuse (`broken`), and the tabs that must be drawn."""

    planner: Planner
    due: tuple[TabDoc, ...]
    broken: tuple[Promise, ...] = ()

    @property
    def known(self) -> frozenset[tuple[str, str, str]]:
        return frozenset((promise.kind, promise.workbook, promise.id) for promise in self.broken)

    def is_unmade(self, doc: TabDoc) -> bool:
        return ("tab", doc.workbook, doc.id) in self.known


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

    `names` limits the jobs (none: all). With `remember` the ledger notes how the rows stood, so that they can settle;
    without it (`kim plan`) the ledger is only read. `accepted` are guards to pass over. `renderer` shows the mails as
    they would leave, for the guards. `mended` are older copies whose cells this run has written anew already."""
    seen = look(site, ledger, workbooks, now, run=run, remember=remember, accepted=accepted)
    if not isinstance(seen, Guarded):
        return seen
    # Read anew the copy looks mended; that the run began with an old one must still be told.
    seen = structs.replace(seen, copies=mended or seen.copies)
    watch = Watch()
    if remember and not seen.copies:  # an older copy is no edit by people
        notice(site, ledger, seen.snapshot, run, now, first=seen.history.adopting)
        watch.lap("notice")
    proofs = Proofs.of(site, answered=renderer is not None and renderer.has_buttons)
    # One for all tries of this planning: what the first one compared the second one knows.
    compared = compared_of(site)
    task = _Task(site, ledger.id, workbooks, seen, renderer, names, proofs, compared)
    rehearsed = _rehearsed(task, watch)
    if remember:
        keep_proofs(site.state, proofs)
        keep_compared(site.state, compared)
    return _prepared(task, rehearsed, watch.seconds)


def _rehearsed(task: _Task, watch: Watch) -> _Rehearsed:
    """The plan that is left when all that a dry build refuses is known."""
    broken: tuple[Promise, ...] = ()
    refused: tuple[EditGroup, ...] = ()
    # What a dry build refuses is left out of the next plan, in which something else may be refused.
    for _ in range(_REHEARSALS):
        planner = _planned(task, broken, refused)
        due = tuple(doc for doc in planner.tabs if _is_due(doc, task))
        watch.lap("plan")
        tried = _Rehearsed(planner, due, broken)
        more = _refused(task, tried) + _out_of_reach(task.seen, tried) + _shut(task, tried)
        watch.lap("rehearse")
        broken = (*broken, *more)
        ids = {promise.id for promise in more if promise.kind == "cells"}
        refused += tuple(group for group in planner.groups if group.id in ids)
        if not more:
            break
    return _Rehearsed(planner, due, broken)


def _prepared(task: _Task, rehearsed: _Rehearsed, seconds: Mapping[str, float]) -> Prepared:
    seen, planner = task.seen, rehearsed.planner
    return Prepared(
        run=seen.run,
        now=seen.now,
        problems=distinct(planner.problems()),
        unread=seen.unread,
        seconds={**seen.seconds, **seconds},
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
        tabs=tuple(doc for doc in rehearsed.due if not rehearsed.is_unmade(doc)),
        facts=tuple(planner.facts),
        jobs=planner.outcomes,
        rules=_complete(task.site, seen, planner.outcomes),
        withheld=tuple(planner.withheld),
        unmade=tuple(doc for doc in planner.tabs if rehearsed.is_unmade(doc)),
        broken=rehearsed.broken,
    )


def _out_of_reach(seen: Guarded, tried: _Rehearsed) -> tuple[Promise, ...]:
    """Tabs of workbooks that could not be read: what they lack is not known, so each counts as promised and broken."""
    reasons = {problem.workbook: problem for problem in seen.problems if problem.workbook in seen.unread}
    return tuple(
        Promise("tab", doc.workbook, doc.id, doc.title, _state(found), found.message, found.advice)
        for doc in tried.planner.tabs
        if not tried.is_unmade(doc) and (found := reasons.get(doc.workbook))
    )


def _shut(task: _Task, tried: _Rehearsed) -> tuple[Promise, ...]:
    """What is planned for workbooks that this account may not write to, where it is only shown: a run tries, as the
    rights may have changed although the workbook has not."""
    planner, seen = tried.planner, task.seen
    if seen.run or not (planner.groups or tried.due):
        return ()
    reasons = {one.workbook: one for one in limits_of(task.workbooks) if one.code == "unwritable"}
    places = {table: layout.tab for table, layout in seen.snapshot.layouts.items()}
    return tuple(
        structs.replace(one, state="refused", message=why.message, advice=why.advice)
        for one in promised(planner.groups, [doc for doc in tried.due if not tried.is_unmade(doc)], places)
        if (why := reasons.get(one.workbook))
    )


def _state(why: Problem) -> PromiseState:
    return "busy" if why.code == "busy" else "refused"


def _planned(task: _Task, broken: tuple[Promise, ...], refused: tuple[EditGroup, ...]) -> Planner:
    """The jobs' plans, without edits that a workbook is known to refuse; tabs then say what stands there."""
    seen, now, say = task.seen, task.now, task.site.facts.texts
    site = with_compared(with_look_ahead(task.site, seen.raws), task.compared)
    known = (promise for promise in broken if promise.workbook not in seen.unread)
    news = (*told(known, refused, seen.snapshot, say), *put_aside(task.site))
    snapshot = structs.replace(seen.snapshot, problems=(*seen.snapshot.problems, *news))
    withheld = frozenset(promise.id for promise in broken if promise.kind == "cells")
    copies = (sentence(copy, now, say) for copy in seen.copies)
    told_first = (*_unlisted(site, snapshot), *copies, *sentences(broken))
    calls, history = new_results(seen.history, snapshot, now)
    planner = Planner(site, snapshot, for_jobs(history, snapshot), now, seen.run, task.renderer, withheld, told_first,
                      task.proofs)  # fmt: skip
    planner.facts += calls
    planner.begin(seen.lost.groups)
    _plan(planner, task.names)
    return planner


def _unlisted(site: Site, snapshot: Snapshot) -> tuple[str, ...]:
    """That rows of erased people still stand there, where no tab would list them."""
    if site.settings(SummariseSettings, "summarise").tabs.problems:
        return ()
    return tuple(f"{one.tab} {one.row}: {one.message}" for one in snapshot.problems if one.code == "erased")


def _refused(task: _Task, tried: _Rehearsed) -> tuple[Promise, ...]:
    """What a dry build finds that was not known yet."""
    tabs = [doc for doc in tried.due if not tried.is_unmade(doc)]
    places = {table: layout.tab for table, layout in task.seen.snapshot.layouts.items()}
    found = refused_beforehand(
        task.workbooks, tried.planner.groups, tabs, task.seen.bases, task.ledger, places, task.site.facts.texts
    )
    return tuple(promise for promise in found if (promise.kind, promise.workbook, promise.id) not in tried.known)


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


def _plan(planner: Planner, names: Collection[str]) -> None:
    """All jobs, or those named with the findings that they read of others; a whole run asks its own
    questions as well."""
    snapshot, history = planner.snapshot, planner.history
    planner.facts += [*_answers(snapshot, history), *to_remember(snapshot, history, planner.now)]
    wanted = set(names) or {job.name for job in jobs()}
    read = {other for job in jobs() if job.name in wanted for others in job.reads.values() for other in others}
    for job in jobs():
        if job.name in wanted:
            planner.plan(job)
        elif job.name in read:
            planner.overhear(job)
    # Questions of all jobs are asked at once, the weightiest first; one job alone does not know of the others.
    if not names:
        planner.ask()


def _answers(snapshot: Snapshot, history: History) -> list[Fact]:
    """People's answers in the tab of decisions, remembered the first time they are read."""
    keys = {number: key for key, number in history.questions.items()}
    found = []
    for decision in snapshot.decisions:
        key = keys.get(decision.number or "")
        if key and decision.decision and history.answers.get(key) != decision.decision:
            found.append(Answered(str(decision.decision), decision.by or "").under(key))
    return found


def _is_due(doc: TabDoc, task: _Task) -> bool:
    """Whether a tab must be written: its content changed, or its `stand` is of an earlier day and
    today is a working day."""
    raw = task.seen.raws.get(doc.workbook)
    # A workbook that could not be read: what stands in it is not known, so nothing is drawn for it.
    if raw is None:
        return False
    mark = next((tab.mark for tab in raw.tabs if tab.mark and tab.mark.id == doc.id), None)
    # A tab that two people copied or somebody deleted has no mark of its own, and is drawn again.
    if mark is None or mark.fingerprint != doc.fingerprint():
        return True
    facts = task.site.facts
    today = facts.today(task.now)
    return mark.stand[:10] < today.isoformat() and facts.working_days.is_working_day(today)
