"""Whether a file came into one of the folders of forms: asked often, so without config and tables."""

from __future__ import annotations

import os
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from automations.model.fact_kinds.forms import FormFolders

if TYPE_CHECKING:
    from automations.ledger.book import Ledger
    from automations.ledger.glimpse import Answering


def remember_folders(ledger: Ledger, folders: Sequence[str], now: datetime) -> None:
    """The folders that the config names, for looks between the runs."""
    names = "\n".join(sorted(set(folders) - {""}))
    if FormFolders(names) != (ledger.fact(FormFolders) or FormFolders()):
        ledger.remember([FormFolders(names).under()], now)


def new_files(site: Path, ledger: Answering, since: datetime) -> bool:
    """Whether a file came, or changed, since a moment (aware)."""
    names = (ledger.fact(FormFolders) or FormFolders()).names.split("\n")
    return any(_newest(site / name) > since.timestamp() for name in names if name)


def _newest(folder: Path) -> float:
    """When the newest file came (seconds since the epoch): a copy keeps its old date, but not when it was made here."""
    try:
        # No links are followed: a link in the folder of a form could name any file of the machine.
        entries = [
            entry.stat(follow_symlinks=False) for entry in os.scandir(folder) if entry.name.lower().endswith(".csv")
        ]
    except OSError:
        return 0.0
    return max((max(found.st_mtime, found.st_ctime) for found in entries), default=0.0)
