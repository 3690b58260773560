"""Spreadsheets as answers: spreadsheets.get and the `updatedSpreadsheet` of a batch."""

from typing import Any

from tests.sheets_emulator.a1 import Box
from tests.sheets_emulator.conditions import looks
from tests.sheets_emulator.defaults import default_format
from tests.sheets_emulator.formulas import link_of
from tests.sheets_emulator.masks import Mask, kept, wants
from tests.sheets_emulator.model import Message, Sheet, Spreadsheet
from tests.sheets_emulator.values import text_of

Whole = list[Box] | None


def spreadsheet(document: Spreadsheet, user: str, ranges: list[Box], grid: bool, mask: Mask | None) -> Message:
    """The Spreadsheet message, cut down to the tabs of `ranges` where any are given, then masked."""
    answer: Message = {"spreadsheetId": document.id, "properties": document.properties}
    wanted = [sheet for sheet in document.sheets if not ranges or any(box.sheet_id == sheet.id for box in ranges)]
    answer["sheets"] = [_sheet(document, sheet, user, ranges, grid, mask) for sheet in wanted]
    if document.named:
        answer["namedRanges"] = document.named
    answer["spreadsheetUrl"] = f"https://docs.google.com/spreadsheets/d/{document.id}/edit"
    own = [item for item in document.metadata if item["location"].get("spreadsheet")]
    if own:
        answer["developerMetadata"] = own
    return dict(kept(mask, answer))


def _sheet(document: Spreadsheet, sheet: Sheet, user: str, ranges: list[Box], grid: bool, mask: Mask | None) -> Message:
    answer: Message = {"properties": sheet.properties}
    boxes = [box for box in ranges if box.sheet_id == sheet.id] or [Box(sheet.id)]
    if grid or (mask is not None and "*" not in mask and wants(mask, "sheets", "data")):
        answer["data"] = [_data(document, sheet, box, mask) for box in boxes]
    parts = {
        "merges": sheet.merges,
        "conditionalFormats": sheet.conditional,
        "protectedRanges": [protection(document, item, user) for item in sheet.protected],
        "basicFilter": sheet.basic_filter,
        "charts": sheet.charts,
        "bandedRanges": sheet.banded,
        "filterViews": sheet.filter_views,
        "tables": sheet.tables,
        "rowGroups": sheet.row_groups,
        "columnGroups": sheet.column_groups,
        "developerMetadata": [item for item in document.metadata if _on(item, sheet)],
    }
    return answer | {name: value for name, value in parts.items() if value}


def _on(item: Message, sheet: Sheet) -> bool:
    location = item["location"]
    return bool(location["locationType"] == "SHEET" and location.get("sheetId", 0) == sheet.id)


def protection(document: Spreadsheet, item: Message, user: str) -> Message:
    """A ProtectedRange as `user` sees it: who may not edit it does not see its editors."""
    if document.may_unprotect(user, item) or item.get("warningOnly"):
        return {**item, "requestingUserCanEdit": True}
    return {name: value for name, value in item.items() if name != "editors"}


def _data(document: Spreadsheet, sheet: Sheet, box: Box, mask: Mask | None) -> Message:
    area = sheet.closed(box)
    top, bottom, left, right = area.top or 0, area.bottom or 0, area.left or 0, area.right or 0
    answer: Message = {}
    if top:
        answer["startRow"] = top
    if left:
        answer["startColumn"] = left
    if wants(mask, "sheets", "data", "rowData"):
        rows = _rows(document, sheet, area, mask)
        if rows:
            answer["rowData"] = rows
    for name, metas, ends in (
        ("rowMetadata", sheet.row_meta, (top, bottom)),
        ("columnMetadata", sheet.column_meta, (left, right)),
    ):
        if wants(mask, "sheets", "data", name):
            answer[name] = _with_metadata(document, sheet, metas, ends, name)
    return answer


def _with_metadata(
    document: Spreadsheet, sheet: Sheet, metas: list[Message], ends: tuple[int, int], name: str
) -> list[Message]:
    dimension = "ROWS" if name == "rowMetadata" else "COLUMNS"
    notes: dict[int, list[Message]] = {}
    for item in document.metadata:
        place = item["location"].get("dimensionRange")
        if place and place.get("sheetId", 0) == sheet.id and place["dimension"] == dimension:
            notes.setdefault(place["startIndex"], []).append(item)
    shown = range(ends[0], min(ends[1], len(metas)))
    return [metas[at] | ({"developerMetadata": notes[at]} if at in notes else {}) for at in shown]


def _rows(document: Spreadsheet, sheet: Sheet, area: Box, mask: Mask | None) -> list[Message]:
    top, bottom, left, right = area.top or 0, area.bottom or 0, area.left or 0, area.right or 0
    look = Look(document.properties["locale"], mask, sheet)
    found: list[Message] = []
    for number, row in enumerate(sheet.rows[top:bottom], start=top):
        columns = [column for column in row if left <= column < right]
        if not columns:
            found.append({})
            continue
        cells = [look.cell(row.get(column, {}), number, column) for column in range(left, max(columns) + 1)]
        found.append({"values": cells})
    while found and not found[-1]:
        found.pop()
    return found


class Look:
    """CellData messages of stored cells; what the mask leaves out is not worked out."""

    def __init__(self, locale: str, mask: Mask | None, sheet: Sheet) -> None:
        self.locale, self.sheet = locale, sheet
        self.formatted = wants(mask, "sheets", "data", "rowData", "values", "formattedValue")
        self.effective = wants(mask, "sheets", "data", "rowData", "values", "effectiveFormat")
        self.standard = default_format()

    def cell(self, data: Message, row: int, column: int) -> Message:
        """The message of the cell at a place."""
        if not data:
            return {}
        answer = dict(data)
        if self.formatted and data.get("effectiveValue"):
            answer["formattedValue"] = text_of(data, self.locale)
        style = data.get("userEnteredFormat")
        formula = data.get("userEnteredValue", {}).get("formulaValue")
        link = link_of(formula) if formula else style and style.get("textFormat", {}).get("link", {}).get("uri")
        if link:
            answer["hyperlink"] = link
        if self.effective:
            shown = _over(self.standard, style) if style else self.standard
            answer["effectiveFormat"] = self._coloured(shown, data, row, column)
        return answer

    def _coloured(self, shown: Message, data: Message, row: int, column: int) -> Message:
        rules = self.sheet.conditional
        if not rules:
            return shown
        spot = Box(self.sheet.id, row, row + 1, column, column + 1)
        for form in reversed(looks(rules, spot, data, text_of(data, self.locale))):
            shown = _over(shown, form)
        return shown


def _over(base: Any, top: Any) -> Any:
    if isinstance(base, dict) and isinstance(top, dict) and "red" not in base and "rgbColor" not in base:
        return base | {name: _over(base.get(name), value) for name, value in top.items()}
    return top
