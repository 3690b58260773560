"""The formats of a scratch workbook appended to those of another; equal ones are shared."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from typing import TypeAlias, cast

from lxml import etree
from msgspec import Struct

from automations.workbooks.refusals import Refusal
from automations.workbooks.xlsx.trees import MAIN, local_name, tree, values
from automations.workbooks.xlsx.xmltext import Splice, Xml, appended, escape, quote

# ECMA-376 18.8.39: the children of <styleSheet>, in order.
ORDER = (
    "numFmts", "fonts", "fills", "borders", "cellStyleXfs", "cellXfs", "cellStyles", "dxfs", "tableStyles", "colors",
    "extLst",
)  # fmt: skip
_COLLECTIONS = ("fonts", "fills", "borders", "cellXfs", "dxfs")
_FIRST_CUSTOM = 164  # ids of number formats below are built in
# 18.8.30, those that are the same in every language: other programs write them so when they save.
_BUILT_IN = {
    "0": 1, "0.00": 2, "#,##0": 3, "#,##0.00": 4, "0%": 9, "0.00%": 10, "0.00E+00": 11, "# ?/?": 12, "# ??/??": 13,
    "mm:ss": 45, "[h]:mm:ss": 46, "##0.0E+0": 48, "@": 49,
}  # fmt: skip
Shape: TypeAlias = tuple[object, ...]
_FONT = f"{{{MAIN}}}font"
_SWITCHES = frozenset(f"{{{MAIN}}}{name}" for name in ("b", "i", "strike", "outline", "shadow", "condense", "extend"))
_NUMBER = f"{{{MAIN}}}numFmt"
_UNDERLINED = f"{{{MAIN}}}u"
_OFF = frozenset({"pivotButton", "quotePrefix"})
_TRUE, _FALSE = frozenset({"1", "true"}), frozenset({"0", "false"})
_PATTERN = f"{{{MAIN}}}patternFill"
# A plain cell's filling, said in two ways (18.8.32: no pattern is the default).
_NO_FILL: tuple[Shape, ...] = tuple(
    (f"{{{MAIN}}}fill", (), "", ((_PATTERN, said, "", ()),)) for said in ((), (("patternType", "none"),))
)


class Merged(Struct, frozen=True):
    """Where the formats went: index there → index here; and what to splice into the styles part."""

    cell_formats: Mapping[int, int]
    differential: Mapping[int, int]
    splices: tuple[Splice, ...]


class _Known(Struct, frozen=True):
    """What a styles part holds: the shapes of each collection, and its number formats (id, code)."""

    shapes: Mapping[str, tuple[Shape, ...]]
    number_formats: tuple[tuple[int, str], ...]


@lru_cache(maxsize=2)  # all tabs of one write, and mostly of the next, go into the same part
def _known(xml: Xml) -> _Known:
    root = tree(xml)
    numbers = tuple(
        (int(item.get("numFmtId", "0")), item.get("formatCode", "")) for item in _items(xml, root, "numFmts")
    )
    shapes = {name: tuple(_shape_in(name, item) for item in _items(xml, root, name)) for name in _COLLECTIONS}
    return _Known(shapes, numbers)


class _Merger:
    def __init__(self, target: Xml, source: etree._Element) -> None:
        self._xml = target
        self._known = _known(target)
        self._source = source
        self._prefix = target.root().prefix.decode()
        self.splices: list[Splice] = []

    def collection(self, name: str, adapt: Callable[[etree._Element], None] | None = None) -> dict[int, int]:
        """Append what is new of one collection; index there → index here."""
        known = self._known.shapes[name]
        # Backwards: of equal ones, which programs leave behind, the first counts.
        places = {shape: index for index, shape in reversed(list(enumerate(known)))}
        mapped, new = dict[int, int](), list[str]()
        for index, original in enumerate(_items(self._xml, self._source, name)):
            item = copy.deepcopy(original)
            if adapt:
                adapt(item)
            shape = _shape_in(name, item)
            if shape not in places:
                places[shape] = len(known) + len(new)
                new.append(markup(item, self._prefix))
            mapped[index] = places[shape]
        self._append(name, new, len(known) + len(new))
        return mapped

    def number_formats(self) -> dict[str, str]:
        """Append number formats by their code; id there → id here."""
        known = self._known.number_formats
        by_code = {**{code: number for number, code in known}, **_BUILT_IN}
        free = max([_FIRST_CUSTOM - 1, *(number for number, _ in known)]) + 1
        mapped, new = dict[str, str](), list[str]()
        for item in _items(self._xml, self._source, "numFmts"):
            code = item.get("formatCode", "")
            if code not in by_code:
                by_code[code], free = free, free + 1
                new.append(f'<{self._prefix}numFmt numFmtId="{by_code[code]}" formatCode="{quote(code)}"/>')
            mapped[item.get("numFmtId", "0")] = str(by_code[code])
        self._append("numFmts", new, len(known) + len(new))
        return mapped

    def _append(self, name: str, new: list[str], count: int) -> None:
        self.splices += appended(self._xml, name, ORDER, "".join(new).encode(), count)


def _items(xml: Xml, root: etree._Element, name: str) -> list[etree._Element]:
    container = root.find(f"{{{MAIN}}}{name}")
    items = [item for item in container if isinstance(item.tag, str)] if container is not None else []
    # Counted in, it would move the number of every format behind it.
    if any(not item.tag.startswith(f"{{{MAIN}}}") for item in items):
        raise Refusal("layout", part=xml.part, reason="there is alternative content in {name}", name=name)
    return items


def merge_styles(target: Xml, source: etree._Element) -> Merged:
    """Append the formats of `source` (the root of a styles part). Index 0 stays the target's own
    plain format, so that a new tab looks like the others. Raises Refusal("layout")."""
    merger = _Merger(target, source)
    numbers = merger.number_formats()
    parts = {f"{name[:-1]}Id": merger.collection(name) for name in ("fonts", "fills", "borders")}

    def adapt_format(item: etree._Element) -> None:
        for key, mapped in parts.items():
            item.set(key, str(mapped.get(int(item.get(key, "0")), 0)))
            item.set("apply" + key[0].upper() + key[1:-2], "1")
        item.set("numFmtId", numbers.get(item.get("numFmtId", "0"), item.get("numFmtId", "0")))
        item.set("applyNumberFormat", "1")
        # The named styles of the scratch workbook stay behind.
        item.set("xfId", "0")

    def adapt_differential(item: etree._Element) -> None:
        for number in item.iter(f"{{{MAIN}}}numFmt"):
            number.set("numFmtId", numbers.get(number.get("numFmtId", ""), number.get("numFmtId", "0")))

    formats = merger.collection("cellXfs", adapt_format) | {0: 0}
    return Merged(formats, merger.collection("dxfs", adapt_differential), tuple(merger.splices))


def _shape_in(collection: str, item: etree._Element) -> Shape:
    """What a format says. Other programs write the same in other words when they save: without knowing
    it for the same, each of our writes after one of theirs would append all of our formats again."""
    shape = _shape(item)
    if collection == "fills" and shape in _NO_FILL:
        return _NO_FILL[0]
    return shape


def _shape(element: etree._Element) -> Shape:
    """Whatever the prefix, the order of attributes and of a font's parts, and what is said although it is so anyway."""
    children = tuple(_shape(child) for child in element if isinstance(child.tag, str))
    if element.tag == _FONT:
        children = tuple(sorted(children))
    attributes = cast("Iterable[tuple[str, str]]", element.attrib.items())
    said = sorted(item for item in attributes if not _goes_without_saying(element.tag, *item))
    return element.tag, tuple(said), (element.text or "").strip(), children


def _goes_without_saying(tag: str, name: str, value: str) -> bool:
    if name in _OFF:
        return value in _FALSE
    if tag == _NUMBER:  # within a format of a condition its code says all, the id is each program's own
        return name == "numFmtId"
    if tag == _UNDERLINED:
        return (name, value) == ("val", "single")
    return value in _TRUE and (name.startswith("apply") or (name == "val" and tag in _SWITCHES))


def markup(element: etree._Element, prefix: str) -> str:
    """An element as text, its main namespace written with the prefix of where it goes."""
    if not element.tag.startswith(f"{{{MAIN}}}"):
        lonely = copy.deepcopy(element)
        lonely.tail = None
        return etree.tostring(lonely, encoding="unicode")
    name = prefix + local_name(element)
    told = "".join(f' {key}="{quote(value)}"' for key, value in values(element).items() if not key.startswith("{"))
    inner = escape(element.text or "") if element.text and element.text.strip() else ""
    inner += "".join(markup(child, prefix) for child in element if isinstance(child.tag, str))
    return f"<{name}{told}>{inner}</{name}>" if inner else f"<{name}{told}/>"
