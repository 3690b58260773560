"""Owner, mode and access control lists of a shared file, carried over to the one that replaces it."""

from __future__ import annotations

import contextlib
import os
import stat
from pathlib import Path


def copy_rights(source: Path, target: Path) -> None:
    """Give `target` the owner, group, extended attributes (POSIX and Samba ACLs) and mode of `source`,
    as far as the system allows. Order matters: a change of owner clears bits of the mode."""
    status = source.stat()
    if hasattr(os, "chown"):
        for owner, group in ((status.st_uid, -1), (-1, status.st_gid)):
            with contextlib.suppress(OSError):
                os.chown(target, owner, group)
    if hasattr(os, "listxattr"):
        _copy_attributes(source, target)
    with contextlib.suppress(OSError):
        target.chmod(stat.S_IMODE(status.st_mode))


def _copy_attributes(source: Path, target: Path) -> None:
    names: list[str] = []
    with contextlib.suppress(OSError):
        names = os.listxattr(source)
    for name in names:
        with contextlib.suppress(OSError):
            os.setxattr(target, name, os.getxattr(source, name))
