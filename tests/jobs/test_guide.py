"""The guide speaks of the team's own workbook: of its tabs, headings and words, and of what kim may write there."""

from __future__ import annotations

import pytest

from automations.common.shipped import templates_folder
from automations.model.settings import SiteFacts
from automations.model.snapshot import Snapshot
from tests.jobs.test_summarise import tabs_of
from tests.tables.test_own_tables import own_snapshot

COLUMNS = """
[tables.cases]
tabs = ["Klientenliste"]
kim_writes = ["check_note"]
[tables.cases.headings]
number = ["lfd. Nr."]
manager = ["Beraterin"]
"""
TABS = {"Klientenliste": [["lfd. Nr.", "Nachname", "Beraterin", "Prüfhinweis"], ["12", "Kaya", "AB", None]]}


def told(language, shot):
    text = (templates_folder() / f"guide.{language}.md").read_text(encoding="utf-8")
    tabs, _ = tabs_of(shot, site=SiteFacts(language=language), guide=text)
    return [block.text for block in tabs["guide"].blocks if hasattr(block, "text")]


@pytest.mark.parametrize("language", ["de", "en"])
def test_it_names_the_team_s_own_tabs_and_columns(language):
    lines = told(language, own_snapshot(COLUMNS, TABS))
    assert "• Klientenliste: Prüfhinweis." in lines
    [may] = [line for line in lines if "Beraterin" in line]
    assert may.startswith(("• „Beraterin“ dürfen Sie jederzeit", "• You may change “Beraterin” at any time"))
    assert not [line for line in lines if "„Zuständig“" in line or "„Fälle“" in line]


@pytest.mark.parametrize("language", ["de", "en"])
def test_nothing_is_said_of_tables_that_are_not_there(language):
    lines = told(language, own_snapshot(COLUMNS, TABS))
    assert not [line for line in lines if "Termine“" in line.replace("„Termine 14", "") or "„Entscheidungen“" in line]


@pytest.mark.parametrize("language", ["de", "en"])
def test_it_is_whole_where_nothing_was_read(language):
    lines = told(language, Snapshot())
    assert len(lines) > 20
    assert not [line for line in lines if "{" in line or "%" in line]


@pytest.mark.parametrize(
    ("language", "none"), [("de", "• In keine: kim liest nur."), ("en", "• None: kim only reads.")]
)
def test_where_kim_was_given_no_column_it_says_so(language, none):
    shut = own_snapshot(COLUMNS.replace('["check_note"]', "[]"), TABS)
    lines = told(language, shut)
    assert none in lines
    assert not [line for line in lines if "Prüfhinweis" in line or "anderen Spalten" in line or "other column" in line]
    assert none not in told(language, own_snapshot(COLUMNS, TABS))
