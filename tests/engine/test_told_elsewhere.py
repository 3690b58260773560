"""Messages that went to an address which is not the client's any more, or that people hold back."""

from __future__ import annotations

from datetime import date, time

import pytest

from tests.support.own_site import moment, text_of
from tests.support.told_site import ToldSite, client, visit

DAY = date(2026, 12, 2)
NOON, LATER = "2026-11-27T12:00", "2026-11-27T14:00"
NEW = "neu@post.test"


@pytest.fixture
def site(tmp_path, monkeypatch):
    """K-1 was reminded in the morning of 27 November."""
    monkeypatch.setenv("KIM_TEST_PASSWORD", "x")
    made = ToldSite(tmp_path)
    made.begin([client("K-1"), client("K-2")], [visit("T-1", "K-1", DAY)])
    return made


def left(site, since=1):
    return [(to, text_of(mail)) for to, mail in site.post.taken if to.endswith("@post.test")][since:]


def test_a_corrected_address_gets_the_message_once_and_the_old_one_nothing_more(site):
    site.type("Fälle", "K-1", **{"E-Mail": NEW})
    site.go(NOON, LATER)
    assert [(to, "10:00" in said) for to, said in left(site)] == [(NEW, True)]
    site.type("Termine", "T-1", Uhrzeit=time(15))
    site.go("2026-11-27T16:00")
    assert [(to, "15:00" in said) for to, said in left(site, 2)] == [(NEW, True)]


def test_a_confirmation_is_repeated_too(site):
    site.edit(lambda book: book["Termine"].append([None, *visit("", "K-2", date(2026, 12, 1), time(9))[1:]]))
    site.go(NOON)
    assert [to for to, _ in left(site)] == ["k-2@post.test"]
    site.type("Fälle", "K-2", **{"E-Mail": NEW})
    site.go(LATER, "2026-11-27T15:00")
    assert [(to, "09:00" in said) for to, said in left(site, 2)] == [(NEW, True)]


def test_who_answered_from_there_has_read_it(site):
    site.taps(site.to("K-1")[0], "Y")
    site.go(NOON)
    site.type("Fälle", "K-1", **{"E-Mail": NEW})
    site.go(LATER)
    assert left(site) == []


def test_a_new_hour_and_a_new_address_are_one_message(site):
    site.type("Fälle", "K-1", **{"E-Mail": NEW})
    site.type("Termine", "T-1", Uhrzeit=time(15))
    site.go(NOON, LATER)
    assert [(to, "15:00" in said) for to, said in left(site)] == [(NEW, True)]


def test_an_address_that_changed_and_changed_back_hears_what_is_true(site):
    site.type("Fälle", "K-1", **{"E-Mail": NEW})
    site.type("Termine", "T-1", Uhrzeit=time(15))
    site.go(NOON)
    site.type("Fälle", "K-1", **{"E-Mail": "k-1@post.test"})
    site.go(LATER, "2026-11-27T16:00")
    assert [(to, "15:00" in said) for to, said in left(site, 2)] == [("k-1@post.test", True)]


def test_what_people_hold_back_until_the_day_is_called(site):
    def hold(on, at):
        with site.world(moment(at)) as world:
            world.ledger.set_hold(on, moment(at))

    hold(True, NOON)
    site.type("Termine", "T-1", Uhrzeit=time(15))
    site.go(LATER)
    assert site.calls("K-1") == []
    site.go("2026-12-01T08:30")
    assert [row["Fall-Nr."] for row in site.calls("K-1")] == ["K-1"]
    hold(False, "2026-12-01T09:00")
    site.go("2026-12-01T09:30", "2026-12-01T12:30")
    assert [(to, "15:00" in said) for to, said in left(site)] == [("k-1@post.test", True)]


@pytest.mark.parametrize("typed", ["cd@stadt.test", "Termine@stadt.test"])
def test_an_address_of_ours_in_a_case_is_asked_about_before_it_is_used(tmp_path, monkeypatch, typed):
    monkeypatch.setenv("KIM_TEST_PASSWORD", "x")
    site = ToldSite(tmp_path)
    site.begin([client("K-1", **{"E-Mail": typed})], [visit("T-1", "K-1", DAY)])
    assert site.to("K-1") == []
    [question] = [row for row in site.rows("Entscheidungen") if row["Anlass"] == "K-1"]
    site.type("Entscheidungen", question["Nr."], Entscheidung="ja")
    site.go(NOON)
    assert len(site.to("K-1")) == 1
