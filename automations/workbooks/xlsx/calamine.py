"""Sheets parsed by python-calamine, two at a time, while the caller does something else.

calamine parses outside of the interpreter's lock, so two cores halve the time of a large workbook."""

from __future__ import annotations

import io
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from typing import Self

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook

READERS = 2  # more would hold more sheets in memory at once; most machines here have two cores to spare


class CalamineReaders:
    """Reads the sheets of one workbook in the background. `names` are all sheets that it should have.

    As a context manager it waits for what is still being read."""

    def __init__(self, data: bytes, names: Sequence[str]) -> None:
        self._data, self._names = data, list(names)
        self._threads = ExitStack()
        self._readers: list[_Reader] = []
        self._waiting: dict[int, Future[CalamineSheet | None]] = {}

    def __enter__(self) -> Self:
        threads = (self._threads.enter_context(ThreadPoolExecutor(1)) for _ in range(READERS))
        self._readers = [_Reader(thread, self._data, self._names) for thread in threads]
        return self

    def __exit__(self, *problem: object) -> None:
        self._threads.close()

    def start(self, index: int, size: int) -> None:
        """Begin with a sheet; `size` (bytes of XML) shares the work out."""
        reader = min(self._readers, key=lambda reader: reader.load)
        self._waiting[index] = reader.start(index, size)

    def sheet(self, index: int) -> CalamineSheet | None:
        """The sheet that was started, once; None for one that calamine cannot read."""
        return self._waiting.pop(index).result()


class _Reader:
    """One thread with its own handle on the workbook, as a handle reads one sheet at a time. It is
    opened for the first sheet only: opening reads all shared strings."""

    def __init__(self, thread: ThreadPoolExecutor, data: bytes, names: list[str]) -> None:
        self._thread, self._data, self._names = thread, data, names
        self._book: CalamineWorkbook | None = None
        self.load = 0

    def start(self, index: int, size: int) -> Future[CalamineSheet | None]:
        # Empty tabs cost something, too.
        self.load += size + 1
        return self._thread.submit(self._read, index)

    def _read(self, index: int) -> CalamineSheet | None:
        try:
            self._book = self._book or CalamineWorkbook.from_filelike(io.BytesIO(self._data))
            # The list is checked because calamine leaves macro sheets out, which would shift the others.
            return self._book.get_sheet_by_index(index) if self._book.sheet_names == self._names else None
        except (CalamineError, OSError, ValueError):
            return None
