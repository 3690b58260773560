"""Questions about what a client was told, once they need no answer any more."""

from __future__ import annotations

from datetime import date, time

import pytest

from tests.support.letters import marked_as_spam
from tests.support.told_site import ToldSite, client, visit

DAY = date(2026, 12, 2)
NOON, LATER, EVENING, MORNING = "2026-11-27T12:00", "2026-11-27T14:00", "2026-11-27T16:00", "2026-11-30T08:30"


@pytest.fixture
def site(tmp_path, monkeypatch):
    """K-1 was reminded of T-1."""
    monkeypatch.setenv("KIM_TEST_PASSWORD", "x")
    made = ToldSite(tmp_path)
    made.begin([client("K-1"), client("K-2")], [visit("T-1", "K-1", DAY), visit("T-2", "K-2", DAY)])
    return made


def question(site):
    return next(row for row in site.rows("Entscheidungen") if "K-1" in str(row["Anlass"]))


def test_a_row_that_comes_back_settles_the_question_and_going_again_is_a_new_one(site):
    row = site.delete("T-1")
    site.go(NOON)
    assert len(site.asked("K-1", "weg")) == 1
    site.edit(lambda book: book["Termine"].append(row))
    site.go(LATER)
    asked = question(site)
    assert (asked["erledigt am"], asked["Vorschlag"]) == (
        date(2026, 11, 27), "Nichts mehr zu tun: Es hat sich erledigt."
    )  # fmt: skip
    site.delete("T-1")
    site.go(EVENING)
    assert len(site.asked("K-1", "weg")) == 2


def test_a_change_that_is_taken_back_settles_it(site):
    site.type("Fälle", "K-1", **{"E-Mail-Einwilligung am": None})
    site.type("Termine", "T-1", Uhrzeit=time(15))
    site.go(NOON)
    assert question(site)["erledigt am"] is None
    site.type("Termine", "T-1", Uhrzeit=time(10))
    site.go(LATER)
    assert question(site)["erledigt am"] is not None


def test_what_people_answered_stays(site):
    row = site.delete("T-1")
    site.go(NOON)
    site.type("Entscheidungen", question(site)["Nr."], Entscheidung="nein")
    site.go(LATER)
    before = question(site)
    site.edit(lambda book: book["Termine"].append(row))
    site.go(EVENING)
    assert question(site) == before


def test_a_yes_to_what_people_said_the_client_knows_is_asked_about_again_and_once(site):
    mail = site.to("K-1")[0]
    site.delete("T-1")
    site.go(NOON)
    site.type("Entscheidungen", question(site)["Nr."], Entscheidung="ja")
    site.go(LATER)
    assert site.asked("K-1") == []
    site.taps(mail, "Y")
    site.go(EVENING, MORNING)
    assert ["Ja gesagt" in asked for asked in site.asked("K-1", "weg")] == [True]


def test_a_question_whose_hour_is_over_is_left_as_it_is(site):
    site.delete("T-1")
    site.go(NOON, "2026-12-03T08:30")
    assert question(site)["erledigt am"] is None


def test_a_row_in_which_somebody_types_settles_nothing(tmp_path, monkeypatch):
    monkeypatch.setenv("KIM_TEST_PASSWORD", "x")
    site = ToldSite(tmp_path)
    site.begin([client("K-1")], [visit("T-1", "K-1", DAY)], settle=30, at=(
        "2026-11-20T08:30", "2026-11-20T10:30", "2026-11-27T08:30"))  # fmt: skip
    site.type("Termine", "T-1", Status="verschoben")
    site.go(NOON, LATER)
    assert len(site.asked("K-1")) == 1
    site.type("Termine", "T-1", Ort="Café Ost")
    site.go("2026-11-27T14:10", EVENING)
    assert len(site.asked("K-1")) == 1


def test_whoever_says_yes_after_a_no_is_not_told_that_it_is_off_and_people_decide(site):
    sent = site.to("K-1")[0]
    for word, at in (("N", NOON), ("Y", LATER)):
        site.taps(sent, word)
        site.go(at)
    assert (site.visit("T-1")["Status"], len(site.to("K-1"))) == ("abgesagt", 1)
    assert "erst abgesagt und dann zugesagt" in question(site)["Frage"]
    site.type("Termine", "T-1", Status="bestätigt")
    site.go(EVENING)
    assert (question(site)["erledigt am"] is None, len(site.to("K-1"))) == (False, 1)


def test_whom_staff_cancel_after_a_yes_is_told_at_once_also_where_a_no_came_before(site):
    sent = site.to("K-1")[0]
    site.taps(sent, "N")
    site.go(NOON)
    site.type("Termine", "T-1", Status="geplant")
    site.go("2026-11-27T13:00")
    site.taps(site.to("K-1")[-1], "Y")
    site.go(LATER)
    site.type("Termine", "T-1", Status="abgesagt")
    site.go("2026-11-27T16:00")
    assert ("fällt aus" in str(site.to("K-1")[-1]["Subject"]), site.asked("T-1")) == (True, [])


@pytest.mark.parametrize("ours", [True, False])
def test_a_mail_that_its_reader_marked_as_spam_is_asked_about(site, ours):
    named = str(site.to("K-1")[0]["Message-ID"]) if ours else "<other@provider.test>"
    site.box.put(marked_as_spam(named), on=date(2026, 11, 27))
    site.go(NOON)
    assert site.of("K-1")["Kontaktweg"] == "E-Mail"
    assert ["Spam" in asked for asked in site.asked("K-1")] == [True] * ours
