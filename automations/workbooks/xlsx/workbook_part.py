"""What the workbook part and its links say: tabs, defined names, relationships."""

from __future__ import annotations

import posixpath
from collections.abc import Sequence

from msgspec import Struct

from automations.workbooks.refusals import Refusal
from automations.workbooks.xlsx.xmltext import Element, Xml, attributes, unescape


class Relationship(Struct, frozen=True):
    """A link of a part. `kind` is the last segment of its type; `target` a part, or an address outside (`external`)."""

    id: str
    kind: str
    target: str
    external: bool


class Sheet(Struct, frozen=True):
    """A tab. `kind` is "worksheet" for those with cells; `index` counts from 0 over all tabs;
    `sheet_id` stays when the tab is renamed or moved."""

    name: str
    part: str
    kind: str
    sheet_id: int
    relation: str
    index: int
    state: str

    @property
    def hidden(self) -> bool:
        """Whether people do not see the tab."""
        return self.state != "visible"


class DefinedName(Struct, frozen=True):
    """A defined name; `sheet` is the index of the tab that it is local to."""

    name: str
    refers_to: str
    sheet: int | None
    hidden: bool

    @property
    def built_in(self) -> bool:
        """Whether the format gives it its meaning (print area, titles, filter)."""
        return self.name.startswith("_xlnm.")


def relationships_part(part: str) -> str:
    """Where the links of a part are kept."""
    folder, name = posixpath.split(part)
    return posixpath.join(folder, "_rels", name + ".rels")


def read_relationships(xml: Xml, part: str) -> tuple[Relationship, ...]:
    """The links in a .rels part, their targets resolved against `part`."""
    folder, links = posixpath.dirname(part), []
    for item in xml.inside(xml.root()):
        target, external = item.get("Target"), item.get("TargetMode") == "External"
        if not external:
            # Some programs write backslashes, and links may point into a part.
            target = target.replace("\\", "/").partition("#")[0]
            joined = target if target.startswith("/") else posixpath.join("/", folder, target)
            target = posixpath.normpath(joined).lstrip("/")
        links.append(Relationship(item.get("Id"), item.get("Type").rpartition("/")[2], target, external))
    return tuple(links)


def is_1904(workbook: Xml) -> bool:
    """Whether the dates of a workbook part count from 1904."""
    properties = workbook.child("workbookPr")
    return properties is not None and properties.get("date1904") in ("1", "true")


def relation_id(element: Element) -> str:
    """The r:id of an element, whatever its prefix."""
    found = (value for name, value in attributes(element.tag).items() if name.rpartition(":")[2] == "id")
    return next(found, "")


def read_sheets(workbook: Xml, links: tuple[Relationship, ...]) -> tuple[Sheet, ...]:
    """The tabs of a workbook part, in order."""
    by_id, sheets = {link.id: link for link in links}, []
    for index, item in enumerate(workbook.inside(workbook.child("sheets"))):
        link = by_id.get(relation_id(item))
        number = item.get("sheetId", "0")
        sheets.append(
            Sheet(
                name=item.get("name"),
                part=link.target if link else "",
                kind=link.kind if link else "",
                sheet_id=int(number) if number.isdecimal() else 0,
                relation=link.id if link else "",
                index=index,
                state=item.get("state", "visible"),
            )
        )
    return tuple(sheets)


def read_names(workbook: Xml) -> tuple[DefinedName, ...]:
    """The defined names of a workbook part."""
    names = []
    for item in workbook.inside(workbook.child("definedNames")):
        told = attributes(item.tag)  # once: there may be 100 000
        local = told.get("localSheetId", "")
        text = unescape(workbook.text[item.opened : item.closed].decode())
        hidden = told.get("hidden") in ("1", "true")
        names.append(DefinedName(told.get("name", ""), text, int(local) if local.isdecimal() else None, hidden))
    return tuple(names)


def find_sheet(sheets: Sequence[Sheet], tab: str) -> Sheet:
    """The tab with cells of this name. Raises Refusal("no_tab", "two_tabs", "not_a_worksheet")."""
    # As written first: “team” and “Team” cannot both be there for Excel, but other programs allow it.
    found = [sheet for sheet in sheets if sheet.name == tab]
    found = found or [sheet for sheet in sheets if sheet.name.casefold() == tab.casefold()]
    if not found:
        raise Refusal("no_tab", tab=tab)
    if len(found) > 1:
        raise Refusal("two_tabs", tab=tab)
    if found[0].kind != "worksheet":
        raise Refusal("not_a_worksheet", tab=tab)
    return found[0]
