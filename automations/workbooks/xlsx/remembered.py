"""What the backend keeps in hand for a moment: a workbook as it was read, tabs as they were drawn."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from msgspec import Struct, structs

from automations.model.tabdoc import Link, TabDoc
from automations.workbooks.drawing.links import LinkTarget, Resolver
from automations.workbooks.drawing.sheets import render_tab
from automations.workbooks.protocol import RawTab, RawWorkbook
from automations.workbooks.wanted_changes import Wish


class AlreadyRead(Struct, frozen=True):
    """`tabs` are the names of those whose cells were read; `raw` holds the others without."""

    raw: RawWorkbook
    tabs: frozenset[str]

    @classmethod
    def of(cls, raw: RawWorkbook, wish: Wish | None) -> AlreadyRead:
        """What a reading with this wish gave."""
        return cls(raw, _wished(raw, wish))

    def narrowed(self, revision: str, wish: Wish | None) -> RawWorkbook | None:
        """What a reading of this revision with a wish would give; None where more would have to be read."""
        wished = _wished(self.raw, wish)
        if revision != self.raw.revision or not wished <= self.tabs:
            return None
        tabs = tuple(tab if tab.name in wished else _bare(tab) for tab in self.raw.tabs)
        return structs.replace(self.raw, tabs=tabs)


def _wished(raw: RawWorkbook, wish: Wish | None) -> frozenset[str]:
    return frozenset(tab.name for tab in raw.tabs if wish is None or wish(tab.name, tab.id))


def _bare(tab: RawTab) -> RawTab:
    return structs.replace(tab, rows=[], formulas={}, errors={}, merged=())


class _Sketch(NamedTuple):
    """`links` are those of the tab, and where each led."""

    doc: TabDoc
    language: str
    links: dict[Link, LinkTarget | None]
    data: bytes


class Sketches:
    """Scratch workbooks by tab. One is used again for the very same document, as long as its links lead to the same
    places: between a rehearsal and a write rows may have moved."""

    def __init__(self) -> None:
        self._kept: dict[str, _Sketch] = {}

    def draw(self, doc: TabDoc, target: Path, resolve: Resolver, language: str) -> None:
        """The tab alone in a new workbook at `target`."""
        if self.holds(doc, resolve, language):
            target.write_bytes(self._kept[doc.id].data)
            return
        links: dict[Link, LinkTarget | None] = {}

        def noted(link: Link) -> LinkTarget | None:
            links[link] = resolve(link)
            return links[link]

        render_tab(doc, target, noted, language)
        self._kept[doc.id] = _Sketch(doc, language, links, target.read_bytes())

    def holds(self, doc: TabDoc, resolve: Resolver, language: str) -> bool:
        """Whether this very document was drawn last, and would be drawn the same."""
        kept = self._kept.get(doc.id)
        # The very same object, as a run hands it on: comparing two would cost as much as drawing one.
        return bool(kept and kept.doc is doc and kept.language == language and _lead_there(kept.links, resolve))


def _lead_there(links: dict[Link, LinkTarget | None], resolve: Resolver) -> bool:
    return all(resolve(link) == place for link, place in links.items())
