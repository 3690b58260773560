"""Cells: values, formats, notes, borders, validation."""

from typing import Any

from tests.sheets_emulator.a1 import Box
from tests.sheets_emulator.errors import RequestError
from tests.sheets_emulator.masks import Mask, for_update, updated
from tests.sheets_emulator.model import Message, Sheet, Spreadsheet
from tests.sheets_emulator.requests.context import place, spots
from tests.sheets_emulator.values import with_value

READ_ONLY = {"effectiveValue", "formattedValue", "effectiveFormat", "hyperlink"}


def changed(cell: Message, new: Message, mask: Mask) -> Message:
    """A cell with the masked parts of a CellData message."""
    if "*" in mask:
        mask = {
            name: {} for name in ("userEnteredValue", "userEnteredFormat", "note", "dataValidation", "textFormatRuns")
        }
    parts = {name: below for name, below in mask.items() if name not in READ_ONLY and name != "userEnteredValue"}
    result = cell
    if "userEnteredValue" in mask:
        value = new.get("userEnteredValue")
        if value and len(value) > 1:
            raise RequestError("Only one kind of value may be set.")
        if value and "formulaValue" in value and not value["formulaValue"].startswith("="):
            raise RequestError(f"Invalid formulaValue: {value['formulaValue']}")
        result = with_value(cell, value)
    return updated(parts, result, new, "CellData")


def update_cells(document: Spreadsheet, request: Message, user: str) -> None:
    """UpdateCellsRequest: with `range`, what the rows do not cover is emptied; with `start`, the rows say the size."""
    mask = for_update(request.get("fields"), "CellData")
    rows = [row.get("values", []) for row in request.get("rows", [])]
    height, width = len(rows), max((len(row) for row in rows), default=0)
    if "start" in request:
        start = request["start"]
        top, left = start.get("rowIndex", 0), start.get("columnIndex", 0)
        area = {"sheetId": start.get("sheetId", 0), "startRowIndex": top, "endRowIndex": top + height}
        sheet, box = place(document, area | {"startColumnIndex": left, "endColumnIndex": left + width})
    elif "range" in request:
        sheet, box = place(document, request["range"])
        if height > (box.bottom or 0) - (box.top or 0) or width > (box.right or 0) - (box.left or 0):
            raise RequestError("Attempting to write more rows or columns than the range holds.")
    else:
        raise RequestError("One of 'start' or 'range' must be set.")
    document.guard(user, box)
    for row, column in spots(box):
        line = rows[row - (box.top or 0)] if row - (box.top or 0) < height else []
        at = column - (box.left or 0)
        if at >= len(line) and "start" in request:
            continue
        old = sheet.cell(row, column)
        new = line[at] if at < len(line) else {}
        if old or new:
            sheet.put(row, column, changed(old, new, mask))


def repeat_cell(document: Spreadsheet, request: Message, user: str) -> None:
    """RepeatCellRequest: what of the range lies beyond the grid is left out, as a public client's own tests need."""
    mask = for_update(request.get("fields"), "CellData", "cell")
    sheet, box = place(document, _within(document, request.get("range", {})))
    document.guard(user, box)
    new = request.get("cell", {})
    for row, column in spots(box):
        sheet.put(row, column, changed(sheet.cell(row, column), new, mask))


def _within(document: Spreadsheet, area: Message) -> Message:
    sheet = document.sheet(area.get("sheetId", 0))
    sizes = {"endRowIndex": sheet.row_count, "endColumnIndex": sheet.column_count}
    return area | {name: min(area[name], size) for name, size in sizes.items() if name in area}


def append_cells(document: Spreadsheet, request: Message, user: str) -> None:
    """AppendCellsRequest: after the last row with data; the grid grows where needed."""
    mask = for_update(request.get("fields"), "CellData")
    sheet = document.sheet(request.get("sheetId", 0))
    filled = [
        number for number, row in enumerate(sheet.rows) if any("userEnteredValue" in data for data in row.values())
    ]
    top = filled[-1] + 1 if filled else 0
    rows = [row.get("values", []) for row in request.get("rows", [])]
    width = max((len(row) for row in rows), default=0)
    sheet.resize(max(sheet.row_count, top + len(rows)), max(sheet.column_count, width))
    document.guard(user, Box(sheet.id, top, top + len(rows), 0, width))
    for row, line in enumerate(rows, top):
        for column, new in enumerate(line):
            sheet.put(row, column, changed(sheet.cell(row, column), new, mask))


def set_data_validation(document: Spreadsheet, request: Message, user: str) -> None:
    """SetDataValidationRequest; without a rule it clears."""
    sheet, box = place(document, request.get("range", {}))
    document.guard(user, box)
    rule = request.get("rule")
    for row, column in spots(box):
        sheet.put(
            row, column, updated({"dataValidation": {}}, sheet.cell(row, column), {"dataValidation": rule}, "CellData")
        )


def update_borders(document: Spreadsheet, request: Message, user: str) -> None:
    """UpdateBordersRequest: outer sides at the edges of the range, inner ones between its cells."""
    sheet, box = place(document, request.get("range", {}))
    document.guard(user, box)
    for row, column in spots(box):
        sides = {
            "top": "top" if row == box.top else "innerHorizontal",
            "bottom": "bottom" if row + 1 == box.bottom else "innerHorizontal",
            "left": "left" if column == box.left else "innerVertical",
            "right": "right" if column + 1 == box.right else "innerVertical",
        }
        given = {side: request[name] for side, name in sides.items() if name in request}
        if given:
            _border(sheet, row, column, given)


def _border(sheet: Sheet, row: int, column: int, given: dict[str, Any]) -> None:
    cell = sheet.cell(row, column)
    style = cell.get("userEnteredFormat", {})
    borders = {**style.get("borders", {}), **given}
    borders = {side: border for side, border in borders.items() if border.get("style") != "NONE"}
    style = {name: value for name, value in style.items() if name != "borders"} | (
        {"borders": borders} if borders else {}
    )
    sheet.put(row, column, updated({"userEnteredFormat": {}}, cell, {"userEnteredFormat": style or None}, "CellData"))


HANDLERS = {
    "updateCells": update_cells,
    "repeatCell": repeat_cell,
    "appendCells": append_cells,
    "setDataValidation": set_data_validation,
    "updateBorders": update_borders,
}
