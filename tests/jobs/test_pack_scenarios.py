"""Every folder of tests/scenarios/packs/<pack> is a story that the pack must tell in the same way."""

from __future__ import annotations

import pytest

from automations.common.shipped import config_folder
from tests.support.pack_scenarios import PackStory, pack_folders

FOLDERS = pack_folders()


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: f"{folder.parent.name}/{folder.name}")
def test_the_pack_does_what_the_story_says(folder, tmp_path, monkeypatch):
    monkeypatch.setenv("KIM_TEST_PASSWORD", "x")
    assert list(PackStory(folder, tmp_path / "site").differences()) == []


def test_each_pack_has_its_stories():
    packs = {path.parent.name for path in (config_folder() / "packs").glob("*/pack.toml")}
    assert {folder.parent.name for folder in FOLDERS} == packs
