"""Developer metadata: notes for programs on the spreadsheet, a tab, a row or a column."""

from tests.sheets_emulator.datafilters import matched
from tests.sheets_emulator.errors import RequestError
from tests.sheets_emulator.masks import for_update, updated
from tests.sheets_emulator.model import Message, Spreadsheet


def create(document: Spreadsheet, request: Message, user: str) -> Message:
    """CreateDeveloperMetadataRequest."""
    given = dict(request.get("developerMetadata", {}))
    if not given.get("metadataKey"):
        raise RequestError("DeveloperMetadata.metadataKey must be set.")
    if given.get("visibility") not in {"DOCUMENT", "PROJECT"}:
        raise RequestError("DeveloperMetadata.visibility must be set.")
    taken = {item["metadataId"] for item in document.metadata}
    number = given.setdefault("metadataId", document.fresh_id(taken))
    if number in taken:
        raise RequestError(f"Developer metadata with id {number} already exists.")
    given["location"] = _located(document, given.get("location", {}))
    document.metadata.append(given)
    return {"developerMetadata": given}


def _located(document: Spreadsheet, location: Message) -> Message:
    if location.get("spreadsheet"):
        return {"locationType": "SPREADSHEET", "spreadsheet": True}
    if "dimensionRange" in location:
        span = location["dimensionRange"]
        document.sheet(span.get("sheetId", 0), "sheet")
        if span.get("dimension") not in {"ROWS", "COLUMNS"}:
            raise RequestError("No dimension specified.")
        if span.get("endIndex", 0) - span.get("startIndex", 0) != 1:
            raise RequestError("Developer metadata can only be associated with a single row or column.")
        return {"locationType": "ROW" if span.get("dimension") == "ROWS" else "COLUMN", "dimensionRange": span}
    if "sheetId" in location:
        document.sheet(location["sheetId"], "sheet")
        return {"locationType": "SHEET", "sheetId": location["sheetId"]}
    raise RequestError("DeveloperMetadata.location must be set.")


def _found(document: Spreadsheet, filters: list[Message]) -> list[Message]:
    hits = [item for data_filter in filters for item in matched(document, data_filter)]
    return [item for item in document.metadata if any(item is hit for hit in hits)]


def update(document: Spreadsheet, request: Message, user: str) -> Message:
    """UpdateDeveloperMetadataRequest: every item that a filter means."""
    mask = for_update(request.get("fields"), "DeveloperMetadata", "developerMetadata")
    given = dict(request.get("developerMetadata", {}))
    if "location" in mask or "location" in given:
        given["location"] = _located(document, given.get("location", {}))
    changed = []
    for item in _found(document, request.get("dataFilters", [])):
        at = next(place for place, other in enumerate(document.metadata) if other is item)
        document.metadata[at] = updated(mask, item, given, "DeveloperMetadata", needed=tuple(item))
        changed.append(document.metadata[at])
    return {"developerMetadata": changed} if changed else {}


def delete(document: Spreadsheet, request: Message, user: str) -> Message:
    """DeleteDeveloperMetadataRequest: every item that the filter means; none is no error."""
    gone = _found(document, [request.get("dataFilter", {})])
    document.metadata = [item for item in document.metadata if not any(item is other for other in gone)]
    return {"deletedDeveloperMetadata": gone} if gone else {}


HANDLERS = {"createDeveloperMetadata": create, "updateDeveloperMetadata": update, "deleteDeveloperMetadata": delete}
