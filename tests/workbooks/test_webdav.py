"""Real WebDAV servers keep the contract of all stores, over a line that breaks."""

from __future__ import annotations

import contextlib
import os
import re
from contextlib import suppress

import pytest

from automations.model.layout import Base
from automations.model.writes import PendingWrite
from automations.workbooks.protocol import WorkbookError
from automations.workbooks.stores.opening import revision_of
from automations.workbooks.stores.store import Unclear
from automations.workbooks.stores.versions import kept
from automations.workbooks.stores.webdav.store import open_store
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
        self.acts, self.seconds = {}, 0.0
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
                          clock=lambda: self.seconds, sleep=lambda _: None, step=self.step)  # fmt: skip

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

    def one_turn(self, store, *last):
        with store.turn("t") as turn:
            turn.fetch()
            return put(turn, OURS, FIRST, *last)

    def test_a_run_that_was_given_up_while_it_uploaded_replaces_nothing(self, store):
        """Seconds pass between the announcement of a write and the moment when a server has all of the copy."""

        class GivenUpError(Exception):
            pass

        def last():
            heard.append(list(self.line.calls))
            raise GivenUpError

        heard = []
        with pytest.raises(GivenUpError):
            self.one_turn(store, last)
        sent = [call for call in self.line.calls[len(heard[0]) :] if call in {"PUT", "MOVE"}]
        assert (len(heard), sent) == (1, [])
        assert self.stands() == book(FIRST)
        assert self.beside() == []

    def test_a_server_that_stores_less_than_it_was_sent_keeps_the_old_file(self, store):
        """A filter, a proxy or a full disk that says 201: half of the file is never left in its place."""
        self.line.sends = lambda method, _, body: (
            body[: len(body) // 2] if method == "PUT" and len(body) > 500 else body
        )
        self.at("after", lambda: setattr(self.line, "sends", lambda _method, _path, body: body))
        with pytest.raises(WorkbookError) as caught:
            self.one_turn(store)
        assert caught.value.code == "not_stored"
        assert self.stands() == book(FIRST)
        assert "MOVE" not in self.line.calls  # half a copy never comes into the file's place, not even for a moment

    @pytest.mark.parametrize("status", [301, 302, 307, 308])
    def test_a_server_that_moved_in_the_middle_is_told_and_nothing_is_sent_elsewhere(self, store, status):
        elsewhere = Line(self.line.origin)
        moved = (status, {"Location": f"{elsewhere.url}/Team.xlsx"}, b"")
        self.at("before", lambda: setattr(self.line, "before", lambda *_: moved))
        with pytest.raises((WorkbookError, Unclear)):
            self.one_turn(store)
        assert elsewhere.calls == []
        elsewhere.close()
        self.line.before = lambda *_: None
        assert self.stands() == book(FIRST)
        store.recover(PendingWrite("t", revision_of(book(FIRST)), revision_of(book(OURS)), (), Base("", {})))


class Locks:
    """What holds where the server has locks."""

    def test_a_lock_that_has_grown_old_is_kept_alive_before_anything_is_replaced(self, store):
        with store.turn("t") as turn:
            turn.fetch()
            self.seconds += 200  # a large workbook is built meanwhile
            assert put(turn)
        renewed = [head["If"] for call, head in zip(self.line.calls, self.line.heads, strict=True)
                   if call == "LOCK" and "If" in head]  # fmt: skip
        assert renewed == [f"(<{turn.lock.token}>)"]
        assert self.stands() == book(OURS)

    def test_a_lock_that_was_broken_meanwhile_is_not_relied_upon(self, store):
        """Who runs the server may break it; a colleague who then saves is never overwritten."""
        with store.turn("t") as turn:
            turn.fetch()
            self.person.unlocks(turn.lock.token)
            self.person.ask("UNLOCK", **{"Lock-Token": f"<{turn.lock.token}>"})
            saved = self.person.saves(book(THEIRS))
            written = put(turn)
        assert written is not saved
        assert self.stands() == book(THEIRS if saved else OURS)


class TestWsgiDav(Locks, Server):
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


class TestWsgiDavWithoutETags(Server):
    """Compared by hash alone: the whole file is read before it is replaced."""

    def serve(self, folder, home):
        return wsgidav(folder)

    @pytest.fixture
    def store(self, place):
        self.line.changes = lambda body: re.sub(rb"<(\w+):getetag[^>]*>.*?</\1:getetag>", b"", body)
        self.line.drops = {"etag", "last-modified"}
        return self.make(book(FIRST))

    def test_it_is_said(self, store):
        assert "no_tags" in [found.code for found in store.limits()]


@pytest.mark.skipif(not apache_is_here() or os.geteuid() != 0, reason="Apache with mod_dav, started by root")
class TestApache(Locks, Server):
    def serve(self, folder, home):
        return apache(folder, home)
