"""Reading a large workbook holds little beside what was read."""

from __future__ import annotations

import ctypes
import io
import re
import tracemalloc
import zipfile
from pathlib import Path

import openpyxl

from automations.common import limits
from automations.workbooks.xlsx import reading
from automations.workbooks.xlsx.calamine import READERS, CalamineReaders
from automations.workbooks.xlsx.changes import patch
from tests.support.packages import unzipped, zipped
from tests.support.xlsx_files import make_file

PATH = Path("team.xlsx")


def saved(tabs):
    book = openpyxl.Workbook()
    del book["Sheet"]
    for name, cells in tabs.items():
        sheet = book.create_sheet(name)
        for place, value in cells.items():
            sheet[place] = value
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def test_no_more_sheets_wait_than_are_read_at_a_time(monkeypatch):
    waiting, most = set(), []

    class Counted(CalamineReaders):
        def start(self, index, size):
            waiting.add(index)
            most.append(len(waiting))
            super().start(index, size)

        def sheet(self, index):
            found = super().sheet(index)
            waiting.discard(index)
            return found

    monkeypatch.setattr(reading, "CalamineReaders", Counted)
    raw = reading.read_workbook("team", saved({f"T{n}": {"A1": n} for n in range(6)}), PATH)
    assert [tab.rows for tab in raw.tabs] == [[[n]] for n in range(6)]
    assert max(most) == READERS


def test_cells_keep_their_places_where_the_first_rows_and_columns_are_blank():
    raw = reading.read_workbook("team", saved({"T": {"C4": "x", "E7": 3.5}, "none": {}, "last": {"B1": True}}), PATH)
    assert [tab.rows for tab in raw.tabs] == [
        [[], [], [], [None, None, "x"], [], [], [None] * 4 + [3.5]],
        [],
        [[None, True]],
    ]


def test_memory_is_given_back_after_a_large_file_and_another_c_library_is_no_trouble(monkeypatch):
    asked = []

    def library(name):
        asked.append(name)
        raise OSError(name)

    monkeypatch.setattr(limits.sys, "platform", "linux")
    monkeypatch.setattr(ctypes, "CDLL", library)
    limits.give_back(999_999)
    assert asked == []
    limits.give_back(1_000_000)
    assert asked == ["libc.so.6"]


def test_writing_into_large_tabs_holds_little_more_than_they_are(tmp_path):
    """Of each tab that changed the judge reads two copies: one at a time, row by row, and after the tabs as they were
    spliced were let go of. They were five times as much."""
    rows = [[f"Fall {n}", f"Wert {n % 50}", n, n * 3, "ja", "nein", n % 9, f"Ort {n % 30}"] for n in range(6000)]
    make_file(tmp_path / "team.xlsx", {"Fälle": rows, "Termine": rows})
    with zipfile.ZipFile(tmp_path / "team.xlsx") as package:
        size = sum(one.file_size for one in package.infolist() if "worksheets/" in one.filename)
    tracemalloc.start()
    try:
        patch(tmp_path / "team.xlsx", tmp_path / "copy.xlsx", {"Fälle": {"B7": "x"}, "Termine": {"B9": "y"}})
        assert tracemalloc.get_traced_memory()[1] < 3.5 * size
    finally:
        tracemalloc.stop()


def test_a_part_in_another_encoding_is_read_as_it_is_meant_and_never_as_a_tab_without_cells(tmp_path):
    path = make_file(tmp_path / "team.xlsx", {"T": [["Nr.", "Wer"], [1, "AA"]]})
    parts = unzipped(path)
    for encoding in ("utf-16", "iso-8859-1"):
        for part in [name for name in parts if name.endswith(("sheet1.xml", "sharedStrings.xml", "styles.xml"))]:
            text = re.sub(r"^<\?xml.*?\?>", "", parts[part].decode())
            declared = f'<?xml version="1.0" encoding="{encoding}"?>{text}'.encode(encoding)
            data = zipped(tmp_path / "other.xlsx", {**parts, part: declared}).read_bytes()
            assert reading.read_workbook("team", data, PATH).tabs[0].rows == [["Nr.", "Wer"], [1, "AA"]]
