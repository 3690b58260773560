"""Workbooks that start empty: tabs with headings, drop-downs and notes, ready to be typed into."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from msgspec import Struct, field

from automations.workbooks.cellrefs import column_letters

_ROWS = 1_000  # rows that have drop-downs and date formats from the start
_WIDTHS = (10, 44)  # characters: the narrowest and the widest column
_WIDE = 56  # characters of a column for sentences
_PAGE = 180  # characters that fit on a page across in print that can still be read; what is wider goes on several
_A4 = 9
_LIST_LIMIT = 255  # characters that a list of choices may have (Excel)


class NewTab(Struct, frozen=True):
    """A tab to be made. `choices` are words to choose from by heading, or a range that holds them (`=Texte!$A$2:$A$9`),
    `dates` headings of date columns; `text` lines stand above the headings, the first as a title, or alone; `rows`
    are texts below the headings, `prompts` what is said beside a cell of a column when somebody goes there. Rows
    whose number (from 0) is in `heads` are the headings of a block further down. Columns in `sentences` are wide
    from the start, for sentences that come later."""

    name: str
    headings: tuple[str, ...] = ()
    choices: Mapping[str, Sequence[str] | str] = field(default_factory=dict)
    dates: frozenset[str] = frozenset()
    text: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    prompts: Mapping[str, str] = field(default_factory=dict)
    heads: frozenset[int] = frozenset()
    sentences: frozenset[str] = frozenset()


def write_new_workbook(path: Path, tabs: Sequence[NewTab]) -> None:
    """A new workbook; raises FileExistsError rather than replace one, OSError where it cannot be written."""
    import xlsxwriter

    made = io.BytesIO()
    book = xlsxwriter.Workbook(made, {"in_memory": True})
    formats = {
        "head": book.add_format({"bold": True, "bg_color": "#DCE6F1", "bottom": 1, "text_wrap": True, "valign": "top"}),
        "date": book.add_format({"num_format": "dd.mm.yyyy"}),
        "title": book.add_format({"bold": True, "font_size": 14}),
    }
    for number, tab in enumerate(tabs, start=1):
        _write_tab(book.add_worksheet(tab.name), tab, formats, number)
    book.close()
    # Made first and written whole: what XlsxWriter begins and cannot end would stand there as an empty workbook.
    with path.open("xb") as file:
        try:
            file.write(made.getvalue())
            file.flush()
        # Half a workbook would be taken for the whole one, and refused at the next try as being there.
        except OSError:
            path.unlink()
            raise


def _write_tab(sheet: Any, tab: NewTab, formats: Mapping[str, Any], number: int) -> None:
    for row, line in enumerate(tab.text):
        sheet.write_string(row, 0, line, None if row else formats["title"])
    if not tab.headings:
        return
    columns = [{"header": heading, "header_format": formats["head"]} for heading in tab.headings]
    top = len(tab.text)
    for at, texts in enumerate(tab.rows):
        for index, text in enumerate(texts):
            if text:
                style = formats["head"] if at in tab.heads else None
                sheet.write_string(top + 1 + at, index, text, style)
    # A table, as it grows by itself with what people type below it.
    table = {"columns": columns, "name": f"Tabelle_{number}", "style": None}
    sheet.add_table(top, 0, top + max(1, len(tab.rows)), len(columns) - 1, table)
    sheet.freeze_panes(top + 1, 0)
    beside, widths = len(columns) + 2, [_width(tab, index) for index in range(len(columns))]
    for index, heading in enumerate(tab.headings):
        sheet.set_column(index, index, widths[index], formats["date"] if heading in tab.dates else None)
        beside += _offer(sheet, tab, index, beside)
    _print(sheet, top, sum(widths))


def _width(tab: NewTab, index: int) -> int:
    if tab.headings[index] in tab.sentences:
        return _WIDE
    longest = max((len(texts[index]) for texts in tab.rows), default=0)
    return min(max(_WIDTHS[0], len(tab.headings[index]) + 4, longest + 2), _WIDTHS[1])


def _print(sheet: Any, top: int, width: int) -> None:
    """Whoever prints the tab gets pages across, each with the headings."""
    sheet.set_landscape()
    sheet.set_paper(_A4)
    sheet.repeat_rows(top)
    if width <= _PAGE:
        sheet.fit_to_pages(1, 0)


def _offer(sheet: Any, tab: NewTab, index: int, beside: int) -> int:
    """A column's drop-down, and what is said at its cells; how many columns at the side that took."""
    heading, top = tab.headings[index], len(tab.text)
    words, rule, taken = tab.choices.get(heading, ()), dict[str, Any](), 0
    if words:
        taken = int(not isinstance(words, str) and len(",".join(words)) > _LIST_LIMIT)
        # Excel refuses a list of more than 255 characters, and offers the whole file for repair.
        source = _beside(sheet, beside, top, words) if taken else words if isinstance(words, str) else list(words)
        rule = {"validate": "list", "source": source, "error_type": "warning"}
    if prompt := tab.prompts.get(heading, ""):
        # What Excel allows for the title and the text of such a hint.
        rule = {"validate": "any", **rule, "input_title": heading[:32], "input_message": prompt[:_LIST_LIMIT]}
    if rule:
        sheet.data_validation(top + 1, index, top + _ROWS, index, rule)
    return taken


def _beside(sheet: Any, column: int, top: int, words: Sequence[str]) -> str:
    """A list that is too long for a drop-down of its own stands at the side, in a hidden column."""
    for row, word in enumerate(words, start=top + 1):
        sheet.write_string(row, column, word)
    sheet.set_column(column, column, None, None, {"hidden": True})
    letter = column_letters(column + 1)
    return f"=${letter}${top + 2}:${letter}${top + len(words) + 1}"
