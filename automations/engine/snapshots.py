"""From the workbooks as they are now to tables that passed the guards; nothing is planned, and nothing changed."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from functools import cached_property

from msgspec import Struct, structs

from automations.config.site import Site
from automations.engine.barred_people import without_barred
from automations.engine.former_numbers import former_numbers
from automations.engine.guards import LEDGER, Signs, is_touched, refusal, take_over
from automations.engine.intake import with_intake
from automations.engine.known_columns import known_headings, rows_known
from automations.engine.lost_edits import Seen, without_lost
from automations.engine.older_copies import Found, Known, copy_of
from automations.engine.outcomes import Blind, Guarded, Lost, OlderCopy, Refused
from automations.engine.renumbered import renumbered, under_present_numbers, with_present_numbers
from automations.engine.settling import settling
from automations.engine.steps import Watch
from automations.engine.trail import noticed
from automations.engine.whereabouts import run_here
from automations.ledger.book import Ledger
from automations.ledger.sightings import Stood
from automations.model.fact_kinds.course import Adopted, Restored
from automations.model.fact_kinds.sightings import Renumbered
from automations.model.history import History
from automations.model.layout import Base, TableLayout
from automations.model.problems import Problem
from automations.model.runs import RunRecord
from automations.model.snapshot import Snapshot
from automations.model.values import RowKey
from automations.tables.rows import row_fingerprints
from automations.tables.snapshot import read_tables
from automations.workbooks.protocol import RawWorkbook, Workbook, WorkbookError


def read_snapshot(
    site: Site, ledger: Ledger, workbooks: Mapping[str, Workbook], now: datetime, *, everything: bool = False
) -> Snapshot | Blind:
    """The tables alone, for commands that tell what stands there and carry nothing out; with `everything` also those
    that only a rule made kim read that is gone by now. `now` is aware."""
    read = structs.replace(_read(site, ledger, workbooks, now), everything=everything)
    if read.is_blind:
        return _blind(read, "", {})
    facts = {(Renumbered.kind, key): one.plain() for key, one in ledger.facts_of(Renumbered).items()}
    return with_present_numbers(read.snapshot, History(facts=facts))


def note_rows(site: Site, ledger: Ledger, workbooks: Mapping[str, Workbook], now: datetime) -> datetime | Blind | None:
    """Note how the rows stand, so that they can settle; nothing else is done. Returns when the first of the young
    ones will have stood long enough (None: there are none)."""
    snapshot = read_snapshot(site, ledger, workbooks, now)
    if isinstance(snapshot, Blind):
        return snapshot
    rows = row_fingerprints(snapshot)
    stood = {name: ledger.stood(name) for name in {row.workbook for row in rows}}
    former = former_numbers(snapshot, rows, marks(stood))
    return settling(site, ledger, rows, now, stood, remember=True, former=former).next


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
    """Read every workbook and ask the guards; nothing is planned. Parameters as of `planning.prepare`."""
    watch = Watch()
    read = _read(site, ledger, workbooks, now)
    watch.lap("read")
    if read.is_blind:
        return _blind(read, run, watch.seconds)
    signs = Signs(site, ledger, read.raws, read.snapshot, now, read.copies)
    watch.lap("understand")
    former = former_numbers(read.snapshot, read.rows, read.known)
    history = renumbered(_known(signs, accepted, remember), former)
    # Asked before any row settles: a workbook that kim distrusts must not become what the next run compares with.
    stopped = refusal(_under_present_numbers(signs, history), accepted)[1]
    if stopped:  # what stood in the rows last stays known: the next run judges by it, too
        return _refused(read, run, watch.seconds, stopped)
    # Lost edits are judged on the mended tables, or each cell that is about to come back would count as lost.
    mended = read.mended()
    lost = mended.without_lost(history)
    young = settling(site, ledger, mended.rows, now, mended.stood, remember=remember, former=former)
    # On first contact every row is new to kim, and none was typed just now.
    unsettled = (frozenset() if history.adopting else young.rows) | lost.rows
    snapshot = structs.replace(with_present_numbers(lost.snapshot, history), unsettled=unsettled)
    if remember:
        _note(read, lost, run)
    watch.lap("remember")
    return Guarded(
        run, now, distinct(snapshot.problems), read.unread, watch.seconds, read.copies, revisions=read.revisions,
        snapshot=snapshot, history=history, bases=read.bases, settles=young.next, raws=read.raws, lost=lost,
    )  # fmt: skip


def remembered(site: Site, ledger: Ledger) -> History:
    """What the ledger knows of earlier runs. With a ledger that has not run yet, or was restored since, what is due
    counts as settled."""
    history = ledger.history(live=site.live)
    return structs.replace(history, adopting=history.adopted_on is None or _restored_since(ledger))


def distinct(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """Each problem once, in the order of the first."""
    return tuple(dict.fromkeys(problems))


class _Reading(Struct, frozen=True, dict=True):
    """The workbooks as read at one moment, and what the ledger knew of their rows before. A workbook that could not
    be read is one of the `faults`, and its jobs see empty tables. `before` is the reading without what `mended` added.
    """

    site: Site
    ledger: Ledger
    now: datetime
    names: tuple[str, ...]
    raws: Mapping[str, RawWorkbook]
    faults: tuple[Problem, ...]
    before: _Reading | None = None
    everything: bool = False

    @property
    def unread(self) -> tuple[str, ...]:
        return tuple(name for name in self.names if name not in self.raws)

    @property
    def is_blind(self) -> bool:
        """Whether a workbook with tables could not be read."""
        return any(home not in self.raws for home in self.site.homes.values())

    @property
    def revisions(self) -> dict[str, str]:
        return {name: raw.revision for name, raw in self.raws.items()}

    @cached_property
    def snapshot(self) -> Snapshot:
        site, ledger, now = self.site, self.ledger, self.now
        known, before = known_headings(ledger, site.columns.specs), rows_known(ledger, everything=self.everything)
        snapshot = read_tables(self.raws, site.columns, site.facts, site.homes, now, known, before)
        snapshot = structs.replace(snapshot, problems=(*self.faults, *snapshot.problems))
        return without_barred(site, ledger, with_intake(site, self.raws, snapshot, now), now)

    @cached_property
    def rows(self) -> Known:
        """The digest of each row now."""
        return row_fingerprints(self.snapshot)

    @cached_property
    def stood(self) -> Mapping[str, Stood]:
        """How the rows of each workbook stood at the last run."""
        return self.before.stood if self.before else {name: self.ledger.stood(name) for name in self.raws}

    @cached_property
    def known(self) -> Known:
        """The digest of each row at the last run."""
        if self.before:
            return self.before.known
        return marks(self.stood)

    @property
    def bases(self) -> dict[str, Base]:
        return {name: Base(raw.revision, _layouts_of(self.snapshot, name)) for name, raw in self.raws.items()}

    @cached_property
    def copies(self) -> tuple[OlderCopy, ...]:
        """The workbooks that are older than kim's last write."""
        if self.before:
            return self.before.copies
        known, homes = self.known, set(self.site.homes.values())  # before anything is taken over
        found = (
            copy_of(self.ledger, Found(raw, _layouts_of(self.snapshot, name), self.rows, known, name in homes))
            for name, raw in self.raws.items()
            # One that belongs to another ledger is no older copy of ours; the guards refuse it by another name.
            if raw.ledger in {"", self.ledger.id}
        )
        return tuple(copy for copy in found if copy is not None)

    def mended(self) -> _Reading:
        """The reading as it will be once older copies have their cells again: planned is over that, so that nothing
        is decided a second time. What the ledger knew, and which workbooks are copies, stays as it was found."""
        anew = {copy.workbook: copy.mended for copy in self.copies if copy.anew and copy.mended}
        return structs.replace(self, raws={**self.raws, **anew}, before=self) if anew else self

    def without_lost(self, history: History) -> Lost:
        """The tables without decisions over what a colleague's older copy lost."""
        stale = frozenset(copy.workbook for copy in self.copies if copy.kind == "stale")
        seen = Seen(self.rows, self.known, stale)
        return without_lost(self.ledger, self.snapshot, history, seen, self.now, self.site.facts.texts)


def marks(stood: Mapping[str, Stood]) -> Known:
    """The digest of each row as it stood, by workbook."""
    return {RowKey(name, *place): mark for name, rows in stood.items() for place, (mark, _) in rows.items()}


def _read(site: Site, ledger: Ledger, workbooks: Mapping[str, Workbook], now: datetime) -> _Reading:
    raws: dict[str, RawWorkbook] = {}
    faults: list[Problem] = []
    for name, workbook in workbooks.items():
        try:
            raws[name] = workbook.read()
        except WorkbookError as error:
            # One book that is locked or away stops only the jobs that need it.
            faults.append(
                Problem(error.code, error.message, error.advice, "error", workbook=name, tab=name, who="operator")
            )
    return _Reading(site, ledger, now, tuple(workbooks), raws, tuple(faults))


def _blind(read: _Reading, run: str, seconds: Mapping[str, float]) -> Blind:
    homes = {name for name in read.unread if name in read.site.homes.values()}
    # A colleague who has the workbook open is no fault: the next run tries again, and nobody is called.
    outcome = "busy" if any(p.code == "busy" and p.workbook in homes for p in read.faults) else "attention"
    record = RunRecord(run, read.now, outcome, problems=len(read.faults))
    found = distinct(read.faults)
    return Blind(run, read.now, found, read.unread, seconds, record=record, revisions=read.revisions)


def _refused(read: _Reading, run: str, seconds: Mapping[str, float], sentence: str) -> Refused:
    found = distinct(read.snapshot.problems)
    record = RunRecord(run, read.now, "refused", problems=len(found))
    return Refused(
        run, read.now, found, read.unread, seconds, read.copies, record, read.revisions, sentence, read.snapshot,
        read.bases,
    )  # fmt: skip


def _note(read: _Reading, lost: Lost, run: str) -> None:
    """The ledger notes where the site runs, and how the rows stood."""
    run_here(read.site, read.ledger, read.now)
    kinds = {copy.workbook: copy.kind for copy in read.copies}
    for name, raw in read.raws.items():
        kind = kinds.get(name)
        noticed(read.ledger, raw, run, read.now, older=kind == "stale", accepted=kind == "restored")
    read.ledger.remember(lost.facts, read.now)


def _under_present_numbers(signs: Signs, history: History) -> Signs:
    """What is looked at, where a table that was only numbered anew is the one that it was."""
    history, snapshot = under_present_numbers(history, signs.snapshot), with_present_numbers(signs.snapshot, history)
    return structs.replace(signs, history=history, snapshot=snapshot)


def _known(signs: Signs, accepted: Collection[str], remember: bool) -> History:
    """What the ledger remembers; with an old ledger, accepted as it is, what is due counts as settled."""
    history = remembered(signs.site, signs.ledger)
    if remember:
        # Read before: `restored since` must see the ledger as it was, not with what is accepted in this very run.
        take_over(signs, accepted)
    if LEDGER in accepted and is_touched(signs, LEDGER):
        return structs.replace(history, adopting=True)
    return history


def _restored_since(ledger: Ledger) -> bool:
    """Whether the ledger was restored from a backup and has not run since: what left in between is
    not known, so that all that is due now counts as settled, as on first contact."""
    restored, adopted = ledger.fact(Restored) or Restored(), ledger.fact(Adopted) or Adopted()
    return restored.at is not None and (adopted.at is None or restored.at > adopted.at)


def _layouts_of(snapshot: Snapshot, workbook: str) -> dict[str, TableLayout]:
    return {table: layout for table, layout in snapshot.layouts.items() if layout.workbook == workbook}
