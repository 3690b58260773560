"""Filter views, bands that change, and tables: objects over a range that only tell how it is shown."""

from collections.abc import Callable

from tests.sheets_emulator.a1 import Box
from tests.sheets_emulator.errors import RequestError
from tests.sheets_emulator.masks import for_update, updated
from tests.sheets_emulator.model import Message, Sheet, Spreadsheet
from tests.sheets_emulator.requests.context import place

Shelf = Callable[[Sheet], list[Message]]


def _found(document: Spreadsheet, shelf: Shelf, field: str, wanted: object, name: str) -> tuple[Sheet, int]:
    for sheet in document.sheets:
        for position, item in enumerate(shelf(sheet)):
            if item[field] == wanted:
                return sheet, position
    raise RequestError(f"No {name} with id: {wanted}")


def _filter_views(sheet: Sheet) -> list[Message]:
    return sheet.filter_views


def _bands(sheet: Sheet) -> list[Message]:
    return sheet.banded


def _tables(sheet: Sheet) -> list[Message]:
    return sheet.tables


def _taken(document: Spreadsheet, shelf: Shelf, field: str) -> set[int]:
    return {item[field] for sheet in document.sheets for item in shelf(sheet)}


def add_filter_view(document: Spreadsheet, request: Message, user: str) -> Message:
    """AddFilterViewRequest: title and id are made up where not given."""
    given = dict(request.get("filter", {}))
    sheet, box = place(document, given.get("range", {}))
    taken = _taken(document, _filter_views, "filterViewId")
    if given.get("filterViewId") in taken:
        raise RequestError(f"A filter view with id {given['filterViewId']} already exists.")
    given.setdefault("filterViewId", document.fresh_id(taken))
    given.setdefault("title", f"Filter {len(sheet.filter_views) + 1}")
    given["range"] = box.message()
    sheet.filter_views.append(given)
    return {"filter": given}


def update_filter_view(document: Spreadsheet, request: Message, user: str) -> None:
    """UpdateFilterViewRequest."""
    given = request.get("filter", {})
    mask = for_update(request.get("fields"), "FilterView", "filter")
    sheet, at = _found(document, _filter_views, "filterViewId", given.get("filterViewId", 0), "filter view")
    new = updated(mask, sheet.filter_views[at], given, "FilterView", needed=("filterViewId", "range", "title"))
    place(document, new["range"])
    sheet.filter_views[at] = new


def duplicate_filter_view(document: Spreadsheet, request: Message, user: str) -> Message:
    """DuplicateFilterViewRequest."""
    sheet, at = _found(document, _filter_views, "filterViewId", request.get("filterId", 0), "filter view")
    old = sheet.filter_views[at]
    fresh = document.fresh_id(_taken(document, _filter_views, "filterViewId"))
    made = {**old, "filterViewId": fresh, "title": f"Copy of {old['title']}"}
    sheet.filter_views.append(made)
    return {"filter": made}


def delete_filter_view(document: Spreadsheet, request: Message, user: str) -> None:
    """DeleteFilterViewRequest."""
    sheet, at = _found(document, _filter_views, "filterViewId", request.get("filterId", 0), "filter view")
    del sheet.filter_views[at]


def update_banding(document: Spreadsheet, request: Message, user: str) -> None:
    """UpdateBandingRequest: never over another band."""
    given = request.get("bandedRange", {})
    mask = for_update(request.get("fields"), "BandedRange", "bandedRange")
    sheet, at = _found(document, _bands, "bandedRangeId", given.get("bandedRangeId", 0), "banded range")
    new = updated(mask, sheet.banded[at], given, "BandedRange", needed=("bandedRangeId", "range"))
    _, box = place(document, new["range"])
    if any(Box.of(other["range"]).meets(box) for n, other in enumerate(sheet.banded) if n != at):
        raise RequestError(
            "You cannot add alternating background colors to a range that already has alternating background colors."
        )
    sheet.banded[at] = {**new, "range": box.message()}


def add_table(document: Spreadsheet, request: Message, user: str) -> Message:
    """AddTableRequest: name, id and columns are made up where not given."""
    given = dict(request.get("table", {}))
    sheet, box = place(document, given.get("range", {}))
    _apart(sheet, box, None)
    number = document.fresh_id(set())
    given.setdefault("tableId", str(number))
    given.setdefault("name", f"Table{len(sheet.tables) + 1}")
    given["range"] = box.message()
    given["columnProperties"] = _columns(sheet, box, given.get("columnProperties", []))
    sheet.tables.append(given)
    return {"table": given}


def _apart(sheet: Sheet, box: Box, but: Message | None) -> None:
    if any(Box.of(other["range"]).meets(box) for other in sheet.tables if other is not but):
        raise RequestError("You cannot add a table that overlaps with another table.")


def _columns(sheet: Sheet, box: Box, given: list[Message]) -> list[Message]:
    """A table's columns are named by its first row."""
    known = {column.get("columnIndex", 0): column for column in given}
    left, columns = box.left or 0, []
    for index in range((box.right or 0) - left):
        title = sheet.cell(box.top or 0, left + index).get("effectiveValue", {}).get("stringValue")
        place_of = {"columnIndex": index} if index else {}
        name = {"columnName": title or f"Column {index + 1}"}
        columns.append({**place_of, **name, "columnType": "COLUMN_TYPE_UNSPECIFIED", **known.get(index, {})})
    return columns


def update_table(document: Spreadsheet, request: Message, user: str) -> None:
    """UpdateTableRequest."""
    given = request.get("table", {})
    mask = for_update(request.get("fields"), "Table", "table")
    sheet, at = _found(document, _tables, "tableId", given.get("tableId", ""), "table")
    old = sheet.tables[at]
    new = updated(mask, old, given, "Table", needed=("tableId", "range", "name"))
    _, box = place(document, new["range"])
    _apart(sheet, box, old)
    sheet.tables[at] = {**new, "range": box.message(), "columnProperties": _columns(sheet, box, [])}


def delete_table(document: Spreadsheet, request: Message, user: str) -> None:
    """DeleteTableRequest: the table goes with what stands in it."""
    sheet, at = _found(document, _tables, "tableId", request.get("tableId", ""), "table")
    box = Box.of(sheet.tables[at]["range"])
    document.guard(user, box)
    for row in sheet.rows[box.top or 0 : box.bottom]:
        for column in [column for column in row if (box.left or 0) <= column < (box.right or 0)]:
            del row[column]
    del sheet.tables[at]


HANDLERS = {
    "addFilterView": add_filter_view,
    "updateFilterView": update_filter_view,
    "duplicateFilterView": duplicate_filter_view,
    "deleteFilterView": delete_filter_view,
    "updateBanding": update_banding,
    "addTable": add_table,
    "updateTable": update_table,
    "deleteTable": delete_table,
}
