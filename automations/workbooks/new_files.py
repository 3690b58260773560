"""Workbooks that start empty: tabs with headings, drop-downs and notes, ready to be typed into."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

_ROWS = 1_000  # rows that have drop-downs and date formats from the start
_WIDTHS = (10, 44)  # characters: the narrowest and the widest column
_LIST_LIMIT = 255  # characters that a list of choices may have (Excel)


@dataclass(frozen=True, slots=True)
class NewTab:
    """A tab to be made. `choices` are words to choose from by heading, `dates` headings of date columns;
    `text` lines stand in a tab without headings, `rows` texts below the headings."""

    name: str
    headings: tuple[str, ...] = ()
    choices: Mapping[str, Sequence[str]] = field(default_factory=dict)
    dates: frozenset[str] = frozenset()
    text: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()


def write_new_workbook(path: Path, tabs: Sequence[NewTab]) -> None:
    """A new workbook; raises FileExistsError rather than replace one, OSError where it cannot be written."""
    with path.open("xb"):
        pass
    import xlsxwriter

    book = xlsxwriter.Workbook(str(path), {"in_memory": True})
    formats = {
        "head": book.add_format({"bold": True, "bg_color": "#DCE6F1", "bottom": 1, "text_wrap": True, "valign": "top"}),
        "date": book.add_format({"num_format": "dd.mm.yyyy"}),
        "title": book.add_format({"bold": True, "font_size": 14}),
    }
    for number, tab in enumerate(tabs, start=1):
        _write_tab(book.add_worksheet(tab.name), tab, formats, number)
    book.close()


def _write_tab(sheet: Any, tab: NewTab, formats: Mapping[str, Any], number: int) -> None:
    for row, line in enumerate(tab.text):
        sheet.write_string(row, 0, line, None if row else formats["title"])
    if not tab.headings:
        return
    columns = [{"header": heading, "header_format": formats["head"]} for heading in tab.headings]
    for row, texts in enumerate(tab.rows, start=1):
        for index, text in enumerate(texts):
            if text:
                sheet.write_string(row, index, text)
    sheet.add_table(
        0, 0, max(1, len(tab.rows)), len(columns) - 1, {"columns": columns, "name": f"Tabelle_{number}", "style": None}
    )
    sheet.freeze_panes(1, 0)
    for index, heading in enumerate(tab.headings):
        longest = max((len(texts[index]) for texts in tab.rows), default=0)
        width = min(max(_WIDTHS[0], len(heading) + 4, longest + 2), _WIDTHS[1])
        sheet.set_column(index, index, width, formats["date"] if heading in tab.dates else None)
        words = list(tab.choices.get(heading, ()))
        if words:
            source = words if len(",".join(words)) <= _LIST_LIMIT else _beside(sheet, len(columns) + 2, words)
            rule = {"validate": "list", "source": source, "error_type": "warning"}
            sheet.data_validation(1, index, _ROWS, index, rule)


def _beside(sheet: Any, column: int, words: Sequence[str]) -> str:
    """A list that is too long for a drop-down of its own stands at the side, in a hidden column."""
    for row, word in enumerate(words, start=1):
        sheet.write_string(row, column, word)
    sheet.set_column(column, column, None, None, {"hidden": True})
    letter = chr(ord("A") + column)
    return f"=${letter}$2:${letter}${len(words) + 1}"
