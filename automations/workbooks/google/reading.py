"""A spreadsheet's answer as a RawWorkbook, and what else a writer needs to know of it."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from automations.model.tabdoc import TabMark
from automations.model.values import Value, normalise, to_plain
from automations.workbooks.google.values import DATES, TIMES, format_type, read_error, read_value
from automations.workbooks.protocol import RawTab, RawWorkbook, WorkbookError

MOST_CELLS = 2_000_000
"""Cells of all tabs together, blank ones included, that are read at once (Google's own limit is ten million)."""

OUTLINE = (
    "properties(title,locale,timeZone),developerMetadata(metadataId,metadataKey,metadataValue),"
    "sheets(properties(sheetId,title,index,hidden,gridProperties(rowCount,columnCount)),merges,"
    "protectedRanges(protectedRangeId,description),charts(chartId),conditionalFormats(ranges(sheetId)){data})"
)
"""What is asked of a spreadsheet, with a place for its cells."""

CELLS = ",data(rowData(values(effectiveValue,userEnteredValue(formulaValue),effectiveFormat(numberFormat(type)))))"

LEDGER_KEY, TAB_KEY = "kim.ledger", "kim.tab"

Position = tuple[int, int]


def outline_fields() -> str:
    """The mask for all but the cells."""
    return OUTLINE.format(data="")


def full_fields() -> str:
    """The mask for everything, cells included."""
    return OUTLINE.format(data=CELLS)


def number_for(*words: str) -> int:
    """An id of our own choosing, the same every time (ids of the API are positive 32-bit integers)."""
    return zlib.crc32("/".join(words).encode()) & 0x7FFF_FFFF or 1


@dataclass(frozen=True, slots=True)
class Grid:
    """A tab as a writer sees it: id, size, charts (and which we noted as ours), how many conditional
    formats, and the kind of number format of the cells that show dates or times."""

    id: int
    rows: int
    columns: int
    charts: frozenset[int] = frozenset()
    rules: int = 0
    our_charts: frozenset[int] = frozenset()
    types: Mapping[Position, str] = field(default_factory=dict)

    def area(self, *, first_row: int = 0, first_column: int = 0) -> Mapping[str, int]:
        """The tab as a GridRange, from a cell (counted from 0) to its end."""
        return {
            "sheetId": self.id,
            "startRowIndex": first_row,
            "endRowIndex": self.rows,
            "startColumnIndex": first_column,
            "endColumnIndex": self.columns,
        }


@dataclass(frozen=True, slots=True)
class State:
    """A spreadsheet at one moment. `grids` are by the tab's name; `protected` are descriptions of
    protected ranges by id; `metadata` are values by id."""

    raw: RawWorkbook
    grids: Mapping[str, Grid]
    protected: Mapping[int, str]
    metadata: Mapping[int, str]

    def to_lock(self, tab: RawTab) -> Mapping[str, int]:
        """A tab as a GridRange, less a blank row or column at its end: over the whole grid a protection
        might count as that of the sheet, of which Google allows one, and people may have made it."""
        grid = self.grids[tab.name]
        area = dict(grid.area())
        if grid.rows > max(1, len(tab.rows)):
            area["endRowIndex"] -= 1
        elif grid.columns > max([1, *(len(row) for row in tab.rows)]):
            area["endColumnIndex"] -= 1
        return area

    def grid_of(self, tab_id: str) -> Grid | None:
        """The tab of ours that shows a document."""
        return next((self.grids[tab.name] for tab in self.raw.tabs if tab.mark and tab.mark.id == tab_id), None)


def check_size(name: str, answer: Mapping[str, Any]) -> None:
    """Raise WorkbookError where the tabs hold more cells than can be read at once."""
    sizes = (sheet["properties"].get("gridProperties", {}) for sheet in answer.get("sheets", ()))
    cells = sum(size.get("rowCount", 0) * size.get("columnCount", 0) for size in sizes)
    if cells > MOST_CELLS:
        raise WorkbookError(
            "The Google sheet “{name}” has {cells} cells, more than kim reads ({most}).",
            "Delete rows and columns that nobody uses, or tabs that belong elsewhere.",
            code="too_large",
            values={"name": name, "cells": str(cells), "most": str(MOST_CELLS)},
        )


def read_state(name: str, answer: Mapping[str, Any]) -> State:
    """What an answer with `full_fields` says."""
    metadata = {int(item["metadataId"]): item for item in answer.get("developerMetadata", ())}
    marks = _marks(metadata.values())
    sheets = sorted(answer.get("sheets", ()), key=lambda sheet: sheet["properties"].get("index", 0))
    tabs, grids = [], {}
    for sheet in sheets:
        tab, grid = _tab(sheet, marks)
        tabs.append(tab)
        grids[tab.name] = grid
    ledger = next((str(m.get("metadataValue", "")) for m in metadata.values() if m["metadataKey"] == LEDGER_KEY), "")
    protected = {
        int(item["protectedRangeId"]): str(item.get("description", ""))
        for sheet in sheets
        for item in sheet.get("protectedRanges", ())
    }
    raw = RawWorkbook(name, revision(tabs, ledger), tuple(tabs), ledger)
    return State(raw, grids, protected, {n: str(m.get("metadataValue", "")) for n, m in metadata.items()})


@dataclass(frozen=True, slots=True)
class _Noted:
    """What we noted of a tab of ours."""

    mark: TabMark
    charts: frozenset[int]


def _marks(metadata: Iterable[Mapping[str, Any]]) -> Mapping[int, _Noted]:
    """What we noted of tabs of ours, by the id of the tab."""
    marks: dict[int, _Noted] = {}
    for item in metadata:
        if item["metadataKey"] == TAB_KEY:
            try:
                noted = json.loads(item.get("metadataValue", ""))
                mark = TabMark(str(noted["tab"]), "", str(noted["fingerprint"]), str(noted["stand"]))
                marks[int(noted["sheet"])] = _Noted(mark, frozenset(map(int, noted["charts"])))
            except (ValueError, KeyError, TypeError):
                continue  # somebody else's, or spoiled: the tab then counts as people's
    return marks


def mark_text(mark: TabMark, sheet: int, charts: Sequence[int]) -> str:
    """What is noted of a tab of ours."""
    noted = {"tab": mark.id, "sheet": sheet, "fingerprint": mark.fingerprint, "stand": mark.stand}
    return json.dumps({**noted, "charts": list(charts)})


def _tab(sheet: Mapping[str, Any], marks: Mapping[int, _Noted]) -> tuple[RawTab, Grid]:
    properties = sheet["properties"]
    number, title, size = properties.get("sheetId", 0), properties["title"], properties.get("gridProperties", {})
    formulas: dict[Position, str] = {}
    errors: dict[Position, str] = {}
    types: dict[Position, str] = {}
    data = (sheet.get("data") or [{}])[0].get("rowData", ())
    rows = [_row(r, row.get("values", ()), formulas, errors, types) for r, row in enumerate(data, start=1)]
    noted = marks.get(number)
    tab = RawTab(
        title,
        str(number),
        tuple(_trimmed(rows)),
        formulas,
        errors,
        tuple(_area(area, size) for area in sheet.get("merges", ())),
        hidden=bool(properties.get("hidden", False)),
        mark=dataclasses.replace(noted.mark, name=title) if noted else None,
    )
    charts = frozenset(chart["chartId"] for chart in sheet.get("charts", ()))
    rules = len(sheet.get("conditionalFormats", ()))
    ours = noted.charts if noted else frozenset()
    return tab, Grid(number, size.get("rowCount", 0), size.get("columnCount", 0), charts, rules, ours, types)


def _row(
    row: int,
    cells: Sequence[Mapping[str, Any]],
    formulas: dict[Position, str],
    errors: dict[Position, str],
    types: dict[Position, str],
) -> tuple[Value, ...]:
    values: list[Value] = []
    for column, cell in enumerate(cells, start=1):
        values.append(read_value(cell) if cell else None)
        if not cell:
            continue
        if "formulaValue" in (cell.get("userEnteredValue") or ()):
            formulas[row, column] = str(cell["userEnteredValue"]["formulaValue"]).removeprefix("=")
        if error := read_error(cell):
            errors[row, column] = error
        if (kind := format_type(cell)) in DATES | TIMES:
            types[row, column] = kind
    while values and values[-1] is None and (row, len(values)) not in errors and (row, len(values)) not in formulas:
        values.pop()
    return tuple(values)


def _trimmed(rows: list[tuple[Value, ...]]) -> list[tuple[Value, ...]]:
    while rows and not rows[-1]:
        rows.pop()
    return rows


def _area(area: Mapping[str, int], size: Mapping[str, int]) -> tuple[int, int, int, int]:
    """A GridRange (from 0, end exclusive, open where missing) as first and last row and column from 1."""
    last_row = area.get("endRowIndex", size.get("rowCount", 0))
    last_column = area.get("endColumnIndex", size.get("columnCount", 0))
    return area.get("startRowIndex", 0) + 1, area.get("startColumnIndex", 0) + 1, last_row, last_column


def revision(tabs: Iterable[RawTab], ledger: str) -> str:
    """A fingerprint of what people typed, of the order of tabs, and of our marks.

    Results of formulas are left out, as they change by themselves (TODAY), and so is the content of
    tabs of ours, which their mark tells.
    """
    digest = hashlib.sha256(ledger.encode())
    for tab in tabs:
        mark = tab.mark and (tab.mark.id, tab.mark.fingerprint, tab.mark.stand)
        typed = [] if mark else [_typed(tab, number, row) for number, row in enumerate(tab.rows, start=1)]
        digest.update(json.dumps([tab.name, tab.id, mark, typed]).encode())
    return digest.hexdigest()


def _typed(tab: RawTab, number: int, row: Sequence[Value]) -> list[object]:
    cells: list[object] = [
        tab.formulas.get((number, column)) or to_plain(normalise(v)) for column, v in enumerate(row, start=1)
    ]
    while cells and cells[-1] is None:
        cells.pop()
    return cells
