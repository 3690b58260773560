"""What every kind of workbook can do, and the terms that they share.

*revision*: a fingerprint of the whole workbook as read. *base*: the revision and layouts that a plan
was made from. *token*: the id under which the ledger announced a write. *mark*: what a workbook
remembers of a tab that kim made. *holder*: the person or program that has the workbook open."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Protocol, TypeAlias, runtime_checkable

from msgspec import Struct, field

from automations.common.errors import ExplainedError

if TYPE_CHECKING:  # who only asks for a holder needs no plans and tabs
    from automations.model.layout import Base
    from automations.model.plan import EditGroup
    from automations.model.tabdoc import TabDoc, TabMark
    from automations.model.values import Value
    from automations.model.writes import PendingWrite, WriteResult


SPILLED = "(array)"  # stands for the formula of a cell that only shows a part of the result of a formula elsewhere


class WorkbookError(ExplainedError):
    """A workbook that cannot be read or written."""

    def __init__(
        self,
        message: str,
        advice: str = "",
        *,
        code: str = "workbook",
        busy: bool = False,
        values: Mapping[str, object] | None = None,
    ) -> None:
        super().__init__(message, advice, values=values)
        self.code, self.busy = code, busy


class RawTab(Struct, frozen=True, dict=True):
    """A tab as read. `rows[r - 1][c - 1]` is the value in row r, column c (short rows end early); `formulas` maps (row,
    column) to formula text, `errors` to the error's name ("#N/A"). `merged` are ranges (first row, first column, last
    row, last column). `mark` is set on tabs of ours. `id` stays when the tab is renamed."""

    name: str
    id: str
    rows: Sequence[Sequence[Value]]
    formulas: Mapping[tuple[int, int], str] = field(default_factory=dict)
    errors: Mapping[tuple[int, int], str] = field(default_factory=dict)
    merged: tuple[tuple[int, int, int, int], ...] = ()
    hidden: bool = False
    mark: TabMark | None = None

    @cached_property
    def found(self) -> list[object]:
        """What was looked for in it already, by whoever looks (see `positions.find_table`): a write asks the same of
        thousands of rows several times."""
        return []


class RawWorkbook(Struct, frozen=True):
    """A workbook as read. `ledger` is the id of the ledger that writes to it ("" before adoption);
    with `date1904` bare numbers that stand for dates count from 1904 (old Excel on the Mac)."""

    name: str
    revision: str
    tabs: tuple[RawTab, ...]
    ledger: str = ""
    date1904: bool = False


class Announce(Protocol):
    """Called right before the replacing with (revision before, revision after), so that the ledger
    can commit it first."""

    def __call__(self, before: str, after: str) -> None:
        """Commit the announcement; an exception stops the write before anything is replaced."""


class Workbook(Protocol):
    """A workbook that can be read and changed. All methods raise WorkbookError for a broken world."""

    name: str

    def revision(self) -> str:
        """The revision that `read` would give now, at the least cost: nothing is understood of what stands there."""

    def read(self) -> RawWorkbook:
        """All tabs with values, formulas, errors."""

    def write(
        self,
        groups: Sequence[EditGroup],
        tabs: Sequence[TabDoc],
        base: Base,
        token: str,
        ledger: str,
        announce: Announce,
    ) -> WriteResult:
        """All groups that still hold and all tabs, in one replacement, or nothing. Marks the workbook
        with the ledger's id; refuses (WorkbookError code "foreign_ledger") another ledger's. Values
        in groups are cell values, not canonical ones. If the workbook is no longer `base.revision`,
        groups are still found by key and checked by their guards in what stands there now."""

    def rehearse(self, groups: Sequence[EditGroup], tabs: Sequence[TabDoc], base: Base, ledger: str) -> WriteResult:
        """What `write` would come to now, as far as that is known without writing; nothing is replaced. Groups
        that it says nothing of are left to the write."""

    def settle(self, pending: PendingWrite) -> WriteResult:
        """What became of a write after a crash: status "written", "unchanged", or group by group."""

    def holder(self) -> str:
        """Who has the workbook open, in words; "" for nobody that we can see."""


@runtime_checkable
class Limited(Protocol):
    """A workbook that lies where not all can be promised."""

    def limits(self) -> Sequence[WorkbookError]:
        """What a team should know of the place before it matters, one sentence each. Raises WorkbookError where
        it is out of reach."""


Column: TypeAlias = tuple[str, str]  # a column by its table and field


@runtime_checkable
class Offering(Protocol):
    """A workbook whose cells may have drop-downs."""

    def unoffered(self, base: Base, words: Mapping[Column, Sequence[str]]) -> Sequence[tuple[Column, WorkbookError]]:
        """The `words` that a drop-down over their column does not offer, a sentence each. Raises WorkbookError where
        the workbook cannot be read."""
