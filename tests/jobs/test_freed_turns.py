"""Freed hours: asked about, offered in turn to those who wait, given once, with a row of its own."""

from __future__ import annotations

from datetime import date, time

import pytest

from tests.support.own_site import CASES, VISITS, case, text_of
from tests.support.turn_site import TURN_SITE, TurnSite

COLUMNS = [*VISITS, "Dauer", "Stunde anbieten", "Stunde vergeben an", "Stand der freien Stunde"]
WAITING = ["Nr.", "Fall-Nr.", "Wartet seit", "Beratung durch", "Jetziger Termin", "Erledigt"]


def hour(number, who, day, status="geplant"):
    return [number, who, day, time(10), None, "AB", status, None, 60, None, None, None]


@pytest.fixture
def site(tmp_path, monkeypatch):
    monkeypatch.setenv("KIM_TEST_PASSWORD", "x")
    made = TurnSite(tmp_path)
    made.write(site=TURN_SITE.replace('"interpreters"', '"freed_hours"'), rules="")
    visits = [
        COLUMNS, hour("T-1", "K-1", date(2026, 11, 12), "abgesagt"), hour("T-2", "K-2", date(2026, 12, 1)),
        hour("T-3", "K-3", date(2026, 12, 2)), hour("T-4", "K-4", date(2026, 12, 3)),
    ]  # fmt: skip
    waiting = [
        WAITING,
        ["W-1", "K-4", date(2026, 9, 1), "AB", "T-4", None],
        ["W-2", "K-2", date(2026, 10, 1), "AB", "T-2", None],
        ["W-3", "K-3", date(2026, 10, 2), "AB", "T-3", None],
    ]  # fmt: skip
    cases = [CASES, case("K-1"), case("K-2"), case("K-3"), case("K-4", Kontaktweg="kein sicherer Kontakt")]
    made.book({"Fälle": cases, "Termine": visits, "Warteliste": waiting})
    made.go("2026-11-01T08:00")
    return made


def offers(site):
    fresh = site.post.taken[site._seen :]
    site._seen = len(site.post.taken)
    return [str(one["To"]).partition("@")[0] for one in fresh if "rühere" in str(one["Subject"])]


def test_a_freed_hour_is_given_to_one_who_waits_and_to_nobody_unsafe(site):
    site.go("2026-11-02T09:00")
    assert offers(site) == []
    asked = next(row for row in site.rows("Entscheidungen") if "Stunde" in str(row["Frage"]))
    site.type("Entscheidungen", asked["Nr."], Entscheidung="ja")
    site.go("2026-11-02T09:10")
    assert offers(site) == ["k-2"]  # K-4 waits longest, but no message is safe there
    offer = site.last_to("k-2")
    assert "K-1" not in text_of(offer)
    site.go("2026-11-02T14:10")
    assert offers(site) == ["k-3"]
    site.answers("k-3", "Ja")
    site.answers("k-2", "Ja", mail=offer)
    site.go("2026-11-02T14:20")
    rows = {row["Termin-Nr."]: row for row in site.rows("Termine")}
    assert rows["T-1"]["Stunde vergeben an"] == "W-3"
    assert (rows["T-1-N"]["Fall-Nr."], rows["T-1-N"]["Datum"], rows["T-1-N"]["Uhrzeit"]) == (
        "K-3", date(2026, 11, 12), time(10),
    )  # fmt: skip
    assert (rows["T-3"]["Status"], rows["T-2"]["Status"]) == ("abgesagt", "geplant")
    assert [row["Erledigt"] for row in site.rows("Warteliste")] == [None, None, "ja"]
    assert sorted(offers(site)) == ["k-2", "k-3"]
    again = site.go("2026-11-02T14:40")
    assert (offers(site), [group.id for group in again.prepared.groups if group.id.startswith("rule/")]) == ([], [])
    assert len(site.rows("Termine")) == len(rows)
    site.go("2026-11-06T09:00")
    assert "12.11.2026" in str(site.last_to("k-3")["Subject"])  # the new row is reminded of like any other


def given(site):
    """K-2 has the hour, the first to wait whom a message reaches."""
    site.type("Termine", "T-1", **{"Stunde anbieten": "ja"})
    site.go("2026-11-02T09:10")
    site.answers("k-2", "Ja")
    site.go("2026-11-02T09:20")
    site.go("2026-11-02T09:30")
    assert (site.visit("T-1-N")["Fall-Nr."], len(offers(site))) == ("K-2", 2)


@pytest.mark.parametrize("moment", ["2026-11-02T09:40", "2026-11-03T09:00"])
def test_a_change_of_the_hour_reaches_whoever_has_it_before_any_reminder(site, moment):
    given(site)
    site.type("Termine", "T-1-N", Uhrzeit=time(11, 30))
    site.go(moment)
    last = site.post.taken[-1]
    assert str(last["To"]) == "k-2@post.test"
    assert "11:30" in text_of(last)
    before = len(site.post.taken)
    site.go(moment.replace("T09", "T10"))
    assert len(site.post.taken) == before


def test_a_cancellation_of_the_hour_reaches_whoever_has_it(site):
    given(site)
    site.type("Termine", "T-1-N", Status="abgesagt")
    site.go("2026-11-02T10:00")
    last = site.post.taken[-1]
    assert str(last["To"]) == "k-2@post.test"
    assert "12.11.2026" in text_of(last)
    assert "fällt aus" in text_of(last)


def test_nobody_else_is_told_of_the_changed_hour(site):
    given(site)
    site.type("Termine", "T-1-N", Datum=date(2026, 11, 13))
    before = len(site.post.taken)
    site.go("2026-11-02T10:00")
    assert [str(mail["To"]) for mail in site.post.taken[before:] if "post.test" in str(mail["To"])] == ["k-2@post.test"]


def test_the_yes_ends_the_later_appointment_in_the_same_message(site):
    site.type("Termine", "T-2", Datum=date(2026, 11, 13))
    site.go("2026-11-02T09:00")
    site.go("2026-11-06T09:00")
    assert "13.11.2026" in str(site.last_to("k-2")["Subject"])
    site.type("Termine", "T-1", **{"Stunde anbieten": "ja"})
    site.go("2026-11-09T09:10")
    site.answers("k-2", "Ja")
    before = len(site.post.taken)
    for minute in (20, 30, 40):
        site.go(f"2026-11-09T09:{minute}")
    told = [mail for mail in site.post.taken[before:] if str(mail["To"]) == "k-2@post.test"]
    assert [str(mail["Subject"]) for mail in told] == ["Der frühere Termin gehört Ihnen"]
    entry = next(part.get_content() for part in told[0].walk() if part.get_content_type() == "text/calendar")
    assert ("METHOD:CANCEL" in entry, "20261113T100000" in entry) == (True, True)
    assert site.visit("T-2")["Status"] == "abgesagt"
    assert not [row for row in site.rows("Entscheidungen") if "13.11.2026 10:00" in str(row["Frage"])]
    site.type("Termine", "T-2", Status="geplant")
    site.go("2026-11-09T10:00")
    assert "13.11.2026" in text_of(site.last_to("k-2"))  # it takes place after all
