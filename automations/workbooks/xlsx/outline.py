"""What workbook.xml says, for whoever only reads: the tabs in their order, and the defined names.

The parts are understood by the functions that changes go by (`package`): a tab that is read is the tab that is
written."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from pathlib import Path

from msgspec import Struct

from automations.workbooks.protocol import WorkbookError
from automations.workbooks.refusals import Refusal
from automations.workbooks.stores.opening import BROKEN, damaged
from automations.workbooks.xlsx.workbook_part import (
    Relationship,
    Sheet,
    is_1904,
    read_names,
    read_relationships,
    read_sheets,
    relationships_part,
)
from automations.workbooks.xlsx.xmltext import Xml, parse

_OFFICE_DOCUMENT = "officeDocument"


class Outline(Struct, frozen=True):
    """Sheets in their order, workbook-wide defined names with the text that they refer to, and whether
    dates count from 1904."""

    sheets: tuple[Sheet, ...]
    names: Mapping[str, str]
    date1904: bool = False


def read_outline(package: zipfile.ZipFile, path: Path) -> Outline:
    """Read workbook.xml and its relationships. Raises WorkbookError for a package that is none."""
    try:
        document = next(link.target for link in _links(package, "") if link.kind == _OFFICE_DOCUMENT)
        workbook = _xml(package, document)
        sheets = read_sheets(workbook, _links(package, document))
        # Names local to a tab are people’s; ours hold for the workbook.
        names = {name.name: name.refers_to.strip() for name in read_names(workbook) if name.sheet is None}
        date1904 = is_1904(workbook)
    except (*BROKEN, StopIteration, Refusal) as problem:
        raise damaged(path) from problem
    if not sheets:
        raise WorkbookError(
            "{file} has no sheets.", "Check the path in site.toml.", code="damaged", values={"file": path.name}
        )
    return Outline(sheets, names, date1904)


def member_for(package: zipfile.ZipFile, part: str) -> str:
    """The member that holds a part, whatever the case of its name. Raises KeyError where it is missing."""
    wanted = part.lower()
    for name in package.namelist():
        # As `Package.member` does: names of parts tell no capitals, and some programs write backslashes.
        if name.replace("\\", "/").lower() == wanted:
            return name
    raise KeyError(part)


def _links(package: zipfile.ZipFile, part: str) -> tuple[Relationship, ...]:
    return read_relationships(_xml(package, relationships_part(part)), part)


def _xml(package: zipfile.ZipFile, part: str) -> Xml:
    """A part. Raises Refusal for one that is not well-formed, or that declares a document type."""
    return parse(package.read(member_for(package, part)), part)
