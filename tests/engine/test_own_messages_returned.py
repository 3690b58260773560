"""What becomes of messages of the team's own rules, on real .xlsx files: returned, answered."""

from __future__ import annotations

from datetime import date

import pytest

from tests.support.declared import rule, text
from tests.support.told_site import ToldSite, client

RULE = text("news", "Bitte rufen Sie uns an.", "Nachricht") + rule(
    "news", "cases", due={"field": "received", "days_after": [87]}, action="mail", recipient="client", template="news"
)
NOON, LATER, NEXT = "2026-11-27T12:00", "2026-11-27T14:00", "2026-11-30T08:30"


@pytest.fixture
def site(tmp_path, monkeypatch):
    monkeypatch.setenv("KIM_TEST_PASSWORD", "x")
    made = ToldSite(tmp_path)
    made.begin([client("K-1"), client("K-2", Telefon=None)], [], rules=RULE)
    assert [len(made.to(number)) for number in ("K-1", "K-2")] == [1, 1]
    return made


def untold(done):
    return [problem.keys for problem in done.prepared.problems if problem.code == "rule_untold"]


def test_whoever_it_came_back_from_is_called_or_named_the_same_day(site):
    for number in ("K-1", "K-2"):
        site.bounces(site.to(number)[0])
    done = site.go(NOON)
    assert (len(site.calls("K-1")), site.calls("K-2"), untold(done)) == (1, [], [("K-2",)])
    assert untold(site.go(LATER)) == [("K-2",)]
    assert len(site.calls("K-1")) == 1


def test_whoever_a_server_keeps_waiting_for_a_day_is_called_or_named_until_it_leaves(tmp_path, monkeypatch):
    monkeypatch.setenv("KIM_TEST_PASSWORD", "x")
    site = ToldSite(tmp_path)
    site.post.refuse = lambda address: "retry" if address.endswith("@post.test") else None
    site.begin([client("K-1"), client("K-2", Telefon=None)], [], rules=RULE)
    assert (untold(site.go("2026-11-27T16:00")), site.calls("K-1")) == ([], [])
    assert (untold(site.go(NEXT)), len(site.calls("K-1")), site.calls("K-2")) == ([("K-2",)], 1, [])
    site.post.refuse = lambda _: None
    site.go("2026-11-30T12:30")
    assert [len(site.to(number)) for number in ("K-1", "K-2")] == [1, 1]
    assert (untold(site.go("2026-11-30T16:00")), site.calls("K-1")) == ([], [])


def test_a_message_to_a_colleague_that_a_server_keeps_waiting_is_told_to_the_others(tmp_path, monkeypatch):
    monkeypatch.setenv("KIM_TEST_PASSWORD", "x")
    site = ToldSite(tmp_path)
    site.post.refuse = lambda address: "retry" if address == "cd@stadt.test" else None
    new = client("K-1", Eingang=date(2026, 11, 19), Zuständig="CD", Phase="Neu", **{"Erstkontakt am": None})
    site.begin([new], [], at=("2026-11-19T08:30", "2026-11-26T08:30"))
    assert untold(site.go("2026-11-26T16:00")) == []
    assert untold(site.go("2026-11-27T16:00")) == [("K-1",)]


def test_a_corrected_address_gets_it_once_and_the_call_goes(site):
    site.bounces(site.to("K-1")[0])
    site.go(NOON)
    site.type("Fälle", "K-1", **{"E-Mail": "neu@post.test"})
    site.go(LATER, NEXT)
    assert [to for to, _ in site.post.taken if to.endswith("@post.test")] == [
        "k-1@post.test", "k-2@post.test", "neu@post.test"
    ]  # fmt: skip
    assert site.calls("K-1") == []


def test_what_arrived_is_not_repeated_for_a_new_address(site):
    site.type("Fälle", "K-1", **{"E-Mail": "neu@post.test"})
    site.go(NOON, LATER)
    assert site.to("K-1", 2) == []


def test_an_answer_in_words_is_asked_about_by_the_case_alone(site):
    sent = site.to("K-1")[0]
    site.writes("k-1@post.test", f"Re: {sent['Subject']}", "Ich rufe morgen an.", In_Reply_To=str(sent["Message-ID"]))
    site.go(NOON)
    (question,) = site.asked("morgen")
    assert question.startswith("Fall K-1: Antwort auf eine Nachricht")


@pytest.mark.parametrize("own", [True, False])
def test_whoever_takes_a_case_over_hears_what_the_colleague_before_was_told(tmp_path, monkeypatch, own):
    monkeypatch.setenv("KIM_TEST_PASSWORD", "x")
    site = ToldSite(tmp_path)
    new = client("K-1", Eingang=date(2026, 11, 19), Phase="Neu", **{"Erstkontakt am": None})
    rules = {"rules": RULE.replace("[87]", "[7]").replace('"client"', '"manager"'), "reminders": ""} if own else {}
    site.begin([new], [], at=("2026-11-19T08:30", "2026-11-26T08:30"), **rules)
    told = [to for to, _ in site.post.taken]
    assert told == ["ab@stadt.test"]
    site.type("Fälle", "K-1", Zuständig="CD")
    site.go("2026-11-26T12:30", "2026-11-26T16:00", "2026-11-27T16:00")
    assert [to for to, mail in site.post.taken if mail["Subject"] == site.post.taken[0][1]["Subject"]] == [
        "ab@stadt.test", "cd@stadt.test"
    ]  # fmt: skip


def test_who_comes_back_from_leave_is_not_told_what_the_substitute_was(tmp_path, monkeypatch):
    monkeypatch.setenv("KIM_TEST_PASSWORD", "x")
    site = ToldSite(tmp_path)
    new = client("K-1", Eingang=date(2026, 11, 19), Phase="Neu", **{"Erstkontakt am": None})
    site.begin([new], [], at=("2026-11-19T08:30",))
    site.edit(lambda book: [setattr(book["Team"][cell], "value", date(2026, 11, day)) for cell, day in
                            (("G2", 23), ("H2", 26))])  # fmt: skip
    site.go("2026-11-26T08:30", "2026-11-27T08:30")
    assert [to for to, mail in site.post.taken if "Erstkontakt" in str(mail["Subject"])] == ["cd@stadt.test"]
