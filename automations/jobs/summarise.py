"""The job that writes the summary tabs: every figure once, every tab as a document."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime, timedelta
from itertools import islice
from types import MappingProxyType

from msgspec import structs

from automations.jobs.figures import comparison, disclosure, weekly
from automations.jobs.figures.collected import Figures, collect
from automations.jobs.figures.land_report import HalfYearFigures, half_year_figures, need_of
from automations.jobs.figures.own import OwnFigure, OwnResult, own_figure
from automations.jobs.figures.periods import HalfYear, half_years_back, monday_of
from automations.jobs.figures.published import Earlier, Published, from_fact, to_fact
from automations.jobs.figures.sources import Sources
from automations.jobs.tabs import (
    calls,
    fortnight,
    guide,
    land_report,
    log,
    naturalisation,
    overview,
    problems,
    report_file,
    waiting,
    workload,
)  # fmt: skip
from automations.jobs.tabs.calls import COLUMNS, unread
from automations.jobs.tabs.common import Frame
from automations.jobs.tabs.settings import Edition, SummariseSettings
from automations.model.fact_kinds.figures import ComparedHalf, PublishedHalf
from automations.model.history import History
from automations.model.plan import Fact, Plan
from automations.model.snapshot import Snapshot
from automations.model.tabdoc import Audience, Block, TabDoc
from automations.tables.call_rows import result_words

_FINDERS = ("number_rows", "record_outcomes", "assign_cases", "look_ahead", "follow_rules", "check_data", "remind")


class Summarise:
    """Job `summarise`: plans all tabs anew each time; who carries plans out writes the changed ones.

    Of `now` nothing but the local date enters a tab (apart from its `stand`), so that a second run
    finds nothing to write."""

    name = "summarise"
    Settings = SummariseSettings
    reads: Mapping[str, tuple[str, ...]] = MappingProxyType(
        {"problems": _FINDERS, "overview": _FINDERS, "calls": ("follow_rules", "remind")}
    )

    def plan(self, snapshot: Snapshot, settings: SummariseSettings, now: datetime, history: History) -> Plan:
        """Every tab, and once a week the figures of that week as a fact."""
        local = settings.site.local(now)
        figures = _collected(snapshot, settings, local.date(), history)
        frame = _frame(snapshot, settings, local.date())
        own = tuple(own_figure(figure, snapshot, settings.site, local.date()) for figure in settings.figures)
        report, editions = _report(frame, figures, settings, history)
        private = _team_tabs(frame, figures, snapshot, settings, history, own)
        shared = structs.replace(
            frame, private=False, threshold=settings.threshold, smallest_office=settings.smallest_office
        )
        public = _managers_tabs(shared, figures, snapshot, settings, history, own, report)
        tabs = [
            frame.tab(*made, getattr(settings.tabs, made[0]), local, warn=settings.warn_standstill)
            for made in (*private, *public)
            # A blank name of a workbook means: not this tab.
            if getattr(settings.tabs, made[0])
        ]
        tabs = [one for doc in tabs for one in (_calls(doc, frame, snapshot) if doc.id == "calls" else (doc,))]
        return Plan(self.name, tabs=tuple(tabs), facts=(*_weekly(figures, history), *editions))


def export_report(
    snapshot: Snapshot, settings: SummariseSettings, now: datetime, history: History, edition: Edition
) -> tuple[str, tuple[Fact, ...]]:
    """The report to the Land as CSV text, and the facts to record before a published one is handed out.

    `edition` "exact" is confidential; "published" is what the tab shows, word for word. Write it as
    UTF-8 with a byte order mark (utf-8-sig), or Excel shows umlauts wrong."""
    today = settings.site.today(now)
    frame, figures = _frame(snapshot, settings, today), _collected(snapshot, settings, today, history)
    if edition == "exact":
        return report_file.exact_csv(frame, _exact(frame, figures, settings)), ()
    editions, facts = _published(frame, figures, settings, history)
    return report_file.published_csv(frame, editions), facts


def export_comparison(
    snapshot: Snapshot, settings: SummariseSettings, now: datetime, history: History, secret: bytes
) -> tuple[tuple[comparison.Compared, ...], tuple[Fact, ...]]:
    """The half-years that the site gives to be compared, the newest first, and the fact to record before they are
    handed out: the newest finished one is made now where it is not out yet, once and for all."""
    today = settings.site.today(now)
    kept = {key: comparison.Compared.read(fact.entries) for key, fact in history.facts_of(ComparedHalf).items()}
    delay = timedelta(days=settings.report.delay_days)
    # Some weeks after its end: late entries would change what can never be made anew.
    newest = next(half for half in half_years_back(today) if half.last + delay < today)
    facts: tuple[Fact, ...] = ()
    if newest.key not in kept:
        # Whatever the site counts in its own tabs, towns can be compared in one kind of days only.
        working = settings.model_copy(update={"waiting_days": "working"})
        figures, sources = _collected(snapshot, working, today, history), Sources(snapshot)
        lacking = {name: tuple(_lacking(sources, needs)) for name, needs in _COMPARED.items()}
        given = comparison.Given(figures, snapshot.appointments, lacking, settings.smallest_office)
        kept[newest.key] = comparison.compare(given, newest, secret)
        facts = (ComparedHalf(kept[newest.key].plain()).under(newest.key),)
    return tuple(kept[key] for key in sorted(kept, reverse=True)), facts


_COMPARED = {
    "waiting": ("waiting",), "appointments": ("outcomes",), "applications": ("applications",),
    "decisions": ("decisions",), "open": ("open",), "load": ("points", "capacity", "phase"),
}  # fmt: skip


def _lacking(sources: Sources, needs: Iterable[str]) -> Iterator[str]:
    for missing in sources.lacking(*needs):
        yield " / ".join((missing.tab, ", ".join(missing.columns))) if missing.columns else missing.tab


def log_tab(snapshot: Snapshot, settings: SummariseSettings, now: datetime, history: History) -> tuple[Block, ...]:
    """The log of runs alone, for whoever learns how a run ends after it was planned."""
    today = settings.site.today(now)
    return log.blocks(_frame(snapshot, settings, today), history)


def _frame(snapshot: Snapshot, settings: SummariseSettings, today: date) -> Frame:
    return Frame(settings.site.texts, settings.site, snapshot.words, today, Sources(snapshot))


def _collected(snapshot: Snapshot, settings: SummariseSettings, today: date, history: History) -> Figures:
    return collect(
        snapshot, history, settings.site, today,
        day_kind=settings.waiting_days, waiting_phases=settings.waiting_phases, days_ahead=settings.days_ahead,
    )  # fmt: skip


_FARTHEST = 60  # half-years back in which an edition may be out

_Made = tuple[str, str, Audience, tuple[Block, ...]]


def _team_tabs(
    frame: Frame, figures: Figures, snapshot: Snapshot, settings: SummariseSettings, history: History,
    own: tuple[OwnResult, ...],
) -> Iterator[_Made]:  # fmt: skip
    say, load_by = frame.say, settings.load_by
    overview_blocks = overview.blocks(frame, figures, snapshot, own, history, load_by=load_by)
    yield "overview", say.name("tab", "Overview"), "team", overview_blocks
    yield "workload", say.name("tab", "Workload"), "team", workload.blocks(frame, figures, load_by=load_by)
    yield (
        "waiting",
        say.name("tab", "Waiting times"),
        "team",
        waiting.blocks(frame, figures, settings.first_contact_within),
    )
    yield (
        "appointments",
        say.name("tab", "Appointments 14 days"),
        "team",
        fortnight.blocks(frame, figures, snapshot, days=settings.days_ahead),
    )
    yield "calls", say.name("tab", "Calls"), "team", calls.blocks(frame, snapshot)
    yield "problems", say.name("tab", "Check list"), "team", problems.blocks(frame, snapshot)
    yield "log", say.name("tab", "Log of runs"), "team", log.blocks(frame, history)
    told = guide.blocks(frame, snapshot, settings.guide, day_kind=settings.waiting_days)
    yield "guide", say.name("tab", "Guide"), "team", told


def _calls(doc: TabDoc, frame: Frame, snapshot: Snapshot) -> Iterator[TabDoc]:
    """The list of calls, until it is a table: from then on people write in it, and kim adds rows (`list_calls`); one
    whose headings were changed is left as it is. What is not written anew has no stand."""
    if "calls" in snapshot.layouts or unread(snapshot):
        return
    if snapshot.calls:
        choices = {frame.say.name("calls", COLUMNS["result"][0]): result_words(frame.say)}
        doc = structs.replace(doc, stand=None, stand_label="", stale_after=None, stale_label="", choices=choices)
    yield doc


def _managers_tabs(
    frame: Frame, figures: Figures, snapshot: Snapshot, settings: SummariseSettings,
    history: History,
    own: tuple[OwnResult, ...], report: tuple[Block, ...],
) -> Iterator[_Made]:  # fmt: skip
    say = frame.say
    blocks = overview.blocks(frame, figures, snapshot, own, history, load_by=settings.managers_load_by)
    yield "overview_managers", say.name("tab", "Overview"), "managers", blocks
    numbers = naturalisation.blocks(frame, figures.naturalisation)
    yield "naturalisation", say.name("tab", "Naturalisation figures"), "managers", numbers
    yield "land_report", say.name("tab", "Report to the Land"), "managers", report


def _report(
    frame: Frame, figures: Figures, settings: SummariseSettings, history: History
) -> tuple[tuple[Block, ...], tuple[Fact, ...]]:
    """The report's blocks, and a fact for each half-year that is published for the first time."""
    if gap := frame.gap("persons"):
        return (*land_report.title(frame), *gap), ()
    missing = frame.gap("household", needs=[need_of(name) for name in settings.report.dimensions])
    if settings.report.edition == "exact":
        return (*land_report.exact_blocks(frame, _exact(frame, figures, settings)), *missing), ()
    editions, facts = _published(frame, figures, settings, history)
    wanted = [name for name in settings.report.dimensions if not frame.sources.lacks([need_of(name)])]
    return (*land_report.published_blocks(frame, editions, settings.report.delay_days, wanted), *missing), facts


def _exact(frame: Frame, figures: Figures, settings: SummariseSettings) -> list[HalfYearFigures]:
    """The running half-year and those before it, where there were persons."""
    if not frame.sources.has("persons"):
        return []
    chosen = islice(half_years_back(figures.today), settings.report.half_years)
    found = [_half(frame, figures, settings, half) for half in chosen]
    return [half for half in found if half.total.persons]


def _published(
    frame: Frame, figures: Figures, settings: SummariseSettings, history: History
) -> tuple[list[Published], tuple[Fact, ...]]:
    """Finished half-years, the newest first: as they were first published, else made now, the oldest first,
    beside all that are out, and kept by a fact."""
    report, editions, facts = settings.report, list[Published](), list[Fact]()
    delay = timedelta(days=report.delay_days)
    # With a delay: cases are entered late, and an edition that is out is never made anew.
    finished = (half for half in half_years_back(figures.today) if half.last + delay < figures.today)
    shown = list(islice(finished, report.half_years))
    kept = {key: from_fact(key, half.entries) for key, half in history.facts_of(PublishedHalf).items()}
    may = frame.sources.has("persons") and disclosure.provable()
    # The oldest first: each edition is protected against all that are out before it.
    missing = [half for half in reversed(shown) if half.key not in kept] if may else []
    told = disclosure.ROUNDED | {
        name for name in report.dimensions if any(_tells(figure, name, frame) for figure in settings.figures)
    }
    out = [
        Earlier(kept[half.key], _half(frame, figures, settings, half))
        for half in islice(half_years_back(figures.today), _FARTHEST if missing else 0)
        if half.key in kept
    ]
    for half in missing:
        found = _half(frame, figures, settings, half)
        # The oldest first: each edition binds those after it.
        edition = disclosure.publish(found, settings.threshold, out, told)
        if not found.total.persons:
            continue
        kept[half.key] = edition
        if edition.total:
            out.append(Earlier(edition, found))
            facts.append(PublishedHalf(to_fact(edition)).under(half.key))
    editions += [kept[half.key] for half in shown if half.key in kept]
    return editions, tuple(facts)


def _tells(figure: OwnFigure, dimension: str, frame: Frame) -> bool:
    """Whether a figure of the team's own shows managers the open cases by a dimension of the report."""
    by = (figure.table, figure.field(frame.sources.schema))
    return figure.managers and figure.where.strip() == "open" and by == need_of(dimension)


def _half(frame: Frame, figures: Figures, settings: SummariseSettings, half: HalfYear) -> HalfYearFigures:
    known = [name for name in settings.report.dimensions if not frame.sources.lacks([need_of(name)])]
    found = half_year_figures(figures.cases, half, known, frame.words)
    return found if frame.sources.has("household") else structs.replace(found, households=None)


def _weekly(figures: Figures, history: History) -> Iterable[Fact]:
    """The week's figures, once: what they were when the week was first seen."""
    monday: date = monday_of(figures.today)
    # Once: corrected rows must not change a trend that has been looked at.
    if monday.isoformat() in history.weekly:
        return ()
    return (weekly.to_fact(figures.now, figures.today, figures.day_kind).under(monday.isoformat()),)
