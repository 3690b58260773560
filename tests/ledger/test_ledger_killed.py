"""kill -9 at any moment: what was committed is there, nothing is half, no mail leaves twice."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest

from automations.ledger.book import Ledger, open_ledger
from tests.ledger.examples import NOW, mail, plan, queued

ROOT = Path(__file__).parents[2]
KILLS = 6


def kill_again_and_again(url: str, sent: Path, kills: int) -> None:
    moments = random.Random(1)  # noqa: S311 (moments to die at, no secrets)
    for _ in range(kills):
        before = sent.stat().st_size if sent.exists() else 0
        program = subprocess.Popen([sys.executable, "-m", "tests.ledger.killed", url, str(sent)], cwd=ROOT)
        try:
            _wait_for_growth(sent, before, program)
            time.sleep(moments.uniform(0, 0.3))
        finally:
            program.kill()
            program.wait()


def _wait_for_growth(sent: Path, before: int, program: subprocess.Popen[bytes]) -> None:
    while program.poll() is None:
        if sent.exists() and sent.stat().st_size > before:
            return
        time.sleep(0.02)
    pytest.fail("the program ended by itself")


def assert_sound(ledger: Ledger, sent: Path) -> None:
    later = NOW + timedelta(days=99)
    left = Counter(sent.read_text(encoding="ascii").split())
    history = ledger.history(live=True)
    stuck = {item.mail.key for item in ledger.stuck(later)}
    assert ledger.check() == ()
    assert set(left.values()) == {1}, "a mail left twice"
    for key in left:
        assert history.mails[key].state in {"sent", "unknown", "sending"}, "a mail left unknown to the ledger"
    for key, record in history.mails.items():
        assert record.state != "sent" or key in left, "a mail counts as sent and never left"
        assert record.state in {"sent", "unknown", "queued"} or key in stuck
    _assert_whole_plans(history)
    for pending in ledger.pending_writes("team"):
        assert len(pending.groups) == 1


def _assert_whole_plans(history) -> None:
    """Of each run everything was recorded, or nothing."""
    mails = Counter(record.subject_key for record in history.mails.values())
    assert set(mails.values()) <= {3}
    assert set(history.versions) == set(mails)
    assert len(history.reserved) == len(mails)
    assert history.counters["KIM-2024-"] == max(int(number[-6:]) for number in history.reserved.values())


def test_a_killed_program_leaves_a_sound_file(tmp_path):
    url, sent = f"sqlite:///{tmp_path / 'ledger.sqlite'}", tmp_path / "sent"
    kill_again_and_again(url, sent, KILLS)
    with open_ledger(url, now=NOW) as ledger:
        assert_sound(ledger, sent)


@pytest.mark.servers
def test_a_killed_program_leaves_a_sound_database(postgresql_url, tmp_path):
    sent = tmp_path / "sent"
    kill_again_and_again(postgresql_url, sent, KILLS // 2)
    with open_ledger(postgresql_url, now=NOW) as ledger:
        assert_sound(ledger, sent)


@pytest.mark.soak
def test_a_program_killed_a_hundred_times_leaves_a_sound_file(tmp_path):
    url, sent = f"sqlite:///{tmp_path / 'ledger.sqlite'}", tmp_path / "sent"
    kill_again_and_again(url, sent, 100)
    with open_ledger(url, now=NOW) as ledger:
        assert_sound(ledger, sent)


def test_two_programs_at_one_ledger_send_nothing_twice(tmp_path):
    url = f"sqlite:///{tmp_path / 'ledger.sqlite'}"
    open_ledger(url, now=NOW).close()
    with open_ledger(url, now=NOW) as first, open_ledger(url, now=NOW) as second:
        plan(first, *queued(*(mail(f"m/{n}", rule="x") for n in range(20))))
        got = [ledger.claim(f"m/{n}", NOW) for n in range(20) for ledger in (first, second)]
    assert got == [True, False] * 20
