"""The .xlsx backend: a guest in a file that people keep open, sort and save at any time, wherever it lies."""

from __future__ import annotations

import contextlib
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from automations.common.texts import texts
from automations.model.layout import Base
from automations.model.plan import EditGroup
from automations.model.tabdoc import TabDoc
from automations.model.writes import PendingWrite, WriteResult, WriteStatus
from automations.workbooks.outcomes import check_ledger, settled
from automations.workbooks.positions import decide
from automations.workbooks.protocol import Announce, Column, RawWorkbook, WorkbookError
from automations.workbooks.stores.disk import Disk, unwritable
from automations.workbooks.stores.locks import STALE_AFTER
from automations.workbooks.stores.opening import check_kind, revision_of
from automations.workbooks.stores.replacing import Step, no_step
from automations.workbooks.stores.store import Content, Held, Store, Turn, Unclear
from automations.workbooks.wanted_changes import Wanted, Wish, linked, newer
from automations.workbooks.xlsx.remembered import AlreadyRead

if TYPE_CHECKING:
    from automations.workbooks.xlsx.proved_copy import Proved
    from automations.workbooks.xlsx.remembered import Sketches

ATTEMPTS = 3  # how often a write starts anew because the workbook was saved meanwhile
PATIENCE, PAUSE = 10, 0.3  # how often, and after how many seconds, a file is read again that is just being saved


class StoredWorkbook:
    """A workbook file in a store. `pause` waits for seconds. `step` is told each step of a write (tests)."""

    def __init__(
        self,
        name: str,
        store: Store,
        *,
        language: str = "de",
        pause: Callable[[float], None] = time.sleep,
        step: Step = no_step,
    ) -> None:
        self.name, self.path = name, store.label
        self.store, self._language, self._pause, self._step = store, language, pause, step
        self._sketches: Sketches | None = None
        self._proved: Proved | None = None
        self._read_last: AlreadyRead | None = None

    def revision(self) -> str:
        """The digest of the file's bytes, as they are now."""
        with self._told():
            # Not every store can tell it without the bytes.
            return self.store.revision() or revision_of(self.store.fetch())

    def read(self) -> RawWorkbook:
        """All tabs with values, formulas, errors."""
        with self._told():
            return self._read(self.store)

    def write(
        self,
        groups: Sequence[EditGroup],
        tabs: Sequence[TabDoc],
        base: Base,
        token: str,
        ledger: str,
        announce: Announce,
    ) -> WriteResult:
        """See `protocol.Workbook.write`. `announce` is called again where the write starts anew."""
        with self._told():
            try:
                for _ in range(ATTEMPTS):
                    result = self._attempt(groups, tabs, base, token, ledger, announce)
                    if result.status != "conflict":
                        return result
            except Held as held:
                return WriteResult("busy", holder=held.holder.in_words(texts(self._language)))
            finally:
                self._read_last = None  # the file is another one now, and what was read of it large
            return result

    def rehearse(self, groups: Sequence[EditGroup], tabs: Sequence[TabDoc], base: Base, ledger: str) -> WriteResult:
        """A changed copy is built and proved in a folder of its own, as for a write, which may go on from it."""
        from automations.workbooks.xlsx.building import build, untouched, verify
        from automations.workbooks.xlsx.proved_copy import Proved

        # An older rehearsal is about other edits, and must not be gone on from.
        self._proved = None
        with self._told(), tempfile.TemporaryDirectory(prefix="kim-") as folder:
            source, copy = Path(folder) / "read" / self.path.name, Path(folder) / "copy.xlsx"
            source.parent.mkdir()  # under its own name, as sentences about it say which workbook they mean
            before = self._read(self.store, _concerned(groups, tabs, base), source)
            check_ledger(before, ledger)
            wanted = Wanted(before, base, decide(before, groups, base), newer(tabs, before), ledger, self._language)
            if build(source, copy, wanted, self._sketched()):
                data = copy.read_bytes()
                after = verify(self.path, data, wanted, untouched(source, copy, wanted))
                self._proved = Proved.of(wanted, data, after)
            return self._result("unchanged", wanted, before.revision)

    def settle(self, pending: PendingWrite) -> WriteResult:
        """What became of an announced write; what a crash left half done is put right first."""
        with self._told():
            # First: what was displaced half-way must stand in its place before anything is told from the file.
            self.store.recover(pending)
            return settled(self._read(self.store), pending)

    def holder(self) -> str:
        """Who has the workbook open, in words; "" for nobody that we can see."""
        with self._told():
            holder = self.store.holder()
        return holder.in_words(texts(self._language)) if holder else ""

    def limits(self) -> Sequence[WorkbookError]:
        """See `protocol.Limited`: of the place where the file lies, and of the program that saves it."""
        from automations.workbooks.xlsx.recalculation import uncomputed

        with self._told():
            data = self.store.fetch()
            found = [*self.store.limits(), *uncomputed(data, self._understood(data, None, None))]
            return [error.told(self._language) for error in found]

    def unoffered(self, base: Base, words: Mapping[Column, Sequence[str]]) -> Sequence[tuple[Column, WorkbookError]]:
        """See `protocol.Offering`."""
        from automations.workbooks.xlsx.dropdowns import unoffered

        with self._told(), tempfile.TemporaryDirectory(prefix="kim-") as folder:
            source = Path(folder) / self.path.name
            source.write_bytes(self.store.fetch())
            return [(column, error.told(self._language)) for column, error in unoffered(source, base, words)]

    def _read(self, place: Content, wish: Wish | None = None, keep: Path | None = None) -> RawWorkbook:
        """The workbook as it stands; its bytes are written to `keep`, if that is named. Some programs save in
        place: a file that cannot be read and is another one a moment later was in the middle of that."""
        for _ in range(PATIENCE):
            data: bytes | None = None
            try:
                data = place.fetch()
                return self._understood(data, wish, keep)
            except WorkbookError:
                self._pause(PAUSE)
                # Unchanged since: it is no save under way, but a file that really cannot be read.
                if place.revision() == ("" if data is None else revision_of(data)):
                    raise
        return self._understood(place.fetch(), wish, keep)

    def _understood(self, data: bytes, wish: Wish | None, keep: Path | None) -> RawWorkbook:
        from automations.workbooks.xlsx.reading import read_workbook

        check_kind(data, self.path)
        known = self._read_last.narrowed(revision_of(data), wish) if self._read_last else None
        raw = known or read_workbook(self.name, data, self.path, wish)
        self._read_last = AlreadyRead.of(raw, wish)
        if keep:
            keep.write_bytes(data)
        return raw

    def _attempt(
        self,
        groups: Sequence[EditGroup],
        tabs: Sequence[TabDoc],
        base: Base,
        token: str,
        ledger: str,
        announce: Announce,
    ) -> WriteResult:
        """One try, from the bytes as they are now."""
        with self.store.turn(token) as turn:
            before = self._read(turn, _concerned(groups, tabs, base))
            check_ledger(before, ledger)
            wanted = Wanted(before, base, decide(before, groups, base), newer(tabs, before), ledger, self._language)
            try:
                after = self._changed_copy(turn, wanted)
            except WorkbookError:
                if turn.revision() == before.revision:
                    raise
                # Somebody saved while the copy was made: it is made of both files, or of half of one.
                return self._result("conflict", wanted, turn.revision())
            if not after:
                return self._result("unchanged", wanted, before.revision)
            # Last before the replacement, when the copy is proved: what is never announced need not be settled.
            announce(before.revision, after)
            return self._replaced(turn, wanted, after, announce)

    def _changed_copy(self, turn: Turn, wanted: Wanted) -> str:
        """The changed copy, verified and on the disk: its revision; "" where nothing is to change."""
        from automations.workbooks.xlsx.building import untouched, verify

        try:
            self._step("build")
            proved = self._built(turn, wanted)
            if proved is None:
                return ""
            self._step("verify")
            data = turn.copy.read_bytes()
            verify(self.path, data, wanted, proved | untouched(turn.source, turn.copy, wanted))
            self._step("make durable")
            turn.secure()
        except Exception as problem:
            # Libraries wrap what the system said; a full disk is to be told as a full disk.
            cause = problem if isinstance(problem, OSError) else problem.__cause__
            if isinstance(cause, OSError):
                raise unwritable(self.path, cause) from problem
            raise
        self._step("announce")
        return revision_of(data)

    def _built(self, turn: Turn, wanted: Wanted) -> frozenset[str] | None:
        """The changed copy beside the workbook, made anew or going on from a rehearsal over the very same bytes: the
        tabs that the rehearsal read back already; None where nothing is to change."""
        from automations.workbooks.xlsx.building import build

        # Used once: after this write the rehearsal is about a file that is gone.
        proved, self._proved = self._proved, None
        known = proved.completed(turn.copy, self.path.name, wanted, self._sketched()) if proved else None
        if known is None and build(turn.source, turn.copy, wanted, self._sketched()):
            return frozenset()
        return known

    def _replaced(self, turn: Turn, wanted: Wanted, after: str, announce: Announce) -> WriteResult:
        """Announced once more right before the replacement: a run that stood still while its copy was uploaded, and
        was given up for dead meanwhile, must not put it in place any more."""
        before = wanted.before.revision
        try:
            done = turn.replace(before, after, lambda: announce(before, after))
        except Unclear:
            return WriteResult("unclear")
        except OSError as problem:
            raise unwritable(self.path, problem) from problem
        if not done:
            return self._result("conflict", wanted, turn.revision())
        self._step("done")
        return self._result("written", wanted, after)

    def _result(self, status: WriteStatus, wanted: Wanted, revision: str) -> WriteResult:
        reasons, advice = wanted.told()
        # What was decided holds for a file that is not there any more: only what was refused is worth telling.
        if status == "conflict":
            return WriteResult(status, revision=revision, refused=reasons, advice=advice)
        groups = {decision.group.id: decision.result for decision in wanted.decisions}
        tabs = tuple(doc.id for doc in wanted.docs) if status == "written" else ()
        return WriteResult(status, groups, revision, tabs=tabs, refused=reasons, advice=advice)

    def _sketched(self) -> Sketches:
        """What was drawn so far, for as long as this workbook is in hand."""
        from automations.workbooks.xlsx.remembered import Sketches

        self._sketches = self._sketches or Sketches()
        return self._sketches

    @contextlib.contextmanager
    def _told(self) -> Iterator[None]:
        """Errors leave in the language of the site."""
        try:
            yield
        except WorkbookError as error:
            raise error.told(self._language) from error


class XlsxWorkbook(StoredWorkbook):
    """A workbook file in a folder. `versions` is the folder for its versions, of which `keep` are kept.

    `stale_after`: lock files older than that are left by a crash. `clock` gives seconds since the epoch as the file
    system counts them; it is compared with the age of lock files alone, and is real even where a run's clock is set."""

    def __init__(
        self,
        name: str,
        path: Path,
        *,
        versions: Path,
        keep: int = 30,
        language: str = "de",
        stale_after: timedelta = STALE_AFTER,
        clock: Callable[[], float] = time.time,
        pause: Callable[[float], None] = time.sleep,
        step: Step = no_step,
    ) -> None:
        disk = Disk(path, name=name, versions=versions, keep=keep, stale_after=stale_after, clock=clock, step=step)
        super().__init__(name, disk, language=language, pause=pause, step=step)


def _concerned(groups: Sequence[EditGroup], tabs: Sequence[TabDoc], base: Base) -> Wish:
    """The tabs that a write has to look at: those of the tables that it edits or links to."""
    tables = {group.row.table for group in groups} | {table for tab in tabs for table in linked(tab)}
    layouts = [layout for name, whole in base.layouts.items() if name in tables for layout in whole.parts]
    names, ids = {layout.tab for layout in layouts}, {layout.tab_id for layout in layouts}
    return lambda name, tab_id: name in names or tab_id in ids
