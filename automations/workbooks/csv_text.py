"""CSV files as German offices make them: semicolon, comma or tab; UTF-8 with or without mark, UTF-16, or cp1252."""

from __future__ import annotations

import codecs
import csv
import io

_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_SEPARATORS = ";,\t|"
_LONGEST_CELL = 100_000  # characters


class CsvError(Exception):
    """A file that is no table; the message is an English sentence of the catalogue."""


def decoded(data: bytes) -> str:
    """The text of a file: by its mark, else UTF-8 where all of it is, else cp1252 (what Excel writes in Germany).
    Raises CsvError for what is no text."""
    encoding = next((encoding for mark, encoding in _MARKS if data.startswith(mark)), "utf-8")
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        # Nothing fails here: five bytes that cp1252 has no letter for are no reason to lose the rows.
        text = data.decode("cp1252", "replace")
    if "\0" in text:
        raise CsvError("This is no text file with columns.")
    return text


def read_csv(data: bytes) -> list[list[str]]:
    """The rows of a file, none narrower than the first, blank rows left out. A leading line `sep=;` (Excel) names the
    separator; else it is the sign that parts the heading most. Raises CsvError for a file that is cut off within
    a quoted cell, or no table."""
    text = decoded(data)
    if not text.strip():
        return []
    first, _, rest = text.partition("\n")
    separator = ""
    if first.strip().lower().startswith("sep=") and len(first.strip()) == len("sep=") + 1:
        separator, text = first.strip()[-1], rest
    return _rows(text, separator or _separator(text))


def _separator(text: str) -> str:
    """The sign that parts the first line into most cells; quoted ones count as text."""
    first = text.lstrip("\r\n").partition("\n")[0]
    unquoted = "".join(first.split('"')[::2])
    # Of equals the semicolon, which German programs write.
    return max(_SEPARATORS, key=lambda sign: (unquoted.count(sign), -_SEPARATORS.index(sign)))


def _rows(text: str, separator: str) -> list[list[str]]:
    # For the whole process, as the module knows no other way; the longest cell of any file here.
    csv.field_size_limit(_LONGEST_CELL)
    try:
        found = list(csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True))
    except csv.Error as error:
        raise CsvError("The file ends within a cell, or is no text file with columns.") from error
    rows = [[cell.strip() for cell in row] for row in found if any(cell.strip() for cell in row)]
    width = len(rows[0]) if rows else 0
    return [row + [""] * (width - len(row)) for row in rows]
