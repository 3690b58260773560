"""What a crash or a broken connection left half done on a server, put right."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from automations.workbooks.protocol import WorkbookError
from automations.workbooks.stores.opening import revision_of
from automations.workbooks.stores.webdav.client import ABSENT, LARGEST_FILE, TAKEN, BrokenError
from automations.workbooks.stores.webdav.locking import unlock

if TYPE_CHECKING:
    from automations.workbooks.stores.webdav.answers import Seen
    from automations.workbooks.stores.webdav.store import WebDav
    from automations.workbooks.stores.webdav.turn_folder import Bench

_SERVER_TROUBLE = 500


def half_written(stands: bytes, ours: bytes, before: bytes) -> bool:
    """Whether a file is what an upload in place leaves when it is cut: the beginning of ours, then nothing, or the
    rest of what stood there."""
    if stands in {ours, before}:
        return False
    start = next((place for place, (one, other) in enumerate(zip(stands, ours, strict=False)) if one != other), None)
    if start is None:
        return len(stands) < len(ours)
    rest = stands[start:]
    return start > 0 and before[start : start + len(rest)] == rest


def put_back(store: WebDav, source: Path, judged: Seen, lock: str = "") -> bool:
    """Write the old file over the half that was `judged`, if that still stands there; whether it then does."""
    try:
        data, seen = source.read_bytes(), store.look()
        # Somebody saved since the half was judged: what stands there now is theirs.
        if (seen.tag, seen.length) != (judged.tag, judged.length):
            return False
        # A weak tag cannot be a condition (RFC 9110, 13.1.1).
        headers = {"If-Match": seen.tag} if seen.tag and not seen.tag.startswith("W/") else {}
        if lock in {found.token for found in seen.locks} - {""}:
            headers["If"] = f"(<{lock}>)"
        store.memory.forget()
        store.client.ask("PUT", headers=headers, body=data)
        return store.fetch() == data
    except (BrokenError, WorkbookError, OSError):
        return False


def move_into_place(store: WebDav, bench: Bench) -> bool:
    """The old file is gone and ours still stands beside: finish what the server began. Nothing is replaced."""
    address = store.client.address
    path, note = address.beside(bench.note.beside), bench.note
    try:
        copy = store.client.ask("GET", path, limit=LARGEST_FILE)
        # Half an upload must not take the place of the file.
        if copy.status not in TAKEN or revision_of(copy.body) != note.after:
            return False
        headers = {"Destination": address.url, "Overwrite": "F"}
        if note.lock in {lock.token for lock in store.look().locks} - {""}:
            headers["If"] = f"<{address.url}> (<{note.lock}>)"
        store.memory.forget()
        store.client.ask("MOVE", path, headers)
        return revision_of(store.fetch()) == note.after
    except (BrokenError, WorkbookError):
        return False


def removed(store: WebDav, name: str) -> bool:
    """Take a copy of ours away from beside the file; False where nobody can tell now whether it is gone."""
    try:
        answer = store.client.ask("DELETE", store.client.address.beside(name))
    except (BrokenError, WorkbookError):
        return False
    return answer.status in TAKEN | ABSENT or answer.status < _SERVER_TROUBLE


def put_right(store: WebDav, bench: Bench) -> None:
    """What an earlier turn left: a file half replaced, a copy beside it, a lock. Raises WorkbookError where the
    server is out of reach; the bench then stays."""
    note = bench.note
    seen = store.look()
    if note.phase in {"moving", "putting"} and bench.copy.exists() and bench.source.exists():
        if not seen.there:
            if note.phase == "moving":
                move_into_place(store, bench)
        elif half_written(stands := store.fetch(), bench.copy.read_bytes(), bench.source.read_bytes()):
            if not put_back(store, bench.source, seen, note.lock):
                raise store.client.error("unreachable", *_NOT_YET, busy=True)
        elif revision_of(stands) == note.after:
            store.keep(bench.source)
    clean = not note.beside or removed(store, note.beside)
    clean = (not note.lock or unlock(store, note.lock)) and clean
    if clean:
        bench.remove()


_NOT_YET = (
    "The workbook {file} on {host} was half written when the connection broke, and could not be put right yet.",
    "Nothing to do: kim tries again at the next run; a copy of the whole file lies in its folder of versions.",
)
