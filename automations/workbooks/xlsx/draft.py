"""A package with changes that are not written yet: every part as it would be."""

from __future__ import annotations

from collections.abc import Sequence

from automations.workbooks.xlsx.package import Package
from automations.workbooks.xlsx.workbook_part import (
    DefinedName,
    Relationship,
    Sheet,
    find_sheet,
    read_names,
    read_relationships,
    read_sheets,
    relationships_part,
)
from automations.workbooks.xlsx.xmltext import Splice, Xml, parse
from automations.workbooks.xlsx.zipfiles import Pieces


class Draft:
    """Changed, added and removed parts over a package that is only read."""

    def __init__(self, package: Package) -> None:
        self.package = package
        self._parts: dict[str, list[bytes | memoryview]] = {}
        self._removed: set[str] = set()

    def part(self, name: str) -> Xml:
        """A part as it stands with the changes made so far."""
        if name in self._parts:
            return parse(b"".join(self._parts[name]), name)
        # Parsed once: every write asks for it many times.
        return self.package.workbook if name == self.package.workbook_part else self.package.xml(name)

    def set_part(self, name: str, pieces: Pieces) -> None:
        """Give a part new content; it is added where it is not there yet."""
        self._parts[name] = list(pieces)
        self._removed.discard(name)

    def remove_part(self, name: str) -> None:
        """Leave a part out."""
        self._parts.pop(name, None)
        self._removed.add(name)

    def splice(self, xml: Xml, splices: Sequence[Splice]) -> None:
        """Change a part that `part` gave."""
        if splices:
            self.set_part(xml.part, xml.spliced(splices))

    def has(self, part: str) -> bool:
        """Whether a part is there, with the changes made so far."""
        return part in self._parts or (part not in self._removed and self.package.member(part) is not None)

    def parts(self) -> list[str]:
        """All parts, with the changes made so far."""
        kept = [part for part in self.package.parts() if part not in self._removed]
        return [*kept, *(part for part in self._parts if part not in kept)]

    def relationships(self, part: str) -> tuple[Relationship, ...]:
        """The links of a part, with the changes made so far."""
        name = relationships_part(part)
        if name not in self._parts and name not in self._removed:
            return self.package.relationships(part)
        return read_relationships(self.part(name), part) if self.has(name) else ()

    def sheets(self) -> tuple[Sheet, ...]:
        """The tabs, with the changes made so far."""
        main = self.package.workbook_part
        return read_sheets(self.part(main), self.relationships(main))

    def sheet(self, tab: str) -> Sheet:
        """A tab with cells by its name, with the changes made so far."""
        return find_sheet(self.sheets(), tab)

    def defined_names(self) -> tuple[DefinedName, ...]:
        """The defined names, with the changes made so far."""
        return read_names(self.part(self.package.workbook_part))

    def styles_part(self) -> Xml | None:
        """The part with the cell formats; None where there is none."""
        part = self.package.related(self.package.workbook_part, "styles")
        return self.part(part) if part and self.has(part) else None

    def clear(self) -> None:
        """Let go of all changes: they are written."""
        self._parts.clear()
        self._removed.clear()

    def outcome(self) -> tuple[dict[str, Pieces], set[str], dict[str, Pieces]]:
        """What to write over the package's archive: members changed, removed, added."""
        changed: dict[str, Pieces] = {}
        added: dict[str, Pieces] = {}
        for part, pieces in self._parts.items():
            member = self.package.member(part)
            (changed if member else added)[member or part] = pieces
        removed = {member for part in self._removed if (member := self.package.member(part))}
        return changed, removed, added
