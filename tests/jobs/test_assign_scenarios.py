"""Every folder of tests/scenarios/assign_cases is a story that the job must tell in the same way."""

from __future__ import annotations

import pytest

from automations.jobs.assign_cases import AssignCases
from tests.support.scenarios import Story, scenario_folders

FOLDERS = scenario_folders("assign_cases")


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_the_plan_is_as_told(folder):
    assert list(Story(folder, AssignCases()).differences()) == []


def test_the_folders_are_found():
    assert len(FOLDERS) > 1
