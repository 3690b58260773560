"""Content that moves: sort, copy, cut, find and replace, move of whole lines."""

import re
from functools import cmp_to_key
from typing import Any

from tests.sheets_emulator.a1 import Box
from tests.sheets_emulator.errors import RequestError
from tests.sheets_emulator.model import Message, Sheet, Spreadsheet
from tests.sheets_emulator.requests.context import place, spots
from tests.sheets_emulator.values import text_of, typed, with_value

PASTED = {
    "PASTE_VALUES": {"userEnteredValue", "effectiveValue"},
    "PASTE_FORMAT": {"userEnteredFormat", "textFormatRuns"},
    "PASTE_FORMULA": {"userEnteredValue", "effectiveValue"},
    "PASTE_DATA_VALIDATION": {"dataValidation"},
}


def sort_range(document: Spreadsheet, request: Message, user: str) -> None:
    """SortRangeRequest: numbers before text before booleans, blanks last either way; rows keep their cells together."""
    sheet, box = place(document, request.get("range", {}))
    document.guard(user, box)
    if any(Box.of(merge).meets(box) for merge in sheet.merges):
        raise RequestError("You can't sort a range with vertical merges.")
    specs = request.get("sortSpecs", [])
    columns = range(box.left or 0, box.right or 0)
    lines = [{c: row[c] for c in columns if c in row} for row in sheet.rows[box.top or 0 : box.bottom]]
    lines.sort(key=cmp_to_key(lambda one, two: _compared(one, two, specs)))
    for number, line in enumerate(lines, box.top or 0):
        others = {c: data for c, data in sheet.rows[number].items() if c not in columns}
        sheet.rows[number] = others | line


def _rank(cell: Message) -> tuple[int, Any]:
    value = cell.get("effectiveValue", {})
    if "numberValue" in value:
        return 0, value["numberValue"]
    if "stringValue" in value:
        return 1, value["stringValue"].lower()
    if "boolValue" in value:
        return 2, value["boolValue"]
    return (3, "") if "errorValue" in value else (9, "")


def _compared(one: dict[int, Message], two: dict[int, Message], specs: list[Message]) -> int:
    for spec in specs:
        column = spec.get("dimensionIndex", 0)
        first, second = _rank(one.get(column, {})), _rank(two.get(column, {}))
        if first == second:
            continue
        if 9 in {first[0], second[0]}:
            return 1 if first[0] == 9 else -1
        order = -1 if first < second else 1
        return -order if spec.get("sortOrder") == "DESCENDING" else order
    return 0


def _pasted(source: Message, target: Message, kind: str) -> Message:
    if kind in {"PASTE_NORMAL", "PASTE_NO_BORDERS"}:
        return source
    names = PASTED.get(kind, set())
    kept = {name: value for name, value in target.items() if name not in names}
    return kept | {name: value for name, value in source.items() if name in names}


def copy_paste(document: Spreadsheet, request: Message, user: str) -> None:
    """CopyPasteRequest: the source is repeated where the destination is a multiple of it."""
    source_sheet, source = place(document, request.get("source", {}))
    target_sheet, target = place(document, request.get("destination", {}))
    height, width = _size(source)
    if not height or not width:
        raise RequestError("The source range is empty.")
    across = _size(target)
    rows = across[0] if across[0] % height == 0 else height
    columns = across[1] if across[1] % width == 0 else width
    taken = {(r - (source.top or 0), c - (source.left or 0)): source_sheet.cell(r, c) for r, c in spots(source)}
    top, left = target.top or 0, target.left or 0
    area = Box(target_sheet.id, top, top + rows, left, left + columns)
    target_sheet.resize(max(target_sheet.row_count, top + rows), max(target_sheet.column_count, left + columns))
    document.guard(user, area)
    for row, column in spots(area):
        cell = taken[(row - top) % height, (column - left) % width]
        old = target_sheet.cell(row, column)
        target_sheet.put(row, column, _pasted(cell, old, request.get("pasteType", "PASTE_NORMAL")))


def _size(box: Box) -> tuple[int, int]:
    return (box.bottom or 0) - (box.top or 0), (box.right or 0) - (box.left or 0)


def cut_paste(document: Spreadsheet, request: Message, user: str) -> None:
    """CutPasteRequest: the source is empty afterwards."""
    sheet, source = place(document, request.get("source", {}))
    spot = request.get("destination", {})
    target = document.sheet(spot.get("sheetId", 0))
    top, left = spot.get("rowIndex", 0), spot.get("columnIndex", 0)
    height, width = _size(source)
    if min(top, left) < 0 or top + height > target.row_count or left + width > target.column_count:
        raise RequestError("The destination lies outside the grid.")
    document.guard(user, source)
    document.guard(user, Box(target.id, top, top + height, left, left + width))
    taken = {(r - (source.top or 0), c - (source.left or 0)): sheet.cell(r, c) for r, c in spots(source)}
    for row, column in spots(source):
        sheet.put(row, column, {})
    for (row, column), cell in taken.items():
        old = target.cell(top + row, left + column)
        target.put(top + row, left + column, _pasted(cell, old, request.get("pasteType", "PASTE_NORMAL")))


def find_replace(document: Spreadsheet, request: Message, user: str) -> Message:
    """FindReplaceRequest: what is replaced is taken as typed."""
    areas = _searched(document, request)
    flags = 0 if request.get("matchCase") else re.IGNORECASE
    wanted = request.get("find", "")
    pattern = re.compile(wanted if request.get("searchByRegex") else re.escape(wanted), flags)
    rows, tabs, values, formulas, hits = set[tuple[int, int]](), set[int](), 0, 0, 0
    for sheet, box in areas:
        for row, column in [spot for spot in spots(box) if sheet.cell(*spot).get("userEnteredValue")]:
            text, formula = _text(sheet.cell(row, column), document, request)
            whole = pattern.fullmatch(text) if request.get("matchEntireCell") else pattern.search(text)
            if text and whole:
                new, count = pattern.subn(lambda _: request.get("replacement", ""), text)
                document.guard(user, Box(sheet.id, row, row + 1, column, column + 1))
                content, form = typed(new, document.properties["locale"])
                sheet.put(row, column, with_value(sheet.cell(row, column), content, form))
                hits, values, formulas = hits + count, values + (not formula), formulas + formula
                rows.add((sheet.id, row))
                tabs.add(sheet.id)
    counts = {"valuesChanged": values, "formulasChanged": formulas, "rowsChanged": len(rows)}
    counts |= {"sheetsChanged": len(tabs), "occurrencesChanged": hits}
    return {name: count for name, count in counts.items() if count}


def _text(cell: Message, document: Spreadsheet, request: Message) -> tuple[str, bool]:
    formula = cell["userEnteredValue"].get("formulaValue")
    if formula is not None:
        return (formula if request.get("includeFormulas") else ""), True
    return text_of(cell, document.properties["locale"]), False


def _searched(document: Spreadsheet, request: Message) -> list[tuple[Sheet, Box]]:
    if request.get("allSheets"):
        return [(sheet, sheet.closed(Box(sheet.id))) for sheet in document.sheets]
    return [place(document, request.get("range", {"sheetId": request.get("sheetId", 0)}))]


def move_dimension(document: Spreadsheet, request: Message, user: str) -> None:
    """MoveDimensionRequest: the destination is meant before the lines are taken away."""
    span = request.get("source", {})
    sheet = document.sheet(span.get("sheetId", 0))
    start, target = span.get("startIndex", 0), request.get("destinationIndex", 0)
    order = list(range(len(sheet.metadata(span.get("dimension", "ROWS")))))
    end = span.get("endIndex", len(order))
    if span.get("dimension") not in {"ROWS", "COLUMNS"}:
        raise RequestError("No dimension specified.")
    if not 0 <= start < end <= len(order) or not 0 <= target <= len(order) or start < target < end:
        raise RequestError("The destination lies inside the source or outside the grid.")
    document.guard(user, Box(sheet.id))
    taken = order[start:end]
    order = [
        *(at for at in order[:target] if at not in taken),
        *taken,
        *(at for at in order[target:] if at not in taken),
    ]
    if span.get("dimension") == "ROWS":
        sheet.rows = [sheet.rows[at] for at in order]
        sheet.row_meta = [sheet.row_meta[at] for at in order]
    else:
        new = {old: at for at, old in enumerate(order)}
        sheet.rows = [{new[c]: data for c, data in row.items()} for row in sheet.rows]
        sheet.column_meta = [sheet.column_meta[at] for at in order]


HANDLERS = {
    "sortRange": sort_range,
    "copyPaste": copy_paste,
    "cutPaste": cut_paste,
    "findReplace": find_replace,
    "moveDimension": move_dimension,
}
