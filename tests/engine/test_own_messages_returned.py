"""What becomes of messages of the team's own rules, on real .xlsx files: returned, answered."""

from __future__ import annotations

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
    assert question.startswith("K-1: Antwort auf eine Nachricht")
