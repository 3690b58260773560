"""Cells as full as a cell may be (32 767 characters): each is read at once, told as too long, and quoted in part."""

from __future__ import annotations

import pytest

from tests.support.own_tables import own_snapshot

UNITS = ("-", " ", ", ", "1.", "1 ", "10:00 ", "1.1.24 ", '"', "a@", "+49 ", "(", "/", "und ", "ä", "\n")
HEADS = {
    "Fälle": ["Fall-Nr.", "Name", "Vorname", "Geburtsdatum", "E-Mail", "Telefon", "Sprachen", "Eingang",
              "Fallmanagement", "Haushalt", "Einwilligung am", "Status"],
    "Termine": ["Termin-Nr.", "Fall-Nr.", "Datum", "Uhrzeit", "Ort", "Status", "Dauer"],
    "Team": ["Kürzel", "Name", "E-Mail", "Sprachen", "Kapazität", "abwesend von", "abwesend bis", "Vertretung"],
}  # fmt: skip


def full(unit):
    return f"a{unit * 32_000}"[:32_000] + "b"


@pytest.mark.parametrize("unit", UNITS)
def test_each_is_read_at_once_and_quoted_in_part(unit):
    tabs = {tab: [heads, ["K1"] + [full(unit)] * (len(heads) - 1)] for tab, heads in HEADS.items()}
    shot = own_snapshot("", tabs)
    assert {"too_long"} <= {one.code for one in shot.problems}
    assert max(len(one.shown) for one in shot.problems) <= 121
    assert max(len(one.message) for one in shot.problems) < 500
