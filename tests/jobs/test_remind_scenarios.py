"""Every folder of tests/scenarios/remind is a story that the job must tell in the same way."""

from __future__ import annotations

import pytest

from automations.jobs.remind import Remind
from tests.support.scenarios import Story, scenario_folders, shipped_settings

FOLDERS = scenario_folders("remind")


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_the_plan_is_as_told(folder):
    rules = shipped_settings("reminders.toml")
    assert list(Story(folder, Remind(), rules).differences()) == []


def test_the_folders_are_found():
    assert len(FOLDERS) > 1
