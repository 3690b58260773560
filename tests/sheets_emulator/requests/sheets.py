"""Tabs and the spreadsheet's own properties."""

from typing import Any

from tests.sheets_emulator.a1 import Box
from tests.sheets_emulator.errors import RequestError
from tests.sheets_emulator.masks import for_update, updated
from tests.sheets_emulator.model import Message, Sheet, Spreadsheet, new_sheet
from tests.sheets_emulator.requests.ranges import across_frozen
from tests.sheets_emulator.schema import SCHEMA


def _free_title(document: Spreadsheet, title: str, but: Sheet | None = None) -> None:
    found = document.titled(title)
    if found and found is not but:
        raise RequestError(f'A sheet with the name "{title}" already exists. Please enter another name.')


def _sheet_id(document: Spreadsheet, wanted: int | None) -> int:
    taken = {sheet.id for sheet in document.sheets}
    if wanted is None:
        return document.fresh_id(taken)
    if wanted in taken:
        raise RequestError(f"Sheet with id {wanted} already exists.")
    if wanted < 0:
        raise RequestError(f"sheetId must be non-negative. Got: {wanted}")
    return wanted


def add_sheet(document: Spreadsheet, request: Message, user: str) -> Message:
    """AddSheetRequest: title, index and size are made up where not given."""
    given = request.get("properties", {})
    title = given.get("title") or _numbered(document)
    _free_title(document, title)
    sheet_id = _sheet_id(document, given.get("sheetId"))
    index = min(given.get("index", len(document.sheets)), len(document.sheets))
    sheet = new_sheet({**given, "sheetId": sheet_id, "title": title, "index": index})
    document.sheets.insert(index, sheet)
    document.renumber()
    return {"properties": sheet.properties}


def _numbered(document: Spreadsheet) -> str:
    number = len(document.sheets) + 1
    while document.titled(f"Sheet{number}"):
        number += 1
    return f"Sheet{number}"


def delete_sheet(document: Spreadsheet, request: Message, user: str) -> None:
    """DeleteSheetRequest: never the last one."""
    sheet = document.sheet(request.get("sheetId", 0), "sheet")
    document.guard_sheet(user, sheet)
    others = [other for other in document.sheets if other is not sheet]
    if not [other for other in others if not other.properties.get("hidden")]:
        raise RequestError(
            "You can't remove all the visible sheets in a document."
            if others
            else "You can't remove all the sheets in a document."
        )
    document.sheets = others
    document.named = [item for item in document.named if item["range"].get("sheetId", 0) != sheet.id]
    document.metadata = [item for item in document.metadata if _sheet_of(item) != sheet.id]
    document.renumber()


def _sheet_of(item: Message) -> int | None:
    location = item["location"]
    if location.get("spreadsheet"):
        return None
    return int(location.get("dimensionRange", location).get("sheetId", 0))


def duplicate_sheet(document: Spreadsheet, request: Message, user: str) -> Message:
    """DuplicateSheetRequest: everything on the tab is copied, objects with new ids."""
    source = document.sheet(request.get("sourceSheetId", 0), "sheet")
    title = request.get("newSheetName") or _copy_title(document, source.title)
    _free_title(document, title)
    sheet_id = _sheet_id(document, request.get("newSheetId"))
    index = request.get("insertSheetIndex", 0)
    copied = copy_of(document, source, sheet_id, title)
    document.sheets.insert(index, copied)
    document.renumber()
    return {"properties": copied.properties}


def copy_of(document: Spreadsheet, source: Sheet, sheet_id: int, title: str) -> Sheet:
    """A copy of a tab for `document` under another id and title."""
    copied = source.copy()
    copied.properties = {**source.properties, "sheetId": sheet_id, "title": title}

    def elsewhere(value: Any) -> Any:
        if isinstance(value, list):
            return [elsewhere(item) for item in value]
        if not isinstance(value, dict):
            return value
        result = {name: elsewhere(item) for name, item in value.items()}
        ranged = any(name.endswith("Index") for name in value)
        if (ranged or "sheetId" in value) and value.get("sheetId", 0) == source.id:
            result["sheetId"] = sheet_id
        return result

    for name in ("merges", "protected", "conditional", "charts", "banded", "filter_views", "tables"):
        setattr(copied, name, elsewhere(getattr(source, name)))
    copied.basic_filter = elsewhere(source.basic_filter)
    kinds = {"protected": "protectedRangeId", "charts": "chartId", "banded": "bandedRangeId"}
    for name, field in {**kinds, "filter_views": "filterViewId", "tables": "tableId"}.items():
        taken = {item[field] for sheet in document.sheets for item in getattr(sheet, name)}
        fresh = [document.fresh_id(taken) for _ in getattr(copied, name)]
        numbers = map(str, fresh) if name == "tables" else fresh
        pairs = zip(getattr(copied, name), numbers, strict=True)
        setattr(copied, name, [{**item, field: number} for item, number in pairs])
    return copied


def _copy_title(document: Spreadsheet, title: str) -> str:
    wanted, number = f"Copy of {title}", 1
    while document.titled(wanted):
        number += 1
        wanted = f"Copy of {title} {number}"
    return wanted


def update_sheet_properties(document: Spreadsheet, request: Message, user: str) -> None:
    """UpdateSheetPropertiesRequest: name, place, size, frozen lines, colour, hiding."""
    given = request.get("properties", {})
    sheet = document.sheet(given.get("sheetId", 0), "sheet")
    mask = for_update(request.get("fields"), "SheetProperties", "properties")
    if "*" in mask:
        mask = {
            name: {} for name in SCHEMA["SheetProperties"] if name not in {"sheetType", "sheetId"} and name in given
        }
    wanted = updated(mask, sheet.properties, given, "SheetProperties")
    if wanted.get("sheetId") != sheet.id:
        raise RequestError("The sheetId of a sheet cannot be changed.")
    if "title" in mask:
        _rename(document, sheet, wanted.get("title", ""))
    if wanted.get("hidden") and not [s for s in document.sheets if s is not sheet and not s.properties.get("hidden")]:
        raise RequestError("You can't hide all the sheets in a document.")
    _resize(sheet, wanted.get("gridProperties", {}), mask)
    sheet.properties = wanted
    sheet.count()
    if "index" in mask:
        _move(document, sheet, given.get("index", 0))


def _rename(document: Spreadsheet, sheet: Sheet, title: str) -> None:
    if not title:
        raise RequestError("Sheet name cannot be empty.")
    if len(title) > 100:
        raise RequestError("Sheet name cannot be greater than 100 characters.")
    _free_title(document, title, sheet)


def _resize(sheet: Sheet, grid: Message, mask: Message) -> None:
    rows, columns = grid.get("rowCount", sheet.row_count), grid.get("columnCount", sheet.column_count)
    if "gridProperties" not in mask:
        return
    frozen = grid.get("frozenRowCount", 0), grid.get("frozenColumnCount", 0)
    if frozen[0] >= rows:
        raise RequestError("You can't freeze all visible rows on the sheet.")
    if frozen[1] >= columns:
        raise RequestError("You can't freeze all visible columns on the sheet.")
    for merge in sheet.merges:
        if cut := across_frozen(grid, Box.of(merge)):
            raise RequestError(f"You can't freeze {cut} which contain only part of a merged cell.")
    sheet.resize(rows, columns)


def _move(document: Spreadsheet, sheet: Sheet, index: int) -> None:
    old = document.sheets.index(sheet)
    if index > len(document.sheets):
        raise RequestError(
            f"Index: {index} must be less than or equal to the number of sheets ({len(document.sheets)})."
        )
    # The index is meant before the tab is taken from its old place.
    document.sheets.remove(sheet)
    document.sheets.insert(index - 1 if index > old else index, sheet)
    document.renumber()


def update_spreadsheet_properties(document: Spreadsheet, request: Message, user: str) -> None:
    """UpdateSpreadsheetPropertiesRequest: title, locale, zone."""
    mask = for_update(request.get("fields"), "SpreadsheetProperties", "properties")
    given = request.get("properties", {})
    if "*" in mask:
        mask = {name: {} for name in given}
    document.properties = updated(mask, document.properties, given, "SpreadsheetProperties")


HANDLERS = {
    "addSheet": add_sheet,
    "deleteSheet": delete_sheet,
    "duplicateSheet": duplicate_sheet,
    "updateSheetProperties": update_sheet_properties,
    "updateSpreadsheetProperties": update_spreadsheet_properties,
}
