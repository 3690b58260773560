"""Nothing that can go wrong while a file is replaced costs anybody an edit."""

from __future__ import annotations

import json
import os
import resource
import signal
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from automations.model.writes import PendingWrite
from automations.workbooks.protocol import WorkbookError
from automations.workbooks.stores import exchange
from automations.workbooks.stores.opening import revision_of
from automations.workbooks.stores.replacing import PREFIX, copy_name
from automations.workbooks.stores.versions import prune, versions
from automations.workbooks.xlsx.backend import XlsxWorkbook
from tests.support.workbook_contract import LEDGER, Announced, a_tab, base_of, case_rows, group, value
from tests.support.xlsx_files import colleague_types, make_file
from tests.support.xlsx_victim import GROUPS, TOKEN

REPOSITORY = Path(__file__).parents[2]
STEPS = (
    "build", "verify", "make durable", "announce", "compare", "exchange", "exchanged", "keep version", "done",
)  # fmt: skip
ARRIVED = STEPS.index("exchanged")


@pytest.fixture
def path(tmp_path):
    return make_file(tmp_path / "team.xlsx", {"Fälle": case_rows(), "Notizen": [["x"]]})


def open_book(path: Path, **more) -> XlsxWorkbook:
    return XlsxWorkbook("team", path, versions=path.parent / "versions", **more)


def leftovers(path: Path) -> list[str]:
    return [file.name for file in path.parent.iterdir() if file.name.startswith(PREFIX)]


def kill_at(step: str, folder: Path, *more: str) -> None:
    command = [sys.executable, "-m", "tests.support.xlsx_victim", str(folder), step, *more]
    done = subprocess.run(command, cwd=REPOSITORY, check=False, capture_output=True, timeout=120)
    assert done.returncode == -signal.SIGKILL, done.stderr.decode()


def settle(book: XlsxWorkbook, base) -> str:
    """What a run does first, from what the ledger announced."""
    announced = book.path.parent / "announced.json"
    if not announced.exists():
        return ""
    before, after = json.loads(announced.read_text())
    return book.settle(PendingWrite(TOKEN, before, after, GROUPS, base)).status


@pytest.mark.sliced(7)
@pytest.mark.parametrize("step", STEPS)
def test_killed_at_any_step_the_workbook_is_old_or_new_and_the_next_run_knows_which(path, step):
    book = open_book(path)
    raw, before = book.read(), path.read_bytes()
    kill_at(step, path.parent)
    arrived = STEPS.index(step) >= ARRIVED
    assert (path.read_bytes() == before) is not arrived
    announced = STEPS.index(step) > STEPS.index("announce")
    assert settle(book, base_of(raw)) == (("written" if arrived else "unchanged") if announced else "")
    result = book.write(GROUPS, [a_tab()], base_of(raw), "next", LEDGER, Announced())
    assert result.groups == {"g/KIM-1": "applied", "a/KIM-9": "applied"}
    assert value(book.read(), "KIM-1", "manager") == "AB"
    assert value(book.read(), "KIM-9", "last_name") == "Neun"
    assert leftovers(path) == []
    assert revision_of(before) in {
        revision_of(kept.read_bytes()) for kept in versions(path.parent / "versions", "team")
    }


@pytest.mark.parametrize("step", ["exchanged", "swap back", "keep version"])
def test_killed_while_a_colleagues_save_was_displaced_it_comes_back(path, step):
    book = open_book(path)
    raw = book.read()
    kill_at(step, path.parent, "save")
    assert settle(book, base_of(raw)) in {"unchanged", "unclear"}
    assert value(book.read(), "KIM-4", "phase") == "von Hand"
    result = book.write(GROUPS, [], base_of(raw), "next", LEDGER, Announced())
    assert set(result.groups.values()) == {"applied"}
    assert value(book.read(), "KIM-4", "phase") == "von Hand"
    assert leftovers(path) == []


def test_a_save_between_comparison_and_exchange_is_swapped_back_and_the_write_starts_anew(path):
    saves = iter(["erste", "zweite"])

    def step(name: str) -> None:
        if name == "exchange" and (text := next(saves, None)):
            colleague_types(path, 6, 3, text)

    book = open_book(path, step=step)
    announced = Announced()
    result = book.write([GROUPS[0]], [], base_of(book.read()), "t", LEDGER, announced)
    assert result.status == "written"
    assert len(announced.calls) == 3
    assert value(book.read(), "KIM-4", "phase") == "zweite"
    assert value(book.read(), "KIM-1", "manager") == "AB"
    assert leftovers(path) == []


def test_who_never_stops_saving_gets_a_conflict_and_keeps_every_edit(path):
    saves = []

    def step(name: str) -> None:
        if name == "compare":
            saves.append(f"Stand {len(saves)}")
            colleague_types(path, 6, 3, saves[-1])

    book = open_book(path, step=step)
    result = book.write([GROUPS[0]], [], base_of(book.read()), "t", LEDGER, Announced())
    assert result.status == "conflict"
    assert value(book.read(), "KIM-4", "phase") == saves[-1]
    assert value(book.read(), "KIM-1", "manager") is None
    assert leftovers(path) == []


@pytest.mark.parametrize("way", ["exchanged", "by link"])
def test_the_displaced_file_becomes_a_private_version(path, monkeypatch, way):
    if way == "by link":
        monkeypatch.setattr(exchange, "_exchange_linux", lambda *_: False)
    before = path.read_bytes()
    path.chmod(0o640)
    book = open_book(path)
    assert book.write([GROUPS[0]], [], base_of(book.read()), "t", LEDGER, Announced()).status == "written"
    kept = versions(path.parent / "versions", "team")
    assert [file.read_bytes() for file in kept] == [before]
    assert kept[0].stat().st_mode & 0o777 == 0o600
    assert path.stat().st_mode & 0o777 == 0o640
    assert leftovers(path) == []


def test_only_so_many_versions_are_kept(path):
    book = open_book(path, keep=2)
    for number in range(4):
        old = f"V{number - 1}" if number else None
        os.utime(path, (1_700_000_000 + number, 1_700_000_000 + number))
        book.write([group("KIM-1", ("manager", old, f"V{number}"))], [], base_of(book.read()), "t", LEDGER, Announced())
    kept = versions(path.parent / "versions", "team")
    assert [value(open_book(file).read(), "KIM-1", "manager") for file in kept] == ["V1", "V2"]


def test_a_link_in_the_folder_stays_a_link(path):
    link = path.with_name("link.xlsx")
    link.symlink_to(path)
    book = open_book(link)
    assert book.write([GROUPS[0]], [], base_of(book.read()), "t", LEDGER, Announced()).status == "written"
    assert link.is_symlink()
    assert value(open_book(path).read(), "KIM-1", "manager") == "AB"


@pytest.mark.skipif(not hasattr(os, "setxattr"), reason="this system has no extended attributes")
def test_extended_attributes_are_kept(path):
    try:
        os.setxattr(path, "user.team", b"kim")
    except OSError:
        pytest.skip("this file system has no extended attributes")
    book = open_book(path)
    book.write([GROUPS[0]], [], base_of(book.read()), "t", LEDGER, Announced())
    assert os.getxattr(path, "user.team") == b"kim"


def test_a_full_disk_leaves_everything_as_it_was(path):
    book = open_book(path)
    raw, before = book.read(), path.read_bytes()
    limit = resource.getrlimit(resource.RLIMIT_FSIZE)
    former = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (2000, limit[1]))
    try:
        with pytest.raises(WorkbookError, match=r"Für team\.xlsx ist kein Speicherplatz frei") as caught:
            book.write([GROUPS[0]], [], base_of(raw), "t", LEDGER, Announced())
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limit)
        signal.signal(signal.SIGXFSZ, former)
    assert caught.value.code == "disk_full"
    assert path.read_bytes() == before
    assert leftovers(path) == []


def test_a_folder_that_may_not_be_written_is_said_in_one_sentence(path, monkeypatch):
    book = open_book(path)
    raw, before = book.read(), path.read_bytes()

    def refuse(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    # Tests may run as root, whom no folder refuses.
    monkeypatch.setattr("automations.workbooks.stores.replacing.exchange", refuse)
    with pytest.raises(WorkbookError, match="ersetzen") as caught:
        book.write([GROUPS[0]], [], base_of(raw), "t", LEDGER, Announced())
    assert caught.value.code == "unwritable"
    assert path.read_bytes() == before
    assert leftovers(path) == []


def test_copies_of_forgotten_writes_become_versions_and_torn_ones_go(path):
    whole, torn = copy_name(path, "one"), copy_name(path, "two")
    make_file(whole, {"Fälle": [["alt"]]})
    torn.write_bytes(b"PK\x03\x04 torn")
    book = open_book(path)
    content = whole.read_bytes()
    book.write([GROUPS[0]], [], base_of(book.read()), "t", LEDGER, Announced())
    assert leftovers(path) == []
    assert content in [file.read_bytes() for file in versions(path.parent / "versions", "team")]


def test_versions_go_when_they_are_old(path):
    book = open_book(path)
    book.write([GROUPS[0]], [], base_of(book.read()), "t", LEDGER, Announced())
    folder = path.parent / "versions"
    kept = datetime.fromtimestamp(versions(folder, "team")[0].stat().st_ctime, UTC)
    assert prune(folder, kept + timedelta(days=29), timedelta(days=30)) == 0
    assert prune(folder, kept + timedelta(days=31), timedelta(days=30)) == 1
    assert versions(folder, "team") == []


def test_without_an_exchange_a_save_in_between_stops_the_write(path, monkeypatch):
    monkeypatch.setattr(exchange, "_exchange_linux", lambda *_: False)
    link = os.link

    def link_then_save(source, target):
        link(source, target)
        colleague_types(path, 6, 3, "von Hand")

    monkeypatch.setattr(os, "link", link_then_save)
    book = open_book(path)
    with pytest.raises(WorkbookError) as caught:
        book.write([GROUPS[0]], [], base_of(book.read()), "t", LEDGER, Announced())
    assert caught.value.busy
    assert value(book.read(), "KIM-4", "phase") == "von Hand"
    assert leftovers(path) == []
