"""The .xlsx backend: a guest in a file that people keep open, sort and save at any time."""

from __future__ import annotations

import contextlib
import errno
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
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
from automations.workbooks.protocol import Announce, RawWorkbook, WorkbookError
from automations.workbooks.stores.leftovers import put_away, recover, sweep
from automations.workbooks.stores.locks import STALE_AFTER, Holder, holders
from automations.workbooks.stores.opening import read_bytes, revision_of
from automations.workbooks.stores.replacing import Step, copy_name, file_revision, make_durable, no_step, replace
from automations.workbooks.wanted import Wanted, linked, newer

if TYPE_CHECKING:
    from automations.workbooks.xlsx.reading import Wish

ATTEMPTS = 3
"""How often a write starts anew because the workbook was saved meanwhile."""

PATIENCE, PAUSE = 10, 0.3
"""How often, and after how many seconds, a file is read again that is just being saved."""


class XlsxWorkbook:
    """A workbook file. `versions` is the folder for its versions, of which `keep` are kept.

    `stale_after`: lock files older than that are left by a crash. `clock` gives seconds since the
    epoch as the file system counts them; it is compared with the age of lock files alone, and is real
    even where a run's clock is set. `pause` waits for seconds. `step` is told each step of a write (tests).
    """

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
        self.name = name
        # A link in the folder stays a link: what it points to is replaced.
        self.path = path.resolve()
        self._versions, self._keep, self._language = versions, keep, language
        self._stale_after, self._clock, self._pause, self._step = stale_after, clock, pause, step

    def read(self) -> RawWorkbook:
        """All tabs with values, formulas, errors."""
        with self._told():
            return self._read()

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
            if holder := self.holder():
                return WriteResult("busy", holder=holder)
            sweep(self.path, self._versions, self.name, self._keep)
            for _ in range(ATTEMPTS):
                result = self._attempt(groups, tabs, base, token, ledger, announce)
                if result.status != "conflict":
                    return result
            return result

    def rehearse(self, groups: Sequence[EditGroup], tabs: Sequence[TabDoc], base: Base, ledger: str) -> WriteResult:
        """A changed copy is built and proved in a folder of its own, as for a write, and thrown away."""
        from automations.workbooks.xlsx.building import build, verify

        with self._told(), tempfile.TemporaryDirectory(prefix="kim-") as folder:
            before = self._read(_concerned(groups, tabs, base))
            check_ledger(before, ledger)
            wanted = Wanted(before, base, decide(before, groups, base), newer(tabs, before), ledger, self._language)
            copy = Path(folder) / "copy.xlsx"
            if build(self.path, copy, wanted):
                verify(self.path, copy.read_bytes(), wanted)
            return self._result("unchanged", wanted, before.revision)

    def settle(self, pending: PendingWrite) -> WriteResult:
        """What became of an announced write; what a crash left half done is put right first."""
        with self._told():
            recover(self.path, pending)
            sweep(self.path, self._versions, self.name, self._keep)
            return settled(self._read(), pending)

    def holder(self) -> str:
        """Who has the workbook open, in words; "" for nobody that we can see."""
        live = [holder for holder in holders(self.path, self._clock(), self._stale_after) if not holder.stale]
        return self._in_words(live[0]) if live else ""

    def _in_words(self, holder: Holder) -> str:
        say = texts(self._language).say
        who = holder.who or say("somebody")
        if holder.since is None:
            return say("{who} ({program})", who=who, program=holder.program) if holder.program else who
        since = f"{holder.since:%d.%m.%Y %H:%M}"
        return say("{who} ({program}, since {since})", who=who, program=holder.program, since=since)

    def _read(self, wish: Wish | None = None) -> RawWorkbook:
        """The workbook as it stands. Some programs save in place: a file that cannot be read and is
        another one a moment later was in the middle of that."""
        from automations.workbooks.xlsx.reading import read_workbook

        for _ in range(PATIENCE):
            revision = file_revision(self.path)
            try:
                return read_workbook(self.name, read_bytes(self.path), self.path, wish)
            except WorkbookError:
                self._pause(PAUSE)
                if revision == file_revision(self.path):
                    raise
        return read_workbook(self.name, read_bytes(self.path), self.path, wish)

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
        before = self._read(_concerned(groups, tabs, base))
        check_ledger(before, ledger)
        wanted = Wanted(before, base, decide(before, groups, base), newer(tabs, before), ledger, self._language)
        copy = copy_name(self.path, token)
        try:
            after = self._changed_copy(copy, wanted)
        except WorkbookError:
            if file_revision(self.path) == before.revision:
                raise
            # Somebody saved while the copy was made: it is made of both files, or of half of one.
            return self._result("conflict", wanted, file_revision(self.path))
        if not after:
            return self._result("unchanged", wanted, before.revision)
        try:
            announce(before.revision, after)
        except BaseException:
            copy.unlink(missing_ok=True)
            raise
        if not self._replaced(copy, before.revision, after):
            return self._result("conflict", wanted, file_revision(self.path))
        self._step("done")
        return self._result("written", wanted, after)

    def _changed_copy(self, copy: Path, wanted: Wanted) -> str:
        """The changed copy, verified and on the disk: its revision; "" where nothing is to change."""
        from automations.workbooks.xlsx.building import build, verify

        try:
            self._step("build")
            if not build(self.path, copy, wanted):
                return ""
            self._step("verify")
            data = copy.read_bytes()
            verify(self.path, data, wanted)
            self._step("make durable")
            make_durable(copy, self.path)
            self._versions.mkdir(mode=0o700, parents=True, exist_ok=True)
        except BaseException as problem:
            copy.unlink(missing_ok=True)
            cause = problem if isinstance(problem, OSError) else problem.__cause__
            if isinstance(cause, OSError):
                raise unwritable(self.path, cause) from problem
            raise
        self._step("announce")
        return revision_of(data)

    def _replaced(self, copy: Path, before: str, after: str) -> bool:
        try:
            done = replace(copy, self.path, before, after, self._step)
        except OSError as problem:
            raise unwritable(self.path, problem) from problem
        finally:
            # What now stands beside the workbook is the displaced file, or our copy that came too late.
            self._step("keep version")
            with contextlib.suppress(OSError):
                put_away(copy, self.path, self._versions, self.name, self._keep, ours=after)
        return done

    def _result(self, status: WriteStatus, wanted: Wanted, revision: str) -> WriteResult:
        say = texts(self._language).say
        reasons = {d.group.id: say(d.reason, **d.values) for d in wanted.decisions if d.reason}
        told = {name: error.told(self._language) for name, error in wanted.refused.items()}
        reasons |= {name: error.message for name, error in told.items()}
        advice = {name: error.advice for name, error in told.items()}
        if status == "conflict":
            return WriteResult(status, revision=revision, refused=reasons, advice=advice)
        groups = {decision.group.id: decision.result for decision in wanted.decisions}
        tabs = tuple(doc.id for doc in wanted.docs) if status == "written" else ()
        return WriteResult(status, groups, revision, tabs=tabs, refused=reasons, advice=advice)

    @contextlib.contextmanager
    def _told(self) -> Iterator[None]:
        """Errors leave in the language of the site."""
        try:
            yield
        except WorkbookError as error:
            raise error.told(self._language) from error


def _concerned(groups: Sequence[EditGroup], tabs: Sequence[TabDoc], base: Base) -> Wish:
    """The tabs that a write has to look at: those of the tables that it edits or links to."""
    tables = {group.row.table for group in groups} | {table for tab in tabs for table in linked(tab)}
    layouts = [layout for name, whole in base.layouts.items() if name in tables for layout in whole.parts]
    names, ids = {layout.tab for layout in layouts}, {layout.tab_id for layout in layouts}
    return lambda name, tab_id: name in names or tab_id in ids


def unwritable(path: Path, problem: OSError) -> WorkbookError:
    """The sentence for a folder, disk or network drive that does not take the changed copy."""
    full = problem.errno in {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
    if full:
        return WorkbookError(
            "There is no room to write {file}; it was left as it is.",
            "Free space on that drive; kim tries again at the next run.",
            code="disk_full",
            values={"file": path.name},
        )
    return WorkbookError(
        "{file} cannot be replaced ({reason}); it was left as it is.",
        "Give the account that runs kim the right to create and change files in that folder.",
        code="unwritable",
        busy=problem.errno in {errno.EBUSY, errno.EAGAIN, errno.ETXTBSY},
        values={"file": path.name, "reason": problem.strerror or type(problem).__name__},
    )
