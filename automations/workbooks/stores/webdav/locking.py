"""Locks on a server's file (RFC 4918, chapters 6 and 7): taken, kept alive, given back in every outcome."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from msgspec import Struct

from automations.workbooks.protocol import WorkbookError
from automations.workbooks.stores.locks import Holder
from automations.workbooks.stores.store import Held
from automations.workbooks.stores.webdav import answers, sentences
from automations.workbooks.stores.webdav.client import Answer, BrokenError

if TYPE_CHECKING:
    from automations.workbooks.stores.webdav.store import WebDav
    from automations.workbooks.stores.webdav.turn_folder import Bench

SECONDS = 300  # how long a lock is asked for: longer than a write takes, and short where a crash leaves it

_GRANTED, _MADE = frozenset({200, 201}), 201
_HELD, _NO_SUCH_FILE = 423, frozenset({404, 409, 412})
_CANNOT = frozenset({400, 403, 405, 415, 501})
_BUSY_SERVER = 500

SOMEBODY = Holder("", "", None)


class Grip(Struct):
    """A lock of ours: its token, and until when it holds by the client's clock."""

    token: str
    seconds: float
    until: float


def locked(store: WebDav, bench: Bench) -> Grip | None:
    """Lock the file for a turn; None where the server cannot. Raises Held, WorkbookError."""
    # If-Match keeps servers from making an empty file where ours was taken away this moment.
    headers = {"Timeout": f"Second-{SECONDS}", "Depth": "0", "Content-Type": "text/xml", "If-Match": "*"}
    body = answers.LOCK.format(owner=f"kim {bench.mark}").encode()
    try:
        answer = store.client.ask("LOCK", headers=headers, body=body)
        if answer.status >= _BUSY_SERVER and not _known_lock(store, bench):
            store.client.sleep(1)  # Apache says 500 while two ask for locks in the same instant
            answer = store.client.ask("LOCK", headers=headers, body=body)
    except BrokenError as error:
        return _after_silence(store, bench, error)
    if answer.status >= _BUSY_SERVER and answer.status not in _CANNOT and (grip := _known_lock(store, bench)):
        bench.write(lock=grip.token)
        return grip
    if answer.status == _HELD:
        raise Held(store.holder_in(store.look()) or SOMEBODY)
    # The file is then written under its ETag alone (docs/decisions/13-stores.md).
    if answer.status in _CANNOT:
        return None
    if answer.status not in _GRANTED:
        missing = answer.status in _NO_SUCH_FILE
        raise sentences.missing(store.client) if missing else sentences.unwritable(store.client, answer.status)
    grip = _grip(store, answer)
    if grip is None:
        return None
    bench.write(lock=grip.token)
    # The file went between look and lock.
    if answer.status == _MADE:
        _take_away(store, grip)
        raise sentences.missing(store.client)
    return grip


def _grip(store: WebDav, answer: Answer) -> Grip | None:
    token, seconds = answers.lock_of(answer.body)
    token = answer.headers.get("lock-token", "").strip().strip("<>") or token
    seconds = seconds or SECONDS
    return Grip(token, seconds, store.clock() + seconds) if token else None


def _after_silence(store: WebDav, bench: Bench, error: BrokenError) -> Grip:
    """The connection broke: our lock may be there, or not."""
    if grip := _known_lock(store, bench):
        bench.write(lock=grip.token)
        return grip
    raise sentences.unsent(store.client) from error


def _known_lock(store: WebDav, bench: Bench) -> Grip | None:
    """Our lock, known by the mark in its owner."""
    tokens = [lock.token for lock in store.look().locks if bench.mark in lock.owner and lock.token]
    return Grip(tokens[0], SECONDS, store.clock() + SECONDS) if tokens else None


def refreshed(store: WebDav, grip: Grip) -> bool:
    """Keep a lock alive that has lasted a third of its time; False where it is lost."""
    if grip.until - store.clock() > grip.seconds * 2 / 3:
        return True
    try:
        # Without a body: that is what tells a renewal from a second lock (RFC 4918, 9.10.2).
        answer = store.client.ask("LOCK", headers={"Timeout": f"Second-{SECONDS}", "If": f"(<{grip.token}>)"})
    except BrokenError:
        return False
    grip.until = store.clock() + grip.seconds
    return answer.status in _GRANTED


def unlock(store: WebDav, token: str) -> bool:
    """Give a lock back; False where nobody can tell now whether it is gone."""
    try:
        answer = store.client.ask("UNLOCK", headers={"Lock-Token": f"<{token}>"})
    except (BrokenError, WorkbookError):
        return False
    return answer.status < _BUSY_SERVER  # a lock that is gone already is refused, and that is well


def _take_away(store: WebDav, grip: Grip) -> None:
    """The lock made an empty file, as RFC 4918 (7.3) wants it for a name without file: it goes again."""
    with contextlib.suppress(BrokenError, WorkbookError):
        if not store.fetch():
            store.client.ask("DELETE", headers={"If": f"(<{grip.token}>)"})
