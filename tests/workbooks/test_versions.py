"""Earlier versions: packed as differences, each of them comes back, and nothing that breaks takes others with it."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from automations.workbooks.stores import differences, packed
from automations.workbooks.stores.differences import difference, renumbered, renumbering, together
from automations.workbooks.stores.packed import PACKED, UNPACKABLE, as_file, parts_of, read_head, unpack
from automations.workbooks.stores.versions import (
    GROUP,
    called,
    drop,
    forget_all,
    keep_version,
    kept,
    pack_versions,
    prune,
    saved_at,
    versions,
)
from automations.workbooks.xlsx.changes import patch
from tests.support.xlsx_files import make_file

REPOSITORY = Path(__file__).parents[2]
ROWS = 300
START = 1_700_000_000


def displaced(folder: Path, number: int, keep: int = 100) -> None:
    """One cell more was typed, and the file became a version."""
    book = folder / "Team.xlsx"
    if not book.exists():
        make_file(book, {"Fälle": [["Nummer", "Name", "Ort"]] + [[f"K-{n}", f"Name {n * n}", f"Ort {n % 7}"]
                                                                 for n in range(ROWS)]})  # fmt: skip
    after = folder / "after.xlsx"
    patch(book, after, {"Fälle": {f"C{2 + number * 7 % ROWS}": f"neu {number}"}})
    os.utime(book, (START + number * 3600, START + number * 3600))
    keep_version(book, folder / "versions", "team", f"{number:012d}", keep)
    after.replace(book)


def contents(folder: Path) -> dict[str, list]:
    return {called(path): [(part.name, part.content) for part in unpack(path)] for path in versions(folder, "team")}


@pytest.fixture
def history(tmp_path):
    """Twenty-five versions as they were, none of them packed."""
    site, folder = tmp_path / "site", tmp_path / "versions"
    site.mkdir()
    folder.mkdir()
    for number in range(25):
        displaced(site, number)
        shutil.copy2(versions(site / "versions", "team")[-1], folder)
    return folder


def test_every_version_comes_back_and_the_newest_stands_as_it_was(history):
    before = contents(history)
    newest = versions(history, "team")[-1].read_bytes()
    size = sum(path.stat().st_size for path in kept(history))
    pack_versions(history, "team")
    assert len(before) == 25
    assert contents(history) == before
    assert versions(history, "team")[-1].read_bytes() == newest
    assert [path.suffix == PACKED for path in versions(history, "team")] == [True] * 24 + [False]
    assert sum(path.stat().st_size for path in history.iterdir()) < size / 5
    assert {path.stat().st_mode & 0o777 for path in history.iterdir()} == {0o600}


def test_a_version_opens_as_a_workbook_again(history, tmp_path):
    pack_versions(history, "team")
    oldest = versions(history, "team")[0]
    (tmp_path / "again.xlsx").write_bytes(as_file(unpack(versions(history, "team")[3])))
    sheet = openpyxl.load_workbook(tmp_path / "again.xlsx")["Fälle"]
    assert [sheet[f"C{2 + number * 7}"].value for number in range(4)] == ["neu 0", "neu 1", "neu 2", "Ort 0"]
    assert saved_at(oldest) == datetime.fromtimestamp(START, UTC)


def test_a_damaged_difference_loses_no_other_and_a_damaged_whole_one_only_its_group(history):
    before = contents(history)
    pack_versions(history, "team")
    found = versions(history, "team")
    whole = [path for path in found[:-1] if not read_head(path).base]
    assert whole == found[:-1][::GROUP]
    for broken, lost in ((found[4], 1), (whole[1], GROUP + 1)):
        data = broken.read_bytes()
        broken.write_bytes(data[:-30] + bytes(byte ^ 1 for byte in data[-30:-29]) + data[-29:])
        read = {}
        for path in found:
            try:
                read[called(path)] = [(part.name, part.content) for part in unpack(path)]
            except UNPACKABLE:
                continue
        assert len(read) == len(before) - lost
        assert read == {name: before[name] for name in read}


def test_what_is_dropped_takes_nothing_that_stays_with_it(history):
    before = contents(history)
    pack_versions(history, "team")
    for count in range(24):
        drop(versions(history, "team")[:1])
        assert contents(history) == dict(list(before.items())[count + 1 :])


def test_versions_are_packed_as_they_come_and_as_many_are_kept_as_before(tmp_path):
    for number in range(30):
        displaced(tmp_path, number, keep=12)
    found = versions(tmp_path / "versions", "team")
    assert [int(path.name.split("-")[2][:12]) for path in found] == list(range(18, 30))
    assert sum(path.suffix != PACKED for path in found) <= 5
    assert len(contents(tmp_path / "versions")) == 12


def test_a_workbook_whose_name_goes_on_has_versions_of_its_own(tmp_path):
    for number, name in enumerate(("team", "team-2", "team-20", "team")):
        book = tmp_path / "book.xlsx"
        make_file(book, {"Fälle": [["Nummer"], [number]]})
        keep_version(book, tmp_path / "versions", name, f"{number:012d}", keep=1)
    found = {name: versions(tmp_path / "versions", name) for name in ("team", "team-2", "team-20")}
    assert {name: [path.stem[-1] for path in paths] for name, paths in found.items()} == {
        "team": ["3"], "team-2": ["1"], "team-20": ["2"],
    }  # fmt: skip


def test_a_packed_version_goes_when_it_was_kept_long_enough_not_when_it_was_packed(history):
    keeping = versions(history, "team")[0].stat().st_ctime
    pack_versions(history, "team")
    day = datetime.fromtimestamp(keeping, UTC)
    oldest = versions(history, "team")[0]
    assert read_head(oldest).kept == keeping
    assert prune(history, day + timedelta(days=29), timedelta(days=30)) == 0
    assert prune(history, day + timedelta(days=31), timedelta(days=30)) == 25
    assert list(history.iterdir()) == []


def test_erasure_reaches_packed_versions(history):
    pack_versions(history, "team")
    assert forget_all(history) == 25
    assert list(history.iterdir()) == []


KILLED = """
import os, signal, sys
from pathlib import Path
from automations.workbooks.stores import versions
left = int(sys.argv[2])
def step(real):
    def taken(*given, **more):
        global left
        left -= 1
        if left < 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return real(*given, **more)
    return taken
os.fsync, Path.unlink, Path.replace = step(os.fsync), step(Path.unlink), step(Path.replace)
folder = Path(sys.argv[1])
versions.pack_versions(folder, "team")
versions.drop(versions.versions(folder, "team")[:1])
"""


def test_killed_at_any_step_every_version_is_there(history, tmp_path):
    for path in versions(history, "team")[7:]:
        path.unlink()
    before, steps, done = contents(history), 0, 0
    while not done:
        site = tmp_path / f"killed-{steps}"
        shutil.copytree(history, site)
        ended = subprocess.run([sys.executable, "-c", KILLED, str(site), str(steps)], cwd=REPOSITORY, check=False)
        done = ended.returncode == 0
        assert done or ended.returncode == -signal.SIGKILL
        found = contents(site)
        assert found == {name: before[name] for name in found}
        assert len(found) >= 6
        pack_versions(site, "team")
        assert contents(site) == found
        assert len({called(path) for path in site.iterdir() if path.name[0] != "."}) == len(found)
        steps += 5
    assert steps > 25


def test_a_file_that_is_no_zip_comes_back_as_it_was(history):
    odd = b"PK\x03\x04 torn"
    path = versions(history, "team")[2]
    path.write_bytes(odd)
    pack_versions(history, "team")
    assert as_file(unpack(path.with_name(path.name + PACKED))) == odd


def test_texts_that_moved_up_in_the_list_make_no_row_new():
    """Excel leaves out a text that nobody uses any more: all behind it get other numbers."""
    texts = [b"<si><t>text %d</t></si>" % n for n in range(50)]
    row = b'<row r="%d"><c r="A1" t="s"><v>%d</v></c><c r="B1"><v>%d</v></c></row>'
    old, new = b"".join(texts), b"".join(texts[:3] + texts[4:])
    before = b"".join(row % (n, n, n) for n in range(50) if n != 3)
    after = b"".join(row % (n, n - (n > 3), n) for n in range(50) if n != 3)
    numbers = renumbering(old, new)
    steps, fresh = difference(renumbered(before, numbers), after)
    assert fresh == b""
    assert together(renumbered(before, numbers), steps, fresh) == after


@pytest.mark.parametrize(("old", "new"), [(b"", b"abc"), (b"abc", b""), (b"<row>1</row>" * 5, b"<row>1</row>x"),
                                          (b"<a><b/></a>", b"<a><c/></a>")])  # fmt: skip
def test_a_difference_gives_the_same_bytes(old, new):
    assert together(old, *difference(old, new)) == new


def sheet(rows: dict[int, list[str]]) -> bytes:
    lines = [
        b'<row r="%d" spans="1:3">%s</row>'
        % (number, b"".join(b'<c r="%c%d" s="%d"><v>%s</v></c>' % (65 + place, number, place, cell.encode())
                            for place, cell in enumerate(cells)))
        for number, cells in rows.items()
    ]  # fmt: skip
    return b"<worksheet><sheetData>" + b"".join(lines) + b'</sheetData><pageMargins left="0.7"/></worksheet>'


ROW_OF = [f"Wert {n * n}" for n in range(3)]
LINES = {number: [f"{number * number}", *ROW_OF] for number in range(1, 60)}


def test_rows_that_moved_are_not_kept_again():
    old = sheet(LINES)
    new = sheet({1: LINES[1], 2: ["neu"], **{number + 3: cells for number, cells in LINES.items() if number > 1}})
    steps, fresh = difference(old, new)
    assert together(old, steps, fresh) == new
    assert len(fresh) < 100


def test_of_a_row_in_which_a_cell_changed_the_cell_alone_is_kept():
    old, new = sheet(LINES), sheet({**LINES, 30: [LINES[30][0], "anders", *LINES[30][2:]]})
    steps, fresh = difference(old, new)
    assert together(old, steps, fresh) == new
    assert fresh == b"anders"


@pytest.mark.parametrize(("said", "odd"), [(b'"B7"', b'"B8"'), (b'r="C9"', b'r="C"'), (b"<v>9<", b"<v>\x019\x01<"),
                                           (b'<row r="6"', b'<row r="3"'), (b'<row r="8"', b"<row")])  # fmt: skip
def test_a_sheet_whose_cells_name_other_rows_comes_back(said, odd):
    old = sheet(LINES)
    new = old.replace(said, odd)
    assert new != old
    for before, after in ((old, new), (new, old), (b"", new)):
        assert together(before, *difference(before, after)) == after


@given(st.lists(st.tuples(st.integers(0, 12), st.sampled_from(["a", "bb", ""]), st.booleans()), max_size=12))
def test_whatever_happens_to_rows_the_new_sheet_comes_back(changes):
    rows = [LINES[number] for number in range(1, 13)]
    for place, text, is_new in changes:
        if is_new:
            rows.insert(place, [text])
        elif rows:
            rows[place % len(rows)] = [text, *rows[place % len(rows)][1:]] if text else []
            if not text:
                del rows[place % len(rows)]
    gaps = {number + (3 if number > 5 else 0): cells for number, cells in enumerate(rows, 1)}
    old, new = sheet(dict(list(LINES.items())[:12])), sheet(gaps)
    assert together(old, *difference(old, new)) == new


def test_what_an_older_kim_packed_is_unpacked(history, monkeypatch):
    """Format 1: whole rows, all of them with their numbers."""
    monkeypatch.setattr(packed, "_FORMAT", 1)
    monkeypatch.setattr(packed, "difference", of_format_1)
    before = contents(history)
    pack_versions(history, "team")
    monkeypatch.undo()
    assert read_head(versions(history, "team")[1]).base
    assert contents(history) == before


def of_format_1(old: bytes, new: bytes) -> tuple[list[list[int]], bytes]:
    before, steps, fresh = differences._pieces(old), [], b""
    for row in differences._pieces(new):
        steps.append([before.index(row), 1] if row in before else [-1, len(row)])
        fresh += b"" if row in before else row
    return steps, fresh


def test_what_an_older_kim_kept_is_packed_and_comes_back(tmp_path):
    folder = tmp_path / "versions"
    folder.mkdir()
    for number in range(3):
        make_file(folder / f"team-2026010{number + 1}T060000Z-{number:012d}.xlsx", {"Fälle": [[f"alt {number}"]]})
    before = contents(folder)
    pack_versions(folder, "team")
    assert contents(folder) == before
    assert len(before) == 3


def test_parts_keep_their_order_and_their_dates(history, tmp_path):
    path = versions(history, "team")[0]
    again = tmp_path / "again.xlsx"
    again.write_bytes(as_file(parts_of(path.read_bytes(), path)))
    assert parts_of(again.read_bytes(), again) == parts_of(path.read_bytes(), path)
