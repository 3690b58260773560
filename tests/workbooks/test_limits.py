"""What can be read can be changed, and the other way round: both go by the same limits."""

from __future__ import annotations

import zipfile
from time import process_time

import pytest

from automations.workbooks.protocol import WorkbookError
from automations.workbooks.refusals import Refusal
from automations.workbooks.stores.opening import MAX_UNPACKED, is_bomb, is_too_large
from automations.workbooks.xlsx.changes import patch
from automations.workbooks.xlsx.package import open_package
from automations.workbooks.xlsx.reading import read_workbook
from tests.support import packages as p

MB = 2**20


def can_be_read(path) -> bool:
    try:
        read_workbook("team", path.read_bytes(), path)
    except WorkbookError as error:
        return error.code != "hostile"
    return True


def can_be_changed(path) -> bool:
    try:
        open_package(path).close()
    except Refusal as error:
        return error.code not in {"zip_bomb", "zip_large"}
    return True


@pytest.mark.parametrize(
    ("name", "megabytes", "fine"),
    [
        ("xl/comments9.xml", 17, True),  # nothing but blanks: a thousandth when packed
        ("xl/comments9.xml", 31, True),
        ("xl/comments9.xml", 33, False),
        ("xl/media/image9.bmp", 31, True),
        ("xl/media/image9.bmp", 33, False),
    ],
)
def test_a_part_that_packs_well_is_judged_the_same(tmp_path, name, megabytes, fine):
    path = p.made(tmp_path / "s.xlsx", p.sheet('<row r="1"><c r="A1"><v>1</v></c></row>'))
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as package:
        package.writestr(name, b" " * (megabytes * MB))
    assert (can_be_read(path), can_be_changed(path)) == (fine, fine)


def test_the_parts_together_are_judged_the_same(tmp_path, monkeypatch):
    path = p.made(tmp_path / "s.xlsx", p.sheet('<row r="1"><c r="A1"><v>1</v></c></row>'))
    assert can_be_read(path)
    assert can_be_changed(path)
    with zipfile.ZipFile(path) as package:
        whole = sum(member.file_size for member in package.infolist())
    for limit in (whole, whole - 1):
        monkeypatch.setattr("automations.workbooks.stores.opening.MAX_UNPACKED", limit)
        assert (can_be_read(path), can_be_changed(path)) == (limit == whole,) * 2


def test_the_limits_themselves():
    assert not is_bomb(32 * MB, 0)
    assert is_bomb(32 * MB + 1, 0)
    assert not is_bomb(400 * MB, MB)
    assert is_bomb(400 * MB + 1, MB)
    assert not is_too_large([MAX_UNPACKED])
    assert is_too_large([MAX_UNPACKED, 1])


def test_a_hundred_thousand_names_cost_seconds_and_no_more(tmp_path):
    names = "".join(f'<definedName name="N{n}x">Tab1!$A${n}</definedName>' for n in range(1, 100_001))
    cell = '<row r="1"><c r="A1"><v>1</v></c></row>'
    source = p.made(tmp_path / "a.xlsx", p.sheet(cell), workbook=f"<definedNames>{names}</definedNames>")
    started = process_time()
    patch(source, tmp_path / "b.xlsx", {"Tab1": {"A1": 2}})
    assert process_time() - started < 5
