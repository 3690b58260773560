"""What all families of requests share."""

from collections.abc import Callable, Iterator
from typing import Any

from tests.sheets_emulator.a1 import Box
from tests.sheets_emulator.errors import RequestError
from tests.sheets_emulator.model import Message, Sheet, Spreadsheet

Handler = Callable[[Spreadsheet, Message, str], Any]


def place(document: Spreadsheet, grid_range: Message) -> tuple[Sheet, Box]:
    """The tab and the closed box of a GridRange; raises RequestError for a range outside the grid."""
    asked = Box.of(grid_range)
    sheet = document.sheet(asked.sheet_id)
    box = sheet.closed(asked)
    for first, last, size, name in (
        (box.top or 0, box.bottom or 0, sheet.row_count, "Row"),
        (box.left or 0, box.right or 0, sheet.column_count, "Column"),
    ):
        low = name.lower()
        if first > last or first < 0:
            raise RequestError(f"end{name}Index ({last}) must be greater than start{name}Index ({first})")
        if last > size:
            raise RequestError(
                f"range.end{name}Index[{last}] is after last {low} in grid[{size}]"
                if first < size
                else f"range.start{name}Index[{first}] is after last {low} in grid[{size}]"
            )
    return sheet, box


def spots(box: Box) -> Iterator[tuple[int, int]]:
    """All cells of a closed box, row by row."""
    for row in range(box.top or 0, box.bottom or 0):
        for column in range(box.left or 0, box.right or 0):
            yield row, column


def index_of(items: list[Message], field: str, wanted: Any, name: str) -> int:
    """Where the message stands that has this id; raises RequestError in Google's words."""
    for position, item in enumerate(items):
        if item.get(field, 0) == wanted:
            return position
    raise RequestError(f"No {name} with id: {wanted}")
