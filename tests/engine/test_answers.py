"""Answers in the tab of decisions are acted on: mails let go, all mail stopped, cases erased."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from msgspec import structs

from automations.config.loading import load_site
from automations.engine.expiry import ERASE
from automations.engine.parts import open_world
from automations.engine.questions import RELEASE, STOP
from automations.engine.runner import run
from automations.model.decisions import question_number
from automations.model.fact_kinds.questions import Erasing
from automations.workbooks.xlsx.backend import XlsxWorkbook
from tests.support.office import Office
from tests.support.simulation import Post

AT = datetime(2024, 10, 31, 9, 0, tzinfo=ZoneInfo("Europe/Berlin"))


@pytest.fixture
def site(demos, tmp_path):
    """A site that sends real mail, adopted the day before."""
    return demos(tmp_path / "site", cases=60, seed=5, at=AT, smtp=True, few_tabs=True)


@pytest.fixture
def whole(demos, tmp_path):
    """The same with all its tabs."""
    return demos(tmp_path / "site", cases=60, seed=5, at=AT, smtp=True)


def configured(folder, old, new):
    toml = folder / "config" / "site.toml"
    toml.write_text(toml.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")


def again(folder, minutes=0):
    """A run, and the addresses that mails went to."""
    at = AT + timedelta(minutes=minutes)
    post = Post([at])
    with open_world(load_site(folder), at) as real:
        result = run(structs.replace(real, transport=post), lambda: at)
        return result, [letter.to for letter in post.taken]


def tabs_of_ours(folder):
    raw = XlsxWorkbook("team", folder / "KIM-Team.xlsx", versions=folder / "v").read()
    told = [tab for tab in raw.tabs if tab.mark and tab.mark.id != "log"]  # the log repeats the question
    return "\n".join(str(value) for tab in told for row in tab.rows for value in row)


def questions(folder, beginning):
    with open_world(load_site(folder), AT) as world:
        return [key for key in world.ledger.history(live=True).questions if key.startswith(beginning)]


def answered(folder, key, word):
    """Type an answer beside a question."""
    office = Office(folder / "KIM-Team.xlsx", None, None)
    book = office._load()
    row = next(row for row in book["Entscheidungen"].iter_rows(min_row=2) if row[0].value == question_number(key))
    row[4].value = word
    office._save(book)
    return row[1].value


def test_held_mails_are_let_go_by_a_yes(site):
    configured(site, "[ledger]", "[guards]\nmail_brake = 1\n\n[ledger]")
    result, sent = again(site)
    held = [item.mail.to for item in result.prepared.mails if item.state == "held"]
    assert len(held) > 1
    assert not set(held) & set(sent)
    assert result.outcome == "attention"
    (key,) = questions(site, RELEASE)
    assert key == f"{RELEASE}{result.prepared.run}"
    assert not set(again(site, 5)[1]) & set(held)
    assert questions(site, RELEASE) == [key]
    assert str(len(held)) in answered(site, key, "ja")
    result, sent = again(site, 10)
    assert sorted(sent) == sorted(held)
    assert result.outcome == "done"
    assert again(site, 15)[1] == []


def test_a_no_leaves_them_where_they_are(site):
    configured(site, "[ledger]", "[guards]\nmail_brake = 1\n\n[ledger]")
    held = {item.mail.to for item in again(site)[0].prepared.mails if item.state == "held"}
    (key,) = questions(site, RELEASE)
    answered(site, key, "nein")
    assert held
    assert not held & set(again(site, 10)[1])


def test_the_standing_question_stops_all_mail_at_once_and_lets_it_go_with_the_run_after(site):
    assert again(site)[1]
    assert questions(site, STOP) == [STOP]
    answered(site, STOP, "ja")
    with open_world(load_site(site), AT) as world:
        assert not world.ledger.held
    tomorrow = 24 * 60 + 24 * 60 * 3  # the next working day brings digests
    assert again(site, tomorrow)[1] == []
    with open_world(load_site(site), AT) as world:
        assert world.ledger.held
    answered(site, STOP, None)
    again(site, tomorrow + 10)
    assert again(site, tomorrow + 15)[1]


def test_a_command_given_later_counts_more_than_an_old_answer(site):
    again(site)
    answered(site, STOP, "ja")
    again(site, 5)
    with open_world(load_site(site), AT) as world:
        world.ledger.set_hold(on=False, now=AT)
    again(site, 10)
    with open_world(load_site(site), AT) as world:
        assert not world.ledger.held


def test_cases_closed_long_ago_are_erased_after_a_yes(whole):
    again(whole)
    configured(whole, "[ledger]", "[retention]\nclosed_case_months = 6\n\n[ledger]")
    again(whole, 5)
    (key,) = questions(whole, ERASE)
    again(whole, 10)
    assert questions(whole, ERASE) == [key]
    with open_world(load_site(whole), AT) as world:
        case = world.ledger.fact(Erasing, key).cases.split(", ")[0]
        assert world.ledger.export_subject(case)["seen"]
    assert case in answered(whole, key, "ja")
    result, _ = again(whole, 15)
    assert any("nennt die Person noch" in sentence for sentence in result.record.trouble)
    assert case not in tabs_of_ours(whole), "what was planned before the erasure is not written after it"
    with open_world(load_site(whole), AT) as world:
        assert world.ledger.export_subject(case)["seen"] == []
        assert not [entry for entry in world.ledger.story(case) if "KIM" in entry.text]
        assert world.ledger.check() == ()
    assert again(whole, 20)[0].outcome == "done"
    assert questions(whole, ERASE) == [key]


def test_nothing_is_proposed_unless_configured(site):
    again(site)
    assert questions(site, ERASE) == []
