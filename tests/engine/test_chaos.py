"""No edit lost, none in a wrong row, no unreadable file at any instant, while everybody works at once."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from automations.model.layout import Base, TableLayout
from automations.model.plan import CellEdit, EditGroup
from automations.model.values import RowKey
from automations.workbooks.protocol import RawWorkbook
from automations.workbooks.xlsx.backend import XlsxWorkbook
from tests.support import chaos
from tests.support.workbook_contract import HEADINGS, LEDGER, Announced, a_tab
from tests.support.xlsx_files import make_file

CASES = 30


@pytest.fixture
def folder(tmp_path):
    make_file(tmp_path / chaos.FILE, {"Fälle": chaos.first_rows(CASES)})
    (tmp_path / chaos.JOURNAL).touch()
    return tmp_path


def start(*arguments: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "tests.support.chaos", *arguments]
    root = Path(__file__).parents[2]
    return subprocess.Popen(command, cwd=root, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def rows_of(raw: RawWorkbook) -> list[list]:
    rows = next(tab for tab in raw.tabs if tab.name == "Fälle").rows
    return [[*row, *[None] * (5 - len(row))] for row in rows[chaos.HEADER :] if row]


def wanted(raw: RawWorkbook) -> tuple[list[EditGroup], Base]:
    """Every case without a manager gets the one that belongs to it, as a job would plan it."""
    columns = {name: number for number, name in enumerate(HEADINGS, start=1)}
    staff = ("last_name", "phase", "received")
    tab = next(tab for tab in raw.tabs if tab.name == "Fälle")
    layout = TableLayout(
        "cases", "team", tab.name, tab.id, chaos.HEADER, columns, HEADINGS, "number", staff, 3, len(tab.rows)
    )
    groups = [
        EditGroup(
            f"assign/{row[0]}", RowKey("team", "cases", row[0]), (CellEdit("manager", None, f"M {row[1]}"),), "t", "w",
            guards={"last_name": row[1]},
        )
        for row in rows_of(raw) if row[chaos.MANAGER - 1] is None
    ]  # fmt: skip
    return groups, Base(raw.revision, {"cases": layout})


def run(folder: Path, rounds: int, seed: int) -> Counter[str]:
    """Everybody at work for so many deeds of the staff; what came of kim's writes."""
    book = XlsxWorkbook("team", folder / chaos.FILE, versions=folder / "versions", keep=5)
    staff, reader = start("staff", str(folder), str(rounds), str(seed)), start("reader", str(folder))
    outcomes: Counter[str] = Counter()
    try:
        while staff.poll() is None:
            outcomes[write(book, outcomes.total())] += 1
    finally:
        (folder / chaos.STOP).touch()
        _, staff_errors = staff.communicate(timeout=600)
        opened, reader_errors = reader.communicate(timeout=60)
    assert (staff.returncode, staff_errors) == (0, "")
    assert (reader.returncode, reader_errors) == (0, "")
    assert int(opened) > rounds
    assert write(book, -1) in {"written", "unchanged"}
    return outcomes


def write(book: XlsxWorkbook, number: int) -> str:
    raw = book.read()
    groups, base = wanted(raw)
    return book.write(groups, [a_tab(number=number)], base, f"token {number}", LEDGER, Announced()).status


def check(folder: Path) -> None:
    raw = XlsxWorkbook("team", folder / chaos.FILE, versions=folder / "versions").read()
    rows = rows_of(raw)
    assert {row[0]: row[chaos.NOTE - 1] for row in rows} == chaos.expected_notes(folder, CASES)
    assert len(rows) == len({row[0] for row in rows})
    for key, name, _, manager, _ in rows:
        assert name == f"Name {key.removeprefix('KIM-')}"
        assert manager == f"M {name}"


def test_everybody_at_once(folder):
    outcomes = run(folder, rounds=40, seed=1)
    check(folder)
    assert outcomes["written"] > 0


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(10))
def test_everybody_at_once_for_long(folder, seed):
    run(folder, rounds=500, seed=seed)
    check(folder)
