"""A sheet of paper for a `Drawing` (workbooks/drawing/sheets.py), kept as the cells and requests of a Google sheet.

It takes the calls that XlsxWriter's sheet takes, so that a tab is drawn by the same hand for both kinds of
workbook and looks alike."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, time
from typing import Any

from automations.workbooks.cellrefs import Position
from automations.workbooks.drawing.formats import BAR
from automations.workbooks.drawing.layout import ROW_PIXELS, column_pixels
from automations.workbooks.google.values import entered

CellFormat = dict[str, Any]
Request = dict[str, Any]

_POINT_PIXELS = 96 / 72
_INDENT = 9  # pixels of one step of XlsxWriter's indent
_VERTICAL: Mapping[str, str] = {"top": "TOP", "vcenter": "MIDDLE"}


def colour(text: str) -> dict[str, Any]:
    """A ColorStyle of a text such as "#1F3A5F"."""
    parts = (int(text[place : place + 2], 16) / 255 for place in (1, 3, 5))
    return {"rgbColor": dict(zip(("red", "green", "blue"), (round(part, 4) for part in parts), strict=True))}


def number_format(pattern: str) -> dict[str, str] | None:
    """A number format of Excel as Google's; None for the general one. Month names follow the sheet's locale."""
    if pattern == "General":
        return None
    plain = pattern[pattern.index("]") + 1 :] if pattern.startswith("[$") else pattern
    if "yyyy" in plain or "mmm" in plain:
        kind = "DATE_TIME" if "hh" in plain else "DATE"
    else:
        kind = "TIME" if "hh" in plain else "PERCENT" if "%" in plain else "NUMBER"
    return {"type": kind, "pattern": plain}


_SHADE: Mapping[str, Any] = {
    "minpoint": {"colorStyle": colour("#FFFFFF"), "type": "NUMBER", "value": "0"},
    "maxpoint": {"colorStyle": colour(BAR), "type": "MAX"},
}


class Formats:
    """Makes Google's cell formats of XlsxWriter's properties."""

    def add_format(self, properties: dict[str, Any]) -> CellFormat:
        """The same look in the other's words. What is not said is left to the cell."""
        text: dict[str, Any] = {
            "fontFamily": properties.get("font_name"),
            "fontSize": properties.get("font_size"),
            "foregroundColorStyle": colour(properties["font_color"]) if "font_color" in properties else None,
        }
        text = {name: value for name, value in text.items() if value is not None}
        text |= {name: True for name in ("bold", "underline") if properties.get(name)}
        made: CellFormat = {
            "textFormat": text,
            "verticalAlignment": _VERTICAL[properties.get("valign", "top")],
            "wrapStrategy": "WRAP" if properties.get("text_wrap") else "OVERFLOW_CELL",
        }
        if "bg_color" in properties:
            made["backgroundColorStyle"] = colour(properties["bg_color"])
        if align := properties.get("align"):
            made["horizontalAlignment"] = align.upper()
        if indent := properties.get("indent"):
            side = "right" if align == "right" else "left"
            # Google knows no indent; the padding of 3 and 2 is its own.
            made["padding"] = {"top": 2, "bottom": 2, "left": 3, "right": 3, side: 3 + _INDENT * indent}
        borders = {
            side: {"style": "SOLID", "colorStyle": colour(properties[f"{side}_color"])}
            for side in ("top", "bottom")
            if properties.get(side)
        }
        if borders:
            made["borders"] = borders
        if (pattern := properties.get("num_format")) and (form := number_format(pattern)):
            made["numberFormat"] = form
        return made


class Canvas:
    """A tab being drawn. Rows and columns count from 0; heights come in points, widths in characters."""

    def __init__(self, sheet_id: int) -> None:
        self.sheet_id = sheet_id
        self.name = ""
        self.autofilter_area = ""
        self.cells: dict[Position, dict[str, Any]] = {}
        self.widths: dict[int, int] = {}
        self.heights: dict[int, int] = {}
        self.merged: list[dict[str, int]] = []
        self.rules: list[dict[str, Any]] = []
        self.filter: dict[str, int] | None = None
        self.frozen = 0
        self.charts: list[dict[str, Any]] = []

    def area(self, first_row: int, first_column: int, last_row: int, last_column: int) -> dict[str, int]:
        """A GridRange, whose ends are exclusive."""
        return {
            "sheetId": self.sheet_id,
            "startRowIndex": first_row,
            "endRowIndex": last_row + 1,
            "startColumnIndex": first_column,
            "endColumnIndex": last_column + 1,
        }

    def set_column(self, first: int, last: int, width: int, _look: CellFormat) -> None:
        """The width of columns."""
        self.widths |= dict.fromkeys(range(first, last + 1), column_pixels(width))

    def set_row(self, row: int, height: int) -> None:
        """The height of a row."""
        self.heights[row] = max(ROW_PIXELS, round(height * _POINT_PIXELS))

    def _put(self, row: int, column: int, value: Mapping[str, Any], look: CellFormat) -> None:
        cell = {"userEnteredFormat": look}
        self.cells[row, column] = {**cell, "userEnteredValue": dict(value)} if value else cell

    def write_blank(self, row: int, column: int, _value: None, look: CellFormat) -> None:
        """A cell that only looks."""
        self._put(row, column, {}, look)

    def _write(self, row: int, column: int, value: str | float | date | time, look: CellFormat) -> None:
        self._put(row, column, entered(value), look)

    # One method here, where XlsxWriter has four: the value tells its kind, and a text is never parsed.
    write_string = write_boolean = write_number = write_datetime = _write

    def write_formula(self, row: int, column: int, formula: str, look: CellFormat, value: str | float | bool) -> None:
        """A formula. A broken number stays a number: how a formula writes its comma depends on the locale."""
        broken = isinstance(value, float) and not value.is_integer()
        self._put(row, column, entered(value) if broken else {"formulaValue": formula}, look)

    def merge_range(
        self, first_row: int, first_column: int, last_row: int, last_column: int, _data: str, look: CellFormat
    ) -> None:
        """Cells as one."""
        self.merged.append(self.area(first_row, first_column, last_row, last_column))
        # Every cell of it, or its border would end in the middle.
        for column in range(first_column, last_column + 1):
            self._put(first_row, column, {}, look)

    def data_validation(self, row: int, column: int, last_row: int, _last_column: int, rule: Mapping[str, Any]) -> None:
        """What stands in an input message is a note here; a list is one to choose from."""
        if "input_message" in rule:
            self.cells.setdefault((row, column), {})["note"] = rule["input_message"]
            return
        words = [{"userEnteredValue": word} for word in rule["source"]]
        for number in range(row, last_row + 1):
            offered = {"condition": {"type": "ONE_OF_LIST", "values": words}, "showCustomUi": True}
            self.cells.setdefault((number, column), {})["dataValidation"] = offered

    def conditional_format(
        self, first_row: int, first_column: int, last_row: int, last_column: int, options: Mapping[str, Any]
    ) -> None:
        """Bars behind numbers: Google has none, so that a shade of the same colour takes their place. The
        stand of a tab that stands still is coloured: no format of Google's puts another text over it."""
        area = self.area(first_row, first_column, last_row, last_column)
        if options.get("type") != "formula":
            self.rules.append({"ranges": [area], "gradientRule": _SHADE})
            return
        look = options["format"]
        seen = {"backgroundColorStyle": look["backgroundColorStyle"], "textFormat": look["textFormat"]}
        condition = {"type": "CUSTOM_FORMULA", "values": [{"userEnteredValue": options["criteria"]}]}
        self.rules.append({"ranges": [area], "booleanRule": {"condition": condition, "format": seen}})

    def autofilter(self, first_row: int, first_column: int, last_row: int, last_column: int) -> None:
        """The one filter of the tab."""
        self.filter = self.area(first_row, first_column, last_row, last_column)
        # What XlsxWriter has in its place: `Drawing` asks whether there is one already.
        self.autofilter_area = "set"

    def freeze_panes(self, rows: int, _columns: int) -> None:
        """Rows that stay in sight."""
        self.frozen = rows

    def _not_on_screen(self, *_: object, **__: object) -> None:
        """Printing is chosen when somebody prints."""

    hide_gridlines = set_landscape = set_portrait = set_paper = fit_to_pages = _not_on_screen
    set_margins = set_footer = repeat_rows = set_h_pagebreaks = _not_on_screen
