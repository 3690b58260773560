"""Versions of a workbook, one before each write: to put back, and reached by erasure.

The newest stands as it was, for people in a hurry. Older ones are packed as differences: each rests on one whole
version alone, so that a damaged difference takes no other with it, and a damaged whole one at most those of its group.
"""

from __future__ import annotations

import contextlib
import os
import re
import shutil
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from automations.workbooks.stores.exchange import sync_folder
from automations.workbooks.stores.packed import PACKED, UNPACKABLE, Whole, pack, read_head, read_whole, unpack

GROUP = 10  # a whole version and at most so many less one that rest on it
_OPEN = 4  # so many stand unpacked until the day's tidying; from then on each write packs

_SAVED = re.compile(r"-(\d{8}T\d{6})Z-")
_KINDS = ("*-*Z-*.xls[xm]", f"*-*Z-*.xls[xm]{PACKED}")


def keep_version(source: Path, folder: Path, name: str, revision: str, keep: int, suffix: str = ".xlsx") -> Path | None:
    """Move `source` into the folder of versions (mode 0600) and drop the oldest beyond `keep`.

    Named `<workbook>-<UTC time of its last save>-<revision>.xlsx`. `keep=0` keeps none."""
    if keep <= 0:
        source.unlink(missing_ok=True)
        return None
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    saved = datetime.fromtimestamp(source.stat().st_mtime, UTC)
    target = folder / f"{name}-{saved:%Y%m%dT%H%M%S}Z-{revision[:12]}{suffix}"
    _move(source, target)
    sync_folder(folder)
    found = versions(folder, name)
    drop(found[:-keep])
    if sum(path.suffix != PACKED for path in found[-keep:]) > _OPEN:
        pack_versions(folder, name)
    return target


def versions(folder: Path, name: str) -> list[Path]:
    """The versions of a workbook, oldest first."""
    # Up to the time, as a workbook may be called “team” and another one “team-2”.
    return [path for path in kept(folder) if _SAVED.split(path.name)[0] == name]


def kept(folder: Path) -> list[Path]:
    """All versions of all workbooks, each once: one that a crash left both packed and not, as it was."""
    if not folder.is_dir():
        return []
    # Backwards, so that of both forms the unpacked one counts.
    found = {called(path): path for kind in reversed(_KINDS) for path in folder.glob(kind)}
    return [found[name] for name in sorted(found)]


def called(path: Path) -> str:
    """The name of a version, packed or not."""
    return path.name.removesuffix(PACKED)


def saved_at(path: Path) -> datetime:
    """When a version had been saved, as its name says."""
    return datetime.strptime(_SAVED.findall(path.name)[-1] + "+0000", "%Y%m%dT%H%M%S%z")


def prune(folder: Path, now: datetime, age: timedelta) -> int:
    """Delete versions of all workbooks that were kept longer ago than `age`; how many there were."""
    before = (now - age).timestamp()
    return drop([path for path in kept(folder) if _kept_at(path) < before])


def drop(gone: Sequence[Path]) -> int:
    """Delete versions; what rests on them is packed anew before. How many there were."""
    for path in gone:
        _stand_alone([one for one in _resting_on(path) if one not in gone])
        for one in (path, path.with_name(path.name + PACKED)):
            one.unlink(missing_ok=True)
    return len(gone)


def _stand_alone(resting: Sequence[Path]) -> None:
    """Let the first of a group be whole, and the others rest on it. A damaged one stays, and is said to be damaged
    when somebody asks for it."""
    whole: Whole | None = None
    for path in resting:
        with contextlib.suppress(*UNPACKABLE):
            head, parts = read_head(path), unpack(path)
            pack(parts, path, head.kept, head.saved, whole)
            whole = whole or Whole(path.name, parts)


def pack_versions(folder: Path, name: str) -> None:
    """Pack all versions of a workbook but the newest. One that cannot be packed stays as it was."""
    found = versions(folder, name)
    whole: Whole | None = None
    for place, path in enumerate(found[:-1]):
        if path.suffix != PACKED:
            with contextlib.suppress(*UNPACKABLE):
                whole = _packed(path, _whole(found[:place], whole))
                found[place] = path.with_name(path.name + PACKED)


def _packed(path: Path, base: Whole | None) -> Whole:
    """Resting on `base` where the difference is worth it, else whole; gives what the next one may rest on. The file as
    it was goes when what was written reads as it does."""
    target, parts, status = path.with_name(path.name + PACKED), unpack(path), path.stat()
    pack(parts, target, status.st_ctime, status.st_mtime, base)
    # A difference of more than half saves little, and would be lost with its base.
    if base and target.stat().st_size > path.with_name(base.name).stat().st_size / 2:
        base = None
        pack(parts, target, status.st_ctime, status.st_mtime)
    # Only what reads back is a reason to let the file go.
    if unpack(target, base) == parts:
        sync_folder(path.parent)
        path.unlink()
    return base or Whole(target.name, parts)


def _whole(before: Sequence[Path], known: Whole | None) -> Whole | None:
    """The newest whole version, where its group has room and it can be read. `known` need not be read again."""
    for path in reversed(before[-GROUP + 1 :]):
        try:
            if path.suffix != PACKED:
                return None  # it gets another name when it is packed
            if not read_head(path).base:
                return known if known and known.name == path.name else read_whole(path)
        except UNPACKABLE:
            return None
    return None


def _resting_on(path: Path) -> list[Path]:
    return [one for one in kept(path.parent) if one.suffix == PACKED and _base(one) == path.name]


def _base(path: Path) -> str:
    try:
        return read_head(path).base
    except UNPACKABLE:
        return ""


def _kept_at(path: Path) -> float:
    """Seconds since 1970."""
    try:
        # ctime is when it was moved here; mtime is people’s last save.
        return read_head(path).kept if path.suffix == PACKED else path.stat().st_ctime
    except UNPACKABLE:
        return path.stat().st_mtime


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
        # Versions are named and listed by when people saved them.
        times = source.stat()
        os.utime(partial, (times.st_atime, times.st_mtime))
    partial.replace(target)
    source.unlink(missing_ok=True)
