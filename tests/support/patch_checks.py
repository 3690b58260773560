"""What tests of the patcher have in common."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from automations.model.values import Value, same
from automations.workbooks.refusals import Refusal
from automations.workbooks.xlsx.changes import Changes, patch
from automations.workbooks.xlsx.package import open_package
from tests.support import packages as p

SHEET = "xl/worksheets/sheet1.xml"


def patched_sheet(source: Path, target: Path, edits: dict[str, Value]) -> str:
    patch(source, target, {"Tab1": edits})
    return p.text_of(target, SHEET)


def refused(source: Path, target: Path, edits: dict[str, Value]) -> str:
    before = source.read_bytes()
    with pytest.raises(Refusal) as caught:
        patch(source, target, {"Tab1": edits})
    assert not target.exists()
    assert list(target.parent.glob(".*.part")) == []
    assert source.read_bytes() == before
    assert caught.value.message
    assert caught.value.advice
    return caught.value.code


def reads_as(written: Value, read: Value) -> bool:
    """A number written into a cell that shows dates is shown as a date there, as in Excel."""
    if isinstance(written, int | float) and not isinstance(written, bool) and isinstance(read, dt.date | dt.time):
        return True
    if isinstance(written, dt.date | dt.time) and isinstance(read, dt.timedelta):
        return True
    if isinstance(read, dt.timedelta):
        return True
    if isinstance(written, dt.datetime | dt.time) and type(read) is type(written):
        return near(written, read)
    return same(written, read)


def near(left: dt.datetime | dt.time, right: dt.datetime | dt.time) -> bool:
    day = dt.date(2000, 1, 1)
    a, b = (value if isinstance(value, dt.datetime) else dt.datetime.combine(day, value) for value in (left, right))
    return abs(a - b) < dt.timedelta(seconds=1.5)


def with_table(path: Path, rows: str, extra: str = "", after: str = "", workbook: str = "") -> Path:
    table = (
        f'{p.HEAD}<table xmlns="{p.MAIN}" id="1" name="T" displayName="T" ref="A1:B3" {extra}>'
        '<autoFilter ref="A1:B3"/><tableColumns count="2"><tableColumn id="1" name="a"/><tableColumn id="2" name="b"/>'
        "</tableColumns></table>"
    )
    more = {
        "xl/worksheets/_rels/sheet1.xml.rels": p.links(("table", "../tables/table1.xml")),
        "xl/tables/table1.xml": table,
    }
    part = after or '<tableParts count="1"><tablePart r:id="rId1"/></tableParts>'
    return p.made(path, p.sheet(rows, after=part), more=more, workbook=workbook)


def append(source: Path, target: Path, rows: list[tuple[int, dict[int, Value]]]) -> None:
    with open_package(source) as package:
        changes = Changes(package)
        changes.append_rows("Tab1", rows)
        changes.write(target)
