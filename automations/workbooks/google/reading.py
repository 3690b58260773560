"""A spreadsheet's answer as a RawWorkbook, and what else a writer needs to know of it."""

from __future__ import annotations

import hashlib
import json
import zlib
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from msgspec import Struct, structs

from automations.model.tabdoc import TabMark
from automations.model.values import Value, normalise, to_plain
from automations.workbooks.cellrefs import Box
from automations.workbooks.google.cells import FoundCells, Grid, all_cells, laid_over, trimmed_rows
from automations.workbooks.google.client import UnansweredError
from automations.workbooks.google.protections import Protection, box_of, protections
from automations.workbooks.google.values import tells_what_was_entered
from automations.workbooks.protocol import RawTab, RawWorkbook, WorkbookError

MOST_CELLS = 2_000_000
"""Cells of all tabs together, blank ones included, that are read at once (Google's own limit is ten million)."""

OUTLINE = (
    "properties(title,locale,timeZone),developerMetadata(metadataId,metadataKey,metadataValue),"
    "sheets(properties(sheetId,title,index,hidden,sheetType,gridProperties(rowCount,columnCount)),merges,"
    "protectedRanges(protectedRangeId,description,range,unprotectedRanges,warningOnly,requestingUserCanEdit),"
    "charts(chartId),conditionalFormats(ranges(sheetId)),basicFilter(range,sortSpecs,filterSpecs),"
    "tables(tableId,range,rowsProperties(footerColorStyle)){data})"
)
"""What is asked of a spreadsheet, with a place for its cells."""

CELLS = (
    ",data(startRow,startColumn,"
    "rowData(values(effectiveValue,userEnteredValue(formulaValue),effectiveFormat(numberFormat(type,pattern)))))"
)

LEDGER_KEY, TAB_KEY = "kim.ledger", "kim.tab"


def outline_fields() -> str:
    """The mask for all but the cells."""
    return OUTLINE.format(data="")


def full_fields() -> str:
    """The mask for everything, cells included."""
    return OUTLINE.format(data=CELLS)


def number_for(*words: str) -> int:
    """An id of our own choosing, the same every time (ids of the API are positive 32-bit integers)."""
    # `or 1`: ids are positive.
    return zlib.crc32("/".join(words).encode()) & 0x7FFF_FFFF or 1


class State(Struct, frozen=True):
    """A spreadsheet at one moment. `grids` are by the tab's name; `protected` are descriptions of
    protected ranges by id; `metadata` are values by id. `locale` ("de_DE") and `zone` are the spreadsheet's."""

    raw: RawWorkbook
    grids: Mapping[str, Grid]
    protected: Mapping[int, str]
    metadata: Mapping[int, str]
    locale: str = ""
    zone: str = ""

    def shut(self) -> Mapping[str, tuple[Protection, ...]]:
        """What is protected from us, by tab."""
        return {name: grid.protections for name, grid in self.grids.items() if grid.protections}

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


def check_complete(name: str, answer: Mapping[str, Any]) -> None:
    """Raise UnansweredError where a tab's cells are not in the answer: it must not pass for an empty one."""
    sheets = answer.get("sheets", ())
    kinds = [sheet["properties"].get("sheetType", "GRID") for sheet in sheets]
    # A chart on a tab of its own has no cells.
    if not sheets or any(kind == "GRID" and "data" not in sheet for kind, sheet in zip(kinds, sheets, strict=True)):
        error = UnansweredError(
            "Google's answer about “{name}” was not complete.",
            "Nothing to do: kim tries again at the next run.",
            code="incomplete",
            busy=True,
            values={"name": name},
        )
        error.perhaps = True
        raise error


def read_state(name: str, answer: Mapping[str, Any]) -> State:
    """What an answer with `full_fields` says. Raises UnansweredError."""
    check_complete(name, answer)
    return answered(name, answer)


def answered(
    name: str, answer: Mapping[str, Any], former: State | None = None, shown: Mapping[str, Sequence[Box]] | None = None
) -> State:
    """What an answer says that shows the cells of `shown` only (by the tab's id), laid over `former`; without
    these, all cells."""
    metadata = {int(item["metadataId"]): item for item in answer.get("developerMetadata", ())}
    marks = _marks(metadata.values())
    # Google gives them in no certain order.
    sheets = sorted(answer.get("sheets", ()), key=lambda sheet: sheet["properties"].get("index", 0))
    tabs, grids = ([], {}) if former is None else _not_shown(former, shown or {})
    before = {tab.id: tab for tab in former.raw.tabs} if former else {}
    telling = any(tells_what_was_entered(cell) for sheet in sheets for cell in all_cells(sheet))
    for sheet in sheets:
        tab, grid = _tab(sheet, marks, telling=telling)
        if former and shown and tab.id in before:
            tab, grid = laid_over(
                (before[tab.id], former.grids[before[tab.id].name]), (tab, grid), sheet, shown[tab.id], telling=telling
            )
        tabs.append(tab)
        grids[tab.name] = grid
    ledger = next((str(m.get("metadataValue", "")) for m in metadata.values() if m["metadataKey"] == LEDGER_KEY), "")
    protected = {
        int(item["protectedRangeId"]): str(item.get("description", ""))
        for sheet in sheets
        for item in sheet.get("protectedRanges", ())
    }
    raw = RawWorkbook(name, revision(tabs, ledger), tuple(tabs), ledger)
    properties = answer.get("properties", {})
    notes = {n: str(m.get("metadataValue", "")) for n, m in metadata.items()}
    return State(raw, grids, protected, notes, properties.get("locale", ""), properties.get("timeZone", ""))


def _not_shown(former: State, shown: Mapping[str, Sequence[Box]]) -> tuple[list[RawTab], dict[str, Grid]]:
    """Tabs without cells, of which an excerpt says nothing."""
    tabs = [tab for tab in former.raw.tabs if tab.id not in shown]
    return tabs, {tab.name: former.grids[tab.name] for tab in tabs}


class _Noted(Struct, frozen=True):
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


def _tab(sheet: Mapping[str, Any], marks: Mapping[int, _Noted], *, telling: bool) -> tuple[RawTab, Grid]:
    properties = sheet["properties"]
    number, title, size = properties.get("sheetId", 0), properties["title"], properties.get("gridProperties", {})
    found = FoundCells(telling)
    data = (sheet.get("data") or [{}])[0].get("rowData", ())
    rows = [found.row(r, row.get("values", ())) for r, row in enumerate(data, start=1)]
    noted = marks.get(number)
    tab = RawTab(
        title,
        str(number),
        tuple(trimmed_rows(rows)),
        found.formulas,
        found.errors,
        tuple(box_of(area, size) for area in sheet.get("merges", ())),
        hidden=bool(properties.get("hidden", False)),
        mark=structs.replace(noted.mark, name=title) if noted else None,
    )
    charts = frozenset(chart["chartId"] for chart in sheet.get("charts", ()))
    rules = len(sheet.get("conditionalFormats", ()))
    ours = noted.charts if noted else frozenset()
    grid = Grid(number, size.get("rowCount", 0), size.get("columnCount", 0), charts, rules, ours, found.types)
    growing = {"tables": tuple(sheet.get("tables", ())), "filter": sheet.get("basicFilter", {})}
    return tab, structs.replace(grid, protections=protections(sheet), **growing)


def revision(tabs: Iterable[RawTab], ledger: str) -> str:
    """A fingerprint of what people typed, of the order of tabs, and of our marks.

    Results of formulas are left out, as they change by themselves (TODAY), and so is the content of
    tabs that are ours alone, which their mark tells."""
    digest = hashlib.sha256(ledger.encode())
    for tab in tabs:
        mark = tab.mark and (tab.mark.id, tab.mark.fingerprint, tab.mark.stand)
        ours = tab.mark is not None and not tab.mark.kept
        # A tab of ours with cells that people fill in (`kept`) counts with what they typed.
        typed = [] if ours else [_typed(tab, number, row) for number, row in enumerate(tab.rows, start=1)]
        digest.update(json.dumps([tab.name, tab.id, mark, typed]).encode())
    return digest.hexdigest()


def _typed(tab: RawTab, number: int, row: Sequence[Value]) -> list[object]:
    cells: list[object] = [
        tab.formulas.get((number, column)) or to_plain(normalise(v)) for column, v in enumerate(row, start=1)
    ]
    while cells and cells[-1] is None:
        cells.pop()
    return cells
