"""A file of people replaced by a changed copy so that no edit is lost and no instant lacks a file.

The order: the copy is complete on disk; the place is compared with what was read; the two files are exchanged; what was
displaced is checked again, and put back unless it is what was read (docs/decisions/09-exchange-files.md).

A copy carries its write's token in its name. Before the exchange it is our copy, afterwards the file that it
displaced; which of the two tells its revision. So what a crash leaves can be put where it belongs.

Why: docs/decisions/09-exchange-files.md"""

from __future__ import annotations

import contextlib
import hashlib
import os
import stat
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from automations.common.files import read_file
from automations.workbooks.stores.exchange import exchange, sync_file, sync_folder
from automations.workbooks.stores.opening import revision_of
from automations.workbooks.stores.versions import keep_version

if TYPE_CHECKING:
    from automations.model.writes import PendingWrite


Step = Callable[[str], None]  # told the name of each step before it is taken; tests kill the process there

PREFIX, OLD = ".~kim.", ".old"


def no_step(_: str) -> None:
    """Nobody watches."""


def copy_name(path: Path, token: str) -> Path:
    """Where the changed copy for a write stands: beside the workbook, its token in the name."""
    # Beside the workbook, as two files can be exchanged on one file system only.
    return path.with_name(f"{PREFIX}{hashlib.sha256(token.encode()).hexdigest()[:12]}.{path.name}")


def copies(path: Path) -> list[Path]:
    """Copies that earlier writes left beside a workbook."""
    return [found for found in path.parent.glob(f"{PREFIX}*") if found.name.removesuffix(OLD).endswith(f".{path.name}")]


def file_revision(path: Path) -> str:
    """The revision of a file; "" where there is none or it cannot be read now."""
    try:
        return revision_of(read_file(path))
    except OSError:
        return ""


def make_durable(copy: Path, path: Path) -> None:
    """Give the copy the rights of the workbook and see it on the disk."""
    copy_rights(path, copy)
    sync_file(copy)


def replace(copy: Path, path: Path, before: str, after: str, step: Step = no_step) -> bool:
    """Put the copy in the workbook's place if that still is `before`; False where it is not.

    Afterwards `copy` names what was displaced (True), or the copy again (False). Raises OSError where
    the folder refuses."""
    # As late as possible: between this and the exchange lies the only moment in which a save can come.
    step("compare")
    if file_revision(path) != before:
        return False
    step("exchange")
    exchange(copy, path)
    step("exchanged")
    sync_folder(path.parent)
    # What was displaced tells for certain whether somebody saved in that moment.
    if file_revision(copy) == before:
        return True
    step("swap back")
    _swap_back(copy, path, after)
    return False


def _swap_back(copy: Path, path: Path, after: str) -> None:
    """Give the place back to who saved while we exchanged. Should yet another save have come on top
    of ours meanwhile, the newest file stays and the other remains as `copy`, to become a version."""
    exchange(copy, path)
    if file_revision(copy) != after:
        exchange(copy, path)
    sync_folder(path.parent)


def copy_rights(source: Path, target: Path) -> None:
    """Give `target` the owner, group, extended attributes (POSIX and Samba ACLs) and mode of `source`,
    as far as the system allows. Order matters: a change of owner clears bits of the mode."""
    status = source.stat()
    if hasattr(os, "chown"):
        # One by one: who may not give a file away may still set its group.
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


def recover(path: Path, pending: PendingWrite) -> None:
    """Put right what a crash in the middle of a replacement left: a colleague's save that we displaced
    and had not checked yet gets its place back; our copy that came too late goes."""
    copy = copy_name(path, pending.token)
    old = copy.with_name(copy.name + OLD)
    if not path.exists() and (source := next((file for file in (old, copy) if _whole(file)), None)):
        source.replace(path)  # Windows may stop between two renames
    if not _whole(copy) or not pending.after:
        return
    beside, here = file_revision(copy), file_revision(path)
    # Killed between the exchange and its check: what lies beside is a save that nobody has read yet.
    if here == pending.after and beside not in {pending.before, pending.after}:
        exchange(copy, path)
        sync_folder(path.parent)
    if file_revision(copy) == pending.after:
        copy.unlink()


def sweep(path: Path, versions: Path, name: str, keep: int) -> None:
    """Clear away all copies beside a workbook: displaced files become versions, the rest goes."""
    for copy in copies(path):
        put_away(copy, path, versions, name, keep)


def put_away(copy: Path, path: Path, versions: Path, name: str, keep: int, ours: str = "") -> None:
    """A displaced file becomes a version; our own copy (revision `ours`), a torn one or a second
    name of the workbook itself goes. Raises OSError where the folder of versions refuses."""
    if not copy.exists():
        return
    revision = file_revision(copy)
    # A torn copy is ours, never people's: theirs is only ever renamed, and so is whole.
    if _whole(copy) and revision not in {ours, file_revision(path)}:
        keep_version(copy, versions, name, revision, keep, path.suffix)
    else:
        copy.unlink(missing_ok=True)


def _whole(file: Path) -> bool:
    return file.exists() and zipfile.is_zipfile(file)
