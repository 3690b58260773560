"""What a look asks of the ledger to tell that nothing is new: a handful of values, through Python's own driver.

Loading the database library and all that can be kept takes longer than everything else that such a look does. As in
`glance`, whatever is unusual about the file is left to the door of everybody else."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

from automations.ledger.glance import RUNS, run_of, usual_file
from automations.model.facts import K
from automations.model.runs import RunRecord


class Answering(Protocol):
    """What a look asks; the ledger itself answers it as well."""

    @property
    def head(self) -> str:
        """The end of the audit chain."""

    @property
    def is_fresh(self) -> bool:
        """Whether no run here went beyond being refused."""

    def fact(self, kind: type[K], key: str | None = None) -> K | None:
        """What is remembered under a key."""

    def pending_writes(self, workbook: str) -> Sequence[object]:
        """Writes that were announced and never seen finished."""

    def runs(self, limit: int = 100) -> Sequence[RunRecord]:
        """The newest runs first."""


class Glimpse:
    """A ledger in a SQLite file, only looked at. Its facts are those that are plain texts and moments."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    @property
    def head(self) -> str:
        """See `Answering`."""
        found = self._one("SELECT value FROM meta WHERE name = 'head'")
        return "" if found is None else str(found)

    @property
    def is_fresh(self) -> bool:
        """See `Answering`."""
        from automations.model.fact_kinds.course import Adopted

        return self.fact(Adopted) is None

    def fact(self, kind: type[K], key: str | None = None) -> K | None:
        """See `Answering`."""
        place = kind.key if key is None else key
        found = self._one("SELECT payload FROM facts WHERE kind = ? AND key = ?", kind.kind, place)
        return None if found is None else kind.read(json.loads(str(found)))

    def pending_writes(self, workbook: str) -> Sequence[object]:
        """See `Answering`: their names."""
        # The same states as `writes.OPEN`, which cannot be imported without the database library.
        query = "SELECT token FROM writes WHERE workbook = ? AND status IN ('announced', 'unclear')"
        return self._connection.execute(query, (workbook,)).fetchall()

    def runs(self, limit: int = 100) -> Sequence[RunRecord]:
        """See `Answering`."""
        return [run_of(row) for row in self._connection.execute(f"{RUNS} LIMIT ?", (limit,))]

    def _one(self, query: str, *values: str) -> object:
        found = self._connection.execute(query, values).fetchone()
        return None if found is None else found[0]


@contextmanager
def glimpse_of(path: Path) -> Iterator[Glimpse | None]:
    """A SQLite ledger that is as usual; None where it is anything else (see `usual_file`)."""
    with usual_file(path) as connection:
        yield Glimpse(connection) if connection else None
