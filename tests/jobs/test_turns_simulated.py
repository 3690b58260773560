"""Weeks of asking in turn with moves, refusals, silence, a busy workbook and power cuts."""

from __future__ import annotations

from datetime import date
from itertools import repeat

import pytest

from automations.jobs import follow_rules
from automations.jobs.rules.turn_table import Table
from tests.support.turn_simulation import weeks


def with_and_without(monkeypatch, plans):
    """Each plan is made once more over all rows, those that are long over as well."""
    made = follow_rules.turns

    def both(ready, desk):
        found = made(ready, desk)
        with monkeypatch.context() as patched:
            patched.setattr(Table, "_over", lambda table: repeat(False, len(table.desk.marks(table.rule.table))))
            plans.append(made(ready, desk) == found)
        return found

    monkeypatch.setattr(follow_rules, "turns", both)


def test_nobody_is_booked_double_or_left_uninformed(tmp_path, monkeypatch):
    monkeypatch.setenv("KIM_TEST_PASSWORD", "x")
    plans = []
    with_and_without(monkeypatch, plans)
    story = weeks(tmp_path / "site", seed=3, requests=20, days=9, first=date(2026, 11, 23))
    assert story.wrong == []
    assert story.made >= 15
    assert story.office.cuts >= 2
    assert story.claimed >= 2
    assert len(plans) > 40
    assert all(plans)


@pytest.mark.soak
@pytest.mark.parametrize(
    ("seed", "first"),
    [
        (7, date(2026, 11, 16)), (8, date(2026, 12, 14)), (9, date(2027, 3, 15)), (10, date(2026, 10, 12)),
        (11, date(2027, 4, 26)),
    ],
)  # fmt: skip
def test_five_hundred_requests(tmp_path, monkeypatch, seed, first):
    """Five parts of a hundred: through Christmas, Easter, May's holidays and both changes of the clock."""
    monkeypatch.setenv("KIM_TEST_PASSWORD", "x")
    story = weeks(tmp_path / "site", seed=seed, requests=100, days=100, first=first)
    assert (story.wrong, story.made) == ([], 100)
    assert story.ever_claimed == story.served  # the claims are the services that were confirmed
    assert len(story.served) > 10
