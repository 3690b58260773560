"""Commits while many mails leave: they wait for the disk once each, and last as ever."""

from __future__ import annotations

import os
import shutil
import sqlite3
import sys
import time
from contextlib import closing
from subprocess import run

import pytest

from automations.ledger.book import open_ledger, restore_ledger
from automations.ledger.glance import glance_at_file
from automations.ledger.recording import PlannedMail
from tests.ledger.examples import NOW, mail

QUICK = 5
"""Seconds: far below the time that somebody waits for a busy ledger."""

CRASH = """
import os, sys
from automations.ledger.book import open_ledger
from tests.ledger.examples import NOW
ledger = open_ledger(f"sqlite:///{sys.argv[1]}", now=NOW)
with ledger.many_commits():
    assert ledger.claim("a", NOW)
    ledger.settle_mail("a", "sent", NOW)
    assert ledger.claim("b", NOW)
    os._exit(9)
"""


@pytest.fixture
def path(tmp_path):
    found = tmp_path / "ledger.sqlite"
    with open_ledger(f"sqlite:///{found}", now=NOW) as ledger:
        planned = [PlannedMail(mail(key), "queued") for key in "abc"]
        ledger.record("R", NOW, (), planned, (), frozenset(), live=True)
    return found


def opened(path):
    return open_ledger(f"sqlite:///{path}", now=NOW)


def journal(path):
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute("PRAGMA journal_mode").fetchone()[0]


def states(path):
    with closing(sqlite3.connect(path)) as connection:
        return dict(connection.execute("SELECT key, state FROM outbox"))


def beside(path):
    return {item.name for item in path.parent.iterdir() if item.stat().st_size} - {path.name}


def test_inside_commits_go_through_a_log_and_afterwards_the_one_file_is_whole(path, tmp_path):
    with opened(path) as ledger:
        with ledger.many_commits():
            assert ledger.claim("a", NOW)
            assert journal(path) == "wal"
        copy = shutil.copy(path, tmp_path / "copy.sqlite")
        assert states(copy)["a"] == "sending"
        assert beside(path) == {"copy.sqlite"}


def test_what_was_committed_outlives_a_crash_and_the_next_to_open_makes_one_file_of_it(path):
    died = run(
        [sys.executable, "-c", CRASH, str(path)], check=False, env=os.environ | {"PYTHONPATH": ":".join(sys.path)}
    )
    assert died.returncode == 9
    assert beside(path)
    with opened(path) as ledger:
        assert [lost.mail.key for lost in ledger.stuck(NOW)] == ["b"]
        assert ledger.check() == ()
    assert (states(path), beside(path)) == ({"a": "sent", "b": "sending", "c": "queued"}, set())


def test_others_look_and_write_meanwhile_without_waiting(path):
    begun = time.monotonic()
    with opened(path) as ledger, ledger.many_commits():
        assert ledger.claim("a", NOW)
        assert glance_at_file(str(path)).mails == {"sending": 1, "queued": 2}
        with opened(path) as other:
            assert not other.claim("a", NOW)
            assert other.claim("b", NOW)
        assert ledger.claim("c", NOW)
    assert time.monotonic() - begun < QUICK
    assert set(states(path).values()) == {"sending"}


@pytest.mark.parametrize("moment", ["at its beginning", "at its end"])
def test_a_reader_costs_time_and_nothing_else(path, moment):
    begun = time.monotonic()
    with opened(path) as ledger, closing(sqlite3.connect(path, isolation_level=None)) as reader:
        if moment == "at its beginning":
            reader.execute("BEGIN")
            reader.execute("SELECT * FROM outbox").fetchall()
        with ledger.many_commits():
            if moment == "at its beginning":
                reader.execute("COMMIT")
            assert ledger.claim("a", NOW)
            if moment == "at its end":
                reader.execute("BEGIN")
                reader.execute("SELECT * FROM outbox").fetchall()
        assert time.monotonic() - begun < QUICK
    with opened(path):
        assert states(path)["a"] == "sending"
        assert journal(path) != "wal"


def test_a_restored_ledger_does_not_take_over_the_log_of_the_damaged_one(path, tmp_path):
    backup = tmp_path / "backups" / "ledger.sqlite"
    with opened(path) as ledger:
        ledger.backup(backup, NOW)
        before = states(path)
        with ledger.many_commits():
            assert ledger.claim("a", NOW)
            logs = {name: (tmp_path / name).read_bytes() for name in ("ledger.sqlite-wal", "ledger.sqlite-shm")}
    path.write_bytes(b"This is no database at all." * 50)
    for name, content in logs.items():
        (tmp_path / name).write_bytes(content)
    restore_ledger(f"sqlite:///{path}", backup, now=NOW)
    assert states(path).keys() == before.keys()
    assert states(path)["a"] != "sending"
