"""A power cut at any step of a run, then a new run: no mail twice, none lost but those shown as unknown."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections import Counter
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from automations.config.loading import load_site
from automations.engine.parts import ledger_url
from automations.ledger.book import open_ledger

AT = datetime(2024, 10, 31, 9, 0, tzinfo=ZoneInfo("Europe/Berlin"))
ROOT = Path(__file__).parents[2]


@pytest.fixture
def prepared(demos, tmp_path, request):
    """A small site, adopted the day before and sending real mail."""
    return demos(tmp_path / "prepared", cases=request.param, seed=3, at=AT, smtp=True)


def killed_run(folder: Path, steps: int, log: Path):
    words = [str(folder), AT.strftime("%Y-%m-%dT%H:%M"), str(steps), str(log)]
    command = [sys.executable, "-m", "tests.support.killed_run", *words]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)


def steps_of_a_whole_run(prepared: Path, tmp_path: Path) -> int:
    folder = tmp_path / "counted"
    shutil.copytree(prepared, folder)
    done = killed_run(folder, 1_000_000, tmp_path / "counted.log")
    assert done.returncode == 0, done.stderr
    return 1_000_000 - int(done.stdout.split()[-1])


def check_after(folder: Path, log: Path) -> None:
    delivered = Counter(log.read_text(encoding="utf-8").splitlines() if log.exists() else [])
    assert not {line: n for line, n in delivered.items() if n > 1}, "sent twice"
    with open_ledger(ledger_url(load_site(folder)), now=AT) as ledger:
        counts = ledger.outbox_counts()
        assert ledger.check() == ()
    assert not set(counts) & {"queued", "sending", "retry"}, counts
    assert counts.get("sent", 0) + counts.get("unknown", 0) >= len(delivered) > 0


def steps_to_try(total: int, few: bool) -> list[int]:
    chosen = {2, 5, total // 2, total - 1}
    return sorted(chosen) if few else list(range(1, total))


def kill_everywhere(prepared: Path, tmp_path: Path, *, few: bool) -> None:
    whole = steps_of_a_whole_run(prepared, tmp_path)
    for step in steps_to_try(whole, few):
        folder, log = tmp_path / f"site{step}", tmp_path / f"{step}.log"
        shutil.copytree(prepared, folder)
        assert killed_run(folder, step, log).returncode == -9
        again = killed_run(folder, 0, log)
        assert again.returncode == 0, again.stderr
        check_after(folder, log)
        shutil.rmtree(folder)


@pytest.mark.parametrize("prepared", [12], indirect=True)
def test_killed_at_some_steps(prepared, tmp_path):
    kill_everywhere(prepared, tmp_path, few=True)


@pytest.mark.soak
@pytest.mark.parametrize("prepared", [40], indirect=True)
def test_killed_at_every_step(prepared, tmp_path):
    kill_everywhere(prepared, tmp_path, few=False)
