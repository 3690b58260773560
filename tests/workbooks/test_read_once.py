"""A workbook is read once in a run: what holds the same bytes is not read again, and what does not is."""

from __future__ import annotations

import re

import openpyxl
import pytest
from msgspec import structs

from automations.workbooks import positions
from automations.workbooks.positions import decide, find_table
from automations.workbooks.protocol import WorkbookError
from automations.workbooks.xlsx import building, reading
from automations.workbooks.xlsx.backend import XlsxWorkbook
from automations.workbooks.xlsx.building import same_tabs
from automations.workbooks.xlsx.changes import patch
from tests.support.packages import unzipped, zipped
from tests.support.workbook_contract import DRAFT, LEDGER, a_tab, append, base_of, case_rows, group, named
from tests.support.xlsx_files import make_file

GROUPS = (group("KIM-1", ("manager", None, "CD")), append("KIM-9", number="KIM-9", last_name="Neu"))


@pytest.fixture
def book(tmp_path):
    path = make_file(tmp_path / "Team.xlsx", {"Fälle": case_rows(), "Notizen": [["x"]]})
    return XlsxWorkbook("team", path, versions=tmp_path / "versions")


@pytest.fixture
def read(monkeypatch):
    """Of each reading of a file, the tabs whose cells were read."""
    seen, original = [], reading.read_workbook

    def noted(*given):
        raw = original(*given)
        seen.append([tab.name for tab in raw.tabs if tab.rows])
        return raw

    monkeypatch.setattr(reading, "read_workbook", noted)
    monkeypatch.setattr(building, "read_workbook", noted)
    return seen


def written(book, groups, tabs, base):
    result = book.write(groups, tabs, base, "token-1", LEDGER, lambda *_: None)
    assert result.status == "written"


def test_a_run_reads_the_workbook_once_and_of_its_copy_the_tabs_that_changed(book, read):
    base = base_of(book.read())
    book.rehearse(GROUPS, [a_tab()], base, LEDGER)
    written(book, GROUPS, [a_tab()], base)
    assert read == [["Fälle", "Notizen"], ["Fälle"], []]


def test_a_tab_is_searched_for_its_rows_once(book, monkeypatch):
    searched, original = [], positions._keys
    monkeypatch.setattr(positions, "_keys", lambda *args: searched.append(args[0].name) or original(*args))
    raw = book.read()
    base = base_of(raw)
    assert [decision.result for decision in decide(raw, GROUPS, base)] == ["applied", "applied"]
    layout, tabs = base.layouts["cases"], [a_tab(link="KIM-1")]
    whole, numbered = find_table(raw, layout), find_table(raw, layout, drafts=False)
    assert (whole.rows, numbered.rows["KIM-5"]) == ({**numbered.rows, DRAFT: [5]}, [7, 8])
    assert searched == ["Fälle", "Fälle"]  # with and without the rows that have no number
    book.rehearse(GROUPS, tabs, base, LEDGER)
    written(book, GROUPS, tabs, base)
    assert searched == ["Fälle", "Fälle"]
    assert find_table(raw, structs.replace(layout, key_field="last_name")).rows.keys() > {"Schmidt"}


def test_a_tab_alone_needs_no_cell_read_back(book, read):
    base = base_of(book.read())
    written(book, [], [a_tab(link="KIM-1")], base)
    assert read[0] == ["Fälle", "Notizen"]
    written(book, [], [a_tab(link="KIM-1", number=14)], base_of(book.read()))
    assert read[-1] == []  # the formats stood there already


def test_what_somebody_saved_after_the_rehearsal_is_read(book, read):
    base = base_of(book.read())
    book.rehearse(GROUPS, [], base, LEDGER)
    desk = openpyxl.load_workbook(book.path)
    desk["Fälle"]["C4"] = "Assessment"
    desk.save(book.path)
    written(book, GROUPS, [], base)
    assert named(book.read(), "Fälle").rows[3][2] == "Assessment"
    assert read[2] == ["Fälle"]


@pytest.mark.parametrize("with_rehearsal", [True, False])
def test_a_copy_that_says_something_else_in_a_cell_is_not_used(book, monkeypatch, with_rehearsal):
    original, before = building.build_once, book.path.read_bytes()

    def wrong(path, target, wanted, sketches):
        original(path, target, wanted, sketches)
        _swapped(target, "Schmidt", "Schmied")

    monkeypatch.setattr(building, "build_once", wrong)
    base = base_of(book.read())
    with pytest.raises(WorkbookError) as told:
        book.rehearse(GROUPS, [], base, LEDGER) if with_rehearsal else written(book, GROUPS, [], base)
    assert told.value.code == "not_verified"
    assert book.path.read_bytes() == before


def _swapped(path, old, new):
    zipped(path, {name: data.replace(old.encode(), new.encode()) for name, data in unzipped(path).items()})


def test_tabs_are_the_same_where_their_bytes_are_and_what_their_cells_count_in(book, tmp_path):
    copy = tmp_path / "copy.xlsx"
    patch(book.path, copy, {"Fälle": {"B4": "Maier"}})
    assert same_tabs(book.path, book.path) == {"Fälle", "Notizen"}
    assert same_tabs(book.path, copy) == {"Notizen"}


@pytest.mark.parametrize(("part", "pattern"), [("xl/styles.xml", "</styleSheet>"), ("xl/workbook.xml", "<workbookPr")])
def test_no_tab_is_the_same_where_numbers_are_understood_otherwise(book, tmp_path, part, pattern):
    copy = tmp_path / "copy.xlsx"
    more = "<!-- -->" + pattern if part.endswith("styles.xml") else pattern + ' date1904="1"'
    parts = unzipped(book.path)
    zipped(copy, {**parts, part: re.sub(pattern, more, parts[part].decode(), count=1).encode()})
    assert same_tabs(book.path, copy) == set()
