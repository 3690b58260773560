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


LISTED = ["F-101", "F-102", "F-103", "F-104", "F-105", "F-106"]


@pytest.mark.parametrize(
    ("quoted", "sure"),
    [
        (LISTED, "sure"),
        ([*LISTED[:3], None, None, None], "likely"),  # seldom filled: it may say another thing
        ([*LISTED[:2], "F-7", "F-8", "F-9", "F-10"], "likely"),
        ([str(n) for n in range(1, 7)], "likely"),  # as good a count of anything
    ],
)
def test_numbers_of_cases_are_sure_where_all_cells_are_such(tmp_path, quoted, sure):
    numbers = quoted if quoted[0] == "1" else LISTED
    cases = [
        ["Fall-Nr.", "Nachname", "Vorname", "Eingang"],
        *([one, *PEOPLE[n].split(", "), date(2026, 3, n + 1)] for n, one in enumerate(numbers)),
    ]
    days = [
        ["Tag", "Uhrzeit", "Dossier", "bei"],
        *([date(2026, 12, n + 1), "09:00", one, "Berg"] for n, one in enumerate(quoted)),
    ]
    found = proposed(TeamBook({"Fälle": cases, "Termine": days}, {}, {}, {}).write(tmp_path / "Team.xlsx"))
    case = found.table("appointments").field("case")
    assert (case.text, case.confidence) == ("Dossier", sure)


def test_two_columns_of_numbers_of_cases_are_asked_about(tmp_path):
    cases = [
        ["Fall-Nr.", "Nachname", "Eingang"],
        *([one, PEOPLE[n], date(2026, 3, n + 1)] for n, one in enumerate(LISTED)),
    ]
    days = [
        ["Tag", "Uhrzeit", "Dossier", "auch für"],
        *([date(2026, 12, n + 1), "09:00", one, LISTED[n - 1]] for n, one in enumerate(LISTED)),
    ]
    found = proposed(TeamBook({"Fälle": cases, "Termine": days}, {}, {}, {}).write(tmp_path / "Team.xlsx"))
    assert found.table("appointments").field("case").confidence == "likely"


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
