"""Answers of people whose case got another number after they were written to, on real .xlsx files."""

from __future__ import annotations

from datetime import date
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.support.told_site import ToldSite, client, visit

NOON, MORNING = "2026-11-27T12:00", "2026-11-30T08:30"


@pytest.fixture
def site(tmp_path, monkeypatch):
    """K-1 was reminded; then the number of the case was corrected."""
    monkeypatch.setenv("KIM_TEST_PASSWORD", "x")
    made = ToldSite(tmp_path)
    made.begin([client("K-1"), client("K-2")], [visit("T-1", "K-1", date(2026, 12, 2))])
    made.edit(
        lambda book: [setattr(book[tab][cell], "value", "K-9") for tab, cell in (("Fälle", "A2"), ("Termine", "B2"))]
    )
    return made


def mail(site):
    return next(one for to, one in site.post.taken if to == "k-1@post.test")


@pytest.mark.parametrize("before", [True, False])
def test_a_no_counts_whether_it_came_before_or_after(site, before):
    if before:
        site.taps(mail(site), "N")
    site.go(NOON)
    if not before:
        site.taps(mail(site), "N")
    site.go("2026-11-27T14:00", MORNING)
    assert site.visit("T-1")["Status"] == "abgesagt"
    assert [line for line in site.heard("K-9") if "Abgesagt" in line]
    assert site.to("K-9", 1) == []  # whoever cancelled is told nothing more


def test_a_stop_ends_the_messages(site):
    site.go(NOON)
    link = parse_qs(urlsplit(str(mail(site)["List-Unsubscribe"]).strip("<>")).query)
    site.writes("k-1@post.test", link["subject"][0], "")
    site.go("2026-11-27T14:00", MORNING)
    assert (site.of("K-9")["Kontaktweg"], site.to("K-9", 1)) == ("keine Erinnerung", [])


def test_words_are_asked_about_and_told_under_the_present_number(site):
    site.go(NOON)
    sent = mail(site)
    site.writes("k-1@post.test", f"Re: {sent['Subject']}", "Geht es später?", In_Reply_To=str(sent["Message-ID"]))
    site.go("2026-11-27T14:00", MORNING)
    assert [question[:8] for question in site.asked("später")] == ["Fall K-9"]
    assert [line for line in site.heard("K-9") if line.startswith("mail") and "eigenen Worten" in line]


def test_an_answer_of_a_number_that_somebody_else_has_now_is_theirs_alone(site):
    site.edit(lambda book: setattr(book["Fälle"]["A3"], "value", "K-1"))
    site.taps(mail(site), "N")
    site.go(NOON)
    assert site.visit("T-1")["Status"] == "geplant"


@pytest.mark.parametrize("born", [date(1985, 5, 5), None])
def test_a_parent_with_the_childs_telephone_and_mailbox_is_somebody_else(tmp_path, monkeypatch, born):
    monkeypatch.setenv("KIM_TEST_PASSWORD", "x")
    site = ToldSite(tmp_path)
    family = {"Nachname": "Acar", "E-Mail": "k-1@post.test", "Telefon": "0151 20000001", "Haushalt": "H-1"}
    child = client("K-1", Vorname="Deniz", Geburtsdatum=date(2005, 3, 3) if born else None, **family)
    parent = client("K-2", Vorname="Leyla", Geburtsdatum=born, **family)
    site.begin([child, parent], [visit("T-1", "K-1", date(2026, 12, 2))])
    sent = mail(site)
    site.delete("K-1", "Fälle")
    site.type("Termine", "T-1", **{"Fall-Nr.": "K-2"})
    site.taps(sent, "N")
    site.go(NOON)
    assert site.visit("T-1")["Status"] == "geplant"


def test_an_answer_goes_with_the_client_who_gave_it(tmp_path, monkeypatch):
    monkeypatch.setenv("KIM_TEST_PASSWORD", "x")
    site = ToldSite(tmp_path)
    site.begin([client("K-1"), client("K-2")], [visit("T-1", "K-1", date(2026, 12, 2))])
    site.taps(mail(site), "Y")
    site.go(NOON)
    said = site.visit("T-1")["Antwort"]
    assert said.startswith("bestätigt")
    for at, number, answer in (("13:00", "K-2", None), ("14:00", "K-1", said)):
        site.type("Termine", "T-1", **{"Fall-Nr.": number})
        site.go(f"2026-11-27T{at}")
        assert site.visit("T-1")["Antwort"] == answer
    site.type("Termine", "T-1", **{"Fall-Nr.": "K-2", "Antwort": "am Telefon zugesagt"})
    site.go("2026-11-27T15:00")
    assert site.visit("T-1")["Antwort"] == "am Telefon zugesagt"
