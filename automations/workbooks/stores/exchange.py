"""The step that cannot be undone by a crash: one file takes another's place, and both still exist.

Linux exchanges two names (renameat2), Windows replaces and keeps a backup (ReplaceFileW); elsewhere
the old file is linked aside and replaced."""

from __future__ import annotations

import contextlib
import ctypes
import errno
import os
import sys
from pathlib import Path

_AT_FDCWD, _RENAME_EXCHANGE = -100, 2
_UNSUPPORTED = {errno.EINVAL, errno.ENOSYS, errno.ENOTSUP, errno.EPERM}


def exchange(new: Path, target: Path) -> None:
    """Put `new` in the place of `target`; afterwards `new` names what stood there.

    Raises OSError where the folder refuses; then both are as before."""
    if sys.platform == "win32":
        _exchange_windows(new, target)
    elif not (sys.platform == "linux" and _exchange_linux(new, target)):
        _exchange_by_link(new, target)


def _exchange_linux(new: Path, target: Path) -> bool:
    """Whether the file system could exchange (network drives often cannot)."""
    # Python has no call for it.
    libc = ctypes.CDLL(None, use_errno=True)
    if not hasattr(libc, "renameat2"):
        return False
    if libc.renameat2(_AT_FDCWD, os.fsencode(new), _AT_FDCWD, os.fsencode(target), _RENAME_EXCHANGE) == 0:
        return True
    code = ctypes.get_errno()
    if code in _UNSUPPORTED:
        return False
    # Anything else (no room, no rights) would fail the other way, too, and must be told.
    raise OSError(code, os.strerror(code), str(target))


def _exchange_by_link(new: Path, target: Path) -> None:
    """A second name for what stands there (or a copy of it), then the replacement. A save between the
    two would go unseen, so the file is looked at once more in between."""
    known = _identity(target)
    aside = new.with_name(new.name + ".old")
    with contextlib.suppress(FileNotFoundError):
        aside.unlink()
    try:
        os.link(target, aside)
    except OSError:
        # Folders without hard links (FAT, some network drives): a copy, whose moment the look below covers.
        aside.write_bytes(target.read_bytes())
    if _identity(target) != known:
        aside.unlink()
        # As if somebody had it open: the write is planned anew.
        raise OSError(errno.EBUSY, os.strerror(errno.EBUSY), str(target))
    new.replace(target)
    aside.replace(new)


def _identity(path: Path) -> tuple[int, int, int]:
    status = path.stat()
    return status.st_ino, status.st_size, status.st_mtime_ns


def _exchange_windows(new: Path, target: Path) -> None:
    backup = new.with_name(new.name + ".old")
    kernel32 = ctypes.WinDLL("kernel32", use_last_error=True)  # type: ignore[attr-defined,unused-ignore]
    if not kernel32.ReplaceFileW(str(target), str(new), str(backup), 0, None, None):
        raise ctypes.WinError(ctypes.get_last_error())  # type: ignore[attr-defined,unused-ignore]
    # As on Linux: `new` names what was displaced, for the check that follows.
    backup.replace(new)


def sync_folder(folder: Path) -> None:
    """Make renames in a folder survive a power cut, where the system can say so."""
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def sync_file(path: Path) -> None:
    """Make a file's content survive a power cut."""
    # For writing, as Windows syncs no file that was opened for reading.
    with path.open("rb+") as file:
        os.fsync(file.fileno())
