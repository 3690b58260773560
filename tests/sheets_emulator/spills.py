"""Arrays that spill: one formula whose result fills more cells than its own.

The cells around it have an effective value that nobody entered. Whatever is entered into one of them breaks the whole
array: its formula then shows `#REF!`, until that cell is empty again.
"""

from typing import Any

Message = dict[str, Any]
BLOCKED = "Array result was not expanded because it would overwrite data in {cell}."


def spill(sheet: Any, row: int, column: int, rows: list[list[Message | None]]) -> None:
    """Let the formula at a cell (from 0) show `rows` of ExtendedValues from there on."""
    area = {"startRowIndex": row, "endRowIndex": row + 1, "startColumnIndex": column, "endColumnIndex": column + 1}
    formula = sheet.cell(row, column)["userEnteredValue"]
    sheet.spills.append({"range": {"sheetId": sheet.id, **area}, "formula": formula, "rows": rows})
    laid_out(sheet)


def laid_out(sheet: Any) -> None:
    """Lay all arrays of a tab out anew, as after every change."""
    if not sheet.spills:
        return
    for number, line in enumerate(sheet.rows):
        for column, cell in list(line.items()):
            if "effectiveValue" in cell and "userEnteredValue" not in cell:
                sheet.put(number, column, {name: part for name, part in cell.items() if name != "effectiveValue"})
    sheet.spills = [item for item in sheet.spills if _anchor(sheet, item).get("userEnteredValue") == item["formula"]]
    for item in sheet.spills:
        _lay(sheet, item)


def _anchor(sheet: Any, item: Message) -> Message:
    found: Message = sheet.cell(item["range"]["startRowIndex"], item["range"]["startColumnIndex"])
    return found


def _lay(sheet: Any, item: Message) -> None:
    top, left = item["range"]["startRowIndex"], item["range"]["startColumnIndex"]
    cells = {(top + n, left + m): value for n, line in enumerate(item["rows"]) for m, value in enumerate(line) if value}
    blocked = [place for place in cells if place != (top, left) and "userEnteredValue" in sheet.cell(*place)]
    if blocked:
        error = {"errorValue": {"type": "REF", "message": BLOCKED.format(cell=blocked[0])}}
        sheet.put(top, left, {**_anchor(sheet, item), "effectiveValue": error})
        return
    for place, value in cells.items():
        if place[0] < sheet.row_count:
            sheet.put(*place, {**sheet.cell(*place), "effectiveValue": value})
