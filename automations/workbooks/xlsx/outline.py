"""What workbook.xml says: the sheets in their order, and the defined names."""

from __future__ import annotations

import posixpath
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from lxml import etree

from automations.workbooks.protocol import WorkbookError
from automations.workbooks.stores.opening import BROKEN, damaged

_OFFICE_DOCUMENT = "/officeDocument"


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet: the name on its tab, its sheetId, its part ("" for none) and kind of part
    ("worksheet", "chartsheet", …)."""

    name: str
    id: str
    part: str
    kind: str
    hidden: bool


@dataclass(frozen=True, slots=True)
class Outline:
    """Sheets in their order, workbook-wide defined names with the text that they refer to, and whether
    dates count from 1904."""

    sheets: tuple[Sheet, ...]
    names: Mapping[str, str]
    date1904: bool = False


def read_outline(package: zipfile.ZipFile, path: Path) -> Outline:
    """Read workbook.xml and its relationships. Raises WorkbookError for a package that is none."""
    try:
        root_rels = _relations(package, "")
        document = next(target for kind, target in root_rels.values() if kind.endswith(_OFFICE_DOCUMENT))
        relations = _relations(package, document)
        root = parse(package.read(member_for(package, document)))
    except (*BROKEN, StopIteration, etree.XMLSyntaxError) as problem:
        raise damaged(path) from problem
    sheets = tuple(_sheet(element, relations) for element in _children(root, "sheets", "sheet"))
    if not sheets:
        raise WorkbookError(
            "{file} has no sheets.", "Check the path in site.toml.", code="damaged", values={"file": path.name}
        )
    names = {
        element.get("name", ""): (element.text or "").strip()
        for element in _children(root, "definedNames", "definedName")
        if element.get("localSheetId") is None
    }
    properties = next((element for element in root if local(element.tag) == "workbookPr"), None)
    date1904 = properties is not None and properties.get("date1904", "0") in {"1", "true"}
    return Outline(sheets, names, date1904)


def parse(xml: bytes) -> etree._Element:
    """XML without entities, network or DTD. Raises ValueError for a document type declaration."""
    if any("<!DOCTYPE".encode(encoding) in xml for encoding in ("ascii", "utf-16-le", "utf-16-be")):
        raise ValueError("a document type declaration in a workbook part")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    return etree.fromstring(xml, parser)


def local(tag: object) -> str:
    """An element's name without its namespace ("" for comments): transitional and strict alike."""
    return etree.QName(tag).localname if isinstance(tag, str) else ""


def _children(root: etree._Element, outer: str, inner: str) -> list[etree._Element]:
    boxes = [element for element in root if local(element.tag) == outer]
    return [element for box in boxes for element in box if local(element.tag) == inner]


def _sheet(element: etree._Element, relations: Mapping[str, tuple[str, str]]) -> Sheet:
    rid = next((value for key, value in element.attrib.items() if str(key).endswith("}id")), "")
    kind, part = relations.get(str(rid), ("", ""))
    hidden = element.get("state", "visible") != "visible"
    return Sheet(element.get("name", ""), element.get("sheetId", ""), part, kind.rpartition("/")[2], hidden)


def _relations(package: zipfile.ZipFile, part: str) -> dict[str, tuple[str, str]]:
    folder, base = posixpath.split(part)
    name = member_for(package, posixpath.join(folder, "_rels", f"{base}.rels"))
    found = {}
    for element in parse(package.read(name)):
        target = element.get("Target", "")
        where = target.lstrip("/") if target.startswith("/") else posixpath.normpath(posixpath.join(folder, target))
        found[element.get("Id", "")] = (element.get("Type", ""), where)
    return found


def member_for(package: zipfile.ZipFile, part: str) -> str:
    """The member that holds a part, whatever the case of its name. Raises KeyError where it is missing."""
    wanted = part.lower()
    for name in package.namelist():
        if name.replace("\\", "/").lower() == wanted:
            return name
    raise KeyError(part)
