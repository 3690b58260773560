"""Erasing a person and a run of the site keep out of each other's way."""

from __future__ import annotations

import threading
from datetime import date, time

import pytest

from automations.cli import run_command
from automations.engine.lock import site_lock
from tests.support.own_site import moment
from tests.support.told_site import ToldSite, client, visit

AT = "2026-11-30T09:00"


@pytest.fixture
def site(tmp_path, monkeypatch):
    monkeypatch.setenv("KIM_TEST_PASSWORD", "x")
    made = ToldSite(tmp_path)
    rows = [visit(f"T-{n}", f"K-{n}", date(2026, 12, 7), time(8 + n)) for n in range(1, 5)]
    made.begin([client(f"K-{n}") for n in range(1, 5)], rows, at=("2026-11-20T08:30",))
    return made


def erase(site, case="K-1"):
    return run_command(["--site", str(site.folder), "subject", case, "erase", "--at", AT])


def kept(site, case="K-1"):
    with site.world(moment(AT)) as world:
        return world.ledger.export_subject(case)


def test_while_a_run_is_under_way_nothing_is_erased_and_it_is_said(site, capsys):
    before = kept(site)
    with site_lock(site.folder / "state"):
        assert erase(site) == 3
    assert "schon ein anderer Lauf" in capsys.readouterr().err
    assert kept(site) == before
    assert erase(site) == 0
    assert kept(site)["story"] == []


def test_a_backup_that_cannot_be_cleaned_is_named_and_the_erasure_is_not_called_done(site, capsys):
    broken = site.folder / "state" / "backups" / "ledger-20261129.sqlite.xz"
    broken.parent.mkdir(exist_ok=True)
    broken.write_bytes(b"no backup")
    assert erase(site) == 1
    assert broken.name in capsys.readouterr().out
    assert kept(site)["story"] == []
    broken.unlink()
    assert erase(site, "K-2") == 0


def test_no_run_begins_while_somebody_is_being_erased(site, monkeypatch):
    inside, through, ended = threading.Event(), threading.Event(), []

    def slow(*given, **named):
        inside.set()
        through.wait(30)
        return real(*given, **named)

    from automations.cli import subject

    real = subject.read_snapshot
    monkeypatch.setattr(subject, "read_snapshot", slow)
    erasing = threading.Thread(target=lambda: ended.append(erase(site)))
    erasing.start()
    inside.wait(30)
    try:
        assert run_command(["--site", str(site.folder), "run", "--at", AT]) == 3
    finally:
        through.set()
        erasing.join(30)
    assert ended == [0]


def test_a_run_that_began_before_writes_to_nobody_who_was_erased_meanwhile(site):
    """On another machine with the same ledger, where no lock of this one is seen. What is claimed already leaves."""
    at = "2026-12-02T08:30"
    leave, erased = site.post.deliver, []

    def deliver(message, recipient):
        if not erased:
            with site.world(moment(at)) as world:
                erased.append(world.ledger.erase_subject("K-4", ["T-4"], moment(at)))
        return leave(message, recipient)

    site.post.deliver = deliver
    site.go(at)
    written = {to for to, _ in site.post.taken}
    assert "k-1@post.test" in written
    assert "k-4@post.test" not in written
    assert "k-4@post.test" not in str(kept(site, "K-4"))
