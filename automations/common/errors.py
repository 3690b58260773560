"""Errors as people hear of them: in a sentence of ours, never in the words of a library or of Python."""

from __future__ import annotations

import errno
import re
import traceback
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

_QUOTED = re.compile(r"['\"“„]([^'\"“”„\n]{1,60})['\"”“]")


class PlainError(Exception):
    """What was asked for makes no sense or is not there; the sentence is in the reader's language."""


_FAR = "the network drive or server cannot be reached"
_FULL = "there is no room left on the disk"
_RIGHT = "kim has no right to do that there"
_OTHER = "the system does not allow it"

REASONS: Mapping[int, str] = MappingProxyType(
    {
        errno.ENOENT: "there is no such file or folder",
        errno.EACCES: _RIGHT,
        errno.EPERM: _RIGHT,
        errno.ENOSPC: _FULL,
        errno.EDQUOT: _FULL,
        errno.EFBIG: _FULL,
        errno.EROFS: "that disk can only be read",
        errno.EISDIR: "a folder stands in its place",
        errno.ENOTDIR: "what stands in the place of its folder is none",
        errno.EEXIST: "there is one of that name already",
        errno.ENOTEMPTY: "the folder is not empty",
        errno.EIO: "the disk or network drive does not work properly",
        errno.EBUSY: "another program holds it",
        errno.ETXTBSY: "another program holds it",
        errno.ELOOP: "its links lead in a circle",
        errno.ENAMETOOLONG: "its name is too long",
        errno.ECONNREFUSED: "nobody answers at this address and port",
        **dict.fromkeys((errno.ETIMEDOUT, errno.EHOSTDOWN, errno.EHOSTUNREACH, errno.ENETDOWN), _FAR),
        **dict.fromkeys((errno.ENETUNREACH, errno.ENOTCONN, errno.ESTALE), _FAR),
    }
)
"""What the system's numbers of errors mean to people; the sentences are translated when they are said."""


def why(error: BaseException) -> str:
    """Why the system did not do something: a sentence of the catalogue, still in English."""
    return REASONS.get(getattr(error, "errno", None) or 0, _OTHER)


def named(error: BaseException) -> str:
    """What a parser's message puts into quotation marks: words of the text that it read, not of its own. "" for
    none."""
    found = _QUOTED.search(str(error))
    return found[1].strip() if found else ""


def place_of(error: BaseException) -> str:
    """Where in the code something went wrong, for whoever mends it; the message itself could hold what stands in
    a row."""
    frames = traceback.extract_tb(error.__traceback__)
    return f"{Path(frames[-1].filename).name}, {frames[-1].lineno}" if frames else "?"


__all__ = ["REASONS", "PlainError", "named", "place_of", "why"]
