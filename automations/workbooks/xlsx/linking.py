"""Parts made known to a package or forgotten: content types and relationships, spliced."""

from __future__ import annotations

import posixpath
from collections.abc import Collection, Iterator, Mapping

from msgspec import Struct

from automations.workbooks.xlsx.workbook_part import read_relationships
from automations.workbooks.xlsx.xmltext import Splice, Xml, quote, with_attributes


class ContentTypes(Struct, frozen=True):
    """What kinds the parts of a package are: by their name, or else by its ending."""

    xml: Xml
    by_part: Mapping[str, str]
    by_ending: Mapping[str, str]

    def of(self, part: str) -> str:
        """The content type of a part; "" for none."""
        return self.by_part.get(part.lower()) or self.by_ending.get(_ending(part), "")

    def splices(self, added: Mapping[str, str], removed: Collection[str]) -> list[Splice]:
        """New parts declared (where their ending does not already), removed ones forgotten."""
        gone, root = {part.lower() for part in removed} - {part.lower() for part in added}, self.xml.root()
        splices, stale, prefix = [], set(gone), root.prefix.decode()
        for item in self.xml.inside(root):
            part = item.get("PartName").lstrip("/").lower()
            wanted = next((kind for name, kind in added.items() if name.lower() == part), None)
            if item.name == "Override" and (part in stale or (wanted and wanted != item.get("ContentType"))):
                splices.append(Splice(item.start, item.end, b""))
                gone.add(part)
        endings, lines = dict(self.by_ending), []
        for part, kind in added.items():
            ending, known = _ending(part), None if part.lower() in gone else self.by_part.get(part.lower())
            if known == kind or (known is None and endings.get(ending) == kind):
                continue
            # A default for “xml” would speak for parts of every kind.
            if ending not in endings and ending != "xml":
                endings[ending] = kind
                lines.append(f'<{prefix}Default Extension="{quote(ending)}" ContentType="{quote(kind)}"/>')
            else:
                lines.append(f'<{prefix}Override PartName="/{quote(part)}" ContentType="{quote(kind)}"/>')
        return [*splices, Splice(root.closed, root.closed, "".join(lines).encode())] if lines else splices


def content_types(xml: Xml) -> ContentTypes:
    """The part [Content_Types].xml, read."""
    items = xml.inside(xml.root())
    parts = {i.get("PartName").lstrip("/").lower(): i.get("ContentType") for i in items if i.name == "Override"}
    endings = {i.get("Extension").lower(): i.get("ContentType") for i in items if i.name == "Default"}
    return ContentTypes(xml, parts, endings)


def _ending(part: str) -> str:
    return posixpath.basename(part).rpartition(".")[2].lower()


def relative(target: str, part: str) -> str:
    """The address of a part as a relationship of another writes it."""
    return posixpath.relpath("/" + target, "/" + posixpath.dirname(part))


def relation_added(xml: Xml, part: str, kind: str, target: str) -> tuple[str, list[Splice]]:
    """A link from `part`; its new id, and what to splice into the part's relationships."""
    taken, root = {link.id for link in read_relationships(xml, part)}, xml.root()
    number = next(n for n in range(1, len(taken) + 2) if f"rId{n}" not in taken)
    values = f'Id="rId{number}" Type="{kind}" Target="{quote(relative(target, part))}"'
    line = f"<{root.prefix.decode()}Relationship {values}/>"
    return f"rId{number}", [Splice(root.closed, root.closed, line.encode())]


def relations_removed(xml: Xml, part: str, targets: Collection[str]) -> list[Splice]:
    """Links to parts that are gone, taken away."""
    wanted, items = {target.lower() for target in targets}, xml.inside(xml.root())
    links = zip(items, read_relationships(xml, part), strict=True)
    return [
        Splice(item.start, item.end, b"") for item, link in links if not link.external and link.target.lower() in wanted
    ]  # fmt: skip


def relations_moved(xml: Xml, part: str, new_part: str, names: Mapping[str, str]) -> Iterator[Splice]:
    """Links with the targets' new names, as seen from the part's own new place. Links to parts that do
    not come along go; those to the outside, or to a place in the workbook (#…), stay."""
    for item, link in zip(xml.inside(xml.root()), read_relationships(xml, part), strict=True):
        # An address outside, or a place in the workbook, is the same from anywhere.
        if link.external or item.get("Target").startswith("#"):
            continue
        if link.target in names:
            tag = with_attributes(item.tag, {"Target": relative(names[link.target], new_part)})
            yield Splice(item.start, item.opened, tag)
        else:
            yield Splice(item.start, item.end, b"")
