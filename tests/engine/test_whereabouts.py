"""A copy of a site's folder is told from the site itself, before it writes to everybody a second time."""

from __future__ import annotations

import shutil
from datetime import date

import pytest

from automations.engine.outcomes import Refused
from automations.engine.runner import run
from automations.engine.undo import undo
from tests.support.letters import letter
from tests.support.own_site import moment
from tests.support.told_site import ToldSite, client, visit

NEXT = "2026-11-30T08:30"


@pytest.fixture
def machine(tmp_path, monkeypatch):
    """Sets the machine's own name for itself; blank for a container, which has none."""
    file = tmp_path / "machine-id"
    monkeypatch.setattr("automations.engine.whereabouts._MACHINE", file)

    def is_called(name):
        file.write_text(name, "ascii")

    is_called("3d1219c7c4c5404aaa1f6d2a48adfda4\n")
    return is_called


@pytest.fixture
def told(machine, tmp_path):
    site = ToldSite(tmp_path / "site")
    site.folder.mkdir()
    site.begin([client("F-1")], [visit("T-1", "F-1", date(2026, 12, 3))])
    site.go("2026-11-27T09:30")
    return site


def _at(site, folder):
    """The site in another folder, with its mail server and its mailbox."""
    made = ToldSite(folder)
    made.post, made.box = site.post, site.box
    return made


def copied(site, folder):
    shutil.copytree(site.folder, folder)
    return _at(site, folder)


def stopped(result):
    return result.prepared.sentence if isinstance(result.prepared, Refused) else ""


def accepted(site, at, *names):
    now = moment(at)
    with site.world(now) as world:
        return run(world, lambda: now, accepted=names)


def test_a_copy_sends_nothing_reads_no_mailbox_and_says_where_the_other_one_is(told, tmp_path):
    copy, left = copied(told, tmp_path / "copy"), len(told.post.taken)
    told.box.put(letter("Hallo", "Eine Frage", "f-1@post.test"), on=date(2026, 11, 30))
    result = copy.go(NEXT)
    assert str(told.folder) in stopped(result)
    assert "kim run --accept moved" in stopped(result)
    assert len(told.post.taken) == left
    assert not told.box.seen
    assert stopped(told.go(NEXT)) == ""


def test_a_copy_takes_nothing_back_in_the_workbook_that_both_share(told, tmp_path):
    copy, now = copied(told, tmp_path / "copy"), moment(NEXT)
    with copy.world(now) as world:
        done = undo(world, world.ledger.runs()[0].run, lambda: now)
    assert isinstance(done, Refused)
    assert "kim run --accept moved" in done.sentence


def test_one_that_was_moved_is_taken_for_it_once_somebody_says_so(told, tmp_path):
    copy = copied(told, tmp_path / "copy")
    assert stopped(accepted(copy, NEXT, "moved")) == ""
    assert stopped(copy.go("2026-11-30T09:30")) == ""


@pytest.mark.parametrize("name", ["3d1219c7c4c5404aaa1f6d2a48adfda4", "", "uninitialized"])
def test_a_folder_that_is_renamed_asks_nothing(told, tmp_path, machine, name):
    machine(name)
    told.folder.rename(tmp_path / "renamed")
    assert stopped(_at(told, tmp_path / "renamed").go(NEXT)) == ""


def test_what_was_put_back_in_its_place_asks_nothing(told, tmp_path):
    shutil.copytree(told.folder, tmp_path / "backup")
    shutil.rmtree(told.folder)
    (tmp_path / "backup").rename(told.folder)
    assert stopped(told.go(NEXT)) == ""


def test_on_another_machine_the_same_folder_is_another_place(told, machine, tmp_path):
    machine("11111111111111111111111111111111")
    assert "--accept moved" in stopped(told.go(NEXT))
    assert stopped(accepted(told, NEXT, "moved")) == ""
    machine("3d1219c7c4c5404aaa1f6d2a48adfda4")
    assert stopped(told.go("2026-11-30T09:30")) == "", "both places are known"


def test_containers_call_all_folders_alike(told, machine, tmp_path):
    machine("")
    told.go(NEXT)
    shutil.copytree(told.folder, tmp_path / "volume")
    told.folder.rename(tmp_path / "first")
    (tmp_path / "volume").rename(told.folder)
    assert "--accept moved" in stopped(told.go("2026-11-30T09:30"))


def test_a_copy_for_trials_sends_nothing_and_is_asked_nothing(told, tmp_path):
    copy = copied(told, tmp_path / "copy")
    site = (copy.folder / "config" / "site.toml").read_text(encoding="utf-8")
    copy.write(site=site.replace('transport = "smtp"', 'transport = "folder"').partition("[mail.inbox]")[0])
    assert stopped(copy.go(NEXT)) == ""
    copy.write(site=site)
    assert "--accept moved" in stopped(copy.go("2026-11-30T09:30")), "it was no home before"


def test_who_accepts_one_sign_is_not_led_in_a_circle(told, tmp_path):
    copy = copied(told, tmp_path / "copy")
    copy.edit(lambda book: book["Team"].delete_rows(2, 9))
    assert "kim run --accept moved --accept shrink" in stopped(accepted(copy, NEXT, "moved"))
    assert stopped(accepted(copy, NEXT, "moved", "shrink")) == ""


def test_a_backup_that_is_restored_elsewhere_holds_all_mail_and_asks_no_more(told, tmp_path):
    copy = copied(told, tmp_path / "copy")
    with copy.world(moment(NEXT)) as world:
        world.ledger.backup(tmp_path / "kept.sqlite", moment(NEXT))
        world.ledger.restore(tmp_path / "kept.sqlite", moment(NEXT))
        assert world.ledger.glance().held
    assert stopped(copy.go(NEXT)) == ""
