"""A tab is written where people would see something else in it, and stands as it is where they would not."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from python_calamine import CalamineWorkbook

from automations.config.loading import load_site
from automations.engine.parts import open_world
from automations.engine.runner import run
from automations.workbooks.cellrefs import column_letters
from automations.workbooks.xlsx.one_cell import set_cell

AT = datetime(2024, 10, 30, 9, 0, tzinfo=ZoneInfo("Europe/Berlin"))
TEAM = "KIM-Team.xlsx"


@pytest.fixture
def site(demos, tmp_path):
    """A site whose runs of the day are over."""
    return demos(tmp_path / "site", cases=24, seed=5, at=AT, runs=[AT, AT + timedelta(hours=1)])


def at(folder, hours):
    now = AT + timedelta(hours=hours)
    with open_world(load_site(folder), now) as world:
        return run(world, lambda: now)


def rows_of(path):
    book = CalamineWorkbook.from_path(str(path))
    return {name: book.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in book.sheet_names}


def without_stand(rows):
    """What a tab says beside the moment of its figures, which comes with any other change."""
    return [[cell for cell in row if not str(cell).startswith("Stand: ")] for row in rows]


def typed(folder, tab, heading, value, rows):
    found = rows_of(folder / TEAM)[tab]
    head = next(n for n, row in enumerate(found) if heading in row)
    for row in rows:
        place = f"{tab}!{column_letters(found[head].index(heading) + 1)}{head + 1 + row}"
        set_cell(folder / TEAM, place, value)


def all_tabs(folder):
    books = {"team": TEAM, "managers": "KIM-Leitung.xlsx"}
    return {
        (book, tab): without_stand(rows) for book, name in books.items() for tab, rows in rows_of(folder / name).items()
    }


def digest(folder):
    return hashlib.sha256((folder / TEAM).read_bytes()).hexdigest()


def test_remarks_of_the_team_s_own_change_no_tab(site):
    typed(site, "Fälle", "Bemerkung", "angerufen", range(1, 11))
    before = digest(site)
    result = at(site, 2)
    assert result.outcome == "done"
    assert [doc.title for doc in result.prepared.tabs] == []
    assert digest(site) == before


def test_nor_does_another_run_of_the_day(site):
    before = digest(site)
    for hours in (2, 3, 4):
        assert [doc.title for doc in at(site, hours).prepared.tabs] == []
    assert digest(site) == before


@pytest.mark.parametrize(
    ("heading", "value", "rows"),
    [
        ("Stadtteil", "Ort", range(1, 11)),
        ("Phase", "Begleitung", range(12, 24)),
        ("Zuständig", "Niemand", range(12, 24)),
    ],
)
def test_a_tab_that_is_written_reads_otherwise_than_before(site, heading, value, rows):
    typed(site, "Fälle", heading, value, rows)
    before = all_tabs(site)
    result = at(site, 2)
    after = all_tabs(site)
    drawn = {(doc.workbook, doc.title) for doc in result.prepared.tabs}
    assert drawn  # all three are counted somewhere
    assert {place for place in drawn if before.get(place) == after.get(place)} == set()
