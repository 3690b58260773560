"""The workbook part changed: tabs, defined names, and the wish to be computed anew.

Every function takes the part as it is and gives the splices that change it."""

from __future__ import annotations

from automations.workbooks.refusals import Refusal
from automations.workbooks.xlsx.package import OFFICE_RELATIONS
from automations.workbooks.xlsx.xmltext import (
    Element,
    Splice,
    Xml,
    appended,
    attributes,
    escape,
    quote,
    with_attributes,
)

# ECMA-376 18.2.27: the children of <workbook>, in order.
ORDER = (
    "fileVersion", "fileSharing", "workbookPr", "workbookProtection", "bookViews", "sheets", "functionGroups",
    "externalReferences", "definedNames", "calcPr", "oleSize", "customWorkbookViews", "pivotCaches", "smartTagPr",
    "smartTagTypes", "webPublishing", "fileRecoveryPr", "webPublishObjects", "extLst",
)  # fmt: skip
# UTF-16 units, as Excel counts them.
_MAX_NAME = 31
_FORBIDDEN = frozenset("[]:*?/\\")


def judge_tab_name(name: str) -> None:
    """Raise Refusal("tab_name") for what Excel does not take as the name of a tab."""
    bad = _FORBIDDEN & set(name) or name.startswith("'") or name.endswith("'") or any(c < " " for c in name)
    if not name.strip() or len(name.encode("utf-16-le", "replace")) // 2 > _MAX_NAME or bad:
        raise Refusal("tab_name", tab=name)


def structure_locked(workbook: Xml) -> bool:
    """Whether tabs must not be added or removed."""
    protection = workbook.child("workbookProtection")
    return protection is not None and protection.get("lockStructure") in ("1", "true")


def sheet_added(workbook: Xml, name: str, number: int, relation: str) -> list[Splice]:
    """A tab at the end."""
    root, sheets = workbook.root(), workbook.child("sheets")
    prefixes = (
        key[6:] for key, value in attributes(root.tag).items() if key[:6] == "xmlns:" and value == OFFICE_RELATIONS
    )
    # The workbook’s own prefix, or a declaration with the element: some programs declare it nowhere else.
    prefix = next(prefixes, "")
    link = f'{prefix}:id="{relation}"' if prefix else f'xmlns:r="{OFFICE_RELATIONS}" r:id="{relation}"'
    start = (sheets or root).prefix.decode()
    tag = f'<{start}sheet name="{quote(name)}" sheetId="{number}" {link}/>'
    return appended(workbook, "sheets", ORDER, tag.encode())


def name_set(
    workbook: Xml, name: str, refers_to: str, *, hidden: bool = False, sheet: int | None = None
) -> list[Splice]:
    """A defined name with a new meaning, made where there is none. `refers_to` has no `=`."""
    values = {"name": name, "localSheetId": None if sheet is None else str(sheet), "hidden": "1" if hidden else None}
    text = escape(refers_to.removeprefix("=")).encode()
    for item in workbook.inside(workbook.child("definedNames")):
        if _is(item, name, sheet):
            if item.empty:
                return [Splice(item.start, item.end, _name_element(item.prefix, values, text))]
            return [Splice(item.opened, item.closed, text)]
    container = workbook.child("definedNames") or workbook.root()
    return appended(workbook, "definedNames", ORDER, _name_element(container.prefix, values, text))


def _name_element(prefix: bytes, values: dict[str, str | None], text: bytes) -> bytes:
    full = prefix + b"definedName"
    return with_attributes(b"<" + full + b">", values) + text + b"</" + full + b">"


def names_removed(workbook: Xml, name: str, sheet: int | None = None) -> list[Splice]:
    """A defined name taken away; the list goes with its last name, as it may not be empty. A `name`
    that ends with `*` means all that begin so."""
    container = workbook.child("definedNames")
    items = workbook.inside(container)
    gone = [item for item in items if _is(item, name, sheet)]
    if container and gone and len(gone) == len(items):
        return [Splice(container.start, container.end, b"")]
    return [Splice(item.start, item.end, b"") for item in gone]


def _is(item: Element, name: str, sheet: int | None) -> bool:
    own, local = item.get("name").casefold(), item.get("localSheetId")
    right_place = local == ("" if sheet is None else str(sheet))
    wanted = name.casefold()
    return right_place and (own.startswith(wanted[:-1]) if wanted.endswith("*") else own == wanted)


def computed_on_load(workbook: Xml) -> list[Splice]:
    """Ask programs to compute all formulas when they open the workbook."""
    properties = workbook.child("calcPr")
    if properties:
        tag = with_attributes(properties.tag, {"fullCalcOnLoad": "1"})
        return [Splice(properties.start, properties.opened, tag)]
    full, root = workbook.root().prefix + b"calcPr", workbook.root()
    later = set(ORDER[ORDER.index("calcPr") + 1 :])
    siblings = workbook.children(root.opened, root.closed)
    place = next((item.start for item in siblings if item.name in later), root.closed)
    return [Splice(place, place, b"<" + full + b' fullCalcOnLoad="1"/>')]
