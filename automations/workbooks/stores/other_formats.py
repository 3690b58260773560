"""Spreadsheets of other programs, known by their bytes: one true sentence, and the two clicks that help."""

from __future__ import annotations

import codecs
import io
import zipfile
from pathlib import Path
from typing import Final

_ODS: Final = b"opendocument.spreadsheet"
_TEXT: Final = (b"opendocument.text", b"opendocument.presentation")
# Parts of an Office package that no .xlsx has.
_OF_OFFICE: Final = {"xl/workbook.bin": "xlsb", "word/document.xml": "document", "ppt/presentation.xml": "document"}

_WORD: Final = "WordDocument".encode("utf-16-le")  # the stream of an old .doc
_MESSAGE: Final = "__substg1.0_".encode("utf-16-le")  # streams of a mail that Outlook saved
_PAGE = (b"<!doctype html", b"<html", b"<table")
_LONG = 4096  # bytes of a text that tell what it is
_SEPARATORS = (b";", b",", b"\t")
_BY_NAME: Final = {".eml": "mail", ".gsheet": "link", ".url": "link", ".webloc": "link", ".lnk": "link"}
_LOCKS: Final = ("~$", ".~lock.")
_BY_BEGINNING: Final = {
    b"%PDF": "pdf", b"Rar!": "archive", b"7z\xbc\xaf": "archive", b"\x1f\x8b": "archive",
    b"\x89PNG": "picture", b"\xff\xd8\xff": "picture", b"GIF8": "picture", b"BM": "picture",
    b"II*\0": "picture", b"MM\0*": "picture",
}  # fmt: skip
_TABLES_AS_XML: Final = {b"opendocument.spreadsheet": "ods", b"office:spreadsheet": "xml"}

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
    "xml": (
        "{file} is an XML table of an older Excel; kim works with .xlsx.",
        "Open it in Excel, choose File, Save As, and there “Excel Workbook (.xlsx)”; then name the new file.",
    ),
    "lock": (
        "{file} is no workbook, but the mark that a program leaves beside one while somebody has it open.",
        "Name the workbook itself: it has the same name without the signs in front.",
    ),
    "archive": (
        "{file} is an archive, as files are packed for sending, and no workbook; kim works with .xlsx.",
        "Unpack it, and name the workbook that was in it.",
    ),
    "picture": (
        "{file} is a picture, not a table; kim works with .xlsx.",
        "Please ask for the workbook that it shows and save that as .xlsx; then name it.",
    ),
    "link": (
        "{file} is only a link to a page, not a workbook; kim works with .xlsx.",
        "Open it and download the workbook as .xlsx, then name that; a Google sheet can be named by its address.",
    ),
    "mail": (
        "{file} is an email, not a workbook; kim works with .xlsx.",
        "Open it, save the workbook that is attached, and name that.",
    ),
    "zeros": (
        "{file} holds nothing but zeros: it was not copied or downloaded whole.",
        "Copy or download it once more, or restore it from a backup or a version.",
    ),
}
"""What each is, and what to do: message and advice."""


def other_format(data: bytes, path: Path) -> str:
    """The code of the format that the bytes are of; "" where they may be a workbook, or nothing that we know."""
    if data.startswith(b"PK"):
        return _of_package(data)
    if path.name.startswith(_LOCKS):
        return "lock"
    if found := next((code for beginning, code in _BY_BEGINNING.items() if data.startswith(beginning)), ""):
        return found
    head, suffix = data[:_LONG], path.suffix.lower()
    if not head.strip(b"\0") and not data.strip(b"\0"):
        return "zeros"
    return _BY_NAME.get(suffix, "") or _of_text(head, suffix)


def _of_text(head: bytes, suffix: str) -> str:
    begun = head.lstrip(b"\xef\xbb\xbf \r\n\t").lower()
    if begun.startswith(_PAGE):
        return "page"
    if begun.startswith(b"<?xml"):
        # Excel once saved tables as plain XML, and some programs export them so under the name .xls.
        return next((code for sign, code in _TABLES_AS_XML.items() if sign in begun), "")
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        head = head.decode("utf-16", "ignore").encode()  # Excel's “Unicode text”
    text = b"\0" not in head and any(sign in head for sign in _SEPARATORS)
    return "csv" if suffix == ".csv" or (text and (suffix in {".txt", ".tsv", ".tab"} or b"\n" in head)) else ""


def of_old_office(data: bytes) -> str:
    """The code of a file in the container of Office before 2007: a workbook, a text, or a mail."""
    return "mail" if _MESSAGE in data else "document" if _WORD in data else "old_format"


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
    if any(name.endswith(".iwa") or name == "Index.zip" for name in names):
        return "numbers"
    # A package of Office names what is in it; what a workbook lost besides makes it a damaged one.
    office = any(name.lower().startswith(("xl/", "[content_types]", "_rels/")) for name in names)
    return "archive" if names and not office else ""
