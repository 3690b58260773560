"""A rule that stands in reminders.toml and in rules.toml counts once, or is refused."""

from __future__ import annotations

import pytest

from automations.config.files import ConfigError
from automations.config.loading import load_site
from automations.setup.demo.site import make_site
from tests.engine.test_guards import AT

OVERDUE = """
[[rules]]
name = "first_contact_overdue"
table = "cases"
when = 'is_blank(first_contact_on)  and is_blank(closed_on) and (is_blank(phase) or phase == "new")'
due = { field = "received", days_after = [5], days = "working", at = "06:00" }
recipient = "manager"
template = "first_contact_overdue"
"""
REMINDER = """
[[rules]]
name = "appointment_reminder"
action = "mail"
when = 'is_blank(status) or status in ["planned", "confirmed"]'
due = { field = "date", days_before = [5, 2], at = "06:00", closed_days = "before" }
template = "appointment_reminder"
"""


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    folder = tmp_path_factory.mktemp("twice")
    make_site(folder, cases=6, seed=1, at=AT)
    shipped = (folder / "config" / "rules.toml").read_text(encoding="utf-8")
    return folder, shipped


def loaded(made, more):
    folder, shipped = made
    (folder / "config" / "rules.toml").write_text(shipped + more, encoding="utf-8")
    site = load_site(folder)
    return [rule.name for name in ("remind", "follow_rules") for rule in site.jobs[name].rules]


@pytest.mark.parametrize("stanza", [OVERDUE, REMINDER])
def test_word_for_word_the_same_counts_once(made, stanza):
    assert loaded(made, stanza) == loaded(made, "")


@pytest.mark.parametrize("stanza", [OVERDUE, REMINDER])
def test_the_same_under_another_name_is_refused_with_its_line(made, stanza):
    with pytest.raises(ConfigError, match="sagt dasselbe wie") as caught:
        loaded(made, stanza.replace('name = "', 'name = "our_'))
    [problem] = caught.value.problems
    assert problem.tab == "rules.toml"
    assert (made[0] / "config" / "rules.toml").read_text(encoding="utf-8").splitlines()[problem.row - 1] == "[[rules]]"


@pytest.mark.parametrize("stanza", [OVERDUE, REMINDER])
def test_another_rule_of_the_same_name_is_refused(made, stanza):
    with pytest.raises(ConfigError, match="sagt dort etwas anderes"):
        loaded(made, stanza.replace("[5", "[4"))


def test_a_rule_of_its_own_is_none_of_this(made):
    more = REMINDER.replace('name = "', 'name = "our_').replace("[5, 2]", "[1]")
    assert set(loaded(made, more)) - set(loaded(made, "")) == {"our_appointment_reminder"}


@pytest.mark.parametrize("change", [("", ""), ("[5", "[4"), ('name = "', 'name = "our_')])
def test_a_site_without_reminders_of_its_own_words_the_shipped_ones_anew(made, change):
    folder, _ = made
    before = loaded(made, "")
    path = folder / "config" / "reminders.toml"
    kept = path.read_bytes()
    path.unlink()
    try:
        names = loaded(made, REMINDER.replace(*change) if change[0] else REMINDER)
    finally:
        path.write_bytes(kept)
    assert len(names) == len(before)
    assert sum(name.endswith("appointment_reminder") for name in names) == 1
