"""How long an appointment is where a team types when it ends: what lies between, and nothing that kim made up."""

from __future__ import annotations

from datetime import UTC, date, datetime, time

import pytest

from automations.config.site import load_columns
from automations.jobs.check_data import CheckData, CheckSettings
from automations.model.history import History
from automations.model.settings import SiteFacts
from automations.tables.snapshot import read_tables
from automations.workbooks.protocol import RawTab, RawWorkbook

NOW = datetime(2026, 12, 1, 8, 0, tzinfo=UTC)
COLUMNS = load_columns()
CASES = RawTab("Fälle", "1", (("Fall-Nr.", "Nachname", "Vorname"), ("K-1", "Kaya", "Mehmet")))


def read(headings, *rows):
    """Appointments with these cells."""
    lines = tuple(("T-1", "K-1", date(2026, 12, 8), *row) for row in rows)
    tab = RawTab("Termine", "2", (("Termin-Nr.", "Fall-Nr.", "Datum", *headings), *lines))
    book = RawWorkbook("team", "r1", (CASES, tab))
    return read_tables({"team": book}, COLUMNS, SiteFacts(), dict.fromkeys(COLUMNS.tables, "team"), NOW)


@pytest.mark.parametrize(
    ("headings", "cells", "minutes"),
    [
        (("von", "bis"), (time(9, 30), time(10, 15)), 45),
        (("Uhrzeit", "Ende"), ("9.30 Uhr", "11 Uhr"), 90),
        (("Uhrzeit",), ("9:00 - 10:00",), 60),
        (("Uhrzeit",), ("9 bis 9.45 Uhr",), 45),
        (("von", "bis", "Dauer"), (time(9, 30), time(10, 15), 30), 30),
        (("von", "bis", "Dauer"), (time(9, 30), time(10, 15), None), 45),
        (("von", "bis", "Dauer"), (time(9, 30), None, None), None),
        (("von", "bis"), (time(9, 30), time(9, 0)), None),
        (("von", "bis"), (time(9, 30), time(9, 30)), None),
        (("von", "bis"), (None, time(9, 0)), None),
        (("Uhrzeit",), (time(9, 30),), None),
    ],
)
def test_the_length_is_what_lies_between(headings, cells, minutes):
    (appointment,) = read(headings, cells).appointments
    assert appointment.duration == minutes


def test_an_end_before_the_beginning_is_told():
    settings = CheckSettings.model_validate({"site": {}})
    rows = read(("von", "bis"), (time(9, 30), time(9, 0)), (time(9, 30), time(10, 0)))
    told = [one for one in CheckData().plan(rows, settings, NOW, History()).problems if one.code == "ends_too_early"]
    assert [(one.row, one.message) for one in told] == [(2, "Er endet um 09:00, also nicht nach dem Beginn.")]
