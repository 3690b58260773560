"""On a server as on a disk: whatever breaks, no edit is lost, none lands in a wrong row, no half file stays."""

from __future__ import annotations

import io
import json
import random
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from pathlib import Path

import openpyxl
import pytest

from automations.model.writes import PendingWrite
from automations.workbooks.protocol import WorkbookError
from automations.workbooks.stores.versions import kept
from automations.workbooks.stores.webdav import client
from automations.workbooks.stores.webdav.store import open_store
from automations.workbooks.xlsx.backend import StoredWorkbook
from tests.engine.test_chaos import CASES, rows_of, wanted
from tests.support import chaos
from tests.support.dav_servers import USERS, Colleague, Line, wsgidav
from tests.support.dav_victim import GROUPS, TOKEN
from tests.support.workbook_contract import LEDGER, Announced, a_tab, base_of, case_rows, value
from tests.support.xlsx_files import make_file

pytestmark = pytest.mark.servers
ROOT = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def _login(monkeypatch):
    monkeypatch.setenv("KIM_WEBDAV_PASSWORD", USERS["kim"])
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")


STEPS = ("build", "announce", "compare", "upload", "replace", "replaced", "done")


@pytest.mark.parametrize(
    ("step", "locks"),
    [
        pytest.param(step, locks, id=f"{step}-{'moved under a lock' if locks else 'written in place'}")
        for step in STEPS
        for locks in (True, False)
        if locks or step != "upload"  # nothing is uploaded beside where nothing can be locked
    ],
)
def test_killed_at_any_step_the_workbook_is_old_or_new_and_the_next_run_knows_which(tmp_path, step, locks):
    cloud = tmp_path / "cloud"
    cloud.mkdir()
    path = make_file(cloud / "Team.xlsx", {"Fälle": case_rows(), "Notizen": [["x"]]})
    before = path.read_bytes()
    with wsgidav(cloud, locks=locks) as origin:
        url = f"{origin}/Team.xlsx"
        book = StoredWorkbook(
            "team", open_store("team", url, user="kim", http=True, versions=tmp_path / "versions", sleep=lambda _: None)
        )
        base = base_of(book.read())
        command = [sys.executable, "-m", "tests.support.dav_victim", url, str(tmp_path), step]
        done = subprocess.run(command, cwd=ROOT, check=False, capture_output=True, timeout=120)
        assert done.returncode == -signal.SIGKILL, done.stderr.decode()
        arrived = step in {"replaced", "done"}
        assert (path.read_bytes() == before) is not arrived
        if (tmp_path / "announced.json").exists():
            old, new = json.loads((tmp_path / "announced.json").read_text())
            settled = book.settle(PendingWrite(TOKEN, old, new, GROUPS, base))
            assert settled.status == ("written" if arrived else "unchanged")
        result = book.write(GROUPS, [a_tab()], base, "next", LEDGER, Announced())
        assert result.groups == {"g/KIM-1": "applied", "a/KIM-9": "applied"}
        assert value(book.read(), "KIM-1", "manager") == "AB"
        assert value(book.read(), "KIM-9", "last_name") == "Neun"
        assert book.holder() == ""
    assert [file.name for file in cloud.iterdir()] == ["Team.xlsx"]
    assert before in [file.read_bytes() for file in kept(tmp_path / "versions")]
    assert not list((tmp_path / "versions").glob(".turn-*"))


class Staff(threading.Thread):
    """Colleagues with an office program: lock, open, do one thing, save, unlock; now and then a lock is forgotten
    for a second. What the server took is written down. `breath` is how many seconds they leave the file to others
    at most between two deeds."""

    def __init__(self, folder: Path, person: Colleague, rounds: int, seed: int, breath: float) -> None:
        super().__init__(daemon=True)
        self.folder, self.person, self.rounds, self.breath = folder, person, rounds, breath
        self.chance, self.error = random.Random(seed), None  # noqa: S311 - a repeatable day at the office

    def run(self) -> None:
        try:
            for number in range(self.rounds):
                while not self._deed(number):
                    time.sleep(0.02)
        except Exception as error:  # noqa: BLE001 - told by the test
            self.error = error

    def _deed(self, number: int) -> bool:
        token = self.person.locks(seconds=1)
        if not token:
            return False
        answer = self.person.ask("GET")
        if not answer.data:
            # WsgiDAV moves by taking the old file away first: who locks in that instant gets an empty one, tries
            # again later, and finds it mended by kim's next turn.
            self.person.unlocks(token)
            return False
        book = openpyxl.load_workbook(io.BytesIO(answer.data))
        done = self.chance.choice(chaos.DEEDS)(book["Fälle"], self.chance, number)
        file = io.BytesIO()
        book.save(file)
        if not self.person.saves(file.getvalue(), token):
            return False
        with (self.folder / chaos.JOURNAL).open("a") as journal:
            journal.write(json.dumps(done) + "\n")
        if self.chance.random() > 0.1:
            self.person.unlocks(token)
        time.sleep(self.chance.uniform(0, self.breath))
        return True


def rounds_of(folder: Path, rounds: int, seed: int, breath: float = 0.05) -> Counter[str]:
    """Staff at work for so many deeds, `kim` beside them over a bad line; what came of its writes."""
    cloud = folder / "cloud"
    cloud.mkdir()
    make_file(cloud / chaos.FILE, {"Fälle": chaos.first_rows(CASES)})
    (folder / chaos.JOURNAL).touch()
    chance, outcomes = random.Random(seed), Counter[str]()  # noqa: S311 - a repeatable network

    def trouble(*_: str) -> object:
        return chance.choice(["cut", "cut", 503]) if chance.random() < 0.04 else None

    with wsgidav(cloud) as origin:
        line = Line(origin)
        store = open_store("team", f"{line.url}/{chaos.FILE}", user="kim", http=True, versions=folder / "versions",
                           keep=5, sleep=lambda _: None)  # fmt: skip
        book = StoredWorkbook("team", store, pause=lambda _: None)
        staff = Staff(folder, Colleague(origin, chaos.FILE), rounds, seed, breath)
        staff.start()
        line.before = line.after = trouble
        open_writes: list[PendingWrite] = []
        while staff.is_alive():
            outcomes[one_round(book, outcomes.total(), open_writes)] += 1
        line.before = line.after = lambda *_: None
        assert staff.error is None, staff.error
        time.sleep(1.2)  # the last lock may be a forgotten one
        outcomes[one_round(book, -1, open_writes)] += 1
        outcomes[one_round(book, -2, open_writes)] += 1
        assert open_writes == []
        rows = rows_of(book.read())
        line.close()
    assert [file.name for file in cloud.iterdir()] == [chaos.FILE]
    assert {row[0]: row[chaos.NOTE - 1] for row in rows} == chaos.expected_notes(folder, CASES)
    assert len(rows) == len({row[0] for row in rows})
    for key, name, _, manager, _ in rows:
        assert name == f"Name {key.removeprefix('KIM-')}"
        assert manager == f"M {name}"
    return outcomes


def one_round(book: StoredWorkbook, number: int, open_writes: list[PendingWrite]) -> str:
    """As the engine does it: settle, read, plan, announce, write."""
    try:
        for pending in tuple(open_writes):
            book.settle(pending)
            open_writes.remove(pending)
        raw = book.read()
        groups, base = wanted(raw)
        announced = Announced()
        result = book.write(groups, [a_tab(number=number)], base, f"token {number}", LEDGER, announced)
    except WorkbookError as error:
        return error.code
    if result.status == "unclear":
        open_writes.append(PendingWrite(f"token {number}", *announced.calls[-1], tuple(groups), base))
    return result.status


def test_everybody_at_once_over_a_bad_line(tmp_path, monkeypatch):
    monkeypatch.setattr(client, "SILENCE_SECONDS", 5.0)
    outcomes = rounds_of(tmp_path, rounds=25, seed=1)
    assert outcomes["written"] > 0


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(2))
def test_everybody_at_once_over_a_bad_line_for_long(tmp_path, seed, monkeypatch):
    monkeypatch.setattr(client, "SILENCE_SECONDS", 5.0)
    outcomes = rounds_of(tmp_path, rounds=500, seed=seed, breath=1.0)
    sys.stdout.write(f"{dict(outcomes)}\n")
    assert outcomes["written"] > 100
