"""One appointment that was entered twice, and told to its client once."""

from __future__ import annotations

from datetime import date, time

import pytest

from tests.support.own_site import text_of
from tests.support.told_site import ToldSite, client, visit

DAY = date(2026, 12, 2)
NOON, LATER, MORNING = "2026-11-27T12:00", "2026-11-27T14:00", "2026-11-30T08:30"


@pytest.fixture
def site(tmp_path, monkeypatch):
    """K-1 was reminded; both rows say the same."""
    monkeypatch.setenv("KIM_TEST_PASSWORD", "x")
    made = ToldSite(tmp_path)
    made.begin([client("K-1"), client("K-2")], [visit("T-1", "K-1", DAY), visit("T-2", "K-1", DAY)])
    assert len(made.to("K-1")) == 1
    return made


@pytest.mark.parametrize("word", ["abgesagt", "verschoben"])
def test_nobody_is_told_not_to_come_while_the_other_row_stands(site, word):
    site.type("Termine", "T-2", Status=word)
    site.go(NOON, LATER)
    assert site.to("K-1", 1) == []
    assert len(site.asked("K-1", "T-1", "T-2", "Was stimmt?")) == 1
    site.go(MORNING)
    assert ["10:00" in text_of(mail) for mail in site.to("K-1", 1)] == [True]  # the reminder of the row that stands


def test_where_both_are_off_the_client_is_told(site):
    for number in ("T-2", "T-1"):
        site.type("Termine", number, Status="abgesagt")
    site.go(NOON, LATER)
    assert ["fällt aus" in text_of(mail) for mail in site.to("K-1", 1)] == [True]
    entries = [part for part in site.to("K-1", 1)[0].walk() if part.get_content_type() == "application/ics"]
    assert ["METHOD:CANCEL" in part.get_payload(decode=True).decode() for part in entries] == [True, True]
    site.go(MORNING)
    assert len(site.to("K-1", 1)) == 1


def test_two_appointments_of_one_day_that_are_off_are_two_messages(site):
    site.type("Termine", "T-2", Uhrzeit=time(15))
    site.go(NOON)
    before = len(site.post.taken)
    for number in ("T-2", "T-1"):
        site.type("Termine", number, Status="abgesagt")
    site.go(LATER)
    assert len(site.to("K-1", before)) == 2


def test_a_double_that_is_taken_out_is_no_question(site):
    before = len(site.asked())
    site.delete("T-2")
    site.go(NOON, LATER)
    assert (len(site.asked()), site.to("K-1", 1)) == (before, [])


def test_a_move_is_told_and_the_row_that_stays_is_asked_about(site):
    site.type("Termine", "T-2", Uhrzeit=time(15))
    site.go(NOON, LATER)
    assert ["15:00" in text_of(mail) for mail in site.to("K-1", 1)] == [True]
    assert len(site.asked("K-1", "T-1", "T-2", "Was stimmt?")) == 1


def test_another_persons_appointment_at_that_hour_is_none_of_it(site):
    site.type("Termine", "T-1", **{"Fall-Nr.": "K-2"})
    site.type("Termine", "T-2", Status="abgesagt")
    site.go(NOON)
    assert [mail for mail in site.to("K-1", 1) if "fällt aus" in text_of(mail)]


def open_questions(site):
    return [
        row["Frage"] for row in site.rows("Entscheidungen") if "K-1" in str(row["Anlass"]) and not row["erledigt am"]
    ]


def test_the_question_is_done_once_the_other_row_says_something_else(site):
    site.type("Termine", "T-2", Uhrzeit=time(15))
    site.go(NOON)
    site.go(LATER)
    assert len(open_questions(site)) == 1
    site.type("Termine", "T-1", Status="abgesagt")
    site.go("2026-11-27T15:00")
    assert open_questions(site) == []


def test_a_question_about_a_place_that_no_message_names_is_done_once_one_named_the_next(site):
    for number in ("T-1", "T-2"):
        site.type("Termine", number, Ort="Haus Linde")
    site.go(NOON)
    site.go(LATER)
    assert any("anderen Ort" in asked for asked in open_questions(site))
    for number in ("T-1", "T-2"):
        site.type("Termine", number, Ort="Café Ost")
    site.go("2026-11-27T15:00", "2026-11-27T16:00")
    assert open_questions(site) == []


def test_a_no_to_one_of_two_equal_rows_is_a_no_to_that_hour_and_the_other_row_is_asked_about(site):
    site.taps(site.to("K-1")[0], "N")
    before = len(site.post.taken)
    site.go(NOON, LATER, MORNING)
    assert (site.visit("T-1")["Status"], site.visit("T-2")["Status"]) == ("abgesagt", "geplant")
    assert site.to("K-1", before) == []
    assert len([asked for asked in open_questions(site) if "T-2" in asked]) == 1
    site.type("Termine", "T-2", Status="abgesagt")
    site.go("2026-11-30T12:30")
    assert open_questions(site) == []
    assert ["fällt aus" in text_of(mail) for mail in site.to("K-1", before)] == [True]


def test_the_same_hour_that_is_booked_anew_after_a_no_is_told(site):
    site.delete("T-2")
    site.taps(site.to("K-1")[0], "N")
    site.go(NOON)
    before = len(site.post.taken)
    site.edit(lambda book: book["Termine"].append(visit("T-3", "K-1", DAY)))
    site.go(LATER, MORNING)
    assert ["10:00" in text_of(mail) for mail in site.to("K-1", before)] == [True]
    assert [asked for asked in open_questions(site) if "T-3" in asked] == []
