"""One run of a site at a time; the lock file is on the machine that keeps the ledger."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout


class AlreadyRunningError(Exception):
    """Another run of this site is under way."""


@contextmanager
def site_lock(state: Path) -> Iterator[None]:
    """Hold the lock of the site whose folder of state this is. Raises AlreadyRunningError."""
    try:
        # No waiting: a run that comes second would plan from what the first one is changing.
        with FileLock(state / "run.lock", timeout=0):
            yield
    except Timeout as error:
        raise AlreadyRunningError from error


def is_running(state: Path) -> bool:
    """Whether a run of the site is under way, on this machine."""
    try:
        with site_lock(state):
            return False
    except AlreadyRunningError:
        return True
