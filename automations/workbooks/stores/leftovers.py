"""What a crash leaves beside a workbook, and where it belongs.

A copy carries its write's token in its name. Before the exchange it is our copy, afterwards the file
that it displaced; which of the two tells its revision.
"""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

from automations.workbooks.stores.exchange import exchange, sync_folder
from automations.workbooks.stores.replacing import OLD, copies, copy_name, file_revision
from automations.workbooks.stores.versions import keep_version

if TYPE_CHECKING:
    from automations.model.writes import PendingWrite


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
