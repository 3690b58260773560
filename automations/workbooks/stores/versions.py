"""Versions of a workbook, one before each write: to restore by hand, and reached by erasure."""

from __future__ import annotations

import contextlib
import os
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

from automations.workbooks.stores.exchanging import sync_folder


def keep_version(source: Path, folder: Path, name: str, revision: str, keep: int, suffix: str = ".xlsx") -> Path | None:
    """Move `source` into the folder of versions (mode 0600) and drop the oldest beyond `keep`.

    Named `<workbook>-<UTC time of its last save>-<revision>.xlsx`. `keep=0` keeps none.
    """
    if keep <= 0:
        source.unlink(missing_ok=True)
        return None
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    saved = datetime.fromtimestamp(source.stat().st_mtime, UTC)
    target = folder / f"{name}-{saved:%Y%m%dT%H%M%S}Z-{revision[:12]}{suffix}"
    _move(source, target)
    sync_folder(folder)
    for old in versions(folder, name)[:-keep]:
        old.unlink(missing_ok=True)
    return target


def versions(folder: Path, name: str) -> list[Path]:
    """The versions of a workbook, oldest first."""
    found = folder.glob(f"{name}-*Z-*.xls[xm]")
    return sorted(path for path in found if path.name.startswith(f"{name}-2"))


def prune(folder: Path, now: datetime, age: timedelta) -> int:
    """Delete versions of all workbooks that were kept longer ago than `age`; how many there were."""
    gone = 0
    for path in folder.glob("*-*Z-*.xls[xm]") if folder.is_dir() else ():
        if path.stat().st_ctime < (now - age).timestamp():
            path.unlink(missing_ok=True)
            gone += 1
    return gone


def kept(folder: Path) -> list[Path]:
    """All versions of all workbooks."""
    return sorted(folder.glob("*-*Z-*.xls[xm]")) if folder.is_dir() else []


def forget_all(folder: Path) -> int:
    """Delete all versions of all workbooks; how many there were."""
    found = kept(folder)
    halves = folder.glob(".*.part") if folder.is_dir() else ()  # what a crash left half moved, or half sent
    for path in (*found, *halves):
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)
    return len(found)


def _move(source: Path, target: Path) -> None:
    """Copied under another name first, so that a crash leaves either file whole."""
    partial = target.with_name(f".{target.name}.part")
    handle = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "wb") as out, source.open("rb") as data:
        shutil.copyfileobj(data, out, 2**20)
        out.flush()
        os.fsync(out.fileno())
    with contextlib.suppress(OSError):
        times = source.stat()
        os.utime(partial, (times.st_atime, times.st_mtime))
    partial.replace(target)
    source.unlink(missing_ok=True)
