"""Workbook files for tests, made and changed with openpyxl as other programs would."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import openpyxl

from automations.model.values import Value


def make_file(path: Path, tabs: Mapping[str, Sequence[Sequence[Value]]]) -> Path:
    """A workbook of these rows."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in tabs.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
    book.save(path)
    return path


def colleague_types(path: Path, row: int, column: int, value: Value, tab: str = "Fälle") -> None:
    """A colleague opens the file, types one cell and saves it, as office programs do: to another
    file that then takes its place."""
    book = openpyxl.load_workbook(path)
    book[tab].cell(row, column).value = value
    other = path.with_name("their save.tmp")
    book.save(other)
    other.replace(path)
