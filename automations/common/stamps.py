"""Whether files are still the same, told by their names, sizes and times of change alone."""

from __future__ import annotations

import hashlib
import os
import sys
from collections.abc import Iterator
from pathlib import Path

_SKIPPED = frozenset({"__pycache__"})


def stamp(*folders: Path) -> str:
    """A short text that changes when a file in one of the folders is added, taken away, renamed or written; folders
    that are not there count as empty. The same in every process."""
    digest = hashlib.blake2b(digest_size=12)
    for folder in folders:
        # Sorted, as folders are listed in another order on each machine.
        for line in sorted(_lines(str(folder), "")):
            digest.update(line.encode(errors="surrogateescape"))
        # Else a file that moves from one folder into the next would change nothing.
        digest.update(b"\x00")
    return digest.hexdigest()


def libraries() -> str:
    """A short text that changes with Python and with every library that is installed beside us, told by the names of
    their folders alone, which say the version."""
    names = sorted({name for folder in sys.path for name in _listed(folder) if name.endswith(".dist-info")})
    known = "\x1e".join([sys.version, *names])
    return hashlib.blake2b(known.encode(errors="surrogateescape"), digest_size=6).hexdigest()


def _listed(folder: str) -> list[str]:
    try:
        with os.scandir(folder or ".") as found:
            return [entry.name for entry in found]
    except OSError:  # a library in an archive, a folder that is not there
        return []


def _lines(folder: str, below: str) -> Iterator[str]:
    try:
        found = list(os.scandir(folder))
    except OSError:
        return
    for entry in found:
        name = f"{below}/{entry.name}"
        if entry.is_dir():
            if entry.name not in _SKIPPED:
                yield from _lines(entry.path, name)
            continue
        try:
            status = entry.stat()
        except OSError:  # gone meanwhile
            continue
        yield f"{name}\x1f{status.st_size}\x1f{status.st_mtime_ns}\x1e"
