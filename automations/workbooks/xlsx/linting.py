"""What is wrong with a package, so that a changed copy can be judged against what the original already had.

Excel offers to repair a workbook over faults that no reader of values notices. Rules: ECMA-376 Part 2 (Open
Packaging Conventions: 6.2 parts, 6.3 relationships, 7.2 content types) and Part 1 (18.2 workbook, 18.5 tables,
18.6 calculation chain, 18.8 styles).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator
from pathlib import Path

from automations.workbooks.protocol import WorkbookError
from automations.workbooks.refusals import Refusal
from automations.workbooks.xlsx.linking import ContentTypes, content_types
from automations.workbooks.xlsx.package import CONTENT_TYPES, Package, relation_id
from automations.workbooks.xlsx.xmltext import Xml

_VIEW = re.compile(rb"""<(?:\w+:)?(?:sheetView|customSheetView)\b[^>]*?\sworkbookViewId\s*=\s*["'](\d+)["']""")
_STYLE = re.compile(rb"""<(?:\w+:)?(?:c|row)\b[^>]*?\ss\s*=\s*["'](\d+)["']""")
_TABLE = "spreadsheetml.table+xml"
_KINDS = frozenset({"worksheet", "styles", "sharedStrings", "drawing", "chart", "table", "calcChain", "theme"})


def judge(original: Package, copy: Path, changed: Collection[str]) -> None:
    """Raise WorkbookError (code "not_verified") where the copy has a fault that the original has not.
    `changed` are the parts whose cells are looked at; of the others nothing can have changed."""
    with Package(copy) as package:
        found = set(faults(package, changed))
    fresh = sorted(found - set(faults(original, changed))) if found else []
    if fresh:
        raise WorkbookError(
            "The changed copy of {file} would need a repair ({fault}), so the workbook was left as it is.",
            "Please report this: it is a fault of kim.",
            code="not_verified",
            values={"file": original.path.name, "fault": fresh[0]},
        )


def faults(package: Package, parts: Collection[str]) -> Iterator[str]:
    """Every fault as a short sentence; `parts` are those whose formats and views are looked at."""
    types = content_types(package.xml(CONTENT_TYPES))
    yield from _types(package, types)
    yield from _links(package, types)
    yield from _workbook(package)
    yield from _tables(package, types)
    for part in parts:
        if package.member(part) and types.of(part).endswith("worksheet+xml"):
            yield from _sheet(package, part)


def _types(package: Package, types: ContentTypes) -> Iterator[str]:
    names = [part for part in package.parts() if part != CONTENT_TYPES]
    yield from (f"{part} has no content type" for part in names if not types.of(part))
    there = {part.lower() for part in names}
    yield from (f"{part} has a content type and is not there" for part in types.by_part if part not in there)
    yield from (f"{part} stands twice" for part, n in Counter(name.lower() for name in names).items() if n > 1)


def _links(package: Package, types: ContentTypes) -> Iterator[str]:
    for name in package.parts():
        folder, _, file = name.rpartition("_rels/")
        if not file.endswith(".rels"):
            continue
        owner = folder + file.removesuffix(".rels")
        if owner and not package.member(owner):
            yield f"{name} belongs to no part"
        links = package.relationships(owner)
        yield from (f"{name} has {link} twice" for link, n in Counter(link.id for link in links).items() if n > 1)
        for link in links:
            if not link.external and link.target not in {"", "."} and not package.member(link.target):
                yield f"{name} leads to {link.target}, which is not there"
            elif not link.external and link.kind in _KINDS and types.of(link.target) == "application/xml":
                yield f"{link.target} has no content type of its own"


def _workbook(package: Package) -> Iterator[str]:
    sheets, links = package.all_sheets, {link.id for link in package.relationships(package.workbook_part)}
    ids = Counter(sheet.sheet_id for sheet in sheets)
    yield from (f"the sheet id {number} stands twice" for number, n in ids.items() if n > 1)
    titles = Counter(sheet.name.casefold() for sheet in sheets)
    yield from (f"the tab {title} stands twice" for title, n in titles.items() if n > 1)
    items = package.workbook.inside(package.workbook.child("sheets"))
    yield from (f"the tab {item.get('name')} leads nowhere" for item in items if relation_id(item) not in links)
    names = Counter((name.name.casefold(), name.sheet) for name in package.defined_names())
    yield from (f"the name {name} stands twice" for (name, _), n in names.items() if n > 1)
    for name, sheet in names:
        if sheet is not None and sheet >= len(sheets):
            yield f"the name {name} is local to a tab that is not there"
    yield from _chain(package, set(ids))


def _chain(package: Package, ids: Collection[int]) -> Iterator[str]:
    part = package.related(package.workbook_part, "calcChain")
    if part and package.member(part):
        xml = package.xml(part)
        named = {item.get("i") for item in xml.inside(xml.root()) if item.get("i")}
        yield from (f"the calculation chain names the sheet {i}" for i in named if i.isdecimal() and int(i) not in ids)
        formulas = {str(sheet.sheet_id) for sheet in package.all_sheets if _has_formula(package, sheet.part)}
        known = {str(number) for number in ids}
        yield from (f"the calculation chain finds no formula in the sheet {i}" for i in (named & known) - formulas)


def _has_formula(package: Package, part: str) -> bool:
    return bool(package.member(part)) and re.search(rb"<(?:\w+:)?f[\s>/]", package.read(part)) is not None


def _tables(package: Package, types: ContentTypes) -> Iterator[str]:
    roots = [package.xml(part).root() for part in package.parts() if types.of(part).endswith(_TABLE)]
    for key in ("id", "displayName"):
        values = Counter(root.get(key).casefold() for root in roots)
        yield from (f"two tables have the {key} {value}" for value, n in values.items() if n > 1)


def _sheet(package: Package, part: str) -> Iterator[str]:
    data = package.read(part)
    windows = len(package.workbook.inside(package.workbook.child("bookViews")))
    if any(int(found) >= windows for found in _VIEW.findall(data)):
        yield f"{part} has a view in a window that is not there"
    formats = _formats(package)
    if any(int(found) >= formats for found in set(_STYLE.findall(data))):
        yield f"{part} has a cell format that is not there"


def _formats(package: Package) -> int:
    styles = package.related(package.workbook_part, "styles")
    if not styles or not package.member(styles):
        return 1
    xml: Xml = package.xml(styles)
    try:
        return max(len(xml.inside(xml.child("cellXfs"))), 1)
    except Refusal:
        return 1
