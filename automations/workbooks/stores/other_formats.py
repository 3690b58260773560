"""Spreadsheets of other programs, known by their bytes: one true sentence, and the two clicks that help."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import Final

_ODS: Final = b"opendocument.spreadsheet"
_LONG = 4096  # bytes of a text that tell what it is
_SEPARATORS = (b";", b",", b"\t")

SENTENCES: Final = {
    "ods": (
        "{file} is an OpenDocument spreadsheet (.ods); kim works with .xlsx.",
        "Open it in LibreOffice or Excel, choose File, Save As, and there “Excel (.xlsx)”; then name the new file.",
    ),
    "numbers": (
        "{file} is a Numbers document; kim works with .xlsx.",
        "Open it in Numbers, choose File, Export To, Excel (.xlsx); then name the new file.",
    ),
    "csv": (
        "{file} is a text file with columns (.csv), not a workbook; kim works with .xlsx.",
        "Open it in Excel or LibreOffice, choose File, Save As, and there “Excel (.xlsx)”; then name the new file.",
    ),
    "old_format": (
        "{file} is in the old .xls format; kim works with .xlsx.",
        "Open it in Excel, choose File, Save As, and there “Excel Workbook (.xlsx)”; then name the new file.",
    ),
}
"""What each is, and what to do: message and advice."""


def other_format(data: bytes, path: Path) -> str:
    """The code of the format that the bytes are of; "" where they may be a workbook, or nothing that we know."""
    if data.startswith(b"PK"):
        return _of_package(data)
    head = data[:_LONG]
    text = b"\0" not in head.replace(b"\xff\xfe", b"") and any(sign in head for sign in _SEPARATORS)
    return "csv" if text and (path.suffix.lower() in {".csv", ".txt", ".tsv", ".tab"} or b"\n" in head) else ""


def _of_package(data: bytes) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            names = package.namelist()
            if "mimetype" in names and package.getinfo("mimetype").file_size < _LONG:
                return "ods" if _ODS in package.read("mimetype") else ""
    except (zipfile.BadZipFile, OSError, ValueError, RuntimeError, NotImplementedError, EOFError):
        return ""
    return "numbers" if any(name.endswith(".iwa") or name == "Index.zip" for name in names) else ""
