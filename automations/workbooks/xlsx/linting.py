"""A changed copy of a workbook judged against what the original already had, before it takes the original's place.

Excel offers to repair a workbook over faults that no reader of values notices. Rules: ECMA-376 Part 2 (Open
Packaging Conventions: 6.2 parts, 6.3 relationships, 7.2 content types) and Part 1 (18.2 workbook, 18.3
worksheets, 18.5 tables, 18.6 calculation chain, 18.8 styles)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator
from pathlib import Path

from automations.workbooks.protocol import WorkbookError
from automations.workbooks.refusals import Refusal
from automations.workbooks.xlsx.faults.parts import is_xml, link_faults, type_faults, use_faults
from automations.workbooks.xlsx.faults.sheets import drawing_faults, sheet_faults
from automations.workbooks.xlsx.faults.styles import Formats, style_faults
from automations.workbooks.xlsx.faults.tables import table_faults
from automations.workbooks.xlsx.faults.view import View
from automations.workbooks.xlsx.faults.workbook import workbook_faults
from automations.workbooks.xlsx.linking import content_types
from automations.workbooks.xlsx.package import CONTENT_TYPES, Package

_SHRINKING = ("styles", "sharedStrings")


def judge(original: Package, copy: Path, changed: Collection[str]) -> None:
    """Raise WorkbookError (code "not_verified") where the copy has a fault more than the original has.
    `changed` are the parts whose content is looked at; of the others nothing can have changed."""
    found = _of_copy(original, copy, changed, original)
    # Nearly always: only rows that changed were looked at. In doubt both are judged whole.
    if not found or not found - Counter(faults(original, changed, original)):
        return
    # Only what the original has not: people's own files are odd in many ways, and open all the same.
    fresh = sorted(_of_copy(original, copy, changed, None) - Counter(faults(original, changed)))
    if fresh:
        raise WorkbookError(
            "The changed copy of {file} would need a repair ({fault}), so the workbook was left as it is.",
            "Please report this: it is a fault of kim.",
            code="not_verified",
            values={"file": original.path.name, "fault": fresh[0]},
        )


def _of_copy(original: Package, copy: Path, changed: Collection[str], known: Package | None) -> Counter[str]:
    try:
        with Package(copy) as package:
            if any(_shrunk(original, package, kind) for kind in _SHRINKING):
                # Cells of every tab count in these lists, so every tab is judged, and whole.
                changed, known = package.parts(), None
            return Counter(faults(package, changed, known))
    except Refusal as refusal:
        return Counter([refusal.told("en").message])


def _shrunk(original: Package, package: Package, kind: str) -> bool:
    """Whether a part that the cells of all tabs count in has become smaller than it was."""
    before, after = (book.size(book.related(book.workbook_part, kind) or "") for book in (original, package))
    return after < before


def faults(package: Package, parts: Collection[str], known: Package | None = None) -> Iterator[str]:
    """Every fault as a short sentence, once for each time it is there; `parts` are those whose content is looked
    at, but for the rows that `known` has as well. No sentence names a cell's place, so that they can be counted
    where rows were added."""
    types, formats, view = content_types(package.xml(CONTENT_TYPES)), Formats(package), View(package, parts, known)
    yield from _judged("the content types", type_faults(package, types))
    yield from _judged("the links", link_faults(package, types))
    yield from _judged("the workbook", workbook_faults(view))
    yield from _judged("the tables", table_faults(package, types, parts, formats))
    for part in parts:
        if package.member(part) and is_xml(part):
            yield from _judged(part, _inside(view, part, types.of(part), formats))


def _inside(view: View, part: str, kind: str, formats: Formats) -> Iterator[str]:
    try:
        xml = view.xml(part)
    except Refusal as refusal:
        yield f"{part} cannot be read ({refusal.code})"
        return
    yield from use_faults(view.package, xml)
    if kind.endswith("worksheet+xml"):
        yield from sheet_faults(view, xml, formats)
    elif kind.endswith("styles+xml"):
        yield from style_faults(xml)
    elif kind.endswith((".drawing+xml", ".comments+xml")):
        yield from drawing_faults(xml)


def _judged(what: str, found: Iterator[str]) -> Iterator[str]:
    """The faults; what is too odd to be judged is a fault, too, which the original then has as well."""
    try:
        yield from found
    except (Refusal, ValueError, LookupError, OverflowError, RecursionError):
        yield f"{what} cannot be judged"
