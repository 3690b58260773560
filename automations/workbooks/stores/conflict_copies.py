"""Copies that a program which shares files puts aside when two people saved at once (Nextcloud, Dropbox, Syncthing,
OneDrive): what somebody typed stands in them alone."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

_WORDS = ("conflict", "konflikt")


def conflict_copies(path: Path) -> tuple[str, ...]:
    """The names of such files beside a workbook; none where its folder cannot be listed."""
    with suppress(OSError):
        names = (one.name for one in path.parent.iterdir() if one.suffix.casefold() == path.suffix.casefold())
        stem = path.stem.casefold()
        return tuple(sorted(name for name in names if _is_copy(name.casefold(), stem) and name != path.name))
    return ()


def _is_copy(name: str, stem: str) -> bool:
    return name.startswith(stem) and any(word in name[len(stem) :] for word in _WORDS)
