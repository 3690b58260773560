"""A fortnight of a team through Postfix and Dovecot: whoever is to know something knows it, or somebody is asked."""

from __future__ import annotations

import sys

import pytest

from tests.support.fortnight import Fortnight
from tests.support.mailserver import post_office, why_no_post_office


@pytest.fixture
def office():
    if reason := why_no_post_office():
        pytest.skip(reason)
    with post_office() as running:
        yield running


@pytest.mark.servers
@pytest.mark.soak
@pytest.mark.timeout(3600)
def test_in_a_fortnight_nobody_is_left_with_an_untruth(office, tmp_path, capsys):
    story = Fortnight(tmp_path, office)
    story.play()
    with capsys.disabled():
        sys.stdout.write(f"\n{story.table()}\n")
    assert story.silent == []
    assert len(story.team.mails) > 40
