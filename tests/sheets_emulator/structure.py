"""Rows and columns that come, go and move, with everything that is anchored to them."""

from collections.abc import Callable
from typing import Any

from tests.sheets_emulator.defaults import COLUMN_WIDTH, ROW_HEIGHT
from tests.sheets_emulator.model import Message, Sheet, Spreadsheet

EDGES = {"ROWS": ("startRowIndex", "endRowIndex"), "COLUMNS": ("startColumnIndex", "endColumnIndex")}
ANCHOR = {"ROWS": "rowIndex", "COLUMNS": "columnIndex"}
Shift = Callable[[int], int]


def insert(document: Spreadsheet, sheet: Sheet, dimension: str, at: int, count: int, *, inherit: bool = False) -> None:
    """Puts empty rows or columns in front of `at`; `inherit` takes the formats of the line before, else after."""
    model = at - 1 if inherit else at
    size = {"pixelSize": ROW_HEIGHT if dimension == "ROWS" else COLUMN_WIDTH}
    metas = sheet.metadata(dimension)
    if dimension == "ROWS":
        like = sheet.rows[model] if 0 <= model < sheet.row_count else {}
        styled = {c: {"userEnteredFormat": d["userEnteredFormat"]} for c, d in like.items() if "userEnteredFormat" in d}
        sheet.rows[at:at] = [dict(styled) for _ in range(count)]
    else:
        for number, row in enumerate(sheet.rows):
            sheet.rows[number] = _spread(row, at, count, model)
    metas[at:at] = [size] * count
    sheet.count()

    def first(place: int) -> int:
        return place + count if place >= at else place

    def last(place: int) -> int:
        return place + count if place > at else place

    _anchor_all(document, sheet, dimension, (first, last))


def _spread(row: dict[int, Message], at: int, count: int, model: int) -> dict[int, Message]:
    moved = {column + count if column >= at else column: data for column, data in row.items()}
    style = row.get(model, {}).get("userEnteredFormat")
    if style:
        moved |= {column: {"userEnteredFormat": style} for column in range(at, at + count)}
    return moved


def delete(document: Spreadsheet, sheet: Sheet, dimension: str, start: int, end: int) -> None:
    """Takes the rows or columns from `start` to before `end` away."""
    count = end - start
    del sheet.metadata(dimension)[start:end]
    if dimension == "ROWS":
        del sheet.rows[start:end]
    else:
        for number, row in enumerate(sheet.rows):
            kept = {column: data for column, data in row.items() if not start <= column < end}
            sheet.rows[number] = {column - count if column >= end else column: data for column, data in kept.items()}
    sheet.count()

    def shift(place: int) -> int:
        return place - count if place >= end else min(place, start)

    _anchor_all(document, sheet, dimension, (shift, shift))


def _anchor_all(document: Spreadsheet, sheet: Sheet, dimension: str, shifts: tuple[Shift, Shift]) -> None:
    def moved(items: list[Message]) -> list[Message]:
        changed = [anchored(item, sheet.id, dimension, shifts) for item in items]
        return [item for item in changed if not _gone(item)]

    for name in ("merges", "protected", "conditional", "charts", "banded", "filter_views", "tables", "spills"):
        setattr(sheet, name, moved(getattr(sheet, name)))
    if sheet.basic_filter:
        sheet.basic_filter = next(iter(moved([sheet.basic_filter])), None)
    document.named = moved(document.named)
    document.metadata = [
        item for item in moved(document.metadata) if not _empty(item["location"].get("dimensionRange", {}))
    ]
    for other in document.sheets:
        if other is not sheet:
            other.charts = [anchored(item, sheet.id, dimension, shifts) for item in other.charts]


def anchored(value: Any, sheet_id: int, dimension: str, shifts: tuple[Shift, Shift]) -> Any:
    """A message with every range, span and anchor cell on that sheet moved along."""
    if isinstance(value, list):
        return [anchored(item, sheet_id, dimension, shifts) for item in value]
    if not isinstance(value, dict):
        return value
    result = {name: anchored(item, sheet_id, dimension, shifts) for name, item in value.items()}
    if value.get("sheetId", 0) != sheet_id:
        return result
    names: tuple[str, ...] = EDGES[dimension]
    if value.get("dimension") == dimension:
        names = ("startIndex", "endIndex")
    for name, shift in zip((*names, ANCHOR[dimension]), (*shifts, shifts[0]), strict=True):
        if isinstance(value.get(name), int):
            result[name] = shift(value[name])
    return result


def _empty(span: Message) -> bool:
    pairs = (*EDGES.values(), ("startIndex", "endIndex"))
    return any(span.get(last) is not None and span.get(first, 0) >= span[last] for first, last in pairs)


def _gone(item: Message) -> bool:
    return _empty(item) or _empty(item.get("range", {})) or any(map(_empty, item.get("ranges", ())))
