"""The addresses of the API: which messages go in and out of each."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from tests.sheets_emulator import handlers
from tests.sheets_emulator.errors import ApiError, bad_fields, invalid, not_found
from tests.sheets_emulator.handlers import Request
from tests.sheets_emulator.masks import Mask, checked, kept
from tests.sheets_emulator.model import Message, Spreadsheet
from tests.sheets_emulator.schema import checked as fitting

EVERYWHERE = {"fields", "alt", "key", "prettyPrint", "access_token", "quotaUser", "$.xgafv", "uploadType"}
Handler = Callable[[Request], Message]


@dataclass(frozen=True)
class Route:
    """An address: its name as in the recordings, and the messages that come and go."""

    endpoint: str
    method: str
    pattern: str
    handler: Handler
    takes: str = ""
    gives: str = ""
    query: frozenset[str] = frozenset()
    writes: bool = False
    prefix: str = ""


ID = r"/v4/spreadsheets/([^/:]+)"
READING = {"valueRenderOption", "dateTimeRenderOption", "majorDimension"}
WRITING = {"valueInputOption", "includeValuesInResponse", "responseValueRenderOption", "responseDateTimeRenderOption"}
GETTING = {"ranges", "includeGridData", "excludeTablesInBandedRanges", "commentsViewMode"}


def _values(method: str, handler: Handler, *, writes: bool) -> Route:
    """A batch method of spreadsheets.values: its messages are named after it."""
    kind, _, by_filter = method.partition("ByDataFilter")
    verb = kind.removeprefix("batch")
    name = f"Batch{verb}Values{'ByDataFilter' if by_filter or method.endswith('ByDataFilter') else ''}"
    takes = "" if method == "batchGet" else f"{name}Request"
    query = frozenset(READING | {"ranges"}) if method == "batchGet" else frozenset()
    verb = "GET" if method == "batchGet" else "POST"
    return Route(
        f"sheets.values.{method}", verb, f"{ID}/values:{method}", handler, takes, f"{name}Response", query, writes
    )


ROUTES = (
    Route("sheets.get", "GET", ID, handlers.get, "", "Spreadsheet", frozenset(GETTING)),
    Route(
        "sheets.getByDataFilter",
        "POST",
        ID + ":getByDataFilter",
        handlers.get_by_filter,
        "GetSpreadsheetByDataFilterRequest",
        "Spreadsheet",
    ),
    Route(
        "sheets.batchUpdate",
        "POST",
        ID + ":batchUpdate",
        handlers.batch_update,
        "BatchUpdateSpreadsheetRequest",
        "BatchUpdateSpreadsheetResponse",
        writes=True,
    ),
    _values("batchGet", handlers.values_batch_get, writes=False),
    _values("batchGetByDataFilter", handlers.values_batch_get_by_filter, writes=False),
    _values("batchUpdate", handlers.values_batch_update, writes=True),
    _values("batchUpdateByDataFilter", handlers.values_batch_update_by_filter, writes=True),
    _values("batchClear", handlers.values_batch_clear, writes=True),
    _values("batchClearByDataFilter", handlers.values_batch_clear_by_filter, writes=True),
    Route(
        "sheets.values.append",
        "POST",
        ID + "/values/(.+):append",
        handlers.values_append,
        "ValueRange",
        "AppendValuesResponse",
        frozenset(WRITING | {"insertDataOption"}),
        writes=True,
        prefix="data",
    ),
    Route(
        "sheets.values.clear",
        "POST",
        ID + "/values/(.+):clear",
        handlers.values_clear,
        "ClearValuesRequest",
        "ClearValuesResponse",
        writes=True,
    ),
    Route("sheets.values.get", "GET", ID + "/values/(.+)", handlers.values_get, "", "ValueRange", frozenset(READING)),
    Route(
        "sheets.values.update",
        "PUT",
        ID + "/values/(.+)",
        handlers.values_update,
        "ValueRange",
        "UpdateValuesResponse",
        frozenset(WRITING),
        writes=True,
        prefix="data",
    ),
    Route(
        "sheets.developerMetadata.search",
        "POST",
        ID + "/developerMetadata:search",
        handlers.metadata_search,
        "SearchDeveloperMetadataRequest",
        "SearchDeveloperMetadataResponse",
    ),
    Route(
        "sheets.developerMetadata.get",
        "GET",
        ID + r"/developerMetadata/(\d+)",
        handlers.metadata_get,
        "",
        "DeveloperMetadata",
    ),
    Route(
        "sheets.copyTo",
        "POST",
        ID + r"/sheets/(\d+):copyTo",
        handlers.copy_to,
        "CopySheetToAnotherSpreadsheetRequest",
        "SheetProperties",
        writes=True,
    ),
)


def found(method: str, path: str) -> tuple[Route, tuple[str, ...]] | None:
    """The route of an address and the parts of the address that vary."""
    for route in ROUTES:
        match = re.fullmatch(route.pattern, path, re.DOTALL)
        if match and route.method == method:
            return route, tuple(unquote(part) for part in match.groups())
    return None


def understood(route: Route, query: dict[str, list[str]], body: Any) -> tuple[Message, Mask | None]:
    """The checked body and the mask of the answer. Raises ApiError(400)."""
    for name in query:
        if name not in EVERYWHERE and name not in route.query:
            text = (
                f'Invalid JSON payload received. Unknown name "{name}": Cannot bind query parameter. '
                f"Field '{name}' could not be found in request message."
            )
            raise bad_fields([("", text)])
    if body is not None and not isinstance(body, dict):
        raise invalid("Invalid JSON payload received. Unexpected token.")
    clean = fitting(route.takes, body or {}, route.prefix) if route.takes else {}
    mask = checked(query["fields"][0], route.gives) if query.get("fields", [""])[0] else None
    return clean, mask


def answered(route: Route, request: Request) -> Message:
    """The masked answer. Raises ApiError."""
    answer = route.handler(request)
    done_by_handler = route.gives == "Spreadsheet"
    return answer if done_by_handler else dict(kept(request.mask, answer))


def readable(document: Spreadsheet | None, user: str) -> Spreadsheet:
    """The spreadsheet, if it is there and the user may see it. Raises ApiError(404 or 403)."""
    if document is None:
        raise not_found()
    if document.writers is not None and user not in document.writers | document.readers | {document.owner}:
        raise ApiError(403, "The caller does not have permission")
    return document
