"""One try at replacing a file on a server.

Under a lock a copy is uploaded beside the file, read back, and moved into its place: a connection that is cut while
uploading cannot harm the file. Where the server cannot, and on Nextcloud and ownCloud (which assemble an upload
themselves, and whose shares and versions would go with a file that is moved over), the file is written in place
under its ETag, read back, and the old one put back if it is not what was sent."""

from __future__ import annotations

import contextlib
import os
from typing import TYPE_CHECKING

from automations.workbooks.protocol import WorkbookError
from automations.workbooks.stores.exchange import sync_file
from automations.workbooks.stores.opening import revision_of
from automations.workbooks.stores.store import Held, Last, Unclear, nothing
from automations.workbooks.stores.webdav import sentences
from automations.workbooks.stores.webdav.answers import Seen
from automations.workbooks.stores.webdav.client import LARGEST_FILE, TAKEN, Answer, BrokenError
from automations.workbooks.stores.webdav.locking import SOMEBODY, Grip, refreshed, unlock
from automations.workbooks.stores.webdav.recovery import half_written, move_into_place, put_back, removed
from automations.workbooks.stores.webdav.turn_folder import Bench

if TYPE_CHECKING:
    from automations.workbooks.stores.webdav.store import WebDav

_STALE = frozenset({404, 409, 410, 412})
_HELD = 423
# Answers after which the file can still be written in place.
_NO_MOVE = frozenset({400, 403, 405, 409, 501, 502})
_NO_COPY = frozenset({400, 403, 405, 409, 501})
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
XLSM = "application/vnd.ms-excel.sheet.macroEnabled.12"


class WebDavTurn:
    """See `store.Turn`."""

    def __init__(self, store: WebDav, bench: Bench) -> None:
        self._store, self._bench = store, bench
        self.source, self.copy = bench.source, bench.copy
        self.lock: Grip | None = None
        self._unsettled = False
        self._last: Last = nothing

    # reading

    def fetch(self) -> bytes:
        """See `store.Content`."""
        data = self._store.fetch()
        # Kept as it was read: it becomes the version, and is put back after a broken upload.
        if not self.source.exists() or self.source.read_bytes() != data:
            self.source.write_bytes(data)
        return data

    def revision(self) -> str:
        """See `store.Content`."""
        return self._store.revision()

    def secure(self) -> None:
        """See `store.Turn`."""
        sync_file(self.copy)

    # replacing

    def replace(self, before: str, after: str, last: Last = nothing) -> bool:
        """See `store.Turn`."""
        self._last = last
        self._store.step("compare")
        seen = self._unchanged(before)
        if seen is None:
            return False
        if not self.source.exists():
            self.fetch()
        self._note_time(seen)
        if self.lock and self._store.moves and not seen.identity:
            return self._by_moving(before, after)
        return self._by_putting(before, after, seen)

    def _unchanged(self, before: str) -> Seen | None:
        """What stands there, if that still is `before`; None where it is not. Raises Held where somebody else
        has locked it meanwhile."""
        if self.lock and not refreshed(self._store, self.lock):
            self.lock = None
        seen = self._store.look()
        if not seen.there or seen.folder:
            return None
        if holder := self._store.holder_in(seen, own=self.lock.token if self.lock else ""):
            raise Held(holder)
        if self.lock and self.lock.token not in {lock.token for lock in seen.locks}:
            self.lock = None  # lost, or never more than a promise (some servers only play at locking)
        known = self._store.memory.revision(seen)
        return seen if (known or revision_of(self._store.fetch())) == before else None

    def _by_moving(self, before: str, after: str) -> bool:
        name = f".~kim.{self._bench.mark}.{self._store.label.name}"
        self._bench.write(phase="uploading", beside=name, after=after)
        self._store.step("upload")
        path, client = self._store.client.address.beside(name), self._store.client
        data = self.copy.read_bytes()
        try:
            answer = client.ask("PUT", path, {"Content-Type": self._kind()}, data)
        except BrokenError as error:
            raise sentences.unsent(client) from error
        if answer.status in _NO_COPY:
            return self._without_moving(before, after)
        if answer.status not in TAKEN:
            raise sentences.unwritable(client, answer.status)
        if revision_of(client.ask("GET", path, limit=LARGEST_FILE).body) != after:
            raise sentences.altered(client)
        seen = self._unchanged(before)  # uploading takes its time
        if seen is None:
            return False
        if self.lock is None:
            return self._by_putting(before, after, seen)
        self._bench.write(phase="moving")
        self._store.step("replace")
        self._last()
        self._store.memory.forget()
        place = client.address.url
        condition = f"<{place}> {self._condition(seen)}"
        moved = self._sent("MOVE", path, {"Destination": place, "Overwrite": "T", "If": condition})
        self._store.step("replaced")
        if moved is not None and moved.status in _NO_MOVE:
            return self._without_moving(before, after)
        return self._verdict(moved, before, after)

    def _without_moving(self, before: str, after: str) -> bool:
        """The server does not let us: its folder is not ours to write into, or it cannot move."""
        self._store.moves = False
        seen = self._unchanged(before)
        return seen is not None and self._by_putting(before, after, seen)

    def _by_putting(self, before: str, after: str, seen: Seen) -> bool:
        self._bench.write(phase="putting", after=after)
        headers = {"Content-Type": self._kind()}
        tag = seen.tag or self._store.memory.tag
        if tag and not tag.startswith("W/"):
            headers["If-Match"] = tag
        if self.lock:
            headers["If"] = self._condition(seen)
        self._store.step("replace")
        self._last()
        self._store.memory.forget()
        put = self._sent("PUT", "", headers, self.copy.read_bytes())
        self._store.step("replaced")
        return self._verdict(put, before, after)

    def _condition(self, seen: Seen) -> str:
        """What must hold, as the header If says it: our lock, and the state that was seen."""
        token = f"<{self.lock.token}>" if self.lock else ""
        return f"({token} [{seen.tag}])" if seen.tag else f"({token})"

    def _sent(self, method: str, path: str, headers: dict[str, str], body: bytes | None = None) -> Answer | None:
        """The answer; None where the connection broke."""
        try:
            return self._store.client.ask(method, path, headers, body)
        except BrokenError:
            return None

    def _verdict(self, answer: Answer | None, before: str, after: str) -> bool:
        """What came of it, by what stands there now. Raises as `store.Turn.replace` does."""
        try:
            seen, stands = self._stands()
            held = self._bench.note.phase == "putting" and self._still_held()
        except WorkbookError as error:
            self._unsettled = True
            raise Unclear from error
        found = "" if stands is None else revision_of(stands)
        if found == after:
            self._store.keep(self.source)
            return True
        if found == before:
            return self._refused(answer)
        if stands is None:
            return self._gone(answer)
        # Only under a lock that lasted is what stands there surely ours: some servers drop it with a MOVE, and
        # somebody may have saved since.
        if not held and not half_written(stands, self.copy.read_bytes(), self.source.read_bytes()):
            return self._saved_over(answer)
        if answer is not None and answer.status in _STALE | {_HELD}:
            return self._refused(answer)
        raise self._taken_back(answer, seen)

    def _stands(self) -> tuple[Seen, bytes | None]:
        """What stands there now, and what was seen of it right before; None for nothing."""
        seen = self._store.look()
        return seen, self._store.fetch() if seen.there else None

    def _still_held(self) -> bool:
        """Whether our lock is there now."""
        return self.lock is not None and self.lock.token in {lock.token for lock in self._store.look().locks}

    def _refused(self, answer: Answer | None) -> bool:
        """Nothing was replaced: False where somebody was quicker; else the reason is raised."""
        if answer is None:
            raise sentences.unsent(self._store.client)
        if answer.status in _STALE:
            return False
        if answer.status == _HELD:
            raise Held(self._store.holder() or SOMEBODY)
        if answer.status in TAKEN:
            raise sentences.altered(self._store.client)
        raise sentences.unwritable(self._store.client, answer.status)

    def _gone(self, answer: Answer | None) -> bool:
        """No file stands there: a server that fell between taking the old one away and moving ours, or somebody
        who deleted it."""
        if answer is not None and answer.status in _STALE:
            return False
        if self._bench.note.phase == "moving" and move_into_place(self._store, self._bench):
            self._store.keep(self.source)
            return True
        self._unsettled = True
        raise Unclear

    def _saved_over(self, answer: Answer | None) -> bool:
        """Without a lock somebody may have saved right before or right after us."""
        if answer is not None and answer.status not in TAKEN:
            return False
        raise Unclear

    def _taken_back(self, answer: Answer | None, seen: Seen) -> WorkbookError:
        """Half of ours stands there, or something else than we sent: the old file goes back."""
        if not put_back(self._store, self.source, seen, self.lock.token if self.lock else ""):
            self._unsettled = True
            raise Unclear
        if answer is None:
            return sentences.unsent(self._store.client)
        if answer.status in TAKEN:
            return sentences.altered(self._store.client)
        return sentences.unwritable(self._store.client, answer.status)

    def _kind(self) -> str:
        return XLSM if self._store.label.suffix.lower() == ".xlsm" else XLSX

    def _note_time(self, seen: Seen) -> None:
        """A version is named by when it was saved."""
        if seen.modified:
            with contextlib.suppress(OSError):
                os.utime(self.source, (seen.modified.timestamp(), seen.modified.timestamp()))

    # the end

    def end(self) -> None:
        """Whatever happened: no copy beside the file, no lock, nothing on this machine; what cannot be taken away
        now is noted for the next turn."""
        clean = not self._unsettled
        note = self._bench.note
        if note.beside and clean:
            clean = removed(self._store, note.beside)
        if note.lock:
            clean = unlock(self._store, note.lock) and clean
        if clean:
            self._bench.remove()
        # While nothing is settled the note tells the next run what to look for.
        elif not self._unsettled:
            self._bench.write(phase="ended")
