"""A file of people replaced by a changed copy so that no edit is lost and no instant lacks a file.

The order: the copy is complete on disk; the place is compared with what was read; the two files are
exchanged; what was displaced is checked again, and put back unless it is what was read (rule 7).

Why: docs/decisions/09-exchange-files.md
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

from automations.common.files import read_file
from automations.workbooks.stores.exchange import exchange, sync_file, sync_folder
from automations.workbooks.stores.opening import revision_of
from automations.workbooks.stores.rights import copy_rights

Step = Callable[[str], None]
"""Told the name of each step before it is taken; tests kill the process there."""

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
    the folder refuses.
    """
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
