"""All that one write does to a workbook, gathered first and written once.

with open_package(source) as package:
    changes = Changes(package)
    changes.set_cells("Fälle", {(7, 2): "confirmed"})
    changes.write(target)
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Mapping, Sequence
from pathlib import Path

from automations.values import Value
from automations.workbooks.cellrefs import Position
from automations.workbooks.package import Package
from automations.workbooks.refusals import Refusal
from automations.workbooks.regions import refuse_regions
from automations.workbooks.sheetxml import SheetXml
from automations.workbooks.splicing import NewCell, Splicer
from automations.workbooks.styles import Styles
from automations.workbooks.xmltext import Xml, check_well_formed, parse
from automations.workbooks.zipfiles import Pieces


class Changes:
    """Changes to a package, kept until `write`. Every method raises Refusal, and then nothing of
    this object should be written."""

    def __init__(self, package: Package) -> None:
        self.package = package
        self._parts: dict[str, list[bytes | memoryview]] = {}
        self._removed: set[str] = set()
        self._cells: dict[str, dict[Position, NewCell]] = {}

    def part(self, name: str) -> Xml:
        """A part as it stands with the changes made so far."""
        if name in self._parts:
            return parse(b"".join(self._parts[name]), name)
        return self.package.xml(name)

    def set_part(self, name: str, pieces: Pieces) -> None:
        """Give a part new content; it is added where it is not there yet."""
        self._parts[name] = list(pieces)
        self._removed.discard(name)

    def remove_part(self, name: str) -> None:
        """Leave a part out."""
        self._parts.pop(name, None)
        self._removed.add(name)

    def set_cells(self, tab: str, cells: Mapping[Position, Value]) -> None:
        """Values for cells; None clears a cell and keeps its format."""
        name = self.package.sheet(tab).name
        self._cells.setdefault(name, {}).update({place: NewCell(value) for place, value in cells.items()})

    def append_rows(self, tab: str, rows: Sequence[tuple[int, Mapping[int, Value]]]) -> None:
        """Rows below the last filled one, by row number, with the formats of the row above them."""
        name = self.package.sheet(tab).name
        cells = {(row, column): NewCell(value, fresh=True) for row, new in rows for column, value in new.items()}
        self._cells.setdefault(name, {}).update(cells)

    def write(self, target: Path) -> None:
        """Write the changed workbook. The target appears whole or, after Refusal, not at all; it is
        not fsynced (whoever replaces a file of people does that)."""
        source = self.package.path
        if target.exists() and target.samefile(source):
            raise Refusal("same_file")
        self._splice_all()
        changed: dict[str, Pieces] = {}
        added: dict[str, Pieces] = {}
        for part, pieces in self._parts.items():
            member = self.package.member(part)
            (changed if member else added)[member or part] = pieces
        removed = {member for part in self._removed if (member := self.package.member(part))}
        partial = target.with_name(f".{target.name}.{os.getpid()}.part")
        try:
            self.package.archive.rewrite(partial, changed, removed, added)
            partial.replace(target)
        except OSError as error:
            raise Refusal("unwritable", path=target, reason=error.strerror or error) from error
        finally:
            with contextlib.suppress(OSError):
                partial.unlink(missing_ok=True)

    def _splice_all(self) -> None:
        if not any(self._cells.values()):
            return
        part = self.package.related(self.package.workbook_part, "styles")
        xml = self.part(part) if part and self.package.member(part) else None
        styles = Styles(xml)
        for tab, cells in self._cells.items():
            self._splice_cells(tab, cells, styles)
        if xml and (splices := styles.splices()):
            self.set_part(xml.part, xml.spliced(splices))

    def _splice_cells(self, tab: str, cells: Mapping[Position, NewCell], styles: Styles) -> None:
        sheet = self.package.sheet(tab)
        refuse_regions(self.package, sheet, sorted(cells))
        xml = self.part(sheet.part)
        splices = Splicer(SheetXml(xml), tab, styles, self.package.date1904).splices(cells)
        if splices:
            pieces = xml.spliced(splices)
            if xml.encoding == "utf-8":
                check_well_formed(sheet.part, pieces)
            self.set_part(sheet.part, pieces)
