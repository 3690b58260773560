"""One table in several tabs is read as one, and each row is written where it stands."""

from __future__ import annotations

from datetime import date

import openpyxl
import pytest
from msgspec import structs

from automations.model.layout import Base
from automations.model.plan import CellEdit, EditGroup
from automations.model.values import RowKey
from automations.tables.encoding import encode, forbidden
from automations.tables.snapshot import headings_before, in_tab
from automations.workbooks.positions import decide
from automations.workbooks.protocol import RawTab
from automations.workbooks.stores.opening import read_bytes
from automations.workbooks.xlsx.backend import XlsxWorkbook
from automations.workbooks.xlsx.reading import read_workbook
from tests.support.memory_workbook import MemoryWorkbook
from tests.support.own_tables import own_snapshot
from tests.support.xlsx_files import make_file

YEARS = '[tables.cases]\ntabs = ["2026", "2025"]\ntogether = true\nkim_writes = ["number", "check_note"]\n'
HEADS = ["Fall-Nr.", "Eingang", "Nachname", "Vorname", "Prüfhinweis"]
OTHER_ORDER = ["Nachname", "Vorname", "Fall-Nr.", "Prüfhinweis", "Eingang"]


def tabs(**more):
    return {
        "2026": [HEADS, ["A1", date(2026, 1, 2), "Yılmaz", "Ayşe", None]],
        "2025": [["Liste 2025"], OTHER_ORDER, ["Kaya", "Mehmet", "B1", None, date(2025, 3, 4)]],
        **more,
    }


def test_the_rows_of_all_tabs_are_read_by_the_headings_of_their_own_tab():
    read = own_snapshot(YEARS, tabs())
    assert [(case.number, case.last_name, case.received) for case in read.cases] == [
        ("A1", "Yılmaz", date(2026, 1, 2)),
        ("B1", "Kaya", date(2025, 3, 4)),
    ]
    assert read.rows[RowKey("team", "cases", "B1")].tab == "2025"
    assert [part.tab for part in read.layouts["cases"].parts] == ["2026", "2025"]


def test_without_together_one_tab_alone_is_the_table():
    assert [case.number for case in own_snapshot(YEARS.replace("together = true\n", ""), tabs()).cases] == ["A1"]


def test_a_number_in_two_tabs_names_no_row():
    again = {"2025": [HEADS, ["A1", None, "Kaya", "Mehmet", None], ["B2", None, "Haddad", "Yusuf", None]]}
    read = own_snapshot(YEARS, tabs(**again))
    assert [(case.last_name, case.usable) for case in read.cases] == [
        ("Yılmaz", False), ("Kaya", False), ("Haddad", True)
    ]  # fmt: skip
    assert RowKey("team", "cases", "A1") not in read.rows
    found = [problem for problem in read.problems if problem.code == "duplicate_number"]
    assert [problem.tab for problem in found] == ["2026", "2025"]
    assert "2026, 2025" in found[0].message


def test_numbers_in_two_tabs_are_said_in_the_order_of_the_sheet():
    rows = [[f"Z{n}", None, "Kaya", "Mehmet", None] for n in range(12)]
    read = own_snapshot(YEARS, {"2026": [HEADS, *rows], "2025": [HEADS, *rows]})
    found = [problem.row for problem in read.problems if problem.code == "duplicate_number"]
    assert found == [*range(2, 14)] * 2


def test_what_not_every_tab_has_is_written_where_it_is():
    """A new column in this month's tab alone: the rows of last month have no such cell."""
    without_note = {"2025": [HEADS[:4], ["B1", None, "Kaya", "Mehmet"]]}
    read = own_snapshot(YEARS, tabs(**without_note))
    assert read.layouts["cases"].writable >= {"number", "check_note"}
    here, there = group("A1", "check_note", "x"), group("B1", "check_note", "x")
    assert (forbidden(here, read), forbidden(there, read)) == ("", "check_note")
    assert [one.id for one in encode([here, there], read)] == [here.id]


def test_a_column_that_one_tab_calls_otherwise_is_written_in_none():
    """“Anmerkung” may stand under kim's field, but is the team's own."""
    renamed = YEARS + '[tables.cases.headings]\ncheck_note = ["Prüfhinweis", "Anmerkung"]\n'
    other = {"2025": [[*HEADS[:4], "Anmerkung"], ["B1", None, "Kaya", "Mehmet", "Akte liegt im Schrank"]]}
    assert "check_note" not in own_snapshot(renamed, tabs(**other)).layouts["cases"].writable


def test_a_tab_is_missed_only_what_it_had_itself():
    known = {"cases": {"number": "Fall-Nr.", "check_note": "Prüfhinweis"}, in_tab("cases", "2025"): {}}
    without_note = tabs(**{"2025": [HEADS[:4], ["B1", None, "Kaya", "Mehmet"]]})
    found = [one for one in own_snapshot(YEARS, without_note, known=known).problems if one.code == "missing_heading"]
    assert found == []
    known[in_tab("cases", "2025")] = {"check_note": "Prüfhinweis"}
    found = [one for one in own_snapshot(YEARS, without_note, known=known).problems if one.code == "missing_heading"]
    assert [(one.tab, one.field) for one in found] == [("2025", "check_note")]


@pytest.fixture
def book(tmp_path):
    return make_file(tmp_path / "Team.xlsx", tabs())


def group(key, field, new, op="edit"):
    return EditGroup(f"{field}/{key}", RowKey("team", "cases", key), (CellEdit(field, None, new),), "test", "", op=op)


def test_an_edit_goes_into_the_tab_where_the_row_stands_and_a_new_row_into_the_first(book):
    raw = read_workbook("team", read_bytes(book), book)
    layout = own_snapshot(YEARS, {tab.name: tab.rows for tab in raw.tabs}).layouts["cases"]
    ids = {tab.name: tab.id for tab in raw.tabs}
    first, *others = (structs.replace(part, tab_id=ids[part.tab], others=()) for part in layout.parts)
    base = Base(raw.revision, {"cases": structs.replace(first, others=tuple(others))})
    groups = [group("B1", "check_note", "Bitte prüfen"), group("A2", "last_name", "Haddad", "append")]
    done = XlsxWorkbook("team", book, versions=book.parent / "versions").write(
        groups, (), base, "t", "ledger", lambda *_: None
    )
    assert done.groups == {"check_note/B1": "applied", "last_name/A2": "applied"}
    sheets = openpyxl.load_workbook(book)
    assert sheets["2025"]["D3"].value == "Bitte prüfen"
    assert [cell.value for cell in sheets["2026"][3]][:3] == ["A2", None, "Haddad"]


def test_a_number_that_stands_in_another_tab_is_not_given_again():
    layout = own_snapshot(YEARS, tabs()).layouts["cases"]
    memory = MemoryWorkbook("team")
    raw = structs.replace(
        memory.read(), tabs=tuple(own_raw(name, rows) for name, rows in tabs().items())
    )  # fmt: skip
    twice = decide(raw, [group("A1", "number", "B1")], Base(raw.revision, {"cases": layout}))
    assert [(one.result, one.reason) for one in twice] == [("duplicate", "The number stands in another tab.")]


def own_raw(name, rows):
    return RawTab(name, name, rows)


def test_what_an_older_kim_knew_of_the_first_tab_is_asked_of_no_other():
    """It kept the headings of one tab a table; a month that never had them all must not stop the run."""
    known = {"cases": {"number": "Fall-Nr.", "check_note": "Prüfhinweis"}}
    assert headings_before("cases", "2026", known, first=True) == known["cases"]
    assert headings_before("cases", "2025", known, first=False) == {}
    assert headings_before("cases", "2027", {**known, in_tab("cases", "2026"): {"number": "Nr"}}, first=True) == {}
