"""A workbook on a WebDAV server, as a `Store`."""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from automations.model.writes import PendingWrite
from automations.workbooks.protocol import WorkbookError
from automations.workbooks.stores.locks import Holder
from automations.workbooks.stores.opening import revision_of
from automations.workbooks.stores.replacing import Step, no_step
from automations.workbooks.stores.store import Held
from automations.workbooks.stores.versions import keep_version
from automations.workbooks.stores.webdav import answers, sentences
from automations.workbooks.stores.webdav.account import Account
from automations.workbooks.stores.webdav.address import parse
from automations.workbooks.stores.webdav.answers import GONE, Lock, OddAnswerError, Seen
from automations.workbooks.stores.webdav.client import ABSENT, LARGEST_FILE, Answer, Client
from automations.workbooks.stores.webdav.etags import Memory
from automations.workbooks.stores.webdav.limits import limits
from automations.workbooks.stores.webdav.locking import locked
from automations.workbooks.stores.webdav.recovery import put_right
from automations.workbooks.stores.webdav.turn import WebDavTurn
from automations.workbooks.stores.webdav.turn_folder import Bench, left

_OK, _UNCHANGED, _MULTI = 200, 304, 207
_NO_PROPFIND = frozenset({400, 405, 501})


class WebDav:
    """A `Store` on a server. `versions` is the folder on this machine for displaced files, of which `keep` are
    kept under `name`, and for what a turn needs. `step` is told each step of a replacement (tests)."""

    def __init__(self, client: Client, *, name: str, versions: Path, keep: int, step: Step = no_step) -> None:
        self.client, self.label, self.step = client, client.address.label, step
        self.memory = Memory(versions)
        self.moves = True
        """Whether a copy beside the file can be moved into its place, as far as is known."""
        self._name, self._versions, self._keep = name, versions, keep
        self._looks_by_head = False

    @property
    def clock(self) -> Callable[[], float]:
        """Counts seconds."""
        return self.client.clock

    def fetch(self) -> bytes:
        """See `store.Content`. An unchanged file is not sent again."""
        answer = self.client.ask("GET", headers=self.memory.condition(), limit=LARGEST_FILE)
        if answer.status == _UNCHANGED:
            return self.memory.data
        if answer.status in ABSENT:
            raise sentences.missing(self.client)
        if answer.status != _OK:
            raise sentences.folder(self.client) if self.look().folder else self._unreadable(answer)
        # A login page, or the page of a share: status 200 all the same.
        if answer.headers.get("content-type", "").startswith("text/html"):
            raise sentences.folder(self.client) if self.look().folder else sentences.page(self.client)
        self.memory.take(answer.headers, answer.body)
        return answer.body

    def revision(self) -> str:
        """See `store.Content`: one call, and nothing is fetched, where the ETag is one that was fetched before."""
        seen = self.look()
        if not seen.there:
            return ""
        return self.memory.revision(seen) or revision_of(self.fetch())

    def look(self) -> Seen:
        """What the server says of the file now, in one call. Raises WorkbookError."""
        if self._looks_by_head:
            return self._head()
        answer = self.client.ask("PROPFIND", headers={"Depth": "0", "Content-Type": "text/xml"}, body=answers.ASKED)
        if answer.status in ABSENT:
            return GONE
        if answer.status in _NO_PROPFIND:
            self._looks_by_head = True  # a plain web server; it may still take files
            return self._head()
        if answer.headers.get("content-type", "").startswith("text/html") and answer.status == _OK:
            raise sentences.page(self.client)
        if answer.status != _MULTI:
            raise self._unreadable(answer)
        try:
            return answers.seen(answer.body)
        except OddAnswerError as error:
            raise sentences.odd(self.client) from error

    def _head(self) -> Seen:
        answer = self.client.ask("HEAD")
        if answer.status in ABSENT:
            return GONE
        if answer.status != _OK:
            raise self._unreadable(answer)
        changed = answers.moment(answer.headers.get("last-modified", ""))
        return Seen(
            there=True,
            tag=answer.headers.get("etag", ""),
            length=answers.size(answer.headers.get("content-length", "")),
            modified=changed,
        )

    def _unreadable(self, answer: Answer) -> Exception:
        return sentences.unreadable(self.client, answer.status)

    def holder(self) -> Holder | None:
        """Who has locked it, or edits it in the browser where the server tells."""
        return self.holder_in(self.look())

    def holder_in(self, seen: Seen, own: str = "") -> Holder | None:
        """Who that is, from what was seen; locks that our own turns hold or left do not count."""
        ours = {own, *(bench.note.lock for bench in left(self._versions, self.label))} - {""}
        theirs = [lock for lock in seen.locks if lock.token not in ours]
        # Nextcloud names a lock twice, and better in its own words.
        named = sorted(theirs, key=lambda lock: bool(lock.since), reverse=True)
        return _holder(named[0]) if named else None

    def standing(self) -> Seen:
        """What is seen, once it is a file. Raises WorkbookError."""
        seen = self.look()
        if not seen.there:
            raise sentences.missing(self.client)
        if seen.folder:
            raise sentences.folder(self.client)
        return seen

    @contextlib.contextmanager
    def turn(self, token: str) -> Iterator[WebDavTurn]:
        """See `store.Store`: locked from here to the end, where the server can."""
        self._mend()
        if holder := self.holder_in(self.standing()):
            raise Held(holder)
        bench = Bench.make(self._versions, token, self.label)
        turn = WebDavTurn(self, bench)
        try:
            turn.lock = locked(self, bench)
            yield turn
        finally:
            turn.end()

    def recover(self, pending: PendingWrite) -> None:  # noqa: ARG002 - every turn that a crash left is put right
        """See `store.Store`."""
        self._mend()

    def limits(self) -> Iterable[WorkbookError]:
        """See `store.Store`."""
        return limits(self)

    def _mend(self) -> None:
        for bench in left(self._versions, self.label):
            put_right(self, bench)

    def keep(self, displaced: Path) -> None:
        """What was replaced becomes a version."""
        with contextlib.suppress(OSError):
            revision = revision_of(displaced.read_bytes())
            keep_version(displaced, self._versions, self._name, revision, self._keep, self.label.suffix)


def _holder(lock: Lock) -> Holder:
    since = lock.since.astimezone().replace(tzinfo=None) if lock.since else None
    return Holder(lock.owner, lock.program or "WebDAV", since)


HTTP_ENV = "KIM_WEBDAV_ALLOW_HTTP"
"""Set to 1 it says the same as allow_http = true, for `kim init` on a server of a test."""


def open_store(
    name: str,
    url: str,
    *,
    user: str = "",
    password_env: str = "KIM_WEBDAV_PASSWORD",  # noqa: S107 - the name of a variable
    password_keyring: str = "",
    ca_file: str = "",
    proxy: str = "",
    http: bool = False,
    versions: Path,
    keep: int = 30,
    clock: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], None] = time.sleep,
    step: Step = no_step,
) -> WebDav:
    """The store of a workbook; nothing is asked of it yet. Raises WorkbookError for an address that cannot be one."""
    address = parse(url, http=http or os.environ.get(HTTP_ENV) == "1")
    account = Account(name, user or address.user, password_env, password_keyring)
    client = Client(address, account, clock, sleep, ca_file, proxy)
    return WebDav(client, name=name, versions=versions, keep=keep, step=step)
