"""What clients are told a colleague is called, where a team writes full names instead of short ones."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from automations.config.site import load_columns
from automations.model.settings import SiteFacts
from automations.tables.snapshot import read_tables
from automations.workbooks.protocol import RawTab, RawWorkbook

COLUMNS = load_columns()


@pytest.mark.parametrize(
    ("headings", "cells", "called"),
    [
        (("Kürzel",), ("Jo Marsh",), "Jo Marsh"),
        (("Kürzel",), ("Demir",), "Demir"),
        (("Kürzel",), ("Öztürk",), "Öztürk"),
        (("Kürzel",), ("AB",), None),
        (("Kürzel",), ("KM 1",), None),
        (("Kürzel",), ("Ber",), None),
        (("Kürzel",), ("jmarsh",), None),
        (("Kürzel", "Name"), ("Marsh", "Joanna Marsh"), "Joanna Marsh"),
        (("Kürzel", "Name"), ("Jo Marsh", None), "Jo Marsh"),
        (("Kürzel", "Name"), ("AB", None), None),
    ],
)
def test_who_is_called_by_the_name_is_named(headings, cells, called):
    book = RawWorkbook("team", "r1", (RawTab("Team", "1", (headings, cells)),))
    now = datetime(2026, 12, 1, 8, 0, tzinfo=UTC)
    (person,) = read_tables({"team": book}, COLUMNS, SiteFacts(), dict.fromkeys(COLUMNS.tables, "team"), now).team
    assert person.name == called
