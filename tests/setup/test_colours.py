"""Colours that say something are named and asked about; shading, stripes and headings say nothing."""

from __future__ import annotations

import io
from datetime import date

import openpyxl
import pytest
from openpyxl.styles import Color, PatternFill

from automations.cli import run_command
from automations.config.site import load_columns
from automations.model.settings import SiteFacts
from automations.setup.colours import coloured
from automations.setup.understanding import understand
from automations.workbooks.stores.opening import read_bytes
from automations.workbooks.xlsx.reading import read_workbook
from tests.support.team_workbooks import PEOPLE, day

HEADS = ["Fall-Nr.", "Eingang", "Nachname", "Vorname", "Sprache", "Phase", "Zuständig"]


def fill(colour):
    return PatternFill("solid", fgColor=colour)


YELLOW, GREEN, RED = fill("FFFFFF00"), fill("FF92D050"), fill("FFC00000")
ORANGE, BLUE, GREY, WHITE = fill(Color(theme=5)), fill(Color(indexed=12)), fill("FFD9D9D9"), fill("FFFFFFFF")


def listed(paint):
    """A list of cases, painted by `paint(sheet)`."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Liste"
    sheet.append(HEADS)
    for number, (last, first, spoken) in enumerate(PEOPLE):
        sheet.append([f"F-{number}", day(number), last, first, spoken, "Aufnahme", "KR"])
    paint(sheet)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def rows(sheet, fills):
    for place, one in enumerate(fills):
        if one:
            for cell in sheet[place + 2]:
                cell.fill = one


def asked(tmp_path, data):
    path = tmp_path / "Team.xlsx"
    path.write_bytes(data)
    found = understand(read_workbook("team", read_bytes(path), path), load_columns(), SiteFacts(), date(2026, 11, 28))
    return [note.values["names"] for note in coloured(data, found, str)]


@pytest.mark.parametrize(
    ("fills", "names"),
    [
        ([YELLOW, GREEN, None, RED, YELLOW], ["yellow (2), green (1), red (1)"]),
        ([ORANGE, None, BLUE, ORANGE], ["orange (2), blue (1)"]),
        ([YELLOW], []),  # one row is chance
        ([GREY, WHITE, GREY, GREY], []),
        ([YELLOW, None] * 6, []),  # stripes
        ([YELLOW] * 12, []),  # the whole table
        ([YELLOW, YELLOW, None, None, None, YELLOW], ["yellow (3)"]),
    ],
)
def test_rows_are_counted_by_what_people_call_their_colour(tmp_path, fills, names):
    assert asked(tmp_path, listed(lambda sheet: rows(sheet, fills))) == names


def test_one_cell_in_a_row_may_bear_the_colour(tmp_path):
    def paint(sheet):
        sheet["F3"].fill = sheet["F7"].fill = GREEN
        for cell in sheet["A"]:
            cell.fill = BLUE  # the column of numbers is shaded

    assert asked(tmp_path, listed(paint)) == ["green (2)"]


def test_a_file_without_colours_or_that_cannot_be_read_asks_nothing(tmp_path):
    assert asked(tmp_path, listed(lambda _: None)) == []
    path = tmp_path / "Team.xlsx"
    found = understand(read_workbook("team", read_bytes(path), path), load_columns(), SiteFacts(), date(2026, 11, 28))
    assert list(coloured(b"no workbook", found, str)) == []


def test_init_asks_in_german(tmp_path, capsys):
    path = tmp_path / "Team.xlsx"
    path.write_bytes(listed(lambda sheet: rows(sheet, [YELLOW, None, RED])))
    run_command(["init", str(tmp_path / "site"), "--workbook", str(path), "--yes"])
    told = " ".join(capsys.readouterr().out.split())
    assert "In „Liste“ sind Zeilen farbig: gelb (1), rot (1). kim liest keine Farben; was bedeuten sie?" in told
