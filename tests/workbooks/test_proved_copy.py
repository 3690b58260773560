"""A write goes on from the copy that its rehearsal proved, where it is of the same bytes and holds nothing else."""

from __future__ import annotations

import openpyxl
import pytest
from msgspec import structs

from automations.workbooks.xlsx import building, proved_copy
from automations.workbooks.xlsx.backend import XlsxWorkbook
from tests.support.workbook_contract import LEDGER, a_tab, append, base_of, case_rows, group, named

PLANNED = (group("KIM-1", ("manager", None, "CD")), append("KIM-9", number="KIM-9", last_name="Neu"))
SHOWN = group("KIM-4", ("manager", None, "EF"))
TAB, LOG = a_tab(link="KIM-1"), structs.replace(a_tab("Laufprotokoll"), id="log")
NEWER_LOG = structs.replace(a_tab("Laufprotokoll", number=13), id="log")


@pytest.fixture
def book(tmp_path):
    made = openpyxl.Workbook()
    made.active.title = "Fälle"
    for row in case_rows():
        made.active.append(row)
    made.save(tmp_path / "Team.xlsx")
    return XlsxWorkbook("team", tmp_path / "Team.xlsx", versions=tmp_path / "versions")


@pytest.fixture
def built(monkeypatch):
    """What is built from the workbook itself, and what from a rehearsed copy: edits and tabs of each."""
    found = []

    def counted(where, original):
        def build_once(path, target, wanted, sketches):
            found.append((where, len(wanted.live()), [doc.id for doc in wanted.docs]))
            original(path, target, wanted, sketches)

        return build_once

    monkeypatch.setattr(proved_copy, "build_once", counted("rest", building.build_once))
    monkeypatch.setattr(building, "build_once", counted("whole", building.build_once))
    return found


def written(book, groups, tabs, base):
    result = book.write(groups, tabs, base, "token-1", LEDGER, lambda *_: None)
    assert result.status == "written"
    assert {result.groups[each.id] for each in groups} == {"applied"}
    return book.read()


def told(raw):
    """All that can be read of a workbook."""
    return {tab.name: ([list(row) for row in tab.rows], tab.merged, tab.mark) for tab in raw.tabs}


def test_only_what_the_rehearsal_did_not_know_is_built_again(book, built):
    base = base_of(book.read())
    book.rehearse(PLANNED, [TAB, LOG], base, LEDGER)
    after = written(book, [*PLANNED, SHOWN], [TAB, NEWER_LOG], base)
    assert built == [("whole", 2, ["overview", "log"]), ("rest", 1, ["log"])]
    assert named(after, "Fälle").rows[5][3] == "EF"
    assert 13 in [cell for row in named(after, "Laufprotokoll").rows for cell in row]


def test_nothing_is_built_again_where_all_is_as_rehearsed(book, built):
    base = base_of(book.read())
    book.rehearse(PLANNED, [TAB], base, LEDGER)
    written(book, PLANNED, [TAB], base)
    assert [where for where, *_ in built] == ["whole"]


def test_it_reads_as_one_that_was_never_rehearsed(book, tmp_path):
    (tmp_path / "other").mkdir()
    twin = tmp_path / "other" / "Team.xlsx"
    twin.write_bytes(book.path.read_bytes())
    other = XlsxWorkbook("team", twin, versions=tmp_path / "versions")
    base = base_of(book.read())
    book.rehearse(PLANNED, [TAB, LOG], base, LEDGER)
    wanted = [*PLANNED, SHOWN], [TAB, NEWER_LOG], base
    assert told(written(book, *wanted)) == told(written(other, *wanted))


@pytest.mark.parametrize(
    ("groups", "tabs"),
    [
        (PLANNED[:1], [TAB]),
        ((*PLANNED, append("KIM-8", number="KIM-8")), [TAB]),
        (PLANNED, []),
        (PLANNED, [TAB, structs.replace(TAB, id="more", title="Mehr")]),
        ((group("KIM-1", ("manager", None, "XY")), PLANNED[1]), [TAB]),
    ],
    ids=["one edit less", "one row more", "one tab less", "one tab with links more", "another value"],
)
def test_what_is_something_else_is_built_whole(book, built, groups, tabs):
    base = base_of(book.read())
    book.rehearse(PLANNED, [TAB], base, LEDGER)
    written(book, groups, tabs, base)
    assert [where for where, *_ in built] == ["whole", "whole"]


def test_a_save_of_somebody_in_between_is_kept(book, built):
    base = base_of(book.read())
    book.rehearse(PLANNED, [TAB], base, LEDGER)
    desk = openpyxl.load_workbook(book.path)
    desk["Fälle"]["C4"] = "Assessment"
    desk.save(book.path)
    after = written(book, PLANNED, [TAB], base)
    assert named(after, "Fälle").rows[3][2] == "Assessment"
    assert [where for where, *_ in built] == ["whole", "whole"]


def test_a_copy_is_used_once(book, built):
    base = base_of(book.read())
    book.rehearse(PLANNED, [TAB], base, LEDGER)
    before = book.path.read_bytes()
    written(book, PLANNED, [TAB], base)
    book.path.write_bytes(before)  # somebody put it back
    written(book, PLANNED, [TAB], base)
    assert [where for where, *_ in built] == ["whole", "whole"]


def test_a_copy_that_did_not_reach_the_disk_whole_is_made_again(book, built, monkeypatch):
    base, whole = base_of(book.read()), type(book.path).write_bytes
    book.rehearse(PLANNED, [], base, LEDGER)
    with monkeypatch.context() as disk:
        disk.setattr(type(book.path), "write_bytes", lambda path, data: whole(path, data[: len(data) // 2]))
        written(book, PLANNED, [], base)
    assert [where for where, *_ in built] == ["whole", "whole"]
