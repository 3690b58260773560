"""The order of children that the schema asks for: Excel repairs what stands in another."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence

from automations.workbooks.xlsx.xmltext import Xml


def order_faults(xml: Xml, order: Sequence[str], repeated: Collection[str] = ()) -> Iterator[str]:
    """The root's children against the schema's sequence; those in `repeated` may come again."""
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
