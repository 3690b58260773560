# ruff: noqa: T201, S311 - a script that prints; the chance is for test data
"""How the patcher compares with openpyxl's load and save, and with copying the file.

Run it as a script; it prints ratios, all from the same run:

    python -m tests.benchmarks.bench_patching [rows]

Each candidate runs in a process of its own, so that its peak of memory is its own.
"""

from __future__ import annotations

import datetime as dt
import multiprocessing
import random
import resource
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import openpyxl
import xlsxwriter

from automations.model.values import Value
from automations.workbooks.xlsx.changes import patch

COLUMNS, CELLS, SMALL_ROUNDS = 15, 1000, 15


def make(path: Path, rows: int) -> None:
    """A workbook with a large tab (numbers, texts, dates) and a small one."""
    book = xlsxwriter.Workbook(path)
    big, small = book.add_worksheet("Big"), book.add_worksheet("Small")
    date = book.add_format({"num_format": "dd.mm.yyyy"})
    chance = random.Random(1)
    for row in range(rows):
        for column in range(COLUMNS):
            kind = column % 4
            if kind == 0:
                big.write_number(row, column, chance.random() * 1000)
            elif kind == 1:
                big.write_string(row, column, f"Text {chance.randrange(5000)}")
            elif kind == 2:
                big.write_datetime(row, column, dt.date(2020, 1, 1) + dt.timedelta(chance.randrange(2000)), date)
            else:
                big.write_number(row, column, chance.randrange(100))
    small.write_row(0, 0, ["a", "b", "c"])
    book.close()


def edits(rows: int) -> dict[str, Value]:
    """Scattered cells, all text."""
    chance = random.Random(2)
    return {f"{chr(65 + chance.randrange(COLUMNS))}{chance.randrange(1, rows + 1)}": "changed" for _ in range(CELLS)}


def with_patch(source: Path, target: Path, rows: int) -> None:
    patch(source, target, {"Big": edits(rows)})


def with_openpyxl(source: Path, target: Path, rows: int) -> None:
    book = openpyxl.load_workbook(source)
    for reference, value in edits(rows).items():
        book["Big"][reference] = value
    book.save(target)


def measured(work: Callable[[Path, Path, int], None], source: Path, target: Path, rows: int) -> tuple[float, float]:
    """Seconds and peak megabytes of a fresh process."""
    context = multiprocessing.get_context("spawn")
    results: multiprocessing.Queue[tuple[float, float]] = context.Queue()
    process = context.Process(target=_measure, args=(work, source, target, rows, results))
    process.start()
    answer = results.get()
    process.join()
    return answer


def _measure(
    work: Callable[[Path, Path, int], None], source: Path, target: Path, rows: int, results: multiprocessing.Queue
) -> None:
    start = time.perf_counter()
    work(source, target, rows)
    seconds = time.perf_counter() - start
    results.put((seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024))


def best(work: Callable[[], object], target: Path) -> float:
    """The shortest of several rounds, each onto a target that is not there."""
    times = []
    for _ in range(SMALL_ROUNDS):
        target.unlink(missing_ok=True)
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return min(times)


def main() -> None:
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder) / "source.xlsx", Path(folder) / "target.xlsx"
        make(source, rows)
        print(f"{rows} x {COLUMNS} cells, {source.stat().st_size / 1e6:.1f} MB")
        ours = measured(with_patch, source, target, rows)
        theirs = measured(with_openpyxl, source, target, rows)
        print(f"{CELLS} scattered cells: patch {ours[0]:.2f} s, {ours[1]:.0f} MB")
        print(f"                      openpyxl {theirs[0]:.2f} s, {theirs[1]:.0f} MB")
        print(f"  {theirs[0] / ours[0]:.1f} times faster, {ours[1] / theirs[1]:.2f} of the memory")
        one = best(lambda: patch(source, target, {"Small": {"B1": "changed"}}), target)
        copy = best(lambda: shutil.copyfile(source, target), target)
        print(f"one cell in the small tab: {one * 1000:.1f} ms, copying {copy * 1000:.1f} ms, ratio {one / copy:.2f}")


if __name__ == "__main__":
    main()
