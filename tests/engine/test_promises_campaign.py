"""Random runs with one fault each, on workbooks in memory and in files: a promise is kept or it is told, and the
run after the fault brings what was owed."""

from __future__ import annotations

import contextlib
import dataclasses
from datetime import date, time, timedelta
from random import Random

import pytest

from automations.engine.parts import open_world
from automations.engine.runner import run
from automations.model.writes import PendingWrite, WriteResult
from automations.workbooks.memory import MemoryWorkbook
from automations.workbooks.outcomes import settled
from automations.workbooks.protocol import WorkbookError
from tests.support.simulation import FragileLedger, Fuse, PowerCut
from tests.support.small_site import DAY, case, reachable, small_site, tables

FAULTS = ("open", "no room", "held", "changing", "arrived unheard", "never arrived", "one group", "one tab", "kill")


class Faulty:
    """A workbook in which one thing goes wrong at the next write."""

    def __init__(self, real, fault="", chance=None):
        self._real, self.fault, self._chance = real, fault, chance

    def __getattr__(self, name):
        return getattr(self._real, name)

    def write(self, groups, tabs, base, token, ledger, announce):
        fault, self.fault = self.fault, ""
        if fault == "open":
            return WriteResult("busy", holder="Meier")
        if fault == "changing":
            return WriteResult("conflict")
        if fault in {"no room", "held"}:
            raise WorkbookError("It cannot be written.", "Free space.", busy=fault == "held")
        if fault == "never arrived":
            announce(base.revision, "another")
            return WriteResult("unclear")
        gone = self._chance.choice(groups).id if fault == "one group" and groups else ""
        lost = self._chance.choice(tabs).id if fault == "one tab" and tabs else ""
        kept = [group for group in groups if group.id != gone]
        docs = [doc for doc in tabs if doc.id != lost]
        result = self._real.write(kept, docs, base, token, ledger, announce)
        if fault == "arrived unheard":
            return WriteResult("unclear")
        refused = {name: "It is locked." for name in (gone, lost) if name}
        groups_told = {**result.groups, **({gone: "refused"} if gone else {})}
        return dataclasses.replace(result, groups=groups_told, refused={**result.refused, **refused})


def a_team(chance):
    """Some cases, some without number or manager, and their appointments."""
    cases = [
        case(n, **reachable(n), Zuständig=chance.choice([None, None, "AA"]), Phase=chance.choice(["Neu", "Assessment"]))
        for n in range(1, chance.randint(3, 7))
    ]
    cases += [case(None)] * chance.randint(0, 1)
    visits = [
        {"Fall-Nr.": f"K-{n}", "Datum": date(2024, 11, 4) + timedelta(days=chance.randint(0, 4)), "Uhrzeit": time(10),
         "Ort": "Büro Nord", "Status": "geplant", "Beratung durch": "AA"}
        for n in range(1, chance.randint(2, 4))
    ]  # fmt: skip
    return cases, visits


def standing(books, result):
    """Which promises hold in the workbooks as they are read now: (kind, id)."""
    prepared, found = result.prepared, set()
    for name, base in prepared.bases.items():
        raw = books[name].read()
        groups = [group for group in result.applied.groups if group.row.workbook == name]
        given = {group.row: str(edit.new) for group in groups for edit in group.edits if edit.field == "number"}
        rows = {group.id: dataclasses.replace(group.row, key=given.get(group.row, group.row.key)) for group in groups}
        named = tuple(dataclasses.replace(group, row=rows[group.id]) for group in groups)
        looked = settled(raw, PendingWrite("", "another", "", tuple(groups), base))
        numbered = settled(raw, PendingWrite("", "another", "", named, base))
        for states in (looked.groups, numbered.groups):
            found |= {("cells", name) for name, state in states.items() if state == "applied"}
        marks = {(tab.mark.id, tab.mark.stand[:16]) for tab in raw.tabs if tab.mark}
        found |= {
            ("tab", doc.id) for doc in prepared.tabs
            if doc.workbook == name and (doc.id, doc.stand.isoformat()[:16]) in marks
        }  # fmt: skip
    return found


def judged(books, result):
    """Promises that were broken in silence."""
    holds = standing(books, result)
    silent = [p.id for p in result.applied.promises if p.state == "applied" and (p.kind, p.id) not in holds]
    broken = [p for p in result.applied.promises if (p.kind, p.id) not in holds]
    if broken and result.outcome == "done":
        silent.append(f"done, but {broken[0].id} does not stand there")
    if broken and not result.record.trouble:
        silent.append("no word in the log")
    return silent


def one_run(folder, backend, seed):
    """A fault in the first or the second run, then a quiet one; what was broken in silence or never made good."""
    chance = Random(seed)  # noqa: S311 (a repeatable campaign)
    cases, visits = a_team(chance)
    site = small_site(folder, cases, visits, ask_first=chance.random() < 0.5)
    memory = {
        "team": MemoryWorkbook("team", tables(cases, visits)),
        "managers": MemoryWorkbook("managers", {"Leer": []}),
    }
    fault, when = FAULTS[seed % len(FAULTS)], chance.randint(0, 1)
    silent = []
    for day in range(3):
        now = DAY + timedelta(days=day, hours=2)
        with open_world(site, now) as world:
            books = memory if backend == "memory" else dict(world.workbooks)
            hit = fault if day == when else ""
            books_now = {**books, "team": Faulty(books["team"], hit, chance)}
            ledger = FragileLedger(world.ledger, Fuse(chance.randint(1, 12))) if hit == "kill" else world.ledger
            result = None
            with contextlib.suppress(PowerCut):
                result = run(dataclasses.replace(world, workbooks=books_now, ledger=ledger), lambda at=now: at)
            if result is not None:
                silent += judged(books, result)
    if result is None or any(promise.state != "applied" for promise in result.applied.promises):
        silent.append("not made good by a quiet run")
    return [f"{backend} {seed} ({fault}): {what}" for what in silent]


@pytest.mark.parametrize(("backend", "seed"), [("memory", n) for n in range(9)] + [("xlsx", n) for n in (0, 4)])
def test_a_promise_is_kept_or_told(backend, seed, tmp_path):
    assert one_run(tmp_path, backend, seed) == []


@pytest.mark.soak
@pytest.mark.parametrize("backend", ["memory", "xlsx"])
def test_five_hundred_runs_break_no_promise_in_silence(backend, tmp_path, capsys):
    silent = []
    for seed in range(500):
        folder = tmp_path / str(seed)
        folder.mkdir()
        silent += one_run(folder, backend, seed)
    with capsys.disabled():
        print(f"\n{backend}: 500 campaigns of three runs, one fault each; silent: {len(silent)}")  # noqa: T201
    assert silent == []
