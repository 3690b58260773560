"""Legends: what a team's own abbreviations of headings stand for ("Kü", in a tab "Legende" beside "Kürzel der
Beraterin")."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from msgspec.structs import replace

from automations.setup.table_search import Block
from automations.tables.folding import fold
from automations.workbooks.protocol import RawWorkbook

_SHORT, _LONG = 8, 60  # characters at most of an abbreviation, and of what it stands for
_ENOUGH = 3  # headings that a legend explains: two may stand beside longer words by chance
_ROWS = 200


def with_legends(blocks: Sequence[Block], workbook: RawWorkbook) -> tuple[Block, ...]:
    """The blocks with what other tabs say that their short headings mean."""
    return tuple(replace(block, explained=_explained(block, workbook)) for block in blocks)


def _explained(block: Block, workbook: RawWorkbook) -> Mapping[int, str]:
    short = {fold(text): column for column, text in block.headings.items() if len(text.strip()) <= _SHORT}
    tabs = [tab for tab in workbook.tabs if tab.id != block.tab.id and tab.mark is None]
    for pairs in (found for tab in tabs for found in _columns(tab.rows[:_ROWS]) if len(short) >= _ENOUGH):
        found = {short[fold(sign)]: meaning for sign, meaning in pairs if fold(sign) in short}
        if len(found) >= _ENOUGH:
            return found
    return {}


def _columns(rows: Sequence[Sequence[object]]) -> Iterator[list[tuple[str, str]]]:
    """Of each column the short texts with a longer one right of them. Below each other: side by side stand headings."""
    for place in range(max(map(len, rows), default=1) - 1):
        beside = (row[place : place + 2] for row in rows if len(row) > place + 1)
        yield [
            (one, other.strip())
            for one, other in beside
            if isinstance(one, str) and isinstance(other, str) and len(one.strip()) < len(other.strip()) <= _LONG
        ]
