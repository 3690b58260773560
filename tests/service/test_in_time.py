"""What people type between the runs of the schedule is acted on in time, by cron and by `kim start` alike."""

from __future__ import annotations

import json
import pickle
import sqlite3
import warnings
from contextlib import closing, contextmanager
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import openpyxl
import pytest
from msgspec import structs

from automations.cli import run_command
from automations.config.loading import load_site
from automations.engine.parts import open_world
from automations.messages.reply_tokens import ReplyTokens
from automations.service import due as due_module
from automations.service.due_runs import run_due
from automations.service.scheduler import Service
from tests.support.fake_inbox import FakeInbox
from tests.support.letters import letter
from tests.support.shelf import lived
from tests.support.simulation import Post
from tests.support.small_site import VISITS, case, reachable, small_site

DAY = date(2026, 11, 25)  # a Wednesday
BERLIN = ZoneInfo("Europe/Berlin")


def at(clock, day=DAY):
    return datetime.combine(day, time.fromisoformat(clock), tzinfo=BERLIN)


def visit(number, of, day, clock=time(10, 0)):
    return {
        "Termin-Nr.": f"T-{number}", "Fall-Nr.": f"K-{of}", "Datum": day, "Uhrzeit": clock, "Ort": "Büro Nord",
        "Beratung durch": "AA", "Status": "geplant",
    }  # fmt: skip


class Office:
    """A small team with a mail server that takes everything; looks come from cron."""

    def __init__(self, folder):
        self.folder = folder
        self.now = [at("06:30", DAY - timedelta(days=1))]
        self.post = Post(self.now)
        self.inbox, self.replies = None, ReplyTokens((b"key",), "t@example.org")

    @classmethod
    def at_work(cls, folder):
        """After the first looks of its first day."""
        lived(begun, folder)
        made, left = cls(folder), folder / "left"
        made.post.taken += pickle.loads(left.read_bytes())  # noqa: S301 (our own, of this session)
        made.now[0] = at("08:00")
        left.unlink()
        return made

    def begin(self):
        """The first looks."""
        self.look("06:00", DAY - timedelta(days=1))
        self.look("06:30", DAY - timedelta(days=1))
        for clock in ("06:30", "08:00"):
            self.look(clock)

    def toml(self, old, new):
        path = self.folder / "config" / "site.toml"
        path.write_text(path.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")

    def look(self, clock, day=DAY):
        """One look, as cron would have it."""
        self.now[0] = at(clock, day)
        with open_world(load_site(self.folder), self.now[0]) as real:
            world = structs.replace(real, transport=self.post, inbox=self.inbox, replies=self.replies)
            return run_due(world, lambda: self.now[0])

    def looks(self, first, last):
        """A look every five minutes; the moments of those that ran."""
        moment, ran = at(first), []
        while moment <= at(last):
            done = self.look(f"{moment:%H:%M}")
            ran += [f"{moment:%H:%M}"] if done and done.result else []
            moment += timedelta(minutes=5)
        return ran

    def edit(self, change):
        path = self.folder / "Team.xlsx"
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of what openpyxl does not keep
            book = openpyxl.load_workbook(path)
        change(book["Termine"])
        book.save(path)

    def book(self, number, of, day, clock):
        self.edit(lambda sheet: sheet.append([visit(number, of, day, clock).get(name) for name in VISITS]))

    def told(self, number):
        return [letter.subject for letter in self.post.taken if letter.to == f"k{number}@example.org"]

    def audit(self):
        with closing(sqlite3.connect(self.folder / "state" / "ledger.sqlite")) as book, book:
            return book.execute("SELECT count(*) FROM audit").fetchone()[0]


def begun(folder):
    """A small team with two clients who can be written to; what had left by the morning lies beside the workbook."""
    cases = [case(n, Zuständig="AA", Phase="Begleitung", **reachable(n)) for n in (1, 2)]
    small_site(folder, cases, [visit(1, 1, date(2026, 11, 25), time(11, 0)), visit(9, 1, date(2026, 12, 20))])
    made = Office(folder)
    made.toml("settle_minutes = 0", "settle_minutes = 30")
    made.toml('transport = "folder"\nfolder = "mails"',
              'transport = "smtp"\nhost = "127.0.0.1"\nfrom = "termine@example.org"')  # fmt: skip
    made.begin()
    (folder / "left").write_bytes(pickle.dumps(made.post.taken))


@pytest.fixture
def office(tmp_path):
    return Office.at_work(tmp_path)


def test_booked_at_noon_for_half_past_one_is_confirmed_in_between(office):
    office.book(2, 2, DAY, time(13, 30))
    ran = office.looks("12:10", "13:25")
    assert "12:40" in ran
    assert len(office.told(2)) == 1
    assert len(ran) <= 3  # the light run at 12:30, the one that confirms; no run without a reason


def test_moved_at_nine_for_the_same_day_is_told_by_twenty_to_ten(office):
    before = len(office.told(1))

    def move(sheet):
        for row in sheet.iter_rows(min_row=2):
            if row[VISITS.index("Termin-Nr.")].value == "T-1":
                row[VISITS.index("Uhrzeit")].value = time(15, 0)

    office.edit(move)
    office.looks("09:00", "09:40")
    assert len(office.told(1)) == before + 1


def test_looks_that_find_nothing_leave_no_trace(office):
    office.look("08:05")
    entries = office.audit()
    book = (office.folder / "Team.xlsx").read_bytes()
    assert office.looks("08:10", "12:25") == []
    assert office.audit() == entries
    assert (office.folder / "Team.xlsx").read_bytes() == book


def test_nothing_runs_at_night_and_on_closed_days_but_rows_settle(office):
    for clock in ("12:30", "17:00"):
        office.look(clock)
    office.book(2, 2, date(2026, 11, 26), time(9, 0))
    assert office.look("22:05").why == "read"
    assert office.look("22:50") is None
    morning = office.look("06:30", date(2026, 11, 26))
    assert not morning.result.prepared.snapshot.unsettled
    office.look("08:00", date(2026, 11, 26))
    assert len(office.told(2)) == 1
    office.book(3, 2, date(2026, 11, 30), time(9, 0))
    assert office.look("10:00", date(2026, 11, 28)) is None  # a Saturday


def test_what_would_come_too_late_does_not_wait_for_a_workbook_that_stays_open(office):
    office.book(2, 2, DAY, time(13, 30))
    office.book(3, 1, date(2026, 11, 26), time(13, 30))
    (office.folder / ".~lock.Team.xlsx#").write_text(",kollegin,pc,25.11.2026 12:05,file:///x;", encoding="utf-8")
    before = len(office.told(1))
    office.looks("12:10", "13:00")
    assert len(office.told(2)) == 1
    assert len(office.told(1)) == before


def test_a_letter_is_read_at_the_next_look_and_once(office):
    office.inbox = FakeInbox()
    assert office.looks("09:00", "09:10") == []
    office.inbox.put(letter("Frage", "Wann war das noch?"), on=DAY)
    assert office.looks("09:15", "09:40") == ["09:15"]


def test_a_mailbox_out_of_reach_makes_no_storm(office):
    office.inbox = FakeInbox(breaks=0)
    assert office.looks("09:00", "10:00") == []


def test_a_broken_workbook_is_told_once_and_its_mending_is_seen(office):
    path = office.folder / "Team.xlsx"
    whole = path.read_bytes()
    path.write_bytes(b"no workbook")
    assert len(office.looks("09:00", "10:00")) == 1
    path.write_bytes(whole)
    office.book(2, 2, DAY, time(13, 30))
    office.looks("10:05", "10:45")
    assert len(office.told(2)) == 1


def test_a_look_that_falls_over_is_told_to_the_operator_once_and_so_is_its_end(office, monkeypatch):
    office.toml("[mail]\n", '[operator]\nemail = "it@example.org"\n[mail]\n')

    def broken(*_):
        raise ZeroDivisionError

    with monkeypatch.context() as patch:
        patch.setattr(due_module, "step_of", broken)
        for clock in ("09:00", "09:05", "09:10"):
            with pytest.raises(ZeroDivisionError):
                office.look(clock)
    told = [letter.subject for letter in office.post.taken if letter.to == "it@example.org"]
    assert told == ["kim braucht Ihre Hilfe"]
    office.looks("09:15", "09:25")
    told = [letter.subject for letter in office.post.taken if letter.to == "it@example.org"]
    assert told == ["kim braucht Ihre Hilfe", "kim läuft wieder"]


def test_a_run_of_the_schedule_that_finds_all_as_it_was_reads_nothing(office, monkeypatch):
    office.look("12:30")
    with monkeypatch.context() as patch:
        patch.setattr("automations.workbooks.xlsx.backend.XlsxWorkbook.read", lambda _: 1 / 0)
        assert office.look("17:00").why == "unchanged"
    office.book(2, 2, date(2026, 12, 1), time(13, 30))
    assert office.look("06:30", date(2026, 11, 26)).why == "occurrence"


def test_another_config_makes_a_run_of_the_schedule_look_again(office):
    office.look("12:30")
    office.toml('name = "Beratung"', 'name = "Beratung Nord"')
    assert office.look("17:00").why == "occurrence"


def test_a_hold_makes_a_run_of_the_schedule_look_again(office):
    office.look("12:30")
    with open_world(load_site(office.folder), at("13:00")) as world:
        world.ledger.set_hold(True, at("13:00"))
    assert office.look("17:00").why == "occurrence"


def test_the_command_says_that_nothing_is_new(office, capsys):
    assert run_command(["--site", str(office.folder), "run", "--due", "--at", "2026-11-25T12:30", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["outcome"] == "done"
    assert run_command(["--site", str(office.folder), "run", "--due", "--at", "2026-11-25T17:00"]) == 0
    assert "ist nichts neu" in capsys.readouterr().out
    assert run_command(["--site", str(office.folder), "run", "--due", "--at", "2026-11-25T17:05"]) == 0
    assert "nichts fällig" in capsys.readouterr().out


def test_no_looks_where_they_are_switched_off(office):
    office.toml("[mail]\n", "[schedule]\nlook_minutes = 0\n[mail]\n")
    office.look("12:30")
    office.book(2, 2, DAY, time(13, 30))
    assert office.looks("12:35", "13:25") == []


def test_the_service_looks_by_itself(office):
    office.look("12:30")
    office.book(2, 2, DAY, time(15, 0))
    moments = [at("12:50")]

    @contextmanager
    def opened(site, now):
        with open_world(site, now) as world:
            yield structs.replace(world, transport=office.post)

    service = Service(office.folder, lambda: moments[0], opener=opened)
    while moments[0] < at("13:25"):
        service.tick()
        moments[0] += timedelta(minutes=1)
    log = (office.folder / "state" / "logs" / "kim.jsonl").read_text(encoding="utf-8")
    assert '"look"' in log
    assert len(office.told(2)) == 1


def test_changed_in_the_evening_for_early_next_morning_is_called_that_evening(tmp_path):
    office = Office.at_work(tmp_path)
    thursday = DAY + timedelta(days=1)
    office.book(3, 2, thursday, time(7, 30))
    assert office.looks("09:00", "09:50")  # confirmed by mail
    assert len(office.told(2)) == 1

    def move(sheet):
        for row in sheet.iter_rows(min_row=2):
            if row[VISITS.index("Termin-Nr.")].value == "T-3":
                row[VISITS.index("Uhrzeit")].value = time(7, 0)

    office.edit(move)
    ran = office.looks("19:00", "21:55")
    assert "19:30" in ran  # the call, or here the question, as no telephone number is known
    assert len(office.told(2)) == 1
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        tab = openpyxl.load_workbook(office.folder / "Team.xlsx")["Entscheidungen"]
    asked = [str(cell.value) for row in tab.iter_rows() for cell in row]
    assert any("K-2" in text and "T-3" in text for text in asked)
    assert len(ran) <= 3  # the question, its number in the tabs a look later; nothing else is new
