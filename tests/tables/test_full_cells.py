"""Cells as full as a cell may be (32 767 characters): each is read at once, told as too long, and quoted in part."""

from __future__ import annotations

from datetime import date

import pytest

from automations.config.site import load_columns
from automations.model.settings import SiteFacts
from automations.setup.understanding import understand
from automations.workbooks.protocol import RawTab, RawWorkbook
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


def test_what_mails_print_of_a_place_or_a_colleague_is_named_at_its_row_and_not_printed():
    tabs = {
        "Standorte": [["Name", "neutraler Name", "Anschrift", "Wegbeschreibung"], ["Nord", *[full(" y")] * 3]],
        "Team": [["Kürzel", "Name"], ["AB", full("n ")]],
    }
    shot = own_snapshot("", tabs)
    [place], [colleague] = shot.locations, shot.team
    assert (place.neutral_name, place.address, place.directions, colleague.name) == (None, None, None, None)
    found = [(one.tab, one.row, one.column) for one in shot.problems if one.code == "too_long"]
    assert {("Standorte", 2, "Anschrift"), ("Standorte", 2, "Wegbeschreibung"), ("Team", 2, "Name")} <= set(found)


@pytest.mark.parametrize("unit", ["-", ", ", "1.", "a@"])
def test_kim_init_understands_the_columns_around_it(unit):
    heads = ["Fall-Nr.", "Nachname", "Vorname", "Eingang", "Sprachen", "Zuständig", "Bericht"]
    rows = [heads] + [
        [f"K{n}", f"Name{n}", f"Vorname{n}", date(2026, 11, n), "Arabisch", "AA", full(unit) if n % 2 else "kurz"]
        for n in range(1, 9)
    ]
    raw = RawWorkbook("team", "", (RawTab("1", "Fälle", rows, {}),))
    cases = understand(raw, load_columns(), SiteFacts(), date(2026, 11, 30)).table("cases")
    fields = [heading.field for heading in cases.headings]
    assert fields == ["number", "last_name", "first_name", "received", "languages", "manager", ""]
    assert max(len(value) for value in cases.values(cases.headings[-1])) == 1000, "a cell's beginning tells its kind"
