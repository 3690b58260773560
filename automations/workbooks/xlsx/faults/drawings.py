"""Faults of drawings and of notes: shapes with one id, notes by nobody."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from automations.workbooks.xlsx.xmltext import Xml, attributes

_SHAPE = re.compile(rb"<(?:[\w.-]+:)?cNvPr\s[^<>]*>")
_NOTE = re.compile(rb"<(?:[\w.-]+:)?comment\s[^<>]*>")
_AUTHOR = re.compile(rb"<(?:[\w.-]+:)?author[\s/>]")


def drawing_faults(xml: Xml) -> Iterator[str]:
    """A drawing's or a tab's notes' own faults."""
    shapes = Counter(attributes(tag).get("id", "") for tag in _SHAPE.findall(xml.masked))
    yield from (f"the shape {number} stands twice in {xml.part}" for number, n in shapes.items() if n > 1)
    notes = [attributes(tag) for tag in _NOTE.findall(xml.masked)]
    places, authors = Counter(note.get("ref", "") for note in notes), len(_AUTHOR.findall(xml.masked))
    yield from (f"{xml.part} has two notes on {place}" for place, n in places.items() if n > 1)
    for note in notes:
        author = note.get("authorId", "")
        if not author.isdecimal() or int(author) >= authors:
            yield f"{xml.part} has a note by nobody"
