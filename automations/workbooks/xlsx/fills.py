"""With what colour the cells of a tab are filled, as far as openpyxl can tell."""

from __future__ import annotations

import io
import warnings
from collections.abc import Sequence
from typing import Any

# The colours of Excel's own theme, by their number there; another theme's are told no better than these.
_THEME = ("FFFFFF", "000000", "E7E6E6", "44546A", "4472C4", "ED7D31", "A5A5A5", "FFC000", "5B9BD5", "70AD47")

_DIGITS = 6  # two each for red, green, blue


def fills(content: bytes, tab: str, first: int, columns: Sequence[int], most: int) -> list[list[str]]:
    """The plain fills of these columns (counted from 1), row by row from `first` on, as RRGGBB, "" for none; at
    most so many rows. A file or tab that openpyxl cannot read has none."""
    import openpyxl

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what openpyxl would lose on saving; nothing is saved
        try:
            # Read-only, so that a tab of 100 000 rows is not held as a whole.
            sheet = openpyxl.load_workbook(io.BytesIO(content), read_only=True)[tab]
            return [
                [_fill(row[column - 1]) if column <= len(row) else "" for column in columns]
                for row in sheet.iter_rows(first, first + most - 1)
            ]
        except Exception:  # noqa: BLE001 - a file that others read is no worse for what this reader makes of it
            return []


def _fill(cell: Any) -> str:
    fill = getattr(cell, "fill", None)
    # A pattern or gradient has two colours, of which neither is what people see.
    if fill is None or fill.fill_type != "solid":
        return ""
    text = _rgb(fill.fgColor)
    return text[-_DIGITS:] if len(text) >= _DIGITS else ""


def _rgb(colour: Any) -> str:
    from openpyxl.styles.colors import COLOR_INDEX

    if colour.type == "theme":
        return _THEME[colour.theme] if colour.theme < len(_THEME) else ""
    if colour.type == "indexed":
        return str(COLOR_INDEX[colour.indexed]) if colour.indexed < len(COLOR_INDEX) else ""
    return str(colour.rgb)
