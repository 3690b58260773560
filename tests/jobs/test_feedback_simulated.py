"""Feedback to offices over generated consents: nothing without a consent for that very office."""

from __future__ import annotations

import pytest

from tests.support.feedback_offices import Offices


@pytest.fixture(autouse=True)
def _password(monkeypatch):
    monkeypatch.setenv("KIM_TEST_PASSWORD", "x")


@pytest.mark.parametrize("seed", [1, 2])
def test_no_office_learns_anything_without_a_consent_for_it(tmp_path, seed):
    found = Offices(tmp_path, seed, rows=150)
    assert found.wrong == []
    assert found.told > 0


@pytest.mark.soak
def test_ten_thousand_consents(tmp_path):
    stories = [Offices(tmp_path / str(seed), seed, rows=250) for seed in range(40)]
    assert [wrong for story in stories for wrong in story.wrong] == []
    assert sum(len(story.rows) for story in stories) == 10_000
    assert sum(story.told for story in stories) > 100
