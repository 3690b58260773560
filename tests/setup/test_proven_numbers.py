"""Numbers that need nobody's word, and columns about which nothing is asked."""

from __future__ import annotations

from datetime import date

import pytest

from tests.setup.test_team_workbooks import proposed
from tests.support.team_workbooks import TeamBook
from tests.tables.test_own_tables import own_snapshot

PEOPLE = ["Kaya, Mehmet", "Popescu, Ana", "Bondar, Olena", "Diallo, Fatou", "Haddad, Samir", "Marin, Elena"]
CASES = [["lfd. Nr.", "Name, Vorname", "Eingangsdatum", "CM"],
         *([n, name, date(2026, 3, n), "Berg"] for n, name in enumerate(PEOPLE, start=1))]  # fmt: skip


def book(order):
    """Appointments that quote the number of their case, and beside it a name."""
    days = [[n, name, date(2026, 12, n), "09:00", "Berg"] for n, name in enumerate(order, start=1)]
    heads = ["lfd. Nr. Klient", "Klient", "Wann", "Uhrzeit", "mit wem"]
    return TeamBook({"Fälle": CASES, "Kalender": [heads, *days]}, {}, {}, {})


@pytest.mark.parametrize(("order", "sure"), [(PEOPLE, "sure"), (PEOPLE[::-1], "likely")])
def test_numbers_of_cases_are_sure_where_the_names_beside_them_say_the_same(tmp_path, order, sure):
    case = proposed(book(order).write(tmp_path / "Team.xlsx")).table("appointments").field("case")
    assert (case.text, case.confidence) == ("lfd. Nr. Klient", sure)


def test_nothing_is_asked_about_a_column_that_is_left_to_the_team(tmp_path):
    found = proposed(book(PEOPLE).write(tmp_path / "Team.xlsx")).table("appointments")
    asked = [heading for heading in found.headings if heading.confidence in {"likely", "doubtful"}]
    assert all(heading.field for heading in asked), asked


@pytest.mark.parametrize(
    ("first", "second", "spoken"),
    [("Türkisch", "Deutsch, Türkisch", ("tr", "de")), ("", "Deutsch", ("de",)), ("Türkisch", "–", ("tr",))],
)
def test_further_languages_count_behind_the_first(first, second, spoken):
    tabs = {
        "Fälle": [["Fall-Nr.", "Nachname", "Muttersprache", "weitere Sprachen"], ["K-1", "Kaya", first, second]],
        "Team": [["Kürzel", "Name", "Zweitsprache"], ["AB", "Anna Berg", "Deutsch"]],
    }
    shot = own_snapshot("", tabs)
    assert shot.cases[0].languages == spoken
    assert shot.team[0].languages == ("de",)
