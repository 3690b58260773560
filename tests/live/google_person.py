"""A person at work in a real Google sheet, with the same hands as `sheets_emulator.Person`."""

from __future__ import annotations

from dataclasses import dataclass

from gspread.http_client import HTTPClient
from gspread.utils import absolute_range_name


@dataclass(frozen=True)
class LiveTab:
    id: int
    title: str


@dataclass(frozen=True)
class LiveDocument:
    sheets: tuple[LiveTab, ...]


class LivePerson:
    """Works in one spreadsheet through the account of `http`."""

    def __init__(self, http: HTTPClient, sheet: str) -> None:
        self.http, self.sheet = http, sheet

    @property
    def document(self) -> LiveDocument:
        found = self.http.fetch_sheet_metadata(self.sheet)["sheets"]
        return LiveDocument(tuple(LiveTab(s["properties"]["sheetId"], s["properties"]["title"]) for s in found))

    def does(self, *requests):
        return self.http.batch_update(self.sheet, {"requests": list(requests)})["replies"]

    def rows(self, title):
        params = {"valueRenderOption": "UNFORMATTED_VALUE", "dateTimeRenderOption": "SERIAL_NUMBER"}
        return self.http.values_get(self.sheet, absolute_range_name(title), params).get("values", [])

    def inserts_row(self, title, before):
        self.does({"insertDimension": {"range": self._lines(title, before)}})

    def deletes_row(self, title, number):
        self.does({"deleteDimension": {"range": self._lines(title, number)}})

    def _lines(self, title, number):
        sheet = next(tab.id for tab in self.document.sheets if tab.title == title)
        return {"sheetId": sheet, "dimension": "ROWS", "startIndex": number - 1, "endIndex": number}

    def empties(self, tabs):
        """The sheet anew: only these tabs, no protections, no notes of kim's."""
        answer = self.http.fetch_sheet_metadata(self.sheet)
        protected = [p["protectedRangeId"] for s in answer["sheets"] for p in s.get("protectedRanges", ())]
        old = [s["properties"]["sheetId"] for s in answer["sheets"]]
        notes = {"developerMetadataLookup": {"locationType": "SPREADSHEET"}}
        self.does(
            *({"deleteProtectedRange": {"protectedRangeId": number}} for number in protected),
            {"deleteDeveloperMetadata": {"dataFilter": notes}},
            {"updateSpreadsheetProperties": {"properties": {"locale": "de_DE"}, "fields": "locale"}},
            *({"addSheet": {"properties": {"title": f"neu {n}"}}} for n, _ in enumerate(tabs)),
            *({"deleteSheet": {"sheetId": number}} for number in old),
        )
        for tab, name in zip(self.document.sheets, tabs, strict=True):
            properties = {"sheetId": tab.id, "title": name}
            self.does({"updateSheetProperties": {"properties": properties, "fields": "title"}})
