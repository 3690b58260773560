"""Tabs as a cell can show them: what people pasted somewhere must not keep a tab from being renewed.

The one way of text into the cells that kim writes and the tabs that it draws, for every kind of workbook."""

from __future__ import annotations

from typing import Any, TypeVar

from msgspec.structs import replace

from automations.common.characters import readable
from automations.model.tabdoc import Block, Chart, Column, Grid, Heading, TabCell, TabDoc, Text

MAX_TEXT = 32_767  # UTF-16 units that a cell can hold
_Texts = TypeVar("_Texts", Heading, Text, Column, Chart)


def printable(doc: TabDoc) -> TabDoc:
    """The tab with every text made fit for a cell; all else as it is."""
    return replace(
        doc,
        title=clean(doc.title),
        blocks=tuple(_block(block) for block in doc.blocks),
        stand_label=clean(doc.stand_label),
        stale_label=clean(doc.stale_label),
    )


def clean(text: str, most: int = MAX_TEXT) -> str:
    """A text without characters that no file can hold, of `most` UTF-16 units (a cell's limit)."""
    text = readable(text.replace("\r\n", "\n").replace("\r", "\n"))
    if len(text) * 2 <= most or len(text.encode("utf-16-le")) // 2 <= most:
        return text
    # `ignore`: half of a pair at the end is no character.
    return text.encode("utf-16-le")[: most * 2].decode("utf-16-le", "ignore")


def _block(block: Block) -> Block:
    if isinstance(block, Grid):
        return replace(
            block,
            title=clean(block.title),
            empty=clean(block.empty),
            columns=tuple(_texts(column, "title", "note") for column in block.columns),
            rows=tuple(tuple(_cell(cell) for cell in row) for row in block.rows),
        )
    if isinstance(block, Chart):
        return _texts(block, "title", "y_title")
    if isinstance(block, Heading):  # apart from texts for the type alone: `_texts` gives back the one that it got
        return _texts(block, "text")
    return _texts(block, "text")


def _texts(item: _Texts, *names: str) -> _Texts:
    found: dict[str, Any] = {name: clean(getattr(item, name)) for name in names}
    return item if all(getattr(item, name) == text for name, text in found.items()) else replace(item, **found)


def _cell(cell: TabCell) -> TabCell:
    value = clean(cell.value) if isinstance(cell.value, str) else cell.value
    note = clean(cell.note) if cell.note else ""
    return cell if value == cell.value and note == cell.note else replace(cell, value=value, note=note)
