"""A backup is the whole ledger; a restored one never sends what may have left since."""

from __future__ import annotations

import os
import stat

import pytest

from automations.ledger.book import Ledger, open_ledger, restore_ledger
from automations.ledger.errors import LedgerError
from automations.model.fact_kinds.course import Restored
from automations.model.values import RowKey
from tests.ledger.examples import CASE, DAY, NOW, mail, plan, queued
from tests.ledger.test_ledger_audit import KEY, lived


def test_a_backup_brings_everything_back_on_any_database(ledger: Ledger, tmp_path):
    backup = tmp_path / "b" / "ledger.sqlite"
    lived(ledger).sight("team", {RowKey("team", "cases", CASE): "x"}, NOW)
    before, story, name = ledger.history(live=True), ledger.story(CASE), ledger.id
    ledger.backup(backup, NOW)
    assert (stat.S_IMODE(backup.stat().st_mode), ledger.glance().backup) == (0o600, NOW)
    ledger.note_address("x@example.test", "bounced", NOW)
    ledger.restore(backup, NOW + DAY)
    after = ledger.history(live=True)
    assert (after.replies, after.vetoes, after.counters, after.reserved) == (
        before.replies, before.vetoes, before.counters, before.reserved,
    )  # fmt: skip
    assert (after.bounced, ledger.story(CASE), ledger.id) == ({}, story, name)
    assert ledger.sighted("team", {RowKey("team", "cases", CASE): "x"}, NOW + DAY) == {
        RowKey("team", "cases", CASE): NOW
    }
    assert ledger.check() == ()


def test_what_waited_in_a_backup_may_have_left_since(ledger: Ledger, tmp_path):
    other = mail("reminder/T-2024-00002/1/5", subject_key="T-2024-00002")
    plan(ledger, *queued(mail(), other))
    ledger.claim(KEY, NOW)
    ledger.settle_mail(KEY, "sent", NOW)
    ledger.backup(tmp_path / "backup.sqlite", NOW)
    ledger.restore(tmp_path / "backup.sqlite", NOW + DAY)
    assert (ledger.outbox_counts(), ledger.held) == ({"sent": 1, "unknown": 1}, True)
    assert ledger.fact(Restored) == Restored(NOW + DAY)
    ledger.set_hold(False, NOW)
    plan(ledger, *queued(mail(), other))
    assert ledger.sendable(NOW) == ()


def test_a_restored_ledger_can_be_restored_again_and_opened(tmp_path):
    url = f"sqlite:///{tmp_path / 'ledger.sqlite'}"
    with open_ledger(url, now=NOW) as ledger:
        lived(ledger).backup(tmp_path / "b.sqlite", NOW)
        ledger.restore(tmp_path / "b.sqlite", NOW)
        ledger.restore(tmp_path / "b.sqlite", NOW)
    with open_ledger(url, now=NOW) as ledger:
        assert ledger.check() == ()


def broken(data: bytes) -> bytes:
    return data[:8192] + b"\x55" * 4096 + data[12288:]


@pytest.mark.parametrize("spoil", [lambda data: data[:5000], lambda _: b"", lambda _: b"text" * 999, broken])
def test_a_backup_that_cannot_be_used_changes_nothing(ledger: Ledger, tmp_path, spoil):
    backup = tmp_path / "backup.sqlite"
    lived(ledger).backup(backup, NOW)
    story = ledger.story(CASE)
    backup.write_bytes(spoil(backup.read_bytes()))
    with pytest.raises(LedgerError) as caught:
        ledger.restore(backup, NOW)
    assert caught.value.code in {"ledger_backup", "ledger_damaged"}
    assert (ledger.story(CASE), ledger.check()) == (story, ())


def test_a_missing_backup_is_one_sentence(ledger: Ledger, tmp_path):
    with pytest.raises(LedgerError, match="cannot be read or written") as caught:
        ledger.restore(tmp_path / "no.sqlite", NOW)
    assert caught.value.code == "ledger_backup"


def test_a_folder_that_cannot_be_written_leaves_no_half_backup(ledger: Ledger, tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(LedgerError) as caught:
        ledger.backup(tmp_path / "file" / "ledger.sqlite", NOW)
    assert (caught.value.code, ledger.glance().backup) == ("ledger_backup", None)


def test_a_backup_never_takes_the_place_of_a_pipe_or_a_device(ledger: Ledger, tmp_path):
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(LedgerError, match="is no backup"):
        ledger.backup(tmp_path / "pipe", NOW)
    assert stat.S_ISFIFO((tmp_path / "pipe").stat().st_mode)


def test_the_ledger_is_no_backup_of_itself(tmp_path):
    path = tmp_path / "ledger.sqlite"
    with open_ledger(f"sqlite:///{path}", now=NOW) as ledger:
        for action in (ledger.backup, ledger.restore):
            with pytest.raises(LedgerError, match="the ledger itself"):
                action(path, NOW)
        assert ledger.check() == ()


def test_a_damaged_ledger_is_put_aside_and_replaced_by_a_backup(tmp_path):
    path, backup = tmp_path / "ledger.sqlite", tmp_path / "backup.sqlite"
    with open_ledger(f"sqlite:///{path}", now=NOW) as ledger:
        lived(ledger).backup(backup, NOW)
        story = ledger.story(CASE)
    path.write_bytes(b"nothing of a database " * 900)
    aside, whole = restore_ledger(f"sqlite:///{path}", backup, now=NOW)
    assert aside is not None
    assert whole
    assert aside.read_bytes().startswith(b"nothing of a database")
    with open_ledger(f"sqlite:///{path}", now=NOW) as ledger:
        assert (ledger.story(CASE), ledger.check(), ledger.held) == (story, (), True)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_damaged_ledger_stays_where_it_is_if_the_backup_is_no_good(tmp_path):
    path = tmp_path / "ledger.sqlite"
    path.write_bytes(b"nothing of a database " * 900)
    with pytest.raises(LedgerError):
        restore_ledger(f"sqlite:///{path}", tmp_path / "no.sqlite", now=NOW)
    assert path.read_bytes() == b"nothing of a database " * 900


def test_a_missing_ledger_is_made_from_a_backup(ledger: Ledger, tmp_path):
    lived(ledger).backup(tmp_path / "backup.sqlite", NOW)
    url = f"sqlite:///{tmp_path / 'new' / 'ledger.sqlite'}"
    assert restore_ledger(url, tmp_path / "backup.sqlite", now=NOW) == (None, True)
    with open_ledger(url, now=NOW) as new:
        assert (new.id, new.story(CASE)) == (ledger.id, ledger.story(CASE))


def test_a_ledger_that_moved_is_held_and_its_mails_go_on_waiting(tmp_path):
    copy = tmp_path / "backup.sqlite"
    with open_ledger(f"sqlite:///{tmp_path / 'old.sqlite'}", now=NOW) as old:
        plan(old, *queued(mail()))
        old.backup(copy, NOW)
    restore_ledger(f"sqlite:///{tmp_path / 'new.sqlite'}", copy, now=NOW, moved=True)
    with open_ledger(f"sqlite:///{tmp_path / 'new.sqlite'}", now=NOW) as new:
        assert new.held
        assert new.fact(Restored) is None
        assert new.outbox_counts() == {"queued": 1}
        assert new.check() == ()
