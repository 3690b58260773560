"""The requests of spreadsheets.batchUpdate, one module a family."""

from typing import Any

from tests.sheets_emulator.errors import RequestError, invalid
from tests.sheets_emulator.model import MAX_CELLS, Message, Spreadsheet
from tests.sheets_emulator.requests import cells, dimensions, filling, metadata, moving, objects, ranges, sheets, views
from tests.sheets_emulator.requests.context import Handler
from tests.sheets_emulator.schema import SCHEMA
from tests.sheets_emulator.spills import laid_out

FAMILIES = (sheets, dimensions, cells, ranges, objects, metadata, moving, filling, views)
HANDLERS: dict[str, Handler] = {name: handler for family in FAMILIES for name, handler in family.HANDLERS.items()}


def carried_out(document: Spreadsheet, requests: list[Message], user: str) -> list[Message]:
    """Carries out a batch on `document` (a copy, which the caller drops on failure); the replies, in order.

    Raises ApiError(400) as Google words it: `Invalid requests[2].addSheet: …`.
    """
    if not requests:
        raise invalid("Must specify at least one request.")
    replies = [_reply(document, position, request, user) for position, request in enumerate(requests)]
    for sheet in document.sheets:
        laid_out(sheet)
    return replies


def _reply(document: Spreadsheet, position: int, request: Message, user: str) -> Message:
    kinds = [name for name in request if name in SCHEMA["Request"]]
    if len(kinds) != 1:
        raise invalid(
            f"Invalid requests[{position}]: No request set." if not kinds else f"Invalid requests[{position}]"
        )
    kind = kinds[0]
    try:
        reply: Any = HANDLERS.get(kind, _unknown)(document, request[kind], user)
        _limit(document)
    except RequestError as error:
        raise invalid(f"Invalid requests[{position}].{kind}: {error}") from error
    return {} if reply is None else {kind: reply}


def _unknown(document: Spreadsheet, request: Message, user: str) -> None:
    raise RequestError("The emulator does not know this request.")


def _limit(document: Spreadsheet) -> None:
    if document.cell_count() > MAX_CELLS:
        raise RequestError(
            f"This action would increase the number of cells in the workbook above the limit of {MAX_CELLS} cells."
        )
