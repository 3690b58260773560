"""What stops a run before anything is planned: signs that the world is not what it was.

Each tripwire has a name, a sentence, and a way to go on deliberately: `kim run --accept NAME`."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from types import MappingProxyType

from msgspec import Struct, field

from automations.common.files import true_path
from automations.common.texts import Texts
from automations.config.site import Site
from automations.engine.clock import clock_trouble, last_clock
from automations.engine.known_columns import columns_known, known_headings
from automations.engine.older_copies import is_answered, sentence
from automations.engine.outcomes import OlderCopy
from automations.engine.whereabouts import MOVED, place_trouble, settle_in
from automations.ledger.book import Ledger
from automations.model.fact_kinds.course import Clock, Restored
from automations.model.fact_kinds.sightings import Headings, RowCount, ToldElsewhere
from automations.model.history import History
from automations.model.layout import TableLayout
from automations.model.plan import Fact
from automations.model.schema import SHIPPED
from automations.model.snapshot import Snapshot
from automations.model.told import last_told
from automations.tables.folding import fold
from automations.tables.snapshot import headings_before
from automations.workbooks.protocol import RawWorkbook

FOREIGN = "foreign"
"""Another ledger writes to the workbook. It can be accepted by a fresh ledger alone, which then takes the
place of one that is lost: each workbook has one ledger."""

LEDGER = "ledger"
"""The ledger is older than the workbook. Accepted, all that is due now counts as settled: what left
since then is not known."""

OLD_COPY = "workbook"  # An older copy of a workbook was put back. It can be accepted in the tab of decisions, too.

_CLOCK = "clock"
_SPARE = 200 * 1024 * 1024  # bytes that must stay free for the copy, the versions and the ledger
_FEW = 3  # a table that never had more rows than that may well become empty
_NEVER_EMPTY = ("team", "locations")
"""However short: without the one nobody is at work, without the other no place is protected."""


class Signs(Struct, frozen=True):
    """What is looked at: the site, its ledger, its workbooks as read, and what was understood of them."""

    site: Site
    ledger: Ledger
    raws: Mapping[str, RawWorkbook]
    snapshot: Snapshot
    now: datetime
    copies: Sequence[OlderCopy] = ()
    history: History = field(default_factory=History)

    @property
    def say(self) -> Texts:
        """The site's language."""
        return self.site.facts.texts


def refusal(signs: Signs, accepted: Collection[str] = ()) -> tuple[str, str]:
    """The name and the sentence of the first tripwire that was touched and not accepted; blank ones
    where there is none."""
    for name, check in _CHECKS.items():
        # A ledger with a past of its own can never take over another's workbook: both would send.
        passed = name in accepted and (name != FOREIGN or signs.ledger.is_fresh)
        sentence = "" if passed else check(signs)
        if sentence:
            return name, f"{sentence} {_way_on(name, signs, accepted)}"
    return "", ""


def take_over(signs: Signs, accepted: Collection[str]) -> None:
    """Give a fresh ledger the id that the workbooks know, where people said that the other one is lost."""
    # Taken over and not written anew: the workbook keeps its one id, and the lost ledger is refused should it turn up.
    other = next((raw.ledger for raw in signs.raws.values() if raw.ledger not in {"", signs.ledger.id}), "")
    if other and FOREIGN in accepted and signs.ledger.is_fresh:
        signs.ledger.take_over(other, signs.now)


def is_touched(signs: Signs, name: str) -> bool:
    """Whether that tripwire is touched, accepted or not."""
    return bool(_CHECKS[name](signs))


def _way_on(name: str, signs: Signs, accepted: Collection[str]) -> str:
    say = signs.say
    # Accepted counts for one run: without those before, the next would stop at the first again.
    touched, name = name, " --accept ".join(dict.fromkeys([*accepted, name]))
    if touched == FOREIGN:
        restore = say.say("Restore that installation's ledger, or point kim at a workbook of its own.")
        lost = say.say("If that ledger is lost for good, run “kim run --accept {name}” once.", name=name)
        return f"{restore} {lost}" if signs.ledger.is_fresh else restore
    if touched == _CLOCK:
        last = last_clock(signs.ledger) or signs.now
        example = f"{last.astimezone(signs.now.tzinfo) + timedelta(hours=1):%Y-%m-%dT%H:%M}"
        return say.say("Nothing was changed. A moment given with --at must come after the last run (as --at "
                       "{example}); if it is the machine's clock and right, run “kim run --accept {name}” once.",
                       name=name, example=example)  # fmt: skip
    if touched == MOVED:
        return settle_in(say, name)
    return say.say("Nothing was changed. If that is right, run “kim run --accept {name}” once.", name=name)


def to_remember(snapshot: Snapshot, history: History, now: datetime) -> list[Fact]:
    """What the next run compares with: rows and headings of each table, appointments of others, and the clock."""
    rows = [RowCount(count).under(table) for table, count in _counts(snapshot).items()]
    elsewhere = ToldElsewhere(sum(_told_elsewhere(snapshot, history, now))).under()
    return [*rows, *columns_known(snapshot, history), elsewhere, Clock(now).under()]


def _counts(snapshot: Snapshot) -> Mapping[str, int]:
    """Rows of the shipped tables. Of a team's own table that lost its rows, the rules speak."""
    # Questions come and are tidied away by themselves: fewer of them mean nothing.
    return {table: len(snapshot.table(table)) for table in SHIPPED if table != "decisions"}


def _foreign(signs: Signs) -> str:
    """Another installation writes to the workbook: nothing may leave on its account either."""
    for name, raw in signs.raws.items():
        if raw.ledger not in {"", signs.ledger.id}:
            return signs.say.say("The workbook “{name}” belongs to another installation of kim.", name=name)
    return ""


def _shrunken(signs: Signs) -> str:
    """A table that suddenly lost most of its rows, or all of them."""
    guards, say = signs.site.file.guards, signs.say
    for table, has in _counts(signs.snapshot).items():
        had = (signs.ledger.fact(RowCount, table) or RowCount()).count
        layout = signs.snapshot.layouts.get(table)
        tab = layout.tab if layout else say.say(table)
        # An emptied table stops the run whatever the share says: its rows may just stand in another tab now.
        if had > (0 if table in _NEVER_EMPTY else _FEW) and not has:
            return say.say("The table “{table}” is empty; the last run saw {had} rows.", table=tab, had=had)
        # A share of few rows tells nothing: a table of six may lose half on an ordinary day.
        if had >= guards.shrink_from and has < had * (100 - guards.shrink_percent) / 100:
            return say.say("The table “{table}” has {has} rows; the last run saw {had}.", table=tab, has=has, had=had)
    return ""


def _shuffled(signs: Signs) -> str:
    """The column of case numbers moved against its rows: everybody would hear of the appointment of somebody else."""
    told = _told_elsewhere(signs.snapshot, signs.history, signs.now)
    known = (signs.ledger.fact(ToldElsewhere, ToldElsewhere.key) or ToldElsewhere()).count
    layout, moved = signs.snapshot.layouts.get("appointments"), sum(told)
    # Only what moved since the last run: single ones that were told and not undone stay where they are.
    if layout is None or moved - known <= max(_FEW, len(told) / 2):
        return ""
    return signs.say.say("In the tab “{tab}” {n} of {all} appointments that people were told of now belong to other"
                         " cases.", tab=layout.tab, n=moved, all=len(told))  # fmt: skip


def _told_elsewhere(snapshot: Snapshot, history: History, now: datetime) -> list[bool]:
    """Of each appointment to come that somebody was told of, whether its row names none of them."""
    coming = (one for one in snapshot.appointments if one.number and one.date and one.date >= now.date())
    told = ((one.case, last_told(history.told.get(one.number or "", ()))) for one in coming)
    return [case not in people for case, people in told if people and case]


def _vanished(signs: Signs) -> str:
    """A heading that kim relied on is gone, while its table is still there."""
    for gone, table, tab in (*_gone(signs), *_unreadable(signs)):
        return signs.say.say("The column “{column}” is no longer in the tab “{tab}”.", column=gone, tab=tab or table)
    return ""


def _gone(signs: Signs) -> Iterator[tuple[str, str, str]]:
    """Headings that are gone. One that stands there still, and that the config now reads as something else (a pack was
    switched on or off), is not."""
    known = known_headings(signs.ledger, signs.snapshot.schema)
    for table, layout in signs.snapshot.layouts.items():
        for part in layout.parts:
            before = headings_before(table, part.tab, known, first=part is layout)
            lost = {name: heading for name, heading in before.items() if name not in part.columns}
            there = _written(signs, part) if lost else frozenset()
            yield from (
                (heading or name, table, part.tab)
                for name, heading in lost.items()
                if not heading or fold(heading) not in there
            )


def _unreadable(signs: Signs) -> Iterator[tuple[str, str, str]]:
    """Headings that are gone without which nothing of their table can be read: then it has no layout at all."""
    for problem in signs.snapshot.problems:
        # Without these headings the table has no layout, and `_gone` would not see it at all.
        if problem.code in {"missing_heading", "renamed_heading"} and problem.table not in signs.snapshot.layouts:
            known = (signs.ledger.fact(Headings, problem.table) or Headings()).texts()
            # Only headings that were there once: a table that never had them is not one that lost them.
            if problem.field in known:
                yield known[problem.field] or problem.column, problem.table, problem.tab


def _written(signs: Signs, layout: TableLayout) -> frozenset[str]:
    """What stands in the row of a table's headings."""
    raw = signs.raws.get(layout.workbook)
    rows = next((tab.rows for tab in raw.tabs if tab.name == layout.tab), ()) if raw else ()
    row = rows[layout.header_row - 1] if 0 < layout.header_row <= len(rows) else ()
    return frozenset(fold(cell) for cell in row if isinstance(cell, str))


def _clock(signs: Signs) -> str:
    return clock_trouble(last_clock(signs.ledger), signs.now, signs.say)


def _old_ledger(signs: Signs) -> str:
    """A tab of ours was written later than any run that the ledger knows: it was put back to an earlier
    state (a copied disk, a virtual machine), and would send again what left since. One that was restored
    with `kim ledger restore` says so itself."""
    newest = signs.ledger.last_through()
    if signs.ledger.is_fresh:
        return ""  # a fresh ledger: whose workbook it is was asked before
    restored = signs.ledger.fact(Restored)
    if restored and (newest is None or (restored.at and restored.at > newest)):
        return ""
    for name, raw in signs.raws.items():
        for tab, stand in _stands(raw):
            # What a tab says of itself cannot be newer than the run that wrote it, unless the ledger forgot that run.
            written = datetime.fromisoformat(stand)
            # A second of grace, since a tab's mark and the run's entry are not rounded alike.
            if raw.ledger == signs.ledger.id and (newest is None or written > newest + timedelta(seconds=1)):
                return signs.say.say(
                    "The ledger is older than the workbook “{name}”: kim wrote the tab “{tab}” on"
                    " {written:%d.%m.%Y %H:%M}, and the ledger knows nothing of that.",
                    name=name, tab=tab, written=written.astimezone(signs.now.tzinfo),
                )  # fmt: skip
    return ""


def _old_workbook(signs: Signs) -> str:
    """An old copy was put back, and people did not say yet that it is to be worked with. One that is one run old
    and lacks no row of staff is none: it was saved by a program that had it open."""
    restored = (copy for copy in signs.copies if copy.kind == "restored" and not is_answered(copy, signs.snapshot))
    return next((sentence(copy, signs.now, signs.say) for copy in restored), "")


def _stands(raw: RawWorkbook) -> Iterator[tuple[str, str]]:
    for tab in raw.tabs:
        if tab.mark and tab.mark.stand:
            yield tab.name, tab.mark.stand


def _disk(signs: Signs) -> str:
    for folder in _folders(signs.site):
        # Before anything is written: a ledger that runs out of room between "sending" and "sent" leaves doubts.
        free = shutil.disk_usage(folder).free
        if free < _SPARE:
            return signs.say.say("The disk of “{folder}” is nearly full ({free} MB left).", folder=folder,
                                 free=free // 1024 // 1024)  # fmt: skip
    return ""


def _folders(site: Site) -> Iterator[Path]:
    """Where kim writes: its state, and beside the workbooks."""
    # A new site has no state/ yet; its folder lies on the same disk.
    yield site.state if site.state.exists() else site.folder
    for book in site.file.workbooks.values():
        folder = true_path(site.folder / book.path).parent
        if book.path and folder.is_dir():
            yield folder


_CHECKS: Mapping[str, Callable[[Signs], str]] = MappingProxyType({
    # In this order, as the first sentence is told alone: whose workbook it is comes before what stands in it.
    MOVED: lambda signs: place_trouble(signs.site, signs.ledger),
    FOREIGN: _foreign,
    LEDGER: _old_ledger,
    OLD_COPY: _old_workbook,
    "heading": _vanished,  # a table whose heading is gone may look empty: the heading is what to mend
    "shrink": _shrunken,
    "cases": _shuffled,
    _CLOCK: _clock,
    "disk": _disk,
})  # fmt: skip

NAMES = tuple(_CHECKS)  # what can be accepted
