"""Backups are packed and thinned as they age; packed ones serve as open ones do."""

from __future__ import annotations

import gzip
import lzma
import random
import stat
from datetime import date, timedelta

import pytest

from automations.ledger.errors import LedgerError
from automations.ledger.packing import KEPT_DAYS, PACKED, backups, pack, pack_older, superseded, unpacked
from tests.ledger.examples import CASE, DAY, NOW
from tests.ledger.test_ledger_audit import lived


def after_a_year(folder, *, every=1):
    """The names of a folder that is thinned each day, for 400 days."""
    first = date(2024, 1, 1)
    for number in range(0, 400, every):
        day = first + timedelta(days=number)
        (folder / f"ledger-{day:%Y%m%d}.sqlite").write_bytes(b"x")
        for path in superseded(backups(folder)):
            path.unlink()
    return [path.name for path in backups(folder)], day


def test_seven_days_four_weeks_and_six_months_are_kept(tmp_path):
    names, today = after_a_year(tmp_path)
    days = [date.fromisoformat(name[7:15]) for name in names]
    assert days[-7:] == [today - timedelta(days=n) for n in range(6, -1, -1)]
    assert len({day.isocalendar()[:2] for day in days[-10:]}) >= 4
    assert len({(day.year, day.month) for day in days}) == 6
    assert len(days) <= 7 + 4 + 6
    assert (today - days[0]).days <= KEPT_DAYS


def test_days_off_take_no_backup_away(tmp_path):
    names, _ = after_a_year(tmp_path, every=3)
    assert len(names) >= 7 + 4


def test_what_people_laid_there_is_theirs(tmp_path):
    for name in ("ledger-vor-dem-Umzug.sqlite", "ledger-20241331.sqlite", "alt.sqlite"):
        (tmp_path / name).write_bytes(b"x")
    after_a_year(tmp_path)
    assert (tmp_path / "ledger-vor-dem-Umzug.sqlite").exists()
    assert (tmp_path / "ledger-20241331.sqlite").exists()


def test_all_but_the_newest_are_packed_for_the_owner_alone(tmp_path):
    for day in (29, "29-before-schema-3", 30, 31):
        (tmp_path / f"ledger-202410{day}.sqlite").write_bytes(b"page" * 4000)
    pack_older(tmp_path)
    pack_older(tmp_path)
    found = backups(tmp_path)
    assert [path.name for path in found] == [
        "ledger-20241029-before-schema-3.sqlite", "ledger-20241029.sqlite.xz", "ledger-20241030.sqlite.xz",
        "ledger-20241031.sqlite",
    ]  # fmt: skip
    assert found[1].stat().st_size < 500
    assert stat.S_IMODE(found[1].stat().st_mode) == 0o600
    unpacked(found[1], tmp_path / "copy")
    assert (tmp_path / "copy").read_bytes() == b"page" * 4000


def test_those_that_an_older_kim_packed_are_thinned_with_the_others(tmp_path):
    for number in range(20):
        suffix = (".gz", ".xz", "")[number % 3]
        (tmp_path / f"ledger-202410{number + 1:02}.sqlite{suffix}").write_bytes(b"x")
    found = backups(tmp_path)
    assert [path.name[7:15] for path in found] == [f"202410{number + 1:02}" for number in range(20)]
    assert len(found) - len(superseded(found)) == 7 + 2  # of the weeks before, the newest day each


@pytest.mark.parametrize(("suffix", "opened"), [(".xz", lzma.decompress), (".gz", gzip.decompress)])
def test_a_packed_backup_brings_everything_back_and_forgets_whom_it_shall(ledger, tmp_path, suffix, opened):
    packed = tmp_path / f"ledger-20241030.sqlite{suffix}"
    lived(ledger).backup(packed, NOW)
    story = ledger.story(CASE)
    ledger.restore(packed, NOW + DAY)
    assert (ledger.story(CASE), ledger.check()) == (story, ())
    assert ledger.erase_in_backup(packed, CASE, (), NOW) > 0
    assert opened(packed.read_bytes()).startswith(b"SQLite format 3")
    assert ledger.erase_in_backup(packed, CASE, (), NOW) == 0


@pytest.mark.parametrize("suffix", [".xz", ".gz"])
@pytest.mark.parametrize("spoil", [lambda data: data[:-200], lambda data: data[:100] + b"\x00" * 50 + data[150:]])
def test_a_packed_backup_that_is_damaged_changes_nothing(ledger, tmp_path, spoil, suffix):
    backup = tmp_path / f"ledger-20241030.sqlite{suffix}"
    lived(ledger).backup(backup, NOW)
    story = ledger.story(CASE)
    backup.write_bytes(spoil(backup.read_bytes()))
    with pytest.raises(LedgerError) as caught:
        ledger.restore(backup, NOW)
    assert caught.value.code == "ledger_backup"
    assert (ledger.story(CASE), ledger.check()) == (story, ())


@pytest.mark.parametrize("small", [False, True])
def test_any_tool_opens_what_was_packed(tmp_path, small):
    rng = random.Random(4)  # noqa: S311 - rows to pack, no secret
    text = b"".join(
        b'["KIM-%d",{"$date":"2024-%02d-01"}]' % (rng.randrange(10**6), rng.randrange(12)) for _ in range(9000)
    )
    (tmp_path / "copy").write_bytes(text)
    with (tmp_path / "packed").open("wb") as sink:
        pack(tmp_path / "copy", sink, PACKED, small=small)
    assert lzma.decompress((tmp_path / "packed").read_bytes()) == text
    if small:
        assert (tmp_path / "packed").stat().st_size < len(lzma.compress(text, preset=0))


def test_the_newest_is_told_by_its_name_whatever_was_packed_anew_since(tmp_path):
    names = [
        "ledger-20261129.sqlite.xz", "ledger-20261130-before-fleet.sqlite.gz", "ledger-20261130.sqlite.xz",
        "ledger-20261130-115900.sqlite", "ledger-20261130-235900.sqlite.xz",
    ]  # fmt: skip
    for name in reversed(names):
        (tmp_path / name).write_bytes(b"x")
    assert [path.name for path in backups(tmp_path)] == names
