"""`kim rules`, `kim plan --rule`, `kim plan --explain` and what `kim check` says of rules that never act."""

from __future__ import annotations

import json

import pytest

from automations.cli import main
from tests.jobs.test_follow_rules import rule
from tests.support.harbour import BOATS, FIRST, MET, TABS
from tests.support.own_site import OwnSite

RULES = "\n".join(
    [
        rule(
            'name = "swim"\ntable = "cases"\ndue = { field = "swims", days_before = [14] }\n'
            'recipient = "client"\ntemplate = "swim"',
            swim="Hallo {Vorname}, am {Schwimmt ab}",
        ),
        rule('name = "dead"\ntable = "cases"\nwhen = "phase == \'support_\'"\naction = "note"\ntext = "x"'),
        rule('name = "typo"\ntable = "cases"\nrecipient = "client"\ntemplate = "typo"', typo="Hallo {Vornmae}"),
        rule('name = "text_as_day"\ntable = "cases"\nwhen = "days_until(boat_note) < 3"\naction = "note"\ntext = "x"'),
        rule(
            'name = "closed"\ntable = "cases"\nrecipient = "client"\ntemplate = "closed"', closed="Wegen {Geburtsdatum}"
        ),
        rule('name = "consent"\ntable = "cases"\naction = "set"\nset = { consent_on = "today" }'),
        rule('name = "no_address"\ntable = "boats"\nrecipient = "name"\ntemplate = "swim"'),
    ]
)


@pytest.fixture
def site(tmp_path):
    made = OwnSite(tmp_path).start(TABS, met=MET, columns=BOATS, rules="")
    made.write(rules=RULES)
    return made


def status_of(*arguments):
    with pytest.raises(SystemExit) as ended:
        main(list(arguments))
    return ended.value.code or 0


def told(capsys, *arguments):
    status = status_of(*arguments, "--json", "--at", FIRST)
    return status, json.loads(capsys.readouterr().out)


def test_rules_are_listed_with_their_hits(site, capsys):
    status, found = told(capsys, "--site", str(site.folder), "rules")
    by_name = {one["name"]: one for one in found}
    assert status == 2
    assert by_name["swim"] == {
        "name": "swim", "table": "cases", "action": "mail", "active": True, "today": 1, "days14": 1, "problems": [],
    }  # fmt: skip
    assert by_name["appointment_reminder"]["problems"] == []


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("dead", "support"), ("typo", "Vorname"), ("text_as_day", "boat_note"), ("closed", "birth_date"),
        ("consent", "consent_on"), ("no_address", "email"),
    ],
)  # fmt: skip
def test_check_says_what_can_never_happen(site, capsys, name, said):
    status, found = told(capsys, "--site", str(site.folder), "check")
    (problem,) = [one for one in found["problems"] if one["key"] == name]
    assert status == 2
    assert said in f"{problem['message']} {problem['advice']}"
    assert problem["row"]


def test_one_rule_is_shown_with_its_texts(site, capsys):
    status, found = told(capsys, "--site", str(site.folder), "plan", "--rule", "swim")
    (mail,) = found["mails"]
    assert (status, mail["to"]) == (0, "k-1@post.test")
    assert "Hallo VK-1, am 16.11.2026" in mail["text"]
    assert site.mails() == []
    assert status_of("--site", str(site.folder), "plan", "--rule", "swin") == 2


def test_why_a_rule_acts_or_not(site, capsys):
    _, found = told(capsys, "--site", str(site.folder), "plan", "--explain", "swim", "K-2")
    assert "swims" in found["lines"][0]
    _, found = told(capsys, "--site", str(site.folder), "plan", "--explain", "swim", "K-1")
    assert "swim" in found["lines"][0]
