"""Spreadsheets in memory.

Messages and cells are kept as the API's JSON and are replaced, never changed in place: a copy for an atomic batch
is therefore a copy of the lists that hold them.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from typing import Any

from tests.sheets_emulator.a1 import Box, box_of, split
from tests.sheets_emulator.defaults import COLUMN_WIDTH, ROW_HEIGHT, spreadsheet_properties
from tests.sheets_emulator.errors import RequestError, invalid

Message = dict[str, Any]

PROTECTED = (
    "You are trying to edit a protected cell or object. Please contact the spreadsheet owner to remove protection "
    "if you need to edit."
)
MAX_CELLS = 10_000_000


@dataclass
class Sheet:
    """One tab: its properties, its sparse grid and the objects on it."""

    properties: Message
    rows: list[dict[int, Message]]
    column_meta: list[Message]
    row_meta: list[Message]
    merges: list[Message] = field(default_factory=list)
    protected: list[Message] = field(default_factory=list)
    conditional: list[Message] = field(default_factory=list)
    charts: list[Message] = field(default_factory=list)
    banded: list[Message] = field(default_factory=list)
    filter_views: list[Message] = field(default_factory=list)
    tables: list[Message] = field(default_factory=list)
    row_groups: list[Message] = field(default_factory=list)
    column_groups: list[Message] = field(default_factory=list)
    spills: list[Message] = field(default_factory=list)
    basic_filter: Message | None = None

    @property
    def id(self) -> int:
        """The sheetId."""
        return int(self.properties["sheetId"])

    @property
    def title(self) -> str:
        """The tab's name."""
        return str(self.properties["title"])

    @property
    def row_count(self) -> int:
        """Rows of the grid, empty ones included."""
        return len(self.rows)

    @property
    def column_count(self) -> int:
        """Columns of the grid."""
        return len(self.column_meta)

    def copy(self) -> Sheet:
        """A copy that shares cells and messages but no list."""
        lists = {name: list(value) for name, value in vars(self).items() if isinstance(value, list)}
        lists["rows"] = [dict(row) for row in self.rows]
        return Sheet(**{**vars(self), **lists})

    def cell(self, row: int, column: int) -> Message:
        """The cell's data; {} where nothing was ever put."""
        return self.rows[row].get(column, {}) if row < len(self.rows) else {}

    def put(self, row: int, column: int, data: Message) -> None:
        """Replaces the cell's data; {} removes it."""
        if data:
            self.rows[row][column] = data
        else:
            self.rows[row].pop(column, None)

    def resize(self, rows: int, columns: int) -> None:
        """Cuts or extends the grid at its ends."""
        del self.rows[rows:], self.row_meta[rows:], self.column_meta[columns:]
        self.rows.extend({} for _ in range(rows - len(self.rows)))
        self.row_meta.extend([{"pixelSize": ROW_HEIGHT}] * (rows - len(self.row_meta)))
        self.column_meta.extend([{"pixelSize": COLUMN_WIDTH}] * (columns - len(self.column_meta)))
        for row in self.rows:
            for column in [column for column in row if column >= columns]:
                del row[column]
        self.count()

    def count(self) -> None:
        """Writes the size of the grid into the properties."""
        grid = {
            **self.properties.get("gridProperties", {}),
            "rowCount": self.row_count,
            "columnCount": self.column_count,
        }
        self.properties = {**self.properties, "gridProperties": grid}

    def closed(self, box: Box) -> Box:
        """The box with its open sides at the edges of this grid."""
        return box.closed(self.row_count, self.column_count)

    def metadata(self, dimension: str) -> list[Message]:
        """Properties of all rows or all columns."""
        return self.row_meta if dimension == "ROWS" else self.column_meta


def new_sheet(properties: Message) -> Sheet:
    """An empty tab; `properties` must carry sheetId, title and index."""
    grid = properties.get("gridProperties", {})
    sheet = Sheet({"sheetType": "GRID", **properties}, [], [], [])
    sheet.resize(grid.get("rowCount") or 1000, grid.get("columnCount") or 26)
    return sheet


@dataclass
class Spreadsheet:
    """A document: its tabs in order, named ranges, metadata, owner and those who may edit or read.

    `full_grid_is_sheet` tries the stricter reading of a thing that could not be measured: whether a protected range
    with edges, but over the whole grid, counts as the one sheet protection that a tab may have.
    """

    id: str
    properties: Message
    sheets: list[Sheet]
    named: list[Message] = field(default_factory=list)
    metadata: list[Message] = field(default_factory=list)
    owner: str = ""
    writers: set[str] | None = None
    readers: set[str] = field(default_factory=set)
    cannot_protect: set[str] = field(default_factory=set)
    full_grid_is_sheet: bool = False
    shared: list[Message] = field(default_factory=list)
    created: str = ""
    modified: str = ""
    random: random.Random = field(default_factory=lambda: random.Random(7))  # noqa: S311 - ids, not secrets

    def copy(self) -> Spreadsheet:
        """The state to go back to, or to work on while it is unsure whether a batch succeeds."""
        copied = Spreadsheet(**vars(self))
        copied.sheets = [sheet.copy() for sheet in self.sheets]
        copied.named, copied.metadata = list(self.named), list(self.metadata)
        copied.shared = list(self.shared)
        return copied

    def take(self, other: Spreadsheet) -> None:
        """Becomes `other`: the end of a batch that succeeded."""
        self.__dict__.update(vars(other))

    def sheet(self, sheet_id: int, kind: str = "grid") -> Sheet:
        """The tab of this id; raises RequestError in Google's words."""
        for sheet in self.sheets:
            if sheet.id == sheet_id:
                return sheet
        raise RequestError(f"No {kind} with id: {sheet_id}")

    def titled(self, title: str) -> Sheet | None:
        """The tab of this name, which is compared without case."""
        return next((sheet for sheet in self.sheets if sheet.title.lower() == title.lower()), None)

    def find(self, text: str) -> Box:
        """The box that a range in A1 notation, a tab's name or a named range means. Raises ApiError(400)."""
        title, cells = split(text)
        named = next((item for item in self.named if cells is None and item["name"].lower() == text.lower()), None)
        if named:
            return Box.of(named["range"])
        sheet = self.titled(title or "")
        if sheet and cells is None:
            return Box(sheet.id)
        box = None
        if cells is None:
            box = box_of(text, self.sheets[0].id)
        elif sheet:
            box = box_of(cells, sheet.id)
            inner = next((item for item in self.named if item["name"].lower() == cells.lower()), None)
            if box is None and inner:
                return Box.of(inner["range"])
        if box is None:
            raise invalid(f"Unable to parse range: {text}")
        return box

    def fresh_id(self, taken: set[int]) -> int:
        """An id that no other object has."""
        while (number := self.random.randrange(1, 2**31 - 1)) in taken:
            pass
        return number

    def renumber(self) -> None:
        """Writes each tab's place into its properties."""
        for index, sheet in enumerate(self.sheets):
            sheet.properties = {**sheet.properties, "index": index}

    def cell_count(self) -> int:
        """Cells of all grids, empty ones included."""
        return sum(sheet.row_count * sheet.column_count for sheet in self.sheets)

    def may_edit(self, user: str, box: Box) -> bool:
        """Whether no protected range in `box` shuts the user out. Owners and warnings never do."""
        return all(
            self.may_unprotect(user, protection)
            for sheet in self.sheets
            if sheet.id == box.sheet_id
            for protection in sheet.protected
            if not protection.get("warningOnly")
            and Box.of(protection.get("range", {})).meets(box)
            and not any(box.within(Box.of(hole)) for hole in protection.get("unprotectedRanges", ()))
        )

    def may_unprotect(self, user: str, protection: Message) -> bool:
        """Whether the user is the owner or an editor of this protection."""
        return user == self.owner or user in protection.get("editors", {}).get("users", ())

    def guard(self, user: str, box: Box) -> None:
        """Raises RequestError where a protection shuts the user out of the box."""
        if not self.may_edit(user, box):
            raise RequestError(PROTECTED)

    def guard_sheet(self, user: str, sheet: Sheet) -> None:
        """Raises RequestError where the tab holds anything the user may not edit."""
        self.guard(user, Box(sheet.id))


def new_spreadsheet(spreadsheet_id: str, title: str, owner: str, properties: Message | None = None) -> Spreadsheet:
    """An empty document with one tab, `Sheet1`, as Google makes it."""
    first = new_sheet({"sheetId": 0, "title": "Sheet1", "index": 0})
    return Spreadsheet(spreadsheet_id, spreadsheet_properties(title, properties or {}), [first], owner=owner)
