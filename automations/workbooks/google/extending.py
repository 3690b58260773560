"""What a team takes from `kim init`: columns at the right end of a table, a tab with headings.

Columns come in one batch under the lock of a write, and Google's answer is looked at, as for any change."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from automations.workbooks.cellrefs import cell_name
from automations.workbooks.google.account import Account, Acquired, Elsewhere
from automations.workbooks.google.canvas import Request, colour
from automations.workbooks.google.cells import Grid
from automations.workbooks.google.client import Rejected, UnansweredError
from automations.workbooks.google.locking import Held
from automations.workbooks.google.reading import State, number_for
from automations.workbooks.google.values import entered
from automations.workbooks.google.verifying import alike, line_of
from automations.workbooks.new_files import NewTab
from automations.workbooks.protocol import RawTab, WorkbookError
from automations.workbooks.refusals import Refusal

# What ends where a table ends: a filter that sorts must take the new columns along.
_GROWING = (
    "sheets(properties(sheetId),basicFilter(range,sortSpecs,filterSpecs),bandedRanges(bandedRangeId,range),"
    "tables(tableId,range))"
)

_HEAD = {
    "textFormat": {"bold": True},
    "backgroundColorStyle": colour("#DCE6F1"),
    "wrapStrategy": "WRAP",
    "verticalAlignment": "TOP",
}
_DATE = {"type": "DATE", "pattern": "dd.mm.yyyy"}
_BLANK: tuple[Sequence[Any], ...] = ((), (None,), ("",))
_ROWS, _LETTER, _NARROW = 1000, 8, 90  # rows of a new tab; pixels of a letter in a heading, and of the narrowest column


def append_columns(
    account: Account, before: State, tab: str, row: int, headings: Mapping[int, str], token: str
) -> State:
    """The spreadsheet with these headings, by column, in the header row `row`; they follow its last one.

    `before` is the spreadsheet as the columns were decided on. Raises WorkbookError; Refusal where
    something else stands there by now."""
    acquired = _acquired(account, before, tab, token)
    lock, released = acquired.lock, False
    try:
        _check(before, acquired.state, tab, row, headings)
        requests = list(_requests(account, acquired.state, tab, row, headings))
        release = lock.release() if lock else []
        after = account.change([*requests, *release], repeatable=lock is not None)
        released = True
    except Rejected as refused:
        if not refused.repeated:
            raise account.client.told(refused, writing=True) from refused
        after = account.read()  # an earlier try of it may have arrived
    except UnansweredError as error:
        if not error.perhaps:
            raise
        after = account.read()
    finally:
        if lock and not released:
            account.give_back(lock.ids)
    wanted = {column - 1: text for column, text in headings.items()}
    if not alike(_line(after, tab, row), _with(_line(acquired.state, tab, row), wanted)):
        raise Refusal("changed", path=account.client.name)
    return after


def _acquired(account: Account, state: State, tab: str, token: str) -> Acquired:
    _grid(state, tab)
    try:
        acquired = account.acquire([state.to_lock(one) for one in state.raw.tabs if one.name == tab], token)
    except Elsewhere as error:
        raise Refusal("changed", path=account.client.name) from error
    if isinstance(acquired, Held):
        message, advice = "kim on {host} writes into “{name}” just now.", "Wait a minute, then try again."
        values = {"host": acquired.who, "name": account.client.name}
        raise WorkbookError(message, advice, code="busy", busy=True, values=values)
    return acquired


def _grid(state: State, tab: str) -> Grid:
    if tab not in state.grids:
        raise Refusal("no_tab", tab=tab)
    return state.grids[tab]


def _line(state: State, tab: str, row: int) -> Sequence[Any]:
    return line_of(state, str(_grid(state, tab).id), row)


def _with(line: Sequence[Any], wanted: Mapping[int, str]) -> list[Any]:
    return [wanted.get(n, line[n] if n < len(line) else None) for n in range(max(len(line), max(wanted) + 1))]


def _check(before: State, now: State, tab: str, row: int, headings: Mapping[int, str]) -> None:
    """Raises Refusal where the table no longer ends where the columns are to go."""
    if not alike(_line(before, tab, row), _line(now, tab, row)):
        raise Refusal("changed", path=before.raw.name)
    raw = next(one for one in now.raw.tabs if one.name == tab)
    typed = {
        (r, c) for r, line in enumerate(raw.rows, start=1) for c in headings if tuple(line[c - 1 : c]) not in _BLANK
    }
    if taken := min(typed | {place for place in raw.formulas if place[1] in headings}, default=None):
        raise Refusal("occupied", cell=cell_name(*taken), tab=tab)
    for column in headings:
        if _merged(raw, row, column):
            raise Refusal("merged", cell=cell_name(row, column), tab=tab, range=cell_name(row, column))


def _merged(raw: RawTab, row: int, column: int) -> bool:
    return any(top <= row <= bottom and left <= column <= right for top, left, bottom, right in raw.merged)


def _requests(account: Account, state: State, tab: str, row: int, headings: Mapping[int, str]) -> Iterator[Request]:
    grid, first, last = _grid(state, tab), min(headings), max(headings)
    if last > grid.columns:
        yield {"appendDimension": {"sheetId": grid.id, "dimension": "COLUMNS", "length": last - grid.columns}}
    raw = next(one for one in state.raw.tabs if one.name == tab)
    # From merged cells the merge would be copied along.
    if not _merged(raw, row, first - 1):
        like, new = _cells(grid.id, row, first - 1, first - 1), _cells(grid.id, row, first, last)
        yield {"copyPaste": {"source": like, "destination": new, "pasteType": "PASTE_FORMAT"}}
    cells = [{"userEnteredValue": entered(headings[column])} for column in range(first, last + 1)]
    start = {"sheetId": grid.id, "rowIndex": row - 1, "columnIndex": first - 1}
    yield {"updateCells": {"start": start, "rows": [{"values": cells}], "fields": "userEnteredValue"}}
    answer = account.client.get(_GROWING)
    sheet: Mapping[str, Any] = next(
        (one for one in answer.get("sheets", ()) if one["properties"].get("sheetId", 0) == grid.id), {}
    )
    yield from _grown(sheet, row, first, last)


def _cells(sheet: int, row: int, first: int, last: int) -> dict[str, int]:
    rows = {"startRowIndex": row - 1, "endRowIndex": row}
    return {"sheetId": sheet, **rows, "startColumnIndex": first - 1, "endColumnIndex": last}


def _grown(sheet: Mapping[str, Any], row: int, first: int, last: int) -> Iterator[Request]:
    """Filter, stripes and table of that header row, if they ended where it ended."""

    def wider(item: Mapping[str, Any]) -> dict[str, Any] | None:
        area = item.get("range", {})
        fits = area.get("startRowIndex", 0) == row - 1 and area.get("endColumnIndex") == first - 1
        return {**item, "range": {**area, "endColumnIndex": last}} if fits else None

    if new := wider(sheet.get("basicFilter", {})):
        yield {"setBasicFilter": {"filter": new}}
    for banding in filter(None, map(wider, sheet.get("bandedRanges", ()))):
        yield {"updateBanding": {"bandedRange": banding, "fields": "range"}}
    for table in filter(None, map(wider, sheet.get("tables", ()))):
        yield {"updateTable": {"table": table, "fields": "range"}}


def add_tab(account: Account, tab: NewTab) -> State:
    """The spreadsheet with a new tab at its end. Raises WorkbookError."""
    # Always the same id, so that a second try makes no second tab.
    sheet = number_for("kim.new", tab.name)
    try:
        return account.change(list(_tab_requests(sheet, tab)), repeatable=True)
    except Rejected as refused:
        state = account.read()
        if refused.repeated and tab.name in state.grids and state.grids[tab.name].id == sheet:
            return state
        raise account.client.told(refused, writing=True) from refused


def _cell(text: str, *, head: bool) -> Request:
    return {"userEnteredValue": entered(text), **({"userEnteredFormat": _HEAD} if head else {})}


def _tab_requests(sheet: int, tab: NewTab) -> Iterator[Request]:
    top = len(tab.text) if tab.headings else 0
    deep = max(_ROWS, top + 1 + len(tab.rows))
    size = {"rowCount": deep, "columnCount": max(1, len(tab.headings)), "frozenRowCount": top + 1}
    yield {"addSheet": {"properties": {"sheetId": sheet, "title": tab.name, "gridProperties": size}}}
    cells = [{"userEnteredValue": entered(heading), "userEnteredFormat": _HEAD} for heading in tab.headings]
    fields = "userEnteredValue,userEnteredFormat"
    lines_above = [{"values": [{"userEnteredValue": entered(text)}]} for text in tab.text]
    rows = [
        {"values": [_cell(text, head=at in tab.heads) if text else {} for text in row]}
        for at, row in enumerate(tab.rows)
    ]
    written = [*lines_above, {"values": cells}, *rows]
    yield {"updateCells": {"start": {"sheetId": sheet}, "rows": written, "fields": fields}}
    for column, heading in enumerate(tab.headings):
        place = {"sheetId": sheet, "startColumnIndex": column, "endColumnIndex": column + 1}
        below = {**place, "startRowIndex": top + 1, "endRowIndex": deep}
        lines = {"sheetId": sheet, "dimension": "COLUMNS", "startIndex": column, "endIndex": column + 1}
        width = {"pixelSize": max(_NARROW, _LETTER * len(heading))}
        yield {"updateDimensionProperties": {"range": lines, "properties": width, "fields": "pixelSize"}}
        if heading in tab.dates:
            cell = {"userEnteredFormat": {"numberFormat": _DATE}}
            yield {"repeatCell": {"range": below, "cell": cell, "fields": "userEnteredFormat.numberFormat"}}
        if words := tab.choices.get(heading):
            kind, values = ("ONE_OF_RANGE", [words]) if isinstance(words, str) else ("ONE_OF_LIST", [*words])
            condition = {"type": kind, "values": [{"userEnteredValue": word} for word in values]}
            # Not strict: people may need a word that kim does not know.
            rule = {"condition": condition, "showCustomUi": True, "strict": False}
            if prompt := tab.prompts.get(heading, ""):
                rule["inputMessage"] = prompt
            yield {"setDataValidation": {"range": below, "rule": rule}}
