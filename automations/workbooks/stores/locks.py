"""Who has a workbook open, as far as lock files tell.

Excel leaves `~$name.xlsx` (the user's name in it), LibreOffice `.~lock.name#` (user, host, time). Both
outlive a crash of their program, so their age and, on this host, the program itself are looked at."""

from __future__ import annotations

import ctypes
import re
import socket
import sys
from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path

from msgspec import Struct

from automations.common.files import read_file
from automations.common.texts import Texts

STALE_AFTER = timedelta(days=7)  # nobody keeps a workbook open longer: a weekend with holidays fits
_LARGEST = 2**16  # bytes: lock files have 165, or some hundred
_WIDE_NAME, _MAX_NAME = 55, 52
_GENERIC_READ_WRITE, _OPEN_EXISTING = 0xC0000000, 3
_SHARING_VIOLATIONS = {32, 33}


class Holder(Struct, frozen=True):
    """Somebody who has the workbook open: `since` is the file system's local time, naive."""

    who: str
    program: str
    since: datetime | None
    host: str = ""
    stale: bool = False

    def in_words(self, say: Texts) -> str:
        """Who, with which program, since when; "somebody" where no name is known."""
        who = self.who or say.say("somebody")
        if self.since is None:
            return say.say("{who} ({program})", who=who, program=self.program) if self.program else who
        since = f"{self.since:%d.%m.%Y %H:%M}"
        return say.say("{who} ({program}, since {since})", who=who, program=self.program, since=since)


def holders(path: Path, now: float, stale_after: timedelta = STALE_AFTER) -> list[Holder]:
    """All who seem to have it open; `now` is in seconds since the epoch, as the file system counts."""
    oldest = now - stale_after.total_seconds()
    found = [
        _excel(path.with_name(f"~${path.name}"), oldest),
        _libreoffice(path.with_name(f".~lock.{path.name}#"), oldest),
    ]
    live = [holder for holder in found if holder]
    # Only there: elsewhere a file can be open without anybody being kept from it.
    if not live and sys.platform == "win32" and _shared_on_windows(path):
        live.append(Holder("", "", None))
    return live


def _excel(lock: Path, oldest: float) -> Holder | None:
    try:
        status = lock.stat()
        content = read_file(lock, _LARGEST)[:512]
    except FileNotFoundError:
        return None
    except OSError:
        return Holder("", "Excel", None)  # Windows: Excel itself keeps its lock file from being read
    return Holder(_excel_user(content), "Excel", _local(status.st_mtime), stale=status.st_mtime < oldest)


def _excel_user(content: bytes) -> str:
    """The name in an owner file: one byte length and ANSI text, from byte 55 the same as UTF-16."""
    length = int.from_bytes(content[_WIDE_NAME : _WIDE_NAME + 2], "little")
    if 0 < length <= _MAX_NAME and len(content) >= _WIDE_NAME + 2 + 2 * length:
        start = _WIDE_NAME + 2
        return content[start : start + 2 * length].decode("utf-16-le", "replace").strip()
    length = content[0] if content else 0
    return content[1 : 1 + min(length, _MAX_NAME)].decode("cp1252", "replace").strip(" \0")


def _libreoffice(lock: Path, oldest: float) -> Holder | None:
    try:
        since = lock.stat().st_mtime
        text = read_file(lock, _LARGEST).decode("utf-8", "replace")
    except FileNotFoundError:
        return None
    except OSError:
        return Holder("", "LibreOffice", None)
    # Commas within a name are escaped.
    parts = [re.sub(r"\\(.)", r"\1", part) for part in re.split(r"(?<!\\),", text.rstrip(";\n"))]
    name, user, host = (*parts, "", "", "")[:3]
    # A lock of this very machine whose program does not run is left by a crash, however young it is.
    gone = host.casefold() in _own_names() and not _runs(("soffice.bin", "soffice", "oosplash"))
    return Holder(name or user, "LibreOffice", _local(since), host, stale=gone or since < oldest)


def _own_names() -> set[str]:
    name = socket.gethostname().casefold()
    return {name, name.partition(".")[0]}


def _runs(programs: Iterable[str]) -> bool:
    """Whether one of these programs runs here; True where the system does not tell."""
    processes = Path("/proc")
    # Where nothing can be looked up the lock holds: a wrong "gone" would write under somebody's hands.
    if not (processes / "self" / "comm").exists():
        return True
    wanted = {name[:15] for name in programs}  # the kernel keeps 15 characters
    for comm in processes.glob("[0-9]*/comm"):
        try:
            if comm.read_text().strip() in wanted:
                return True
        except OSError:
            continue
    return False


def _local(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds)  # noqa: DTZ006 - shown to people beside the file's own times


def _shared_on_windows(path: Path) -> bool:
    """Whether another program has the file open: opening it with share mode 0 tells for certain."""
    kernel32 = ctypes.WinDLL("kernel32", use_last_error=True)  # type: ignore[attr-defined,unused-ignore]
    kernel32.CreateFileW.restype = ctypes.c_void_p
    handle = kernel32.CreateFileW(str(path), _GENERIC_READ_WRITE, 0, None, _OPEN_EXISTING, 0, None)
    # INVALID_HANDLE_VALUE is -1, which ctypes gives unsigned.
    if handle in {None, ctypes.c_void_p(-1).value}:
        return ctypes.get_last_error() in _SHARING_VIOLATIONS  # type: ignore[attr-defined,unused-ignore]
    kernel32.CloseHandle(ctypes.c_void_p(handle))
    return False
