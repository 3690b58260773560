"""Formats of our tabs in a styles part that another program saved in between: known again, not appended again."""

from __future__ import annotations

import zipfile

import openpyxl
import pytest
from lxml import etree

from automations.workbooks.xlsx.stylemerge import merge_styles
from automations.workbooks.xlsx.xmltext import parse
from tests.support import packages
from tests.support.grafting import graft
from tests.workbooks.test_grafting import scratch

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OURS = """
<fonts><font><b/><sz val="11"/><color rgb="FF222222"/><name val="Calibri"/></font></fonts>
<fills><fill><patternFill patternType="none"/></fill></fills><borders><border><left/></border></borders>
<cellXfs><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>
<xf numFmtId="3" fontId="0" fillId="0" borderId="0" xfId="0"><alignment vertical="top"/></xf></cellXfs>"""
REWRITTEN = """
<fonts><font><name val="Calibri"/><b val="1"/><color rgb="FF222222"/><sz val="11"/></font></fonts>
<fills><fill><patternFill/></fill></fills><borders><border><left/></border></borders>
<cellXfs><xf numFmtId="0" fontId="0" fillId="0" borderId="0" pivotButton="0" quotePrefix="0" xfId="0"/>
<xf numFmtId="3" fontId="0" fillId="0" borderId="0" applyAlignment="1" pivotButton="0" quotePrefix="0" xfId="0">
<alignment vertical="top"/></xf></cellXfs>"""


def merged(target, source=OURS):
    xml = parse(f'<styleSheet xmlns="{MAIN}">{target}</styleSheet>'.encode(), "xl/styles.xml")
    return merge_styles(xml, etree.fromstring(f'<styleSheet xmlns="{MAIN}">{source}</styleSheet>'))


def test_the_same_in_other_words_is_known():
    found = merged(REWRITTEN)
    assert found.cell_formats == {0: 0, 1: 1}
    assert found.splices == ()


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        ('<b val="1"/>', ""),
        ('<b val="1"/>', '<b val="0"/>'),
        ("<patternFill/>", '<patternFill patternType="gray125"/>'),
        ('applyAlignment="1"', 'applyAlignment="0"'),
        ('quotePrefix="0" xfId="0">', 'quotePrefix="1" xfId="0">'),
    ],
)
def test_what_says_something_else_is_another_format(ours, theirs):
    assert ours in REWRITTEN
    assert merged(REWRITTEN.replace(ours, theirs)).cell_formats[1] != 1


def counts(path):
    """How many formats a workbook has, of each kind."""
    with zipfile.ZipFile(path) as package:
        root = etree.fromstring(package.read("xl/styles.xml"))
    return {name: len(root.find(f"{{{MAIN}}}{name}")) for name in ("fonts", "fills", "borders", "cellXfs")}


@pytest.mark.filterwarnings("ignore::UserWarning:openpyxl")
def test_a_workbook_that_another_program_saves_every_day_does_not_fill_with_formats(tmp_path):
    book, seen = packages.from_xlsxwriter(tmp_path / "team.xlsx", [["Fall", "Zahl"], ["a", 1]]), []
    for day in range(3):
        changed = tmp_path / f"{day}.xlsx"
        graft(book, changed, {"Neu": scratch(tmp_path / "s.xlsx", number=day)})
        seen.append(counts(changed))
        book = tmp_path / f"saved{day}.xlsx"
        openpyxl.load_workbook(changed).save(book)
    assert seen[0] == seen[1] == seen[2]
