"""Charts: kept as given, found by their ids."""

from tests.sheets_emulator.errors import RequestError
from tests.sheets_emulator.masks import for_update, updated
from tests.sheets_emulator.model import Message, Sheet, Spreadsheet, new_sheet

CHART_KINDS = {
    "basicChart", "pieChart", "bubbleChart", "candlestickChart", "orgChart",
    "histogramChart", "waterfallChart", "treemapChart", "scorecardChart",
}  # fmt: skip


def _charts(document: Spreadsheet) -> dict[int, tuple[Sheet, int]]:
    return {item["chartId"]: (sheet, at) for sheet in document.sheets for at, item in enumerate(sheet.charts)}


def _chart(document: Spreadsheet, number: int) -> tuple[Sheet, int]:
    found = _charts(document).get(number)
    if found is None:
        raise RequestError(f"No embedded object with id: {number}")
    return found


def _checked(document: Spreadsheet, spec: Message) -> Message:
    if len([name for name in spec if name in CHART_KINDS]) != 1:
        raise RequestError("No chart specified." if not set(spec) & CHART_KINDS else "Only one chart may be specified.")
    for source in _sources(spec):
        document.sheet(source.get("sheetId", 0))
    return spec


def _sources(value: object) -> list[Message]:
    if isinstance(value, list):
        return [found for item in value for found in _sources(item)]
    if isinstance(value, dict):
        own = value.get("sourceRange", {}).get("sources", []) if isinstance(value.get("sourceRange"), dict) else []
        return [*own, *(found for item in value.values() for found in _sources(item))]
    return []


def _overlay(document: Spreadsheet, position: Message) -> tuple[Sheet, Message]:
    overlay = position.get("overlayPosition")
    if overlay is None:
        raise RequestError("No position specified.")
    anchor = overlay.get("anchorCell", {})
    sheet = document.sheet(anchor.get("sheetId", 0))
    if anchor.get("rowIndex", 0) >= sheet.row_count or anchor.get("columnIndex", 0) >= sheet.column_count:
        raise RequestError("The anchor cell is outside the grid.")
    return sheet, {"overlayPosition": {"anchorCell": anchor, "widthPixels": 600, "heightPixels": 371, **overlay}}


def add_chart(document: Spreadsheet, request: Message, user: str) -> Message:
    """AddChartRequest: with an id of the caller's own or a new one; on a tab or on a tab of its own."""
    given = dict(request.get("chart", {}))
    taken = _charts(document)
    number = given.setdefault("chartId", document.fresh_id(set(taken)))
    if number in taken:
        raise RequestError(f"An embedded object with id {number} already exists.")
    given["spec"] = _checked(document, given.get("spec", {}))
    position = given.get("position", {})
    if position.get("newSheet"):
        sheet_id = document.fresh_id({sheet.id for sheet in document.sheets})
        place = {"sheetId": sheet_id, "title": f"Chart{len(document.sheets)}", "index": len(document.sheets)}
        sheet = new_sheet({**place, "sheetType": "OBJECT"})
        document.sheets.append(sheet)
        given["position"] = {"sheetId": sheet_id}
    else:
        sheet, given["position"] = _overlay(document, position)
    sheet.charts.append(given)
    return {"chart": given}


def update_chart_spec(document: Spreadsheet, request: Message, user: str) -> None:
    """UpdateChartSpecRequest: the whole specification."""
    number = request.get("chartId", 0)
    found = _charts(document).get(number)
    if found is None:
        raise RequestError(f"No chart with id: {number}")
    sheet, at = found
    sheet.charts[at] = {**sheet.charts[at], "spec": _checked(document, request.get("spec", {}))}


def delete_object(document: Spreadsheet, request: Message, user: str) -> None:
    """DeleteEmbeddedObjectRequest."""
    sheet, at = _chart(document, request.get("objectId", 0))
    del sheet.charts[at]


def update_object_position(document: Spreadsheet, request: Message, user: str) -> Message:
    """UpdateEmbeddedObjectPositionRequest: the place or size, also onto another tab."""
    sheet, at = _chart(document, request.get("objectId", 0))
    mask = for_update(request.get("fields"), "OverlayPosition", "newPosition")
    mask = mask.get("overlayPosition", mask) or {"*": {}}
    old = sheet.charts[at]["position"].get("overlayPosition", {})
    new = request.get("newPosition", {}).get("overlayPosition", {})
    if "*" in mask:
        mask = {name: {} for name in new}
    target, position = _overlay(document, {"overlayPosition": updated(mask, old, new, "OverlayPosition")})
    chart = {**sheet.charts.pop(at), "position": position}
    target.charts.insert(at if target is sheet else len(target.charts), chart)
    return {"position": position}


HANDLERS = {
    "addChart": add_chart,
    "updateChartSpec": update_chart_spec,
    "deleteEmbeddedObject": delete_object,
    "updateEmbeddedObjectPosition": update_object_position,
}
