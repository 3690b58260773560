# ruff: noqa: T201 - a script that prints
"""Reading and writing a large workbook, beside openpyxl in the same process.

    python -m tests.benchmarks.bench_reading [rows, default 100000]

Seconds are processor time, so that other programs on the machine do not count. Wanted: reading at
least six times as fast as openpyxl loads and saves, and 1 000 scattered cells as well.
"""

from __future__ import annotations

import resource
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import openpyxl
import xlsxwriter

from automations.model.layout import Base, TableLayout
from automations.model.plan import CellEdit, EditGroup
from automations.model.values import RowKey
from automations.model.writes import WriteResult
from automations.workbooks.xlsx.backend import XlsxWorkbook

T = TypeVar("T")
HEADINGS = {"number": "Fall-Nr.", "received": "Eingang", "last_name": "Nachname", "phase": "Phase", "manager": "Wer"}


def make_large(path: Path, rows: int) -> None:
    """15 columns: numbers, dates, repeated and unique text, formulas; and a small second tab."""
    with xlsxwriter.Workbook(str(path)) as book:
        sheet, day = book.add_worksheet("Fälle"), book.add_format({"num_format": "dd.mm.yyyy"})
        sheet.write_row(0, 0, [*HEADINGS.values(), *(f"S{number}" for number in range(10))])
        for row in range(1, rows + 1):
            sheet.write_string(row, 0, f"KIM-{row}")
            sheet.write_number(row, 1, 45_000 + row % 300, day)
            for column in range(2, 5):
                sheet.write_string(row, column, f"Wert {column} {row % 997}")
            for column in range(5, 14):
                sheet.write_number(row, column, row * column * 0.5)
            sheet.write_formula(row, 14, f"=F{row + 1}+1", None, row * 2.5 + 1)
        book.add_worksheet("klein").write_string(0, 0, "a")


def timed(what: str, act: Callable[[], T]) -> tuple[float, T]:
    """The processor seconds of something, told with the memory that the process has needed so far."""
    begun = time.process_time()
    result = act()
    seconds = time.process_time() - begun
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{what:<40} {seconds:7.2f} s   {peak:7.0f} MB at most so far")
    return seconds, result


def scattered(book: XlsxWorkbook, rows: int) -> WriteResult:
    """1 000 cells all over the table, by key."""
    raw = book.read()
    columns = {name: number for number, name in enumerate(HEADINGS, start=1)}
    layout = TableLayout("cases", "team", "Fälle", raw.tabs[0].id, 1, columns, HEADINGS, "number", (), 2, rows + 1)
    base = Base(raw.revision, {"cases": layout})
    del raw
    groups = [
        EditGroup(
            f"g{row}", RowKey("team", "cases", f"KIM-{row}"),
            (CellEdit("manager", f"Wert 4 {row % 997}", "AB"),), "benchmark", "why",
        )
        for row in range(1, rows, max(1, rows // 1000))
    ]  # fmt: skip
    return book.write(groups, [], base, "token", "ledger", lambda _before, _after: None)


def load_and_save(path: Path) -> None:
    """What a program built on openpyxl does to change a cell."""
    book = openpyxl.load_workbook(path)
    book.save(path.with_name("saved.xlsx"))


def main(rows: int) -> None:
    """Our ways first, as openpyxl's memory would hide theirs."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "large.xlsx"
        make_large(path, rows)
        book = XlsxWorkbook("team", path, versions=Path(folder) / "versions")
        reading, _ = timed(f"read {rows} x 15", book.read)
        writing, result = timed("read, then write 1 000 scattered cells", lambda: scattered(book, rows))
        print(f"  {result.status}: {sorted(set(result.groups.values()))}")
        theirs, _ = timed("openpyxl: load and save", lambda: load_and_save(path))
        print(
            f"reading {theirs / reading:.1f} times as fast, writing with its own reading {theirs / writing:.1f} times"
        )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)
