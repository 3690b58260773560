"""How things stand is the same by a glance as by the ledger's own doors, on each database."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from automations.ledger.book import open_ledger
from automations.ledger.glance import SHAPE, Glance, glance_at_file
from automations.ledger.migrations import MIGRATIONS
from automations.model.fact_kinds.course import Clock, Trouble
from automations.model.runs import Occurrence, RunRecord
from tests.ledger.examples import CASE, DAY, NOW, mail, plan, queued


def filled(ledger, folder):
    for number in range(12):
        ledger.begin_run(f"R{number}", NOW + number * DAY, ["remind", "summarise"])
    ended = RunRecord("R10", NOW + 10 * DAY, "attention", ("remind",), 3, 2, 1, ("Der Ordner „mails“ fehlt.",))
    ledger.end_run(ended, {"remind": 0.5})
    plan(ledger, *queued(mail("one"), mail("two"), mail("three")))
    for key, state in (("one", "failed"), ("two", "sent")):
        ledger.claim(key, NOW)
        ledger.settle_mail(key, state, NOW)
    ledger.remember([Clock(NOW).under(), Trouble(NOW - DAY).under()], NOW)
    ledger.claim_occurrence("run", "2024-10-31T06:30", NOW)
    ledger.claim_occurrence("run", "2024-10-31T12:30", NOW + timedelta(hours=6))
    ledger.finish_occurrence("run", "2024-10-31T12:30", "done", NOW + timedelta(hours=7))
    ledger.set_hold(on=True, now=NOW)
    ledger.backup(folder / "copies" / "ledger.sqlite", NOW)


def told(ledger) -> Glance:
    """The same by the doors of everybody else."""
    seen = ledger.glance()
    assert seen.runs == ledger.runs(10)
    assert seen.last == next(iter(ledger.occurrences("run")), None)
    assert seen.mails == ledger.outbox_counts()
    stuck = ledger.mails("held", "retry", "failed", "unknown", "bounced")
    assert [item.key for item in seen.stuck] == [item.mail.key for item in stuck]
    assert seen.held == ledger.held
    assert seen.clock == (ledger.fact(Clock) or Clock()).at
    assert seen.trouble_since == (ledger.fact(Trouble) or Trouble()).since
    return seen


def test_a_glance_tells_what_the_ledger_tells(ledger, tmp_path):
    assert told(ledger) == Glance((), None, {}, (), held=False, clock=None, trouble_since=None, backup=None)
    filled(ledger, tmp_path)
    seen = told(ledger)
    assert (len(seen.runs), seen.backup) == (10, NOW)
    assert seen.runs[1].trouble == ("Der Ordner „mails“ fehlt.",)
    assert isinstance(seen.last, Occurrence)
    assert seen.last.ended == NOW + timedelta(hours=7)
    assert [(item.rule, item.case, item.state, item.run) for item in seen.stuck] == [("reminder", CASE, "failed", "R1")]


@pytest.fixture
def path(tmp_path) -> Path:
    """The file of a ledger that worked for a while."""
    with open_ledger(f"sqlite:///{tmp_path / 'ledger.sqlite'}", now=NOW) as ledger:
        filled(ledger, tmp_path)
    return tmp_path / "ledger.sqlite"


def test_a_file_in_order_is_read_without_the_ledger(path):
    with open_ledger(f"sqlite:///{path}", now=NOW) as ledger:
        assert glance_at_file(str(path)) == ledger.glance()


def test_its_queries_know_the_newest_shape():
    assert len(MIGRATIONS) == SHAPE


def test_whatever_is_unusual_is_left_to_the_ledger_itself(path, tmp_path, monkeypatch):
    assert glance_at_file(str(tmp_path / "nothing.sqlite")) is None
    assert not (tmp_path / "nothing.sqlite").exists()
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE meta SET value = '1' WHERE name = 'schema'")
    connection.close()
    assert glance_at_file(str(path)) is None
    path.write_bytes(b"no database at all" * 100)
    assert glance_at_file(str(path)) is None
    mounts = tmp_path / "mounts"
    mounts.write_text(f"//server/share {tmp_path} cifs rw 0 0\n", encoding="utf-8")
    monkeypatch.setattr("automations.ledger.shares._MOUNTS", mounts)
    assert glance_at_file(str(path)) is None
