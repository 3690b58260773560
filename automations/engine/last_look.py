"""How things stood when kim last looked, and from when on looking again could show something else.

Kept as one fact of the ledger: it tells a look whether there is anything new, and a run of the schedule whether it
would plan what the run before it planned. No content of a row is in it. Whether files are still the same is told by
their names, sizes and times of change alone."""

from __future__ import annotations

import hashlib
import os
import sys
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from automations.common.shipped import config_folder, program_folder, templates_folder
from automations.common.texts import Texts
from automations.model.fact_kinds.sightings import Standing

if TYPE_CHECKING:
    from automations.ledger.book import Ledger
    from automations.ledger.glimpse import Answering


class Speaking(Protocol):
    """What knows the language of a site."""

    @property
    def texts(self) -> Texts:
        """Its sentences."""


class Grounds(Protocol):
    """A site for those who only look: where it lies, and how it speaks."""

    @property
    def folder(self) -> Path:
        """The folder."""

    @property
    def state(self) -> Path:
        """The folder of the ledger."""

    @property
    def facts(self) -> Speaking:
        """What speaks its language."""


def standing_of(ledger: Answering) -> Standing:
    """What the ledger keeps; a blank one before the first run."""
    return ledger.fact(Standing) or Standing()


def keep(ledger: Ledger, standing: Standing, now: datetime) -> None:
    """Remember how things stand."""
    ledger.remember([standing.under()], now)


def same_now(site: Grounds, ledger: Answering) -> str:
    """What besides the workbooks and the clock a plan is made from: the program, the config with the texts, and what
    the ledger knows."""
    return f"{program_and_config(site)} {ledger.head}"


def program_and_config(site: Grounds) -> str:
    """A stamp of the program with its libraries, and of the config with the texts."""
    shipped = (program_folder(), config_folder(), templates_folder())
    # Whole folders, not the files that were read: a file that is put there tomorrow changes the plan as well.
    own = stamp(*shipped, site.folder / "config", site.folder / "templates")
    return f"{own}-{libraries()}"


_SKIPPED = frozenset({"__pycache__"})


def stamp(*folders: Path) -> str:
    """A short text that changes when a file in one of the folders is added, taken away, renamed or written; folders
    that are not there count as empty. The same in every process."""
    digest = hashlib.blake2b(digest_size=12)
    for folder in folders:
        # Sorted, as folders are listed in another order on each machine.
        for line in sorted(_lines(str(folder), "")):
            digest.update(line.encode(errors="surrogateescape"))
        # Else a file that moves from one folder into the next would change nothing.
        digest.update(b"\x00")
    return digest.hexdigest()


def libraries() -> str:
    """A short text that changes with Python and with every library that is installed beside us, told by the names of
    their folders alone, which say the version."""
    names = sorted({name for folder in sys.path for name in _listed(folder) if name.endswith(".dist-info")})
    known = "\x1e".join([sys.version, *names])
    return hashlib.blake2b(known.encode(errors="surrogateescape"), digest_size=6).hexdigest()


def _listed(folder: str) -> list[str]:
    try:
        with os.scandir(folder or ".") as found:
            return [entry.name for entry in found]
    except OSError:  # a library in an archive, a folder that is not there
        return []


def _lines(folder: str, below: str) -> Iterator[str]:
    try:
        found = list(os.scandir(folder))
    except OSError:
        return
    for entry in found:
        name = f"{below}/{entry.name}"
        if entry.is_dir():
            # What Python writes there itself changes no plan.
            if entry.name not in _SKIPPED:
                yield from _lines(entry.path, name)
            continue
        try:
            status = entry.stat()
        except OSError:  # gone meanwhile
            continue
        # Without their contents: thousands of files would have to be read every five minutes.
        yield f"{name}\x1f{status.st_size}\x1f{status.st_mtime_ns}\x1e"
