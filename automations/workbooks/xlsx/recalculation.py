"""Whether cached results of formulas become stale by a write, so that programs must compute anew.

`fullCalcOnLoad` changes the workbook part and makes Excel ask to save on closing, so it is set only
where it is worth that: a formula reads a cell that was written, and the Excel that opens the file
would not compute by itself. Excel computes everything when it opens a workbook that an older
calculation engine (`calcId`), or none, computed last. LibreOffice heeds neither: for workbooks of
Excel it goes by its own setting, "never" by default (measured with version 7.4)."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TypeAlias

from msgspec import Struct

from automations.workbooks.cellrefs import MAX_COLUMN, MAX_ROW, Box, Position, column_number, hits, parse_box
from automations.workbooks.protocol import RawWorkbook, WorkbookError
from automations.workbooks.refusals import Refusal
from automations.workbooks.xlsx.draft import Draft
from automations.workbooks.xlsx.regions import tables
from automations.workbooks.xlsx.sheetxml import SheetXml
from automations.workbooks.xlsx.workbook_part import Sheet
from automations.workbooks.xlsx.workbookxml import computed_on_load
from automations.workbooks.xlsx.xmltext import unescape

# The engine of Excel 2019, 2021, 2024 and 365 as they write it; older ones are out of support since October 2025.
_PRESENT_ENGINE = 191_029
_LONGEST = 8192  # characters of a formula, Excel's limit; what is longer was not made by people
_STRINGS = re.compile(r'"(?:[^"]|"")*"')
_NO_RESULT = re.compile(rb"</f>\s*(?:<v\s*/>|<v>\s*</v>)?\s*</c>")
_WORD = re.compile(r"[^\W\d][\w.\\]*")
_REFERENCE = re.compile(
    r"(?:('(?:[^']|'')+'|[\w.\[\]:]+)!)?"
    r"(?<![\w.])(?:\$?([A-Z]{1,3})\$?(\d{1,7})(?::\$?([A-Z]{1,3})\$?(\d{1,7}))?"
    r"|\$?([A-Z]{1,3}):\$?([A-Z]{1,3})|\$?(\d{1,7}):\$?(\d{1,7}))(?![\w(!])"
)

Touched: TypeAlias = Mapping[str, Sequence[Position] | None]  # cells that were written, sorted, by tab; None: all of it


class _Formula(Struct, frozen=True):
    text: str
    reach: tuple[int, int]  # a shared formula stands for as many more rows and columns


def mark_stale(draft: Draft, touched: Touched) -> None:
    """Ask for a full computation on opening where formulas depend on what was written."""
    workbook = draft.part(draft.package.workbook_part)
    properties = workbook.child("calcPr")
    if properties is None or properties.get("fullCalcOnLoad") in ("1", "true"):
        return
    engine = properties.get("calcId")
    if engine.isdecimal() and int(engine) >= _PRESENT_ENGINE:
        dependants = _Dependants(draft, touched)
        if dependants.uncomputed() or dependants.any():
            draft.splice(workbook, computed_on_load(workbook))


class _Dependants:
    def __init__(self, draft: Draft, touched: Touched) -> None:
        self._draft = draft
        self._touched = {tab.casefold(): positions for tab, positions in touched.items()}
        self._sheets = [sheet for sheet in draft.sheets() if sheet.kind == "worksheet" and draft.has(sheet.part)]

    def any(self) -> bool:
        """Whether a formula reads a touched cell. Those of tabs that are new as a whole do not count:
        they came with their results."""
        names = self._touching_names()
        sheets = (sheet for sheet in self._computed() if not self._new(sheet))
        return any(self._reads(f, sheet, names) for sheet in sheets for f in _formulas(self._draft, sheet))

    def uncomputed(self) -> bool:
        """Whether a new tab came with formulas that were never computed."""
        parts = (self._draft.part(sheet.part) for sheet in self._sheets if self._new(sheet))
        return any(_NO_RESULT.search(part.masked) for part in parts)

    def _new(self, sheet: Sheet) -> bool:
        return self._touched.get(sheet.name.casefold(), ()) is None

    def _computed(self) -> list[Sheet]:
        """The tabs that may hold formulas; Excel lists them in the calculation chain."""
        draft = self._draft
        links = draft.relationships(draft.package.workbook_part)
        chain = next((link.target for link in links if link.kind == "calcChain"), None)
        if chain is None or not draft.has(chain):
            return self._sheets
        numbers = set(re.findall(rb'\si="(\d+)"', draft.part(chain).masked))
        return [sheet for sheet in self._sheets if str(sheet.sheet_id).encode() in numbers]

    def _touching_names(self) -> set[str]:
        """Tables and defined names that cover a touched cell; names of names, too."""
        found = set()
        for sheet in self._sheets:
            if sheet.name.casefold() in self._touched:
                found |= {name for name, box in self._tables(sheet).items() if self._hit(sheet.name, box)}
        names = [(n.name.casefold(), _Formula(n.refers_to, (0, 0))) for n in self._draft.defined_names()]
        # Names may mean other names, even in a circle, so the depth is bounded.
        for _ in range(3):
            found |= {name for name, formula in names if self._reads(formula, None, found)}
        return found

    def _tables(self, sheet: Sheet) -> dict[str, Box]:
        return {table.name.casefold(): table.box for table in tables(self._draft, sheet)}

    def _reads(self, formula: _Formula, sheet: Sheet | None, names: set[str]) -> bool:
        # Taken for one that is concerned: computing once too often harms nobody.
        if len(formula.text) > _LONGEST:
            return True
        text = _STRINGS.sub('""', formula.text)
        if names and not names.isdisjoint(word.casefold() for word in _WORD.findall(text)):
            return True
        return any(
            self._hit(owner or (sheet.name if sheet else ""), box) for owner, box in _references(text, formula.reach)
        )

    def _hit(self, tab: str, box: Box) -> bool:
        if ":" in tab:  # a range of tabs; which ones lie between is not worth knowing
            return True
        if tab.casefold() not in self._touched:
            return False
        positions = self._touched[tab.casefold()]
        return positions is None or next(hits(positions, [box]), None) is not None


def _references(text: str, reach: tuple[int, int]) -> Iterator[tuple[str, Box]]:
    for found in _REFERENCE.finditer(text):
        owner, left, top, right, bottom, first_column, last_column, first_row, last_row = found.groups()
        if left:
            columns, rows = (left, right or left), (int(top), int(bottom or top))
        else:
            columns = (first_column or "A", last_column or "XFD")
            rows = (int(first_row or 1), int(last_row or MAX_ROW))
        numbers = sorted(map(column_number, columns))
        low, high = min(rows) - reach[0], max(rows) + reach[0]
        box = Box(max(low, 1), max(numbers[0] - reach[1], 1), high, min(numbers[1] + reach[1], MAX_COLUMN))
        name = owner[1:-1].replace("''", "'") if owner and owner.startswith("'") else owner or ""
        if "[" not in name:  # a cell of another workbook
            yield name, box


def _formulas(draft: Draft, sheet: Sheet) -> Iterator[_Formula]:
    try:
        found: Iterable[tuple[str, str]] = SheetXml(draft.part(sheet.part)).formulas()
    except Refusal:  # a tab that cannot be searched is none of ours
        return
    for text, shared in found:
        box = parse_box(shared) if shared else Box(1, 1, 1, 1)
        yield _Formula(unescape(text), (box.bottom - box.top, box.right - box.left))


_PROGRAM, _LONGEST = re.compile(rb"<(?:\w+:)?Application>\s*LibreOffice"), 1 << 16
_PART = "docProps/app.xml"


def uncomputed(data: bytes, raw: RawWorkbook) -> Iterator[WorkbookError]:
    """The limit of a workbook that LibreOffice saved and in which people compute something: what the team has to set
    there, so that the program shows what is true. `data` is the file.

    LibreOffice trusts the results that stand in a file: a formula that reads a cell of kim's keeps its old number until
    somebody computes. Measured with version 7.4: no property of the file changes that (the program's name left out or
    changed, `fullCalcOnLoad`, `forceFullCalc`, `calcCompleted`, `calcId`), its own setting alone does. The results that
    stand there are the team's and stay."""
    if any(tab.formulas for tab in raw.tabs if tab.mark is None) and _by_libreoffice(data):
        yield WorkbookError(
            "{file}: formulas that read cells of kim's keep their old result in LibreOffice until it computes.",
            "In LibreOffice, under Tools, Options, LibreOffice Calc, Formula, choose “Always recalculate” for Excel "
            "2007 and newer.",
            code="not_computed",
            values={"file": raw.name},
        )


def _by_libreoffice(data: bytes) -> bool:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package, package.open(_PART) as part:
            return _PROGRAM.search(part.read(_LONGEST)) is not None
    except (zipfile.BadZipFile, KeyError, OSError, NotImplementedError):
        return False
