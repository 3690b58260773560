"""What only the real service can tell. Skipped without a sheet and a key that may be played with:

    KIM_LIVE_GOOGLE_SHEET=<address of an empty sheet>  KIM_GOOGLE_CREDENTIALS=<key file>
    KIM_LIVE_GOOGLE_GUEST=<key file of a second service account, also an editor>   (for the lock)
    KIM_LIVE_GOOGLE_PAUSE=<seconds after each call of a test's own, 1 by default: the quota is 60 a minute>

Neither account may be the sheet's owner, whom no lock stops. Everything in that sheet is deleted.
"""

from __future__ import annotations

import os
import time
from datetime import date, datetime

import pytest
from gspread.exceptions import APIError
from gspread.http_client import HTTPClient

from automations.workbooks.google.backend import GoogleSheetsWorkbook
from automations.workbooks.google.client import sheet_id
from automations.workbooks.google.credentials import KeySource
from automations.workbooks.google.locking import MUTEX, Lock, description
from automations.workbooks.new_files import NewTab
from tests.live.google_person import LivePerson
from tests.support.google_sheets import SheetDesk
from tests.support.workbook_contract import LEDGER, Announced, WorkbookContract, base_of, case_rows, group, named, value
from tests.workbooks.test_google_tabs import a_tab as a_tab_with_a_chart

ADDRESS = os.environ.get("KIM_LIVE_GOOGLE_SHEET", "")
GUEST = "KIM_LIVE_GOOGLE_GUEST"
PAUSE = float(os.environ.get("KIM_LIVE_GOOGLE_PAUSE", "1"))
pytestmark = pytest.mark.skipif(not ADDRESS, reason="no Google sheet to play with (KIM_LIVE_GOOGLE_SHEET)")


def person(env="KIM_GOOGLE_CREDENTIALS"):
    return LivePerson(HTTPClient(KeySource("live", env).load()), sheet_id("live", ADDRESS))


def anew(tabs):
    """The sheet with these tabs and values alone."""
    owner = person()
    owner.empties(tabs)
    desk = SheetDesk(owner)
    for name, rows in tabs.items():
        for number, row in enumerate(rows, start=1):
            for column, typed in enumerate(row, start=1):
                if typed is not None:
                    desk.type(name, number, column, typed)
                    time.sleep(PAUSE)


class Interrupted(HTTPClient):
    """Lets a colleague act right before the batch that writes."""

    act = None

    def request(self, method, endpoint, *args, **more):
        body = more.get("json") or {}
        if Interrupted.act and any("deleteProtectedRange" in request for request in body.get("requests", ())):
            act, Interrupted.act = Interrupted.act, None
            act()
        return super().request(method, endpoint, *args, **more)


class TestLiveWorkbook(WorkbookContract):
    """The whole contract; `time.sleep` keeps within 60 calls a minute."""

    def make(self, tabs):
        time.sleep(15 * PAUSE)
        anew(tabs)
        return GoogleSheetsWorkbook("team", ADDRESS, KeySource("live").load, language="en", http_client=Interrupted)

    def colleague(self, workbook, change):
        change(SheetDesk(person()))

    def meanwhile(self, workbook, change):
        Interrupted.act = staticmethod(lambda: change(SheetDesk(person())))

    def lock(self, workbook, who):
        area = {"sheetId": person().document.sheets[0].id, "startRowIndex": 0, "endRowIndex": 9}
        lock = {"protectedRangeId": MUTEX, "range": area, "description": description(who, "abc", time.time())}
        person().does({"addProtectedRange": {"protectedRange": lock}})
        workbook._seen = None


@pytest.fixture
def book():
    anew({"Fälle": case_rows()})
    return GoogleSheetsWorkbook("team", ADDRESS, KeySource("live").load, language="en")


def area():
    grid = {"startRowIndex": 0, "endRowIndex": 5, "startColumnIndex": 0, "endColumnIndex": 5}
    return {"sheetId": person().document.sheets[0].id, **grid}


def test_a_protected_range_takes_our_id_and_a_second_one_is_refused(book):
    lock = Lock((MUTEX, 4711), description("live", "t", time.time()))
    owner = person()
    owner.does(*lock.requests([area()], ""))
    with pytest.raises(APIError) as caught:
        owner.does(*Lock((MUTEX, 4712), "x").requests([area()], ""))
    assert caught.value.response.status_code == 400
    owner.does(*lock.release())
    with pytest.raises(APIError):
        owner.does(*lock.release())


@pytest.mark.skipif(not os.environ.get(GUEST), reason="no second account (KIM_LIVE_GOOGLE_GUEST)")
def test_a_lock_keeps_another_editor_out(book):
    lock = Lock((MUTEX, 4711), description("live", "t", time.time()))
    owner, guest = person(), person(GUEST)
    account = str(getattr(owner.http.auth, "service_account_email", ""))
    owner.does(*lock.requests([area()], account))
    desk, sorted_by = SheetDesk(guest), [{"dimensionIndex": 0, "sortOrder": "DESCENDING"}]
    acts = (
        lambda: desk.type("Fälle", 3, 3, "Begleitung"),
        lambda: desk.insert_row("Fälle", 3),
        lambda: desk.delete_row("Fälle", 3),
        lambda: guest.does({"sortRange": {"range": {**area(), "startRowIndex": 2}, "sortSpecs": sorted_by}}),
    )
    for act in acts:
        with pytest.raises(APIError):
            act()
        time.sleep(PAUSE)
    owner.does(*lock.release())
    desk.type("Fälle", 3, 3, "Begleitung")


def test_charts_links_and_notes_are_accepted_and_read_back(book):
    raw = book.read()
    wanted = group("KIM-1", ("manager", None, "AB"))
    result = book.write([wanted], [a_tab_with_a_chart()], base_of(raw), "t", LEDGER, Announced())
    assert (result.status, result.groups) == ("written", {"g/KIM-1": "applied"})
    after = book.read()
    assert value(after, "KIM-1", "manager") == "AB"
    assert not named(after, "Zahlen").errors
    assert any("KIM-1" in row for row in named(after, "Zahlen").rows)
    again = book.write([], [a_tab_with_a_chart(rows=2, kind="line")], base_of(after), "t2", LEDGER, Announced())
    assert again.status == "written"


def test_the_prediction_of_the_revision_is_right(book):
    announced = Announced()
    wanted = group("KIM-1", ("manager", None, "AB"))
    result = book.write([wanted], [a_tab_with_a_chart()], base_of(book.read()), "t", LEDGER, announced)
    assert announced.calls[-1][1] == result.revision


def test_dates_are_known_for_what_they_are_typed_or_computed(book):
    desk, header = SheetDesk(person()), len(case_rows())
    typed = {1: date(2024, 10, 31), 2: datetime(2024, 10, 31, 7, 30), 3: "=TODAY()", 4: "=A20+1"}  # noqa: DTZ001
    for column, value_typed in typed.items():
        desk.type("Fälle", 20, column, value_typed)
        time.sleep(PAUSE)
    row = named(book.read(), "Fälle").rows[19]
    assert header < 20
    assert row[:2] == (typed[1], typed[2])
    assert isinstance(row[2], date)
    assert row[3] == date(2024, 11, 1)


def test_columns_and_a_tab_are_added_as_at_the_start_of_a_site(book):
    filtered = {**area(), "startRowIndex": 1, "endRowIndex": 9}
    person().does({"setBasicFilter": {"filter": {"range": filtered}}})
    book.read()
    book.append_columns("Fälle", 2, {6: "Begründung", 7: "Prüfhinweis"})
    book.add_tab(NewTab("Entscheidungen", ("Nr.", "Entscheidung"), {"Entscheidung": ("ja", "nein")}))
    after = book.read()
    assert list(named(after, "Fälle").rows[1][5:7]) == ["Begründung", "Prüfhinweis"]
    assert list(named(after, "Entscheidungen").rows[0]) == ["Nr.", "Entscheidung"]
    shown = person().http.fetch_sheet_metadata(person().sheet)["sheets"][0]["basicFilter"]["range"]
    assert shown["endColumnIndex"] == 7
