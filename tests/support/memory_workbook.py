"""A workbook in memory: the same contract as the others, for scenarios and for tests of faults."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence

from msgspec import Struct, field, structs

from automations.model.layout import Base
from automations.model.plan import EditGroup
from automations.model.tabdoc import Chart, Grid, TabDoc, TabMark
from automations.model.values import Value, to_plain
from automations.model.writes import PendingWrite, WriteResult
from automations.workbooks.outcomes import check_ledger, free_name, settled
from automations.workbooks.positions import Decision, decide, find_parts
from automations.workbooks.protocol import Announce, RawTab, RawWorkbook


class MemoryTab(Struct):
    """A tab that people (tests) may change at any time; rows and columns count from 1 in the maps."""

    name: str
    id: str
    rows: list[list[Value]]
    formulas: dict[tuple[int, int], str] = field(default_factory=dict)
    errors: dict[tuple[int, int], str] = field(default_factory=dict)
    merged: tuple[tuple[int, int, int, int], ...] = ()
    mark: TabMark | None = None

    def set(self, row: int, column: int, value: Value) -> None:
        """Type a value into a cell."""
        while len(self.rows) < row:
            self.rows.append([])
        cells = self.rows[row - 1]
        cells.extend([None] * (column - len(cells)))
        cells[column - 1] = value


def _nothing(_: MemoryWorkbook) -> None:
    """Nobody does anything meanwhile."""


class MemoryWorkbook:
    """A workbook of lists. `tabs` are rows by tab name.

    Faults to order: `busy` is who has it open; `meanwhile` is called between the reading of a write
    and its replacement (a colleague saves); `lost` makes the next write arrive, but answer "unclear".
    """

    def __init__(
        self,
        name: str,
        tabs: Mapping[str, Sequence[Sequence[Value]]] | None = None,
        *,
        busy: str = "",
        meanwhile: Callable[[MemoryWorkbook], None] = _nothing,
    ) -> None:
        self.name = name
        self.tabs = [
            MemoryTab(title, str(number), [list(row) for row in rows])
            for number, (title, rows) in enumerate((tabs or {}).items(), start=1)
        ]
        self.ledger = ""
        self.busy, self.meanwhile, self.lost = busy, meanwhile, False

    def tab(self, name: str) -> MemoryTab:
        """The tab of that name; raises KeyError."""
        for tab in self.tabs:
            if tab.name == name:
                return tab
        raise KeyError(name)

    def add(self, name: str) -> MemoryTab:
        """A new tab at the end."""
        tab = MemoryTab(name, str(max((int(tab.id) for tab in self.tabs), default=0) + 1), [])
        self.tabs.append(tab)
        return tab

    def read(self) -> RawWorkbook:
        """All tabs as they stand now."""
        tabs = tuple(
            RawTab(
                tab.name,
                tab.id,
                tuple(tuple(row) for row in tab.rows),
                dict(tab.formulas),
                dict(tab.errors),
                tab.merged,
                mark=tab.mark and structs.replace(tab.mark, name=tab.name),
            )
            for tab in self.tabs
        )
        return RawWorkbook(self.name, self.revision(), tabs, self.ledger)

    def write(
        self,
        groups: Sequence[EditGroup],
        tabs: Sequence[TabDoc],
        base: Base,
        token: str,
        ledger: str,
        announce: Announce,
    ) -> WriteResult:
        """See `protocol.Workbook.write`; `token` is not needed here."""
        del token
        if self.busy:
            return WriteResult("busy", holder=self.busy, revision=self.revision())
        before = self.read()
        check_ledger(before, ledger)
        decisions = decide(before, groups, base)
        results = {decision.group.id: decision.result for decision in decisions}
        reasons = {d.group.id: d.reason.format_map(d.values) for d in decisions if d.reason}
        after = self._changed(decisions, base, tabs, ledger)
        if after.revision() == before.revision:
            return WriteResult("unchanged", results, before.revision, refused=reasons)
        announce(before.revision, after.revision())
        self.meanwhile(self)
        if self.revision() != before.revision:
            return WriteResult("conflict", revision=self.revision())
        # In one step, as a file is replaced.
        self.tabs, self.ledger = after.tabs, after.ledger
        if self.lost:
            self.lost = False
            return WriteResult("unclear", revision="")
        return WriteResult("written", results, self.revision(), tabs=tuple(doc.id for doc in tabs), refused=reasons)

    def rehearse(self, groups: Sequence[EditGroup], tabs: Sequence[TabDoc], base: Base, ledger: str) -> WriteResult:
        """What a write would come to."""
        before = self.read()
        check_ledger(before, ledger)
        decisions = decide(before, groups, base)
        reasons = {d.group.id: d.reason.format_map(d.values) for d in decisions if d.reason}
        ids = tuple(doc.id for doc in tabs)
        return WriteResult("unchanged", {d.group.id: d.result for d in decisions}, tabs=ids, refused=reasons)

    def settle(self, pending: PendingWrite) -> WriteResult:
        """What became of an announced write."""
        return settled(self.read(), pending)

    def holder(self) -> str:
        """Who has it open (ordered by a test)."""
        return self.busy

    def _changed(
        self, decisions: Sequence[Decision], base: Base, docs: Sequence[TabDoc], ledger: str
    ) -> MemoryWorkbook:
        copy = MemoryWorkbook(self.name)
        copy.ledger = self.ledger
        copy.tabs = [structs.replace(tab, rows=[list(row) for row in tab.rows]) for tab in self.tabs]
        for decision in decisions:
            for (row, column), value in decision.cells.items():
                copy.tab(decision.tab).set(row, column, value)
            if decision.append is not None:
                parts = find_parts(copy.read(), base.layouts[decision.group.row.table], drafts=False)
                table = next((part for part in parts if part.tab.name == decision.tab), None)
                row = table.last_row() + 1 if table else 1
                for column, value in decision.append.items():
                    copy.tab(decision.tab).set(row, column, value)
        for doc in docs:
            copy.put(doc)
        # The ledger marks a workbook with its first write, and never for nothing.
        if copy.revision() != self.revision():
            copy.ledger = ledger
        return copy

    def put(self, doc: TabDoc) -> None:
        """A tab of ours made or rewritten; a user's tab of its title is left alone."""
        mark = TabMark(doc.id, "", doc.fingerprint(), doc.stand.isoformat() if doc.stand else "")
        ours = next((tab for tab in self.tabs if tab.mark and tab.mark.id == doc.id), None)
        if ours is None:
            ours = self.add(free_name(doc.title, [tab.name for tab in self.tabs]))
        ours.rows, ours.mark = plain_rows(doc), mark

    def revision(self) -> str:
        """A digest of all that the workbook holds."""
        tabs: list[list[object]] = [
            [tab.name, tab.rows, sorted(f"{place}{text}" for place, text in tab.formulas.items()), tab.mark]
            for tab in self.tabs
        ]
        return hashlib.sha256(json.dumps([to_plain(tabs), self.ledger]).encode()).hexdigest()


def plain_rows(doc: TabDoc) -> list[list[Value]]:
    """What a tab says, without any looks."""
    rows: list[list[Value]] = []
    for block in doc.blocks:
        if isinstance(block, Grid):
            rows += [[block.title]] if block.title else []
            rows += [[column.title for column in block.columns]] if block.header else []
            rows += [[cell.value for cell in line] for line in block.rows] or [[block.empty]]
        elif not isinstance(block, Chart):
            rows.append([block.text])
    return rows
