"""The tests for the real service, rehearsed on the emulator, so that they are right on the day that they count."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.google_sheets import address, service_account

ROOT = Path(__file__).parents[2]
NOT_COMPUTED = "test_dates_are_known_for_what_they_are_typed_or_computed"
"""The emulator computes no TODAY()."""


def test_without_a_sheet_they_are_skipped_and_say_so(tmp_path):
    done = rehearsed({"KIM_LIVE_GOOGLE_SHEET": ""}, tmp_path)
    assert "no Google sheet to play with (KIM_LIVE_GOOGLE_SHEET)" in done.stdout
    assert "passed" not in done.stdout


@pytest.mark.soak
def test_with_a_sheet_they_pass(google, tmp_path):
    sheet = google.create("Live", {"Tabelle1": []}, owner="chef@emulator.test")
    env = {"KIM_LIVE_GOOGLE_SHEET": address(sheet), "KIM_LIVE_GOOGLE_PAUSE": "0"}
    for name, who in {
        "KIM_GOOGLE_CREDENTIALS": "kim@emulator.test",
        "KIM_LIVE_GOOGLE_GUEST": "g@emulator.test",
    }.items():
        path = tmp_path / f"{name}.json"
        path.write_text(json.dumps(service_account(who)))
        env[name] = str(path)
    done = rehearsed(env | google.environment(tmp_path / "emulator.pem"), tmp_path, NOT_COMPUTED)
    assert done.returncode == 0, done.stdout[-3000:]
    assert "skipped" not in done.stdout


def rehearsed(env, folder, *left_out):
    command = [sys.executable, "-m", "pytest", "tests/live", "-q", "-rs", "-p", "no:cacheprovider"]
    command += [f"--basetemp={folder / 'live'}"]
    command += [f"--deselect=tests/live/test_google_live.py::{name}" for name in left_out]
    return subprocess.run(command, cwd=ROOT, env={**os.environ, **env}, capture_output=True, text=True, check=False)
