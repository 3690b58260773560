"""A limit to how long a job may plan, so that one that hangs stops neither the others nor the service."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager


class JobTimeoutError(Exception):
    """The job took longer than the config allows."""


@contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """Raises JobTimeoutError inside the block after so many seconds.

    By a signal of the system: on Windows, and outside the main thread, there is no limit.
    """
    if not hasattr(signal, "setitimer") or threading.current_thread() is not threading.main_thread():
        yield
        return

    def stop(*_: object) -> None:
        raise JobTimeoutError(f"{seconds:g} s")

    before = signal.signal(signal.SIGALRM, stop)
    earlier = signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
        signal.setitimer(signal.ITIMER_REAL, *earlier)  # somebody else's alarm, if there was one
