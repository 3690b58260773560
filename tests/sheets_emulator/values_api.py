"""spreadsheets.values.*: get, update, append, clear and their batch forms, by range or by data filter."""

from dataclasses import dataclass
from typing import Any

from tests.sheets_emulator.a1 import Box, letters, written
from tests.sheets_emulator.datafilters import boxes
from tests.sheets_emulator.errors import ApiError, RequestError, invalid
from tests.sheets_emulator.model import MAX_CELLS, Message, Sheet, Spreadsheet
from tests.sheets_emulator.structure import insert
from tests.sheets_emulator.values import given_back, raw, typed, with_value

Target = tuple[Message | None, Message]


@dataclass(frozen=True)
class Rendering:
    """How values are given back."""

    value: str = "FORMATTED_VALUE"
    moments: str = "SERIAL_NUMBER"
    dimension: str = "ROWS"


@dataclass(frozen=True)
class Writing:
    """How values are written, by whom, and whether the answer carries them."""

    user: str
    option: str | None
    echo: bool = False
    rendering: Rendering = Rendering()

    def check(self) -> None:
        """Raises ApiError where no input option was given."""
        if self.option not in {"RAW", "USER_ENTERED"}:
            raise invalid("'valueInputOption' is required but not specified")


def area(document: Spreadsheet, text: str) -> tuple[Sheet, Box]:
    """The tab and closed box of a range; what lies beyond the grid is cut off. Raises ApiError(400)."""
    return fitted(document, document.find(text), text)


def fitted(document: Spreadsheet, box: Box, text: str = "") -> tuple[Sheet, Box]:
    """The same for a box."""
    sheet = document.sheet(box.sheet_id)
    rows, columns = sheet.row_count, sheet.column_count
    if (box.top or 0) >= rows or (box.left or 0) >= columns:
        name = written(sheet.title, box.closed(rows, columns)) if not text or "!" in text else text
        raise invalid(f"Range ({name}) exceeds grid limits. Max rows: {rows}, max columns: {columns}")
    closed = box.closed(rows, columns)
    return sheet, Box(sheet.id, closed.top, min(closed.bottom or 0, rows), closed.left, min(closed.right or 0, columns))


def value_range(document: Spreadsheet, sheet: Sheet, box: Box, how: Rendering) -> Message:
    """The ValueRange message: trailing empty rows and cells dropped, no `values` where nothing is."""
    locale = document.properties["locale"]
    lines = []
    merged = how.dimension == "COLUMNS"
    for row in range(box.top or 0, box.bottom or 0):
        cells = sheet.rows[row]
        last = max((c for c in cells if (box.left or 0) <= c < (box.right or 0)), default=-1)
        span = range(box.left or 0, last + 1)
        lines.append([given_back(cells.get(c, {}), locale, how.value, how.moments) for c in span])
    if merged:
        width = max((len(line) for line in lines), default=0)
        lines = [[line[at] if at < len(line) else "" for line in lines] for at in range(width)]
    for line in lines:
        while line and line[-1] == "":
            line.pop()
    while lines and not lines[-1]:
        lines.pop()
    answer: Message = {"range": written(sheet.title, box), "majorDimension": how.dimension}
    return answer | ({"values": lines} if lines else {})


def get(document: Spreadsheet, text: str, how: Rendering) -> Message:
    """values.get."""
    return value_range(document, *area(document, text), how)


def batch_get(document: Spreadsheet, ranges: list[str], how: Rendering) -> Message:
    """values.batchGet."""
    found = [get(document, text, how) for text in ranges]
    return {"spreadsheetId": document.id} | ({"valueRanges": found} if found else {})


def batch_get_by_filter(document: Spreadsheet, body: Message) -> Message:
    """values.batchGetByDataFilter."""
    how = rendering(body)
    found = []
    for data_filter in body.get("dataFilters", []):
        for box in boxes(document, data_filter):
            values = value_range(document, *fitted(document, box), how)
            found.append({"valueRange": values, "dataFilters": [data_filter]})
    return {"spreadsheetId": document.id} | ({"valueRanges": found} if found else {})


def rendering(body: Message, prefix: str = "") -> Rendering:
    """Options of a body; `prefix` is "response" where they speak of the answer to a write."""

    def option(name: str) -> Any:
        return body.get(prefix + name[0].upper() + name[1:] if prefix else name)

    dimension = "ROWS" if prefix else body.get("majorDimension") or "ROWS"
    return Rendering(
        option("valueRenderOption") or "FORMATTED_VALUE", option("dateTimeRenderOption") or "SERIAL_NUMBER", dimension
    )


def lines_of(values: list[Any], dimension: str | None) -> list[list[Any]]:
    """Values as rows."""
    if dimension != "COLUMNS":
        return values
    height = max((len(column) for column in values), default=0)
    return [[column[at] if at < len(column) else None for column in values] for at in range(height)]


def update(document: Spreadsheet, text: str, body: Message, how: Writing) -> Message:
    """values.update."""
    how.check()
    for given in [body["range"]] if body.get("range") else []:
        if document.find(given) != document.find(text):
            message = f"Requested writing within range [{text}], but the body names range [{given}]."
            raise invalid(message)
    box = document.find(text)
    return write(document, box, body, how, text)


def write(document: Spreadsheet, box: Box, body: Message, how: Writing, text: str = "") -> Message:
    """Puts the values of a ValueRange at the box: null skips a cell, "" empties it."""
    sheet, inside = fitted(document, box, text)
    lines = lines_of(body.get("values", []), body.get("majorDimension"))
    width = max((len(line) for line in lines), default=0)
    top, left = inside.top or 0, inside.left or 0
    single = box.bottom == top + 1 and box.right == left + 1
    _fits(sheet, box, single, (top + len(lines), left + width))
    touched = Box(sheet.id, top, max(top + len(lines), top + 1), left, max(left + width, left + 1))
    try:
        document.guard(how.user, touched)
    except RequestError as error:
        raise ApiError(400, f"Invalid data[0]: {error}") from error
    cells = _put(document, sheet, (top, left), lines, how.option)
    answer: Message = {"spreadsheetId": document.id, "updatedRange": written(sheet.title, touched)}
    counts = {
        "updatedRows": len({row for row, _ in cells}),
        "updatedColumns": len({column for _, column in cells}),
        "updatedCells": len(cells),
    }
    answer |= {name: count for name, count in counts.items() if count}
    if how.echo:
        answer["updatedData"] = value_range(document, sheet, touched, how.rendering)
    return answer


def _fits(sheet: Sheet, box: Box, single: bool, ends: tuple[int, int]) -> None:
    closed = sheet.closed(box)
    named = written(sheet.title, closed)
    if not single and box.bottom is not None and ends[0] > box.bottom:
        raise invalid(f"Requested writing within range [{named}], but tried writing to row [{box.bottom + 1}]")
    if not single and box.right is not None and ends[1] > box.right:
        raise invalid(f"Requested writing within range [{named}], but tried writing to column [{letters(box.right)}]")
    if ends[0] > sheet.row_count or ends[1] > sheet.column_count:
        whole = written(sheet.title, Box(sheet.id, closed.top, ends[0], closed.left, ends[1]))
        size = f"Max rows: {sheet.row_count}, max columns: {sheet.column_count}"
        raise invalid(f"Range ({whole}) exceeds grid limits. {size}")


def _put(
    document: Spreadsheet, sheet: Sheet, start: tuple[int, int], lines: list[list[Any]], option: str | None
) -> list[tuple[int, int]]:
    locale = document.properties["locale"]
    cells = []
    for row, line in enumerate(lines, start[0]):
        for column, value in enumerate(line, start[1]):
            if value is None:
                continue
            if isinstance(value, list | dict):
                kind = "list_value" if isinstance(value, list) else "struct_value"
                raise invalid(f"Invalid values[{row - start[0]}][{column - start[1]}]: {kind} {{\n}}\n")
            content, form = (raw(value), None) if option == "RAW" else typed(value, locale)
            sheet.put(row, column, with_value(sheet.cell(row, column), content, form))
            cells.append((row, column))
    return cells


def batch_update(document: Spreadsheet, body: Message, user: str) -> Message:
    """values.batchUpdate: all or nothing."""
    pairs: list[Target] = [(None, item) for item in body.get("data", [])]
    return _batch(document, pairs, body, user)


def batch_update_by_filter(document: Spreadsheet, body: Message, user: str) -> Message:
    """values.batchUpdateByDataFilter: all or nothing."""
    pairs: list[Target] = [(item.get("dataFilter", {}), item) for item in body.get("data", [])]
    return _batch(document, pairs, body, user)


def _batch(document: Spreadsheet, pairs: list[Target], body: Message, user: str) -> Message:
    echo = body.get("includeValuesInResponse", False)
    how = Writing(user, body.get("valueInputOption"), echo, rendering(body, "response"))
    how.check()
    answers, cells, rows, columns, tabs = [], 0, 0, set[tuple[int, int]](), set[int]()
    for data_filter, item in pairs:
        targets = [document.find(item.get("range", ""))] if data_filter is None else boxes(document, data_filter)
        for box in targets:
            answer = write(document, box, item, how, item.get("range", ""))
            cells += answer.get("updatedCells", 0)
            rows += answer.get("updatedRows", 0)
            touched = document.find(answer["updatedRange"])
            columns |= {(box.sheet_id, at) for at in range(touched.left or 0, touched.right or 0)}
            tabs.add(box.sheet_id)
            answers.append(answer | ({"dataFilter": data_filter} if data_filter is not None else {}))
    totals = {
        "totalUpdatedRows": rows,
        "totalUpdatedColumns": len(columns) if cells else 0,
        "totalUpdatedCells": cells,
        "totalUpdatedSheets": len(tabs) if cells else 0,
        "responses": answers,
    }
    return {"spreadsheetId": document.id} | {name: value for name, value in totals.items() if value}


def table(sheet: Sheet, box: Box) -> Box | None:
    """The block of filled cells that touches the box: what values.append and appendCells take for the table."""
    if box.top is None and box.left is None:
        filled = [(row, c) for row, cells in enumerate(sheet.rows) for c, data in cells.items() if _filled(data)]
        if not filled:
            return None
        bottom = max(row for row, _ in filled)
        seeds = [c for row, c in filled if row == bottom]
        box = Box(sheet.id, bottom, bottom + 1, max(seeds), max(seeds) + 1)
    start = sheet.closed(box)
    return _grown(sheet, (start.top or 0, start.bottom or 0, start.left or 0, start.right or 0))


def _filled(data: Message) -> bool:
    return "userEnteredValue" in data


def _grown(sheet: Sheet, edges: tuple[int, int, int, int]) -> Box | None:
    top, bottom, left, right = edges
    found: tuple[int, int, int, int] | None = None
    while True:
        near = [
            (row, column)
            for row in range(max(top - 1, 0), min(bottom + 1, sheet.row_count))
            for column, data in sheet.rows[row].items()
            if left - 1 <= column <= right and _filled(data)
        ]
        if found is None:
            near = [(r, c) for r, c in near if top <= r < bottom and left <= c < right] or near
            if not any(top <= r < bottom and left <= c < right for r, c in near):
                return None
        rows, columns = [r for r, _ in near], [c for _, c in near]
        grown = (min([top, *rows]), max([bottom - 1, *rows]) + 1, min([left, *columns]), max([right - 1, *columns]) + 1)
        if found is None:
            grown = (min(rows), max(rows) + 1, min(columns), max(columns) + 1)
        elif grown == found:
            return Box(sheet.id, *found)
        found = grown
        top, bottom, left, right = grown


def append(document: Spreadsheet, text: str, body: Message, how: Writing, new_rows: bool) -> Message:
    """values.append: below the table that the range touches; the grid grows where needed."""
    how.check()
    asked = document.find(text)
    sheet, inside = fitted(document, asked, text)
    found = table(sheet, asked)
    row = found.bottom if found else inside.top or 0
    left = (found.left if found else inside.left) or 0
    lines = lines_of(body.get("values", []), body.get("majorDimension"))
    width = max((len(line) for line in lines), default=0)
    row = row or 0
    if new_rows and lines:
        insert(document, sheet, "ROWS", min(row, sheet.row_count), len(lines))
    sheet.resize(max(sheet.row_count, row + len(lines)), max(sheet.column_count, left + width))
    if document.cell_count() > MAX_CELLS:
        raise invalid(
            f"This action would increase the number of cells in the workbook above the limit of {MAX_CELLS} cells."
        )
    box = Box(sheet.id, row, row + max(len(lines), 1), left, left + max(width, 1))
    answer: Message = {"spreadsheetId": document.id}
    if found:
        answer["tableRange"] = written(sheet.title, found)
    answer["updates"] = write(document, box, body | {"range": ""}, how)
    return answer


def clear(document: Spreadsheet, text: str, user: str) -> str:
    """values.clear; the range that was emptied."""
    return clear_box(document, document.find(text), user, text)


def clear_box(document: Spreadsheet, asked: Box, user: str, text: str = "") -> str:
    """Empties the values, not the formats."""
    sheet, box = fitted(document, asked, text)
    try:
        document.guard(user, box)
    except RequestError as error:
        raise ApiError(400, str(error)) from error
    for row in range(box.top or 0, box.bottom or 0):
        for column in [c for c in sheet.rows[row] if (box.left or 0) <= c < (box.right or 0)]:
            sheet.put(row, column, with_value(sheet.rows[row][column], None))
    return written(sheet.title, box)
