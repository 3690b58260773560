# ruff: noqa: DTZ001 - cells hold wall-clock times
from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from automations.workbooks.refusals import Refusal
from automations.workbooks.xlsx.one_cell import set_cell, typed
from tests.support import packages as p


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return tmp_path / "target.xlsx"


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("12", 12), ("-3,5", -3.5), ("2.5", 2.5), ("0", 0), ("007", "007"), ("+49 1", "+49 1"), ("1.234,5", "1.234,5"),
        ("wahr", True), ("False", False), ("2024-10-31", dt.date(2024, 10, 31)), ("31.10.2024", dt.date(2024, 10, 31)),
        ("31.10.2024 9:30", dt.datetime(2024, 10, 31, 9, 30)), ("2024-10-31T09:30", dt.datetime(2024, 10, 31, 9, 30)),
        ("09:30", dt.time(9, 30)), ("25:00", "25:00"), ("31.02.2024", "31.02.2024"), ("'12", "12"), ("", None),
        ("=1+1", "=1+1"), (" bestätigt ", "bestätigt"),
    ],
)  # fmt: skip
def test_what_people_type(text, value):
    assert typed(text) == value
    assert type(typed(text)) is type(value)


def test_kim_cell_in_place_and_elsewhere(tmp_path, target):
    source = p.made(tmp_path / "s.xlsx", p.sheet('<row r="1"><c r="A1"><v>1</v></c></row>'))
    before = source.read_bytes()
    assert set_cell(source, "'Tab1'!b2", "31.10.2024", target) == "'Tab1'!B2 = 2024-10-31"
    assert source.read_bytes() == before
    assert set_cell(source, "Tab1!A1", "2") == "'Tab1'!A1 = 2"
    assert p.by_openpyxl(source, "Tab1") == {(1, 1): 2}
    assert sorted(path.name for path in tmp_path.iterdir()) == ["s.xlsx", "target.xlsx"]


def test_kim_cell_leaves_an_open_workbook_alone(tmp_path):
    source = p.made(tmp_path / "s.xlsx", p.sheet(""))
    (tmp_path / "~$s.xlsx").write_bytes(b"\x05Meier" + b" " * 159)
    before = source.read_bytes()
    with pytest.raises(Refusal) as caught:
        set_cell(source, "Tab1!A1", "2")
    assert (caught.value.code, caught.value.busy) == ("open", True)
    assert source.read_bytes() == before
    with pytest.raises(Refusal):
        set_cell(source, "A1", "2")
