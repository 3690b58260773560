"""Weeks of asking in turn with moves, refusals, silence, a busy workbook and power cuts."""

from __future__ import annotations

from datetime import date

import pytest

from tests.support.turn_simulation import weeks


def test_nobody_is_booked_double_or_left_uninformed(tmp_path, monkeypatch):
    monkeypatch.setenv("KIM_TEST_PASSWORD", "x")
    story = weeks(tmp_path / "site", seed=3, requests=20, days=9, first=date(2026, 11, 23))
    assert story.wrong == []
    assert story.made >= 15
    assert story.office.cuts >= 2
    assert story.claimed >= 2


@pytest.mark.soak
def test_five_hundred_requests(tmp_path, monkeypatch):
    monkeypatch.setenv("KIM_TEST_PASSWORD", "x")
    story = weeks(tmp_path / "site", seed=7, requests=500, days=260)
    assert (story.wrong, story.made) == ([], 500)
