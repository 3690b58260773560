"""Whoever only reads a workbook sees the tabs and names that whoever changes it sees."""

from __future__ import annotations

import zipfile

import pytest

from automations.workbooks.protocol import WorkbookError
from automations.workbooks.refusals import Refusal
from automations.workbooks.xlsx.outline import read_outline
from automations.workbooks.xlsx.package import open_package
from tests.support import packages as p

CELL = '<row r="1"><c r="A1"><v>1</v></c></row>'


def rewritten(path, change):
    """The package with its workbook part as `change` makes it."""
    with zipfile.ZipFile(path) as package:
        members = {name: package.read(name) for name in package.namelist()}
    members["xl/workbook.xml"] = change(members["xl/workbook.xml"])
    return p.zipped(path, members)


def outline(path):
    with zipfile.ZipFile(path) as package:
        return read_outline(package, path)


@pytest.mark.parametrize(
    "change",
    [
        lambda xml: xml,
        lambda xml: xml.decode().encode("utf-16"),
        lambda xml: xml.replace(b"<sheets>", b"<!-- <sheets/> --><sheets>"),
        lambda xml: xml.replace(b'name="Tab1"', b'state="hidden" name="M&amp;M &#228;"'),
        lambda xml: xml.replace(b"<sheets>", b'<workbookPr date1904="true"/><sheets>'),
    ],
)
def test_both_see_the_same(tmp_path, change):
    path = rewritten(p.made(tmp_path / "s.xlsx", p.sheet(CELL), p.sheet(CELL)), change)
    seen = outline(path)
    with open_package(path) as package:
        assert seen.sheets == package.all_sheets
        assert seen.names == {name.name: name.refers_to for name in package.defined_names() if name.sheet is None}
        assert seen.date1904 == package.date1904
    assert len(seen.sheets) == 2


@pytest.mark.parametrize(
    "change",
    [lambda xml: xml.replace(b"<workbook", b"<!DOCTYPE workbook><workbook", 1), lambda xml: xml[:-20], lambda _: b""],
)
def test_neither_takes_what_makes_no_sense(tmp_path, change):
    path = rewritten(p.made(tmp_path / "s.xlsx", p.sheet(CELL)), change)
    with pytest.raises(WorkbookError):
        outline(path)
    with pytest.raises(Refusal), open_package(path):
        pass
