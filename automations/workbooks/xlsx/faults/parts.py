"""Faults of a package as such: names, content types, relationships, parts that cannot be read or are out of order."""

from __future__ import annotations

import posixpath
import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence

from automations.workbooks.refusals import Refusal
from automations.workbooks.xlsx.linking import ContentTypes
from automations.workbooks.xlsx.package import CONTENT_TYPES, OFFICE_RELATIONS, Package
from automations.workbooks.xlsx.xmltext import Xml

_ENDINGS = {
    "worksheet": "worksheet+xml",
    "styles": "styles+xml",
    "sharedStrings": "sharedStrings+xml",
    "drawing": "drawing+xml",
    "chart": "chart+xml",
    "table": "table+xml",
    "calcChain": "calcChain+xml",
    "theme": "theme+xml",
    "comments": "comments+xml",
    "vmlDrawing": "vmlDrawing",
    "officeDocument": "main+xml",
    "extended-properties": "extended-properties+xml",
    "core-properties": "core-properties+xml",
}  # ECMA-376 Part 1, chapters 12 to 15: the content type of what a link of this kind leads to
_LINKING = (OFFICE_RELATIONS.encode(), b"http://purl.oclc.org/ooxml/officeDocument/relationships")
_DECLARED = re.compile(rb"""\sxmlns:([\w.-]+)\s*=\s*["']([^"']*)["']""")
_NAME = re.compile(r"[^\W\d][\w.-]*")  # xsd:ID
_XML = re.compile(r"\.(?:xml|rels|vml)$", re.IGNORECASE)


def type_faults(package: Package, types: ContentTypes) -> Iterator[str]:
    """Content types: one for every part, none for what is not there, none twice."""
    names = [part for part in package.parts() if part != CONTENT_TYPES]
    yield from (f"{part} has no content type" for part in names if not types.of(part))
    there = {part.lower() for part in names}
    yield from (f"{part} has a content type and is not there" for part in types.by_part if part not in there)
    yield from (f"{part} stands twice" for part, n in Counter(name.lower() for name in names).items() if n > 1)
    yield from (f"{part} is no name of a part" for part in names if not _is_part_name(part))
    said = Counter[str]()
    for item in types.xml.inside(types.xml.root()):
        said[f"the content type of {(item.get('PartName') or '.' + item.get('Extension')).lower()} is said twice"] += 1
        if item.name == "Override" and not item.get("PartName").startswith("/"):
            yield f"the content type of {item.get('PartName')} is said for no part"
    yield from (sentence for sentence, n in said.items() if n > 1)


def _is_part_name(part: str) -> bool:
    """Part 2, 6.2.2: no empty segment, none that ends with a dot, no address that leads elsewhere."""
    return all(segment and not segment.endswith(".") and not re.search(r"[?#*:<>|]", segment)
               for segment in part.split("/"))  # fmt: skip


def link_faults(package: Package, types: ContentTypes) -> Iterator[str]:
    """Relationships: of a part that is there, to a part that is there and of the right type, no id twice."""
    for name in package.parts():
        folder, _, file = name.rpartition("_rels/")
        if not file.endswith(".rels"):
            continue
        owner = folder + file.removesuffix(".rels")
        if owner and not package.member(owner):
            yield f"{name} belongs to no part"
        try:
            yield from _links_of(package, types, name, owner)
        except Refusal as refusal:
            yield f"{name} cannot be read ({refusal.code})"


def _links_of(package: Package, types: ContentTypes, name: str, owner: str) -> Iterator[str]:
    links, xml = package.relationships(owner), package.xml(name)
    yield from (f"{name} has {link} twice" for link, n in Counter(link.id for link in links).items() if n > 1)
    for item, link in zip(xml.inside(xml.root()), links, strict=True):
        if not _NAME.fullmatch(link.id):
            yield f"{name} has a link with the id “{link.id}”"
        if not link.kind:
            yield f"{name} has a link of no kind"
        if link.external:
            continue
        if _leaves(item.get("Target"), owner):
            yield f"{name} leads out of the package"
        if link.target in {"", "."}:
            continue
        if not package.member(link.target):
            yield f"{name} leads to {link.target}, which is not there"
        elif not types.of(link.target).endswith(_ENDINGS.get(link.kind, "")):
            yield f"{link.target} has no content type of its own kind"


def _leaves(target: str, owner: str) -> bool:
    depth = 0 if target.startswith("/") else owner.count("/")
    for segment in posixpath.normpath(target.replace("\\", "/").partition("#")[0].lstrip("/")).split("/"):
        depth += -1 if segment == ".." else 1
        if depth < 0:
            return True
    return False


def below(text: str, limit: int) -> bool:
    """Whether an index points into a list of so many."""
    return text.isdecimal() and int(text) < limit


def is_xml(part: str) -> bool:
    """Whether a part is written in XML, by its name."""
    return _XML.search(part) is not None


def use_faults(package: Package, xml: Xml) -> Iterator[str]:
    """Links that a part names in attributes like r:id and r:embed, and has not."""
    known = {link.id for link in package.relationships(xml.part)}
    spaces = {space: name for name, space in _DECLARED.findall(xml.masked)}
    for prefix in sorted({spaces[space] for space in _LINKING if space in spaces}):
        used = re.compile(rb"\s" + re.escape(prefix) + rb""":\w+\s*=\s*["']([^"']+)["']""").findall(xml.masked)
        names = [name.decode() for name in used]
        yield from (f"{xml.part} uses the link {name}, which it has not" for name in names if name not in known)


def order_faults(xml: Xml, order: Sequence[str], repeated: Collection[str] = ()) -> Iterator[str]:
    """The root's children against the schema's sequence, as Excel repairs what stands in another; those in `repeated`
    may come again."""
    root = xml.root()
    names = [item.name for item in xml.children(root.opened, root.closed)]
    yield from misplaced(names, order, xml.part, repeated)


def misplaced(names: Iterable[str], order: Sequence[str], part: str, repeated: Collection[str] = ()) -> Iterator[str]:
    """The same for children named. What the schema does not know (alternatives of newer programs) is passed over."""
    last = -1
    for name in names:
        if name not in order:
            continue
        place = order.index(name)
        if place < last:
            yield f"{name} stands too late in {part}"
        elif place == last and name not in repeated:
            yield f"{name} stands twice in {part}"
        last = max(last, place)
