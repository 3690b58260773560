"""Workbooks before and after what kim writes into them, judged by another's validator beside our own linter."""

from __future__ import annotations

import contextlib
import time
from collections import Counter
from io import StringIO
from pathlib import Path

import pytest

from automations.cli import run_command
from automations.workbooks.protocol import WorkbookError
from automations.workbooks.refusals import Refusal
from automations.workbooks.xlsx.changes import patch
from automations.workbooks.xlsx.linting import faults, judge
from automations.workbooks.xlsx.package import Package
from tests.support.grafting import graft
from tests.support.more_workbooks import MORE
from tests.support.odd_workbooks import SHAPES, book
from tests.support.packages import from_openpyxl, from_xlsxwriter
from tests.support.planted import FAULTS, planted, sound
from tests.support.team_workbooks import BOOKS
from tests.workbooks.test_linting import with_orphan_in_chain, without_rels_default, without_windows
from tests.yardsticks.tools import python_package

pytestmark = pytest.mark.yardsticks
AT = "2026-11-28T08:00"
ROWS = [["a", 1], ["b", 2]]
OTHERS = {
    "by openpyxl": lambda path: from_openpyxl(path, ROWS),
    "by XlsxWriter": lambda path: from_xlsxwriter(path, ROWS),
    "with everything": sound,
}
ODD = {odd.__name__: odd for odd in (without_rels_default, without_windows, with_orphan_in_chain)}


@pytest.fixture(scope="module")
def validator():
    audit = python_package("openxml_audit")
    return audit.OpenXmlValidator(file_format=audit.FileFormat.MICROSOFT_365, max_errors=0)


def findings(validator, path):
    """Not counted: that texts stand in their cells, which leaves the part with shared texts as it is."""
    errors = [error for error in validator.validate(path).errors if error.id != "Excel_InlineStrCells"]
    return Counter(f"{error.part_uri}: {error.description}" for error in errors)


def ours(path):
    with Package(path) as package:
        return Counter(faults(package, package.parts()))


def files(folder: Path):
    """Some fifty workbooks, each odd in its own way: whether a run can go over it, and the file."""
    for name, shape in SHAPES.items():
        yield True, book(folder / f"{name}.xlsx", shape)
    for make in (*BOOKS, *MORE):
        yield True, make().write(folder / f"{make.__name__}.xlsx")
    for name, write in OTHERS.items():
        yield False, write(folder / f"{name}.xlsx")
    for name, odd in ODD.items():
        yield False, odd(from_openpyxl(folder / f"{name}.xlsx", ROWS))


def cell(source, target, _scratch):
    with Package(source) as package:
        tab = next(sheet.name for sheet in package.all_sheets if sheet.kind == "worksheet")
    patch(source, target, {tab: {"AZ99": "neu", "AZ100": 4.5}})


def tab(source, target, scratch):
    graft(source, target, {"Neu": scratch})


def whole_run(source, target, _scratch):
    """What `kim init` and the first run make of a workbook: questions, cells, columns, all tabs."""
    folder, path = target.with_suffix(""), target
    path.write_bytes(source.read_bytes())
    with contextlib.redirect_stdout(StringIO()):  # figures are printed here, not what each run says
        run_command(["init", str(folder), "--workbook", str(path), "--at", AT])
        run_command(["--site", str(folder), "run", "--at", AT])


def test_no_write_adds_a_fault(validator, tmp_path, monkeypatch):
    monkeypatch.setattr("sys.stdin.isatty", lambda: True)
    monkeypatch.setattr("builtins.input", lambda _: "")
    scratch = sound(tmp_path / "scratch.xlsx")
    judged, refused, fresh, started = Counter(), [], [], time.monotonic()
    (tmp_path / "files").mkdir()
    for runs, source in files(tmp_path / "files"):
        before, own = findings(validator, source), ours(source)
        for write in (cell, tab, whole_run) if runs else (cell, tab):
            target = tmp_path / f"{write.__name__}-{source.name}"
            try:
                write(source, target, scratch)
            except Refusal as refusal:
                refused.append(f"{write.__name__} {source.stem}: {refusal.told('en').message}")
                continue
            judged[write.__name__] += 1
            new = [*(findings(validator, target) - before), *(ours(target) - own)]
            fresh += [f"{write.__name__} {source.stem}: {one}" for one in new]
    print(f"\npackages: {dict(judged)} judged in {time.monotonic() - started:.0f} s, "
          f"{len(fresh)} new findings (bound 0), {len(refused)} refused")  # fmt: skip
    print("\n".join([*refused, *sorted(set(fresh))[:40]]))
    assert sum(judged.values()) >= 100
    assert min(judged.values()) >= 40
    assert not fresh


def test_our_linter_finds_what_was_planted(validator, tmp_path):
    whole = sound(tmp_path / "sound.xlsx")
    before, found, theirs = findings(validator, whole), 0, 0
    for number, fault in enumerate(FAULTS.values()):
        broken = planted(whole, tmp_path / f"{number}.xlsx", fault)
        with contextlib.suppress(Exception):
            theirs += bool(findings(validator, broken) - before)
        with Package(whole) as original:
            try:
                judge(original, broken, original.parts())
            except WorkbookError:
                found += 1
    print(f"\nplanted faults: ours {found} of {len(FAULTS)} (bound 24 of 26), openxml-audit {theirs}")
    assert found / len(FAULTS) >= 24 / 26
