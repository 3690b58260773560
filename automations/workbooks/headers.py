"""What a header row says, column by column: merged headings, and headings under a common title."""

from __future__ import annotations

from collections.abc import Mapping

from automations.workbooks.protocol import RawTab


def header_texts(tab: RawTab, row: int) -> dict[int, str]:
    """The texts of a row by column. A heading merged downwards counts in its last row too."""
    cells = tab.rows[row - 1] if row <= len(tab.rows) else ()
    texts = {column: cell for column, cell in enumerate(cells, start=1) if isinstance(cell, str) and cell.strip()}
    for top, left, bottom, _ in tab.merged:
        if top < row <= bottom and (text := _text(tab, top, left)):
            # A text of the row’s own goes before one that is merged down into it.
            texts.setdefault(left, text)
    return dict(sorted(texts.items()))


def group_texts(tab: RawTab, row: int) -> Mapping[int, str]:
    """The titles merged across several columns right above a row ("Abwesend" over "von" and "bis")."""
    found = {}
    for _, left, bottom, right in tab.merged:
        if bottom == row - 1 and right > left and (text := _text(tab, _top(tab, left, bottom), left)):
            found.update(dict.fromkeys(range(left, right + 1), text))
    return found


def _top(tab: RawTab, left: int, bottom: int) -> int:
    return next(m[0] for m in tab.merged if m[1] == left and m[2] == bottom)


def _text(tab: RawTab, row: int, column: int) -> str:
    cells = tab.rows[row - 1] if 1 <= row <= len(tab.rows) else ()
    value = cells[column - 1] if column <= len(cells) else None
    return value if isinstance(value, str) and value.strip() else ""
