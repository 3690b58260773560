"""Links to rows as formulas: they look their row up by its key, so that they survive a sort."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, time
from typing import TypeAlias

from msgspec import Struct

from automations.common.characters import MARK
from automations.model.tabdoc import Link
from automations.model.values import Value
from automations.workbooks.cellrefs import column_letters, constant, quoted
from automations.workbooks.drawing.printable import clean

MAX_LITERAL = 255  # characters that a text inside a formula may have

Resolver: TypeAlias = "Callable[[Link], LinkTarget | None]"


class LinkTarget(Struct, frozen=True):
    """Where a link leads now: tab, columns of key and field, row, all from 1; `key` is the value in
    the key cell (None for a row without number, whose link cannot follow a sort)."""

    tab: str
    key_column: int
    column: int
    row: int
    key: Value

    def formula(self, shown: str) -> str:
        """A link that looks its row up by key, so that it survives a sort; nothing in it is volatile."""
        column = column_letters(self.column)
        return f"=HYPERLINK({constant(f'#{quoted(self.tab)}!{column}')}&{self.row_formula(',')},{shown})"

    def row_formula(self, separator: str) -> str:
        """The row's number, looked up by its key where it has one."""
        # MATCH would compare a day as a number, in whatever system the workbook counts.
        if self.key is None or isinstance(self.key, date | time) or len(str(self.key)) > MAX_LITERAL // 2:
            return str(self.row)
        letters = column_letters(self.key_column)
        sought = separator.join((_pattern(self.key), f"{quoted(self.tab)}!${letters}:${letters}", "0"))
        # Row 1 where the number is gone: a link that leads to the top is better than an error.
        return f"IFERROR(MATCH({sought}){separator}1)"


def literal(value: Value) -> str:
    """A value as formulas write it."""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int | float):
        return repr(value)
    return constant(str(value))


def _pattern(key: Value) -> str:
    """A key as MATCH takes it, to whom * and ? are patterns. A character that no formula can hold is found
    by the pattern for any."""
    if not isinstance(key, str):
        return literal(key)
    return constant(clean(re.sub(r"([~*?])", r"~\1", key)).replace(MARK, "?"))
