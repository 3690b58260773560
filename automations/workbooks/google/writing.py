"""One write: lock and look in one call, change and unlock in a second, and believe only the answers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from msgspec import Struct, field, structs

from automations.common.texts import texts
from automations.model.layout import Base
from automations.model.plan import EditGroup
from automations.model.tabdoc import TabDoc
from automations.model.writes import GroupResult, PendingWrite, WriteResult, WriteStatus
from automations.workbooks.cellrefs import cell_name
from automations.workbooks.google.account import Account, Acquired, Elsewhere, names_no_range
from automations.workbooks.google.changes import NOTHING, Batch, batch_of
from automations.workbooks.google.client import Rejected, UnansweredError
from automations.workbooks.google.excerpts import Excerpt, after_write, expected, under_lock
from automations.workbooks.google.locking import Held
from automations.workbooks.google.protections import leave_out
from automations.workbooks.google.reading import State
from automations.workbooks.google.restoring import take_back
from automations.workbooks.google.verifying import Slip, slips, stands
from automations.workbooks.outcomes import check_ledger, settled
from automations.workbooks.positions import decide
from automations.workbooks.protocol import Announce, WorkbookError
from automations.workbooks.wanted_changes import Wanted, newer

ATTEMPTS = 4  # how often a write starts anew because the spreadsheet is no longer as it was
REFUSALS = 8  # how often it starts anew without what Google refused; what is protected is known before and costs none


class Order(Struct):
    """What is to be written. `given_up` are groups that are left out from here on, `no_tabs` tabs of ours;
    `reasons` say why."""

    groups: Sequence[EditGroup]
    tabs: Sequence[TabDoc]
    base: Base
    token: str
    ledger: str
    announce: Announce
    given_up: dict[str, GroupResult] = field(default_factory=dict)
    no_tabs: set[str] = field(default_factory=set)
    reasons: dict[str, str] = field(default_factory=dict)
    stale: bool = False

    def give_up(self, group: str, result: GroupResult, reason: str) -> None:
        """Leave a group out; all reasons are kept."""
        self.given_up[group] = result
        self.reasons[group] = " ".join(filter(None, (self.reasons.get(group), reason)))


class Writer:
    """Writes to one spreadsheet; answers in `language`. `state` is the spreadsheet as last seen."""

    def __init__(self, account: Account, language: str) -> None:
        self._account, self._language = account, language
        self.state: State | None = None

    def write(self, order: Order, state: State) -> WriteResult:
        """See `protocol.Workbook.write`; `state` is the spreadsheet as it was read."""
        self.state = state
        # Before anything is locked: a sheet of another installation is not touched, not even for a moment.
        check_ledger(state.raw, order.ledger)
        missed = refused = 0
        while missed < ATTEMPTS and refused < REFUSALS:
            if missed or refused:
                self.state = self._account.read()
            given_up = len(order.reasons)
            wanted = self._wanted(order, self.state)
            if not wanted.changes_anything():
                return self._result("unchanged", order, wanted, self.state)
            try:
                excerpt = under_lock(self.state, [d.group for d in wanted.decisions], wanted.docs, order.base)
                acquired = self._account.acquire(_areas(wanted, self.state), order.token, excerpt)
            except Elsewhere:
                missed += 1
                continue
            if isinstance(acquired, Held):
                return WriteResult("busy", holder=texts(self._language).say("kim on {host}", host=acquired.who))
            result = self._under(acquired, order)
            if result is not None:
                return result
            # A try that gave something up came further; only those that learnt nothing count as missed.
            refused, missed = (refused + 1, missed) if len(order.reasons) > given_up else (refused, missed + 1)
        return WriteResult("conflict", revision=self.state.raw.revision, refused=order.reasons)

    def _wanted(self, order: Order, state: State) -> Wanted:
        groups = [group for group in order.groups if group.id not in order.given_up]
        docs = newer([doc for doc in order.tabs if doc.id not in order.no_tabs], state.raw)
        return wish(state, groups, docs, order.base, order.ledger, self._language, self._account.client.account)

    def _under(self, acquired: Acquired, order: Order) -> WriteResult | None:
        """The write under its lock, which goes whatever happens; None to start anew."""
        lock, self.state = acquired.lock, acquired.state
        released = False
        try:
            # Again, by the lock's own answer: what was read before it may be another sheet by now.
            check_ledger(self.state.raw, order.ledger)
            wanted = self._wanted(order, self.state)
            if not wanted.changes_anything():
                return self._result("unchanged", order, wanted, self.state)
            batch = batch_of(wanted, self.state)
            # Announced with what the lock's answer says: the revision that was read first may be gone.
            order.announce(self.state.raw.revision, batch.after)
            requests = [*batch.requests, *(lock.release() if lock else [])]
            # Where nothing keeps people away, all is looked at.
            excerpt = _written(batch, wanted, self.state) if lock else None
            after = self._account.change(requests, repeatable=lock is not None, excerpt=excerpt)
            released = True
        except Rejected as refused:
            released = lock is not None and _lock_gone(refused)
            return self._after_refusal(refused, batch, order, wanted, locked=lock is not None)
        except UnansweredError as error:
            # Nothing arrived for certain: the error itself tells all that there is to tell.
            if not error.perhaps:
                raise
            return self._settled(order, wanted, batch, locked=lock is not None)
        finally:
            if lock and not released:
                self._account.give_back(lock.ids)
        self.state = after
        self._put_right(order, list(slips(wanted, batch, after)))
        return self._result("written", order, wanted, self.state)

    def _after_refusal(
        self, refused: Rejected, batch: Batch, order: Order, wanted: Wanted, *, locked: bool
    ) -> WriteResult | None:
        """A refused batch changed nothing, unless an earlier try of it had already arrived."""
        # The second try of one that had arrived is refused, as its lock is gone: reading tells which of the two it
        # is.
        if refused.repeated or names_no_range(refused):
            return self._settled(order, wanted, batch, locked=locked)
        if _lock_gone(refused):
            return None
        place = refused.request
        # Whose request it was: only that is given up, and the rest is written.
        kind, name = batch.owners[place[0]] if place and place[0] < len(batch.owners) else NOTHING
        # Once: what is refused so a second time is refused for good.
        if _looks_stale(refused) and not order.stale:
            order.stale = True
            return None
        if not kind:
            raise self._account.client.told(refused, writing=True)
        said = texts(self._language).say("Google refused it: {reason}", reason=refused.message)
        if kind == "tab":
            order.no_tabs.add(name)
            order.reasons[name] = said
        for decision in wanted.live():
            appended = kind == "rows" and decision.tab == name and decision.append is not None
            # Rows are appended to a tab in one request: what refuses it refuses all of them.
            if appended or (kind == "group" and decision.group.id == name):
                order.give_up(decision.group.id, "refused", said)
        return None

    def _settled(self, order: Order, wanted: Wanted, batch: Batch, *, locked: bool) -> WriteResult | None:
        """What became of a write whose answer was lost, told by reading."""
        before = wanted.before.revision
        groups = tuple(decision.group for decision in wanted.live())
        try:
            self.state = self._account.read()
        except WorkbookError:
            # The next run settles it by what was announced.
            return WriteResult("unclear", refused=order.reasons)
        # Before it is judged: with its lock the batch could still arrive.
        self._account.sweep(self.state, order.token)
        found = settled(self.state.raw, PendingWrite(order.token, before, batch.after, groups, order.base))
        # Without a lock people could type between; what landed in a wrong row is looked for even here.
        if not locked:
            self._put_right(order, [s for s in slips(wanted, batch, self.state) if stands(s, self.state)])
        if found.status == "unchanged":
            return None
        decided: dict[str, GroupResult] = {decision.group.id: decision.result for decision in wanted.decisions}
        decided |= {**found.groups, **order.given_up}
        told = self._result(found.status, order, wanted, self.state)
        tabs = _standing(wanted.docs, self.state)
        return structs.replace(found, groups=decided, tabs=tabs, refused=told.refused, advice=told.advice)

    def _put_right(self, order: Order, lost: Sequence[Slip]) -> None:
        """Groups that landed in a wrong row: taken back as far as that can be, and told."""
        if not lost or self.state is None:
            return
        repair = take_back(self._account, lost, self.state, order.token)
        self.state = repair.state
        say = texts(self._language).say
        names = {tab.id: tab.name for tab in self.state.raw.tabs}
        left = {slip.group for slip in repair.left}
        for slip in lost:
            if slip.group not in left:
                order.give_up(slip.group, "changed", say("The row moved while kim wrote; nothing was changed in it."))
        for slip in repair.left:
            said = say(
                "A row moved while kim wrote: please look at {cell} in the tab “{tab}”, where “{value}” is not right.",
                cell=cell_name(*next(iter(slip.written))),
                tab=names.get(slip.tab, "?"),
                value=", ".join(str(value) for value in slip.written.values() if value is not None),
            )
            order.give_up(slip.group, "changed", said)

    def _result(self, status: WriteStatus, order: Order, wanted: Wanted, state: State) -> WriteResult:
        result = result_of(status, wanted)
        tabs = tuple(doc.id for doc in wanted.docs) if status == "written" else ()
        groups = {**result.groups, **order.given_up}
        refused = {**result.refused, **order.reasons}
        return structs.replace(result, groups=groups, revision=state.raw.revision, tabs=tabs, refused=refused)


def result_of(status: WriteStatus, wanted: Wanted) -> WriteResult:
    """What was decided of groups and tabs, in words."""
    reasons, advice = wanted.told()
    return WriteResult(status, {d.group.id: d.result for d in wanted.decisions}, refused=reasons, advice=advice)


def _written(batch: Batch, wanted: Wanted, state: State) -> Excerpt:
    """The rows that a batch writes."""
    names = {tab.id: tab.name for tab in batch.tabs}
    rows: dict[str, set[int]] = {}
    for tab, cells in batch.placed.values():
        rows.setdefault(names[tab], set()).update(row for row, _ in cells)
    return after_write(expected(state, batch.tabs, wanted.ledger, batch.after), rows)


def _areas(wanted: Wanted, state: State) -> list[Mapping[str, int]]:
    """What a lock covers: the tabs of tables that are edited, else one cell at the end of the first tab."""
    names = dict.fromkeys(decision.tab for decision in wanted.live())
    tabs = [tab for tab in state.raw.tabs if tab.name in names]
    if tabs:
        return [state.to_lock(tab) for tab in tabs]
    # Tabs of ours alone: some cell must carry the lock, and there it is in nobody’s way.
    first = next(grid for grid in state.grids.values() if grid.rows and grid.columns)
    return [first.area(first_row=first.rows - 1, first_column=first.columns - 1)]


def _looks_stale(refused: Rejected) -> bool:
    """Whether it was refused as something is there by now, or is gone: looked at again once."""
    return any(words in refused.message for words in ("already exists", "No grid", "No sheet"))


def wish(
    state: State, groups: Sequence[EditGroup], docs: list[TabDoc], base: Base, ledger: str, language: str, account: str
) -> Wanted:
    """What is to change in a spreadsheet as it stands, without what is protected from `account`."""
    wanted = Wanted(state.raw, base, decide(state.raw, groups, base), docs, ledger, language)
    leave_out(wanted, state.shut(), account or "kim")
    return wanted


def _lock_gone(refused: Rejected) -> bool:
    return refused.request is not None and refused.request[1] == "deleteProtectedRange"


def _standing(docs: Iterable[TabDoc], state: State) -> tuple[str, ...]:
    marks = {(tab.mark.id, tab.mark.fingerprint) for tab in state.raw.tabs if tab.mark}
    return tuple(doc.id for doc in docs if (doc.id, doc.fingerprint()) in marks)
