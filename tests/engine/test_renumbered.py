"""What is remembered of rows that got other numbers, key by key."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from automations.engine.former_numbers import former_numbers
from automations.engine.renumbered import under_present_numbers
from automations.model.fact_kinds.messages import Letter
from automations.model.fact_kinds.sightings import Phase, Renumbered
from automations.model.fact_kinds.team_rules import RuleEvent, RuleRows
from automations.model.history import History, MailRecord, Reply
from automations.model.values import digest
from automations.tables.rows import row_fingerprints
from tests.tables.test_own_tables import own_snapshot

NOW = datetime(2026, 12, 1, 9, tzinfo=UTC)


def snapshot(cases, visits=("T-1",)):
    tabs = {
        "Fälle": [["Fall-Nr.", "Nachname"], *([one, f"N{one}"] for one in cases)],
        "Termine": [["Termin-Nr.", "Fall-Nr.", "Datum"], *([one, cases[0], NOW.date()] for one in visits)],
    }
    return own_snapshot("", tabs)


def mail(key, case, subject=""):
    return MailRecord(key, key.partition("/")[0], case, subject, 1, "sent", NOW)


def known(**now):
    return {(Renumbered.kind, f"cases/{old}"): Renumbered(new).plain() for old, new in now.items()}


def test_a_version_and_a_step_are_no_numbers_of_cases():
    keys = ("course/3/0/holds3", "appointment_reminder/T-1/3/3", "rule/goes_on/3/3")
    history = History(mails={key: mail(key, "3") for key in keys}, facts=known(**{"3": "7"}))
    found = under_present_numbers(history, snapshot(["7", "8"]))
    assert set(found.mails) == {"course/7/0/holds3", "appointment_reminder/T-1/3/3", "rule/goes_on/7/3"}
    assert {one.case for one in found.mails.values()} == {"7"}


@pytest.mark.parametrize("visits", [("3", "4"), ("T-1",)])
def test_a_count_that_is_another_tables_number_tells_nothing(visits):
    facts = {**known(**{"3": "7"}), (RuleEvent.kind, "visited/3"): RuleEvent(1, NOW).plain()}
    found = under_present_numbers(History(facts=facts), snapshot(["7", "8"], visits))
    assert ((RuleEvent.kind, "visited/3") in found.facts) == ("3" in visits)


def test_what_stands_under_both_numbers_is_the_newer_or_belongs_together():
    old, new = Phase("new").plain(), Phase("support").plain()
    facts = {**known(**{"K-1": "K-9"}), (Phase.kind, "K-1"): old, (Phase.kind, "K-9"): new}
    replies = {name: (Reply(name, "", 1, "confirm", NOW),) for name in ("T-1", "T-5")}
    facts[Renumbered.kind, "appointments/T-1"] = Renumbered("T-5").plain()
    found = under_present_numbers(History(facts=facts, replies=replies), snapshot(["K-9"], ["T-5"]))
    assert found.facts_of(Phase) == {"K-9": Phase("support")}
    assert [one.appointment for one in found.replies["T-5"]] == ["T-5", "T-5"]


def test_facts_about_other_things_name_the_case_by_its_present_number():
    mark, now = digest("cases", "K-1")[:10], digest("cases", "K-9")[:10]
    facts = {
        **known(**{"K-1": "K-5", "K-5": "K-9"}),
        (Letter.kind, "ab12"): Letter(case="K-1").plain(),
        (RuleRows.kind, "course"): RuleRows(f"{mark} ffff").plain(),
    }
    found = under_present_numbers(History(facts=facts), snapshot(["K-9"]))
    assert found.fact(Letter, "ab12").case == "K-9"
    assert found.fact(RuleRows, "course").rows == f"{now} ffff"
    assert found.number_now("cases", "K-1") == "K-9"


def test_a_number_that_is_a_cases_again_leaves_everything_where_it_is():
    history = History(mails={"course/K-1/0/": mail("course/K-1/0/", "K-1")}, facts=known(**{"K-1": "K-9"}))
    assert under_present_numbers(history, snapshot(["K-9", "K-1"])) is history


def test_two_rows_that_say_the_same_are_nobody_elses():
    rows = {name: row_fingerprints(snapshot_of(name)) for name in ("before", "after", "one")}
    assert former_numbers(snapshot_of("after"), rows["after"], rows["before"]) == {}
    assert list(former_numbers(snapshot_of("one"), rows["one"], rows["before"]).values()) == ["K-1"]


def snapshot_of(name):
    numbers = {"before": ["K-1"], "one": ["X-1"], "after": ["X-1", "X-2"]}[name]
    return own_snapshot("", {"Fälle": [["Fall-Nr.", "Nachname"], *([one, "Kaya"] for one in numbers)]})


def test_a_number_with_a_stroke_is_found_in_keys_and_no_version_is_taken_for_one():
    keys = ("course/001/26/0/holds1", "appointment_reminder/T-1/001/26", "rule/goes_on/001/26/now")
    facts = {**known(**{"001/26": "1/27"}), (Phase.kind, "001/26"): Phase("new").plain()}
    history = History(mails={key: mail(key, "001/26") for key in keys}, facts=facts)
    found = under_present_numbers(history, snapshot(["1/27"]))
    assert set(found.mails) == {"course/1/27/0/holds1", "appointment_reminder/T-1/001/26", "rule/goes_on/1/27/now"}
    assert {one.case for one in found.mails.values()} == {"1/27"}
    assert list(found.facts_of(Phase)) == ["1/27"]
