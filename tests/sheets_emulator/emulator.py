"""The emulated service: its spreadsheets, its users, its quota, its log, and the answer to each call."""

from __future__ import annotations

import json
import threading
import time
from collections import deque
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.sheets_emulator import drive
from tests.sheets_emulator.errors import RequestError, forbidden, invalid, no_token, quota_exceeded, unauthenticated
from tests.sheets_emulator.faults import Call, Fault, Faults
from tests.sheets_emulator.handlers import Request
from tests.sheets_emulator.model import Message, Spreadsheet, new_sheet, new_spreadsheet
from tests.sheets_emulator.people import Person
from tests.sheets_emulator.render import spreadsheet as shown
from tests.sheets_emulator.routes import Route, answered, found, readable, understood
from tests.sheets_emulator.schema import checked
from tests.sheets_emulator.values import stored, with_value

Colleague = Callable[["Service", Call], None]


class Service:
    """Everything but the sockets.

    `colleague` is called with the service and the call before each call is carried out, so that it can edit between
    two calls. `quota` is the number of reads and of writes a user may make in a minute; None switches it off. Any token
    is the user `TOKEN@emulator.test`, but those in `revoked`; `anonymous` lets calls in that carry none.
    """

    def __init__(self, quota: int | None = None) -> None:
        self.library: dict[str, Spreadsheet] = {}
        self.calls: list[Call] = []
        self.crashes: list[Exception] = []
        self.faults = Faults()
        self.colleague: Colleague | None = None
        self.quota = quota
        self.revoked: set[str] = set()
        self.anonymous = False
        self.clock: Callable[[], float] = time.monotonic
        self.lock = threading.RLock()
        self._used: dict[tuple[str, str], deque[float]] = {}
        self._made = 0

    def spreadsheet(self, spreadsheet_id: str) -> Spreadsheet:
        """Direct access to a spreadsheet."""
        return self.library[spreadsheet_id]

    def person(self, name: str, spreadsheet_id: str) -> Person:
        """Somebody who types into a spreadsheet, protections permitting."""
        return Person(self, f"{name}@emulator.test", spreadsheet_id)

    def create(
        self,
        title: str = "Untitled spreadsheet",
        tabs: dict[str, list[list[Any]]] | None = None,
        *,
        owner: str = "team@emulator.test",
        **properties: Any,
    ) -> str:
        """A new spreadsheet with these tabs and Python values (a text with = in front is a formula); its id.

        `properties` are locale, timeZone and the like.
        """
        self._made += 1
        spreadsheet_id = f"emulated-{self._made:04}-" + "x" * 30
        document = new_spreadsheet(spreadsheet_id, title, owner, properties)
        document.created = document.modified = stamp()
        for index, (name, rows) in enumerate((tabs or {}).items()):
            number = 0 if not index else 1000 + index
            sheet = new_sheet({"sheetId": number, "title": name, "index": index})
            sheet.resize(max(1000, len(rows) + 100), max(26, *(len(row) + 2 for row in rows)) if rows else 26)
            document.sheets = [sheet] if not index else [*document.sheets, sheet]
            for at, row in enumerate(rows):
                sheet.rows[at] = {c: with_value({}, *stored(v)) for c, v in enumerate(row) if v not in {None, ""}}
        self.library[spreadsheet_id] = document
        return spreadsheet_id

    def fault_for(self, call: Call) -> Fault | None:
        """The trouble that was ordered for this call."""
        with self.lock:
            known = found(call.method, call.path)
            call.endpoint = known[0].endpoint if known else drive.endpoint(call.method, call.path)
            return self.faults.next_for(call)

    def handle(self, call: Call, token: str | None) -> Any:
        """The answer to a call: a JSON document, or text. Raises ApiError. Atomic: a failed call changes nothing."""
        with self.lock:
            if self.colleague:
                self.colleague(self, call)
            known = found(call.method, call.path)
            self._admit(call, token, writes=known[0].writes if known else call.method != "GET")
            if not known:
                return self._elsewhere(call)
            return self._answer(*known, call)

    def _admit(self, call: Call, token: str | None, *, writes: bool) -> None:
        if token is None and not self.anonymous and "key" not in call.query:
            raise no_token()
        if token in self.revoked:
            raise unauthenticated()
        if self.quota is None or not call.endpoint.startswith("sheets."):
            return
        kind = "Write" if writes else "Read"
        used, now = self._used.setdefault((call.user, kind), deque()), self.clock()
        while used and used[0] <= now - 60:
            used.popleft()
        if len(used) >= self.quota:
            raise quota_exceeded(kind)
        used.append(now)

    def _answer(self, route: Route, parts: tuple[str, ...], call: Call) -> Any:
        body, mask = understood(route, call.query, call.body)
        document = readable(self.library.get(parts[0]), call.user)
        if not route.writes:
            return self._carried_out(route, Request(parts, call.query, body, call.user, self.library, mask))
        if call.user in document.readers:
            raise forbidden()
        trial = {**self.library, document.id: document.copy()}
        answer = self._carried_out(route, Request(parts, call.query, body, call.user, trial, mask))
        trial[document.id].modified = stamp()
        document.take(trial[document.id])
        return answer

    def _carried_out(self, route: Route, request: Request) -> Message:
        try:
            return answered(route, request)
        except RequestError as error:
            raise invalid(str(error)) from error

    def _elsewhere(self, call: Call) -> Any:
        if call.endpoint == "sheets.create":
            body = checked("Spreadsheet", call.body or {})
            return self._created(body, call)
        return drive.answered(self, call)

    def _created(self, body: Message, call: Call) -> Message:
        properties = dict(body.get("properties", {}))
        title = properties.pop("title", "Untitled spreadsheet")
        spreadsheet_id = self.create(title, owner=call.user, **properties)
        document = self.library[spreadsheet_id]
        given = [sheet.get("properties", {}) for sheet in body.get("sheets", [])]
        if given:
            document.sheets = []
        for index, wanted in enumerate(given):
            number = wanted.get("sheetId", 0 if not index else document.fresh_id(set()))
            document.sheets.append(
                new_sheet({"title": f"Sheet{index + 1}", **wanted, "sheetId": number, "index": index})
            )
        return shown(document, call.user, [], False, None)


def stamp() -> str:
    """Now, as Drive prints it."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"


def incoming(method: str, target: str, body: bytes, content_type: str, user: str) -> Call:
    """A call from the parts of an HTTP request; raises ApiError(400) for a body that is no JSON."""
    address = urlsplit(target)
    query = parse_qs(address.query, keep_blank_values=True)
    content: Any = None
    call = Call(method, "", address.path, query, content, user)
    if not body:
        return call
    if "json" not in content_type:
        call.body = body.decode("utf-8")
        return call
    try:
        call.body = json.loads(body)
    except ValueError as error:
        raise invalid("Invalid JSON payload received. Unexpected token.") from error
    return call
