"""Spreadsheets of other programs, known by their bytes: one true sentence, and the two clicks that help."""

from __future__ import annotations

import codecs
import io
import zipfile
from pathlib import Path
from typing import Final

_ODS: Final = b"opendocument.spreadsheet"
_TEXT: Final = (b"opendocument.text", b"opendocument.presentation")
_OF_OFFICE: Final = {"xl/workbook.bin": "xlsb", "word/document.xml": "document", "ppt/presentation.xml": "document"}
"""Parts of an Office package that no .xlsx has."""

_WORD: Final = "WordDocument".encode("utf-16-le")  # the stream of an old .doc
_PAGE = (b"<!doctype html", b"<html", b"<table")
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
    "xlsb": (
        "{file} is a binary workbook (.xlsb); kim works with .xlsx.",
        "Open it in Excel, choose File, Save As, and there “Excel Workbook (.xlsx)”; then name the new file.",
    ),
    "document": (
        "{file} is a text or a presentation, not a table; kim works with .xlsx.",
        "Open it, copy the table in it into a new Excel workbook and save that; then name the new file.",
    ),
    "pdf": (
        "{file} is a PDF; a list can be read in it, but not kept up. kim works with .xlsx.",
        "Please ask for the workbook that it was made from and save that as .xlsx; then name it.",
    ),
    "page": (
        "{file} is a web page that is called like a workbook, as some programs export it; kim works with .xlsx.",
        "Open it in Excel, choose File, Save As, and there “Excel Workbook (.xlsx)”; then name the new file.",
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
    if data.startswith(b"%PDF"):
        return "pdf"
    head = data[:_LONG]
    if head.lstrip(b"\xef\xbb\xbf \r\n\t").lower().startswith(_PAGE):
        return "page"
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        head = head.decode("utf-16", "ignore").encode()  # Excel's “Unicode text”
    text = b"\0" not in head and any(sign in head for sign in _SEPARATORS)
    return "csv" if text and (path.suffix.lower() in {".csv", ".txt", ".tsv", ".tab"} or b"\n" in head) else ""


def of_old_office(data: bytes) -> str:
    """The code of a file of Office before 2007: a workbook, or a text."""
    return "document" if _WORD in data else "old_format"


def _of_package(data: bytes) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            names = package.namelist()
            if "mimetype" in names and package.getinfo("mimetype").file_size < _LONG:
                kind = package.read("mimetype")
                return "ods" if _ODS in kind else "document" if any(one in kind for one in _TEXT) else ""
    except (zipfile.BadZipFile, OSError, ValueError, RuntimeError, NotImplementedError, EOFError):
        return ""
    if found := next((_OF_OFFICE[name] for name in names if name in _OF_OFFICE), ""):
        return found
    return "numbers" if any(name.endswith(".iwa") or name == "Index.zip" for name in names) else ""
