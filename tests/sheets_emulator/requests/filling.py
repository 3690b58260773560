"""Requests that push, thin out or fill cells: ranges inserted and deleted, text pasted, split and trimmed."""

import csv
import io
import random
import re

from tests.sheets_emulator.a1 import Box
from tests.sheets_emulator.errors import RequestError
from tests.sheets_emulator.model import Message, Sheet, Spreadsheet
from tests.sheets_emulator.requests.context import place, spots
from tests.sheets_emulator.values import text_of, typed, with_value

DELIMITERS = {"COMMA": ",", "SEMICOLON": ";", "PERIOD": ".", "SPACE": " "}


def _shift(sheet: Sheet, box: Box, dimension: str, by: int) -> None:
    """Moves the cells from the box to the edge of the grid; what falls off the edge makes it grow."""
    rows = dimension == "ROWS"
    inside = Box(sheet.id, box.top, None if rows else box.bottom, box.left, box.right if rows else None)
    taken = {spot: sheet.cell(*spot) for spot in spots(sheet.closed(inside)) if sheet.cell(*spot)}
    for spot in taken:
        sheet.put(*spot, {})
    gone = set(spots(box)) if by < 0 else set()
    moved = {(r + by, c) if rows else (r, c + by): cell for (r, c), cell in taken.items() if (r, c) not in gone}
    height = max((row + 1 for row, _ in moved), default=0)
    width = max((column + 1 for _, column in moved), default=0)
    sheet.resize(max(sheet.row_count, height), max(sheet.column_count, width))
    for spot, cell in moved.items():
        sheet.put(*spot, cell)


def _pushed(document: Spreadsheet, request: Message, user: str, sign: int) -> None:
    sheet, box = place(document, request.get("range", {}))
    dimension = request.get("shiftDimension", "")
    if dimension not in {"ROWS", "COLUMNS"}:
        raise RequestError("No dimension specified.")
    document.guard(user, box)
    rows = dimension == "ROWS"
    far = Box(sheet.id, box.top, None if rows else box.bottom, box.left, box.right if rows else None)
    if any(Box.of(merge).meets(far) for merge in sheet.merges):
        raise RequestError("You can't move part of a merged cell.")
    size = (box.bottom or 0) - (box.top or 0) if rows else (box.right or 0) - (box.left or 0)
    _shift(sheet, box, dimension, sign * size)


def insert_range(document: Spreadsheet, request: Message, user: str) -> None:
    """InsertRangeRequest: cells below or to the right make room."""
    _pushed(document, request, user, 1)


def delete_range(document: Spreadsheet, request: Message, user: str) -> None:
    """DeleteRangeRequest: cells below or to the right move up."""
    _pushed(document, request, user, -1)


def delete_duplicates(document: Spreadsheet, request: Message, user: str) -> Message:
    """DeleteDuplicatesRequest: the first of each kind stays, rows below it move up within the range."""
    sheet, box = place(document, request.get("range", {}))
    document.guard(user, box)
    columns = range(box.left or 0, box.right or 0)
    asked = request.get("comparisonColumns", [])
    spans = [(span.get("startIndex", 0), span.get("endIndex", sheet.column_count)) for span in asked]
    compared = [c for c in columns if not spans or any(first <= c < last for first, last in spans)]
    seen: set[str] = set()
    kept: list[dict[int, Message]] = []
    rows = sheet.rows[box.top or 0 : box.bottom]
    for row in rows:
        mark = repr([_folded(row.get(column, {})) for column in compared])
        if mark not in seen:
            seen.add(mark)
            kept.append({c: row[c] for c in columns if c in row})
    for number in range(len(rows)):
        others = {c: data for c, data in rows[number].items() if c not in columns}
        sheet.rows[(box.top or 0) + number] = others | (kept[number] if number < len(kept) else {})
    removed = len(rows) - len(kept)
    return {"duplicatesRemovedCount": removed} if removed else {}


def _folded(cell: Message) -> Message:
    """Case, formats and formulas make no difference between duplicates (discovery document)."""
    value = cell.get("effectiveValue", {})
    return {name: part.lower() if isinstance(part, str) else part for name, part in value.items()}


def trim_whitespace(document: Spreadsheet, request: Message, user: str) -> Message:
    """TrimWhitespaceRequest: spaces at the ends go, runs become one; formulas stay."""
    sheet, box = place(document, request.get("range", {}))
    document.guard(user, box)
    changed = 0
    for row, column in spots(box):
        cell = sheet.cell(row, column)
        text = cell.get("userEnteredValue", {}).get("stringValue")
        trimmed = re.sub(r"\s+", " ", text).strip() if text is not None else None
        if trimmed != text:
            sheet.put(row, column, with_value(cell, {"stringValue": trimmed} if trimmed else None))
            changed += 1
    return {"cellsChangedCount": changed} if changed else {}


def paste_data(document: Spreadsheet, request: Message, user: str) -> None:
    """PasteDataRequest: text split by a delimiter, as if typed; the grid grows. HTML is not read."""
    if request.get("html"):
        raise RequestError("The emulator does not paste HTML.")
    delimiter = request.get("delimiter", "")
    if len(delimiter) != 1:
        raise RequestError("Either a delimiter or html must be specified.")
    spot = request.get("coordinate", {})
    sheet, top, left = document.sheet(spot.get("sheetId", 0)), spot.get("rowIndex", 0), spot.get("columnIndex", 0)
    lines = list(csv.reader(io.StringIO(request.get("data", "")), delimiter=delimiter))
    _write(document, sheet, (top, left), lines, user)


def text_to_columns(document: Spreadsheet, request: Message, user: str) -> None:
    """TextToColumnsRequest: one column, split to the right."""
    sheet, box = place(document, request.get("source", {}))
    if (box.right or 0) - (box.left or 0) != 1:
        raise RequestError("The source must span exactly one column.")
    kind = request.get("delimiterType", "AUTODETECT")
    delimiter = request.get("delimiter", "") if kind == "CUSTOM" else DELIMITERS.get(kind, "")
    locale = document.properties["locale"]
    for row in range(box.top or 0, box.bottom or 0):
        text = text_of(sheet.cell(row, box.left or 0), locale)
        by = delimiter or next((one for one in DELIMITERS.values() if one in text), ",")
        if by in text:
            _write(document, sheet, (row, box.left or 0), [[part.strip() for part in text.split(by)]], user)


def _write(document: Spreadsheet, sheet: Sheet, spot: tuple[int, int], lines: list[list[str]], user: str) -> None:
    top, left = spot
    width = max((len(line) for line in lines), default=0)
    document.guard(user, Box(sheet.id, top, top + len(lines), left, left + width))
    sheet.resize(max(sheet.row_count, top + len(lines)), max(sheet.column_count, left + width))
    for row, line in enumerate(lines, top):
        for column, text in enumerate(line, left):
            content, form = typed(text, document.properties["locale"]) if text else (None, None)
            sheet.put(row, column, with_value(sheet.cell(row, column), content, form))


def randomize_range(document: Spreadsheet, request: Message, user: str) -> None:
    """RandomizeRangeRequest: rows in another order, each with its cells."""
    sheet, box = place(document, request.get("range", {}))
    document.guard(user, box)
    columns, top = range(box.left or 0, box.right or 0), box.top or 0
    lines = [{c: row[c] for c in columns if c in row} for row in sheet.rows[top : box.bottom]]
    random.Random(len(lines)).shuffle(lines)  # noqa: S311 - no secret
    for number, line in enumerate(lines, top):
        others = {c: data for c, data in sheet.rows[number].items() if c not in columns}
        sheet.rows[number] = others | line


def auto_fill(document: Spreadsheet, request: Message, user: str) -> None:
    """AutoFillRequest with source and destination: numbers go on evenly, all else is repeated."""
    asked = request.get("sourceAndDestination")
    if not asked:
        raise RequestError("The emulator fills from a source only.")
    sheet, box = place(document, asked.get("source", {}))
    rows, length = asked.get("dimension") == "ROWS", asked.get("fillLength", 0)
    if length <= 0:
        raise RequestError("The emulator fills to the right and down only.")
    across = range(box.left or 0, box.right or 0) if rows else range(box.top or 0, box.bottom or 0)
    along = range(box.top or 0, box.bottom or 0) if rows else range(box.left or 0, box.right or 0)
    end = along.stop + length
    sheet.resize(max(sheet.row_count, end if rows else 0), max(sheet.column_count, 0 if rows else end))
    for line in across:
        source = [sheet.cell(n, line) if rows else sheet.cell(line, n) for n in along]
        for number in range(length):
            spot = (along.stop + number, line) if rows else (line, along.stop + number)
            document.guard(user, Box(sheet.id, spot[0], spot[0] + 1, spot[1], spot[1] + 1))
            sheet.put(*spot, _next(source, number))


def _next(source: list[Message], number: int) -> Message:
    values = [cell.get("userEnteredValue", {}).get("numberValue") for cell in source]
    like = source[number % len(source)]
    if any(value is None for value in values) or len(values) < 2:
        return like
    step = (values[-1] - values[0]) / (len(values) - 1)
    return with_value(like, {"numberValue": values[-1] + step * (number + 1)})


HANDLERS = {
    "insertRange": insert_range,
    "deleteRange": delete_range,
    "deleteDuplicates": delete_duplicates,
    "trimWhitespace": trim_whitespace,
    "pasteData": paste_data,
    "textToColumns": text_to_columns,
    "randomizeRange": randomize_range,
    "autoFill": auto_fill,
}
