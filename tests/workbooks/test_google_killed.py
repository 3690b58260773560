"""kill -9 at every call of a write: what arrived arrived once, nothing else changed, no lock stays."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from automations.model.writes import PendingWrite
from tests.sheets_emulator import Emulator
from tests.support.google_sheets import Clock, new_sheet, open_sheet
from tests.support.google_victim import TOKEN, WANTED, write
from tests.support.workbook_contract import base_of, case_rows, named, value

CALLS = 4


@pytest.mark.parametrize("late", [False, True], ids=["before the call", "before its answer"])
@pytest.mark.parametrize("number", range(1, CALLS + 1))
def test_a_killed_run_is_settled_and_done_again_once(number, late):
    with Emulator() as google:
        sheet = new_sheet(google, {"Fälle": case_rows(), "Notizen": [["eine Notiz"]]})
        clock = Clock()
        raw = open_sheet(google, sheet, clock).read()
        google.calls.clear()
        kill_at(google, sheet, number, late=late)
        book = open_sheet(google, sheet, clock)
        settled = book.settle(PendingWrite(TOKEN, raw.revision, "", WANTED, base_of(raw)))
        arrived = number == CALLS and late
        assert settled.status == ("written" if arrived else "unchanged")
        assert not any(tab.protected for tab in google.spreadsheet(sheet).sheets)
        write(book)
        after = book.read()
        assert value(after, "KIM-1", "manager") == "AB"
        assert value(after, "KIM-9", "last_name") == "Neun"
        assert [tab.name for tab in after.tabs] == ["Fälle", "Notizen", "Übersicht"]
        untouched = [list(row) for row in named(after, "Fälle").rows[3:8]]
        assert untouched == [list(row) for row in named(raw, "Fälle").rows[3:8]]


def kill_at(google, sheet, number, *, late):
    """Start the victim; it is dead when its n-th call arrives, or when that call has been carried out."""
    command = [sys.executable, "-m", "tests.support.google_victim", google.url, sheet]
    victim = subprocess.Popen(command, cwd=Path(__file__).parents[2], stderr=subprocess.PIPE)
    carried_out = google.handle

    def handle(call, token):
        if len(google.calls) < number:
            return carried_out(call, token)
        answer = carried_out(call, token) if late else None
        victim.kill()
        victim.wait()
        return answer

    google.handle = handle
    victim.communicate(timeout=60)
    assert victim.returncode < 0
    google.handle = carried_out
