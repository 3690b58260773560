"""What `kim init` makes of workbooks that nobody described: much understood, nothing wrong."""

from __future__ import annotations

import pytest

from automations.config.shipped_columns import load_columns
from automations.model.settings import SiteFacts
from automations.setup.proposals import propose
from automations.setup.relations import related
from automations.setup.shapes import notes
from automations.workbooks.cellrefs import column_letters
from automations.workbooks.stores.opening import read_bytes
from automations.workbooks.xlsx.reading import read_workbook
from tests.setup.test_init import TODAY
from tests.support.team_workbooks import BOOKS

NOW = TODAY.replace(year=2026, month=11, day=28)


def proposed(path):
    return related(propose(read_workbook("team", read_bytes(path), path), load_columns(), SiteFacts(), NOW))


@pytest.mark.parametrize("make", BOOKS, ids=lambda make: make.__name__)
def test_nothing_is_taken_for_what_it_is_not(tmp_path, make):
    book = make()
    found = proposed(book.write(tmp_path / "Team.xlsx"))
    tables = {block.tab.name: table.table for table in found.tables for block in table.blocks}
    assert {tab: tables.get(tab, "") for tab in book.tables} == book.tables
    fields = {}
    for table in found.tables:
        for heading in table.headings:
            for block in table.blocks:
                fields[block.tab.name, " ".join(heading.text.split())] = heading.field
            fields[table.block.tab.name, f"col:{column_letters(heading.column)}"] = heading.field
    assert {place: fields.get(place, "") for place in book.fields} == book.fields
    assert {note.code for note in notes(found)} >= set(book.notes)
