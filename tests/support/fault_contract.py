"""Whatever a write meets, the next plan is the same plan: tests that each backend's test module inherits.

A backend's class gives `make(tabs)` as the contract of workbooks wants it. The runs are whole ones, of a small site
whose team works in that backend.
"""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from msgspec import structs

from automations.config.site import Site
from automations.engine.outcomes import Prepared
from automations.engine.parts import World, open_world
from automations.engine.runner import plan, run
from automations.model.decisions import question_number
from automations.model.values import Value
from automations.model.writes import WriteResult
from automations.workbooks.protocol import Workbook, WorkbookError
from tests.support.memory_workbook import MemoryWorkbook
from tests.support.small_site import DAY, case, small_site, tables

NOT_ARRIVED = ("busy", "out of reach", "refused", "killed before", "killed announced", "lost")
ARRIVED = ("unclear", "killed after")
LOG = "log"
"""The tab that is there to tell of the trouble, and differs for it."""


class Killed(BaseException):
    """The program is gone at this point."""


@dataclass
class Faulty:
    """A workbook whose next write fails; everything else is the backend's own."""

    book: Workbook
    fault: str = ""

    def __getattr__(self, name: str) -> Any:
        return getattr(self.book, name)

    def write(self, groups: Any, tabs: Any, base: Any, token: str, ledger: str, announce: Any) -> WriteResult:
        fault, self.fault = self.fault, ""
        if fault in {"busy", "out of reach"}:
            raise WorkbookError("It cannot be written now.", busy=fault == "busy")
        if fault == "refused":
            return WriteResult("conflict", {}, "")

        def fatal(before: str, after: str) -> None:
            if fault != "killed before":
                announce(before, after)
            if fault.startswith("killed") and fault != "killed after":
                raise Killed
            if fault == "lost":
                raise WorkbookError("The line is cut.")

        result = self.book.write(groups, tabs, base, token, ledger, fatal if fault else announce)
        if fault == "killed after":
            raise Killed
        return structs.replace(result, status="unclear") if fault == "unclear" else result


def planned(world: World, at: datetime) -> tuple[list[Any], list[str], list[str]]:
    """What a run would write for the team now: edits with all their cells, mails that wait for an edit, tabs."""
    outlook = plan(world, lambda: at)
    assert isinstance(outlook, Prepared), outlook
    groups = sorted((group.id, group.op, group.row, group.edits) for group in outlook.groups)
    mails = sorted(item.mail.key for item in outlook.mails if item.mail.needs)
    return groups, mails, sorted(doc.id for doc in outlook.tabs if doc.workbook == "team" and doc.id != LOG)


class FaultContract:
    """Inherit beside `WorkbookContract`."""

    def make(self, tabs: Mapping[str, Sequence[Sequence[Value]]]) -> Workbook:
        raise AssertionError("a backend makes its workbook here")

    @contextlib.contextmanager
    def team(self, *, ask_first: bool) -> Iterator[tuple[Site, Faulty, MemoryWorkbook]]:
        """A site whose team has two new cases, in a workbook of this backend."""
        rows = [case(1), case(2), case(None, Nachname="Ohne", Vorname="Nummer")]
        with tempfile.TemporaryDirectory() as folder:
            site = small_site(Path(folder), rows, ask_first=ask_first)
            yield site, Faulty(self.make(tables(rows))), MemoryWorkbook("managers", {"Leer": [["-"]]})

    @contextlib.contextmanager
    def world(self, site: Site, team: Faulty, managers: MemoryWorkbook, at: datetime) -> Iterator[World]:
        with open_world(site, at) as real:
            yield structs.replace(real, workbooks={"team": team, "managers": managers})

    def ended(self, site: Site, team: Faulty, managers: MemoryWorkbook, at: datetime) -> None:
        """A run, or as much of it as there is before it is killed."""
        with self.world(site, team, managers, at) as world, contextlib.suppress(Killed):
            run(world, lambda: at)

    def standing(self, team: Faulty) -> set[Value]:
        """Numbers of the questions that stand in the tab."""
        rows = next(tab.rows for tab in team.read().tabs if tab.name == "Entscheidungen")
        return {row[0] for row in rows[1:] if row and row[0]}

    def asked(self, site: Site, team: Faulty, managers: MemoryWorkbook, at: datetime) -> set[Value]:
        """Numbers of the questions that the ledger holds for asked."""
        with self.world(site, team, managers, at) as world:
            return set(world.ledger.history(live=False).questions.values())

    @pytest.mark.sliced(2)
    @pytest.mark.parametrize("fault", NOT_ARRIVED)
    def test_a_write_that_did_not_arrive_leaves_the_plan_as_it_was(self, fault: str) -> None:
        with self.team(ask_first=False) as (site, team, managers):
            with self.world(site, team, managers, DAY) as world:
                before = planned(world, DAY)
            assert before[0], "there is something to write"
            team.fault = fault
            self.ended(site, team, managers, DAY)
            later = DAY + timedelta(minutes=10)
            self.ended(site, Faulty(Unwritable(team)), managers, later)  # settles what was open; writes nothing
            with self.world(site, team, managers, later) as world:
                after = planned(world, later)
            assert after == before

    @pytest.mark.sliced(1)
    @pytest.mark.parametrize("fault", ARRIVED)
    def test_a_write_that_arrived_is_not_planned_again(self, fault: str) -> None:
        with self.team(ask_first=False) as (site, team, managers):
            team.fault = fault
            self.ended(site, team, managers, DAY)
            for minutes in (10, 20):
                self.ended(site, team, managers, DAY + timedelta(minutes=minutes))
            with self.world(site, team, managers, DAY + timedelta(minutes=30)) as world:
                assert planned(world, DAY + timedelta(minutes=30)) == ([], [], [])

    @pytest.mark.sliced(3)
    @pytest.mark.parametrize("fault", [*NOT_ARRIVED, *ARRIVED])
    def test_asked_is_what_stands_in_the_tab(self, fault: str) -> None:
        with self.team(ask_first=True) as (site, team, managers):
            team.fault = fault
            self.ended(site, team, managers, DAY)
            assert self.asked(site, team, managers, DAY) <= self.standing(team), "nothing is held for asked too early"
            self.ended(site, team, managers, DAY + timedelta(hours=5))
            assert question_number("assign/start") in self.standing(team)
            assert self.asked(site, team, managers, DAY) == self.standing(team)


class Unwritable(Faulty):
    """A workbook that somebody has open: it is read, never written."""

    def __init__(self, book: Workbook) -> None:
        super().__init__(book, "busy")
