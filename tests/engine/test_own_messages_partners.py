"""What partners were told by the team's own rules, on real .xlsx files: who is told when the row changes, names
somebody else or loses its rule, and when the message does not get through."""

from __future__ import annotations

from datetime import date

import pytest

from tests.support.declared import rule, table, text
from tests.support.own_site import CASES
from tests.support.told_site import JOBS, MORE, TEAM, TOLD_SITE, ToldSite, client

MET, DUE, NOON, LATER, NEXT = (
    "2026-11-20T08:30", "2026-11-27T08:30", "2026-11-27T12:00", "2026-11-27T14:00", "2026-11-30T08:30"
)  # fmt: skip
DAY = date(2026, 12, 10)
UMA, VEIT = "uma@verein.test", "veit@verein.test"
COLUMNS = table("helpers", "Helfende", "name", name="Name: open", mail="E-Mail: email") + table(
    "jobs", "Einsätze", "nr", nr="Nr.: open", by="Wer: helpers", mail="E-Mail: email", case="Fall: cases",
    day="Tag: date, open", state="Stand",
)  # fmt: skip


def rules(recipient="by.mail", **parts):
    usual = {"when": 'state == "offen"', "due": {"field": "day", "days_before": [14]}, "template": "job"}
    return text("job", "Einsatz {Nr.} am {Tag}.", "Einsatz") + rule(
        "job", "jobs", recipient=recipient, **{**usual, **parts}
    )


@pytest.fixture
def begun(tmp_path, monkeypatch):
    monkeypatch.setenv("KIM_TEST_PASSWORD", "x")

    def begin(refuse=lambda _: None, **parts):
        made = ToldSite(tmp_path)
        made.post.refuse = refuse
        made.write(site=TOLD_SITE, automations=JOBS, columns=COLUMNS, rules=rules(**parts))
        made.book({
            "Fälle": [[*CASES, *MORE], client("K-1"), client("K-2")], "Team": TEAM,
            "Helfende": [["Name", "E-Mail"], ["Uma", UMA], ["Veit", VEIT]],
            "Einsätze": [["Nr.", "Wer", "E-Mail", "Fall", "Tag", "Stand"], ["E1", "Uma", UMA, "K-1", DAY, "offen"]],
        })  # fmt: skip
        made.go(MET, DUE)
        return made

    return begin


def told(site, since=0):
    """The addresses that heard of the job."""
    return [to for to, mail in site.post.taken[since:] if mail["Subject"] == "Einsatz"]


def named(done, code):
    return [(problem.key, problem.message) for problem in done.prepared.problems if problem.code == code]


@pytest.mark.parametrize(
    ("change", "told_anew"),
    [({"Tag": None}, 0), ({"Tag": date(2027, 1, 20)}, 0), ({"Tag": date(2026, 12, 11)}, 1), (None, 0)],
)
def test_a_partner_who_was_told_a_day_is_told_the_new_one_or_named(begun, change, told_anew):
    site = begun()
    assert told(site) == [UMA]
    if change is None:
        site.delete("E1", "Einsätze")
    else:
        site.type("Einsätze", "E1", **change)
    done = site.go(NOON, LATER)
    assert told(site, 1) == [UMA] * told_anew
    assert len(named(done, "told_day_gone")) == 1 - told_anew


@pytest.mark.parametrize(
    ("recipient", "change", "second"),
    [
        ("by.mail", {"Wer": "Veit"}, VEIT),
        ("by", {"Wer": "Veit"}, VEIT),
        ("mail", {"E-Mail": VEIT}, VEIT),
        ("by.mail", {"Wer": None}, None),
        ("client", {"Fall": "K-2"}, "k-2@post.test"),
    ],
)
def test_whom_a_row_names_by_now_is_told_and_whom_it_named_before_is_not_forgotten(begun, recipient, change, second):
    site = begun(recipient=recipient)
    first = told(site)
    site.type("Einsätze", "E1", **change)
    site.go(NOON)
    done = site.go(LATER, NEXT)
    assert told(site) == [*first, *([second] if second else [])]
    ((_, said),) = named(done, "told_day_gone")
    assert ("K-1" in said) == (recipient == "client")


def test_one_who_is_named_again_is_not_told_twice_and_the_other_is_not_forgotten(begun):
    site = begun(recipient="client")
    for case in ("K-2", "K-1"):
        site.type("Einsätze", "E1", Fall=case)
        done = site.go(NOON if case == "K-2" else LATER)
    assert told(site) == ["k-1@post.test", "k-2@post.test"]
    assert ["K-2" in said for _, said in named(done, "told_day_gone")] == [True]


def test_a_corrected_address_in_the_table_of_helpers_is_nobody_else(begun):
    site = begun()
    site.type("Helfende", "Uma", **{"E-Mail": "uma@neu.test"})
    done = site.go(NOON, LATER)
    assert (told(site), named(done, "told_day_gone")) == ([UMA], [])


@pytest.mark.parametrize("after", [rules("client", active=False), ""], ids=["switched off", "gone"])
def test_a_day_that_a_rule_told_is_awaited_also_without_the_rule(begun, after):
    site = begun(recipient="client")
    site.write(rules=after)
    assert named(site.go(NOON), "told_day_gone") == []
    site.type("Einsätze", "E1", Tag=date(2026, 12, 17))
    ((_, said),) = named(site.go(LATER), "told_day_gone")
    assert "K-1" in said


@pytest.mark.parametrize("answer", ["failed", "retry", "returned"])
def test_a_partner_whom_a_message_does_not_reach_is_named_until_it_does(begun, answer):
    site = begun(lambda to: answer if to == UMA and answer != "returned" else None, recipient="mail")
    if answer == "returned":
        site.bounces(site.post.taken[-1][1])
    ((key, said),) = named(site.go(NOON, NEXT), "rule_unreached")
    assert (key, "E1" in said) == ("E1", True)
    site.post.refuse = lambda _: None
    site.type("Einsätze", "E1", **{"E-Mail": VEIT})
    done = site.go("2026-11-30T12:30", "2026-11-30T16:00")
    assert (told(site)[-1], named(done, "rule_unreached")) == (VEIT, [])


def test_one_mail_with_all_hits_that_came_back_names_its_rows(begun):
    parts = {"recipient": UMA, "action": "digest", "due": {"every": "working_day"}}
    site = begun(lambda to: "failed" if to == UMA else None, **parts)
    assert [key for key, _ in named(site.go(NOON), "rule_unreached")] == ["E1"]


def test_a_partner_who_wants_no_more_mails_gets_none_and_is_named(begun):
    site = begun(recipient="mail")
    site.edit(lambda book: book["Einsätze"].append(["E2", None, UMA, "K-1", date(2026, 12, 14), "offen"]))
    sent = site.post.taken[-1][1]
    site.writes(UMA, f"Re: {sent['Subject']}", "STOP", In_Reply_To=str(sent["Message-ID"]))
    done = site.go(NOON, NEXT)
    assert (told(site), site.of("K-1")["Kontaktweg"]) == ([UMA], "E-Mail")
    assert ["E2" in said for _, said in named(done, "rule_unreached")] == [True]


def test_a_day_that_moved_does_not_wait_for_the_next_morning_as_other_messages_do(begun):
    site = begun(recipient="client", due={"event": "holds"})
    site.type("Einsätze", "E1", Stand="neu")
    site.go(NOON)
    site.type("Einsätze", "E1", Stand="offen")
    site.go(LATER)
    first = len(told(site))
    assert first == 1
    site.type("Einsätze", "E1", Tag=date(2026, 12, 11))
    site.go("2026-11-27T16:00")
    assert told(site) == ["k-1@post.test"] * 2


@pytest.mark.parametrize(
    ("recipient", "cells", "rows"),
    [("by.mail", {"Wer": "Wim"}, ["E1"]), ("mail", {"E-Mail": None}, ["E1"]), ("by.mail", {"Wer": None}, [])],
)
def test_a_row_that_names_somebody_without_an_address_is_named(begun, recipient, cells, rows):
    site = begun(recipient=recipient, when='state == "neu"')
    site.edit(lambda book: book["Helfende"].append(["Wim", None]))
    site.type("Einsätze", "E1", Stand="neu", **cells)
    done = site.go(NOON, LATER)
    assert [problem.key for problem in done.prepared.problems if problem.code == "rule_unaddressed"] == rows
    assert not told(site)


@pytest.mark.parametrize("parts", [{"recipient": "manager"}, {"action": "note", "recipient": "", "template": ""}])
def test_a_partner_is_named_whose_rule_speaks_to_somebody_else_by_now(begun, parts):
    site = begun()
    kept = {name: value for name, value in {"recipient": "by.mail", "template": "job", **parts}.items() if value}
    usual = {"when": 'state == "offen"', "due": {"field": "day", "days_before": [14]}}
    site.write(rules=text("job", "Einsatz {Nr.} am {Tag}.", "Einsatz") + rule("job", "jobs", **usual, **kept))
    done = site.go(NOON)
    assert not named(done, "told_day_gone")
    site.type("Einsätze", "E1", Tag=date(2026, 12, 11))
    done = site.go(LATER)
    assert UMA not in told(site, 1)
    assert len(named(done, "told_day_gone")) == 1
