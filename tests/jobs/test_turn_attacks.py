"""Unusual turns of asking in turn: what happens between an offer and its answer, and who hears of it."""

from __future__ import annotations

from datetime import date, time

import pytest

from tests.support.own_site import CASES, VISITS, case
from tests.support.turn_site import ASKED_VISITS, INTERPRETERS, TURN_SITE, TurnSite, interpreter, visit

DAY = date(2026, 11, 12)
WAITING = ["Nr.", "Fall-Nr.", "Wartet seit", "Beratung durch", "Jetziger Termin", "Erledigt"]
HOURS = [*VISITS, "Stunde anbieten", "Stunde vergeben an", "Stand der freien Stunde"]


@pytest.fixture
def site(tmp_path, monkeypatch):
    monkeypatch.setenv("KIM_TEST_PASSWORD", "x")
    return TurnSite(tmp_path)


def begun(site, visits, people):
    site.begin(visits, people, runs=["2026-11-02T09:00"])


def codes(found):
    return {problem.code for problem in found.prepared.problems}


def test_a_late_yes_counts_once_the_winner_has_declined(site):
    begun(site, [visit("T-1", DAY)], [interpreter("Amina"), interpreter("Basil")])
    first = site.last_to("amina")
    site.go("2026-11-02T17:00")
    site.answers("basil", "Ja")
    site.go("2026-11-02T17:10")
    site.answers("basil", "Nein")
    site.go("2026-11-03T09:00")
    site.news()
    site.answers("amina", "Ja", mail=first)
    site.go("2026-11-03T09:10")
    assert site.visit("T-1")["Sprachmittler/in"] == "Amina"
    assert ("amina", "Sie haben den Einsatz am 12.11.2026") in site.news()


@pytest.mark.parametrize("way", ["kein sicherer Kontakt", "keine Erinnerung"])
def test_an_hour_goes_to_nobody_whose_contact_turned_unsafe_before_the_yes(site, way):
    site.start({
        "Fälle": [CASES, case("K-0"), case("K-1"), case("K-2")],
        "Termine": [HOURS, ["T-1", "K-0", DAY, time(10), None, "AB", "abgesagt", None, "ja", None, None]],
        "Warteliste": [WAITING, *([f"W-{n}", f"K-{n}", date(2026, 10, n), None, None, None] for n in (1, 2))],
    }, site=TURN_SITE.replace('"interpreters"', '"freed_hours"'), rules="")  # fmt: skip
    site.go("2026-11-01T08:00")
    site.go("2026-11-02T09:00")
    site.type("Fälle", "K-1", Kontaktweg=way)
    site.answers("k-1", "Ja")
    site.go("2026-11-02T09:10")
    site.go("2026-11-02T09:20")
    assert site.visit("T-1")["Stunde vergeben an"] is None
    assert "Ein früherer Termin ist frei" in str(site.last_to("k-2")["Subject"])


def test_an_offer_is_taken_back_when_the_hour_moves_so_near_that_nobody_may_be_asked(site):
    begun(site, [visit("T-1", DAY)], [interpreter("Amina")])
    site.news()
    site.type("Termine", "T-1", Datum=date(2026, 11, 3), Uhrzeit=time(8))
    found = site.go("2026-11-02T10:00")
    site.go("2026-11-02T10:10")
    assert site.news() == [("amina", "Erledigt: Anfrage für den 12.11.2026")]
    assert "turn_late" in codes(found)


def test_a_holder_whose_own_row_is_gone_with_the_appointment_is_somebody_to_phone(site):
    begun(site, [visit("T-1", DAY), visit("T-2", date(2026, 11, 20))], [interpreter("Amina"), interpreter("Basil")])
    site.answers("amina", "Ja")
    site.go("2026-11-02T09:10")
    site.book({"Fälle": [CASES, case("K-1")], "Termine": [ASKED_VISITS, visit("T-2", date(2026, 11, 20))],
               "Sprachmittelnde": [INTERPRETERS, interpreter("Basil")]})  # fmt: skip
    site.go("2026-11-02T09:20")
    question = next(row for row in site.rows("Entscheidungen") if "nicht mehr da" in str(row["Frage"]))
    site.type("Entscheidungen", question["Nr."], Entscheidung="ja")
    assert "turn_untold" in codes(site.go("2026-11-02T09:30"))


def test_the_hours_to_answer_pass_over_the_weekend(site):
    site.begin([visit("T-1", date(2026, 11, 20))], [interpreter("Amina"), interpreter("Basil")])
    site.go("2026-11-06T16:00")  # a Friday: two hours of it, six of Monday
    assert site.visit("T-1")["Stand Sprachmittlung"] == "gefragt: Amina, bis 09.11.2026 14:00"


def test_cancelled_and_on_again_is_told_both_times(site):
    begun(site, [visit("T-1", DAY)], [interpreter("Amina")])
    site.answers("amina", "Ja")
    site.go("2026-11-02T09:10")
    site.news()
    site.type("Termine", "T-1", Status="abgesagt")
    site.go("2026-11-02T10:00")
    site.type("Termine", "T-1", Status="geplant")
    site.go("2026-11-02T11:00")
    assert [subject.partition(":")[0] for _, subject in site.news()] == ["Fällt aus", "Geändert"]


def test_an_offer_taken_back_by_a_cancellation_may_still_be_accepted_when_it_is_on_again(site):
    begun(site, [visit("T-1", DAY)], [interpreter("Amina")])
    offer = site.last_to("amina")
    site.type("Termine", "T-1", Status="abgesagt")
    site.go("2026-11-02T10:00")
    site.type("Termine", "T-1", Status="geplant")
    site.go("2026-11-02T11:00")
    site.news()
    site.answers("amina", "Ja", mail=offer)
    site.go("2026-11-02T11:10")
    assert (site.visit("T-1")["Sprachmittler/in"], site.news()) == (
        "Amina", [("amina", "Sie haben den Einsatz am 12.11.2026")],
    )  # fmt: skip


def test_two_with_one_address_are_asked_one_after_the_other_and_told_apart(site):
    shared = {"E-Mail": "amina@dolmetscher.test"}
    begun(site, [visit("T-1", DAY)], [interpreter("Amina"), interpreter("Basil", **shared)])
    site.answers("amina", "Nein")
    site.go("2026-11-02T09:10")
    assert "Guten Tag Basil" in site.last_to("amina").get_body(("plain",)).get_content()
    site.answers("amina", "Ja")
    site.go("2026-11-02T09:20")
    assert site.visit("T-1")["Sprachmittler/in"] == "Basil"


def test_a_plain_arabic_yes_without_the_button_is_for_people(site):
    begun(site, [visit("T-1", DAY)], [interpreter("Amina")])
    site.answers("amina", "Ja", body="نعم، لكن في الساعة الثالثة وليس العاشرة")
    site.go("2026-11-02T09:10")
    assert any("gefragt wurde" in str(row["Frage"]) for row in site.rows("Entscheidungen"))


def test_whoever_says_yes_after_their_row_was_deleted_is_somebody_to_phone(site):
    begun(site, [visit("T-1", DAY)], [interpreter("Amina"), interpreter("Basil")])
    offer = site.last_to("amina")
    site.book({"Fälle": [CASES, case("K-1")], "Termine": [ASKED_VISITS, visit("T-1", DAY)],
               "Sprachmittelnde": [INTERPRETERS, interpreter("Basil")]})  # fmt: skip
    site.answers("amina", "Ja", mail=offer)
    assert "turn_untold" in codes(site.go("2026-11-02T09:10"))
