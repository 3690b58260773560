"""A run that finds everything as the last one left it does nothing, and that is all that is different about it."""

from __future__ import annotations

import json
import pickle
import random
import re
import sqlite3
import subprocess
import sys
import warnings
from contextlib import closing
from datetime import datetime, time, timedelta

import openpyxl
import pytest
from msgspec import structs

from automations.cli import run_command
from automations.config.loading import load_site
from automations.engine.erasure import forget_case, held_of, person_of
from automations.engine.last_findings import found_by, keep_found
from automations.engine.last_look import libraries
from automations.engine.parts import open_world
from automations.engine.runner import run
from automations.messages.reply_tokens import ReplyTokens
from automations.service.unchanged import as_left
from automations.workbooks.xlsx.backend import XlsxWorkbook
from tests.support.fake_inbox import FakeInbox
from tests.support.letters import letter
from tests.support.shelf import lived
from tests.support.simulation import Post
from tests.support.small_site import BERLIN, CASES, VISITS, case, reachable, small_site

MORNING = datetime(2026, 11, 24, 7, 10, tzinfo=BERLIN)
DAY = MORNING.date()
LOCK = ".~lock.Team.xlsx#"
WORDS = ["--site", ".", "run", "--json", "--at", "2024-10-31T09:00"]
LIVE = 'transport = "smtp"\nhost = "127.0.0.1"\nfrom = "termine@example.org"'


def visit(number, of, day, clock):
    return {
        "Termin-Nr.": f"T-{number}" if number else None, "Fall-Nr.": f"K-{of}", "Datum": day, "Uhrzeit": clock,
        "Ort": "Büro Nord", "Beratung durch": "AA", "Status": "geplant",
    }  # fmt: skip


class Twin:
    """A site whose runs may (`short`) or may not leave out what would do nothing."""

    def __init__(self, folder, *, short):
        self.folder, self.short, self.left_out, self.ran = folder, short, 0, 0
        self.clock = [MORNING]
        self.post, self.inbox = Post(self.clock), FakeInbox()

    def run(self, now):
        self.clock[0] = now
        with open_world(load_site(self.folder), now) as real:
            replies = ReplyTokens((b"key",), "t@example.org")
            world = structs.replace(real, transport=self.post, inbox=self.inbox, replies=replies)
            if self.short and as_left(world, now):
                self.left_out += 1
            else:
                self.ran += 1
                run(world, lambda: self.clock[0])

    def edit(self, change):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of what openpyxl does not keep
            book = openpyxl.load_workbook(self.folder / "Team.xlsx")
        change(book)
        book.save(self.folder / "Team.xlsx")

    def hold(self, on, now):
        with open_world(load_site(self.folder), now) as world:
            world.ledger.set_hold(on, now)

    def state(self):
        """What people, clients and the next run see of it. `Laufprotokoll` tells of runs, and is about nothing else."""
        raws = [XlsxWorkbook(n, self.folder / f"{n}.xlsx", versions=self.folder / "v").read() for n in BOOKS]
        tabs = {tab.name: tab.rows for raw in raws for tab in raw.tabs if tab.name != "Laufprotokoll"}
        with closing(sqlite3.connect(self.folder / "state" / "ledger.sqlite")) as book, book:
            return {
                "tabs": tabs,
                "letters": sorted((one.at, one.to, one.subject, one.text) for one in self.post.taken),
                "outbox": sorted(book.execute("SELECT key, state, attempts, detail FROM outbox")),
                "told": sorted(book.execute("SELECT key, version, fate FROM told")),
                "replies": sorted(book.execute("SELECT appointment, action FROM replies")),
                "rows": sorted(book.execute("SELECT tbl, key, fingerprint, since FROM sightings")),
                "facts": sorted(
                    (kind, key, re.sub(r"(\d{8}-\d{6})-[0-9a-f]{4}", r"\1", payload))  # runs are told apart at random
                    for kind, key, payload in book.execute("SELECT kind, key, payload FROM facts")
                    if kind not in ABOUT_RUNS
                ),
            }


ABOUT_RUNS = ("look", "clock", "trail", "announced_marks", "moved_rows", "place")
"""Kinds of facts that count runs, and where they run: rows that people changed are remembered until the next run that
reads them."""
BOOKS = ("Team", "Leitung")


def begun(folder):
    """A site after its first runs; what had left by then lies beside it."""
    cases = [case(n, Zuständig="AA", Phase="Begleitung", **reachable(n)) for n in range(1, 6)]
    cases += [case(6, Telefon="0201 1", Kontaktweg="Telefon")]
    visits = [visit(n, n, DAY + timedelta(days=n % 4), time(8 + n, 30)) for n in range(1, 7)]
    small_site(folder, cases, visits)
    toml = folder / "config" / "site.toml"
    text = toml.read_text(encoding="utf-8").replace("settle_minutes = 0", "settle_minutes = 30")
    toml.write_text(text.replace('transport = "folder"\nfolder = "mails"', LIVE), encoding="utf-8")
    made = Twin(folder, short=True)
    made.run(MORNING - timedelta(days=1))
    made.run(MORNING)
    (folder / "left").write_bytes(pickle.dumps((made.post.taken, made.ran, made.left_out)))


@pytest.fixture
def twins(tmp_path):
    """Two sites that are the same, after their first runs."""
    one, other = made = [Twin(lived(begun, tmp_path / name), short=name == "a") for name in "ab"]
    for twin in made:
        left = twin.folder / "left"
        taken, ran, left_out = pickle.loads(left.read_bytes())  # noqa: S301 (our own, of this session)
        twin.post.taken += taken
        left.unlink()
    one.ran, one.left_out = ran, left_out
    return one, other


def set_cell(tab, headings, row, name, value):
    return lambda book: setattr(book[tab].cell(row, headings.index(name) + 1), "value", value)


def deeds(rng, now):
    """Something that people do; what it is called, and how it is done to a twin."""
    row, n = rng.randint(2, 7), rng.randint(1, 5)
    day, clock = now.date() + timedelta(days=rng.randint(0, 3)), time(rng.randint(8, 17), 15)
    cell = {
        "moved": ("Termine", VISITS, "Uhrzeit", clock), "day": ("Termine", VISITS, "Datum", day),
        "off": ("Termine", VISITS, "Status", "abgesagt"), "back": ("Termine", VISITS, "Status", "geplant"),
        "by phone": ("Fälle", CASES, "Kontaktweg", "Telefon"),
        "unsafe": ("Fälle", CASES, "Kontaktweg", "kein sicherer Kontakt"),
        "mail": ("Fälle", CASES, "Kontaktweg", "E-Mail"), "name": ("Fälle", CASES, "Nachname", f"Neu{n}"),
    }  # fmt: skip
    name = rng.choice([*cell, "booked", "hold", "release", "opened", "closed", "down", "up", "letter"])
    if name in cell:
        tab, headings, column, value = cell[name]
        return name, lambda twin: twin.edit(set_cell(tab, headings, row, column, value))
    fresh = visit(None, n, day, clock)
    return name, {
        "booked": lambda twin: twin.edit(lambda book: book["Termine"].append([fresh.get(one) for one in VISITS])),
        "hold": lambda twin: twin.hold(True, now), "release": lambda twin: twin.hold(False, now),
        "opened": lambda twin: (twin.folder / LOCK).write_text(
            f",kollegin,pc,{now:%d.%m.%Y %H:%M},file:///x;", encoding="utf-8"
        ),
        "closed": lambda twin: (twin.folder / LOCK).unlink(missing_ok=True),
        "down": lambda twin: setattr(twin.post, "down", True), "up": lambda twin: setattr(twin.post, "down", False),
        "letter": lambda twin: twin.inbox.put(letter("Frage", f"Wann {now:%d %H:%M}?"), on=now.date()),
    }[name]  # fmt: skip


def play(twins, seed, steps):
    """Runs beside each other over random deeds and steps of the clock."""
    rng, now, done = random.Random(seed), MORNING, []  # noqa: S311 (a test)
    for _ in range(steps):
        if rng.random() < 0.35:
            name, deed = deeds(rng, now)
            done.append(name)
            for twin in twins:
                deed(twin)
        now += timedelta(minutes=rng.choice([0, 1, 5, 5, 20, 31, 60, 60, 180, 700]))
        done.append(f"{now:%d %H:%M}")
        for twin in twins:
            twin.run(now)
        one, other = (twin.state() for twin in twins)
        for part, found in one.items():
            assert found == other[part], f"{part} after {done}"


@pytest.mark.sliced(1)
@pytest.mark.parametrize("seed", range(2))
def test_leaving_out_what_would_do_nothing_changes_nothing(twins, seed):
    play(twins, seed, 11)
    one, other = twins
    assert one.left_out
    assert one.ran + one.left_out == other.ran + 2


def test_the_run_after_one_that_gave_a_number_shows_it_in_the_tabs(twins):
    one = twins[0]
    sunday = DAY + timedelta(days=5)
    fresh = visit(None, 2, sunday, time(11, 15))
    one.edit(lambda book: book["Termine"].append([fresh.get(name) for name in VISITS]))
    for minutes in (5, 40, 45):
        one.run(MORNING + timedelta(minutes=minutes))
    assert "T-2026-0001" in json.dumps(one.state()["tabs"]["Prüfliste"], default=str)


def test_a_mail_that_is_stopped_is_given_up_when_its_appointment_begins(twins):
    for twin in twins:
        twin.hold(True, MORNING)
    states = []
    for clock in ("24 07:15", "25 07:00", "26 10:00", "26 10:05", "26 10:10", "26 10:15", "26 10:35"):  # T-2: 10:30
        for twin in twins:
            twin.run(datetime.strptime(f"2026-11-{clock}", "%Y-%m-%d %H:%M").replace(tzinfo=BERLIN))
        one, other = (twin.state()["outbox"] for twin in twins)
        assert one == other, clock
        states.append(dict(state[:2] for state in one))
    assert [found["appointment_reminder/T-2/1/2"] for found in states[-2:]] == ["held", "suppressed"]
    assert twins[0].left_out


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(100, 130))
def test_nor_does_it_over_many_days(twins, seed):
    play(twins, seed, 60)


def command(folder, *more):
    return run_command(["--site", str(folder), "run", "--at", "2024-10-31T09:00", *more])


@pytest.fixture
def quiet(tmp_path, capsys):
    """A site on which `kim run` found what is wrong, and after which nothing is new."""
    (tmp_path / "a").mkdir()
    small_site(tmp_path / "a", [case(1, Sprachen="Klingonisch")])
    for _ in range(3):
        assert command(tmp_path / "a", "--json") == 0
    capsys.readouterr()
    return tmp_path / "a"


def shown(capsys):
    return json.loads(capsys.readouterr().out)


def test_the_command_says_that_nothing_is_new_and_what_is_still_wrong(quiet, capsys, monkeypatch):
    command(quiet, "--full", "--json")
    whole = shown(capsys)
    with monkeypatch.context() as patch:
        patch.setattr(XlsxWorkbook, "read", lambda _: 1 / 0)
        assert command(quiet, "--json") == 0
        short = shown(capsys)
        assert command(quiet) == 0
        assert "ist nichts neu" in capsys.readouterr().out
    assert short["problems"] == whole["problems"] != []
    assert (short["outcome"], short["run"], short["jobs"], short["edits"]) == ("done", "", {}, [])
    assert whole["jobs"]


HEAVY = {"automations.config", "automations.ledger.book", "holidays", "openpyxl", "pydantic", "rich", "sqlalchemy"}


def test_that_is_told_without_config_and_libraries(quiet):
    code = f"import sys\nfrom automations.cli import main\nsys.argv = {['kim', *WORDS]!r}\nimport atexit\n"
    code += "atexit.register(lambda: sys.stderr.write(' '.join(sys.modules)))\nmain()\n"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=quiet)
    assert json.loads(done.stdout)["jobs"] == {}
    assert HEAVY & set(done.stderr.split()) == set()


def test_it_is_told_as_the_config_would_have_it_told(quiet, capsys):
    command(quiet, "--json")
    short = shown(capsys)
    found = json.loads((quiet / "state" / "found.json").read_text(encoding="utf-8"))
    (quiet / "state" / "found.json").write_text(json.dumps(found | {"place": {}}), encoding="utf-8")
    command(quiet, "--json")
    assert shown(capsys) | {"seconds": 0} == short | {"seconds": 0}


def edited(site):
    path = site / "Team.xlsx"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of what openpyxl does not keep
        book = openpyxl.load_workbook(path)
    book["Fälle"]["Z90"] = "neu"
    book.save(path)


CHANGES = {
    "workbook": edited,
    "config": lambda site: (site / "config" / "rules.toml").write_text("# none\n", encoding="utf-8"),
    "somebody": lambda site: (site / LOCK).write_text(",anna,pc,1.1.2024 09:00;", encoding="utf-8"),
    "ledger": lambda site: ledger_of(site, "UPDATE meta SET value = 'else' WHERE name = 'head'"),
    "other shape": lambda site: ledger_of(site, "UPDATE meta SET value = '3' WHERE name = 'schema'"),
    "other run": lambda site: found_of(site, run="20200101-000000-0000"),
    "other books": lambda site: found_of(site, place={"language": "de", "zone": "Europe/Berlin", "books": {"x": "y"}}),
    "no zone": lambda site: found_of(site, place={"language": "de", "zone": "nowhere", "books": {"x": "y"}}),
}  # fmt: skip


def ledger_of(site, words):
    with closing(sqlite3.connect(site / "state" / "ledger.sqlite")) as book, book:
        book.execute(words)


def found_of(site, **other):
    path = site / "state" / "found.json"
    path.write_text(json.dumps(json.loads(path.read_text(encoding="utf-8")) | other), encoding="utf-8")


@pytest.mark.parametrize("change", CHANGES)
def test_a_glance_sees_whatever_is_new(quiet, monkeypatch, change):
    whole = []
    monkeypatch.setattr("automations.cli.runs.run", lambda _: whole.append(change) or 0)
    command(quiet, "--json")
    assert not whole
    CHANGES[change](quiet)
    command(quiet, "--json")
    assert whole or change == "no zone"  # then site.toml is asked


@pytest.mark.parametrize("place", [True, False])
def test_where_a_workbook_is_another_one_nothing_else_is_looked_at(quiet, monkeypatch, place):
    whole, looked = [], []
    monkeypatch.setattr("automations.cli.runs.run", lambda _: whole.append(1) or 0)
    for way in ("_at_a_glance", "_nothing_new"):
        monkeypatch.setattr(f"automations.cli.unchanged.{way}", lambda *_: looked.append(1))
    if not place:
        found_of(quiet, place={})
    command(quiet, "--json")
    assert (len(whole), len(looked)) == (1, 1)
    edited(quiet)
    command(quiet, "--json")
    assert (len(whole), len(looked)) == (2, 1)


def test_a_workbook_that_was_only_touched_is_no_other_one(quiet, monkeypatch):
    monkeypatch.setattr("automations.cli.runs.run", lambda _: 1 / 0)
    (quiet / "Team.xlsx").write_bytes((quiet / "Team.xlsx").read_bytes())
    assert command(quiet, "--json") == 0


def test_a_library_of_another_version_is_another_program(tmp_path, monkeypatch):
    monkeypatch.syspath_prepend(str(tmp_path))
    before = libraries()
    (tmp_path / "some-1.0.dist-info").mkdir()
    assert libraries() != before


@pytest.mark.parametrize("more", [["--full"], ["summarise"], ["--accept", "clock"]])
def test_who_asks_for_more_gets_it(quiet, capsys, more):
    command(quiet, "--json", *more)
    assert shown(capsys)["jobs"]


def test_without_what_the_last_run_found_a_run_is_a_whole_run(quiet, capsys):
    (quiet / "state" / "found.json").write_text("{", encoding="utf-8")
    command(quiet, "--json")
    assert shown(capsys)["jobs"]


def test_a_run_that_failed_is_done_again(quiet, capsys):
    (quiet / "templates" / "mail").mkdir(parents=True, exist_ok=True)
    before = (quiet / "Team.xlsx").read_bytes()
    (quiet / "Team.xlsx").write_bytes(b"no workbook")
    for _ in range(2):
        assert command(quiet, "--json") == 1
        assert shown(capsys)["problems"]
    (quiet / "Team.xlsx").write_bytes(before)
    command(quiet, "--json")
    assert shown(capsys)["jobs"]


def test_what_was_found_is_private_and_of_one_run(tmp_path):
    keep_found(tmp_path, "run-1", [{"key": "K-1", "keys": []}])
    assert (tmp_path / "found.json").stat().st_mode & 0o077 == 0
    assert found_by(tmp_path, "run-1") == [{"key": "K-1", "keys": []}]
    assert found_by(tmp_path, "run-2") is None
    keep_found(tmp_path, "", [])
    assert not (tmp_path / "found.json").exists()


def test_an_erasure_deletes_what_was_found(quiet):
    assert "K-1" in (quiet / "state" / "found.json").read_text(encoding="utf-8")
    now = datetime(2024, 10, 31, 9, 5, tzinfo=BERLIN)
    with open_world(load_site(quiet), now) as world:
        assert held_of(world, person_of(world, "K-1", ()))["found"] > 0
        forget_case(world, "K-1", (), now)
    assert not (quiet / "state" / "found.json").exists()


def test_a_rule_of_a_file_that_rests_costs_no_whole_run_at_every_look(quiet, capsys):
    def at(minute):  # the last of several runs of one moment is any of them
        capsys.readouterr()
        status = run_command(["--site", str(quiet), "run", "--json", "--at", f"2024-10-31T09:{minute:02}"])
        return status, list(shown(capsys)["jobs"])

    rules = quiet / "config" / "rules.toml"
    rule = '[[rules]]\nname = "odd"\ntable = "cases"\nwhen = "phasee == 3"\naction = "note"\ntext = "Bitte"\n'
    rules.write_text(rule, encoding="utf-8")
    assert at(1)[0] == 1
    assert at(2)[0] == 1
    assert at(3) == (1, [])
    rules.unlink()
    status, jobs = at(4)
    assert (status, bool(jobs)) == (0, True)
