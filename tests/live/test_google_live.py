"""What only the real service can tell. Skipped without a sheet and a key that may be played with:

    KIM_LIVE_GOOGLE_SHEET=<address of an empty sheet>  KIM_GOOGLE_CREDENTIALS=<key file>
    KIM_LIVE_GOOGLE_GUEST=<key file of a second service account, also an editor>   (for the lock)

Everything in that sheet is deleted.
"""

from __future__ import annotations

import os
import time

import pytest
from gspread.exceptions import APIError
from gspread.http_client import HTTPClient

from automations.workbooks.google.client import sheet_id
from automations.workbooks.google.credentials import KeySource
from automations.workbooks.google.locking import MUTEX, Lock, description
from automations.workbooks.google_sheets import GoogleSheetsWorkbook
from tests.google_sheets import SheetDesk
from tests.live.google_person import LivePerson
from tests.test_google_tabs import a_tab as a_tab_with_a_chart
from tests.workbook_contract import LEDGER, Announced, WorkbookContract, base_of, case_rows, group, named, value

ADDRESS = os.environ.get("KIM_LIVE_GOOGLE_SHEET", "")
GUEST = "KIM_LIVE_GOOGLE_GUEST"
pytestmark = pytest.mark.skipif(not ADDRESS, reason="no Google sheet to play with (KIM_LIVE_GOOGLE_SHEET)")


def person(env="KIM_GOOGLE_CREDENTIALS"):
    return LivePerson(HTTPClient(KeySource("live", env).load()), sheet_id("live", ADDRESS))


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
        time.sleep(15)
        owner = person()
        owner.empties(tabs)
        for name, rows in tabs.items():
            desk = SheetDesk(owner)
            for number, row in enumerate(rows, start=1):
                for column, typed in enumerate(row, start=1):
                    if typed is not None:
                        desk.type(name, number, column, typed)
                        time.sleep(1)
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
    owner = person()
    owner.empties({"Fälle": case_rows()})
    desk = SheetDesk(owner)
    for number, row in enumerate(case_rows(), start=1):
        for column, typed in enumerate(row, start=1):
            if typed is not None:
                desk.type("Fälle", number, column, typed)
                time.sleep(1)
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
    with pytest.raises(APIError):
        SheetDesk(guest).type("Fälle", 3, 3, "Begleitung")
    owner.does(*lock.release())
    SheetDesk(guest).type("Fälle", 3, 3, "Begleitung")


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
