"""Bare HTTP to the emulator of the Sheets API, and requests that tests send often."""

from __future__ import annotations

from typing import Any

import requests

from tests.sheets_emulator import Emulator

TABS = {
    "Fälle": [["Fall-Nr.", "Name", "Alter"], ["KIM-1", "Ada", 36], ["KIM-2", "Bo", 41], ["KIM-3", "Cy", 29]],
    "Team": [["Kürzel"], ["AB"]],
}
LOCK = 4711


class Client:
    """Bare HTTP, so that nothing of a library stands between the test and the answer."""

    def __init__(self, google: Emulator, spreadsheet_id: str, token: str = "tok") -> None:  # noqa: S107 - no secret
        self.base = f"{google.url}/v4/spreadsheets/{spreadsheet_id}"
        self.session = requests.Session()
        self.session.headers["Authorization"] = f"Bearer {token}"

    def get(self, path: str = "", **query: Any) -> Any:
        return self.session.get(self.base + path, params=query, timeout=10).json()

    def post(self, path: str, body: Any, **query: Any) -> Any:
        return self.session.post(self.base + path, json=body, params=query, timeout=10).json()

    def batch(self, *asked: dict[str, Any], **more: Any) -> Any:
        return self.post(":batchUpdate", {"requests": list(asked), **more})

    def values(self, text: str, **query: Any) -> Any:
        return self.get(f"/values/{text}", **query).get("values")


def lock(number: int = LOCK, **more: Any) -> dict[str, Any]:
    wanted = {"protectedRangeId": number, "range": {"sheetId": 0}, **more}
    return {"addProtectedRange": {"protectedRange": wanted}}


def unlock(number: int = LOCK) -> dict[str, Any]:
    return {"deleteProtectedRange": {"protectedRangeId": number}}


def write(row: int, column: int, value: Any) -> dict[str, Any]:
    kind = "numberValue" if isinstance(value, int) else "stringValue"
    place = {"sheetId": 0, "rowIndex": row, "columnIndex": column}
    rows = [{"values": [{"userEnteredValue": {kind: value}}]}]
    return {"updateCells": {"start": place, "rows": rows, "fields": "userEnteredValue"}}
