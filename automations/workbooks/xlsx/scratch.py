"""A tab rendered in a scratch workbook, made ready for another package.

Strings become inline, formats and differential formats get their numbers there, parts get free
names, references to the tab get its name there."""

from __future__ import annotations

import copy
import re
from collections.abc import Mapping

from lxml import etree
from msgspec import Struct

from automations.workbooks.cellrefs import quoted
from automations.workbooks.refusals import Refusal
from automations.workbooks.xlsx.normal_font import CALIBRI_11
from automations.workbooks.xlsx.package import Package
from automations.workbooks.xlsx.stylemerge import Merged
from automations.workbooks.xlsx.trees import MAIN, serialised, tree, values
from automations.workbooks.xlsx.workbook_part import Sheet
from automations.workbooks.xlsx.xmltext import parse

# What a tab may carry along; everything else is registered elsewhere in a workbook as well.
_MOVABLE = frozenset(
    {
        "drawing", "chart", "image", "table", "comments", "vmlDrawing", "hyperlink", "chartUserShapes",
        "chartStyle", "chartColorStyle", "themeOverride",
    }
)  # fmt: skip
_WIDEST = 255  # characters that a column may have
_PLAIN_COLUMN = 64  # pixels that a column without a width of its own has: a chart may stand over some
# The printer of the machine that drew the tab.
_LEFT_OUT = frozenset({"printerSettings"})
_MAIN = f"{{{MAIN}}}"
_OWNER = re.compile(r"""("(?:[^"]|"")*")|('(?:[^']|'')+'|[^\W\d][\w.]*)!""")


class Scratch(Struct, frozen=True):
    """The first tab of an open scratch workbook, going to be called `name`."""

    package: Package
    sheet: Sheet
    name: str

    @classmethod
    def of(cls, package: Package, name: str) -> Scratch:
        """The first tab of a scratch workbook. Raises Refusal("scratch")."""
        first = package.all_sheets[0] if package.all_sheets else None
        if first is None or first.kind != "worksheet" or package.strict:
            raise Refusal("not_a_worksheet", tab=name)
        return cls(package, first, name)

    def parts(self) -> list[str]:
        """The tab's part and all that it needs. Raises Refusal("scratch")."""
        found, queue = [self.sheet.part], [self.sheet.part]
        while queue:
            for link in self.package.relationships(queue.pop()):
                if link.external or link.kind in _LEFT_OUT or not self.package.member(link.target):
                    continue
                if link.kind not in _MOVABLE:
                    raise Refusal("scratch", tab=self.name, what=link.kind)
                if link.target not in found:
                    found.append(link.target)
                    queue.append(link.target)
        return found

    def styles(self) -> etree._Element | None:
        """The root of its styles."""
        part = self.package.related(self.package.workbook_part, "styles")
        return tree(self.package.xml(part)) if part and self.package.member(part) else None

    def local_names(self) -> list[tuple[str, str]]:
        """Built-in names of the tab (print area, titles, filter), with their meaning in the new place."""
        return [
            (name.name, self.renamed(name.refers_to))
            for name in self.package.defined_names()
            if name.sheet == self.sheet.index and name.built_in
        ]

    def renamed(self, formula: str) -> str:
        """A formula with references to the tab under its new name."""

        def owner(found: re.Match[str]) -> str:
            if found[1]:
                return found[0]
            named = found[2][1:-1].replace("''", "'") if found[2].startswith("'") else found[2]
            same = named.casefold() == self.sheet.name.casefold()
            return quoted(self.name) + "!" if same else found[0]

        return formula if self.sheet.name == self.name else _OWNER.sub(owner, formula)

    def sheet_part(
        self, formats: Merged, look: Mapping[str, str], *, windows: bool = True, digit: int = CALIBRI_11
    ) -> bytes:
        """The tab's part. `look` is the tab colour that people gave it. A workbook without `windows` has
        none that a view could be in. `digit`: how many pixels a digit of the workbook's normal font is wide."""
        root = tree(self.package.xml(self.sheet.part))
        _measure(root, digit)
        self._inline_strings(root)
        _renumber(root, formats)
        views = root.find(f"{_MAIN}sheetViews")
        if views is not None and not windows:
            root.remove(views)
        for view in root.iter(f"{_MAIN}sheetView"):
            view.set("tabSelected", "0")
            view.set("workbookViewId", "0")
        if look:
            _colour(root, look)
        for setup in root.iter(f"{_MAIN}pageSetup"):
            for key in [key for key in values(setup) if key.endswith("}id")]:
                del setup.attrib[key]  # it pointed to the printer's settings
        self._rename_in(root)
        return serialised(root)

    def other_part(self, part: str, formats: Merged) -> bytes:
        """A part of the tab's, with its references and formats as in the new place."""
        if not part.lower().endswith(".xml"):
            return self.package.read(part)
        root = tree(self.package.xml(part))
        _renumber(root, formats)
        self._rename_in(root)
        return serialised(root)

    def _rename_in(self, root: etree._Element) -> None:
        if self.sheet.name == self.name:
            return
        for item in root.iter():
            if not isinstance(item.tag, str):
                continue
            if etree.QName(item).localname in ("f", "formula", "formula1", "formula2") and item.text:
                item.text = self.renamed(item.text)
            if item.get("location"):
                item.set("location", self.renamed(item.get("location", "")))

    def _inline_strings(self, root: etree._Element) -> None:
        strings = self._shared_strings()
        for text in strings:  # copied whole below, under the name that an inline text has
            text.tag = f"{_MAIN}is"
        for cell in root.iter(f"{_MAIN}c"):
            if cell.get("t") != "s" or (value := cell.find(f"{_MAIN}v")) is None:
                continue
            cell.replace(value, copy.deepcopy(strings[int(value.text or "0")]))
            cell.set("t", "inlineStr")

    def _shared_strings(self) -> list[etree._Element]:
        part = self.package.related(self.package.workbook_part, "sharedStrings")
        if not part or not self.package.member(part):
            return []
        return tree(parse(self.package.read(part), part)).findall(f"{_MAIN}si")


def _renumber(root: etree._Element, formats: Merged) -> None:
    """Formats by their numbers in the other workbook."""
    for item in root.iter(f"{_MAIN}c", f"{_MAIN}row", f"{_MAIN}col"):
        key = "style" if item.tag == f"{_MAIN}col" else "s"
        if item.get(key):
            item.set(key, str(formats.cell_formats[int(item.get(key, "0"))]))
    # No cell names a format of conditions, and nearly all that a tab is made of are cells.
    for item in (root, *(item for part in root if part.tag != f"{_MAIN}sheetData" for item in part.iter())):
        for key in [key for key in values(item) if key.lower().endswith("dxfid")]:
            item.set(key, str(formats.differential[int(item.get(key, "0"))]))


def _measure(root: etree._Element, digit: int) -> None:
    """Columns as wide, and plain rows as high, as they were drawn: whatever the normal font of the other workbook."""
    if digit == CALIBRI_11:
        return
    for column in root.iter(f"{_MAIN}col"):
        if column.get("width"):
            column.set("width", str(round(min(float(column.get("width", "9")) * CALIBRI_11 / digit, _WIDEST), 4)))
    for plain in root.iter(f"{_MAIN}sheetFormatPr"):
        # Else programs give plain rows the height of the other workbook’s font.
        plain.set("customHeight", "1")
        plain.set("defaultColWidth", str(round(_PLAIN_COLUMN / digit, 4)))


def _colour(root: etree._Element, look: Mapping[str, str]) -> None:
    properties = root.find(f"{_MAIN}sheetPr")
    if properties is None:
        properties = etree.Element(f"{_MAIN}sheetPr")
        root.insert(0, properties)
    former = properties.find(f"{_MAIN}tabColor")
    if former is not None:
        properties.remove(former)
    properties.insert(0, etree.Element(f"{_MAIN}tabColor", dict(look)))
