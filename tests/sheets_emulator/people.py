"""People who work in the same spreadsheet in their browser."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.sheets_emulator.model import Message, Spreadsheet
from tests.sheets_emulator.requests import carried_out
from tests.sheets_emulator.schema import checked
from tests.sheets_emulator.spills import spill
from tests.sheets_emulator.values import given_back, stored, with_value

if TYPE_CHECKING:
    from tests.sheets_emulator.emulator import Service


class Person:
    """Types, sorts, inserts and deletes as a user of the browser does.

    Raises ApiError where a protection shuts the person out.
    """

    def __init__(self, service: Service, user: str, spreadsheet_id: str) -> None:
        self.service, self.user, self.spreadsheet_id = service, user, spreadsheet_id

    @property
    def document(self) -> Spreadsheet:
        """The spreadsheet."""
        return self.service.library[self.spreadsheet_id]

    def does(self, *requests: Message) -> list[Message]:
        """Requests of a batch, as this user; the replies."""
        with self.service.lock:
            trial = self.document.copy()
            replies = carried_out(trial, [checked("Request", request) for request in requests], self.user)
            self.document.take(trial)
            return replies

    def types(self, where: str, value: Any, *, result: Any = None) -> None:
        """Puts a value as it is (None empties, dates are dates) into a cell such as `Fälle!C7`.

        `result` is a formula's outcome; a dict is an ExtendedValue, such as an error.
        """
        with self.service.lock:
            self._types(where, value, result)

    def _types(self, where: str, value: Any, result: Any) -> None:
        box = self.document.find(where)
        fields = "userEnteredValue"
        content, form = (None, None) if value in {None, ""} else stored(value)
        outcome, shown = (None, None) if result is None or isinstance(result, dict) else stored(result)
        form = form or shown
        data: Message = {"userEnteredValue": content}
        if form:
            fields += ",userEnteredFormat.numberFormat"
            data["userEnteredFormat"] = {"numberFormat": form}
        self.does({"updateCells": {"range": box.message(), "fields": fields, "rows": [{"values": [data]}]}})
        if result is not None:
            sheet, row, column = self.document.sheet(box.sheet_id), box.top or 0, box.left or 0
            sheet.put(
                row,
                column,
                with_value(sheet.cell(row, column), {"formulaValue": value}) | {"effectiveValue": outcome or result},
            )

    def spills(self, where: str, formula: str, rows: list[list[Any]]) -> None:
        """Puts a formula into a cell whose result fills `rows` from there on (None: no value in that cell)."""
        with self.service.lock:
            self._types(where, formula, rows[0][0] or "")
            box = self.document.find(where)
            values = [[None if value is None else stored(value)[0] for value in line] for line in rows]
            spill(self.document.sheet(box.sheet_id), box.top or 0, box.left or 0, values)

    def sees(self, where: str, render: str = "UNFORMATTED_VALUE") -> Any:
        """What a cell holds."""
        box = self.document.find(where)
        cell = self.document.sheet(box.sheet_id).cell(box.top or 0, box.left or 0)
        return given_back(cell, self.document.properties["locale"], render, "SERIAL_NUMBER")

    def rows(self, title: str) -> list[list[Any]]:
        """All unformatted values of a tab."""
        sheet = self.document.sheet(self.document.find("'" + title.replace("'", "''") + "'").sheet_id)
        locale = self.document.properties["locale"]
        lines = []
        for row in sheet.rows:
            width = max(row, default=-1) + 1
            cells = [row.get(column, {}) for column in range(width)]
            lines.append([given_back(cell, locale, "UNFORMATTED_VALUE", "SERIAL_NUMBER") for cell in cells])
        while lines and not any(value != "" for value in lines[-1]):
            lines.pop()
        return lines

    def inserts_row(self, title: str, before: int) -> None:
        """Puts an empty row in front of the 1-based row."""
        self.does({"insertDimension": {"range": self._lines(title, before)}})

    def deletes_row(self, title: str, number: int) -> None:
        """Deletes the 1-based row."""
        self.does({"deleteDimension": {"range": self._lines(title, number)}})

    def sorts(self, title: str, column: int, *, header_rows: int = 1, descending: bool = False) -> None:
        """Sorts all rows under the header by the 0-based column."""
        sheet = self.document.find("'" + title.replace("'", "''") + "'").sheet_id
        order = "DESCENDING" if descending else "ASCENDING"
        area = {"sheetId": sheet, "startRowIndex": header_rows}
        self.does({"sortRange": {"range": area, "sortSpecs": [{"dimensionIndex": column, "sortOrder": order}]}})

    def _lines(self, title: str, number: int) -> Message:
        sheet = self.document.find("'" + title.replace("'", "''") + "'").sheet_id
        return {"sheetId": sheet, "dimension": "ROWS", "startIndex": number - 1, "endIndex": number}
