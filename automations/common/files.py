"""Files of other people, read without waiting for ever; files for the owner alone, that nobody else can read."""

from __future__ import annotations

import errno
import os
import stat
import tempfile
from contextlib import suppress
from pathlib import Path

LARGEST = 2**29  # bytes: no workbook of a team is larger (the largest measured have 0.1 GB)

_OWNER_FILE, _OWNER_FOLDER = 0o600, 0o700


class NotAFileError(OSError):
    """Something stands there that is no file: a folder, a pipe, a device, a socket."""


class TooLargeError(OSError):
    """A file that is larger than anything of its kind."""


def true_path(path: Path) -> Path:
    """Where a path leads once its links are followed. Links that lead round in a circle are no reason to fail here:
    whoever opens the file is told."""
    return Path(os.path.realpath(path))


def read_file(path: Path, largest: int = LARGEST) -> bytes:
    """The bytes of a regular file (links are followed). A pipe is never waited for, a device never read.

    Raises NotAFileError, TooLargeError, and the usual OSErrors."""
    check_file(path, largest)
    # Not blocking: opening a pipe would wait for somebody to write into it, and the run with it.
    handle = os.open(path, os.O_RDONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_NONBLOCK", 0))
    with os.fdopen(handle, "rb") as file:
        _judge(os.fstat(file.fileno()), path, largest)  # what stood there may have been replaced meanwhile
        return file.read()


def check_file(path: Path, largest: int = LARGEST) -> None:
    """Raise unless a regular file of a believable size stands there: as read_file does."""
    _judge(path.stat(), path, largest)


def _judge(status: os.stat_result, path: Path, largest: int) -> None:
    if stat.S_ISDIR(status.st_mode):
        raise IsADirectoryError(f"{path} is a folder")
    if not stat.S_ISREG(status.st_mode):
        raise NotAFileError(f"{path} is no file")
    if status.st_size > largest:
        raise TooLargeError(f"{path} has {status.st_size} bytes")


def refuse_device(path: Path) -> None:
    """Raise NotAFileError where a pipe, a device or a folder stands, as a file that takes its place would end it for
    every program."""
    if path.exists() and not path.is_file():
        raise NotAFileError(errno.EEXIST, "no file", str(path))


def write_private(path: Path, content: bytes) -> None:
    """Write a file that its owner alone may read, whatever the umask and whoever could read the one before.
    Raises OSError."""
    refuse_device(path)
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)  # made with mode 0600
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        # Replaced and not written over: whoever has the old file open goes on reading it whole.
        Path(name).replace(path)
    except BaseException:
        with suppress(OSError):
            Path(name).unlink()
        raise


# How workbooks (open and with a password) and ledgers begin.
_KEPT = (b"PK\x03\x04", b"SQLite format 3\x00", b"\xd0\xcf\x11\xe0")


def is_kept(path: Path) -> bool:
    """Whether a file is a workbook or a ledger, by how it begins: a text that kim makes never replaces one."""
    with path.open("rb") as file:
        return file.read(16).startswith(_KEPT)


def keep_private(folder: Path) -> None:
    """Take the rights of others from a folder of ours and all that is in it. What cannot be changed (a file
    of somebody else's, one that goes away meanwhile) stays as it is."""
    for path in (folder, *folder.rglob("*")):
        with suppress(OSError):
            mode = path.lstat().st_mode
            wanted = _OWNER_FOLDER if stat.S_ISDIR(mode) else _OWNER_FILE
            # A link is left alone: changing it would change what it leads to, which may be somebody else's.
            if not stat.S_ISLNK(mode) and mode & 0o077:
                path.chmod(wanted)
