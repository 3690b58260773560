"""Rows and columns: insert, delete, append, size, groups."""

from tests.sheets_emulator.a1 import Box
from tests.sheets_emulator.defaults import COLUMN_WIDTH, ROW_HEIGHT
from tests.sheets_emulator.errors import RequestError
from tests.sheets_emulator.masks import for_update, updated
from tests.sheets_emulator.model import Message, Sheet, Spreadsheet
from tests.sheets_emulator.structure import delete, insert
from tests.sheets_emulator.values import text_of

# Pixels of a capital letter, from the one recorded column; other letters are narrower.
LETTER = 8.472


def _span(document: Spreadsheet, given: Message, *, beyond: bool = False) -> tuple[Sheet, str, int, int]:
    sheet = document.sheet(given.get("sheetId", 0))
    dimension = given.get("dimension", "")
    if dimension not in {"ROWS", "COLUMNS"}:
        raise RequestError("No dimension specified.")
    size = len(sheet.metadata(dimension))
    start, end = given.get("startIndex", 0), given.get("endIndex", size)
    name = "row" if dimension == "ROWS" else "column"
    if start < 0 or start >= end:
        raise RequestError(f"range.endIndex[{end}] must be greater than range.startIndex[{start}]")
    if not beyond and end > size:
        raise RequestError(f"range.endIndex[{end}] is after last {name} in grid[{size}]")
    if beyond and start > size:
        raise RequestError(f"range.startIndex[{start}] is after last {name} in grid[{size}]")
    return sheet, dimension, start, end


def _lines(sheet: Sheet, dimension: str, start: int, end: int) -> Box:
    return Box(sheet.id, start, end) if dimension == "ROWS" else Box(sheet.id, None, None, start, end)


def insert_dimension(document: Spreadsheet, request: Message, user: str) -> None:
    """InsertDimensionRequest."""
    sheet, dimension, start, end = _span(document, request.get("range", {}), beyond=True)
    inherit = request.get("inheritFromBefore", False)
    if inherit and start == 0:
        raise RequestError("Cannot inherit from before the first line: inheritFromBefore requires startIndex > 0.")
    if start < len(sheet.metadata(dimension)):
        document.guard(user, _lines(sheet, dimension, start, start + 1))
    insert(document, sheet, dimension, start, end - start, inherit=inherit)


def delete_dimension(document: Spreadsheet, request: Message, user: str) -> None:
    """DeleteDimensionRequest: never all lines."""
    sheet, dimension, start, end = _span(document, request.get("range", {}))
    frozen = sheet.properties["gridProperties"].get("frozenRowCount" if dimension == "ROWS" else "frozenColumnCount", 0)
    name = "rows" if dimension == "ROWS" else "columns"
    if end - start >= len(sheet.metadata(dimension)):
        raise RequestError(f"You can't delete all the {name} on the sheet.")
    if start <= frozen and end >= len(sheet.metadata(dimension)) and frozen:
        raise RequestError(f"Sorry, it is not possible to delete all non-frozen {name}.")
    document.guard(user, _lines(sheet, dimension, start, end))
    delete(document, sheet, dimension, start, end)


def append_dimension(document: Spreadsheet, request: Message, user: str) -> None:
    """AppendDimensionRequest."""
    sheet = document.sheet(request.get("sheetId", 0))
    length = request.get("length", 0)
    if length <= 0:
        raise RequestError(f"length must be greater than 0, got: {length}")
    rows = request.get("dimension") == "ROWS"
    sheet.resize(sheet.row_count + (length if rows else 0), sheet.column_count + (0 if rows else length))


def update_dimension_properties(document: Spreadsheet, request: Message, user: str) -> None:
    """UpdateDimensionPropertiesRequest: size and hiding."""
    sheet, dimension, start, end = _span(document, request.get("range", {}))
    mask = for_update(request.get("fields"), "DimensionProperties", "properties")
    given = request.get("properties", {})
    metas = sheet.metadata(dimension)
    for at in range(start, end):
        metas[at] = updated(mask, metas[at], given, "DimensionProperties")


def auto_resize_dimensions(document: Spreadsheet, request: Message, user: str) -> None:
    """AutoResizeDimensionsRequest: a width by the number of letters, as no font is at hand."""
    sheet, dimension, start, end = _span(document, request.get("dimensions", {}))
    locale = document.properties["locale"]
    for at in range(start, end):
        size = ROW_HEIGHT
        if dimension == "COLUMNS":
            texts = [text_of(row[at], locale) for row in sheet.rows if at in row]
            longest = max((len(line) for text in texts for line in text.split("\n")), default=0)
            size = max(int(LETTER * longest) + 16, ROW_HEIGHT) if longest else COLUMN_WIDTH
        sheet.metadata(dimension)[at] = {**sheet.metadata(dimension)[at], "pixelSize": size}


def _groups(sheet: Sheet, dimension: str) -> list[Message]:
    return sheet.row_groups if dimension == "ROWS" else sheet.column_groups


def add_group(document: Spreadsheet, request: Message, user: str) -> Message:
    """AddDimensionGroupRequest."""
    sheet, dimension, start, end = _span(document, request.get("range", {}))
    groups = _groups(sheet, dimension)
    around = [g for g in groups if g["range"]["startIndex"] <= start and end <= g["range"]["endIndex"]]
    span = {**request["range"], "startIndex": start, "endIndex": end}
    grid = sheet.properties["gridProperties"]
    side = "rowGroupControlAfter" if dimension == "ROWS" else "columnGroupControlAfter"
    sheet.properties = {**sheet.properties, "gridProperties": {**grid, side: True}}
    groups.append({"range": span, "depth": len(around) + 1})
    return {"dimensionGroups": list(groups)}


def delete_group(document: Spreadsheet, request: Message, user: str) -> Message:
    """DeleteDimensionGroupRequest."""
    sheet, dimension, start, end = _span(document, request.get("range", {}))
    groups = _groups(sheet, dimension)
    same = [g for g in groups if (g["range"]["startIndex"], g["range"]["endIndex"]) == (start, end)]
    if not same:
        raise RequestError("No group exists over the given range.")
    groups.remove(same[-1])
    return {"dimensionGroups": list(groups)} if groups else {}


HANDLERS = {
    "insertDimension": insert_dimension,
    "deleteDimension": delete_dimension,
    "appendDimension": append_dimension,
    "updateDimensionProperties": update_dimension_properties,
    "autoResizeDimensions": auto_resize_dimensions,
    "addDimensionGroup": add_group,
    "deleteDimensionGroup": delete_group,
}
