"""Backups of some days ago leave out the story and texts of mails; the ledger that stands goes on telling it."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from types import SimpleNamespace

import pytest

from automations.engine.housekeeping import tidy
from automations.ledger import backup
from automations.ledger.book import Ledger, open_ledger
from automations.ledger.errors import LedgerError
from automations.ledger.packing import LEAN, WHOLE, backups, lean_name, superseded, to_lean, to_shrink, unpacked
from automations.ledger.staff_edits import TableLook
from automations.model.layout import Base
from automations.model.writes import WriteResult
from tests.ledger.examples import CASE, DAY, NOW, group
from tests.ledger.test_ledger_audit import lived

WAITS = "reminder/T-2024-00099/1/5"
NAME = "ledger-20241031.sqlite.xz"


def leaned(ledger: Ledger, folder):
    """A backup of a ledger that has lived, made lean; and its story at that time."""
    lived(ledger)
    story = ledger.story(CASE)
    ledger.backup(folder / NAME, NOW)
    ledger.make_lean(folder / NAME)
    assert not (folder / NAME).exists()
    return lean_name(folder / NAME), story


def rows(path, table, folder):
    unpacked(path, folder / "open.sqlite")
    with closing(sqlite3.connect(folder / "open.sqlite")) as connection, connection:
        return connection.execute(f"SELECT * FROM {table}").fetchall()  # noqa: S608 (our words)


def test_it_holds_no_story_and_no_text_of_a_mail_that_left(ledger, tmp_path):
    path, story = leaned(ledger, tmp_path / "b")
    assert story
    assert rows(path, "audit", tmp_path) == rows(path, "audit_payloads", tmp_path) == []
    assert [row[0] for row in rows(path, "mail_payloads", tmp_path)] == [WAITS]
    assert len(rows(path, "outbox", tmp_path)) == 2
    assert path.stat().st_mode & 0o777 == 0o600


def test_it_holds_no_values_that_were_written_and_none_that_stood_in_rows(ledger, tmp_path):
    """What runs wrote, not what: that they wrote is how an old ledger is told from a new one."""
    ledger.announce_write("open", "R8", "team", "a", "b", [group("status/T-2/1")], Base("a"))
    ledger.announce_write("w9", "R9", "team", "a", "b", [group("note/KIM-1"), group("status/T-1/1")], Base("a"))
    ledger.finish_write("w9", WriteResult("written", {}, "r9"), NOW)
    look = TableLook("team", "cases", ("phase",), {}, ["KIM-2024-0001"], [["Neu"]])
    ledger.notice("run", look, NOW)
    path, _ = leaned(ledger, tmp_path / "b")
    groups = {(row[0], row[1]): row[-1] for row in rows(path, "write_groups", tmp_path)}
    assert ("w9", "note/KIM-1") not in groups
    assert groups["w9", "status/T-1/1"] is None  # an answer that was brought into the workbook is not brought twice
    assert groups["open", "status/T-2/1"]  # still to be settled
    assert "w9" in {row[0] for row in rows(path, "writes", tmp_path)}
    assert rows(path, "seen", tmp_path) == rows(path, "sightings", tmp_path) == []


def test_after_it_nothing_that_staff_changed_is_told_twice(ledger, tmp_path):
    def looked(phase):
        return TableLook("team", "cases", ("phase",), {"phase": "Phase"}, [CASE], [[phase]])

    ledger.notice("run", looked("Neu"), NOW)
    path, _ = leaned(ledger, tmp_path / "b")
    assert ledger.notice("run", looked("Laufend"), NOW + DAY) == 1
    told = ledger.story(CASE)
    ledger.restore(path, NOW + DAY)
    assert ledger.notice("run", looked("Laufend"), NOW + DAY) == 0
    assert len(ledger.story(CASE)) <= len(told)


def test_what_the_ledger_itself_tells_of_the_time_before_stays_told(ledger, tmp_path):
    path, story = leaned(ledger, tmp_path / "b")
    ledger.note_address("x@example.test", "bounced", NOW)
    before = ledger.history(live=True)
    assert ledger.restore(path, NOW + DAY)
    after = ledger.history(live=True)
    assert ledger.story(CASE) == story
    assert (after.replies, after.vetoes, after.counters, after.bounced) == (
        before.replies, before.vetoes, before.counters, {},
    )  # fmt: skip
    assert ledger.check() == ()


def test_without_the_ledger_it_brings_all_but_the_story(ledger, tmp_path):
    path, _ = leaned(ledger, tmp_path / "b")
    facts = ledger.history(live=True)
    with open_ledger(f"sqlite:///{tmp_path / 'fresh.sqlite'}", now=NOW) as fresh:
        assert not fresh.restore(path, NOW + DAY)
        found = fresh.history(live=True)
        assert (found.replies, found.vetoes, found.counters) == (facts.replies, facts.vetoes, facts.counters)
        assert fresh.story(CASE) == ()
        assert fresh.check() == ()
        fresh.backup(tmp_path / "again.sqlite", NOW)


def test_the_story_of_another_ledger_is_not_taken_for_its_own(ledger, tmp_path):
    path, _ = leaned(ledger, tmp_path / "b")
    with open_ledger(f"sqlite:///{tmp_path / 'other.sqlite'}", now=NOW) as other:
        lived(other)
        assert other.story(CASE)
        other.restore(path, NOW + DAY)
        assert other.story(CASE) == ()
        assert other.check() == ()


def test_a_changed_entry_is_still_found_after_it_was_restored(tmp_path):
    url = f"sqlite:///{tmp_path / 'ledger.sqlite'}"
    with open_ledger(url, now=NOW) as ledger:
        path, _ = leaned(ledger, tmp_path / "b")
    with closing(sqlite3.connect(tmp_path / "ledger.sqlite")) as connection, connection:
        connection.execute("UPDATE audit SET run = 'forged' WHERE id = 2")
    with open_ledger(url, now=NOW) as ledger:
        ledger.restore(path, NOW + DAY)
        assert any("2" in line for line in ledger.check())


def test_erasure_reaches_it(ledger, tmp_path):
    path, _ = leaned(ledger, tmp_path / "b")
    assert ledger.erase_in_backup(path, CASE, (), NOW) > 0
    assert ledger.erase_in_backup(path, CASE, (), NOW) == 0
    ledger.erase_subject(CASE, (), NOW)
    ledger.restore(path, NOW + DAY)
    assert ledger.story(CASE) == ()
    assert ledger.check() == ()


def test_a_damaged_one_stays_as_it_is(ledger, tmp_path):
    lived(ledger).backup(tmp_path / "b" / NAME, NOW)
    data = (tmp_path / "b" / NAME).read_bytes()[:-20]
    (tmp_path / "b" / NAME).write_bytes(data)
    with pytest.raises(LedgerError):
        ledger.make_lean(tmp_path / "b" / NAME)
    assert (tmp_path / "b" / NAME).read_bytes() == data


def test_one_of_a_small_site_is_packed_small_at_once(ledger, tmp_path):
    path, _ = leaned(ledger, tmp_path)
    size = path.stat().st_size
    ledger.shrink(path)
    # The bytes that SQLite counts its openings by differ; one that was packed quickly is a quarter larger.
    assert abs(path.stat().st_size - size) < size / 50


def test_one_that_stays_for_weeks_is_packed_smaller_when_its_days_are_over(ledger, tmp_path, monkeypatch):
    monkeypatch.setattr(backup, "SMALL_ENOUGH", 0)
    path, _ = leaned(ledger, tmp_path)
    for day in range(1, 7):
        (tmp_path / f"ledger-202411{day:02}.sqlite.xz").write_bytes(b"x")
    assert to_shrink(tmp_path) == []  # it is one of seven days, and may not see the eighth
    (tmp_path / "ledger-20241107.sqlite.xz").write_bytes(b"x")
    assert to_shrink(tmp_path) == [path]
    before, size = rows(path, "facts", tmp_path), path.stat().st_size
    ledger.shrink(path)
    assert before
    assert rows(path, "facts", tmp_path) == before
    assert path.stat().st_size < size
    assert path.stat().st_mode & 0o777 == 0o600
    assert to_shrink(tmp_path) == []
    assert ledger.erase_in_backup(path, CASE, (), NOW) > 0
    assert to_shrink(tmp_path) == [path]  # packed anew in a hurry


def test_the_days_tidying_does_it_once_they_are(ledger, tmp_path, monkeypatch):
    monkeypatch.setattr(backup, "SMALL_ENOUGH", 0)
    path, _ = leaned(ledger, tmp_path / "backups")
    facts = SimpleNamespace(today=lambda now: now.date())
    world = SimpleNamespace(ledger=ledger, workbooks={}, site=SimpleNamespace(state=tmp_path, facts=facts))
    sizes = []
    for number in range(10):
        tidy(world, NOW + DAY * (number + 1))
        sizes.append(path.stat().st_size)
    assert sizes[0] == sizes[5] > sizes[-1]  # October's, and so it stays for months
    assert to_shrink(tmp_path / "backups") == []


def test_the_newest_are_whole_and_what_people_laid_there_is_theirs(tmp_path):
    theirs = ("ledger-20240901-120000.sqlite", "ledger-20240901-before-schema-4.sqlite", "ledger-20240902.sqlite")
    for name in (*theirs, *(f"ledger-202410{day}.sqlite.xz" for day in range(10, 18))):
        (tmp_path / name).write_bytes(b"x")
    while found := to_lean(tmp_path):
        assert len(found) <= 2
        for path in found:
            path.replace(lean_name(path))
    names = [path.name for path in backups(tmp_path)]
    assert set(theirs) <= set(names)
    assert [name for name in names if "202410" in name and LEAN not in name] == [
        "ledger-20241016.sqlite.xz", "ledger-20241017.sqlite.xz",
    ]  # fmt: skip
    assert WHOLE == 2
    (tmp_path / "ledger-20241120.sqlite.xz").write_bytes(b"x")
    gone = {path.name for path in superseded(backups(tmp_path))}
    assert f"ledger-20241011{LEAN}.sqlite.xz" in gone  # lean ones are thinned as all others are
