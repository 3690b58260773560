"""Backups, packed (xz: half of what gzip makes of them, and any tool opens them) and thinned as they age."""

from __future__ import annotations

import gzip
import lzma
import os
import re
import shutil
import zlib
from collections.abc import Callable, Hashable, Iterable
from datetime import date
from pathlib import Path
from typing import Any, BinaryIO

PACKED = ".xz"
GZIPPED = ".gz"  # how older versions of kim packed them, and how one is packed that is to be read by such a version
KINDS = ("*.sqlite", f"*.sqlite{PACKED}", f"*.sqlite{GZIPPED}")  # what backups are called

DAYS, WEEKS, MONTHS = 7, 4, 6
"""Of how many days, weeks and months with a backup the newest is kept: what went wrong is noticed within days, or
when a half-year is told to the Land."""

KEPT_DAYS = 190  # the longest that a backup of a site at work is kept, in days: six months and a gap of holidays
WHOLE = 2  # so many of the daily backups, the newest, hold the story of the cases and the texts of mails as well
LEAN = "-lean"  # what the name of one says that holds neither any more
_LEANED = 2  # at most so many a day: after an update there may be many
BROKEN = (OSError, EOFError, zlib.error, lzma.LZMAError)  # what unpacking can raise

_NAME = re.compile(r"ledger-(\d{4})(\d\d)(\d\d)\b")
_MADE = re.compile(r"ledger-(\d{8})(?:-(\d{6}))?\b")
_DAILY = re.compile(r"ledger-\d{8}\.sqlite\.xz")
_GZIP, _XZ = b"\x1f\x8b", b"\xfd7zXZ\x00"  # how a packed file begins

_LEDGER = b"SQLite format 3\x00"
_PIECE = 2**20

# Of xz, for what lies for days: a twentieth larger than the next level, in three fifths of its time; of a lean one a
# quarter larger than `SMALL`, in a sixth of its time.
_QUICKLY = 0

# How xz of that level names its one filter, LZMA2 with a dictionary of 256 KiB, behind the heads.
_QUICK_HEAD = bytes((0x21, 1, 12))

_AT = 14  # where it does: bytes from the beginning

SMALL = ({"id": lzma.FILTER_LZMA2, "preset": 6, "mf": lzma.MF_HC4, "depth": 4, "lc": 4, "pb": 0},)
"""Of xz, for what lies for months: one per cent larger than level 6, in half to three quarters of its time (a ledger of
5 000 cases). Texts of the same form line up nowhere, so `pb` is 0."""

SMALL_ENOUGH = 4 * 2**20
"""Bytes below which a lean one is packed small at once: half a second for a site of 600 cases, 0.8 for one of 5 000
(2.5 MB). Where sites of 600 cases packed theirs quickly, `state/` was more than 20 times the workbook on day 60."""


def may_be_ledger(path: Path) -> bool:
    """Whether a file begins as a backup does, packed or not."""
    with path.open("rb") as file:
        return file.read(16).startswith((_GZIP, _XZ, _LEDGER))


def backups(folder: Path) -> list[Path]:
    """The backups in a folder, packed or not, the oldest first."""
    return sorted((path for kind in KINDS for path in folder.glob(f"ledger-{kind}")), key=_made_at)


def _made_at(path: Path) -> tuple[str, str, str]:
    """Day and time by the name, as packing a backup anew changes the file's own. The daily one is made with the first
    run, so that all that people make that day are newer."""
    found = _MADE.match(path.name)
    day, clock = (found[1], found[2] or "") if found else ("", "")
    return day, clock, path.name.removesuffix(PACKED).removesuffix(GZIPPED)


def pack_older(folder: Path) -> None:
    """Pack what still lies open: backups that people or an older kim made. The newest stays for whoever needs it in a
    hurry, and so do the copies made before the ledger's shape was changed, which are for whoever goes back to an
    older kim. Raises OSError."""
    for path in backups(folder)[:-1]:
        if path.suffix not in {PACKED, GZIPPED} and "-before-" not in path.name:
            publish(path, path.with_name(path.name + PACKED))
            path.unlink()


def publish(copy: Path, target: Path, *, small: bool = False) -> None:
    """Put a copy in its place, packed as the name says, whole or not at all. `small` as of `pack`. Raises OSError."""
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    part = target.with_name(target.name + ".part")
    # As a part beside it, then renamed: a disk that is full leaves the old backup as it was.
    with os.fdopen(os.open(part, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600), "wb") as sink:
        pack(copy, sink, target.suffix, small=small)
        sink.flush()
        os.fsync(sink.fileno())
    part.replace(target)


def pack(source: Path, sink: BinaryIO, suffix: str, *, small: bool = False) -> None:
    """Write a file as its name's suffix says (another one: as it is), piece by piece: a large ledger is never in memory
    as a whole. `small`: it is kept for months. Raises OSError."""
    with source.open("rb") as content:
        if suffix == PACKED:
            how: dict[str, Any] = {"filters": SMALL} if small else {"preset": _QUICKLY}
            with lzma.open(sink, "wb", check=lzma.CHECK_SHA256, **how) as packed:
                shutil.copyfileobj(content, packed, _PIECE)
        elif suffix == GZIPPED:
            with gzip.open(sink, "wb") as zipped:
                shutil.copyfileobj(content, zipped, _PIECE)
        else:
            shutil.copyfileobj(content, sink, _PIECE)


def superseded(found: Iterable[Path]) -> list[Path]:
    """The backups that are kept no longer. One whose name tells no day is nobody's to delete."""
    named = {path: day for path in found if (day := _day(path)) is not None}
    # Days on which there is a backup, not days of the calendar: holidays take none away.
    days = sorted(set(named.values()), reverse=True)
    kept = {*days[:DAYS], *_newest(days, lambda day: day.isocalendar()[:2], WEEKS)}
    kept |= _newest(days, lambda day: (day.year, day.month), MONTHS)
    return [path for path, day in named.items() if day not in kept]


def to_lean(folder: Path) -> list[Path]:
    """The daily backups of ours whose story is to be left out today."""
    daily = [path for path in backups(folder) if _DAILY.fullmatch(path.name)]
    # The newest of those that are due: the older ones have lain whole for long, another day does no harm.
    return daily[:-WHOLE][-_LEANED:]


def lean_name(path: Path) -> Path:
    """What a daily backup is called without its story."""
    return path.with_name(path.name.replace(".sqlite", f"{LEAN}.sqlite"))


def to_shrink(folder: Path) -> list[Path]:
    """The lean backups that are past the days for which they were packed quickly, and stay."""
    found = {path: day for path in backups(folder) if (day := _day(path)) is not None}
    daily = sorted(set(found.values()), reverse=True)[:DAYS]
    old = [path for path, day in found.items() if day not in daily and path.name.endswith(f"{LEAN}.sqlite{PACKED}")]
    return [path for path in old if _is_quick(path)][:_LEANED]


def _is_quick(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(_AT + len(_QUICK_HEAD))[_AT:] == _QUICK_HEAD


def unpacked(path: Path, copy: Path) -> None:
    """Copy a backup, unpacked where it is packed, whatever it is called. Raises one of BROKEN."""
    with path.open("rb") as file:
        begins = file.read(len(_XZ))
    with copy.open("wb") as sink:
        if begins == _XZ:
            with lzma.open(path) as packed:
                shutil.copyfileobj(packed, sink, _PIECE)
        elif begins.startswith(_GZIP):
            with gzip.open(path) as zipped:
                shutil.copyfileobj(zipped, sink, _PIECE)
        else:
            with path.open("rb") as plain:
                shutil.copyfileobj(plain, sink, _PIECE)


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
