"""What many tests make alike is made once for all processes of a session, and copied for each test."""

from __future__ import annotations

import fcntl
import os
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from hashlib import blake2b
from pathlib import Path

PLACE = "KIM_TEST_SHELF"
"""Names the folder of the session's shelf: a fixture of `tests/conftest.py` sets it, in each process of the session."""


def copied(key: object, make: Callable[[Path], object], folder: Path) -> Path:
    """A copy, in a folder that is not there yet or is empty, of what `make` makes of an empty folder. `key` says all
    that it is made of, so that equal ones are made once; outside of a session of pytest it is made each time."""
    place = os.environ.get(PLACE)
    if place is None:
        folder.mkdir(exist_ok=True)
        make(folder)
        return folder
    kept = Path(place) / blake2b(repr(key).encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()
    done = kept.with_suffix(".done")
    with kept.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # tests run side by side, in processes of their own
        if not done.exists():
            shutil.rmtree(kept, ignore_errors=True)  # what an attempt that failed left
            kept.mkdir()
            make(kept)  # made in its place: a ledger knows where its backups lie
            done.touch()
    return moved_in(Path(shutil.copytree(kept, folder, dirs_exist_ok=True)))


def moved_in(folder: Path) -> Path:
    """The copy of a site, for the site itself: kim takes it for one that has always been here."""
    ledger = folder / "state" / "ledger.sqlite"
    if ledger.exists():
        with closing(sqlite3.connect(ledger, isolation_level=None)) as connection:
            connection.execute("DELETE FROM facts WHERE kind = 'place'")
    return folder


def lived(make: Callable[[Path], object], folder: Path) -> Path:
    """The same of a function that is given nothing but the place: what it makes is known by its name."""
    return copied((make.__module__, make.__qualname__), make, folder)
