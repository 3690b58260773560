"""A workbook in a folder: a local disk, a network drive, what a link points to; and copies beside it."""

from __future__ import annotations

import contextlib
import errno
import os
import stat
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from automations.common.errors import why
from automations.common.files import true_path
from automations.workbooks.protocol import WorkbookError
from automations.workbooks.stores.locks import STALE_AFTER, Holder, holders
from automations.workbooks.stores.opening import read_bytes
from automations.workbooks.stores.replacing import (
    Step,
    copy_name,
    file_revision,
    make_durable,
    no_step,
    put_away,
    recover,
    replace,
    sweep,
)
from automations.workbooks.stores.store import Held, Last, nothing

if TYPE_CHECKING:
    from automations.model.writes import PendingWrite


class Disk:
    """A `Store` in a folder. `versions` is where displaced files are kept, `keep` of them under `name`; without
    it none is, and copies that other writes left beside the file stay untouched.

    `stale_after`: lock files older than that are left by a crash. `clock` gives seconds since the epoch as the
    file system counts them. `step` is told each step of a replacement (tests)."""

    def __init__(
        self,
        path: Path,
        *,
        name: str = "",
        versions: Path | None = None,
        keep: int = 0,
        stale_after: timedelta = STALE_AFTER,
        clock: Callable[[], float] = time.time,
        step: Step = no_step,
    ) -> None:
        # A link in the folder stays a link: what it points to is replaced.
        self.label = true_path(path)
        self._name, self._versions, self._keep = name, versions, keep
        self._stale_after, self._clock, self._step = stale_after, clock, step

    def fetch(self) -> bytes:
        """See `store.Content`."""
        return read_bytes(self.label)

    def revision(self) -> str:
        """See `store.Content`."""
        return file_revision(self.label)

    def holder(self) -> Holder | None:
        """Who left a lock file beside it that is not stale."""
        # On every system: a program that has the file open would save over what was written
        # (docs/decisions/09-exchange-files.md).
        found = holders(self.label, self._clock(), self._stale_after)
        return next((holder for holder in found if not holder.stale), None)

    @contextlib.contextmanager
    def turn(self, token: str) -> Iterator[DiskTurn]:
        """See `store.Store`."""
        if holder := self.holder():
            raise Held(holder)
        self._sweep()
        # Named by the write's token, so that a later run knows whose leftover it is.
        turn = DiskTurn(self, copy_name(self.label, token))
        try:
            yield turn
        finally:
            # After an exchange the name holds the displaced file, which is kept as a version.
            if not turn.tried:
                turn.copy.unlink(missing_ok=True)

    def recover(self, pending: PendingWrite) -> None:
        """See `store.Store`."""
        recover(self.label, pending)
        self._sweep()

    def limits(self) -> Iterable[WorkbookError]:
        """See `store.Store`: that the system does not let this account write there. A copy with the rights of the file
        takes its place: the folder has to let us, and a file that is set to read-only does not. One of somebody else's
        may be replaced."""
        path = self.label
        if not path.exists():
            return
        read_only = not path.stat().st_mode & stat.S_IWUSR and not os.access(path, os.W_OK)
        if read_only or not os.access(path.parent, os.W_OK):
            yield unwritable(path, PermissionError(errno.EACCES, ""))

    def _sweep(self) -> None:
        if self._versions:
            sweep(self.label, self._versions, self._name, self._keep)

    def put_away(self, copy: Path, after: str) -> None:
        """What stands beside the workbook after a replacement was tried: the displaced file, or our copy
        (revision `after`) that came too late."""
        self._step("keep version")
        # The workbook is written by now. What stays beside it is swept away by the next write.
        with contextlib.suppress(OSError):
            if self._versions:
                put_away(copy, self.label, self._versions, self._name, self._keep, ours=after)
            else:
                copy.unlink(missing_ok=True)

    def exchange(self, copy: Path, before: str, after: str) -> bool:
        """The replacement itself."""
        return replace(copy, self.label, before, after, self._step)

    def prepare(self) -> None:
        """A folder for the versions, before anything is replaced."""
        if self._versions:
            # Here and not after the exchange: where no version can be kept, nothing is replaced.
            self._versions.mkdir(mode=0o700, parents=True, exist_ok=True)


class DiskTurn:
    """See `store.Turn`: the copy stands beside the workbook, so that the two can be exchanged."""

    def __init__(self, disk: Disk, copy: Path) -> None:
        self._disk, self.source, self.copy = disk, disk.label, copy
        self.tried = False

    def fetch(self) -> bytes:
        """See `store.Content`."""
        return self._disk.fetch()

    def revision(self) -> str:
        """See `store.Content`."""
        return self._disk.revision()

    def secure(self) -> None:
        """See `store.Turn`; the copy gets the rights of the workbook as well."""
        make_durable(self.copy, self.source)
        self._disk.prepare()

    def replace(self, before: str, after: str, last: Last = nothing) -> bool:
        """See `store.Turn`. Nothing that takes its time comes before the exchange."""
        del last
        self.tried = True
        try:
            return self._disk.exchange(self.copy, before, after)
        finally:
            self._disk.put_away(self.copy, after)


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
        "Give the account that runs kim the right to create and change files in that folder, and take away"
        " “read-only” where the file has it.",
        code="unwritable",
        # Somebody’s program has it for the moment; the next run may succeed.
        busy=problem.errno in {errno.EBUSY, errno.EAGAIN, errno.ETXTBSY},
        values={"file": path.name, "reason": why(problem)},
    )


_WORDS = ("conflict", "konflikt")


def conflict_copies(path: Path) -> tuple[str, ...]:
    """The names of copies beside a workbook that a program which shares files put aside when two people saved at once
    (Nextcloud, Dropbox, Syncthing, OneDrive): what somebody typed stands in them alone. None where its folder cannot
    be listed."""
    with suppress(OSError):
        names = (one.name for one in path.parent.iterdir() if one.suffix.casefold() == path.suffix.casefold())
        stem = path.stem.casefold()
        return tuple(sorted(name for name in names if _is_copy(name.casefold(), stem) and name != path.name))
    return ()


def _is_copy(name: str, stem: str) -> bool:
    return name.startswith(stem) and any(word in name[len(stem) :] for word in _WORDS)
