"""A1 notation and half-open grid ranges."""

import re
from dataclasses import dataclass
from typing import Any

CELL = re.compile(r"\$?([A-Za-z]{1,3})?\$?([1-9][0-9]*)?")
PLAIN_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


def letters(column: int) -> str:
    """The heading of a 0-based column: 0 is A."""
    text = ""
    number = column + 1
    while number:
        number, rest = divmod(number - 1, 26)
        text = chr(65 + rest) + text
    return text


def number(heading: str) -> int:
    """The 0-based column of a heading."""
    total = 0
    for letter in heading.upper():
        total = total * 26 + ord(letter) - 64
    return total - 1


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle of one sheet, 0-based, ends excluded; None leaves a side open."""

    sheet_id: int
    top: int | None = None
    bottom: int | None = None
    left: int | None = None
    right: int | None = None

    @staticmethod
    def of(grid_range: dict[str, Any]) -> "Box":
        """The box of a GridRange message."""
        return Box(
            grid_range.get("sheetId", 0),
            grid_range.get("startRowIndex"),
            grid_range.get("endRowIndex"),
            grid_range.get("startColumnIndex"),
            grid_range.get("endColumnIndex"),
        )

    def closed(self, rows: int, columns: int) -> "Box":
        """The same box with its open sides at the edges of a grid of that size."""
        return Box(
            self.sheet_id,
            self.top or 0,
            rows if self.bottom is None else self.bottom,
            self.left or 0,
            columns if self.right is None else self.right,
        )

    def message(self) -> dict[str, Any]:
        """The GridRange message; open sides and sheet 0 are left out, as Google leaves them out."""
        pairs = (
            ("sheetId", self.sheet_id or None),
            ("startRowIndex", self.top),
            ("endRowIndex", self.bottom),
            ("startColumnIndex", self.left),
            ("endColumnIndex", self.right),
        )
        return {name: value for name, value in pairs if value is not None}

    def meets(self, other: "Box") -> bool:
        """Whether the two have a cell in common."""
        far = 1 << 40
        return (
            self.sheet_id == other.sheet_id
            and (self.top or 0) < (far if other.bottom is None else other.bottom)
            and (other.top or 0) < (far if self.bottom is None else self.bottom)
            and (self.left or 0) < (far if other.right is None else other.right)
            and (other.left or 0) < (far if self.right is None else self.right)
        )

    def within(self, other: "Box") -> bool:
        """Whether all of this lies inside `other`."""
        far = 1 << 40
        return (
            self.sheet_id == other.sheet_id
            and (self.top or 0) >= (other.top or 0)
            and (self.left or 0) >= (other.left or 0)
            and (far if self.bottom is None else self.bottom) <= (far if other.bottom is None else other.bottom)
            and (far if self.right is None else self.right) <= (far if other.right is None else other.right)
        )


def quoted(title: str) -> str:
    """A tab's title as Google prints it in front of `!`."""
    looks_like_cell = re.fullmatch(r"[A-Za-z]{1,3}[0-9]+|[Rr][0-9]*[Cc][0-9]*", title) is not None
    if PLAIN_NAME.fullmatch(title) and not looks_like_cell:
        return title
    return "'" + title.replace("'", "''") + "'"


def written(title: str, box: Box) -> str:
    """A closed box as text, `Tab!A1:B2`; a single cell without the colon."""
    first = f"{letters(box.left or 0)}{(box.top or 0) + 1}"
    last = f"{letters((box.right or 1) - 1)}{box.bottom}"
    return f"{quoted(title)}!{first if first == last else first + ':' + last}"


def split(text: str) -> tuple[str | None, str | None]:
    """(title, cells) of a range as typed; either may be missing. A lone word is given as title."""
    if text.startswith("'"):
        found = re.fullmatch(r"'((?:[^']|'')*)'(?:!(.*))?", text, re.DOTALL)
        if found:
            return found[1].replace("''", "'"), found[2]
    if "!" in text:
        title, _, cells = text.rpartition("!")
        return title, cells
    return text, None


def box_of(cells: str, sheet_id: int) -> Box | None:
    """The box of `A1`, `A1:B2`, `A:B`, `2:3`, `A2:C`, in any order of corners; None when it is no such text."""
    first, colon, last = cells.strip().partition(":")
    start = CELL.fullmatch(first)
    end = CELL.fullmatch(last) if colon else start
    if not start or not end or not first or (colon and not last):
        return None
    if not colon and not (start[1] and start[2]):
        return None
    rows = sorted(int(row) - 1 for row in (start[2], end[2]) if row)
    columns = sorted(number(column) for column in (start[1], end[1]) if column)
    both_rows, both_columns = bool(start[2] and end[2]), bool(start[1] and end[1])
    return Box(
        sheet_id,
        rows[0] if rows else None,
        rows[-1] + 1 if both_rows else None,
        columns[0] if columns else None,
        columns[-1] + 1 if both_columns else None,
    )
