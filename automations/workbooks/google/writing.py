"""One write: lock and look in one call, change and unlock in a second, and believe only the answers."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from automations.layout import Base
from automations.plan import EditGroup
from automations.tabdoc import TabDoc
from automations.texts import texts
from automations.workbooks.cellrefs import cell_name
from automations.workbooks.google.account import Account, Acquired, Elsewhere
from automations.workbooks.google.changes import Batch, batch_of, cell_requests
from automations.workbooks.google.client import Rejected, UnansweredError
from automations.workbooks.google.locking import Held, Lock
from automations.workbooks.google.reading import State
from automations.workbooks.google.verifying import Slip, slips, undone
from automations.workbooks.locating import decide
from automations.workbooks.outcomes import check_ledger, settled
from automations.workbooks.protocol import (
    Announce,
    GroupResult,
    PendingWrite,
    WorkbookError,
    WriteResult,
    WriteStatus,
)
from automations.workbooks.wanted import Wanted, newer

ATTEMPTS = 4
"""How often a write starts anew because the spreadsheet is no longer as it was."""


@dataclass(slots=True)
class Order:
    """What is to be written. `refused` are reasons by group: these groups are left out."""

    groups: Sequence[EditGroup]
    tabs: Sequence[TabDoc]
    base: Base
    token: str
    ledger: str
    announce: Announce
    refused: dict[str, str] = field(default_factory=dict)


class Writer:
    """Writes to one spreadsheet; answers in `language`. `state` is the spreadsheet as last seen."""

    def __init__(self, account: Account, language: str) -> None:
        self._account, self._language = account, language
        self.state: State | None = None

    def write(self, order: Order, state: State) -> WriteResult:
        """See `protocol.Workbook.write`; `state` is the spreadsheet as it was read."""
        self.state = state
        check_ledger(state.raw, order.ledger)
        for number in range(ATTEMPTS):
            if number:
                self.state = self._account.read()
            wanted = self._wanted(order, self.state)
            if not wanted.changes_anything():
                return self._result("unchanged", order, wanted, self.state)
            try:
                acquired = self._account.acquire(_areas(wanted, self.state), order.token)
            except Elsewhere:
                continue
            if isinstance(acquired, Held):
                return WriteResult("busy", holder=texts(self._language).say("kim on {host}", host=acquired.who))
            result = self._under(acquired, order)
            if result is not None:
                return result
        return WriteResult("conflict", revision=self.state.raw.revision, refused=order.refused)

    def _wanted(self, order: Order, state: State) -> Wanted:
        groups = [group for group in order.groups if group.id not in order.refused]
        decisions = decide(state.raw, groups, order.base)
        return Wanted(state.raw, order.base, decisions, newer(order.tabs, state.raw), order.ledger, self._language)

    def _under(self, acquired: Acquired, order: Order) -> WriteResult | None:
        """The write under its lock, which goes whatever happens; None to start anew."""
        lock, self.state = acquired.lock, acquired.state
        released = False
        try:
            check_ledger(self.state.raw, order.ledger)
            wanted = self._wanted(order, self.state)
            if not wanted.changes_anything():
                return self._result("unchanged", order, wanted, self.state)
            batch = batch_of(wanted, self.state)
            order.announce(self.state.raw.revision, batch.after)
            after = self._account.change([*batch.requests, *_release(lock)], repeatable=lock is not None)
            released = True
        except Rejected as refused:
            released = lock is not None and _lock_gone(refused)
            return self._after_refusal(refused, batch, order, wanted)
        except UnansweredError as error:
            if not error.perhaps:
                raise
            return self._settled(order, wanted, batch)
        finally:
            if lock and not released:
                self._account.give_back(lock.ids)
        self.state = after
        return self._verified(order, wanted, batch)

    def _after_refusal(self, refused: Rejected, batch: Batch, order: Order, wanted: Wanted) -> WriteResult | None:
        """A refused batch changed nothing, unless an earlier try of it had already arrived."""
        if refused.repeated:
            return self._settled(order, wanted, batch)
        if _lock_gone(refused):
            return None
        place = refused.request
        owner = batch.owners[place[0]] if place and place[0] < len(batch.owners) else ""
        if owner:
            order.refused[owner] = texts(self._language).say("Google refused it: {reason}", reason=refused.message)
            return None
        if "already exists" in refused.message or "No grid" in refused.message or "No sheet" in refused.message:
            return None
        raise self._account.client.told(refused, writing=True)

    def _settled(self, order: Order, wanted: Wanted, batch: Batch) -> WriteResult | None:
        """What became of a write whose answer was lost, told by reading."""
        before = wanted.before.revision
        groups = tuple(decision.group for decision in wanted.live())
        try:
            self.state = self._account.read()
        except WorkbookError:
            return WriteResult("unclear", refused=order.refused)
        self._account.sweep(self.state, order.token)
        found = settled(self.state.raw, PendingWrite(order.token, before, batch.after, groups, order.base))
        if found.status == "unchanged":
            return None
        decided: dict[str, GroupResult] = {decision.group.id: decision.result for decision in wanted.decisions}
        tabs = _standing(wanted.docs, self.state)
        return dataclasses.replace(found, groups={**decided, **found.groups}, tabs=tabs, refused=order.refused)

    def _verified(self, order: Order, wanted: Wanted, batch: Batch) -> WriteResult:
        """The result, once the answer shows that each cell is in its row; else what is wrong is put right."""
        assert self.state is not None  # noqa: S101 - for mypy: `_under` has just set it
        lost = list(slips(wanted, batch, self.state))
        if lost:
            repaired = self._take_back(lost, order)
            say = texts(self._language).say
            for slip in lost:
                tab = next((tab.name for tab in self.state.raw.tabs if tab.id == slip.tab), "?")
                order.refused[slip.group] = (
                    say("The row moved while kim wrote; nothing was changed in it.")
                    if slip.group in repaired
                    else say(
                        "The row moved while kim wrote: please look at {cell} in the tab “{tab}”.",
                        cell=cell_name(*next(iter(slip.written))),
                        tab=tab,
                    )
                )
        result = self._result("written", order, wanted, self.state)
        states: dict[str, GroupResult] = {slip.group: "changed" for slip in lost}
        return dataclasses.replace(result, groups={**result.groups, **states})

    def _take_back(self, lost: Iterable[Slip], order: Order) -> set[str]:
        """Put back what stood in cells that were written by mistake; the groups where that was done."""
        state = self.state
        assert state is not None  # noqa: S101 - as above
        areas = [_area(grid.id, grid.rows, grid.columns) for grid in state.grids.values()
                 if str(grid.id) in {slip.tab for slip in lost}]  # fmt: skip
        try:
            acquired = self._account.acquire(areas, order.token)
            if isinstance(acquired, Held):
                return set()
            done: set[str] = set()
            requests = []
            for slip in lost:
                if cells := undone(slip, acquired.state):
                    grid = next(grid for grid in acquired.state.grids.values() if str(grid.id) == slip.tab)
                    requests += list(cell_requests(grid.id, cells, grid.types))
                    done.add(slip.group)
            self.state = self._account.change([*requests, *_release(acquired.lock)], repeatable=False)
        except (Rejected, WorkbookError, Elsewhere):
            return set()
        return done

    def _result(self, status: WriteStatus, order: Order, wanted: Wanted, state: State) -> WriteResult:
        say = texts(self._language).say
        reasons = {d.group.id: say(d.reason, **d.values) for d in wanted.decisions if d.reason} | order.refused
        groups: dict[str, GroupResult] = {d.group.id: d.result for d in wanted.decisions}
        groups |= dict.fromkeys(order.refused, "refused")
        tabs = tuple(doc.id for doc in wanted.docs) if status == "written" else ()
        return WriteResult(status, groups, state.raw.revision, tabs=tabs, refused=reasons)


def _areas(wanted: Wanted, state: State) -> list[Mapping[str, int]]:
    """What a lock covers: the tabs of tables that are edited, else one cell at the end of the first tab."""
    names = dict.fromkeys(decision.tab for decision in wanted.live())
    grids = [state.grids[name] for name in names]
    if grids:
        return [_area(grid.id, grid.rows, grid.columns) for grid in grids]
    first = next(grid for grid in state.grids.values() if grid.rows and grid.columns)
    return [_area(first.id, first.rows, first.columns, first_row=first.rows - 1, first_column=first.columns - 1)]


def _area(sheet: int, rows: int, columns: int, *, first_row: int = 0, first_column: int = 0) -> Mapping[str, int]:
    return {
        "sheetId": sheet,
        "startRowIndex": first_row,
        "endRowIndex": rows,
        "startColumnIndex": first_column,
        "endColumnIndex": columns,
    }


def _release(lock: Lock | None) -> list[dict[str, object]]:
    return lock.release() if lock else []


def _lock_gone(refused: Rejected) -> bool:
    return refused.request is not None and refused.request[1] == "deleteProtectedRange"


def _standing(docs: Iterable[TabDoc], state: State) -> tuple[str, ...]:
    marks = {(tab.mark.id, tab.mark.fingerprint) for tab in state.raw.tabs if tab.mark}
    return tuple(doc.id for doc in docs if (doc.id, doc.fingerprint()) in marks)
