"""The bytes of a workbook file, or one sentence why there are none that we can use.

Nothing here trusts the file: sizes are bounded before anything is unpacked."""

from __future__ import annotations

import hashlib
import io
import zipfile
import zlib
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Final

from automations.common.errors import why
from automations.common.files import NotAFileError, TooLargeError, read_file
from automations.workbooks.protocol import WorkbookError
from automations.workbooks.stores.other_formats import SENTENCES, of_old_office, other_format

# Whoever changes a package goes by the same limits: else a file could be read and planned for, and then not be written.
MAX_UNPACKED: Final = 2**30
"""Bytes that all parts together may unpack to: a workbook of 1 000 000 rows x 15 columns needs 0.6 GB."""

_RATIO_SIZE, _MAX_RATIO = 32 * 2**20, 400


def is_bomb(size: int, packed: int) -> bool:
    """Whether a part is packed to do harm. Parts above 32 MB may not shrink to less than a 400th; sheets of real
    workbooks shrink to between a fifth and a fortieth."""
    return size > _RATIO_SIZE and size > _MAX_RATIO * max(packed, 1)


def is_too_large(sizes: Iterable[int]) -> bool:
    """Whether the parts together would not fit into memory."""
    return sum(sizes) > MAX_UNPACKED


OLE2 = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")

_SUFFIXES = frozenset({".xlsx", ".xlsm"})
_NAMED = 4  # files beside a missing one that are named

_LOOK = "Look at what stands in its place, and put the workbook back from a backup or a version."

BROKEN = (KeyError, ValueError, zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError, RuntimeError)
"""What unpacking a part can raise (RuntimeError: a part with a zip password)."""


def read_bytes(path: Path) -> bytes:
    """The whole file. Raises WorkbookError where it is missing, unreadable or no .xlsx at all."""
    try:
        data = read_file(path)
    except FileNotFoundError:
        raise _missing(path) from None
    except IsADirectoryError:
        if path.suffix.lower() == ".numbers":
            raise _error("numbers", *SENTENCES["numbers"], path) from None
        raise _error("folder", "{file} is a folder, not a workbook.", "Check the path in site.toml.", path) from None
    except NotAFileError:
        raise _error("no_file", "{file} is no file, so it cannot be a workbook.", _LOOK, path) from None
    except TooLargeError:
        raise _error("too_large", "{file} is far larger than any workbook, so it is not opened.", _LOOK, path) from None
    except PermissionError:
        raise _error(
            "permission",
            "The workbook {file} may not be read.",
            "Give the account that runs kim the right to read and change it; if somebody has just opened it, wait.",
            path,
        ) from None
    except OSError as problem:
        raise WorkbookError(
            "The workbook {file} cannot be reached: {reason}.",
            "Check the network drive; kim tries again at the next run.",
            code="unreachable",
            busy=True,
            values={"file": path.name, "reason": why(problem)},
        ) from problem
    check_kind(data, path)
    return data


def check_kind(data: bytes, path: Path) -> None:
    """Raise WorkbookError unless the bytes look like an .xlsx or .xlsm package."""
    if not data:
        raise _error("empty", "The workbook {file} is empty (0 bytes).", "Restore it from a backup or a version.", path)
    if data.startswith(OLE2):
        # Office wraps an encrypted .xlsx into the old container, which else would be an .xls.
        if _ENCRYPTED in data:
            raise _error(
                "encrypted",
                "The workbook {file} is protected with a password.",
                "Save it without a password (File, Info, Protect Workbook); the folder's rights protect it.",
                path,
            )
        code = of_old_office(data)
        raise _error(code, *SENTENCES[code], path)
    if code := other_format(data, path):
        raise _error(code, *SENTENCES[code], path)
    if not data.startswith(b"PK"):
        raise _error("no_xlsx", "{file} is not an .xlsx workbook.", "Open it in Excel and save it as .xlsx.", path)


def open_package(data: bytes, path: Path) -> zipfile.ZipFile:
    """The bytes as a zip with believable sizes. Raises WorkbookError for broken or hostile ones."""
    try:
        package = zipfile.ZipFile(io.BytesIO(data))
    except BROKEN:
        raise damaged(path) from None
    members = package.infolist()
    # Programs differ in which of the two they read.
    if len({member.filename for member in members}) != len(members):
        raise _error("hostile", "{file} holds two parts of one name.", "Open it in Excel and save it anew.", path)
    heavy = any(is_bomb(member.file_size, member.compress_size) for member in members)
    if heavy or is_too_large(member.file_size for member in members):
        raise _error(
            "hostile",
            "{file} unpacks to far more than any workbook needs, so it is not opened.",
            "Restore it from a backup or a version.",
            path,
        )
    return package


def revision_of(data: bytes) -> str:
    """The fingerprint of a workbook file: SHA-256 of its bytes."""
    return hashlib.sha256(data).hexdigest()


def damaged(path: Path) -> WorkbookError:
    """The error for a package that opens but makes no sense."""
    return _error("damaged", "{file} is damaged and cannot be opened.", "Restore it from a backup or a version.", path)


def workbooks_in(folder: Path) -> list[str]:
    """The names of the first workbooks in a folder, but for the marks of open ones; none where it cannot be read."""
    with suppress(OSError):
        found = (one.name for one in folder.iterdir() if one.suffix.lower() in _SUFFIXES)
        return sorted(name for name in found if not name.startswith(("~$", ".")))[:_NAMED]
    return []


def _missing(path: Path) -> WorkbookError:
    """The error for a file that is not there; it may have been renamed."""
    others = workbooks_in(path.parent)
    if not others:
        return _error("missing", "The workbook {file} does not exist.", "Check the path in site.toml.", path)
    advice = "If it was renamed, give it its name back or change the path in site.toml; beside it lies: {others}."
    return WorkbookError(
        "The workbook {file} does not exist.", advice, code="missing",
        values={"file": path.name, "others": ", ".join(others)},
    )  # fmt: skip


def _error(code: str, message: str, advice: str, path: Path) -> WorkbookError:
    return WorkbookError(message, advice, code=code, values={"file": path.name})
