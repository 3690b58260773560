"""Signs that the world is not what it was stop a run, unless people say otherwise; ordinary work shows none."""

from __future__ import annotations

import re
import shutil
import sqlite3
from contextlib import closing
from datetime import datetime, timedelta
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest

from automations.cli import run_command
from automations.config.loading import load_site
from automations.engine.guards import NAMES
from automations.engine.outcomes import Refused
from automations.engine.parts import open_world
from automations.engine.runner import run
from automations.model.plan import Fact
from automations.service.due_runs import run_due
from automations.service.timetable import JOB
from tests.support.office import Office

AT = datetime(2024, 10, 30, 9, 0, tzinfo=ZoneInfo("Europe/Berlin"))
NEXT_DAY = AT + timedelta(days=1)


@pytest.fixture
def site(demos, tmp_path):
    """A site that ran on a Tuesday and a Wednesday."""
    return demos(tmp_path / "site", cases=24, seed=5, at=AT, runs=[AT])


def again(folder, at=NEXT_DAY, accepted=()):
    with open_world(load_site(folder), at) as world:
        return run(world, lambda: at, accepted=accepted)


def stopped(result):
    """The guard's sentence; "" where nothing stopped the run."""
    return result.prepared.sentence if isinstance(result.prepared, Refused) else ""


def rewritten(folder, change):
    office = Office(folder / "KIM-Team.xlsx", None, None)
    book = office._load()
    change(book)
    office._save(book)


def check_refused(folder, name, words, at=NEXT_DAY):
    """Refused with a sentence, nothing written or sent; accepted once, and then it is quiet."""
    before = (folder / "KIM-Team.xlsx").read_bytes()
    mails = sorted((folder / "mails").glob("*"))
    result = again(folder, at)
    assert result.outcome == "refused"
    assert words in stopped(result)
    assert f"--accept {name}" in stopped(result)
    assert (folder / "KIM-Team.xlsx").read_bytes() == before
    assert sorted((folder / "mails").glob("*")) == mails
    assert again(folder, at, {name}).outcome == "done"
    assert again(folder, at + timedelta(minutes=5)).outcome == "done"


def test_a_day_of_ordinary_work_touches_none(site):
    def change(book):
        book["Fälle"].delete_rows(5, 4)
        book["Termine"].delete_rows(10, 3)
        book["Team"].delete_rows(9)
        book["Fälle"].insert_rows(3)
        book["Standorte"].delete_rows(6)

    rewritten(site, change)
    assert stopped(again(site)) == ""


def test_a_table_that_lost_most_of_its_rows(site):
    rewritten(site, lambda book: book["Termine"].delete_rows(10, 100))
    check_refused(site, "shrink", "Termine")


def test_case_numbers_that_moved_against_their_appointments(demos, tmp_path):
    site = demos(tmp_path / "site", cases=150, seed=5, at=AT, runs=[AT])

    def change(book):
        sheet = book["Termine"]
        column = next(cell.column for cell in sheet[1] if cell.value == "Fall-Nr.")
        numbers = [sheet.cell(row, column).value for row in range(2, sheet.max_row + 1)]
        for row, number in enumerate([*numbers[1:], numbers[0]], start=2):
            sheet.cell(row, column, number)

    rewritten(site, change)
    mails = sorted((site / "mails").glob("*"))
    result = again(site)
    assert "von denen Menschen wissen" in stopped(result)
    assert "--accept cases" in stopped(result)
    assert sorted((site / "mails").glob("*")) == mails
    again(site, NEXT_DAY, {"cases"})
    assert stopped(again(site, NEXT_DAY + timedelta(minutes=5))) == ""


def test_a_small_table_that_is_empty(site):
    rewritten(site, lambda book: book["Team"].delete_rows(2, 50))
    check_refused(site, "shrink", "leer")


@pytest.mark.parametrize(("tab", "first"), [("Team", 2), ("Standorte", 4)])
def test_a_list_of_two_that_is_empty(site, tab, first):
    rewritten(site, lambda book: book[tab].delete_rows(first + 2, 50))
    assert again(site, accepted={"shrink"}).outcome == "done"
    rewritten(site, lambda book: book[tab].delete_rows(first, 50))
    check_refused(site, "shrink", "leer", NEXT_DAY + timedelta(minutes=5))


def test_a_heading_that_is_gone(site):
    def change(book):
        sheet = book["Fälle"]
        next(cell for cell in sheet[1] if cell.value == "E-Mail-Einwilligung am").value = "irgendwas"

    rewritten(site, change)
    check_refused(site, "heading", "E-Mail-Einwilligung am")


@pytest.mark.parametrize("rows", [1, 30])
def test_a_heading_without_which_nothing_can_be_read(site, rows):
    """Also where the table has so few rows that losing them all would tell nothing."""
    rewritten(site, lambda book: book["Termine"].delete_rows(2 + rows, 100))
    again(site, NEXT_DAY, {"shrink"})

    def change(book):
        next(cell for cell in book["Termine"][1] if cell.value == "Datum").value = "xyz neu"

    rewritten(site, change)
    refused = again(site, NEXT_DAY + timedelta(hours=3))
    assert (refused.outcome, "Datum" in stopped(refused)) == ("refused", True)


def test_a_clock_that_jumped_back(site):
    check_refused(site, "clock", "29.10.2024", at=AT - timedelta(days=1))


def test_a_clock_years_ahead(site):
    check_refused(site, "clock", "30.10.2026", at=AT.replace(year=2026))


def test_a_refused_clock_names_a_moment_that_is_none(site):
    """Whoever only looks (the demonstration lives in 2024) need not take the clock's word for it."""
    told = stopped(again(site, AT.replace(year=2030)))
    example = re.search(r"--at (\S+?)\)", told)
    assert example, told
    assert again(site, datetime.fromisoformat(example[1]).replace(tzinfo=AT.tzinfo)).outcome == "done"


def test_a_clock_that_is_mended_needs_no_word(site):
    assert again(site, AT.replace(year=2030)).outcome == "refused"
    assert again(site).outcome == "done"


def test_a_wrong_clock_owes_and_skips_nothing_and_is_told_once(site):
    def look(at):
        with open_world(load_site(site), at) as world:
            return run_due(world, lambda: at)

    look(AT)
    wrong = AT.replace(year=2027)
    assert look(wrong).result.outcome == "refused"
    assert look(wrong + timedelta(hours=30)) is None
    morning = NEXT_DAY.replace(hour=6, minute=31)
    done = look(morning)
    assert (done.occurrence, done.result.outcome) == ("2024-10-31T06:30", "done")
    with open_world(load_site(site), AT) as world:
        assert all(item.occurrence < "2024-11" for item in world.ledger.occurrences(JOB))


def test_a_ledger_older_than_the_workbook(site):
    ledger = site / "state" / "ledger.sqlite"
    old = ledger.read_bytes()
    assert again(site).outcome == "done"
    ledger.write_bytes(old)
    check_refused(site, "ledger", "31.10.2024", at=NEXT_DAY + timedelta(hours=1))


def test_a_ledger_older_than_the_workbook_is_refused_until_somebody_accepts_it(site):
    ledger, book = site / "state" / "ledger.sqlite", site / "KIM-Team.xlsx"
    old = ledger.read_bytes()
    assert again(site).outcome == "done"
    ledger.write_bytes(old)
    assert "31.10.2024" in stopped(again(site, NEXT_DAY + timedelta(hours=1)))
    assert "31.10.2024" in stopped(again(site, NEXT_DAY + timedelta(hours=2)))
    whole = book.read_bytes()
    book.write_bytes(b"no workbook")
    assert again(site, NEXT_DAY + timedelta(hours=3)).outcome == "attention"
    book.write_bytes(whole)
    assert "31.10.2024" in stopped(again(site, NEXT_DAY + timedelta(hours=4)))


def test_after_an_old_ledger_was_accepted_nothing_is_sent_again(site):
    ledger = site / "state" / "ledger.sqlite"
    old = ledger.read_bytes()
    first = again(site)
    assert first.applied.mails
    ledger.write_bytes(old)
    result = again(site, NEXT_DAY + timedelta(hours=1), {"ledger"})
    assert result.applied.mails == []


def test_a_restored_ledger_is_known_to_be_old(site):
    backup = site / "backup.sqlite"
    with open_world(load_site(site), AT) as world:
        world.ledger.backup(backup, AT)
    assert again(site).outcome == "done"
    later = NEXT_DAY + timedelta(hours=1)
    with open_world(load_site(site), later) as world:
        world.ledger.restore(backup, later)
    assert stopped(again(site, later)) == ""
    assert stopped(again(site, later + timedelta(hours=1))) == ""


def test_a_copy_of_the_same_day_is_no_alarm(site):
    assert again(site).outcome == "done"
    path = site / "KIM-Team.xlsx"
    same_day = path.read_bytes()
    rewritten(site, lambda book: book["Fälle"].delete_rows(5))
    assert again(site, NEXT_DAY + timedelta(hours=1)).outcome == "done"
    path.write_bytes(same_day)
    assert stopped(again(site, NEXT_DAY + timedelta(hours=2))) == ""


def test_two_sites_on_one_workbook(site, tmp_path, capsys):
    other = tmp_path / "other"
    shutil.copytree(site, other)
    for path in (other / "state").glob("ledger*"):
        path.unlink()
    with open_world(load_site(other), AT) as world:
        world.ledger.remember([Fact("adopted", "team", {"on": "2024-10-29"})], AT)  # it has a workbook of its own
    for accepted in (set(), {"foreign"}):
        result = again(other, accepted=accepted)
        assert result.outcome == "refused"
        assert "anderen Installation" in stopped(result)
        assert "--accept" not in stopped(result)
        assert result.applied.mails == []
    assert run_command(["--site", str(other), "plan", "--at", "2024-10-31T09:00"]) == 4
    assert "anderen Installation" in capsys.readouterr().out


def test_a_new_ledger_takes_the_place_of_a_lost_one_and_sends_nothing_that_is_due(site):
    for path in (site / "state").glob("ledger*"):
        path.unlink()
    with open_world(load_site(site), NEXT_DAY) as world:
        fresh = world.ledger.id
    refused = again(site)
    assert refused.outcome == "refused"
    assert "--accept foreign" in stopped(refused)
    result = again(site, NEXT_DAY + timedelta(minutes=5), {"foreign"})
    assert (result.outcome, result.applied.mails) == ("done", [])
    with open_world(load_site(site), NEXT_DAY) as world:
        assert world.ledger.id != fresh
        assert world.ledger.check() == ()
    assert again(site, NEXT_DAY + timedelta(hours=1)).outcome == "done"


def test_a_disk_that_is_nearly_full(site, monkeypatch):
    usage = SimpleNamespace(free=50 * 1024 * 1024)
    monkeypatch.setattr("automations.engine.guards.shutil.disk_usage", lambda _: usage)
    result = again(site)
    assert (result.outcome, "50 MB" in stopped(result)) == ("refused", True)
    assert again(site, accepted={"disk"}).outcome == "done"


def test_a_ledger_newer_than_the_program(site, capsys):
    with closing(sqlite3.connect(site / "state" / "ledger.sqlite")) as connection, connection:
        connection.execute("UPDATE meta SET value = '999' WHERE name = 'schema'")
    connection.close()
    assert run_command(["--site", str(site), "run", "--at", "2024-10-31T09:00"]) == 4
    assert "neuer" in capsys.readouterr().err


def test_each_can_be_named_on_the_command_line(site):
    assert set(NAMES) == {"moved", "foreign", "ledger", "workbook", "shrink", "cases", "heading", "clock", "disk"}
    words = [word for name in NAMES for word in ("--accept", name)]
    assert run_command(["--site", str(site), "run", "--at", "2024-10-31T09:00", *words]) == 0


def test_by_a_clock_years_ahead_nothing_counts_as_past_its_time(site):
    with open_world(load_site(site), AT) as world:
        before = world.ledger.outbox_counts()
    backups = sorted((site / "state" / "backups").glob("*"))
    assert again(site, AT + timedelta(days=3 * 366)).outcome == "refused"
    with open_world(load_site(site), AT) as world:
        assert world.ledger.outbox_counts() == before != {}
    assert sorted((site / "state" / "backups").glob("*")) == backups
