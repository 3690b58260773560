"""The contract of writes that fail can fail: an engine that is broken on purpose is found out, fault by fault."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from automations.engine import runner
from automations.ledger import facts, recording, writes
from automations.ledger.book import Ledger
from automations.model.fact_kinds.questions import Question
from automations.workbooks.protocol import RawWorkbook
from tests.support.fault_contract import ARRIVED, NOT_ARRIVED, FaultContract
from tests.support.memory_workbook import MemoryWorkbook


class Contract(FaultContract):
    """What each backend's tests inherit, over a workbook in memory."""

    __test__ = False

    def make(self, tabs: Any) -> MemoryWorkbook:
        return MemoryWorkbook("team", tabs)


@pytest.fixture
def believes_its_plan(monkeypatch: pytest.MonkeyPatch) -> None:
    """An engine that takes what it planned for what stands there."""
    record = Ledger.record

    def eager(self: Ledger, run: str, now: Any, groups: Any, *more: Any, **named: Any) -> None:
        record(self, run, now, groups, *more, **named)
        self.remember([one for group in groups for one in group.facts], now)

    monkeypatch.setattr(Ledger, "record", eager)


@pytest.fixture
def never_hears(monkeypatch: pytest.MonkeyPatch) -> None:
    """An engine that never learns that a question arrived: neither by asking afterwards, nor by finding it standing
    there, nor by writing it once more (each alone makes good for the others)."""
    keep = facts.keep_facts

    def deaf(connection: Any, wanted: Any, now: Any) -> Any:
        return keep(connection, [fact for fact in wanted if fact.kind != Question.kind], now)

    def forgetful(*_: Any) -> dict[str, Any]:
        return {}

    for room in (facts, recording, writes):
        monkeypatch.setattr(room, "keep_facts", deaf)
    monkeypatch.setattr(runner, "settle_open_writes", forgetful)


@pytest.mark.usefixtures("believes_its_plan")
@pytest.mark.sliced(4)
@pytest.mark.parametrize("fault", NOT_ARRIVED)
@pytest.mark.parametrize(
    "promise",
    [
        Contract.test_a_write_that_did_not_arrive_leaves_the_plan_as_it_was,
        Contract.test_asked_is_what_stands_in_the_tab,
    ],
)
def test_who_believes_the_plan_is_found_out(promise: Callable[[Contract, str], None], fault: str) -> None:
    with pytest.raises(AssertionError):
        promise(Contract(), fault)


@pytest.mark.usefixtures("never_hears")
@pytest.mark.parametrize("fault", ARRIVED)
def test_who_never_hears_is_found_out(fault: str) -> None:
    with pytest.raises(AssertionError):
        Contract().test_asked_is_what_stands_in_the_tab(fault)


class OldPicture(MemoryWorkbook):
    """A workbook that goes on showing what stood there first."""

    first: RawWorkbook | None = None

    def read(self) -> RawWorkbook:
        self.first = self.first or super().read()
        return self.first


class Outdated(Contract):
    """The contract, over such a workbook."""

    def make(self, tabs: Any) -> MemoryWorkbook:
        return OldPicture("team", tabs)


@pytest.mark.parametrize("fault", ARRIVED)
def test_who_is_shown_an_old_picture_is_found_out(fault: str) -> None:
    with pytest.raises(AssertionError):
        Outdated().test_a_write_that_arrived_is_not_planned_again(fault)
