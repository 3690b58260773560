"""Real WebDAV servers keep the contract of all stores, over a line that breaks."""

from __future__ import annotations

import contextlib
import os
from contextlib import suppress

import pytest

from automations.model.layout import Base
from automations.model.writes import PendingWrite
from automations.workbooks.protocol import WorkbookError
from automations.workbooks.stores.opening import revision_of
from automations.workbooks.stores.store import Unclear
from automations.workbooks.stores.versions import kept
from automations.workbooks.stores.webdav.opening import open_store
from tests.support.dav_servers import QUOTA, USERS, Colleague, Line, apache, apache_is_here, wsgidav
from tests.support.store_contract import FIRST, OURS, THEIRS, StoreContract, book, put

pytestmark = pytest.mark.servers


class Server(StoreContract):
    """Inherit, and give `serve`."""

    def serve(self, folder, home):
        raise AssertionError("a server starts here")

    @pytest.fixture
    def place(self, tmp_path, monkeypatch):
        self.folder, self.home = tmp_path / "cloud", tmp_path
        self.folder.mkdir(mode=0o777)
        self.path = self.folder / self.label
        monkeypatch.setenv("KIM_WEBDAV_PASSWORD", USERS["kim"])
        monkeypatch.setenv("NO_PROXY", "127.0.0.1")
        self.acts, self.watched = {}, []
        self.kept = tmp_path / "versions"
        with self.serve(self.folder, tmp_path / "home") as origin:
            self.line = Line(origin)
            self.person = Colleague(origin, self.label)
            yield
            self.line.close()

    def make(self, data):
        self.path.write_bytes(data)
        self.path.chmod(0o666)
        os.utime(self.path, (1_700_000_000, 1_700_000_000))
        return self._open("versions")

    def another(self):
        return self._open("other versions")

    def _open(self, versions):
        url = f"{self.line.url}/{self.person.url.rpartition('/')[2]}"
        return open_store("team", url, user="kim", http=True, versions=self.home / versions, keep=5,
                          sleep=lambda _: None, step=self.step)  # fmt: skip

    def step(self, name):
        moment = {"replace": "before", "replaced": "after"}.get(name)
        if act := self.acts.pop(moment, None):
            act()

    def at(self, moment, act):
        self.acts[moment] = act

    def stands(self):
        return self.path.read_bytes() if self.path.exists() else None

    def colleague(self, data):
        self.person.saves(data)

    def remove(self):
        self.person.ask("DELETE")

    def rename(self):
        self.person.ask("MOVE", Destination=self.person.url.rpartition("/")[0] + "/umbenannt.xlsx")

    def lock(self, who):
        assert self.person.locks(who)

    @contextlib.contextmanager
    def full(self):
        self.line.before = lambda method, _: QUOTA if method == "PUT" else None
        yield
        self.line.before = lambda *_: None

    def cut(self, moment):
        """The next replacement breaks: of a PUT in place, or of the MOVE."""

        def breaks(method, path):
            if method == "MOVE" or (method == "PUT" and ".~kim" not in path):
                setattr(self.line, moment, lambda *_: None)
                return "cut"
            return None

        setattr(self.line, moment, breaks)

    def beside(self):
        """Copies beside the file, locks of ours, and benches."""
        answer = self.person.ask("PROPFIND", Depth="0").data
        locks = ["a lock"] if b"<d:href>kim " in answer.lower().replace(b"ns0:", b"d:") else []
        benches = [path.name for path in self.home.rglob(".turn-*")]
        return [file.name for file in self.folder.iterdir() if file.name.startswith(".~kim")] + locks + benches

    def versions(self):
        return [path.read_bytes() for path in kept(self.kept)]

    def test_a_save_right_after_a_replacement_whose_answer_was_lost_is_kept(self, store):
        """WsgiDAV drops our lock with a MOVE: what stands there then need not be ours."""
        saved = []
        self.cut("after")
        self.at("after", lambda: saved.append(self.person.saves(book(THEIRS))))
        with suppress(Unclear, WorkbookError), store.turn("t") as turn:
            turn.fetch()
            put(turn)
        store.recover(PendingWrite("t", revision_of(book(FIRST)), revision_of(book(OURS)), (), Base("", {})))
        assert self.stands() == book(THEIRS if saved == [True] else OURS)


class TestWsgiDav(Server):
    def serve(self, folder, home):
        return wsgidav(folder)


class TestWsgiDavWithoutLocks(Server):
    """As a Nextcloud without files_lock: ETags alone."""

    def serve(self, folder, home):
        return wsgidav(folder, locks=False)

    def test_somebody_has_it_open(self, store):
        """Nobody can lock here, so nobody is seen; what they save is."""
        assert store.holder() is None
        with store.turn("t") as turn:
            turn.fetch()
            assert self.person.saves(book(THEIRS))
            assert put(turn) is False
        assert self.stands() == book(THEIRS)


@pytest.mark.skipif(not apache_is_here() or os.geteuid() != 0, reason="Apache with mod_dav, started by root")
class TestApache(Server):
    def serve(self, folder, home):
        return apache(folder, home)
