"""rules.toml: one file for all rules; those about appointments to come are done by the job of reminders."""

from __future__ import annotations

import pytest

from automations.config.files import ConfigError
from automations.config.loading import load_site
from tests.support.own_site import SITE, OwnSite

BOOKED = """
[[rules]]
name = "my_booked"
due = { event = "booked" }
recipient = "client"
template = "appointment_confirmation"
"""
NOTE = """
[[rules]]
name = "mine"
table = "cases"
action = "note"
text = "x"
"""


def loaded(tmp_path, text):
    site = OwnSite(tmp_path)
    site.write(site=SITE, rules=text)
    return load_site(tmp_path)


def test_rules_about_appointments_to_come_join_the_reminders_and_lines_stay_right(tmp_path):
    site = loaded(tmp_path, BOOKED + NOTE)
    assert site.jobs["remind"].rule_names[-1] == "my_booked"
    assert site.jobs["follow_rules"].rule_names == ("mine",)
    assert site.jobs["follow_rules"].lines["rules.0.name"] == (BOOKED + NOTE).splitlines().index('name = "mine"') + 1


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ('acton = "note"', "acton"),
        ('due = { every = "mondy" }', "monday"),
        ('due = { field = "received" }', "days_before"),
        ('action = "append"\nset = { x = 1 }', "into"),
        ('due = { event = "changed" }', "fields"),
    ],
)
def test_a_stanza_that_cannot_be_is_refused_with_what_is_possible(tmp_path, wrong, said):
    text = NOTE.replace('action = "note"', wrong) if wrong.startswith("act") else NOTE + wrong
    with pytest.raises(ConfigError, match=said):
        loaded(tmp_path, text)


@pytest.mark.parametrize(("typed", "place"), [
    ('"montag"', "rules.0.due.every"), ('["friday", "montag"]', "rules.0.due.every.1"),
])  # fmt: skip
def test_a_setting_with_several_forms_is_told_once_and_by_its_own_name(tmp_path, typed, place):
    with pytest.raises(ConfigError) as refused:
        loaded(tmp_path, NOTE + f"due = {{ every = {typed} }}")
    (problem,) = refused.value.problems
    assert problem.field == place
    assert problem.message.startswith(f"{place} kann nicht 'montag' sein: möglich sind ")
    assert '"monday"' in problem.message
