"""Cell references in A1 notation: cells as (row, column) and ranges as four numbers, counted from 1."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple, TypeAlias

from automations.workbooks.refusals import Refusal

MAX_ROW, MAX_COLUMN = 1_048_576, 16_384  # ECMA-376: the grid of SpreadsheetML in practice (Excel 2007 on)

Position: TypeAlias = tuple[int, int]
_CELL = re.compile(r"\$?([A-Za-z]{1,3})\$?([0-9]{1,7})")
_LINES = re.compile(r"\$?([A-Za-z]{1,3}):\$?([A-Za-z]{1,3})|\$?([0-9]{1,7}):\$?([0-9]{1,7})")
_QUALIFIED = re.compile(r"\s*(?:'((?:[^']|'')+)'|([^'!]+))!([^!]+)")


class Box(NamedTuple):
    """A rectangle of cells, both corners included."""

    top: int
    left: int
    bottom: int
    right: int

    def covers(self, position: Position) -> bool:
        """Whether a cell lies in it."""
        row, column = position
        return self.top <= row <= self.bottom and self.left <= column <= self.right

    def __str__(self) -> str:
        first, last = cell_name(self.top, self.left), cell_name(self.bottom, self.right)
        return first if first == last else f"{first}:{last}"

    def grown(self, rows: Iterable[int], columns: Iterable[int]) -> Box:
        """The smallest box that also covers these rows and columns."""
        rows, columns = list(rows), list(columns)
        return Box(
            min(self.top, *rows), min(self.left, *columns), max(self.bottom, *rows), max(self.right, *columns)
        )  # fmt: skip


def column_number(letters: str) -> int:
    """`"A"` → 1, `"AA"` → 27."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    return number


def column_letters(number: int) -> str:
    """1 → `"A"`, 27 → `"AA"`."""
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def cell_name(row: int, column: int) -> str:
    """(7, 2) → `"B7"`."""
    return f"{column_letters(column)}{row}"


def parse_cell(reference: str) -> Position:
    """`"B7"` or `"$B$7"` → (7, 2). Raises Refusal("reference") for anything else."""
    found = _CELL.fullmatch(reference.strip())
    if found:
        row, column = int(found[2]), column_number(found[1])
        if 1 <= row <= MAX_ROW and column <= MAX_COLUMN:
            return row, column
    raise Refusal("reference", reference=reference)


def judge_places(positions: Iterable[Position]) -> None:
    """Raise Refusal("reference") for a cell outside the grid."""
    for row, column in positions:
        if not (1 <= row <= MAX_ROW and 1 <= column <= MAX_COLUMN):
            raise Refusal("reference", reference=f"R{row}C{column}")


def parse_box(reference: str) -> Box:
    """`"A1:C9"`, `"A1"`, `"A:C"` or `"1:9"` → Box. Raises Refusal("reference")."""
    first, _, last = reference.partition(":")
    # Whole columns and rows, as conditional formats and print titles name them.
    if whole := _LINES.fullmatch(reference.strip()):
        first, last = (whole[1] + "1", whole[2] + str(MAX_ROW)) if whole[1] else ("A" + whole[3], "XFD" + whole[4])
    (top, left), (bottom, right) = parse_cell(first), parse_cell(last or first)
    return Box(min(top, bottom), min(left, right), max(top, bottom), max(left, right))


def parse_boxes(sqref: str) -> list[Box]:
    """The ranges of an sqref; parts that are none are left out."""
    boxes = []
    for part in sqref.split():
        try:
            boxes.append(parse_box(part))
        except Refusal:
            continue
    return boxes


def split_qualified(reference: str) -> tuple[str, str]:
    """`"'My tab'!B7"` → ("My tab", "B7"). Raises Refusal("reference")."""
    found = _QUALIFIED.fullmatch(reference)
    if not found:
        raise Refusal("reference", reference=reference)
    tab = found[1].replace("''", "'") if found[1] else found[2]
    return tab, found[3].strip()


def quoted(tab: str) -> str:
    """A tab's name as formulas write it; quoted always, which is always allowed."""
    return "'" + tab.replace("'", "''") + "'"


def constant(text: str) -> str:
    """A text constant as formulas write it."""
    return '"' + text.replace('"', '""') + '"'


def hits(positions: Sequence[Position], boxes: Iterable[Box]) -> Iterator[tuple[Position, Box]]:
    """Every position that lies in a box, with the box. `positions` must be sorted."""
    rows = [row for row, _ in positions]
    for box in boxes:
        for position in positions[bisect_left(rows, box.top) : bisect_right(rows, box.bottom)]:
            if box.covers(position):
                yield position, box
