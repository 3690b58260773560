"""Edits after a message, on real .xlsx files, that once ended in silence or in an untruth."""

from __future__ import annotations

from datetime import date, time

import pytest

from tests.support.own_site import CASES, SITE, OwnSite, case, text_of
from tests.support.shelf import lived

VISITS = ["Termin-Nr.", "Fall-Nr.", "Datum", "Uhrzeit", "Dauer", "Ort", "Beratung durch", "Art", "Status"]
PLACES = [["Name", "neutraler Name", "geschützt", "Anschrift"], ["Mitte", "Büro Mitte", "nein", "Weg 1"],
          ["Haus", "Haus Linde", "ja", "Geheimweg 9"]]  # fmt: skip
TOLD, CHANGED = "2026-11-30T08:30", "2026-11-30T12:30"


def begun(folder):
    """A client who was reminded of an appointment in two days' time."""
    made = OwnSite(folder)
    made.write(site=SITE)
    visit = ["T-1", "K-1", date(2026, 12, 2), time(10), 45, "Mitte", "AB", None, "geplant"]
    made.book({"Fälle": [CASES, case("K-1", Telefon="02323 16650")], "Termine": [VISITS, visit], "Standorte": PLACES})
    made.met(TOLD)
    made.run(TOLD)
    assert len(clients(made)) == 1


@pytest.fixture
def site(tmp_path):
    return OwnSite(lived(begun, tmp_path))


def clients(site):
    return [mail for mail in site.mails() if mail["To"].endswith("@post.test")]


def asked(site):
    return [row["Frage"] for row in site.rows("Entscheidungen")]


def test_an_appointment_that_goes_to_a_protected_place_is_not_called_as_agreed(site):
    site.type("Termine", "T-1", Ort="Haus")
    site.run(CHANGED)
    said = text_of(clients(site)[-1])
    assert "An einem anderen Ort" in said
    assert "Linde" not in said
    assert "besprochen" not in said
    assert [question for question in asked(site) if "anderen Ort" in question]


def test_a_call_that_is_promised_needs_a_number(site):
    site.type("Fälle", "K-1", Telefon=None)
    site.type("Termine", "T-1", Art="telefonisch")
    done = site.run(CHANGED)
    assert [problem.key for problem in done.prepared.problems if problem.code == "call_without_number"] == ["T-1"]


def test_who_gets_another_case_number_is_told_nothing_twice(site):
    def renumber(book):
        book["Fälle"]["A2"].value = book["Termine"]["B2"].value = "K-77"

    site.edit(renumber)
    before = asked(site)
    site.run(CHANGED)
    assert len(clients(site)) == 1
    assert asked(site) == before
    site.type("Termine", "T-1", Uhrzeit=time(11))
    site.run("2026-11-30T17:00")
    assert "11:00" in text_of(clients(site)[-1])


def test_another_client_with_another_address_is_no_renumbered_one(site):
    site.type("Fälle", "K-1", **{"E-Mail": "jemand@post.test"})
    site.edit(
        lambda book: [setattr(book["Fälle"]["A2"], "value", "K-77"), setattr(book["Termine"]["B2"], "value", "K-77")]
    )
    site.run(CHANGED)
    assert [question for question in asked(site) if "K-77" in question]
