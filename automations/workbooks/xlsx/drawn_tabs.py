"""Tabs as they were drawn last: a run draws each for its rehearsal and puts the same drawing into the write."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from automations.model.tabdoc import Link, TabDoc
from automations.workbooks.drawing.sheets import LinkTarget, Resolver, render_tab


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
        return bool(kept and kept.doc is doc and kept.language == language and _lead_there(kept.links, resolve))


def _lead_there(links: dict[Link, LinkTarget | None], resolve: Resolver) -> bool:
    return all(resolve(link) == place for link, place in links.items())
