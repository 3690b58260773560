"""What the ledger remembers of runs, as those see it who only look."""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct

INTERRUPTED = "interrupted"  # the outcome of a run that never ended: it is still at work, or it was killed


class RunRecord(Struct, frozen=True):
    """An earlier run, for `Laufprotokoll` and `kim status`. Counts are what it planned."""

    run: str
    at: datetime
    outcome: str
    jobs: tuple[str, ...] = ()
    edits: int = 0
    mails: int = 0
    problems: int = 0
    trouble: tuple[str, ...] = ()


class Occurrence(Struct, frozen=True):
    """A claimed occurrence, such as "2026-10-25T06:30" in local time. `outcome` is "" until it is
    finished; `at` is when it was claimed, `ended` when it was finished (UTC)."""

    job: str
    occurrence: str
    at: datetime
    outcome: str = ""
    ended: datetime | None = None
