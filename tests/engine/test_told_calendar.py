"""Calendar entries of somebody who wants none any more."""

from __future__ import annotations

from datetime import date, time

import pytest

from tests.support.told_site import ToldSite, client, visit

NOON, LATER = "2026-11-27T12:00", "2026-11-27T14:00"


@pytest.fixture
def site(tmp_path, monkeypatch):
    """K-1 was reminded of T-1 with an entry for the calendar; now the family must not see any."""
    monkeypatch.setenv("KIM_TEST_PASSWORD", "x")
    made = ToldSite(tmp_path)
    made.begin([client("K-1"), client("K-2", Kalendereintrag="nein")],
               [visit("T-1", "K-1", date(2026, 12, 2)), visit("T-2", "K-2", date(2026, 12, 2))])  # fmt: skip
    assert "METHOD:REQUEST" in entry(made.to("K-1")[0])
    made.type("Fälle", "K-1", Kalendereintrag="nein")
    return made


def entry(mail):
    parts = [part.get_content() for part in mail.walk() if part.get_content_type() == "text/calendar"]
    return "".join(parts)


def left(done):
    return [problem.key for problem in done.prepared.problems if problem.code == "calendar_entry_left"]


def test_the_colleague_is_told_of_what_lies_there_and_no_new_one_leaves(site):
    assert left(site.go(NOON)) == ["K-1"]
    site.type("Termine", "T-1", Uhrzeit=time(15))
    assert left(site.go(LATER)) == ["K-1"]
    assert [entry(mail) for mail in site.to("K-1", 2)] == [""]
    assert left(site.go("2026-12-02T16:00")) == []


def test_a_cancellation_takes_it_out(site):
    for number in ("T-1", "T-2"):
        site.type("Termine", number, Status="abgesagt")
    site.go(NOON)
    assert "METHOD:CANCEL" in entry(site.to("K-1", 2)[0])
    assert entry(site.to("K-2", 2)[0]) == ""  # who never had one gets none
    assert left(site.go(LATER)) == []
