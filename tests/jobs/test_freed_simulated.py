"""Weeks of freed hours: each given once, to nobody unsafe, with the notice that the rule promises."""

from __future__ import annotations

import pytest

from tests.support.freed_simulation import freed_weeks


@pytest.fixture(autouse=True)
def _password(monkeypatch):
    monkeypatch.setenv("KIM_TEST_PASSWORD", "x")


def test_no_hour_is_given_twice_or_to_somebody_unsafe(tmp_path):
    story = freed_weeks(tmp_path / "site", seed=2, hours=20, days=3)
    assert story.wrong == []
    assert story.given >= 5


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(3, 13))
def test_a_thousand_freed_hours(tmp_path, seed):
    """Ten parts of a hundred."""
    story = freed_weeks(tmp_path / "site", seed=seed, hours=100, days=25)
    assert (story.wrong, story.made) == ([], 100)
    assert story.given > 80
