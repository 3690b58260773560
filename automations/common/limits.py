"""What a run may take: time for each job, and memory over half a million rows."""

from __future__ import annotations

import contextlib
import functools
import gc
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import ParamSpec, TypeVar

_WORTH_WHILE = 1_000_000  # bytes of a packed file

P = ParamSpec("P")
T = TypeVar("T")


def uncollected(function: Callable[P, T]) -> Callable[P, T]:
    """Runs without cyclic garbage collection: reading and planning make many objects and next to no
    cycles. Measured on 10 000 cases: 5.8 instead of 7.6 seconds; more rows gain more."""

    @functools.wraps(function)
    def wrapped(*args: P.args, **kwargs: P.kwargs) -> T:
        was_enabled = gc.isenabled()
        gc.disable()
        try:
            return function(*args, **kwargs)
        finally:
            if was_enabled:
                gc.enable()

    return wrapped


def give_back(size: int) -> None:
    """After work on `size` bytes of a packed file. What threads let go of stays with their own stores of memory, where
    nothing else can use it: of a workbook with 20 000 cases a third of what a run holds. Only glibc is asked."""
    if size < _WORTH_WHILE or sys.platform != "linux":
        return
    import ctypes

    with contextlib.suppress(OSError, AttributeError):  # another C library
        # glibc keeps freed memory of threads for itself until it is asked.
        ctypes.CDLL("libc.so.6").malloc_trim(0)


class JobTimeoutError(Exception):
    """The job took longer than the config allows."""


@contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """Raises JobTimeoutError inside the block after so many seconds.

    By a signal of the system: on Windows, and outside the main thread, there is no limit."""
    if not hasattr(signal, "setitimer") or threading.current_thread() is not threading.main_thread():
        yield
        return

    def stop(*_: object) -> None:
        raise JobTimeoutError(f"{seconds:g} s")

    # An alarm and not a thread: a job that hangs in a loop looks at no flag, and threads cannot be ended.
    before = signal.signal(signal.SIGALRM, stop)
    earlier = signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
        signal.setitimer(signal.ITIMER_REAL, *earlier)  # somebody else's alarm, if there was one
