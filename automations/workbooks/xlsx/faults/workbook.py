"""Faults of the workbook part: tabs, names, windows, the calculation chain, the list of titles."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterator
from functools import partial

from automations.workbooks.refusals import Refusal
from automations.workbooks.xlsx.faults.parts import below, order_faults
from automations.workbooks.xlsx.faults.view import View
from automations.workbooks.xlsx.package import Package
from automations.workbooks.xlsx.workbook_part import relation_id
from automations.workbooks.xlsx.workbookxml import ORDER, judge_tab_name
from automations.workbooks.xlsx.xmltext import Element, Xml, unescape

_KINDS = frozenset({"worksheet", "chartsheet", "dialogsheet", "xlMacrosheet", "xlIntlMacrosheet"})
_FORMULA = re.compile(rb"<(?:[\w.-]+:)?f[\s>/]")
_CELL = re.compile(rb"""<((?:[\w.-]+:)?)c\s(?:[^<>]*?\s)?r=["']([A-Z]+[0-9]+)["'][^<>]*>(<\1f[\s/>])?""")
_NAME = re.compile(r"[^\W\d][\w.\\?]*|\\[\w.\\?]*")  # 18.2.5: a letter, _ or \ first
_CELL_LIKE = re.compile(r"[A-Z]{1,3}\d{1,7}|R\d*C\d*|R|C", re.IGNORECASE)
_LONGEST_NAME = 255


def workbook_faults(view: View) -> Iterator[str]:
    """All faults of the workbook part and of what lists its tabs."""
    yield from order_faults(view.package.workbook, ORDER, repeated=("fileRecoveryPr",))
    yield from _tab_faults(view.package)
    # There may be 100 000 names, and only a changed part can have new faults among them.
    if view.package.workbook_part in view.parts:
        yield from _name_faults(view.package)
    yield from _window_faults(view.package)
    yield from _led_to(view.package, view.package.workbook_part, "calcChain", partial(_chain_faults, view))
    yield from _led_to(view.package, "", "extended-properties", partial(_title_faults, view.package))


def _led_to(package: Package, owner: str, relation: str, faults: Callable[[str, Xml], Iterator[str]]) -> Iterator[str]:
    """Faults of the part that the owner's relation leads to, where there is one; one is that it cannot be read."""
    part = package.related(owner, relation)
    if not part or not package.member(part):
        return
    try:
        xml = package.xml(part)
    except Refusal as refusal:
        yield f"{part} cannot be read ({refusal.code})"
    else:
        yield from faults(part, xml)


def _tab_faults(package: Package) -> Iterator[str]:
    sheets, links = package.all_sheets, {link.id for link in package.relationships(package.workbook_part)}
    for what, values in (
        ("the sheet id", (sheet.sheet_id for sheet in sheets)),
        ("the tab", (sheet.name.casefold() for sheet in sheets)),
        ("the part of a tab", (sheet.part for sheet in sheets if sheet.part)),
    ):
        yield from (f"{what} {value} stands twice" for value, n in Counter(values).items() if n > 1)
    if not any(sheet.state == "visible" for sheet in sheets):
        yield "no tab can be seen"
    for item, sheet in zip(package.workbook.inside(package.workbook.child("sheets")), sheets, strict=True):
        if relation_id(item) not in links or sheet.kind not in _KINDS:
            yield f"the tab {item.get('name')} leads nowhere"
        if not 0 < sheet.sheet_id < 1 << 16:
            yield f"the tab {item.get('name')} has the sheet id “{item.get('sheetId')}”"
        try:
            judge_tab_name(sheet.name)
        except Refusal:
            yield f"“{sheet.name}” is no name of a tab"


def _name_faults(package: Package) -> Iterator[str]:
    names, sheets = package.defined_names(), len(package.all_sheets)
    container = package.workbook.child("definedNames")
    if container and not names:
        yield "the list of names is empty"
    counted = Counter((name.name.casefold(), name.sheet) for name in names)
    yield from (f"the name {name} stands twice" for (name, _), n in counted.items() if n > 1)
    for item, name in zip(package.workbook.inside(container), names, strict=True):
        local = item.get("localSheetId")
        if local and not (local.isdecimal() and int(local) < sheets):
            yield f"the name {name.name} is local to a tab that is not there"
        wrong = len(name.name) > _LONGEST_NAME or not _NAME.fullmatch(name.name) or _CELL_LIKE.fullmatch(name.name)
        if wrong and not name.built_in:
            yield f"“{name.name}” is no name"
        if not name.refers_to.strip():
            yield f"the name {name.name} means nothing"


def _window_faults(package: Package) -> Iterator[str]:
    container = package.workbook.child("bookViews")
    views = package.workbook.inside(container)
    if container and not views:
        yield "the list of windows is empty"
    for view in views:
        for key in ("activeTab", "firstSheet"):
            if not below(view.get(key, "0"), len(package.all_sheets)):
                yield f"a window shows a tab that is not there ({key})"


def _chain_faults(view: View, part: str, xml: Xml) -> Iterator[str]:
    chained, number = dict[str, set[str]](), ""
    for item in xml.inside(xml.root()):
        number = item.get("i", number)  # 18.6.1: a cell without one stands on the sheet of the one before
        chained.setdefault(number, set()).add(item.get("r"))
    sheets = {str(sheet.sheet_id): sheet.part for sheet in view.package.all_sheets}
    yield from (f"the calculation chain names the sheet {number}" for number in chained.keys() - sheets.keys())
    for number in sorted(chained.keys() & sheets.keys()):
        yield from _unchained(view, sheets[number], chained[number], whole=part in view.parts)


def _unchained(view: View, part: str, cells: Collection[str], *, whole: bool) -> Iterator[str]:
    """What the chain names in a tab and is no formula; only whether there is one at all in tabs that are not
    looked into."""
    if not view.package.member(part) or not _FORMULA.search(view.package.read(part)):
        yield f"the calculation chain finds no formula in {part}"
    elif whole or part in view.parts:
        text = view.package.read(part) if whole else view.text(part)
        places = {place.decode(): bool(formula) for _, place, formula in _CELL.findall(text)}
        gone = (cell for cell in cells if not places.get(cell, True))
        yield from (f"the calculation chain finds no formula in a cell of {part}" for _ in gone)


def _title_faults(package: Package, part: str, xml: Xml) -> Iterator[str]:
    """docProps/app.xml (22.2): how many titles of which kind there are, and the titles, those of the tabs first."""
    pairs, titles = _vector(xml, "HeadingPairs"), _vector(xml, "TitlesOfParts")
    for container, name in ((pairs, "HeadingPairs"), (titles, "TitlesOfParts")):
        if container and container.get("size", "0") != str(len(xml.inside(container))):
            yield f"{part} counts {name} wrongly"
    if not pairs or not titles:
        return
    numbers = [_text(xml, item) for item in xml.inside(pairs)][1::2]
    listed = [_text(xml, item) for item in xml.inside(titles)]
    if not all(number.isdecimal() for number in numbers) or sum(map(int, numbers)) != len(listed):
        yield f"{part} lists other titles than it counts"
    elif numbers and package.all_sheets:
        yield from _unknown_titles(part, listed[: int(numbers[0])], {sheet.name for sheet in package.all_sheets})


def _unknown_titles(part: str, listed: Collection[str], tabs: Collection[str]) -> Iterator[str]:
    yield from (f"{part} lists the tab {title}, which is not there" for title in listed if title not in tabs)
    yield from (f"{part} lists the tab {title} twice" for title, n in Counter(listed).items() if n > 1)


def _vector(xml: Xml, name: str) -> Element | None:
    return next(iter(xml.inside(xml.child(name))), None)


def _text(xml: Xml, element: Element) -> str:
    return unescape(re.sub(rb"<[^>]*>", b"", xml.text[element.opened : element.closed]).decode()).strip()
