"""Backups, packed (gzip: a sixth of their size, and any tool opens them) and thinned as they age."""

from __future__ import annotations

import gzip
import os
import re
import shutil
import zlib
from collections.abc import Callable, Hashable, Iterable
from datetime import date
from pathlib import Path
from typing import BinaryIO

PACKED = ".gz"
DAYS, WEEKS, MONTHS = 7, 4, 6
"""Of how many days, weeks and months with a backup the newest is kept: what went wrong is noticed within days, or
when a half-year is told to the Land."""

KEPT_DAYS = 190
"""The longest that a backup of a site at work is kept, in days: six months and a gap of holidays."""

BROKEN = (OSError, EOFError, zlib.error)
"""What unpacking can raise."""

_NAME = re.compile(r"ledger-(\d{4})(\d\d)(\d\d)\b")
_MAGIC = b"\x1f\x8b"


def backups(folder: Path) -> list[Path]:
    """The backups in a folder, packed or not, the oldest first."""
    found = [*folder.glob("ledger-*.sqlite"), *folder.glob(f"ledger-*.sqlite{PACKED}")]
    return sorted(found, key=lambda path: path.name.removesuffix(PACKED))


def pack_older(folder: Path) -> None:
    """Pack what still lies open: backups that people or an older kim made. The newest stays for whoever needs it in a
    hurry, and so do the copies made before the ledger's shape was changed, which are for whoever goes back to an
    older kim. Raises OSError."""
    for path in backups(folder)[:-1]:
        if path.suffix != PACKED and "-before-" not in path.name:
            target = path.with_name(path.name + PACKED)
            part = target.with_name(f"{target.name}.part")
            with os.fdopen(os.open(part, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600), "wb") as sink:
                pack(path, sink)
                sink.flush()
                os.fsync(sink.fileno())
            part.replace(target)
            path.unlink()


def pack(source: Path, sink: BinaryIO) -> None:
    """Write a file packed, piece by piece: a large ledger is never in memory as a whole. Raises OSError."""
    with source.open("rb") as content, gzip.GzipFile("", "wb", fileobj=sink, mtime=0) as packed:
        shutil.copyfileobj(content, packed, 2**20)


def superseded(found: Iterable[Path]) -> list[Path]:
    """The backups that are kept no longer. One whose name tells no day is nobody's to delete."""
    named = {path: day for path in found if (day := _day(path)) is not None}
    days = sorted(set(named.values()), reverse=True)
    kept = {*days[:DAYS], *_newest(days, lambda day: day.isocalendar()[:2], WEEKS)}
    kept |= _newest(days, lambda day: (day.year, day.month), MONTHS)
    return [path for path, day in named.items() if day not in kept]


def unpacked(path: Path, copy: Path) -> None:
    """Copy a backup, unpacked where it is packed, whatever it is called. Raises one of BROKEN."""
    with path.open("rb") as file:
        packed = file.read(len(_MAGIC)) == _MAGIC
    if not packed:
        shutil.copyfile(path, copy)
        return
    with gzip.open(path) as source, copy.open("wb") as sink:
        shutil.copyfileobj(source, sink)


def _day(path: Path) -> date | None:
    found = _NAME.match(path.name)
    try:
        return date(*map(int, found.groups())) if found else None
    except ValueError:
        return None


def _newest(days: Iterable[date], period: Callable[[date], Hashable], count: int) -> set[date]:
    """The newest day of each of the newest periods; `days` come the newest first."""
    found: dict[Hashable, date] = {}
    for day in days:
        found.setdefault(period(day), day)
    return set(list(found.values())[:count])
