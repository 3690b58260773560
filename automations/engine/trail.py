"""What kim's own tabs said after its last writes: by that a workbook shows which of them it is older than.

One trail for each workbook, kept as a fact in the ledger. It is moved on when a write is finished, also when a
crash is settled, so that it never claims what does not stand there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from msgspec import Struct, field, structs

from automations.ledger.book import Ledger
from automations.model.fact_kinds.sightings import AnnouncedMarks, KnownTrail, Stands
from automations.model.tabdoc import TabDoc
from automations.workbooks.protocol import RawWorkbook

Marks = Mapping[str, str]  # tab id -> when it was written, and its fingerprint


class Trail(Struct, frozen=True):
    """`now` is what the tabs say since the last write, `before` what they said at any time between the run before
    it and then. `runs` wrote cells since `before`. `read` is what the last look found, `again` the run that found
    an older copy and writes anew what that lacks; `prior` is the run of `before`."""

    now: Marks = field(default_factory=dict)
    before: tuple[Marks, ...] = ()
    runs: tuple[str, ...] = ()
    run: str = ""
    read: Marks = field(default_factory=dict)
    again: str = ""
    prior: str = ""

    def follows(self, run: str, tabs: Marks) -> Trail:
        """The trail once a run wrote these tabs, or cells alone."""
        if not tabs:
            return structs.replace(self, runs=_with(self.runs, run))
        # A run writes more than once (cells, then its report): each state in between may have been loaded by somebody.
        if run == self.run:
            return structs.replace(self, now={**self.now, **tabs}, before=(*self.before, self.now))
        # From what was read and not from what was written last: people delete tabs, and those are no longer claimed.
        now = {**self.read, **tabs}
        if run == self.again:
            return Trail(now, (*self.before, self.now), _with(self.runs, run), run, now, prior=self.prior)
        return Trail(now, (self.read,), (run,), run, now, prior=self.run)

    @property
    def since(self) -> frozenset[str]:
        """The runs since which a copy may have been loaded that is one run old."""
        return frozenset({self.prior, self.run, *self.runs})


def marks_of(raw: RawWorkbook) -> Marks:
    """What a workbook that was read says of the tabs that kim wrote."""
    return {tab.mark.id: _mark(tab.mark.stand, tab.mark.fingerprint) for tab in raw.tabs if tab.mark}


def written_marks(docs: Iterable[TabDoc]) -> Marks:
    """What the tabs will say once they are written."""
    return {doc.id: _mark(doc.stand.isoformat() if doc.stand else "", doc.fingerprint()) for doc in docs}


def moment(mark: str) -> datetime | None:
    """When a tab was written; None where its mark does not say."""
    stand = mark.partition(" ")[0]
    return datetime.fromisoformat(stand) if stand else None


def trail_of(ledger: Ledger, workbook: str) -> Trail:
    """The trail as it is remembered; of a site that 0.1 wrote last, what is known from then."""
    known = ledger.fact(KnownTrail, workbook)
    if known is None:
        return Trail(now=(ledger.fact(Stands, workbook) or Stands()).texts())
    # The fact is JSON that an older kim may have written in another shape; what cannot be read is no older state.
    before = tuple(one for one in known.before if isinstance(one, Mapping)) if isinstance(known.before, list) else ()
    marks = tuple({name: str(mark) for name, mark in one.items()} for one in before)
    return Trail(known.now, marks, known.runs, known.run, known.found, known.again, known.prior)


def _remember(ledger: Ledger, workbook: str, trail: Trail, now: datetime) -> None:
    """Keep it in the ledger."""
    known = KnownTrail(trail.now, list(trail.before), trail.runs, trail.run, trail.read, trail.again, trail.prior)
    ledger.remember([known.under(workbook)], now)


def noticed(ledger: Ledger, raw: RawWorkbook, run: str, now: datetime, *, older: bool, accepted: bool) -> None:
    """What a look found that a run goes on from: as it was left, an `older` copy one run old, one that people
    `accepted`, or tabs that a write left of which nothing was heard."""
    trail, read = trail_of(ledger, raw.name), marks_of(raw)
    if older:
        trail = structs.replace(trail, read=read, again=run)
    elif accepted:
        trail = Trail(read, (), (), trail.run, read)
    elif read != trail.now and not all(trail.now.get(name) == mark for name, mark in read.items()):
        # Fewer tabs than kim wrote is somebody deleting one; any other mark is a write that arrived without its answer.
        lost = (ledger.fact(AnnouncedMarks, raw.name) or AnnouncedMarks()).run
        trail = Trail(read, (trail.now,), (lost,), lost, read, prior=trail.run)
    else:
        trail = structs.replace(trail, read=read)
    _remember(ledger, raw.name, trail, now)


def announce(ledger: Ledger, workbook: str, token: str, run: str, docs: Iterable[TabDoc], now: datetime) -> None:
    """Before a write: what its tabs will say, for whoever finishes or settles it."""
    ledger.remember([AnnouncedMarks(token, run, written_marks(docs)).under(workbook)], now)


def arrived(ledger: Ledger, workbook: str, token: str, now: datetime, *, tabs: Sequence[str] | None = None) -> None:
    """The announced write stands in the workbook. `tabs` are those that were written; None: all of them."""
    known = ledger.fact(AnnouncedMarks, workbook)
    # Another write was announced since: that one knows better what stands there.
    if known is None or known.token != token:
        return
    written = {name: mark for name, mark in known.tabs.items() if tabs is None or name in tabs}
    _remember(ledger, workbook, trail_of(ledger, workbook).follows(known.run, written), now)


def _mark(stand: str, fingerprint: str) -> str:
    return f"{stand} {fingerprint}"


def _with(runs: tuple[str, ...], run: str) -> tuple[str, ...]:
    # The newest stands last, each once: a run that writes cells twice would otherwise grow the fact without end.
    return (*(one for one in runs if one != run), run)
