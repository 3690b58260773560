from __future__ import annotations

from pathlib import Path

import pytest

from automations.workbooks.xlsx.changes import patch
from tests.support import packages as p
from tests.support.patch_checks import SHEET


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return tmp_path / "target.xlsx"


def computing(path: Path, formula: str, engine: str = "191029", names: str = "") -> Path:
    data = '<row r="1"><c r="A1"><v>1</v></c></row><row r="2"><c r="A2"><v>1</v></c><c r="B2"><v>1</v></c></row>'
    other = f'<row r="1"><c r="A1"><f>{formula}</f><v>1</v></c></row>'
    return p.made(path, p.sheet(data), p.sheet(other), workbook=f'{names}<calcPr calcId="{engine}"/>')


@pytest.mark.parametrize(
    "formula",
    ["Tab1!A1", "SUM('Tab1'!$A:$A)", "Tab1!1:1", "tab1!A1:A9+1", 'IF(A1="x",Tab1!A1)', "SUM(Tab1:Tab2!A1)", "Total*2"],
)
def test_a_formula_that_reads_the_cell_asks_for_computation(tmp_path, target, formula):
    names = "<definedNames><definedName name='Total'>Tab1!$A$1</definedName></definedNames>"
    source = computing(tmp_path / "s.xlsx", formula, names=names)
    patch(source, target, {"Tab1": {"A1": 2}})
    assert 'fullCalcOnLoad="1"' in p.text_of(target, "xl/workbook.xml")
    assert p.changed_members(source, target) == {SHEET, "xl/workbook.xml"}


@pytest.mark.parametrize("formula", ["A1", "Tab1!A2", "Tab1!B:B", '"Tab1!A1"', "[1]Tab1!A1", "Tab1!A11", "LOG10(2)"])
def test_otherwise_the_workbook_part_keeps_its_bytes(tmp_path, target, formula):
    source = computing(tmp_path / "s.xlsx", formula)
    patch(source, target, {"Tab1": {"A1": 2}})
    assert p.changed_members(source, target) == {SHEET}


def test_an_older_engine_makes_excel_compute_by_itself(tmp_path, target):
    source = computing(tmp_path / "s.xlsx", "Tab1!A1", engine="162913")
    patch(source, target, {"Tab1": {"A1": 2}})
    assert p.changed_members(source, target) == {SHEET}
