"""A folder keeps the contract of all stores."""

from __future__ import annotations

import contextlib
import errno
import os

import pytest

from automations.workbooks.stores import disk as disks
from automations.workbooks.stores.disk import Disk
from automations.workbooks.stores.replacing import PREFIX
from automations.workbooks.stores.versions import kept
from tests.support.store_contract import StoreContract


class TestDisk(StoreContract):
    @pytest.fixture
    def place(self, tmp_path, monkeypatch):
        self.path = tmp_path / "Team" / self.label
        self.path.parent.mkdir()
        self.kept = tmp_path / "versions"
        self.patch = monkeypatch
        self.acts = {}

    def make(self, data):
        self.path.write_bytes(data)
        return self.another()

    def another(self):
        return Disk(self.path, name="team", versions=self.kept, keep=5, step=self.step)

    def step(self, name):
        """The instant between the comparison and the exchange, and the one after it."""
        moment = {"exchange": "before", "exchanged": "after"}.get(name)
        if act := self.acts.pop(moment, None):
            act()

    def stands(self):
        return self.path.read_bytes() if self.path.exists() else None

    def colleague(self, data):
        other = self.path.with_name("their save.tmp")
        other.write_bytes(data)
        other.replace(self.path)

    def remove(self):
        self.path.unlink()

    def rename(self):
        self.path.rename(self.path.with_name("umbenannt.xlsx"))

    def lock(self, who):
        (self.path.parent / f"~${self.label}").write_bytes(bytes([len(who)]) + who.encode().ljust(164))

    @contextlib.contextmanager
    def full(self):
        def refuse(*_):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(disks, "make_durable", refuse)
            yield

    def at(self, moment, act):
        self.acts[moment] = act

    def cut(self, moment):
        def breaks():
            raise OSError(errno.EIO, os.strerror(errno.EIO))

        self.at(moment, breaks)

    def beside(self):
        return [file.name for file in self.path.parent.iterdir() if file.name.startswith(PREFIX)]

    def versions(self):
        return [path.read_bytes() for path in kept(self.kept)]


@pytest.mark.parametrize("closed", ["Team.xlsx", ""])
def test_a_file_or_folder_that_this_account_may_not_write_to_is_known_before_a_write(tmp_path, monkeypatch, closed):
    path = tmp_path / "Team.xlsx"
    path.write_bytes(b"x")
    assert list(Disk(path).limits()) == []
    monkeypatch.setattr(os, "access", lambda place, _: place != tmp_path / closed)
    path.chmod(0o444 if closed else 0o644)
    assert [limit.code for limit in Disk(path).limits()] == ["unwritable"]
    path.chmod(0o644)
    assert len(list(Disk(path).limits())) == (not closed), "a file of somebody else's may be replaced"
    path.unlink()
    assert list(Disk(path).limits()) == []
