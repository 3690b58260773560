"""Network shares, where SQLite loses data: its locks do not hold there."""

from __future__ import annotations

import re
from pathlib import Path, PurePosixPath

from automations.common.files import true_path

# What mount(8) calls them on Linux; FUSE names the program that serves them.
_NETWORK = ("nfs", "cifs", "smb", "fuse.sshfs", "fuse.gvfs", "fuse.rclone", "fuse.davfs", "davfs", "9p", "afs", "ncp")
_MOUNTS = Path("/proc/mounts")
_UNC = ("\\\\", "//")
_OCTAL = re.compile(r"\\([0-7]{3})")


def share_of(database: str) -> str:
    """The kind of network share that a file lies on, wherever links lead; "" for a local disk."""
    # Elsewhere than on Linux there is no such list, and nothing can be told.
    mounts = _MOUNTS.read_text(encoding="utf-8", errors="replace") if _MOUNTS.is_file() else ""
    return network_share(database if database.startswith(_UNC) else str(true_path(Path(database))), mounts)


def network_share(path: str, mounts: str) -> str:
    """The kind of network share that a path lies on; "" for a local disk.

    `mounts` is the text of /proc/mounts. UNC paths are told by their two leading slashes."""
    if path.startswith(_UNC):
        return "UNC"
    best, kind = "", ""
    for line in mounts.splitlines():
        fields = line.split(" ")
        if len(fields) < 3:  # noqa: PLR2004 (device, place, kind)
            continue
        # Blanks are written \040; letters beyond ASCII stand as they are ("/mnt/Büro").
        place = _OCTAL.sub(lambda found: chr(int(found[1], 8)), fields[1])
        # The longest place wins: a local disk may be mounted inside a share, and the other way round.
        if PurePosixPath(path).is_relative_to(place) and len(place) >= len(best):
            best, kind = place, fields[2]
    return kind if kind.startswith(_NETWORK) else ""
