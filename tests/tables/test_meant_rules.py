"""A tab of rules whose heading is spelled in the team's own way is not passed over in silence."""

from __future__ import annotations

import pytest

from tests.support.own_tables import own_snapshot
from tests.support.rule_rows import RULES, row
from tests.tables.test_rule_rows import COURSES, TABS


def faults(tab, headings, *rows):
    snapshot = own_snapshot(COURSES, {**TABS, tab: [headings, *rows]})
    return [one.column for one in snapshot.problems if one.code == "missing_heading" and one.tab == tab]


def test_the_heading_that_is_missing_is_named():
    headings = ["Was soll geschehen" if one == "Was passiert" else one for one in RULES]
    rule = row(Name="x", Tabelle="Termine", Was_passiert="Liste")
    assert faults("Regeln", headings, rule) == ["Was passiert"]


@pytest.mark.parametrize("word", ["Was passiert", "Aktion", "Action", "What happens"])
def test_usual_words_for_what_a_rule_does_are_known(word):
    headings = [word if one == "Was passiert" else one for one in RULES]
    assert faults("Regeln", headings, row(Name="x", Tabelle="Termine", Was_passiert="Liste")) == []


def test_a_tab_of_that_name_that_is_about_something_else_is_left_in_peace():
    assert faults("Regeln", ["Name", "Hausordnung", "Gilt ab"], ["Küche", "spülen", None]) == []


@pytest.mark.parametrize(("heading", "named"), [("Inhalt", ["Wert"]), ("Wert", [])])
def test_a_tab_of_settings_without_its_values_is_named(heading, named):
    assert faults("Einstellungen", ["Einstellung", heading, "Hinweis"], ["Telefon", "0201 1", None]) == named
