"""Over two hundred broken rows: each is shown once, at its place, in the words of its reader."""

from __future__ import annotations

import pytest

from automations.model.settings import SiteFacts
from automations.tables.snapshot import read_tables
from tests.support.broken import HOMES, columns, entries, found, valid, workbook
from tests.support.builders import NOW

BROKEN = entries()


@pytest.fixture(scope="module")
def shown():
    return found(BROKEN)


def test_there_are_many_of_them():
    assert len(BROKEN) >= 200


@pytest.mark.parametrize(
    "number", range(len(BROKEN)), ids=lambda n: f"{BROKEN[n]['column']}-{BROKEN[n].get('cell', '')}"
)
def test_the_entry_is_exactly_this(shown, number):
    entry = BROKEN[number]
    actual = [
        {name: getattr(problem, name) for name in ("code", "severity", "column", "message", "advice")}
        for problem in shown[number]
    ]
    assert actual == entry["shown"]


def test_valid_rows_show_nothing():
    rows = [
        {"table": table, "column": "Unbenutzt", "cell": None}
        for table in ("cases", "appointments", "team")
        for _ in range(20)
    ]
    assert [problems for problems in found(rows) if problems] == []


def test_every_broken_row_is_still_a_record():
    raw, places = workbook(BROKEN)
    snapshot = read_tables({"team": raw}, columns(), SiteFacts(), HOMES, NOW)
    lines = {
        (table, record.line)
        for table in ("cases", "appointments", "team", "locations", "naturalisation")
        for record in getattr(snapshot, table)
    }
    assert set(places) <= lines
    assert valid("cases", 1)["Fall-Nr."] in snapshot.case_by_number
