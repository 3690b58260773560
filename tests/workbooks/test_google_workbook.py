from __future__ import annotations

import pytest

from automations.workbooks.google.locking import MUTEX
from tests.support.fault_contract import FaultContract
from tests.support.google_sheets import Clock, SheetDesk, new_sheet, open_sheet
from tests.support.workbook_contract import WorkbookContract


class TestGoogleWorkbook(WorkbookContract, FaultContract):
    @pytest.fixture(autouse=True)
    def _google(self, google):
        self.google, self.clock = google, Clock()

    def make(self, tabs):
        self.sheet = new_sheet(self.google, tabs)
        return open_sheet(self.google, self.sheet, self.clock)

    @property
    def desk(self):
        return SheetDesk(self.google.person("team", self.sheet))

    def colleague(self, workbook, change):
        change(self.desk)

    def meanwhile(self, workbook, change):
        """The owner, whom no protection keeps away, types between the lock and the write."""

        def interrupt(google, call):
            if "deleteProtectedRange" in call.kinds:
                google.colleague = None
                change(self.desk)

        self.google.colleague = interrupt

    def lock(self, workbook, who):
        area = {"sheetId": 0, "startRowIndex": 0, "endRowIndex": 9, "startColumnIndex": 0, "endColumnIndex": 9}
        self.clock.now += 120
        text = f"kim ({who}) #abc @{int(self.clock.now)}"
        kim = self.google.person("kim", self.sheet)
        mutex = {"protectedRangeId": MUTEX, "range": area, "description": text}
        kim.does({"addProtectedRange": {"protectedRange": mutex}})
