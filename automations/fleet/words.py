"""What libraries say of a worker's troubles, as one line of its log each: a traceback tells an operator nothing."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from logging import WARNING, Handler, LogRecord, getLogger
from typing import Any

from psycopg.errors import RaiseException

Log = Callable[..., None]  # Told what happens: a word, and values by name. No person, no secret is among them.

OVERTAKEN = "a run that had been given up has ended; its site has gone on without it"

_TALKERS = ("procrastinate", "psycopg", "psycopg.pool")


class OneLine(Handler):
    """Passes warnings on: the first line of each, and what kind of error it was."""

    def __init__(self, log: Log) -> None:
        super().__init__(WARNING)
        self._log = log

    def emit(self, record: LogRecord) -> None:
        """One record, one line; a query that was cut short because it was cancelled is no trouble: a worker that
        stops does so, and whoever else cancels tells why."""
        if record.args and "CancelledError" in record.args:
            return
        error = record.exc_info[1] if record.exc_info else None
        words = next(iter(record.getMessage().strip().splitlines()), "")
        self._log("queue", said=_sentence(error) or words, **_kind(error))


@contextmanager
def in_one_line(log: Log, loop: asyncio.AbstractEventLoop) -> Iterator[None]:
    """Within it, troubles of the queue and of the database are told in one line each, also those of tasks that
    nobody waits for."""

    def unheard(_loop: asyncio.AbstractEventLoop, context: Mapping[str, Any]) -> None:
        error = context.get("exception")
        log("queue", said=_sentence(error) or str(context.get("message", "")), **_kind(error))

    handler = OneLine(log)
    talkers = [getLogger(name) for name in _TALKERS]
    before = [talker.propagate for talker in talkers]
    for talker in talkers:
        talker.addHandler(handler)
        talker.propagate = False
    loop.set_exception_handler(unheard)
    try:
        yield
    finally:
        loop.set_exception_handler(None)
        for talker, propagate in zip(talkers, before, strict=True):
            talker.removeHandler(handler)
            talker.propagate = propagate


def _kind(error: object) -> dict[str, str]:
    return {"error": type(error).__name__} if isinstance(error, BaseException) else {}


def _sentence(error: object) -> str:
    """What is known of an error of Procrastinate's: the job that a worker wants to end is no longer there."""
    cause = error.__cause__ if isinstance(error, BaseException) else None
    return OVERTAKEN if isinstance(cause, RaiseException) and "Job was not found" in str(cause) else ""
