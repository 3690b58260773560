"""What each address of the API does with a request that fits the schema."""

from dataclasses import dataclass

from tests.sheets_emulator import render, values_api
from tests.sheets_emulator.datafilters import boxes, matched
from tests.sheets_emulator.errors import not_found
from tests.sheets_emulator.masks import Mask
from tests.sheets_emulator.model import Message, Spreadsheet
from tests.sheets_emulator.requests import carried_out
from tests.sheets_emulator.requests.sheets import copy_of
from tests.sheets_emulator.values_api import Rendering, Writing


@dataclass
class Request:
    """What a handler gets: the parts of the address, the query, the checked body, and who asks."""

    parts: tuple[str, ...]
    query: dict[str, list[str]]
    body: Message
    user: str
    library: dict[str, Spreadsheet]
    mask: Mask | None = None

    @property
    def document(self) -> Spreadsheet:
        """The spreadsheet that is spoken of."""
        return self.library[self.parts[0]]

    def one(self, name: str, default: str = "") -> str:
        """A query parameter."""
        return self.query.get(name, [default])[0]

    def flag(self, name: str) -> bool:
        """A query parameter that says yes or no."""
        return self.one(name).lower() == "true"

    def rendering(self, prefix: str = "") -> Rendering:
        """The render options of the query."""
        given = {name: values[0] for name, values in self.query.items()}
        return values_api.rendering(given, prefix)

    def writing(self) -> Writing:
        """The write options of the query."""
        echo = self.flag("includeValuesInResponse")
        return Writing(self.user, self.one("valueInputOption") or None, echo, self.rendering("response"))


def get(request: Request) -> Message:
    """spreadsheets.get."""
    ranges = [request.document.find(text) for text in request.query.get("ranges", [])]
    grid = request.flag("includeGridData")
    return render.spreadsheet(request.document, request.user, ranges, grid, request.mask)


def get_by_filter(request: Request) -> Message:
    """spreadsheets.getByDataFilter."""
    found = [box for item in request.body.get("dataFilters", []) for box in boxes(request.document, item)]
    grid = request.body.get("includeGridData", False)
    return render.spreadsheet(request.document, request.user, found, grid, request.mask)


def batch_update(request: Request) -> Message:
    """spreadsheets.batchUpdate on the copy that the caller keeps or drops."""
    document, body = request.document, request.body
    replies = carried_out(document, body.get("requests", []), request.user)
    answer: Message = {"spreadsheetId": document.id, "replies": replies}
    if body.get("includeSpreadsheetInResponse"):
        ranges = [document.find(text) for text in body.get("responseRanges", [])]
        mask = None if request.mask is None or "*" in request.mask else request.mask.get("updatedSpreadsheet")
        grid = body.get("responseIncludeGridData", False)
        answer["updatedSpreadsheet"] = render.spreadsheet(document, request.user, ranges, grid, mask or None)
    return answer


def values_get(request: Request) -> Message:
    """values.get."""
    return values_api.get(request.document, request.parts[1], request.rendering())


def values_update(request: Request) -> Message:
    """values.update."""
    return values_api.update(request.document, request.parts[1], request.body, request.writing())


def values_append(request: Request) -> Message:
    """values.append."""
    new_rows = request.one("insertDataOption") == "INSERT_ROWS"
    return values_api.append(request.document, request.parts[1], request.body, request.writing(), new_rows)


def values_clear(request: Request) -> Message:
    """values.clear."""
    cleared = values_api.clear(request.document, request.parts[1], request.user)
    return {"spreadsheetId": request.document.id, "clearedRange": cleared}


def values_batch_get(request: Request) -> Message:
    """values.batchGet."""
    return values_api.batch_get(request.document, request.query.get("ranges", []), request.rendering())


def values_batch_get_by_filter(request: Request) -> Message:
    """values.batchGetByDataFilter."""
    return values_api.batch_get_by_filter(request.document, request.body)


def values_batch_update(request: Request) -> Message:
    """values.batchUpdate."""
    return values_api.batch_update(request.document, request.body, request.user)


def values_batch_update_by_filter(request: Request) -> Message:
    """values.batchUpdateByDataFilter."""
    return values_api.batch_update_by_filter(request.document, request.body, request.user)


def values_batch_clear(request: Request) -> Message:
    """values.batchClear."""
    document = request.document
    cleared = [values_api.clear(document, text, request.user) for text in request.body.get("ranges", [])]
    return {"spreadsheetId": document.id, "clearedRanges": cleared}


def values_batch_clear_by_filter(request: Request) -> Message:
    """values.batchClearByDataFilter."""
    document = request.document
    found = [box for item in request.body.get("dataFilters", []) for box in boxes(document, item)]
    cleared = [values_api.clear_box(document, box, request.user) for box in found]
    return {"spreadsheetId": document.id, "clearedRanges": cleared}


def metadata_get(request: Request) -> Message:
    """developerMetadata.get."""
    for item in request.document.metadata:
        if str(item["metadataId"]) == request.parts[1]:
            return item
    raise not_found()


def metadata_search(request: Request) -> Message:
    """developerMetadata.search."""
    found: dict[int, Message] = {}
    for data_filter in request.body.get("dataFilters", []):
        for item in matched(request.document, data_filter):
            hit = found.setdefault(item["metadataId"], {"developerMetadata": item, "dataFilters": []})
            hit["dataFilters"].append(data_filter)
    return {"matchedDeveloperMetadata": list(found.values())} if found else {}


def copy_to(request: Request) -> Message:
    """sheets.copyTo: into another spreadsheet, or the same."""
    target = request.library.get(request.body.get("destinationSpreadsheetId", ""))
    if target is None:
        raise not_found()
    source = request.document.sheet(int(request.parts[1]), "sheet")
    title = f"Copy of {source.title}"
    number = 1
    while target.titled(title):
        number += 1
        title = f"Copy of {source.title} {number}"
    copied = copy_of(target, source, target.fresh_id({sheet.id for sheet in target.sheets}), title)
    target.sheets.append(copied)
    target.renumber()
    return copied.properties
