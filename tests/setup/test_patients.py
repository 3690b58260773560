"""A hospital's list: the short word for its clients stands before their fields."""

from __future__ import annotations

from datetime import date

from tests.setup.test_team_workbooks import proposed
from tests.support.team_workbooks import TeamBook

PEOPLE = ["Kaya, Mehmet", "Popescu, Ana", "Bondar, Olena", "Diallo, Fatou", "Haddad, Samir", "Marin, Elena"]


def test_the_short_word_for_patients_before_a_heading_is_the_client(tmp_path):
    rows = [[*one.split(", "), "3B", date(2026, 3, n), None] for n, one in enumerate(PEOPLE, start=1)]
    tabs = {"Patienten": [["Pat.-Name", "Pat.-Vorname", "Station", "Einzug", "Auszug"], *rows]}
    found = proposed(TeamBook(tabs, {}, {}, {}).write(tmp_path / "Team.xlsx")).table("cases")
    names = {field: found.field(field).text for field in ("last_name", "first_name", "closed_on")}
    assert names == {"last_name": "Pat.-Name", "first_name": "Pat.-Vorname", "closed_on": "Auszug"}
