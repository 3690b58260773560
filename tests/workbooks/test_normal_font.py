"""Tabs of ours look the same whatever the normal font of the workbook that they go to."""

import re
import zipfile

import pytest

from automations.model.tabdoc import Column, Grid, TabCell, TabDoc
from automations.workbooks.drawing.sheets import render_tab
from automations.workbooks.xlsx.normal_font import digit_pixels
from automations.workbooks.xlsx.xmltext import parse
from tests.support import packages as p
from tests.support.grafting import graft
from tests.support.packages import unzipped, zipped

MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'


def styles(fonts, number=0):
    text = f'<styleSheet {MAIN}><fonts>{fonts}</fonts><cellStyleXfs><xf fontId="{number}"/></cellStyleXfs></styleSheet>'
    return parse(text.encode(), "xl/styles.xml")


def font(name, size):
    return f'<font><sz val="{size}"/><name val="{name}"/></font>'


@pytest.mark.parametrize(
    ("name", "size", "pixels"),
    [("Calibri", 11, 7), ("Arial", 10, 7), ("Arial", 8, 6), ("Courier New", 14, 11), ("Times New Roman", 12, 8),
     ("Hausschrift", 11, 8), ("calibri", "9.5", 6)],
)  # fmt: skip
def test_a_digit_is_as_wide_as_its_font_and_size_make_it(name, size, pixels):
    assert digit_pixels(styles(font(name, size))) == pixels


@pytest.mark.parametrize("fonts", ["", font("Arial", "x"), font("Arial", 0), font("Arial", 5000)])
def test_a_part_that_says_no_font_counts_as_calibri(fonts):
    assert digit_pixels(styles(fonts)) == 7


def test_the_normal_font_is_that_of_the_first_cell_style():
    assert digit_pixels(styles(font("Calibri", 11) + font("Courier New", 14), 1)) == 11


def with_normal_font(path, name, size):
    """The workbook with another normal font, as "Zellformatvorlage Standard" changes it."""
    first_font, parts = re.compile(rb"<font>.*?</font>", re.DOTALL), unzipped(path)
    styles_part = first_font.sub(font(name, size).encode(), parts["xl/styles.xml"], count=1)
    return zipped(path, {**parts, "xl/styles.xml": styles_part})


@pytest.mark.parametrize(("name", "size", "digit"), [("Calibri", 11, 7), ("Courier New", 14, 11), ("Arial", 8, 6)])
def test_columns_are_as_wide_on_the_screen_in_every_workbook(tmp_path, name, size, digit):
    team = p.from_xlsxwriter(tmp_path / "team.xlsx", [["Fall", "Zahl"], ["a", 1]])
    with_normal_font(team, name, size)
    grid = Grid("g", (Column("Fall", 17), Column("Was dort steht", 40)), ((TabCell("KIM-2024-0001"), TabCell("x")),))
    render_tab(TabDoc("x", "Neu", "team", (grid,)), tmp_path / "new.xlsx", lambda _: None)
    graft(team, tmp_path / "out.xlsx", {"Neu": tmp_path / "new.xlsx"})
    with zipfile.ZipFile(tmp_path / "out.xlsx") as package:
        sheet = package.read("xl/worksheets/sheet3.xml").decode()
    widths = [float(width) * digit for width in re.findall(r'<col [^>]*width="([\d.]+)"', sheet)]
    assert widths[:2] == pytest.approx([17 * 7 + 5, 40 * 7 + 5], abs=0.1)
    # Charts reach over columns without a width of their own, and past rows that have no height of theirs.
    default = re.search(r"<sheetFormatPr[^>]*>", sheet)[0]
    assert (digit == 7) == ("customHeight" not in default)
    assert digit == 7 or float(re.search(r'defaultColWidth="([\d.]+)"', default)[1]) * digit == pytest.approx(64, abs=1)
